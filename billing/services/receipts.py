"""From a bill to the fiscal document that its device prints, and the check that it could ever print it.

The document is made from the bill's entries alone: list price and modifier apart (fiscal rules 3), payments
by the authority's category, cash as tendered. What the device was last seen to take is plain JSON on its
row; a key that is absent there is not checked here, the driver judges the document again.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final, TypeVar, cast

from pydantic import ValidationError

from billing import documents
from billing.errors import BillingError, RuleError
from billing.money import Currency
from billing.pricing import Bill, BillModifier, Charge, Comment, Payment
from billing.pricing.lookup import in_units
from billing.services.catalogue import Catalogue
from billing.store.currencies import Policy
from billing.store.nomenclature import PaymentFacts
from billing.store.origins import DeviceFacts, OriginFacts
from billing.store.work import Judge

AnySale = TypeVar(
    "AnySale",
    bound=documents.Receipt | documents.Invoice | documents.Reversal | documents.CreditNote,
)

UNNAMED: Final = "Артикул"
"""What paper calls a charge that has no name: the law wants one for each (N-18 art. 26(1) 7)."""


class Unprintable(RuleError):
    """The device could never print this bill: refused as a payment, so the bill stays as it was."""

    code = "unprintable"

    def __init__(self, device: str, why: str) -> None:
        super().__init__(f"device {device!r} could not print this bill: {why}")
        self.device = device


class RateDiffers(Unprintable):
    """A tax group's rate on the device is not ours."""

    code = "rate_differs"

    def __init__(self, device: str, group: int, theirs: str, ours: Decimal) -> None:
        super().__init__(
            device,
            f"tax group {group} is {theirs} there and {ours.normalize():f} % here; "
            f"change the nomenclature or the device, then run 'billing device check {device}'",
        )
        self.group = group


class ClientWrong(Unprintable):
    """A profile lacks what an invoice must say of its client."""

    code = "client_wrong"

    def __init__(self, device: str, profile: int, why: str) -> None:
        super().__init__(device, f"profile {profile} cannot be on an invoice: {why}")
        self.profile = profile


def receipt_of(
    bill: Bill,
    unique_sale_number: str,
    payment_types: Mapping[int, PaymentFacts],
    capabilities: Mapping[str, Any],
    client: documents.Client | None = None,
) -> documents.Receipt | documents.Invoice:
    """Return the receipt that says what the bill says; the operator is the one who works on it now.

    Args:
        bill: a bill with its payments.
        unique_sale_number: the number taken with its first charge.
        payment_types: the categories, by number of the payment type.
        capabilities: what the device was last seen to take: a PLU's own department is named only to a
            device with departments; one that the line names always is.
        client: who it is made out to; with one it is an invoice.
    """
    said = _said(bill, unique_sale_number, payment_types, capabilities)
    return documents.Receipt(**said) if client is None else documents.Invoice(client=client, **said)


def reversal_of(
    bill: Bill,
    payment_types: Mapping[int, PaymentFacts],
    capabilities: Mapping[str, Any],
    taken_back: "TakenBack",
) -> documents.Reversal | documents.CreditNote:
    """Return the document of a reversal: a credit note where the original was an invoice.

    Args:
        bill: the reversal, with what goes back as its payments.
        payment_types: the categories, by number of the payment type.
        capabilities: what the device was last seen to take.
        taken_back: the original, by the numbers its device gave it, and why.
    """
    said = _said(bill, taken_back.original.unique_sale_number, payment_types, capabilities)
    said |= {"reason": taken_back.reason, "original": taken_back.original}
    if taken_back.client is None:
        return documents.Reversal(**said)
    return documents.CreditNote(client=taken_back.client, invoice_number=taken_back.invoice_number, **said)


def between_texts(document: AnySale, origin: OriginFacts) -> AnySale:
    """Return a fiscal document with its origin's lines of text before and after its own."""
    if not (origin.header or origin.footer):
        return document
    header, footer = (
        tuple(documents.CommentLine(comment=text) for text in texts)
        for texts in (origin.header, origin.footer)
    )
    return cast("AnySale", document.model_copy(update={"lines": (*header, *document.lines, *footer)}))


class CurrencyNotPrinted(Unprintable):
    """A fiscal device prints in the currency that holds, and in no other."""

    code = "currency_mismatch"

    def __init__(
        self, device: str, found: str, expected: str, advice: str = "void it and ring it again"
    ) -> None:
        super().__init__(device, f"the bill is in {found}, receipts are in {expected}; {advice}")


def second_total(bill: Bill, policy: Policy | None) -> documents.SecondTotal | None:
    """Return the bill's total in the second currency, converted from the total alone (fiscal rules 10)."""
    if policy is None or policy.second_currency is None or policy.second_rate is None:
        return None
    other, rate = Currency.of(policy.second_currency), Fraction(policy.second_rate)
    rate = rate if policy.second_per_unit else 1 / rate
    total = bill.currency.from_minor(bill.total)
    return documents.SecondTotal(
        currency=other.code,
        rate=policy.second_rate,
        total=other.from_minor(in_units(total, rate, other.exponent)),
    )


@dataclass(frozen=True, slots=True)
class TakenBack:
    """What a reversal's document says of the original; ``client`` and ``invoice_number`` of an invoice."""

    reason: documents.ReversalReason
    original: documents.Original
    client: documents.Client | None = None
    invoice_number: str = ""


