"""From a request to the document that its device prints: the queue's own words."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Final

from pydantic import ValidationError

from billing import documents
from billing.api.netfp.reading import UNSET
from billing.api.netfp.requests import (
    CHANGE,
    CreditNote,
    Invoice,
    Item,
    ItemType,
    ModifierType,
    Payment,
    Period,
    Receipt,
    Recipient,
    Reversal,
)
from billing.api.netfp.rules import ZERO, cents, paid_of, quantity_of, total_of
from billing.devices.faults import DocumentRefused
from billing.documents import PaymentCategory, json_path

TEXT_MOST: Final = 255
"""Characters of a text that are kept; a device prints fewer."""
NO_CODE: Final = 999
"""The item code of an item that has none."""
CLIENT_KINDS: Final = {
    "legal-registration": "company",
    "national-id": "personal",
    "foreigner-id": "foreigner",
    "tax-number": "official",
}


class Wrong(DocumentRefused):
    """A request that makes no document; says the JSON path."""

    def __init__(self, error: ValidationError) -> None:
        first = error.errors(include_input=False, include_url=False)[0]
        path = json_path(tuple(part for part in first["loc"] if part not in {"SaleLine", "CommentLine"}))
        super().__init__(path, first["msg"].removeprefix("Value error, "))


def plain(text: str) -> str:
    """Return a text that can be printed: control characters are blanks, and it has its most characters."""
    shown = "".join(letter if letter.isprintable() or letter == " " else " " for letter in text)
    return shown[:TEXT_MOST].strip() or " "


def receipt_of(asked: Receipt) -> documents.SaleDocument:
    """Return the document of a receipt, reversal, invoice or credit note that was judged.

    Raises:
        DocumentRefused: a value that no device takes.
    """
    try:
        return _made(asked)
    except ValidationError as error:
        raise Wrong(error) from None


def _made(asked: Receipt) -> documents.SaleDocument:
    said: dict[str, Any] = {
        "unique_sale_number": asked.unique_sale_number,
        "lines": tuple(lines_of(asked.items)),
        "modifier": bill_modifier(asked.items),
        "total": total_of(asked.items),
    }
    if asked.operator:
        said["operator"] = documents.Operator(code=asked.operator)
    if isinstance(asked, Reversal):
        said |= {"reason": asked.reason, "original": _original(asked), "payments": _in_cash(asked.items)}
    else:
        said["payments"] = payments_of(asked)
    if isinstance(asked, CreditNote):
        client = _client(asked.recipient, asked)
        return documents.CreditNote(**said, client=client, invoice_number=asked.original_invoice)
    if isinstance(asked, Invoice):
        return documents.Invoice(**said, client=_client(asked.recipient, asked))
    return documents.Reversal(**said) if isinstance(asked, Reversal) else documents.Receipt(**said)


def lines_of(items: tuple[Item, ...]) -> Iterator[documents.DocumentLine]:
    """Yield the lines in order; what is for the foot of the receipt comes last."""
    for item in items:
        if item.type is ItemType.SALE:
            yield documents.SaleLine(
                text=plain(item.text),
                price=cents(item.unit_price),
                qty=quantity_of(item),
                tax_group=item.tax_group,
                department=item.department or None,
                plu=item.item_code if item.item_code > 0 and item.item_code != NO_CODE else None,
                modifier=line_modifier(item),
            )
        elif item.type is ItemType.COMMENT:
            yield documents.CommentLine(comment=plain(item.text))
    for item in items:
        if item.type in {ItemType.DISCOUNT, ItemType.SURCHARGE} and item.text:
            yield documents.CommentLine(comment=plain(item.text))
    for item in items:
        if item.type is ItemType.FOOTER:
            yield documents.CommentLine(comment=plain(item.text))


def line_modifier(item: Item) -> documents.Modifier | None:
    """Return a sale's modifier; discounts are below zero."""
    value = cents(item.modifier_value)
    if item.modifier_type is ModifierType.NONE or not value:
        return None
    kind = "percent" if item.modifier_type.percent else "fixed"
    return documents.Modifier.model_validate({"kind": kind, "value": item.modifier_type.sign * value})


def bill_modifier(items: tuple[Item, ...]) -> documents.Modifier | None:
    """Return all discounts and surcharges on the whole receipt as one amount."""
    value = ZERO
    for item in items:
        if item.type is ItemType.SURCHARGE:
            value += cents(item.amount)
        elif item.type is ItemType.DISCOUNT:
            value -= cents(item.amount)
    return documents.Modifier(kind="fixed", value=value) if value else None


def payments_of(asked: Receipt) -> tuple[documents.PaymentLine, ...]:
    """Return the payments as tendered: change is not told to a device, it gives it by itself.

    A cent that the protocol's tolerance lets through is taken from or given to the last payment.
    """
    rows = given(asked.payments)
    if not rows:
        return _in_cash(asked.items)
    off = total_of(asked.items) - paid_of(asked.payments)
    category, amount = rows[-1]
    rows[-1] = (category, amount + off)
    return tuple(documents.PaymentLine(category=category, amount=amount) for category, amount in rows)


def given(payments: tuple[Payment, ...]) -> list[tuple[PaymentCategory, Decimal]]:
    """Return what is handed over, category by category in order; payments of nothing are left out."""
    return [
        (PaymentCategory(payment.type), cents(payment.amount))
        for payment in payments
        if payment.type != CHANGE and cents(payment.amount)
    ]


def _in_cash(items: tuple[Item, ...]) -> tuple[documents.PaymentLine, ...]:
    total = total_of(items)
    return (documents.PaymentLine(amount=total),) if total >= 0 else ()


def _original(asked: Reversal) -> documents.Original:
    if asked.receipt_date_time == UNSET:
        raise DocumentRefused("$.original.date_time", "receiptDateTime of the original receipt is missing")
    return documents.Original(
        document_number=asked.receipt_number,
        date_time=asked.receipt_date_time.replace(tzinfo=None),
        fiscal_memory_number=asked.fiscal_memory,
        unique_sale_number=asked.unique_sale_number,
    )


def _client(to: Recipient | None, asked: Invoice | CreditNote) -> documents.Client:
    assert to is not None  # noqa: S101 it was judged
    address = ", ".join(part for part in (to.city, to.address) if part)
    return documents.Client.model_validate(
        {
            "number": to.identifier,
            "kind": CLIENT_KINDS[to.identifier_type],
            "name": plain(to.name),
            "receiver": plain(asked.receiver) if asked.receiver else "",
            "seller": plain(asked.issuer) if asked.issuer else "",
            "vat_number": to.vat_number,
            "address": plain(address),
        }
    )


def period_of(asked: Period) -> documents.PeriodReport:
    """Return the report from fiscal memory over whole days."""
    return documents.PeriodReport(
        from_date=asked.start.date(), to_date=asked.end.date(), detailed=asked.detailed
    )
