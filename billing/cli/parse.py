"""``billing parse``: says how each line of bill text is understood, or shows its mistake under a caret."""

import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from billing.cli.text_input import lines_of, shop_of, write_json
from billing.cli.words import Places, places_of, say
from billing.parser.canonical import write_line
from billing.parser.lines import Line
from billing.parser.mistakes import SyntaxMistake, TextMistake, caret, printable
from billing.parser.reader import check_decimals, read_line
from billing.pricing.answers import error_of
from billing.pricing.refusals import Refusal
from billing.pricing.tables import Tables

NOTHING: Final = '""'
"""How an empty name is shown."""

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command(context_settings={"ignore_unknown_options": True})  # a line may begin with "-"
def parse(
    lines: Annotated[
        list[str] | None, typer.Argument(help="Lines of bill text; without any, standard input is read.")
    ] = None,
    nomenclature: Annotated[
        Path | None, typer.Option("--nomenclature", help="JSON or TOML file: also look everything up.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Answer with one JSON object.")] = False,
) -> None:
    """Show how each line of bill text is understood, or its mistake with a caret under the column.

    With a nomenclature it also says which place gave the tax group, the price and the name. Each line is
    judged alone; all are shown, and it exits with 3 when any is a mistake.

    Example: billing parse '2.5*#23-20%' 1.2eur
    """
    shop = shop_of(nomenclature)
    look_up = nomenclature is not None
    texts = enumerate(lines_of(lines or []), 1)
    readings = (_read(number, text, shop, look_up=look_up) for number, text in texts)
    wrong = False
    answers = []
    for reading in readings:
        if reading is None:
            continue
        wrong = wrong or reading.mistake is not None
        if as_json:
            answers.append(_answer(reading))
        else:
            sys.stdout.write(_shown(reading))
    if as_json:
        write_json({"lines": answers})
    if wrong:
        raise typer.Exit(3)


@dataclass(frozen=True, slots=True)
class Reading:
    """A line that is not empty: what it says and finds, or its mistake."""

    number: int
    text: str
    line: Line | None = None
    places: Places = field(default_factory=dict)
    mistake: TextMistake | Refusal | None = None


def _read(number: int, text: str, shop: Tables, *, look_up: bool) -> Reading | None:
    line = None
    try:
        line = read_line(text, number)
        if line is None:
            return None
        check_decimals(line, shop.currency.exponent)
        return Reading(number, text, line, places_of(line, shop) if look_up else {})
    except TextMistake as mistake:
        return Reading(number, text, mistake=mistake)
    except Refusal as refusal:
        return Reading(number, text, line, mistake=refusal.at(line.source) if line else refusal)


def _answer(reading: Reading) -> dict[str, Any]:
    """Return a reading as data."""
    answer: dict[str, Any] = {"line": reading.number, "text": reading.text}
    if reading.line is not None:
        answer |= {
            "kind": type(reading.line).__name__.removesuffix("Line").lower(),
            "canonical": write_line(reading.line),
            "words": say(reading.line),
        }
    if reading.places:
        answer["found"] = {
            wanted: {"value": value, "place": place} for wanted, (value, place) in reading.places.items()
        }
    if reading.mistake is not None:
        answer["error"] = error_of(reading.mistake)
        if isinstance(reading.mistake, SyntaxMistake):
            answer["error"]["suggestion"] = reading.mistake.suggestion
    return answer


def _shown(reading: Reading) -> str:
    """Return a reading as text for a person."""
    head = f"{reading.number:>3}  "
    margin = " " * len(head)
    column = reading.mistake.column if reading.mistake else None
    if column:
        shown = [head + caret(reading.text, column).replace("\n", "\n" + margin)]
    else:
        shown = [head + printable(reading.text)]
    if reading.line is not None:
        shown.append(margin + say(reading.line))
    shown += [
        f"{margin}{wanted} {value or NOTHING} from {place}"
        for wanted, (value, place) in reading.places.items()
    ]
    if reading.mistake is not None:
        shown.append(f"{margin}{reading.mistake.code}: {reading.mistake}")
    return "\n".join(shown) + "\n"
