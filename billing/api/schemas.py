"""What comes in and goes out, as schemas. Amounts, quantities and rates are decimal strings."""

from decimal import Decimal
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag, WithJsonSchema, model_validator

from billing.documents import Amount, Text

DECIMAL: Final = r"^[+-]?[0-9]{1,12}(\.[0-9]{1,9})?$"
ZERO_UP: Final = r"^[0-9]{1,12}(\.[0-9]{1,9})?$"

Number = Annotated[
    Amount, WithJsonSchema({"type": "string", "pattern": DECIMAL, "examples": ["-10"]}), Field(strict=False)
]
Price = Annotated[
    Amount, Field(ge=0), WithJsonSchema({"type": "string", "pattern": ZERO_UP, "examples": ["1.20"]})
]
Id = Annotated[int, Field(ge=1, le=999_999_999)]
Name = Annotated[str, Field(min_length=1, max_length=40, pattern=r"^[^\x00-\x1f\x7f]+$")]
ExternalKey = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")]


class Body(BaseModel):
    """A request's body; a member that we do not know is a mistake."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class ModifierValue(Body):
    """A discount (below zero) or surcharge."""

    kind: Literal["percent", "fixed"]
    value: Number


class ChargeLine(Body):
    """A charge; what is left out is found in the nomenclature."""

    kind: Literal["charge"]
    qty: Annotated[
        Amount, Field(gt=0), WithJsonSchema({"type": "string", "pattern": ZERO_UP, "examples": ["2.5"]})
    ] = Decimal(1)
    price: Price | None = None
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] | None = None
    plu: Id | None = None
    department: Id | None = None
    tax_group: Id | None = None
    modifier: ModifierValue | None = None
    text: Text | None = None


class CommentLine(Body):
    """Text on the bill and its receipt."""

    kind: Literal["comment"]
    text: Text


class ModifierLine(Body):
    """The bill's one discount (below zero) or surcharge."""

    kind: Literal["modifier"]
    modifier: ModifierValue
    text: Text | None = None


class PaymentFields(Body):
    """Money against the bill; without a value all that is due, without a type the default one."""

    type: Id | None = None
    value: Price | None = None
    profile: Annotated[Id | None, Field(description="Asks for an invoice made out to this profile.")] = None


class PaymentLine(PaymentFields):
    """A payment as a line."""

    kind: Literal["payment"]


class OperatorLine(Body):
    """Who works on the bill from here on."""

    kind: Literal["operator"]
    operator: Id


def _form(line: Any) -> str:  # noqa: ANN401 whatever the caller sent
    if isinstance(line, str):
        return "text line"
    if isinstance(line, dict):
        return str(line.get("kind"))
    return str(getattr(line, "kind", None))


LineIn = Annotated[
    Annotated[str, Field(max_length=600), Tag("text line")]
    | Annotated[ChargeLine, Tag("charge")]
    | Annotated[CommentLine, Tag("comment")]
    | Annotated[ModifierLine, Tag("modifier")]
    | Annotated[PaymentLine, Tag("payment")]
    | Annotated[OperatorLine, Tag("operator")],
    Discriminator(_form),
]
"""A line: bill text, or the same as an object."""


class Lines(Body):
    """Lines of bill text: one by one (each a text or an object), or as one text."""

    lines: Annotated[
        list[LineIn] | None, Field(examples=[["2*1.20/Tea", {"kind": "charge", "plu": 3, "qty": "2"}, "@"]])
    ] = None
    text: Annotated[str | None, Field(description="The same as one text, a line each.")] = None

    @model_validator(mode="after")
    def _one_of_both(self) -> "Lines":
        if (self.lines is None) == (self.text is None):
            raise ValueError("give either lines or text")
        return self


