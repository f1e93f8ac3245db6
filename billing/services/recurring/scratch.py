"""A store in memory that lives as long as one script (recurring semantics 18).

It keeps the keys of periods and bills as a database does: what is there is never made again.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from heapq import heappop, heappush

from billing.pricing.recurring.collection import BillState
from billing.pricing.recurring.course import Course, Made, TriesCanceled, Voided
from billing.pricing.recurring.periods import Adjustment, Key, Paid, Period, paid_at_run
from billing.pricing.recurring.prices import Inquiry, Quote, flat
from billing.pricing.recurring.retries import Collection
from billing.pricing.recurring.subscription import Subscription
from billing.pricing.recurring.terms import Kind


@dataclass(slots=True)
class Bill:
    """A bill of a period or a proration, with its collection."""

    number: int
    subscription_id: str
    amount: int
    collection: Collection

    @property
    def is_settled(self) -> bool:
        """Whether its money is there."""
        return self.collection.state is BillState.SETTLED


class ScratchStore:
    """Subscriptions, periods, adjustments and bills in dictionaries and lists.

    ``paid_at_run`` says that every bill is paid in full when it is made; else it waits for the collection.
    """

    def __init__(self, *, paid_at_run: bool = True) -> None:
        self.paid_at_run = paid_at_run
        self.subscriptions: dict[str, Subscription] = {}
        self.periods: dict[tuple[str, Key], Period] = {}
        self.adjustments: list[tuple[str, Adjustment]] = []
        self.bills: list[Bill] = []
        self._steps: dict[tuple[str, Key], list[tuple[Bill | None, int]]] = {}
        self._waiting: list[tuple[datetime, int]] = []

    def due(self, now: datetime, at_most: int) -> Sequence[Subscription]:
        """Return the subscriptions with ``next_run <= now``, oldest first, then by id, at most so many."""
        runs = [(s.next_run(), s.id) for s in self.subscriptions.values()]
        due = sorted((run, name) for run, name in runs if run is not None and run <= now)
        return [self.subscriptions[name] for _, name in due[:at_most]]

    def load(self, subscription_id: str) -> Subscription:
        """Return the subscription called ``subscription_id``."""
        return self.subscriptions[subscription_id]

    def paid(self, subscription_id: str, period: Period) -> Paid:
        """Return what is paid of ``period``, or what would be at once if its bill were made now.

        A payout has no bill, so there is nothing of it to give back.
        """
        if self.subscriptions[subscription_id].kind is Kind.PAYOUT:
            return Paid(bill=False, value=0)
        if self.paid_at_run:
            return paid_at_run(period)
        steps = self._steps.get((subscription_id, period.key), [])
        open_places = [
            place for place, (bill, _) in enumerate(steps) if bill is not None and not bill.is_settled
        ]
        settled = steps[: open_places[0]] if open_places else steps
        return Paid(bill=bool(settled), value=settled[-1][1]) if settled else Paid(bill=False, value=0)

    def price(self, inquiry: Inquiry) -> Quote:
        """Return what the amount comes to; a scratch store has no content."""
        return flat(inquiry)

    def write(self, courses: Sequence[Course], now: datetime) -> int:
        """Keep what the courses made, and their subscriptions; return how many periods were inserted."""
        inserted = 0
        for course in courses:
            kept = self.subscriptions.setdefault(course.before.id, course.before)
            for made in course.made:
                inserted += self._keep(course.subscription, made, now)
            if (kept.segment.number, kept.next_k) == (course.before.segment.number, course.before.next_k):
                self.subscriptions[course.before.id] = course.subscription
        return inserted

    def _keep(self, subscription: Subscription, made: Made, now: datetime) -> int:
        """Keep one thing that was made; return 1 if a period was inserted by it."""
        match made:
            case Period():
                return self._keep_period(subscription, made, now)
            case Adjustment():
                self._keep_adjustment(subscription, made, now)
            case Voided():
                self._void(subscription, made)
            case TriesCanceled():
                self._cancel_tries(subscription)
        return 0

    def _keep_period(self, subscription: Subscription, period: Period, now: datetime) -> int:
        place = (subscription.id, period.key)
        older = self.periods.get(place)
        if older is not None and (older.is_billed or not period.is_billed):
            return 0
        self.periods[place] = period
        if period.is_billed:
            self._steps[place] = [(self._bill(subscription, period.amount, now), period.value)]
        return older is None

    def _keep_adjustment(self, subscription: Subscription, adjustment: Adjustment, now: datetime) -> None:
        self.adjustments.append((subscription.id, adjustment))
        if adjustment.key is not None:
            bill = self._bill(subscription, adjustment.due, now) if adjustment.due else None
            self._steps.setdefault((subscription.id, adjustment.key), []).append((bill, adjustment.value))

    def _void(self, subscription: Subscription, voided: Voided) -> None:
        for bill, _ in self._steps.get((subscription.id, voided.key), []):
            if bill is not None and not bill.is_settled:
                bill.collection = Collection(BillState.VOID)

    def _cancel_tries(self, subscription: Subscription) -> None:
        for bill in self.bills:
            if bill.subscription_id == subscription.id:
                bill.collection = replace(bill.collection, next_try=None)

    def _bill(self, subscription: Subscription, amount: int, now: datetime) -> Bill | None:
        """Make the bill of a DEBIT period or proration; a total of zero is settled at once."""
        if subscription.kind is Kind.PAYOUT:
            return None
        settled = self.paid_at_run or amount == 0
        bill = Bill(len(self.bills) + 1, subscription.id, amount, Collection(BillState.SETTLED))
        self.bills.append(bill)
        if not settled:
            self.collected(bill, Collection(BillState.OPEN, now))
        return bill

    def next_to_try(self, until: datetime) -> Bill | None:
        """Return the bill whose next try is due first, at the latest at ``until``, or None."""
        while self._waiting and self._waiting[0][0] <= until:
            due, number = heappop(self._waiting)
            bill = self.bills[number - 1]
            if bill.collection.next_try == due:
                return bill
        return None

    def collected(self, bill: Bill, collection: Collection) -> None:
        """Keep where the collection of ``bill`` stands now."""
        bill.collection = collection
        if collection.next_try is not None:
            heappush(self._waiting, (collection.next_try, bill.number))
