"""What goes out, as schemas: they describe answers and are not run over them; tests hold the two together."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field


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


class OriginalAmountOut(Out):
    """What a reversal comes to in the currency of a sale of before a change of currency."""

    currency: Annotated[str, Field(examples=["BGN"])]
    rate: Annotated[str, Field(examples=["1.95583"])]
    total: str


class BillOut(PricedOut):
    """A bill as it stands, and what became of its receipt."""

    bill: int
    state: Annotated[str, Field(examples=["handed_over"])]
    origin: str
    key: str
    unique_sale_number: Annotated[str, Field(examples=["DT000600-0001-0000042"])]
    parked: bool
    job: int | None
    reversal_reason: str
    """Why it takes back another bill; empty on a sale."""
    reverses: int | None
    original_amount: OriginalAmountOut | None
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


class ItemOut(Out):
    """An item of the nomenclature: its number, and what its table says of each."""

    number: int
    name: str
    banned: bool
    deleted: bool
    version: int


class ItemRow(Out):
    """An item in a list."""

    number: int
    name: str
    banned: bool
    deleted: bool


class ItemList(Out):
    """Items by number, and the version they are of; ``next`` is the cursor of what follows."""

    items: list[ItemRow]
    next: int | None
    version: int


class ChangedOut(Out):
    """What a change of the nomenclature came to."""

    added: int
    changed: int
    unchanged: int
    version: int


class ItemVersion(Out):
    """One change of an item."""

    at: str
    made_by: str
    version: int
    before: dict[str, Any] | None
    after: dict[str, Any] | None


class HistoryOut(Out):
    """The changes of an item, the oldest first."""

    versions: list[ItemVersion]


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


class WebhookOut(Out):
    """A webhook; ``secret`` only in the answer that made it."""

    webhook: int
    url: str
    kinds: list[str]
    last_event: int
    created_at: str
    waiting: int
    given_up: int
    last_outcome: str
    secret: str | None = None


class WebhookList(Out):
    """All webhooks, the oldest first."""

    webhooks: list[WebhookOut]


class ReplayOut(Out):
    """How many events are told again."""

    events: int