class NewBill(Lines):
    """A bill in one call: all of its lines, or nothing."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"lines": ["2*#3", "1.20/Tea", "@1/10"], "origin": "shop", "key": "order-1017"}]
        }
    )

    origin: Annotated[Name | None, Field(description="Where it is sold; by default the store's.")] = None
    operator: Annotated[Id | None, Field(description="Who sells; by default the store's.")] = None
    key: Annotated[
        ExternalKey | None,
        Field(description="Your own name of the bill, unique; the same again: the same bill."),
    ] = None
    park: Annotated[bool, Field(description="Keep a bill that is not paid in full.")] = False


class MoreLines(Lines):
    """Lines for a bill that is not final: all of them, or none."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"lines": ["1.20/Tea"]}]})


class NewPayment(PaymentFields):
    """A payment of a bill."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"type": 1, "value": "10.00"}]})


class Reason(Body):
    """Why, for the journal."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "the guest left"}]})

    reason: Annotated[Text, Field(min_length=1)]
    operator: Id | None = None


class ToPrice(Lines):
    """What to price; ``nomenclature`` as for ``billing price`` (by default the store's)."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"lines": ["2*1.20/Tea", "-10%"]}]})

    nomenclature: dict[str, Any] | None = None


class ToParse(Lines):
    """What to explain."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"text": "2.5*#23-20%"}]})


class Resolution(Body):
    """What a person found on the paper: the document's number, or that it is not there."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"printed": True, "document_number": "0000123"}]}
    )

    printed: bool
    document_number: Annotated[str, Field(pattern=r"^[0-9]{1,10}$")] | None = None
    operator: Id | None = None

    @model_validator(mode="after")
    def _number_of_paper(self) -> "Resolution":
        if self.printed != (self.document_number is not None):
            raise ValueError("printed takes the document_number that is on the paper, not printed takes none")
        return self


class ReportOf(Body):
    """Whose day."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"origin": "shop"}]})

    origin: Name | None = None


# Answers


class Out(BaseModel):
    """An answer; members may be added in time."""

    model_config = ConfigDict(extra="allow")


class ModifierOut(Out):
    """A discount or surcharge and what it came to."""

    kind: str
    value: str
    amount: str


class BillModifierOut(ModifierOut):
    """The bill's own."""

    text: str


class LineOut(Out):
    """A charge or comment as it stands on the bill."""

    kind: str
    name: str
    qty: str
    price: str
    gross: str
    total: str
    tax_group: int | None
    department: int | None
    plu: int | None
    modifier: ModifierOut | None


class PaymentOut(Out):
    """A payment; ``tendered`` and ``change`` stand on cash only."""

    type: int
    auto: bool
    value: str
    tendered: str | None = None
    change: str | None = None


class TaxOut(Out):
    """The tax of one group."""

    rate: str
    gross: str
    net: str
    vat: str


class PricedOut(Out):
    """A priced bill, as ``billing price --json`` answers."""

    lines: list[LineOut]
    charges: str
    discounts: str
    surcharges: str
    total: Annotated[str, Field(examples=["2.40"])]
    global_modifier: BillModifierOut | None
    payments: list[PaymentOut]
    paid: str
    change: str
    due: str
    balance: str
    finalized: bool
    operator: int | None
    profile: int | None
    tax: dict[str, TaxOut]


class ReceiptOut(Out):
    """What the device said of the receipt."""

    printed: str
    document_number: str
    receipt_number: str
    date_time: str | None
    fiscal_memory_number: str
    device_number: str
    total: str | None
    qr: str
    warnings: list[str]


class PrintError(Out):
    """The last failure of a job; ``printed`` says what is known of the paper."""

    code: str
    maker_code: str
    message: str
    printed: str


class BillOut(PricedOut):
    """A bill as it stands, and what became of its receipt."""

    bill: int
    state: Annotated[str, Field(examples=["handed_over"])]
    origin: str
    key: str
    unique_sale_number: Annotated[str, Field(examples=["DT000600-0001-0000042"])]
    parked: bool
    job: int | None
    currency: str
    opened_at: str
    final_at: str | None
    void_reason: str
    job_state: str | None
    receipt: ReceiptOut | None
    error: PrintError | None


