"""Metered use of subscriptions: events in, sums out (recurring semantics 1, computed pricing)."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import func, insert, select

from billing.models import UsageEvent
from billing.store.work import Work


def used_between(work: Work, subscription_id: int, begin: datetime | None, end: datetime) -> Decimal:
    """Return the use that counts from ``begin`` (None: ever) up to but not including ``end``."""
    statement = select(func.sum(UsageEvent.thousandths)).where(
        UsageEvent.master_id == work.master_id,
        UsageEvent.subscription_id == subscription_id,
        UsageEvent.counts_at < end,
    )
    if begin is not None:
        statement = statement.where(UsageEvent.counts_at >= begin)
    return Decimal(work.connection.execute(statement).scalar() or 0).scaleb(-3)


def insert_usage(work: Work, row: dict[str, object]) -> bool:
    """Write one event; return False where the same key was told before."""
    known = select(UsageEvent.id).where(
        UsageEvent.master_id == work.master_id,
        UsageEvent.subscription_id == row["subscription_id"],
        UsageEvent.key == row["key"],
    )
    if work.connection.execute(known).first() is not None:
        return False
    work.connection.execute(insert(UsageEvent).values(master_id=work.master_id, **row))
    return True
