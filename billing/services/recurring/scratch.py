"""A store in memory that lives as long as one script (recurring semantics 18).

It keeps the keys of periods and bills as a database does: what is there is never made again.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from billing.pricing.recurring.course import Course, Made, TriesCanceled, Voided
from billing.pricing.recurring.periods import Adjustment, Key, Period
from billing.pricing.recurring.retries import BillState, Collection
from billing.pricing.recurring.subscription import Subscription
from billing.pricing.recurring.terms import Kind


@dataclass(slots=True)
class Bill:
    """A bill of one period, or of a proration if ``period`` is None, with its collection."""

    number: int
    subscription_id: str
    period: Key | None
    amount: int
    collection: Collection


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
        self._bill_of: dict[tuple[str, Key], Bill] = {}

    def due(self, now: datetime, at_most: int) -> Sequence[Subscription]:
        """Return the subscriptions with ``next_run <= now``, oldest first, then by id, at most so many."""
        runs = [(s.next_run(), s.id) for s in self.subscriptions.values()]
        due = sorted((run, name) for run, name in runs if run is not None and run <= now)
        return [self.subscriptions[name] for _, name in due[:at_most]]

    def load(self, subscription_id: str) -> Subscription:
        """Return the subscription called ``subscription_id``."""
        return self.subscriptions[subscription_id]

    def is_settled(self, subscription_id: str, period: Period) -> bool:
        """Tell whether the bill of ``period`` is settled, or would be at once if it were made now.

        A payout has no bill, so there is nothing of it to give back.
        """
        if self.subscriptions[subscription_id].kind is Kind.PAYOUT:
            return False
        bill = self._bill_of.get((subscription_id, period.key))
        if bill is None:
            return self.paid_at_run or period.amount == 0
        return bill.collection.state is BillState.SETTLED

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
        if isinstance(made, Adjustment):
            self.adjustments.append((subscription.id, made))
            if made.due:
                self._bill(subscription, None, made.due, now)
            return 0
        if isinstance(made, TriesCanceled):
            self._cancel_tries(subscription.id)
            return 0
        place = (subscription.id, made.key)
        if isinstance(made, Voided):
            self._bill_of[place].collection = Collection(BillState.VOID)
            return 0
        older = self.periods.get(place)
        if older is not None and (older.is_billed or not made.is_billed):
            return 0
        self.periods[place] = made
        if made.is_billed:
            self._bill(subscription, made.key, made.amount, now)
        return older is None

    def _bill(self, subscription: Subscription, key: Key | None, amount: int, now: datetime) -> None:
        """Make the bill of a DEBIT period or proration; a total of zero is settled at once."""
        if subscription.kind is Kind.PAYOUT:
            return
        settled = self.paid_at_run or amount == 0
        collection = Collection(BillState.SETTLED) if settled else Collection(BillState.OPEN, now)
        bill = Bill(len(self.bills) + 1, subscription.id, key, amount, collection)
        self.bills.append(bill)
        if key is not None:
            self._bill_of[subscription.id, key] = bill

    def next_to_try(self, until: datetime) -> Bill | None:
        """Return the bill whose next try is due first, at the latest at ``until``, or None."""
        waiting = [
            (bill.collection.next_try, bill.number, bill)
            for bill in self.bills
            if bill.collection.next_try is not None and bill.collection.next_try <= until
        ]
        return min(waiting)[2] if waiting else None

    def _cancel_tries(self, subscription_id: str) -> None:
        for bill in self.bills:
            if bill.subscription_id == subscription_id:
                bill.collection = replace(bill.collection, next_try=None)
