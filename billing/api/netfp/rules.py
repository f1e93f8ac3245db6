"""What is refused before anything is queued, with its code (protocol page, 4.3 and 4.4)."""

import re
from collections.abc import Callable, Iterator, Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from billing.api.netfp.requests import (
    CHANGE,
    CreditNote,
    Invoice,
    Item,
    ItemType,
    ModifierType,
    Payment,
    Receipt,
    Reversal,
    Transfer,
)
from billing.api.netfp.results import Message, error, info

SALE_NUMBER: Final = re.compile(r"[A-Z]{2}[0-9]{6}-[A-Z0-9]{4}-[0-9]{7}")
TOLERANCE: Final = Decimal("0.00001")
"""A payment may differ by this part of the total: a cent above 1000.00."""

ZERO: Final = Decimal(0)


def cents(value: Decimal) -> Decimal:
    """Return ``value`` in hundredths, halves away from zero."""
    return value.quantize(Decimal("0.01"), ROUND_HALF_UP)


def quantity_of(item: Item) -> Decimal:
    """Return how much is sold: thousandths; 0 or nothing is 1."""
    return (item.quantity or Decimal(1)).quantize(Decimal("0.001"), ROUND_HALF_UP)


def line_total(item: Item) -> Decimal:
    """Return what a sale comes to with its modifier."""
    line = cents(quantity_of(item) * cents(item.unit_price))
    value = cents(item.modifier_value)
    if item.modifier_type is ModifierType.NONE:
        return line
    return line + item.modifier_type.sign * (
        cents(line * value / 100) if item.modifier_type.percent else value
    )


def total_of(items: tuple[Item, ...]) -> Decimal:
    """Return what all items come to."""
    total = ZERO
    for item in items:
        if item.type is ItemType.SALE:
            total += line_total(item)
        elif item.type is ItemType.SURCHARGE:
            total += cents(item.amount)
        elif item.type is ItemType.DISCOUNT:
            total -= cents(item.amount)
    return total


def paid_of(payments: tuple[Payment, ...]) -> Decimal:
    """Return what is paid, change included with its minus."""
    return sum((cents(payment.amount) for payment in payments), ZERO)


class Judge:
    """Judges what is asked of one device.

    Args:
        payments: the categories that the device takes.
        has_group: whether a tax group is there and active.
        subtotal_amounts: whether it takes a discount or surcharge on the whole receipt.
    """

    def __init__(
        self, payments: Mapping[str, str], has_group: Callable[[int], bool], *, subtotal_amounts: bool
    ) -> None:
        self.payments = payments
        self.has_group = has_group
        self.subtotal_amounts = subtotal_amounts

    def receipt(self, receipt: Receipt) -> list[Message]:
        """Return what is wrong with a receipt; nothing: it may be printed."""
        if not receipt.items:
            return [error("E410", "the receipt has no items")]
        if receipt.unique_sale_number and not SALE_NUMBER.fullmatch(receipt.unique_sale_number):
            return [
                error("E405", f"uniqueSaleNumber {receipt.unique_sale_number[:40]!r} has not the right form")
            ]
        for row, item in enumerate(receipt.items, start=1):
            if found := [error(code, f"item {row}: {said}") for code, said in self._item(item)]:
                return found
        for row, payment in enumerate(receipt.payments, start=1):
            if found := [error(code, f"payment {row}: {said}") for code, said in self._payment(payment)]:
                return [*found, info(f"the error is in payment {row}")]
        return self._sum(receipt)

    def reversal(self, reversal: Reversal) -> list[Message]:
        """Return what is wrong with a reversal."""
        if found := self.receipt(reversal):
            return found
        if not reversal.receipt_number:
            return [error("E405", "receiptNumber of the original receipt is empty")]
        if not reversal.fiscal_memory:
            return [error("E405", "fiscalMemorySerialNumber of the original receipt is empty")]
        return []

    def invoice(self, invoice: Invoice | CreditNote) -> list[Message]:
        """Return what is wrong with an invoice or a credit note."""
        judge = self.reversal if isinstance(invoice, CreditNote) else self.receipt
        if found := judge(invoice):  # type: ignore[arg-type]  # a credit note is a reversal
            return found
        to = invoice.recipient
        if to is None:
            return [error("E405", "recipient is missing")]
        given = {"name": to.name, "identifier": to.identifier, "address": to.address}
        found = [error("E405", f"recipient.{name} is empty") for name, said in given.items() if not said]
        if to.identifier_type == "unspecified":
            found.append(error("E405", "recipient.identifierType is unspecified"))
        if invoice.number:
            found.append(error("E412", "number is given, and the device takes it from its own range"))
        if isinstance(invoice, CreditNote) and not invoice.original_invoice:
            found.append(error("E405", "originalInvoiceNumber is empty"))
        return found

    def _item(self, item: Item) -> Iterator[tuple[str, str]]:
        if item.type in {ItemType.COMMENT, ItemType.FOOTER}:
            if not item.text:
                yield "E407", "text is empty"
        elif item.type is ItemType.SALE:
            yield from self._sale(item)
        elif item.amount <= 0:
            yield "E403", "amount is to be above zero"
        elif not self.subtotal_amounts:
            yield "E412", f"the device takes no {item.type}"

    def _sale(self, item: Item) -> Iterator[tuple[str, str]]:
        if not item.text:
            yield "E407", "text is empty"
        if item.modifier_type is not ModifierType.NONE and item.modifier_value <= 0:
            yield "E403", "priceModifierValue is to be above zero"
        if item.modifier_type is ModifierType.NONE and item.modifier_value != 0:
            yield "E403", "priceModifierValue is given without a priceModifierType"
        if item.quantity < 0:
            yield "E403", "quantity is below zero"
        if item.department < 0:
            yield "E403", "department is below zero"
        if item.unit_price < 0:
            yield "E403", "unitPrice is below zero; what goes back is a reversal"
        if item.tax_group == 0:
            yield "E403", "taxGroup is missing"
        if not (1 <= item.tax_group <= 8 and self.has_group(item.tax_group)):
            yield "E411", f"tax group {item.tax_group} is not on this device"

    def _payment(self, payment: Payment) -> Iterator[tuple[str, str]]:
        if payment.type == CHANGE:
            if payment.amount >= 0:
                yield "E403", "change is to be below zero"
            return
        if payment.amount < 0:
            yield "E403", "amount is below zero"
        if payment.type not in self.payments:
            known = ", ".join(self.payments)
            yield (
                "E406",
                f"payment type {payment.type or 'unspecified'!r} is not on this device; it has {known}",
            )

    def _sum(self, receipt: Receipt) -> list[Message]:
        total, paid = total_of(receipt.items), paid_of(receipt.payments)
        if total <= 0:
            return [
                error("E403", f"the items come to {total}, and a device prints no receipt without a payment")
            ]
        if receipt.payments and abs(paid - total) / total > TOLERANCE:
            return [error("E403", f"{paid} is paid and the items come to {total}")]
        return []


def judge_transfer(transfer: Transfer) -> list[Message]:
    """Return what is wrong with cash put in or taken out."""
    if cents(transfer.amount) <= 0:
        return [error("E403", "amount is to be above zero")]
    return []
