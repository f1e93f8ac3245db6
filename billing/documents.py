"""What paper can say: frozen values below models, devices and emulators.

A fiscal document is data: stored as JSON with its job, handed to a driver, never made of live objects. The
JSON form is the one of ``billing print``; amounts, quantities and rates are decimal strings, discounts are
negative. ``read_document`` turns JSON into a document or names the path of the first mistake.
"""

import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Final, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    NaiveDatetime,
    Tag,
    TypeAdapter,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic.functional_serializers import PlainSerializer
from pydantic.functional_validators import BeforeValidator

from billing.errors import UsageError
from billing.json_mistakes import said_twice, sentence_of

UNIQUE_SALE_NUMBER: Final = re.compile(r"[0-9A-Za-z]{8}-[0-9A-Za-z]{4}-[0-9]{7}")
"""The loosest form a device takes (fiscal rules 2); what we make is narrower."""

LARGEST: Final = 10**12
"""No amount, quantity or rate reaches this."""

_NUMBER: Final = re.compile(r"[+-]?[0-9]{1,12}(\.[0-9]{1,9})?")


def _decimal(value: object) -> object:
    """Let only plain ASCII decimals through: no exponent, no underscore, no NaN, no binary float."""
    if isinstance(value, (bool, float)):
        raise ValueError(  # noqa: TRY004 pydantic turns only a ValueError into a mistake with a path
            "a decimal string such as '1.50' is expected, not a JSON fraction"
        )
    if not isinstance(value, (int, str)):
        return value
    text = str(value) if isinstance(value, str) or abs(value) < LARGEST else "a number above 12 digits"
    if _NUMBER.fullmatch(text) is None:
        raise ValueError(f"{text[:40]!r} is not a decimal such as '1.50'")
    return Decimal(text)


Amount = Annotated[
    Decimal, BeforeValidator(_decimal), PlainSerializer(lambda d: format(d, "f"), return_type=str)
]
"""A decimal that travels as a string."""


def _plain_text(text: str) -> str:
    """Refuse control characters: they are separators and commands on the wire (protocol semantics 1)."""
    for place, character in enumerate(text):
        if ord(character) < 0x20 or 0x7F <= ord(character) < 0xA0 or character in "\u2028\u2029":
            raise ValueError(f"character {place + 1} is a control character (U+{ord(character):04X})")
        if 0xD800 <= ord(character) <= 0xDFFF:
            raise ValueError(f"character {place + 1} is half of a surrogate pair")
    return text


Text = Annotated[
    str, Field(max_length=255), BeforeValidator(lambda t: _plain_text(t) if isinstance(t, str) else t)
]


class PaymentCategory(StrEnum):
    """The tax authority's payment categories (N-18 annex 17; fiscal rules 4); the value is our name."""

    CASH = "cash"
    CHECK = "check"
    COUPONS = "coupons"
    EXT_COUPONS = "ext-coupons"
    PACKAGING = "packaging"
    INTERNAL_USAGE = "internal-usage"
    DAMAGE = "damage"
    CARD = "card"
    BANK = "bank"
    RESERVED1 = "reserved1"
    RESERVED2 = "reserved2"


class ReversalReason(StrEnum):
    """Why a receipt is reversed (N-18 art. 31); each has its own registers on the device."""

    OPERATOR_ERROR = "operator-error"
    REFUND = "refund"
    TAX_BASE_REDUCTION = "tax-base-reduction"


class Printed(StrEnum):
    """What is known of the paper after an attempt."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Value(BaseModel):
    """A frozen value. An unknown member is a mistake: a misspelt discount must not vanish in silence."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Operator(Value):
    """Who works at the device: its own operator number, and the password, which is never stored."""

    code: Annotated[
        str, Field(pattern=r"^[0-9A-Za-z]{1,8}$"), BeforeValidator(lambda v: str(v) if type(v) is int else v)
    ] = "1"
    password: Annotated[str, Field(max_length=16, repr=False)] = ""


class Modifier(Value):
    """A discount (below zero) or surcharge: percent, or a fixed amount off the whole line or bill."""

    kind: Literal["percent", "fixed"]
    value: Amount


