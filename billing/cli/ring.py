"""``billing ring``: a bill from lines of text, kept, and its receipt printed; on a terminal, a prompt."""

import sys
from typing import Annotated

import typer

from billing.cli.mishaps import give_up
from billing.cli.store_option import Db, Json, Origin, opened
from billing.cli.text_input import lines_of, write_json
from billing.documents import Answer
from billing.errors import BillingError
from billing.jobs.acquaintance import look_again
from billing.jobs.queue import print_job
from billing.services.answers import bill_json
from billing.services.keeping import StoredBill
from billing.services.receipts import RateDiffers
from billing.services.register import Register, open_register
from billing.store.engine import Store
from billing.till.prompt import run_prompt

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command(context_settings={"ignore_unknown_options": True})  # a line may begin with "-"
def ring(
    lines: Annotated[
        list[str] | None, typer.Argument(help="Lines of bill text; without any, standard input is read.")
    ] = None,
    origin: Origin = "",
    key: Annotated[
        str, typer.Option("--key", help="Your name of the bill: the same again, same answer.")
    ] = "",
    park: Annotated[bool, typer.Option("--park", help="Keep a bill that is not paid yet.")] = False,
    currency: Annotated[
        str, typer.Option("--currency", help="Of the bill; by default the one that holds today.")
    ] = "",
    till: Annotated[
        str, typer.Option("--till", help="Number the sale from this till's own range ('billing range').")
    ] = "",
    as_json: Json = False,
    db: Db = "",
) -> None:
    """Ring up one bill; when it balances, print its fiscal receipt and answer with the device's numbers.

    All lines are applied, or none. On a terminal without lines: a prompt, bill after bill.

    Example: billing ring '2*#23-20%' '1.2/Tea' @1/10
    """
    with opened(db) as store:
        if not lines and sys.stdin.isatty():
            run_prompt(store, origin or None)
            return
        try:
            register = open_register(store, origin or None)
            register.currency, register.till = currency or None, till
            stored = _rung(register, list(lines_of(lines or [])), key, park=park)
        except BillingError as error:
            give_up(error, as_json=as_json)
        print_bill(store, stored, as_json=as_json)


def _rung(register: Register, lines: list[str], key: str, *, park: bool) -> StoredBill:
    """Ring the bill; a device whose rates were not ours is looked at again first, it may be corrected."""
    try:
        return register.ring(lines, key=key or None, park=park)
    except RateDiffers as refused:
        if not look_again(register.store, refused):
            raise
    return register.ring(lines, key=key or None, park=park)


def print_bill(store: Store, stored: StoredBill, *, as_json: bool) -> None:
    """Print the receipt of a bill that became final, and show both."""
    receipt: Answer | None = None
    if stored.job is not None:
        try:
            receipt = print_job(store, stored.job)
        except BillingError as error:
            give_up(error, as_json=as_json, **bill_json(stored, None))
    if as_json:
        write_json(bill_json(stored, receipt))
        return
    for line in bill_lines(stored, receipt):
        sys.stdout.write(line + "\n")


def bill_lines(stored: StoredBill, receipt: Answer | None) -> list[str]:
    """Return a bill and its receipt as a person reads them."""
    bill, money = stored.bill, stored.bill.currency.from_minor
    lines = [f"bill {stored.id}: total {money(bill.total)} {bill.currency.code}, paid {money(bill.paid)}"]
    if bill.change:
        lines[0] += f", change {money(bill.change)}"
    if not stored.final:
        lines.append(f"kept, {money(bill.due)} {bill.currency.code} due")
    if receipt is not None:
        when = f", {receipt.date_time:%d-%m-%Y %H:%M:%S}" if receipt.date_time else ""
        lines.append(
            f"receipt {receipt.document_number or '?'}{when}, device {receipt.device_number}, "
            f"fiscal memory {receipt.fiscal_memory_number}, sale {stored.unique_sale_number}"
        )
        lines += [f"warning: {warning}" for warning in receipt.warnings]
    elif stored.final:
        lines.append("final; nothing to print")
    return lines
