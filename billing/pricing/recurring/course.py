"""A subscription's life played forward: which periods are generated, and for how much.

Recurring semantics 4, 5 and 7. ``Course`` holds the value now and what was made on the way; whoever plays it
writes both in one transaction. Which periods come out is a function of the terms, the operations and the
time, never of how often it is played.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from billing.pricing.recurring.periods import (
    Adjustment,
    Key,
    Paid,
    Period,
    PeriodState,
    SkipReason,
    paid_at_run,
)
from billing.pricing.recurring.prices import Inquiry, Price, Quote, flat, inquiry_now
from billing.pricing.recurring.schedule import Slot, Span
from billing.pricing.recurring.shares import share
from billing.pricing.recurring.subscription import Subscription
from billing.pricing.recurring.terms import NO_CHANGE, Kind, Terms, check_price


@dataclass(frozen=True, slots=True)
class Voided:
    """The unpaid bills of this period are voided: its own and those of its prorations."""

    key: Key


@dataclass(frozen=True, slots=True)
class TriesCanceled:
    """The waiting tries of all bills of the subscription are cancelled."""


Made = Period | Adjustment | Voided | TriesCanceled


class Course:
    """One subscription on its way through time.

    Attributes:
        before: the subscription as it was loaded (the store compares its place before it writes).
        subscription: the subscription now, a copy of its own.
        made: what was made since, in order; the same period key a second time replaces a skipped row.
        candidates: how many boundaries were billed, or skipped only because of ``skip``.
        skip: how many of the coming boundaries to skip that would be billed (a release without them).
    """

    def __init__(
        self,
        subscription: Subscription,
        paid: Callable[[Period], Paid] = paid_at_run,
        skip: int = 0,
        price: Price = flat,
    ) -> None:
        self.before = subscription
        self.subscription = subscription.copy()
        self.made: list[Made] = []
        self.candidates = 0
        self.skip = skip
        self._paid = paid
        self._price = price

    @property
    def periods(self) -> list[Period]:
        """The periods among what was made."""
        return [made for made in self.made if isinstance(made, Period)]

    def pays_nothing(self, span: Span, whole: Span | None) -> bool:
        """Tell whether it pays out, and nothing at all or less for this span: such a period is skipped."""
        subscription = self.subscription
        return (
            subscription.kind is Kind.PAYOUT
            and self._price(inquiry_now(subscription, span, whole)).value <= 0
        )

    def advance(self, through: datetime, at_most: int | None = None) -> int:
        """Generate the missing boundaries up to and including ``through``, in order, each once.

        Args:
            through: UTC; a boundary at this very instant counts.
            at_most: the most boundaries to generate, or None for all.

        Returns:
            How many were generated, billed and skipped together.
        """
        count = 0
        while at_most is None or count < at_most:
            slot = self.subscription.next_slot()
            if slot is None or slot.span.start > through or self.subscription.stops(slot.span.start):
                break
            self._take(slot)
            count += 1
        return count

    def _take(self, slot: Slot) -> None:
        """Generate the period at ``slot`` and move the subscription's place behind it."""
        subscription = self.subscription
        subscription.segment, subscription.next_k = slot.segment, slot.k + 1
        if subscription.upcoming is not NO_CHANGE:
            subscription.terms = subscription.upcoming.applied_to(subscription.terms)
            subscription.upcoming = NO_CHANGE
        key, last = Key(slot.segment.number, slot.k), subscription.current
        if last is not None and last.key.segment == key.segment and last.span.start == slot.span.start:
            return  # a rezone moved it onto the one before: two periods cannot start together
        reason = self._reason_to_skip(slot)
        if reason is None:
            self.bill(key, slot.span, slot.whole)
        else:
            self._skip(key, slot.span, reason, slot.whole)

    def _reason_to_skip(self, slot: Slot) -> SkipReason | None:
        subscription = self.subscription
        if subscription.bill_from is not None and slot.span.start < subscription.bill_from:
            return SkipReason.BACKFILL
        if subscription.paused:
            return SkipReason.PAUSED
        if self.pays_nothing(slot.span, slot.whole):
            return SkipReason.NOTHING_TO_PAY
        self.candidates += 1
        if self.skip > 0:
            self.skip -= 1
            return SkipReason.RELEASED
        return None

    def _skip(self, key: Key, span: Span, reason: SkipReason, whole: Span | None) -> None:
        period = Period(key, span, PeriodState.SKIPPED, reason, whole=whole)
        self.subscription.current = period
        self.made.append(period)

    def bill(self, key: Key, span: Span, whole: Span | None) -> None:
        """Bill the period ``key`` over ``span``: price, then discount, then standing credit (semantics 7).

        ``whole`` is the period whose price it takes a share of, or None if it is whole itself.

        Raises:
            PriceTooLarge: the period comes to more than a bill can keep.
        """
        subscription = self.subscription
        quote = self._price(inquiry_now(subscription, span, whole))
        value = quote.value
        check_price(value)  # a calculator's: such a one is held, the rest of the batch goes on
        used = min(subscription.credit, value)
        period = Period(key, span, PeriodState.BILLED, None, value, value - used, used, whole, quote.content)
        subscription.current = period
        subscription.billed += 1
        subscription.paid_until = span.end
        subscription.credit -= used
        if subscription.kind is Kind.DEBIT:
            subscription.discount = subscription.discount.used()
        self.made.append(period)

    def refundable(self, at: datetime) -> int:
        """Return what the period in progress at ``at`` is worth as far as it is paid; zero without one."""
        current = self.subscription.current
        return 0 if current is None or not current.holds(at) else self._paid(current).value

    def full_value(self, period: Period, terms: Terms) -> Quote:
        """Return what ``period`` would be worth under ``terms``, without discount or credit."""
        return self._price(Inquiry(self.subscription, terms, period.span, period.whole))

    def share_left(self, value: int, at: datetime) -> int:
        """Return the share of ``value`` that the current period has left at ``at``; zero without one."""
        subscription = self.subscription
        if subscription.current is None or not value:
            return 0
        return share(value, at, subscription.current.span, subscription.unit, subscription.zone)

    def void_open_bills(self, at: datetime) -> None:
        """Void what is unpaid of the period in progress at ``at``; the credit its bill used comes back."""
        current = self.subscription.current
        if self.subscription.kind is Kind.PAYOUT or current is None or not current.holds(at):
            return
        if not self._paid(current).bill:
            self.subscription.credit += current.credit_used
        self.made.append(Voided(current.key))