class SaleLine(Value):
    """A sale in one tax group (1..8 for А..З) at its announced price; the modifier stays apart."""

    text: Text = ""
    price: Amount
    qty: Amount = Decimal(1)
    tax_group: Annotated[int, Field(ge=1, le=8)] = 2
    department: Annotated[int, Field(ge=1)] | None = None
    plu: Annotated[int, Field(ge=1)] | None = None
    unit: Annotated[Text, Field(max_length=8)] = ""
    modifier: Modifier | None = None

    @field_validator("qty")
    @classmethod
    def _above_zero(cls, qty: Decimal) -> Decimal:
        if qty <= 0:
            raise ValueError("a quantity is above zero")
        return qty

    @field_validator("price")
    @classmethod
    def _not_negative(cls, price: Decimal) -> Decimal:
        if price < 0:
            raise ValueError("a price is zero or more; what goes back is a reversal")
        return price


class CommentLine(Value):
    """Free text between the sales; devices print it between two ``#``."""

    comment: Text


def _line_kind(line: object) -> str:
    """Tell the two kinds of line apart, so that a mistake is reported against the kind that was meant."""
    has = "comment" in line if isinstance(line, Mapping) else isinstance(line, CommentLine)
    return "CommentLine" if has else "SaleLine"


DocumentLine = Annotated[
    Annotated[SaleLine, Tag("SaleLine")] | Annotated[CommentLine, Tag("CommentLine")],
    Discriminator(_line_kind),
]


class PaymentLine(Value):
    """Money given in one category; cash above the total is tendered, the device gives the change."""

    category: PaymentCategory = PaymentCategory.CASH
    amount: Amount

    @field_validator("amount")
    @classmethod
    def _not_negative(cls, amount: Decimal) -> Decimal:
        if amount < 0:
            raise ValueError("a payment is zero or more; change is never a payment")
        return amount


class Original(Value):
    """The document that a reversal takes back, by the numbers its device gave it."""

    document_number: Annotated[
        str, Field(pattern=r"^[0-9]{1,10}$"), BeforeValidator(lambda v: str(v) if type(v) is int else v)
    ]
    date_time: NaiveDatetime
    """By the device's wall clock, so without a zone."""
    fiscal_memory_number: Annotated[str, Field(pattern=r"^[0-9]{8}$")]
    unique_sale_number: str = ""


class Client(Value):
    """Who an invoice is made out to; ``kind`` says what sort of number identifies them."""

    number: Annotated[str, Field(pattern=r"^[0-9A-Za-z]{1,14}$")]
    kind: Literal["company", "personal", "foreigner", "official"] = "company"
    name: Text = ""
    receiver: Text = ""
    seller: Text = ""
    vat_number: Annotated[Text, Field(max_length=14)] = ""
    address: Text = ""


class _Document(Value):
    key: Annotated[str, Field(max_length=200)] = ""
    """What makes the document one: the same key again gets the first answer; empty: its sale number."""
    operator: Operator = Operator()


class SecondTotal(Value):
    """The total in a second currency, as a changeover asks for it: the rate as fixed by law, and the sum.

    A device that shows two currencies works it out by itself; whoever else shows the document reads it here.
    """

    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
    rate: Amount
    total: Amount


class _Sale(_Document):
    unique_sale_number: str = ""
    lines: Annotated[tuple[DocumentLine, ...], Field(min_length=1)]
    modifier: Modifier | None = None
    payments: tuple[PaymentLine, ...] = ()
    total: Amount | None = None
    second_total: SecondTotal | None = None

    @field_validator("unique_sale_number")
    @classmethod
    def _form(cls, number: str) -> str:
        if number and UNIQUE_SALE_NUMBER.fullmatch(number) is None:
            raise ValueError(f"{number[:40]!r} is not a unique sale number such as 'DT000600-0001-0001000'")
        return number


class Receipt(_Sale):
    """A fiscal receipt of a sale."""

    kind: Literal["receipt"] = "receipt"


class Invoice(_Sale):
    """A fiscal receipt with an invoice; the device takes the number from its own range."""

    kind: Literal["invoice"] = "invoice"
    client: Client


class Reversal(_Sale):
    """A fiscal document that takes back (part of) an earlier one; amounts are positive."""

    kind: Literal["reversal"] = "reversal"
    reason: ReversalReason
    original: Original


class CreditNote(_Sale):
    """The reversal of an invoice."""

    kind: Literal["credit-note"] = "credit-note"
    reason: ReversalReason
    original: Original
    invoice_number: Annotated[str, Field(pattern=r"^[0-9]{1,10}$")]
    client: Client


class Slip(_Document):
    """Text that is no fiscal document: a service receipt on a fiscal device, a slip elsewhere."""

    kind: Literal["slip"] = "slip"
    lines: Annotated[tuple[Text, ...], Field(min_length=1, max_length=500)]


