"""Where a device stands: the facts that decide what became of a document. None: the protocol cannot tell."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from billing.devices.faults import Fault


class Opened(StrEnum):
    """Which document is open on the device."""

    NONE = "none"
    RECEIPT = "receipt"
    """A fiscal sale; also any fiscal document where the protocol does not tell them apart."""
    REVERSAL = "reversal"
    INVOICE = "invoice"
    SLIP = "slip"
    """A service receipt: text that is not fiscal."""

    @property
    def fiscal(self) -> bool:
        """True for a document that counts in fiscal memory once it is closed."""
        return self not in {Opened.NONE, Opened.SLIP}


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the device is: its own number (FDIN, 8 characters), fiscal memory number (8 digits), and model."""

    device_number: str
    fiscal_memory_number: str
    model: str
    firmware: str = ""

    @property
    def emulated(self) -> bool:
        """True for an emulated device: it says so in its firmware, and prints no fiscal paper."""
        return "EMULAT" in f"{self.model} {self.firmware}".upper()


@dataclass(frozen=True, slots=True)
class Health:
    """What ails the device now: ``faults`` stop a document, ``warnings`` do not."""

    faults: tuple[Fault, ...] = ()
    warnings: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class Standing:
    """What is open, and the counters by which two moments are compared.

    Amounts are decimals in the device's currency. ``sales``, ``subtotal`` and ``paid`` speak of the open
    document (some devices keep those of the last one after it closed); ``paid`` is what was accepted so far.
    """

    opened: Opened = Opened.NONE
    sales: int | None = None
    subtotal: Decimal | None = None
    paid: Decimal | None = None
    last_document: int | None = None
    health: Health = Health()
    turnover: Decimal | None = None
    """All that was sold and reversed since the last Z; only told where no journal can be searched."""
    partly: bool = False
    """Something is paid, and the protocol does not tell how much (``paid`` is None)."""

    @property
    def begun(self) -> bool:
        """True when the open document has a payment: it is finished, never cancelled."""
        return bool(self.paid) or self.partly


@dataclass(frozen=True, slots=True)
class Counters:
    """The registers that show whether a one-shot document (cash, X, Z, slip ...) was done."""

    last_document: int | None = None
    z_number: int | None = None
    """The number of the last Z report in fiscal memory."""
    cash: Decimal | None = None
    """Cash in the drawer by the device's books."""
    cash_in: Decimal | None = None
    cash_out: Decimal | None = None
    duplicated: bool | None = None
    """The last receipt was printed once more; only told where the device keeps a flag of it."""


@dataclass(frozen=True, slots=True)
class Paid:
    """What a payment left: ``due`` still to pay (zero: paid in full) and the ``change`` the device gives.

    None: the device does not say.
    """

    due: Decimal | None
    change: Decimal | None = Decimal(0)


@dataclass(frozen=True, slots=True)
class Facts:
    """What a device says of the document it closed last; empty or None where it says nothing."""

    document_number: str = ""
    receipt_number: str = ""
    date_time: datetime | None = None
    total: Decimal | None = None
    unique_sale_number: str = ""
    qr: str = ""
    invoice_number: str = ""
    """The number that the device gave an invoice or a credit note from its range."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What a report answered: named figures as decimal strings (``z_number``, ``group_1`` ...)."""

    registers: Mapping[str, str] = field(default_factory=dict)
