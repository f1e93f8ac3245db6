"""The preview on the database: what will come, by the code of the pass; nothing is written (semantics 16)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from billing.pricing.recurring.asked import Operation
from billing.pricing.recurring.course import Course
from billing.services.recurring.preview import preview, preview_count
from billing.services.recurring.sql_store import SqlStore
from billing.services.recurring.subscriptions import NewSubscription, draft
from billing.store.engine import Store

MOST: Final = 1_000
"""So many boundaries at most are looked at by number."""


def preview_until(
    store: Store, subscription_id: int, until: datetime, operations: Sequence[Operation] = ()
) -> Course:
    """Return what will be made up to and including ``until``, with ``operations`` in between.

    Raises:
        Missing: there is no such subscription.
        RuleError: what would refuse one of the operations.
    """
    with store.read() as work:
        return preview(SqlStore(store, work, lock=False), str(subscription_id), until, operations)


def preview_next(
    store: Store,
    subscription_id: int,
    count: int,
    until: datetime | None = None,
    operations: Sequence[Operation] = (),
) -> Course:
    """Return the course over the next ``count`` boundaries, not beyond ``until``.

    Raises:
        Missing: there is no such subscription.
        RuleError: what would refuse one of the operations.
    """
    with store.read() as work:
        desk = SqlStore(store, work, lock=False)
        subscription = desk.load(str(subscription_id))
        return preview_count(desk, subscription, min(count, MOST), until, operations)


def preview_terms(
    store: Store,
    new: NewSubscription,
    count: int,
    until: datetime | None = None,
    operations: Sequence[Operation] = (),
) -> Course:
    """Return what a subscription would be billed that is not made.

    Raises:
        Missing, RuleError: what would refuse to make it, or one of the operations.
    """
    with store.read() as work:
        desk = SqlStore(store, work, lock=False)
        return preview_count(desk, draft(desk, new), min(count, MOST), until, operations)