class CashMovement(_Document):
    """Cash put into the drawer (above zero) or taken out (below zero) other than by a sale."""

    kind: Literal["cash"] = "cash"
    amount: Amount

    @field_validator("amount")
    @classmethod
    def _moves(cls, amount: Decimal) -> Decimal:
        if amount == 0:
            raise ValueError("a cash movement is not zero")
        return amount


class XReport(_Document):
    """The day's totals, read."""

    kind: Literal["x-report"] = "x-report"


class ZReport(_Document):
    """The day's totals, read and zeroed; one block of fiscal memory."""

    kind: Literal["z-report"] = "z-report"


class PeriodReport(_Document):
    """A report from fiscal memory between two dates or two Z numbers, both ends included."""

    kind: Literal["period-report"] = "period-report"
    from_date: date | None = None
    to_date: date | None = None
    from_number: Annotated[int, Field(ge=1, le=9999)] | None = None
    to_number: Annotated[int, Field(ge=1, le=9999)] | None = None
    detailed: bool = False

    @model_validator(mode="after")
    def _both_ends(self) -> "PeriodReport":
        dates = (self.from_date, self.to_date)
        numbers = (self.from_number, self.to_number)
        given = [ends for ends in (dates, numbers) if ends != (None, None)]
        if len(given) != 1 or None in given[0]:
            raise ValueError("give from_date and to_date, or from_number and to_number: always both ends")
        if str(given[0][0]).zfill(10) > str(given[0][1]).zfill(10):
            raise ValueError("the first end lies after the last")
        return self


class Duplicate(_Document):
    """A second print of the last fiscal document, marked so by the device."""

    kind: Literal["duplicate"] = "duplicate"


SaleDocument = Receipt | Invoice | Reversal | CreditNote
Document = (
    Receipt
    | Invoice
    | Reversal
    | CreditNote
    | Slip
    | CashMovement
    | XReport
    | ZReport
    | PeriodReport
    | Duplicate
)
REVERSALS: Final = (Reversal, CreditNote)

_ADAPTER: Final[TypeAdapter[Document]] = TypeAdapter(Annotated[Document, Field(discriminator="kind")])


class Answer(Value):
    """What a device said of a printed document; figures are the device's own, ``""`` where it gave none."""

    printed: Printed
    document_number: str = ""
    receipt_number: str = ""
    date_time: datetime | None = None
    """The device's wall clock, no zone."""
    fiscal_memory_number: str = ""
    device_number: str = ""
    total: Amount | None = None
    qr: str = ""
    invoice_number: str = ""
    """Of an invoice or a credit note, where the device tells it."""
    warnings: tuple[str, ...] = ()
    registers: Mapping[str, str] = Field(default_factory=dict)
    """Figures of a report (Z number, group and payment sums) by name, decimal strings."""


class DocumentMistake(UsageError):
    """A document's JSON does not hold what its kind needs; says the JSON path."""

    code = "document"
    exit_code = 3

    def __init__(self, path: str, found: str) -> None:
        super().__init__(f"document {path or '$'}: {found}")
        self.path = path
        self.found = found


def json_path(parts: tuple[int | str, ...]) -> str:
    """Return ``$.lines[2].price`` for ``("lines", 2, "price")``."""
    return "$" + "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in parts)


_KINDS: Final = frozenset(
    {
        "receipt",
        "invoice",
        "reversal",
        "credit-note",
        "slip",
        "cash",
        "x-report",
        "z-report",
        "period-report",
        "duplicate",
    }
    | {"SaleLine", "CommentLine"}
)


def read_document(data: str | bytes | Mapping[str, Any]) -> Document:
    """Return the document that ``data`` (JSON text, or what it parses to) describes.

    Raises:
        DocumentMistake: with the JSON path of the first mistake.
    """
    try:
        if not isinstance(data, (str, bytes)):
            return _ADAPTER.validate_python(data)
        document = _ADAPTER.validate_json(data)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        path = tuple(part for part in first["loc"] if part not in _KINDS)
        if first["type"].startswith("union_tag"):
            path = (*path, "kind")
        raise DocumentMistake(json_path(path), sentence_of(first)) from None
    if twice := said_twice(data):
        raise DocumentMistake(json_path(twice), "it stands twice in one object")
    return document


def document_json(document: Document) -> str:
    """Return the document as JSON without its operator's password, ready to be stored."""
    return document.model_dump_json(exclude={"operator": {"password"}}, exclude_none=True)
