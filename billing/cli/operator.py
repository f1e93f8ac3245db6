"""``billing operator``: who rings, and the PIN that proves it: list, pin, no-pin, unlock."""

import sys
from collections.abc import Callable
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from billing.cli.mishaps import give_up
from billing.cli.store_option import Db, Json, opened
from billing.cli.text_input import write_json
from billing.errors import BillingError, UsageError
from billing.services import operators
from billing.services.operators import OperatorRow
from billing.store.engine import Store

app = typer.Typer(
    add_completion=False,
    rich_markup_mode=None,
    no_args_is_help=True,
    help="Operators and their PINs. Example: billing operator pin 2",
)

Number = Annotated[int, typer.Argument(help="The operator's number.", min=1)]


class PinsDiffer(UsageError):
    """The PIN was typed twice, and not the same."""

    code = "pins_differ"

    def __init__(self) -> None:
        super().__init__("the two PINs are not the same; nothing was changed")


@app.command("list")
def list_(as_json: Json = False, db: Db = "") -> None:
    """List operators: who has a PIN, and who is locked after wrong ones.

    Example: billing operator list
    """
    with opened(db) as store:
        found = operators.list_operators(store)
    if as_json:
        write_json({"operators": [operator_json(row) for row in found]})
        return
    table = Table("operator", "name", "code", "role", "PIN", "locked until", box=None)
    for row in found:
        until = f"{row.locked_until:%Y-%m-%d %H:%M:%S} UTC" if row.locked_until else ""
        table.add_row(str(row.number), row.name, row.code, row.role, "yes" if row.has_pin else "no", until)
    Console(file=sys.stdout).print(table)


@app.command()
def pin(number: Number, db: Db = "") -> None:
    """Give an operator a PIN, or another one: typed twice and not shown, or a line of standard input.

    Example: billing operator pin 2
    """
    chosen = typed_pin(number)
    if sys.stdin.isatty() and typed_pin(number, "again") != chosen:
        give_up(PinsDiffer(), as_json=False)
    _do(db, lambda store: operators.set_pin(store, number, chosen), f"operator {number} has a new PIN")


@app.command("no-pin")
def no_pin(number: Number, db: Db = "") -> None:
    """Let an operator work without a PIN again.

    Example: billing operator no-pin 2
    """
    _do(db, lambda store: operators.take_pin(store, number), f"operator {number} needs no PIN")


@app.command()
def unlock(number: Number, db: Db = "") -> None:
    """End an operator's pause after wrong PINs.

    Example: billing operator unlock 2
    """
    _do(db, lambda store: operators.unlock(store, number), f"operator {number} may try again")


def typed_pin(number: int, which: str = "") -> str:
    """Return the PIN of an operator: typed at the terminal and not shown, else a line of standard input."""
    if sys.stdin.isatty():
        asked: str = typer.prompt(f"PIN of operator {number}{which and ', ' + which}", hide_input=True)
        return asked
    return sys.stdin.readline().rstrip("\r\n")


def operator_json(row: OperatorRow) -> dict[str, Any]:
    """Return an operator as data, without his PIN."""
    return {
        "number": row.number,
        "name": row.name,
        "code": row.code,
        "role": row.role,
        "has_pin": row.has_pin,
        "locked_until": row.locked_until.isoformat() if row.locked_until else None,
    }


def _do(db: str, work: Callable[[Store], None], said: str) -> None:
    with opened(db) as store:
        try:
            work(store)
        except BillingError as error:
            give_up(error, as_json=False)
    sys.stdout.write(said + "\n")