class BillRow(Out):
    """A bill in a list."""

    bill: int
    state: str
    origin: str
    key: str
    unique_sale_number: str
    currency: str
    total: str
    paid: str
    opened_at: str
    final_at: str | None


class BillList(Out):
    """Bills, the newest first; ``next`` is the cursor of what follows."""

    bills: list[BillRow]
    next: int | None


class ParsedLine(Out):
    """A line as it is understood, or its mistake."""

    line: int
    text: str
    kind: str | None = None
    canonical: str | None = None
    error: dict[str, Any] | None = None


class ParsedOut(Out):
    """Every line that is not empty."""

    lines: list[ParsedLine]


class JobOut(Out):
    """A document on its way to paper; attempts where one job was asked for."""

    job: int
    device: str
    sequence: int
    state: Annotated[str, Field(examples=["done"])]
    kind: str
    subject: list[str]
    created_at: str
    settled_at: str | None
    document: dict[str, Any]
    answer: dict[str, Any] | None
    error: dict[str, Any] | None
    attempts: list[dict[str, Any]]


class JobList(Out):
    """Jobs, the oldest first."""

    jobs: list[JobOut]


class DeviceOut(Out):
    """A device as last seen."""

    device: str
    address: str
    number: str
    fiscal_memory_number: str
    z_number: int | None
    seen_at: str | None
    origins: list[str]
    capabilities: dict[str, Any]
    waiting: list[int]


class DeviceList(Out):
    """All devices."""

    devices: list[DeviceOut]


class CheckOut(Out):
    """What a device says now, held against the store; ``error`` where it could not be asked."""

    device: str
    reachable: bool
    open: str | None = None
    last_document: int | None = None
    faults: list[str]
    warnings: list[str]
    lines: list[dict[str, str]]
    error: PrintError | None = None


class OriginOut(Out):
    """Where sales come from."""

    origin: str
    device: str | None
    time_zone: str
    live: bool


class OriginList(Out):
    """The origins that the token sees."""

    origins: list[OriginOut]


class NomenclatureOut(Out):
    """The whole nomenclature but the PLUs, which have a list of their own."""

    version: int
    currency: str
    default_tax_group: int | None
    default_payment_type: int | None
    default_operator: int | None
    default_origin: str | None
    tax_groups: list[dict[str, Any]]
    departments: list[dict[str, Any]]
    payment_types: list[dict[str, Any]]
    operators: list[dict[str, Any]]
    profiles: list[dict[str, Any]]


class PluOut(Out):
    """A PLU."""

    number: int
    name: str
    price: str | None
    tax_group: int | None
    department: int | None
    unit: str
    barcode: str | None
    banned: bool


class PluList(Out):
    """PLUs by number; ``next`` is the cursor of what follows."""

    plus: list[PluOut]
    next: int | None


class ReportOut(Out):
    """A report: our figures, the device's, and the lines that do not agree."""

    kind: str
    report: int | None = None
    ordinal: int | None = None
    device: str | None
    z_number: int | None = None
    state: str | None = None
    figures: dict[str, Any]
    differences: list[dict[str, Any]]
    job: int | None = None
    job_state: str | None = None
    error: PrintError | None = None


class ReportList(Out):
    """Z reports, the newest first."""

    reports: list[dict[str, Any]]
    next: int | None


class EventOut(Out):
    """One thing that happened."""

    event: int
    at: str
    kind: str
    subject: list[str]
    facts: dict[str, Any]


class EventList(Out):
    """Events in order; ``last`` is the number to go on from."""

    events: list[EventOut]
    last: int


class JournalList(Out):
    """Entries of the journal, the oldest first; ``next`` is the cursor of what follows."""

    entries: list[dict[str, Any]]
    next: int | None


class DocumentOut(Out):
    """A document as data."""

    job: int
    state: str
    document: dict[str, Any]
    answer: dict[str, Any] | None
