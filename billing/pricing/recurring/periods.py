"""What a life makes on its way: periods, adjustments and voided bills, as frozen values.

Recurring semantics 2. The store turns each into its rows; the keys that forbid a second bill are here.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from billing.pricing.recurring.schedule import Span


class PeriodState(StrEnum):
    """A period is billed or skipped, once and for good."""

    BILLED = "BILLED"
    SKIPPED = "SKIPPED"


class SkipReason(StrEnum):
    """Why a period was skipped."""

    BACKFILL = "before_creation"
    PAUSED = "paused"
    RELEASED = "released_without"
    NOTHING_TO_PAY = "nothing_to_pay"


@dataclass(frozen=True, slots=True)
class Key:
    """The key of a period inside its subscription: a second row with it is impossible."""

    segment: int
    k: int


@dataclass(frozen=True, slots=True)
class Period:
    """One period as generated.

    ``span.start`` is both the scheduled instant and the start. ``value`` is what the whole of it is worth
    under the terms in force (after discount, before credit), ``amount`` what is due on its bill after
    ``credit_used``, ``content`` what the price was made of (a store's own).
    """

    key: Key
    span: Span
    state: PeriodState
    reason: SkipReason | None = None
    value: int = 0
    amount: int = 0
    credit_used: int = 0
    whole: Span | None = None
    content: object = field(default=None, compare=False)

    @property
    def is_billed(self) -> bool:
        """Whether a bill or payout was made for it."""
        return self.state is PeriodState.BILLED

    def holds(self, at: datetime) -> bool:
        """Tell whether ``at`` lies in this period, and it was billed."""
        return self.is_billed and self.span.start <= at < self.span.end


class AdjustmentKind(StrEnum):
    """Why money moves between boundaries."""

    PRORATION = "proration"
    CREDIT = "credit"
    REFUND = "refund"


@dataclass(frozen=True, slots=True)
class Adjustment:
    """A proration, credit or refund made between boundaries.

    ``amount`` is signed from the seller's side (a refund is negative). A proration also names the period it
    belongs to, that period's ``value`` from here on, and what is left to collect after credit (``due``).
    """

    at: datetime
    kind: AdjustmentKind
    amount: int
    key: Key | None = None
    value: int = 0
    due: int = 0


@dataclass(frozen=True, slots=True)
class Paid:
    """What is known of the money for one period.

    ``bill`` tells whether its own bill is settled (false when there is none, as for a payout); ``value`` is
    the period's value under the last terms that are paid for, zero while its bill is open.
    """

    bill: bool
    value: int


def paid_at_run(period: Period) -> Paid:
    """Say that everything is paid in full when it is made."""
    return Paid(bill=True, value=period.value)
