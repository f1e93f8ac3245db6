"""A device's queue in the store: who holds the device, whose turn it is, attempts and their notes.

Core statements that name the master. Which moves are allowed is ``services.jobs``'s table; here a move is
written only where the row still stands as it was read, so two processes cannot both make it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import func, insert, or_, select, update

from billing.errors import StoreError
from billing.models import Device, FiscalDocument, JobAttempt, JobNote
from billing.store.mistakes import Missing
from billing.store.work import Work, new_key


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to speak to a device until ``until``; ``fence`` is this holding's number."""

    device_id: int
    device: str
    owner: str
    fence: int
    until: datetime


class DeviceHeld(StoreError):
    """Somebody else speaks to the device now."""

    code = "device_held"
    exit_code = 4

    def __init__(self, device: str, owner: str, until: datetime) -> None:
        super().__init__(f"device {device!r} is held by {owner} until {until:%H:%M:%S} UTC; try again then")
        self.device = device
        self.owner = owner


class LeaseLost(StoreError):
    """The lease ran out and another took the device; nothing more may be written in its name."""

    code = "lease_lost"

    def __init__(self, lease: Lease) -> None:
        super().__init__(f"the lease of {lease.owner} on device {lease.device!r} was taken by another")


class StateChanged(StoreError):
    """Another process moved the job meanwhile."""

    code = "state_changed"

    def __init__(self, number: int, expected: str) -> None:
        super().__init__(f"job {number} is no longer {expected}; look at it again")


def take_lease(
    work: Work, device: str, owner: str, seconds: int, *, is_dead: Callable[[str], bool] = lambda _: False
) -> Lease:
    """Take the device, or take it again.

    Args:
        work: the transaction.
        device: its name.
        owner: who takes it.
        seconds: how long it stays taken without a sign of life.
        is_dead: whether a holder is known to be gone; asked about the locked row's holder, never about
            one that was read before: somebody else may have followed a dead one meanwhile.

    Raises:
        Missing: there is no such device.
        DeviceHeld: another holds it.
    """
    row = work.connection.execute(
        select(Device.id, Device.lease_owner, Device.lease_until)
        .where(Device.master_id == work.master_id, Device.name == device, Device.removed_at.is_(None))
        .with_for_update()
    ).one_or_none()
    if row is None:
        raise Missing("device", device)
    free = not row.lease_owner or row.lease_owner == owner
    lasts = row.lease_until is not None and row.lease_until > work.now
    if not free and lasts and not is_dead(row.lease_owner):
        raise DeviceHeld(device, row.lease_owner, row.lease_until)
    until = work.now + timedelta(seconds=seconds)
    fence: int = work.connection.execute(
        update(Device)
        .where(Device.master_id == work.master_id, Device.id == row.id)
        .values(lease_owner=owner, lease_until=until, lease_fence=Device.lease_fence + 1)
        .returning(Device.lease_fence)
    ).scalar_one()
    return Lease(row.id, device, owner, fence, until)


def lock_device(work: Work, device_id: int) -> None:
    """Keep other transactions from queueing on the device, until the commit.

    What this transaction reads afterwards holds every bill whose document is in the queue.
    """
    work.connection.execute(
        select(Device.id).where(Device.master_id == work.master_id, Device.id == device_id).with_for_update()
    )


def keep_lease(work: Work, lease: Lease, until: datetime | None, owner: str | None = None) -> None:
    """Move the lease's end, if it is still this one.

    Raises:
        LeaseLost: another took the device.
    """
    values = {"lease_until": until, "lease_owner": lease.owner if owner is None else owner}
    done = work.connection.execute(
        update(Device)
        .where(
            Device.master_id == work.master_id,
            Device.id == lease.device_id,
            Device.lease_fence == lease.fence,
            Device.lease_owner == lease.owner,
        )
        .values(**values)
    )
    if done.rowcount != 1:
        raise LeaseLost(lease)


WAITING: Final = ("queued", "printing", "unknown")
"""The states that keep their place at the head of a device's queue."""


def head_of(work: Work, device_id: int) -> int | None:
    """Return the number of the job whose turn it is, or None."""
    number: int | None = work.connection.execute(
        select(FiscalDocument.id)
        .where(
            FiscalDocument.master_id == work.master_id,
            FiscalDocument.device_id == device_id,
            FiscalDocument.state.in_(WAITING),
        )
        .order_by(FiscalDocument.sequence)
        .limit(1)
    ).scalar()
    return number


