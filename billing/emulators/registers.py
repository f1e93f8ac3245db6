"""What a device counts and files: tallies, the day's registers, journal entries, Z blocks, cards.

Values only; what moves them stands in ``billing.emulators.memory``.
"""

from datetime import datetime
from decimal import Decimal
from typing import Final

from pydantic import BaseModel, Field

from billing.emulators.receipt import GROUPS, ZERO, Receipt

LETTERS: Final = "АБВГДЕЖЗ"
"""The tax groups 1..8 by their letters."""
RATES: Final = ("0.00", "20.00", "20.00", "9.00")
"""Factory rates in percent of the first groups; the others are disabled."""
REASONS: Final = ("operator-error", "refund", "tax-base-reduction")


class Tally(BaseModel):
    """How many, and their sum."""

    count: int = 0
    total: Decimal = ZERO

    def add(self, amount: Decimal, count: int = 1) -> None:
        """Count ``count`` more that make ``amount``."""
        self.count += count
        self.total += amount


def _eight() -> list[Decimal]:
    return [ZERO] * GROUPS


class OperatorTally(BaseModel):
    """One operator's day."""

    receipts: int = 0
    sales: Tally = Field(default_factory=Tally)
    discounts: Tally = Field(default_factory=Tally)
    surcharges: Tally = Field(default_factory=Tally)
    corrections: Tally = Field(default_factory=Tally)
    reversals: dict[str, Tally] = Field(default_factory=lambda: {reason: Tally() for reason in REASONS})


class Day(BaseModel):
    """The registers since the last Z report, all zeroed by it."""

    documents: int = 0
    """All documents since the Z."""
    fiscal_receipts: int = 0
    """Sales and invoices, not reversals."""
    reversal_receipts: int = 0
    invoices: int = 0
    x_reports: int = 0
    groups: list[Decimal] = Field(default_factory=_eight)
    """Turnover by tax group; reversals do not lower it."""
    payments: dict[str, Decimal] = Field(default_factory=dict)
    """Sums by the family's payment key; change is taken off cash."""
    discounts: Tally = Field(default_factory=Tally)
    surcharges: Tally = Field(default_factory=Tally)
    corrections: Tally = Field(default_factory=Tally)
    cancelled: Tally = Field(default_factory=Tally)
    reversals: dict[str, Tally] = Field(default_factory=lambda: {reason: Tally() for reason in REASONS})
    """Number and sum of reversals by reason."""
    reversed_groups: dict[str, list[Decimal]] = Field(
        default_factory=lambda: {reason: _eight() for reason in REASONS}
    )
    reversal_payments: dict[str, Decimal] = Field(default_factory=dict)
    cash_in: Tally = Field(default_factory=Tally)
    cash_out: Tally = Field(default_factory=Tally)
    operators: dict[str, OperatorTally] = Field(default_factory=dict)
    departments: dict[int, Tally] = Field(default_factory=dict)
    """Sales by department; 0 stands for those without one."""
    plus: dict[int, Tally] = Field(default_factory=dict)

    @property
    def total(self) -> Decimal:
        """The turnover of all groups."""
        return sum(self.groups, ZERO)

    @property
    def all_reversed_groups(self) -> list[Decimal]:
        """Reversed sums by tax group, over all reasons."""
        return [sum(each, ZERO) for each in zip(*self.reversed_groups.values(), strict=True)]


class Document(BaseModel):
    """One printed document in the journal."""

    number: int
    """The global document number."""
    kind: str
    """A ``Kind``, or ``cash-in``, ``cash-out``, ``x-report``, ``z-report``, ``duplicate``."""
    at: datetime
    """The device's wall clock, no zone."""
    z: int
    """The number of the Z report that will close, or closed, its day."""
    receipt_number: int = 0
    """The number of the fiscal receipt; zero for other documents."""
    amount: Decimal = ZERO
    receipt: Receipt | None = None
    text: list[str] = Field(default_factory=list)
    """The printed lines."""


class ZBlock(BaseModel):
    """One day in the fiscal memory."""

    number: int
    at: datetime
    document: int
    """The document number of the report itself."""
    last_fiscal: int
    """The document number of the day's last fiscal receipt, zero without one."""
    rates: list[Decimal | None]
    day: Day
    grand_total: Decimal
    grand_reversed: Decimal
    cash: Decimal = ZERO
    """The cash in the drawer at the report."""


class Plu(BaseModel):
    """A programmed article."""

    name: str
    price: Decimal
    group: int
    department: int = 0
    plu_group: int = 1
    stock: Decimal = Decimal("0.000")
    sold: Decimal = Decimal("0.000")
    turnover: Decimal = ZERO
    extra: dict[str, str] = Field(default_factory=dict)
    """What only one family keeps with an article."""


class Department(BaseModel):
    """A programmed department; ``group`` is 1..8."""

    name: str
    group: int
    price: Decimal = ZERO


class OperatorCard(BaseModel):
    """An operator as the device knows them."""

    name: str = ""
    password: str
