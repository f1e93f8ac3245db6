"""What the recurring services ask of a store, and nothing more (recurring semantics 6 and 13).

The scratch store of the simulation and the store in the database both do this; one ``write`` is one
transaction.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Protocol

from billing.pricing.recurring.course import Course
from billing.pricing.recurring.periods import Paid, Period
from billing.pricing.recurring.prices import Inquiry, Quote
from billing.pricing.recurring.subscription import Subscription


class Store(Protocol):
    """Keeps subscriptions, their periods and what is made of them."""

    def due(self, now: datetime, at_most: int) -> Sequence[Subscription]:
        """Return the subscriptions with ``next_run <= now``, oldest first, then by id, at most so many.

        Rows that another worker holds are left out where the database can tell.
        """
        ...

    def load(self, subscription_id: str) -> Subscription:
        """Return the subscription called ``subscription_id``, locked for the transaction."""
        ...

    def paid(self, subscription_id: str, period: Period) -> Paid:
        """Return what is paid of ``period``, or what would be at once if its bill were made now."""
        ...

    def price(self, inquiry: Inquiry) -> Quote:
        """Return what a period costs.

        Raises:
            BillingError: it cannot be priced (a PLU is gone, a calculator failed).
        """
        ...

    def write(self, courses: Sequence[Course], now: datetime) -> int:
        """Keep what the courses made, and their subscriptions, in one transaction dated ``now``.

        Periods whose key is there already are ignored with all that hangs on them; a subscription is
        advanced only if it still stands where the course found it.

        Returns:
            How many periods were really inserted.
        """
        ...


def course_of(store: Store, subscription: Subscription, skip: int = 0) -> Course:
    """Return a course of ``subscription`` that asks ``store`` for prices and for what is paid."""
    return Course(subscription, partial(store.paid, subscription.id), skip, store.price)