@dataclass(frozen=True, slots=True)
class Waiting:
    """A job in a queue; ``troubled``: its last try, or what was said since, left an error."""

    number: int
    device_id: int
    state: str
    troubled: bool


def waiting_jobs(work: Work) -> list[Waiting]:
    """Return all jobs that keep a place in a queue, each device's in order."""
    rows = work.connection.execute(
        select(
            FiscalDocument.id,
            FiscalDocument.device_id,
            FiscalDocument.state,
            FiscalDocument.error.is_not(None),
        )
        .where(FiscalDocument.master_id == work.master_id, FiscalDocument.state.in_(WAITING))
        .order_by(FiscalDocument.device_id, FiscalDocument.sequence)
    )
    return [Waiting(number, device, state, bool(troubled)) for number, device, state, troubled in rows]


def move_job(
    work: Work, number: int, states: tuple[str, str], columns: Mapping[str, Any] | None = None
) -> None:
    """Move a job from the first of ``states`` to the second, with further columns.

    Raises:
        StateChanged: it no longer stands in the first.
    """
    done = work.connection.execute(
        update(FiscalDocument)
        .where(
            FiscalDocument.master_id == work.master_id,
            FiscalDocument.id == number,
            FiscalDocument.state == states[0],
        )
        .values(state=states[1], **(columns or {}))
    )
    if done.rowcount != 1:
        raise StateChanged(number, states[0])


def insert_attempt(work: Work, number: int, owner: str) -> tuple[int, int]:
    """Write the beginning of an attempt; return its key and its own number, from 1."""
    last = work.connection.execute(
        select(func.max(JobAttempt.number)).where(
            JobAttempt.master_id == work.master_id, JobAttempt.document_id == number
        )
    ).scalar()
    turn = (last or 0) + 1
    result = work.connection.execute(
        insert(JobAttempt),
        {
            "master_id": work.master_id,
            "document_id": number,
            "number": turn,
            "owner": owner,
            "started_at": work.now,
        },
    )
    return new_key(result), turn


def end_attempt(work: Work, attempt_id: int, outcome: str, error: Mapping[str, Any] | None) -> None:
    """Write how an attempt ended."""
    work.connection.execute(
        update(JobAttempt)
        .where(JobAttempt.master_id == work.master_id, JobAttempt.id == attempt_id)
        .values(ended_at=work.now, outcome=outcome, error=None if error is None else dict(error))
    )


def keep_frames(work: Work, attempt_id: int, frames: Sequence[str]) -> None:
    """Write what was said on the line in an attempt so far."""
    if frames:
        work.connection.execute(
            update(JobAttempt)
            .where(JobAttempt.master_id == work.master_id, JobAttempt.id == attempt_id)
            .values(frames="\n".join(frames))
        )


def forget_frames(work: Work, before: datetime) -> int:
    """Empty the frames of attempts that began earlier than ``before``; return of how many."""
    done = work.connection.execute(
        update(JobAttempt)
        .where(
            JobAttempt.master_id == work.master_id,
            JobAttempt.started_at < before,
            JobAttempt.ended_at.is_not(None),
            JobAttempt.frames != "",
        )
        .values(frames="")
    )
    return done.rowcount


def insert_note(work: Work, attempt_id: int, position: int, stage: str, facts: Mapping[str, Any]) -> None:
    """Write one note of an attempt."""
    work.connection.execute(
        insert(JobNote),
        {
            "master_id": work.master_id,
            "attempt_id": attempt_id,
            "position": position,
            "stage": stage,
            "facts": dict(facts),
            "at": work.now,
        },
    )


def blocking(work: Work, device_id: int) -> list[tuple[int, str, str]]:
    """Return number, kind and state of the device's jobs that are not settled, in order."""
    rows = work.connection.execute(
        select(FiscalDocument.id, FiscalDocument.kind, FiscalDocument.state)
        .where(
            FiscalDocument.master_id == work.master_id,
            FiscalDocument.device_id == device_id,
            or_(FiscalDocument.state.in_(WAITING), FiscalDocument.state == "failed"),
        )
        .order_by(FiscalDocument.sequence)
    )
    return [(row.id, row.kind, row.state) for row in rows]
