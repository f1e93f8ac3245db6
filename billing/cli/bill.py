"""``billing bill``: what can be done with a bill that is kept: go on with it, split it, join it, void it."""

import sys
from collections.abc import Callable, Iterator
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from billing.cli.mishaps import give_up
from billing.cli.ring import bill_lines, print_bill
from billing.cli.store_option import Db, Json, opened
from billing.cli.text_input import lines_of, write_json
from billing.errors import BillingError
from billing.money import Currency
from billing.parser.canonical import write_number
from billing.pricing import Bill, BillModifier, Charge, Comment
from billing.pricing.entries import Entry
from billing.services.answers import placed_bill_json
from billing.services.jobs import show_job
from billing.services.keeping import StoredBill
from billing.services.listings import list_bills, origin_of_bill
from billing.services.register import Register, open_register
from billing.services.reversals import part_of
from billing.store.engine import Store

app = typer.Typer(
    add_completion=False,
    rich_markup_mode=None,
    no_args_is_help=True,
    help="What can be done with a bill that is kept. Example: billing bill show 42",
)

Number = Annotated[int, typer.Argument(min=1, help="Number of the bill.")]
Other = Annotated[int, typer.Argument(min=1, help="Number of the other bill.")]
Position = Annotated[int, typer.Argument(min=1, help="Where it stands on the bill: 'billing bill show'.")]
Lines = Annotated[
    list[str], typer.Option("--line", help="POSITION or POSITION=QTY of a line; again for more.")
]
Who = Annotated[int | None, typer.Option("--operator", help="Number of who does it.")]


@app.command("list")
def list_(
    state: Annotated[
        str, typer.Option("--state", help="Only these: open, partly_paid, final, voided ...")
    ] = "",
    limit: Annotated[int, typer.Option("--limit", min=1, max=100, help="How many at most.")] = 20,
    as_json: Json = False,
    db: Db = "",
) -> None:
    """List bills, the newest first.

    Example: billing bill list --state open
    """
    with opened(db) as store:
        rows = list_bills(store, state=state or None, limit=limit)
    if as_json:
        write_json({"bills": rows})
        return
    columns = ("bill", "state", "origin", "total", "paid", "currency", "opened_at")
    table = Table(*(name.replace("_", " ") for name in columns), box=None)
    for row in rows:
        table.add_row(*(str(row[name])[:19] if name == "opened_at" else str(row[name]) for name in columns))
    Console(file=sys.stdout).print(table)


@app.command()
def show(number: Number, as_json: Json = False, db: Db = "") -> None:
    """Show a bill with the position of everything that stands on it.

    Example: billing bill show 42
    """
    _answer(db, number, lambda register: [register.read(number)], as_json=as_json)


@app.command(context_settings={"ignore_unknown_options": True})  # a line may begin with "-"
def enter(
    number: Number,
    lines: Annotated[
        list[str] | None, typer.Argument(help="Lines of bill text; without any, standard input is read.")
    ] = None,
    as_json: Json = False,
    db: Db = "",
) -> None:
    """Go on with a parked bill: enter lines one by one; print its receipt when it becomes final.

    A line that is refused changes nothing; those before it stay.

    Example: billing bill enter 42 1.2/Tea @1/10
    """
    with opened(db) as store:
        try:
            register = open_register(store, origin_of_bill(store, number))
            stored = register.read(number)
            for place, line in enumerate(lines_of(lines or []), start=1):
                stored = register.enter(line, number, number=place)
        except BillingError as error:
            give_up(error, as_json=as_json)
        print_bill(store, stored, as_json=as_json)


@app.command()
def park(number: Number, as_json: Json = False, db: Db = "") -> None:
    """Put a bill aside.

    Example: billing bill park 42
    """
    _answer(db, number, lambda register: [register.park(number)], as_json=as_json)


@app.command()
def split(number: Number, line: Lines, operator: Who = None, as_json: Json = False, db: Db = "") -> None:
    """Move lines of an open bill, whole or in part, to a new bill.

    Example: billing bill split 42 --line 2 --line 3=1
    """
    _answer(
        db,
        number,
        lambda register: list(register.split(number, [part_of(text) for text in line], operator)),
        as_json=as_json,
    )


