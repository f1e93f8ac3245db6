"""What can be asked, as frozen values, and the table of each shape's members (protocol page, section 4)."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

from billing.api.netfp.reading import UNSET, Member, Place, Shape, listed, moment, number, one_of, text, whole
from billing.documents import PaymentCategory, ReversalReason

ZERO: Final = Decimal(0)

CHANGE: Final = "change"
"""The payment type that gives back; it is never told to a device."""


class ItemType(StrEnum):
    """What an item is; the order is that of the protocol's numbers, from 0."""

    SALE = "sale"
    COMMENT = "comment"
    FOOTER = "footer-comment"
    SURCHARGE = "surcharge-amount"
    DISCOUNT = "discount-amount"


class ModifierType(StrEnum):
    """How a line's price is changed; the order is that of the protocol's numbers, from 0."""

    NONE = "none"
    DISCOUNT_PERCENT = "discount-percent"
    DISCOUNT_AMOUNT = "discount-amount"
    SURCHARGE_PERCENT = "surcharge-percent"
    SURCHARGE_AMOUNT = "surcharge-amount"

    @property
    def percent(self) -> bool:
        """Whether its value is a percent."""
        return self.value.endswith("percent")

    @property
    def sign(self) -> int:
        """-1 for a discount, 1 for a surcharge."""
        return -1 if self.value.startswith("discount") else 1


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a receipt; amounts as sent, not rounded."""

    type: ItemType
    text: str
    tax_group: int
    department: int
    item_code: int
    quantity: Decimal
    unit_price: Decimal
    modifier_type: ModifierType
    modifier_value: Decimal
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Payment:
    """One payment; ``type`` is a category's name, ``change``, or empty."""

    type: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Receipt:
    """A receipt, and what all documents of a sale share."""

    unique_sale_number: str
    operator: str
    operator_password: str
    items: tuple[Item, ...]
    payments: tuple[Payment, ...]


@dataclass(frozen=True, slots=True)
class Reversal(Receipt):
    """A receipt that takes back an earlier one."""

    receipt_number: str
    receipt_date_time: datetime
    fiscal_memory: str
    reason: ReversalReason


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who an invoice is made out to."""

    name: str
    identifier: str
    identifier_type: str
    vat_number: str
    address: str
    city: str


@dataclass(frozen=True, slots=True)
class Invoice(Receipt):
    """A receipt with an invoice."""

    recipient: Recipient | None
    receiver: str
    issuer: str
    number: str


@dataclass(frozen=True, slots=True)
class CreditNote(Reversal):
    """A reversal of an invoice."""

    recipient: Recipient | None
    receiver: str
    issuer: str
    number: str
    original_invoice: str


@dataclass(frozen=True, slots=True)
class Transfer:
    """Cash put in or taken out."""

    amount: Decimal
    operator: str
    operator_password: str


@dataclass(frozen=True, slots=True)
class Clock:
    """The device's new time; None: the server's."""

    to: datetime | None


@dataclass(frozen=True, slots=True)
class Raw:
    """A command in the device's own words."""

    request: str


@dataclass(frozen=True, slots=True)
class Credentials:
    """Who asks the device for something that has no other parameters."""

    operator: str = ""
    operator_password: str = ""


@dataclass(frozen=True, slots=True)
class Period:
    """A report from fiscal memory."""

    detailed: bool
    start: datetime
    end: datetime


def _words(members: type[StrEnum]) -> dict[str, StrEnum]:
    """Return the wire names and the C# names, which are the same without hyphens."""
    return {word: each for each in members for word in (each.value, each.value.replace("-", ""))}


_ITEM_TYPE: Final = one_of(_words(ItemType), dict(enumerate(ItemType)))
_MODIFIER_TYPE: Final = one_of(_words(ModifierType), dict(enumerate(ModifierType)))

