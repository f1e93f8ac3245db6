"""Calls for a worker on PostgreSQL: which device has something waiting, for Procrastinate to carry.

A call says no more than "device N has something waiting"; what waits, in which order and how it ended stays
in our own rows. Documents call as they are queued, by a trigger in their own transaction; here is what calls
besides: a device that did not print is called again later, and one that nobody was called to is called.
"""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import text

from billing.store.work import Work

TASK: Final = "billing.drain"
"""The name of the task; its one argument is ``device``, the device's name."""


def queue_of(master_id: int) -> str:
    """Return the name of a master's queue."""
    return f"billing-{master_id}"


_CALL: Final = text(
    "SELECT billing_defer_drain(master_id, id, :after_s, false) FROM device "
    "WHERE master_id = :master AND name = :device AND removed_at IS NULL"
)
_WAITING: Final = text(
    "SELECT device.name, device.lease_owner, EXISTS (SELECT FROM procrastinate_jobs AS called "
    "  WHERE called.lock = device.master_id || '/' || device.id AND called.status IN ('todo', 'doing')) "
    "FROM device WHERE device.master_id = :master AND EXISTS (SELECT FROM fiscal_document AS document "
    "  WHERE document.master_id = device.master_id AND document.device_id = device.id "
    "  AND document.state IN ('queued', 'printing', 'unknown'))"
)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A device that a document waits for: who holds it (empty: nobody), and whether a worker is called."""

    device: str
    holder: str
    called: bool


def call_worker(work: Work, device: str, after_s: float) -> None:
    """Call a worker to a device after ``after_s`` seconds, where none is called yet."""
    work.connection.execute(_CALL, {"master": work.master_id, "device": device, "after_s": after_s})


def waiting(work: Work) -> list[Waiting]:
    """Return the devices that a document waits for."""
    rows = work.connection.execute(_WAITING, {"master": work.master_id})
    return [Waiting(name, holder, called) for name, holder, called in rows]