@app.command()
def move(
    number: Number, to: Other, line: Lines, operator: Who = None, as_json: Json = False, db: Db = ""
) -> None:
    """Move lines of an open bill, whole or in part, to another open bill.

    Example: billing bill move 42 43 --line 2=1
    """
    _answer(
        db,
        number,
        lambda register: list(register.move(number, to, [part_of(text) for text in line], operator)),
        as_json=as_json,
    )


@app.command()
def join(number: Number, other: Other, operator: Who = None, as_json: Json = False, db: Db = "") -> None:
    """Move all of another open bill to this one; the other is voided as a record.

    Example: billing bill join 42 43
    """
    _answer(db, number, lambda register: [register.join(number, other, operator)], as_json=as_json)


@app.command()
def remove(
    number: Number, position: Position, operator: Who = None, as_json: Json = False, db: Db = ""
) -> None:
    """Take a charge, a comment or the bill's own discount off; it stays as a correction on record.

    Example: billing bill remove 42 3
    """
    _answer(db, number, lambda register: [register.remove(number, position, operator)], as_json=as_json)


@app.command()
def withdraw(
    number: Number, position: Position, operator: Who = None, as_json: Json = False, db: Db = ""
) -> None:
    """Give a payment back on a bill that is not paid in full; who did it is on record.

    Example: billing bill withdraw 42 4
    """
    _answer(db, number, lambda register: [register.withdraw(number, position, operator)], as_json=as_json)


@app.command()
def void(
    number: Number,
    reason: Annotated[str, typer.Option("--reason", help="Why, for the record.", show_default=False)],
    operator: Who = None,
    as_json: Json = False,
    db: Db = "",
) -> None:
    """Void a bill that is not final, also when it is partly paid; its rows and its number stay on record.

    Example: billing bill void 42 --reason 'the guests left'
    """
    _answer(db, number, lambda register: [register.void(number, reason, operator)], as_json=as_json)


def _answer(db: str, number: int, ask: Callable[[Register], list[StoredBill]], *, as_json: bool) -> None:
    """Ask something of the register of the bill's own origin and show the bills that it answers."""
    with opened(db) as store:
        try:
            bills = ask(open_register(store, origin_of_bill(store, number)))
        except BillingError as error:
            give_up(error, as_json=as_json)
        if as_json:
            said = [_json(store, bill) for bill in bills]
            write_json(said[0] if len(said) == 1 else {"bills": said})
            return
    for bill in bills:
        sys.stdout.writelines(f"{line}\n" for line in _shown(bill))


def _json(store: Store, stored: StoredBill) -> dict[str, object]:
    return placed_bill_json(stored, None if stored.job is None else show_job(store, stored.job))


def _shown(stored: StoredBill) -> Iterator[str]:
    """Yield a bill as a person reads it, each line with its position."""
    state = stored.bill.state.value.replace("_", " ")
    yield f"{bill_lines(stored, None)[0]}, {state}" + (", parked" if stored.parked else "")
    if stored.void_reason:
        yield f"void: {stored.void_reason}"
    for entry in stored.bill.entries.values():
        yield f"{entry.position:>4}  {_entry(entry, stored.bill)}"
    if stored.bill.due > 0:
        yield f"      due {stored.bill.currency.from_minor(stored.bill.due)}"


def _entry(entry: Entry, bill: Bill) -> str:
    money: Currency = bill.currency
    match entry:
        case Comment():
            return f"/{entry.name}"
        case Charge():
            less = f", {money.from_minor(entry.amount):+}" if entry.amount else ""
            each = f"{write_number(entry.qty)} x {write_number(entry.price)}"
            return f"{entry.name or '-'}: {each}{less} = {money.from_minor(entry.total)}"
        case BillModifier():
            return f"{money.from_minor(bill.modifier_amount):+} on the bill {entry.text}".rstrip()
        case _:
            return f"paid {money.from_minor(entry.value)} by payment type {entry.payment_type}"
