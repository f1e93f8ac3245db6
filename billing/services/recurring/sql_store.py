"""The recurring ``Store`` in one transaction of the database (recurring semantics 6 and 13).

What courses made becomes rows, a batch in few statements; periods whose key was there already leave nothing
behind. Locks save work; the keys are what makes a second bill impossible, so a pass may run without locks.
"""

from collections.abc import Sequence
from datetime import datetime

from billing.pricing.recurring.collection import BillState
from billing.pricing.recurring.course import Course
from billing.pricing.recurring.periods import Paid, Period
from billing.pricing.recurring.prices import Inquiry, Quote
from billing.pricing.recurring.subscription import Subscription
from billing.pricing.recurring.terms import Kind
from billing.services.recurring.batch import Batch
from billing.services.recurring.desk import Desk, Known
from billing.store import recurring
from billing.store.engine import Store
from billing.store.recurring_collections import read_steps
from billing.store.work import Work


class SqlStore(Desk):
    """Subscriptions as one open transaction sees them; ``lock`` False leaves all to the keys."""

    def __init__(
        self, store: Store, work: Work, known: Known | None = None, *, lock: bool = True, actor: str = ""
    ) -> None:
        super().__init__(store, work, known, actor=actor)
        self._lock = lock

    def due(self, now: datetime, at_most: int) -> Sequence[Subscription]:
        """Return the subscriptions that are due at ``now``, locked unless told otherwise."""
        found = recurring.read_due(self.work, now, at_most, lock=self._lock)
        self.kept.update((subscription.id, kept) for kept, subscription in found)
        return [subscription for _, subscription in found]

    def load(self, subscription_id: str) -> Subscription:
        """Return one subscription, locked for the transaction unless told otherwise.

        Raises:
            Missing: there is none.
        """
        kept, subscription = recurring.read_subscription(self.work, int(subscription_id), lock=self._lock)
        self.kept[subscription_id] = kept
        return subscription

    def paid(self, subscription_id: str, period: Period) -> Paid:
        """Return what is paid of ``period``; a period that has no bill yet, or a payout, is not."""
        steps = read_steps(self.work, int(subscription_id), period.key)
        value, own = 0, False
        for place, step in enumerate(steps):
            if step.bill_id is not None and step.state is not BillState.SETTLED:
                break
            own, value = own or place == 0, step.value
        return Paid(bill=own, value=value)

    def price(self, inquiry: Inquiry) -> Quote:
        """Return what a period costs, with the ``Content`` of its bill.

        Raises:
            BillingError: its content cannot be priced, or its origin cannot number a bill.
        """
        if inquiry.subscription.kind is Kind.DEBIT:
            self.check_origin(self.kept[inquiry.subscription.id].origin_id)
        return self.contents.quote(inquiry)

    def write(self, courses: Sequence[Course], now: datetime) -> int:
        """Keep what the courses made, and their subscriptions; return how many periods were inserted.

        Documents carry the transaction's own moment, they are never dated to ``now``.
        """
        del now
        return Batch(self, courses).write()
