"""The command ``billing recurring``: recurring plans that generate bills.

Reads, calls one service, shows. Nothing is decided here.
"""

import json
import sys
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Annotated, Any, NoReturn

import typer
from pydantic import ValidationError

from billing.cli.recurring_collect import collect, gateway, instrument, retry
from billing.cli.recurring_forecast import show_forecast
from billing.cli.recurring_pass import check, feed, owed, preview, run, work
from billing.errors import UsageError
from billing.services.recurring.script import Answer, Script, mistakes_of
from billing.services.recurring.simulate import Simulation

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, add_completion=False)


class BadScript(UsageError):
    """A line that is no script of a simulation."""

    code = "bad_script"


@app.callback()
def _group() -> None:
    """Recurring plans that generate bills.

    Example: billing recurring simulate --jsonl < scripts.jsonl
    """


@app.command()
def simulate(
    jsonl: Annotated[
        bool, typer.Option("--jsonl", help="One script a line in, one answer a line out.")
    ] = True,
) -> None:
    r"""Play lives of subscriptions on a scratch store; nothing is kept.

    Reads scripts from standard input and answers each at once, in order. A line that is no script gets an
    answer with an error, and the next line is read. Refusals are told as sentences on standard error.

    Example: echo '{"id": 1, "zone": "Europe/Sofia", "anchor": "2024-01-31T09:00:00+02:00", "frequency":
    "MONTHLY", "interval": 1, "now": "2024-04-30T12:00:00Z"}' | billing recurring simulate --jsonl
    """
    del jsonl
    for answer in answers(sys.stdin.buffer):
        sys.stdout.write(answer + "\n")
        sys.stdout.flush()


app.command()(run)
app.command()(work)
app.command()(preview)
app.command()(check)
app.command("forecast")(show_forecast)
app.command()(owed)
app.command()(feed)
app.command()(collect)
app.command()(retry)
app.command()(instrument)
app.command()(gateway)


def answers(lines: Iterable[bytes]) -> Iterator[str]:
    """Yield one JSON answer for each line that is not blank, as it is read."""
    for number, line in enumerate(lines, start=1):
        if line.strip():
            yield _answer(line, number)


def _answer(line: bytes, number: int) -> str:
    name: Any = None
    try:
        words = _words(line)
        name = words.get("id")
        simulation = Simulation(_script(words))
    except BadScript as error:
        _tell(number, str(error))
        said = Answer(id=name, error=error.code).model_dump() | {"message": str(error)}
        return json.dumps(said, ensure_ascii=False, separators=(",", ":"), default=str)
    for field in simulation.script.unknown_fields():
        _tell(number, f"{field} means nothing here and is read over")
    answer = simulation.play()
    for refusal in simulation.refusals:
        where = "the creation" if refusal.event is None else f"event {refusal.event}"
        _tell(number, f"{where} is refused: {refusal.mishap}")
    return answer.model_dump_json()


def _words(line: bytes) -> dict[str, Any]:
    """Return the JSON object in ``line``; raises ``BadScript``."""
    try:
        words = json.loads(line, parse_float=Decimal, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        message = f"this is not JSON: {error}"
        raise BadScript(message) from error
    if not isinstance(words, dict):
        message = f"a script is a JSON object; found {type(words).__name__}"
        raise BadScript(message)
    if not isinstance(words.get("id"), str | int | None):
        words["id"] = json.loads(line)["id"]  # no money is in it: a fraction goes back as it came
    return words


def _script(words: dict[str, Any]) -> Script:
    try:
        return Script.model_validate(words)
    except ValidationError as error:
        raise BadScript(mistakes_of(error)) from error


def _refuse_constant(name: str) -> NoReturn:
    message = f"{name} is no number of JSON"
    raise ValueError(message)


def _tell(number: int, sentence: str) -> None:
    sys.stderr.write(f"billing: line {number}: {sentence}\n")
