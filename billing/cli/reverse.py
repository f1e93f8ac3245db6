"""``billing reverse``: takes back lines of a final bill, and prints the reversal."""

import sys
from typing import Annotated

import typer
from pydantic import ValidationError

from billing.cli.mishaps import give_up
from billing.cli.store_option import Db, Json, opened
from billing.cli.text_input import write_json
from billing.documents import Answer, Original
from billing.errors import BillingError, UsageError
from billing.jobs.queue import print_job
from billing.money import Currency
from billing.services.answers import bill_json
from billing.services.keeping import StoredBill
from billing.services.reversals import Asked, part_of, reason_of, reverse
from billing.store.engine import Store

app = typer.Typer(add_completion=False, rich_markup_mode=None)


class OriginalWrong(UsageError):
    """Text that does not name the original's paper."""

    code = "original_wrong"

    def __init__(self, found: str) -> None:
        super().__init__(
            f"{found[:60]!r} does not name a receipt; expected its number, date and time, and fiscal memory "
            "number, such as 0000123,2026-11-24T12:00:00,02000600"
        )


@app.command("reverse")
def reverse_(
    bill: Annotated[int, typer.Argument(min=1, help="Number of the final bill.")],
    reason: Annotated[
        str,
        typer.Option("--reason", help="operator-error, refund or tax-base-reduction.", show_default=False),
    ],
    line: Annotated[
        list[str] | None,
        typer.Option("--line", help="POSITION or POSITION=QTY of a line; again for more. Without: all."),
    ] = None,
    payment: Annotated[
        int | None, typer.Option("--payment", help="Payment type by which the money goes back.")
    ] = None,
    operator: Annotated[int | None, typer.Option("--operator", help="Number of who does it.")] = None,
    invoice: Annotated[
        str,
        typer.Option("--invoice", help="Number of the original's invoice, where its device did not tell it."),
    ] = "",
    original: Annotated[
        str, typer.Option("--original", help="NUMBER,DATE-TIME,FISCAL-MEMORY as read off the paper.")
    ] = "",
    key: Annotated[str, typer.Option("--key", help="Your name of it: the same again, same answer.")] = "",
    as_json: Json = False,
    db: Db = "",
) -> None:
    """Take back a final bill, or lines of it, and print the reversal.

    Example: billing reverse 42 --line 2=1 --reason refund
    """
    with opened(db) as store:
        try:
            asked = Asked(
                reason=reason_of(reason),
                parts=tuple(map(part_of, line or [])),
                operator=operator,
                payment_type=payment,
                key=key or None,
                original=_original(original) if original else None,
                invoice_number=invoice,
            )
            stored = reverse(store, bill, asked)
        except BillingError as error:
            give_up(error, as_json=as_json)
        _print(store, stored, as_json=as_json)


def _original(text: str) -> Original:
    """Return the receipt that ``text`` names.

    Raises:
        OriginalWrong: it names none.
    """
    number, _, rest = text.partition(",")
    when, _, memory = rest.partition(",")
    try:
        return Original.model_validate(
            {"document_number": number, "date_time": when, "fiscal_memory_number": memory}
        )
    except ValidationError:
        raise OriginalWrong(text) from None


def _print(store: Store, stored: StoredBill, *, as_json: bool) -> None:
    paper: Answer | None = None
    if stored.job is not None:
        try:
            paper = print_job(store, stored.job)
        except BillingError as error:
            give_up(error, as_json=as_json, **bill_json(stored, None))
    if as_json:
        write_json(bill_json(stored, paper))
        return
    money, converted = stored.bill.currency, stored.converted
    was = ""
    if converted is not None:
        old = Currency.of(converted.currency)
        was = f" for {old.from_minor(converted.total)} {old.code} at {converted.rate}"
    sys.stdout.write(
        f"bill {stored.id} reverses bill {stored.reverses}: {money.from_minor(stored.bill.total)} "
        f"{money.code} goes back{was} ({stored.reversal_reason})\n"
    )
    if paper is not None:
        sys.stdout.write(f"document {paper.document_number or '?'}, device {paper.device_number}\n")
        sys.stdout.writelines(f"warning: {warning}\n" for warning in paper.warnings)
