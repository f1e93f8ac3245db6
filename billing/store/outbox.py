"""The outbox read in the order of its rows, by Core statements that name the master."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import func, select

from billing.models import Outbox
from billing.store.work import Work

SETTLE_S: Final = 2
"""How long a row behind a gap waits, seconds: on PostgreSQL a lower number may still be committed."""


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened; ``number`` grows with every event of the store."""

    number: int
    at: datetime
    kind: str
    subject: tuple[str, str]
    payload: dict[str, Any]


def read_outbox(work: Work, after: int, limit: int, kinds: tuple[str, ...] = ()) -> list[Event]:
    """Return up to ``limit`` events with numbers above ``after``, in order; of ``kinds`` if any are named."""
    statement = (
        select(Outbox.id, Outbox.at, Outbox.kind, Outbox.subject_type, Outbox.subject, Outbox.payload)
        .where(Outbox.master_id == work.master_id, Outbox.id > after)
        .order_by(Outbox.id)
        .limit(limit)
    )
    events: list[Event] = []
    last = after
    for row in work.connection.execute(statement):
        young = row.at > work.now - timedelta(seconds=SETTLE_S)
        if row.id != last + 1 and young and work.connection.dialect.name == "postgresql":
            break
        last = row.id
        events.append(Event(row.id, row.at, row.kind, (row.subject_type, row.subject), row.payload))
    return [event for event in events if not kinds or event.kind in kinds]


def last_event(work: Work) -> int:
    """Return the number of the newest event, 0 before the first."""
    newest = work.connection.execute(
        select(func.max(Outbox.id)).where(Outbox.master_id == work.master_id)
    ).scalar()
    return newest or 0
