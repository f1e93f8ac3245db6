"""Notes as rows of the store: the notebook of a queued job, written under the device's lease."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from billing.jobs.notebook import Notes
from billing.services import jobs
from billing.services.job_states import Attempt, Job, State
from billing.store.engine import Store

REGISTERS: Final = "registers"
"""Stage of the note that keeps a device's registers as read just before a Z; no stage of printing."""


class StoreNotebook:
    """The notes of one job.

    Args:
        store: where the rows are.
        attempt: the running attempt, whose lease the caller holds.
        job: the job as it was before this attempt, with the notes of all earlier ones.
    """

    def __init__(self, store: Store, attempt: Attempt, job: Job) -> None:
        self._store = store
        self._attempt = attempt
        self._notes = notes_of(job)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold nothing more: the device's lease is held already, and every write checks it."""
        yield

    def read(self) -> Notes:
        """Return what was written last; fresh notes when nothing was."""
        return self._notes

    def write(self, notes: Notes) -> None:
        """Commit ``notes``.

        Raises:
            LeaseLost: another process took the device; nothing may be sent to it.
        """
        facts = notes.model_dump(mode="json", exclude_none=True)
        jobs.note(self._store, self._attempt, notes.stage.value, facts)
        self._notes = notes

    def keep_registers(self, registers: Mapping[str, str]) -> None:
        """Commit the device's registers as they are before a Z zeroes them."""
        jobs.note(self._store, self._attempt, REGISTERS, dict(registers))


def notes_of(job: Job) -> Notes:
    """Return what the last attempt of ``job`` wrote last.

    A person who said that an unknown job was not printed has answered for what was noted before: such a job
    begins afresh.
    """
    last = job.attempts[-1] if job.attempts else None
    if last is None or (job.state is State.QUEUED and last.outcome == State.UNKNOWN.value):
        return Notes()
    for note in reversed(job.notes):
        if note.stage != REGISTERS:
            return Notes.model_validate(note.facts)
    return Notes()


def registers_of(job: Job) -> Mapping[str, Any] | None:
    """Return the registers that an attempt of ``job`` kept first; they count, for a later one reads zeros."""
    return next((note.facts for note in job.notes if note.stage == REGISTERS), None)
