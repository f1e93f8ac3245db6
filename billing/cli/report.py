"""``billing report``: the day of an origin, read (X) or closed (Z), periods, and cash in the drawer."""

import getpass
import sys
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any

import typer

from billing.cli.mishaps import give_up
from billing.cli.report_text import (
    NEEDS_LOOKING,
    csv_rows,
    detail_lines,
    figure_lines,
    more_lines,
    period_json,
    say,
    tell_z,
    verdict,
    write_csv,
    x_json,
    z_head,
)
from billing.cli.store_option import Db, Json, Origin, opened
from billing.cli.text_input import write_json
from billing.documents import PeriodReport
from billing.errors import BillingError, UsageError
from billing.jobs.closing import close_day, move_cash, print_period, read_day
from billing.services.closings import count_drawer, explain_z, period_figures

app = typer.Typer(
    add_completion=False,
    rich_markup_mode=None,
    no_args_is_help=True,
    help="X, Z and period reports, and cash. Example: billing report z -o shop",
)

Csv = Annotated[bool, typer.Option("--csv", help="Answer with lines of CSV.")]
Number = Annotated[int, typer.Argument(min=1, help="The report, as 'billing reports list' shows it.")]
Amount = Annotated[str, typer.Argument(help="An amount such as 50.00.")]
Reason = Annotated[str, typer.Option("--reason", help="Why.")]


class AmountWrong(UsageError):
    """An amount cannot be read."""

    code = "amount"

    def __init__(self, found: str) -> None:
        super().__init__(f"{found[:40]!r} is no amount such as 50.00")


class EndsWrong(UsageError):
    """A period's ends cannot be read."""

    code = "period"

    def __init__(self, found: str) -> None:
        super().__init__(
            "a period has two ends, dates (2026-11-01 2026-11-30) or Z numbers (1 31), the first one first; "
            f"found {found}"
        )


@app.command()
def x(origin: Origin = "", as_csv: Csv = False, as_json: Json = False, db: Db = "") -> None:
    """Print an X report and show the day so far; changes nothing.

    Example: billing report x -o shop
    """
    with opened(db) as store:
        try:
            result = read_day(store, origin or None)
        except BillingError as error:
            give_up(error, as_json=as_json)
    told = x_json(result)
    if as_json:
        write_json(told)
        return
    if as_csv:
        write_csv(csv_rows(told))
        return
    say([f"X report, device {result.day.device or 'none'}", *figure_lines(told["figures"])])
    say([*detail_lines(result.day.details), *more_lines(told)])
    if result.answer is not None:
        say(verdict(result.differences))


@app.command()
def z(origin: Origin = "", as_csv: Csv = False, as_json: Json = False, db: Db = "") -> None:
    """Close the day: print the Z report, freeze its bills, compare with the device line by line.

    Exits with 3 when the device does not agree and nothing explains it; the Z is made all the same.

    Example: billing report z -o shop
    """
    with opened(db) as store:
        try:
            result = close_day(store, origin or None, getpass.getuser())
        except BillingError as error:
            give_up(error, as_json=as_json, **_blockers(error))
    tell_z(result, as_csv=as_csv, as_json=as_json)
    if result.state == "open":
        sys.stderr.write(
            f"report {result.report_id} is made and does not agree with its device; when it is clear why: "
            f"billing report explain {result.report_id} --reason WHY\n"
        )
        raise typer.Exit(NEEDS_LOOKING)


def _blockers(error: BillingError) -> dict[str, Any]:
    """Return what stands in the way of a Z, for machines."""
    blockers = getattr(error, "blockers", ())
    if not blockers:
        return {}
    return {
        "blockers": [
            {"what": b.what, "number": b.number, "state": b.state, "clears": b.clears} for b in blockers
        ]
    }


@app.command()
def period(
    first: Annotated[str, typer.Argument(help="The first date, or the first Z number.")],
    last: Annotated[str, typer.Argument(help="The last one, included.")],
    origin: Origin = "",
    detailed: Annotated[bool, typer.Option("--detailed", help="With every Z in it.")] = False,
    on_paper: Annotated[bool, typer.Option("--print/--no-print", help="On the device's paper too.")] = True,
    as_csv: Csv = False,
    as_json: Json = False,
    db: Db = "",
) -> None:
    """Report the days between two dates or two Z numbers: ours, and on paper from the device's memory.

    Example: billing report period 2026-11-01 2026-11-30 --detailed
    """
    ends, document = _ends(first, last, detailed=detailed)
    with opened(db) as store:
        try:
            found = period_figures(store, origin or None, ends, detailed=detailed)
            if on_paper:
                print_period(store, origin or None, document)
        except BillingError as error:
            give_up(error, as_json=as_json)
    told = period_json(found)
    if as_json:
        write_json(told)
    elif as_csv:
        write_csv(row for part in (told, *told["reports"]) for row in csv_rows(part))
    else:
        say([f"{first} to {last}, device {found.device or 'none'}", *figure_lines(told["figures"])])
        say([*detail_lines(found.details), *more_lines(told)])
        for each in found.reports:
            say([z_head(each), *figure_lines(each.figures), *detail_lines(each.details)])


