"""How the queues stand, by one look: whose turn it is, and which documents are simply on their way.

What must not live here: how a job moves (``jobs``).
"""

from sqlalchemy import select

from billing.models import Device
from billing.services.job_states import State
from billing.store import queue
from billing.store.engine import Store


def first_waiting(store: Store, device: str) -> int | None:
    """Return the number of the job whose turn it is on a device; None: nothing waits."""
    with store.read() as work:
        device_id = work.session().scalar(select(Device.id).where(Device.name == device))
        return None if device_id is None else queue.head_of(work, device_id)


def undisturbed(store: Store) -> frozenset[int]:
    """Return the jobs of which there is nothing to say yet, by one look at all queues.

    They are being printed, or were not tried and wait behind one that is neither in trouble nor unknown.
    """
    found: set[int] = set()
    stopped: dict[int, bool] = {}
    with store.read() as work:
        rows = queue.waiting_jobs(work)
    for row in rows:
        in_trouble = row.state == State.UNKNOWN or (row.state == State.QUEUED and row.troubled)
        stops = stopped.setdefault(row.device_id, in_trouble)
        if row.state == State.PRINTING or not (in_trouble or stops):
            found.add(row.number)
    return frozenset(found)