PAYMENT_NUMBERS: Final = dict(enumerate(PaymentCategory, start=1))
"""The protocol's payment numbers."""
_PAYMENT_TYPE: Final = one_of(
    {
        **{word: each.value for word, each in _words(PaymentCategory).items()},
        CHANGE: CHANGE,
        "": "",
        "unspecified": "",
    },
    {number: each.value for number, each in PAYMENT_NUMBERS.items()} | {-1: CHANGE, 0: ""},
)
_REASON: Final = one_of(
    {
        **_words(ReversalReason),
        "taxbase-reduction": ReversalReason.TAX_BASE_REDUCTION,
    },
    dict(enumerate(ReversalReason, start=1)),
)
_IDENTIFIERS: Final = ("unspecified", "legal-registration", "national-id", "foreigner-id", "tax-number")
_IDENTIFIER_TYPE: Final = one_of(
    {word: each for each in _IDENTIFIERS for word in (each, each.replace("-", ""))} | {"": "unspecified"},
    dict(enumerate(_IDENTIFIERS)),
)


def _tax_group(value: Any, place: Place) -> int:  # noqa: ANN401 JSON is anything
    """Read a tax group: its number, or its C# name such as ``TaxGroup2``."""
    if isinstance(value, str):
        value = "0" if value.lower() == "unspecified" else value.lower().removeprefix("taxgroup")
    return whole(value, place)


ITEM: Final = Shape(
    Item,
    {
        "type": Member("type", _ITEM_TYPE, ItemType.SALE),
        "text": Member("text", text, ""),
        "tax_group": Member("taxGroup", _tax_group, 0),
        "department": Member("department", whole, 0),
        "item_code": Member("itemCode", whole, 999),
        "quantity": Member("quantity", number, ZERO),
        "unit_price": Member("unitPrice", number, ZERO),
        "modifier_type": Member("priceModifierType", _MODIFIER_TYPE, ModifierType.NONE),
        "modifier_value": Member("priceModifierValue", number, ZERO),
        "amount": Member("amount", number, ZERO),
    },
)
PAYMENT: Final = Shape(
    Payment, {"type": Member("paymentType", _PAYMENT_TYPE), "amount": Member("amount", number)}
)
_WHO: Final = {
    "operator": Member("operator", text, ""),
    "operator_password": Member("operatorPassword", text, ""),
}
_SALE: Final = {
    "unique_sale_number": Member("uniqueSaleNumber", text, ""),
    **_WHO,
    "items": Member("items", listed(ITEM)),
    "payments": Member("payments", listed(PAYMENT), (), lenient_null=True),
}
_REVERSAL: Final = {
    **_SALE,
    "receipt_number": Member("receiptNumber", text, ""),
    "receipt_date_time": Member("receiptDateTime", moment, UNSET),
    "fiscal_memory": Member("fiscalMemorySerialNumber", text, ""),
    "reason": Member("reason", _REASON, ReversalReason.OPERATOR_ERROR),
}
RECIPIENT: Final = Shape(
    Recipient,
    {
        "name": Member("name", text, ""),
        "identifier": Member("identifier", text, ""),
        "identifier_type": Member("identifierType", _IDENTIFIER_TYPE, "unspecified"),
        "vat_number": Member("vatNumber", text, ""),
        "address": Member("address", text, ""),
        "city": Member("city", text, ""),
    },
)
_CLIENT: Final = {
    "recipient": Member("recipient", RECIPIENT, None, lenient_null=True),
    "receiver": Member("receiver", text, ""),
    "issuer": Member("issuer", text, ""),
    "number": Member("number", text, ""),
}

RECEIPT: Final = Shape(Receipt, _SALE)
REVERSAL: Final = Shape(Reversal, _REVERSAL)
INVOICE: Final = Shape(Invoice, _SALE | _CLIENT)
CREDIT_NOTE: Final = Shape(
    CreditNote, _REVERSAL | _CLIENT | {"original_invoice": Member("originalInvoiceNumber", text, "")}
)
TRANSFER: Final = Shape(Transfer, {"amount": Member("amount", number), **_WHO})
CLOCK: Final = Shape(Clock, {"to": Member("deviceDateTime", moment, None)})
RAW: Final = Shape(Raw, {"request": Member("rawRequest", text, "")})
CREDENTIALS: Final = Shape(Credentials, _WHO)
PERIOD: Final = Shape(
    Period,
    {
        "detailed": Member(
            "type", one_of({"short": False, "detailed": True}, {0: False, 1: True}), default=False
        ),
        "start": Member("startDate", moment, UNSET),
        "end": Member("endDate", moment, UNSET),
    },
)