@app.command()
def cash(
    amount: Amount,
    out: Annotated[bool, typer.Option("--out", help="Take it out instead of putting it in.")] = False,
    key: Annotated[
        str, typer.Option("--key", help="Your own name of it: the same again is not done twice.")
    ] = "",
    origin: Origin = "",
    as_json: Json = False,
    db: Db = "",
) -> None:
    """Put cash into the drawer, or take it out; the device registers it (the opening float too).

    Example: billing report cash 50.00 -o shop
    """
    moved = _amount(amount)
    with opened(db) as store:
        try:
            answer = move_cash(store, origin or None, -moved if out else moved, key)
        except BillingError as error:
            give_up(error, as_json=as_json)
    if as_json:
        write_json({"amount": f"{-moved if out else moved:f}", "receipt": answer.model_dump(mode="json")})
        return
    say([f"{moved} {'taken out' if out else 'put in'}: document {answer.document_number or '?'}"])


@app.command()
def explain(number: Number, reason: Reason, as_json: Json = False, db: Db = "") -> None:
    """Say why a Z does not agree with its device.

    Example: billing report explain 7 --reason 'sold on the keyboard while the network was down'
    """
    with opened(db) as store:
        try:
            result = explain_z(store, number, reason)
        except BillingError as error:
            give_up(error, as_json=as_json)
    tell_z(result, as_json=as_json)


@app.command()
def count(
    number: Number,
    amounts: Annotated[
        list[str], typer.Argument(help="All of it as one amount, or PIECExHOW_MANY for each coin and note.")
    ],
    reason: Reason = "",
    by: Annotated[int | None, typer.Option("--by", help="The operator who counted.")] = None,
    as_json: Json = False,
    db: Db = "",
) -> None:
    """Keep what was counted in the drawer at a Z; a difference from the device's cash needs a reason.

    Example: billing report count 7 50x3 20x5 0.50x11
    """
    pieces = _pieces(amounts)
    counted = sum((value * number for value, number in pieces.items()), Decimal("0.00"))
    if len(amounts) == 1 and "x" not in amounts[0]:
        counted, pieces = _amount(amounts[0], least=Decimal(0)), {}
    with opened(db) as store:
        try:
            result = count_drawer(store, number, counted, reason, by, pieces=pieces)
        except BillingError as error:
            give_up(error, as_json=as_json)
    tell_z(result, as_json=as_json)


def _pieces(given: list[str]) -> dict[Decimal, int]:
    """Return how many of each coin and note there are, by value.

    Raises:
        AmountWrong: one is not such as ``0.50x11``.
    """
    pieces: dict[Decimal, int] = {}
    for each in given:
        value, _, number = each.partition("x")
        if not (number.isascii() and number.isdecimal() and len(number) < 8):
            if len(given) == 1 and not number:
                return {}
            raise AmountWrong(each)
        amount = _amount(value)
        pieces[amount] = pieces.get(amount, 0) + int(number)
    return pieces


def _amount(text: str, least: Decimal = Decimal("0.01")) -> Decimal:
    """Return an amount with two decimals.

    Raises:
        AmountWrong: it is none, has more decimals, or is too small.
    """
    try:
        amount = Decimal(text)
        if amount.is_finite() and least <= amount < 10**9 and amount == amount.quantize(Decimal("0.01")):
            return amount.quantize(Decimal("0.01"))
    except InvalidOperation:
        pass
    raise AmountWrong(text)


def _ends(
    first: str, last: str, *, detailed: bool
) -> tuple[tuple[date, date] | tuple[int, int], PeriodReport]:
    """Return the ends of a period, and the document that prints it.

    Raises:
        EndsWrong: they are neither two dates nor two numbers, or the wrong way round.
    """
    try:
        if first.isdecimal() and last.isdecimal():
            numbers = (int(first), int(last))
            document = PeriodReport(from_number=numbers[0], to_number=numbers[1], detailed=detailed)
            return numbers, document
        dates = (date.fromisoformat(first), date.fromisoformat(last))
        return dates, PeriodReport(from_date=dates[0], to_date=dates[1], detailed=detailed)
    except ValueError:
        raise EndsWrong(f"{first[:20]!r} {last[:20]!r}") from None
