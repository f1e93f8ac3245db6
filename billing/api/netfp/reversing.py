"""A reversal of the second door as one of our own bill, where that says exactly the same; else a document.

The original is the bill with the sale number and the receipt that the request names. What cannot be taken
back from it line by line (the original is not ours, texts or prices differ, more than is left) is printed all
the same, as a document.
"""

from collections.abc import Callable
from decimal import Decimal

from billing import documents
from billing.api.netfp.papers import plain, receipt_of
from billing.api.netfp.printers import Printer
from billing.api.netfp.requests import Item, ItemType, Reversal
from billing.api.netfp.rules import cents, quantity_of
from billing.api.netfp.sales import NoBill, Sold, judge_client, judge_same, operator_of, type_of
from billing.errors import BillingError
from billing.pricing import Bill, Charge
from billing.pricing.reversal import Part
from billing.services import jobs, reversals
from billing.services.catalogue import Catalogue
from billing.services.idempotency import tried
from billing.services.register import Register
from billing.services.reversals import Asked
from billing.store.engine import Store


def take_back(
    store: Store, printer: Printer, asked: Reversal, task: str, sees: Callable[[str], bool]
) -> Sold:
    """Put the reversal into the device's queue, as that of a bill where it can be one.

    Args:
        store: where to.
        printer: on which it is printed.
        asked: what is asked.
        task: its id.
        sees: whether the caller may know of an origin.

    Raises:
        DocumentRefused, NotSupported: the device cannot say it; nothing was kept.
    """
    document = receipt_of(asked)
    try:
        return _reversal(store, printer, asked, document, f"netfp:{task}", sees)
    except BillingError as refused:
        printer.dialect.check(document)
        return Sold(jobs.put_document(store, document, ("netfp", task), printer.row.name), why=str(refused))


def _reversal(  # noqa: PLR0913, PLR0917 what a reversal is made of
    store: Store,
    printer: Printer,
    asked: Reversal,
    document: documents.SaleDocument,
    key: str,
    sees: Callable[[str], bool],
) -> Sold:
    """Take the lines back from our bill; undone whole where it does not say the same."""
    assert isinstance(document, documents.REVERSALS)  # noqa: S101 what a reversal is made into
    number = document.invoice_number if isinstance(document, documents.CreditNote) else ""
    if any(item.type is not ItemType.SALE for item in asked.items):
        raise NoBill("it has more than lines")
    with tried(store) as work:
        bill = reversals.original_of(store, asked.unique_sale_number, asked.receipt_number)
        if bill is None:
            raise NoBill("the original is no bill of ours")
        catalogue = Catalogue()
        catalogue.refresh(work)
        original = Register(store).read(bill)
        if not sees(original.origin):
            raise NoBill("the original is of another origin")
        taken = Asked(
            reason=document.reason,
            parts=_parts(original.bill, asked.items),
            operator=operator_of(asked, catalogue),
            payment_type=type_of(documents.PaymentCategory.CASH, catalogue),
            key=key,
            original=document.original,
            invoice_number=number,
        )
        stored = reversals.reverse(store, bill, taken)
        job = None if stored.job is None else jobs.show_job(store, stored.job)
        if job is None or job.device != printer.row.name or job.document.kind != document.kind:
            raise NoBill("it would be another document, or on another device")
        said = job.document
        assert isinstance(said, documents.REVERSALS)  # noqa: S101 of the same kind
        judge_same(said, document)
        if isinstance(said, documents.CreditNote) and isinstance(document, documents.CreditNote):
            judge_client(said.client, document.client)
        printer.dialect.check(said)
        return Sold(job.number)


def _parts(original: Bill, items: tuple[Item, ...]) -> tuple[Part, ...]:
    """Return which lines of the original go back, and how much of each.

    Raises:
        NoBill: an item is none of its lines.
    """
    left = [entry for entry in original.entries.values() if isinstance(entry, Charge)]
    parts = []
    for item in items:
        found = next((charge for charge in left if _same(charge, item, quantity_of(item))), None)
        if found is None:
            raise NoBill(f"the original has no line {item.text!r} of that price and so much of it")
        left.remove(found)
        parts.append(Part(found.position, quantity_of(item)))
    return tuple(parts)


def _same(charge: Charge, item: Item, qty: Decimal) -> bool:
    return (charge.name, charge.price, charge.tax_group) == (
        plain(item.text),
        cents(item.unit_price),
        item.tax_group,
    ) and qty <= charge.qty
