"""Events as their readers see them: the outbox from any point on, in order, as often as they like."""

from typing import Any

from billing.store.engine import Store
from billing.store.outbox import Event, last_event, read_outbox

__all__ = ["Event", "event_json", "newest_event", "read_events"]


def read_events(store: Store, after: int = 0, limit: int = 100) -> list[Event]:
    """Return up to ``limit`` events numbered above ``after``, the oldest first."""
    with store.read() as work:
        return read_outbox(work, after, limit)


def newest_event(store: Store) -> int:
    """Return the number of the newest event, 0 before the first."""
    with store.read() as work:
        return last_event(work)


def event_json(event: Event) -> dict[str, Any]:
    """Return an event as data."""
    return {
        "event": event.number,
        "at": event.at.isoformat(),
        "kind": event.kind,
        "subject": list(event.subject),
        "facts": event.payload,
    }