def _said(
    bill: Bill,
    unique_sale_number: str,
    payment_types: Mapping[int, PaymentFacts],
    capabilities: Mapping[str, Any],
) -> dict[str, Any]:
    """Return what all fiscal documents of a bill say."""
    money = bill.currency.from_minor
    return {
        "operator": documents.Operator(code=str(bill.operator or 1)),
        "unique_sale_number": unique_sale_number,
        "lines": tuple(_lines(bill, capabilities)),
        "modifier": _modifier(bill),
        "payments": tuple(
            documents.PaymentLine(
                category=documents.PaymentCategory(payment_types[payment.payment_type].category),
                amount=money(payment.value if payment.tendered is None else payment.tendered),
            )
            for payment in bill.payments
        ),
        "total": money(bill.total),
    }


def client_of(device: str, bill: Bill, shop: Catalogue) -> documents.Client | None:
    """Return who the bill's invoice is made out to, None where no invoice was asked for.

    The seller is the operator who works on the bill now.

    Raises:
        ClientWrong: the profile lacks what an invoice must say; ``device`` stands in the sentence.
    """
    facts = None if bill.profile is None else shop.client(bill.profile)
    if facts is None or bill.profile is None:
        return None
    if not facts.identity:
        raise ClientWrong(device, bill.profile, "it has no identity number")
    try:
        return documents.Client.model_validate(
            {
                "number": facts.identity,
                "kind": facts.kind,
                "name": facts.name,
                "receiver": facts.receiver,
                "seller": shop.operator_name(bill.operator),
                "vat_number": facts.vat_number,
                "address": facts.address,
            }
        )
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        member = {"number": "identity"}.get(str(first["loc"][0]), first["loc"][0])
        why = f"its {member}: {first['msg'].removeprefix('Value error, ')}"
        raise ClientWrong(device, bill.profile, why) from None


def _lines(bill: Bill, capabilities: Mapping[str, Any]) -> Iterator[documents.DocumentLine]:
    """Yield the document's lines in the order of entry; the text of the bill's modifier comes last.

    A PLU is named only to a device that was last seen to keep articles of that number.
    """
    departments = bool(capabilities.get("departments"))
    first, last = capabilities.get("plus") or (1, 0)
    for entry in bill.entries.values():
        if isinstance(entry, Charge):
            yield documents.SaleLine(
                text=entry.name or UNNAMED,
                price=entry.price,
                qty=entry.qty,
                tax_group=entry.tax_group,
                department=entry.department or (entry.plu_department if departments else None),
                plu=entry.plu if entry.plu and first <= entry.plu <= last else None,
                modifier=None
                if entry.modifier is None
                else documents.Modifier(kind=entry.modifier.kind, value=entry.modifier.value),
            )
        elif isinstance(entry, Comment):
            yield documents.CommentLine(comment=entry.name)
    if bill.modifier is not None and bill.modifier.text:
        yield documents.CommentLine(comment=bill.modifier.text)


def _modifier(bill: Bill) -> documents.Modifier | None:
    modifier: BillModifier | None = bill.modifier
    if modifier is None:
        return None
    return documents.Modifier(kind=modifier.modifier.kind, value=modifier.modifier.value)


def judge_by_driver(judge: Judge, device: DeviceFacts, document: documents.Document) -> None:
    """Ask the driver of ``device`` whether it could say ``document``; nothing is sent.

    Raises:
        Unprintable: it could not; the sentence is the driver's, with the JSON path.
    """
    try:
        judge(device.address, document)
    except BillingError as error:
        raise Unprintable(device.name, str(error)) from error


def check_printable(
    device: str,
    capabilities: Mapping[str, Any],
    bill: Bill,
    payment_types: Mapping[int, PaymentFacts],
) -> None:
    """Judge a bill with its payments against what its device was last seen to take.

    Raises:
        Unprintable: it could never print it; the sentence says why.
    """
    if bill.profile is not None and not capabilities.get("invoices", True):
        raise Unprintable(device, "it prints no invoices; pay without a profile")
    for entry in bill.entries.values():
        if isinstance(entry, Charge):
            _check_charge(device, capabilities, entry)
        elif isinstance(entry, Payment):
            category = payment_types[entry.payment_type].category
            known = capabilities.get("payments")
            if known is not None and category not in known:
                raise Unprintable(device, f"it has no payment {category!r}, only {', '.join(sorted(known))}")
    sales = sum(isinstance(entry, Charge) for entry in bill.entries.values())
    most = capabilities.get("max_sales")
    if most is not None and sales > most:
        raise Unprintable(device, f"a receipt holds at most {most} sales, this bill has {sales}")


def _check_charge(device: str, capabilities: Mapping[str, Any], charge: Charge) -> None:
    rates = capabilities.get("rates")
    if rates is not None:
        theirs = rates.get(str(charge.tax_group))
        if theirs is None:
            raise RateDiffers(device, charge.tax_group, "not set", charge.rate)
        if Decimal(theirs) != charge.rate:
            raise RateDiffers(device, charge.tax_group, f"{theirs} %", charge.rate)
    for name, value_of in _LIMITS.items():
        limit, value = capabilities.get(name), value_of(charge)
        if limit is not None and value is not None and value > Decimal(limit):
            what = name.removesuffix("_max")
            raise Unprintable(device, f"a {what} of {value} in {charge.name!r} is above its limit of {limit}")


def _percent_of(charge: Charge) -> Decimal | None:
    modifier = charge.modifier
    return abs(modifier.value) if modifier is not None and modifier.kind == "percent" else None


_LIMITS: Final[Mapping[str, Callable[[Charge], Decimal | None]]] = {
    "price_max": lambda charge: charge.price,
    "quantity_max": lambda charge: charge.qty,
    "percent_max": _percent_of,
}
"""Limits of a device's capabilities that bound a figure of a charge."""
