"""Holding a device: its lease is taken, kept alive by a heartbeat for as long as the work takes, given back.

Whoever dies while holding gives no more signs of life, and the lease runs out; on the same machine the next
one finds the process gone and need not wait.
"""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from billing.errors import BillingError
from billing.services import jobs
from billing.store.engine import Store
from billing.store.queue import DeviceHeld, Lease, LeaseLost

logger = logging.getLogger(__name__)

AGAIN_S: Final = 0.05
"""How soon a device is asked for again that another process holds, seconds."""
BEAT_S: Final = jobs.LEASE_S / 4
"""Seconds between two signs of life: three may be lost before the lease is."""


@contextmanager
def holding(
    store: Store, device: str, *, owner: str | None = None, beat_s: float = BEAT_S, wait_s: float = 0.0
) -> Iterator[Lease]:
    """Hold a device until the block ends.

    Args:
        store: where its lease is.
        device: its name.
        owner: who holds it; by default this thread.
        beat_s: between two signs of life, seconds.
        wait_s: how long to wait for another process that holds it, seconds.

    Raises:
        DeviceHeld: another process holds it, and goes on to.
        Missing: there is no such device.
    """
    lease = _taken(store, device, owner, wait_s)
    ended = threading.Event()
    beat = threading.Thread(
        target=_beat, args=(store, lease, ended, beat_s), name=f"heartbeat of {device}", daemon=True
    )
    beat.start()
    try:
        yield lease
    finally:
        ended.set()
        beat.join()
        jobs.release_lease(store, lease)


def _taken(store: Store, device: str, owner: str | None, wait_s: float) -> Lease:
    pause = threading.Event()
    for _ in range(int(wait_s / AGAIN_S)):
        try:
            return jobs.take_lease(store, device, owner=owner)
        except DeviceHeld:
            pause.wait(AGAIN_S)
    return jobs.take_lease(store, device, owner=owner)


def _beat(store: Store, lease: Lease, ended: threading.Event, beat_s: float) -> None:
    """Give signs of life; a lost lease is found by the next write of its holder, so here it only ends."""
    while not ended.wait(beat_s):
        try:
            jobs.renew_lease(store, lease)
        except LeaseLost:
            return
        except BillingError as error:
            logger.warning("device %s: no sign of life could be given: %s", lease.device, error)
