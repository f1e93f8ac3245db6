"""Jobs: fiscal documents on their way to paper, as rows any process may take up.

The lease of a device lets one process speak to it; each holding has a fence number, checked with every
write, so a holder that was thought dead cannot write any more. What is about to happen is written down and
committed before it does. No device is known here: ``jobs.printing`` brings the two together.
"""

import re
import socket
import threading
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any, Final, TypeAlias

from sqlalchemy import select
from sqlalchemy.orm import Session

from billing.documents import Answer, Document, Printed, read_document
from billing.models import Device, FiscalDocument, JobAttempt, JobNote
from billing.services.job_states import (
    MOVES,
    Attempt,
    AttemptFacts,
    Job,
    JobMoveRefused,
    JobReasonMissing,
    Move,
    Note,
    NumberOnPaperExpected,
    State,
)
from billing.store import queue
from billing.store.documents import find_document, queue_document
from billing.store.engine import Store
from billing.store.mistakes import Missing
from billing.store.queue import Lease
from billing.store.reversals import give_up_reversal
from billing.store.trail import journal, tell
from billing.store.work import Told, Work

By: TypeAlias = int | str | None
"""Who decided: an operator's number, the name of a user of this computer, None for the program itself."""

LEASE_S: Final = 120
"""How long a device stays with a process that gives no sign of life, seconds; longer than a Z takes."""


# Reading


def _job_of(row: FiscalDocument, device: str, attempts: tuple[AttemptFacts, ...] = ()) -> Job:
    return Job(
        number=row.id,
        device=device,
        device_id=row.device_id,
        sequence=row.sequence,
        state=State(row.state),
        kind=row.kind,
        subject=(row.subject_type, row.subject),
        document=read_document(row.document),
        created_at=row.created_at,
        settled_at=row.settled_at,
        answer=None if row.answer is None else Answer.model_validate_json(row.answer),
        error=row.error,
        attempts=attempts,
    )


def list_jobs(
    store: Store, *, device: str | None = None, state: State | None = None, limit: int = 100
) -> list[Job]:
    """Return jobs without their attempts, the newest last."""
    statement = (
        select(FiscalDocument, Device.name)
        .join(Device, Device.id == FiscalDocument.device_id)
        .order_by(FiscalDocument.id.desc())
        .limit(limit)
    )
    if device is not None:
        statement = statement.where(Device.name == device)
    if state is not None:
        statement = statement.where(FiscalDocument.state == state.value)
    with store.read() as work:
        rows = work.session().execute(statement).all()
        return [_job_of(row, name) for row, name in reversed(rows)]


def show_job(store: Store, number: int) -> Job:
    """Return a job with all its attempts and their notes.

    Raises:
        Missing: there is no such job.
    """
    with store.read() as work:
        return _show(work, number)


def _show(work: Work, number: int) -> Job:
    session = work.session()
    found = session.execute(
        select(FiscalDocument, Device.name)
        .join(Device, Device.id == FiscalDocument.device_id)
        .where(FiscalDocument.id == number)
    ).one_or_none()
    if found is None:
        raise Missing("job", number)
    return _job_of(found[0], found[1], _attempts(session, number))


def _attempts(session: Session, number: int) -> tuple[AttemptFacts, ...]:
    attempts = session.scalars(
        select(JobAttempt).where(JobAttempt.document_id == number).order_by(JobAttempt.number)
    ).all()
    notes = session.scalars(
        select(JobNote)
        .where(JobNote.attempt_id.in_([attempt.id for attempt in attempts]))
        .order_by(JobNote.id)
    ).all()
    return tuple(
        AttemptFacts(
            number=attempt.number,
            owner=attempt.owner,
            started_at=attempt.started_at,
            ended_at=attempt.ended_at,
            outcome=attempt.outcome,
            error=attempt.error,
            frames=tuple(attempt.frames.splitlines()),
            notes=tuple(
                Note(attempt.number, note.stage, note.facts, note.at)
                for note in notes
                if note.attempt_id == attempt.id
            ),
        )
        for attempt in attempts
    )


def waiting_devices(store: Store) -> list[str]:
    """Return the names of devices that a document waits for."""
    statement = (
        select(Device.name)
        .join(FiscalDocument, FiscalDocument.device_id == Device.id)
        .where(FiscalDocument.state.in_(queue.WAITING))
        .distinct()
    )
    with store.read() as work:
        return list(work.session().scalars(statement))


def waits_for(store: Store, device: str) -> bool:
    """Whether a document waits for a device; costs a read, where taking its lease costs two commits."""
    statement = (
        select(FiscalDocument.id)
        .join(Device, Device.id == FiscalDocument.device_id)
        .where(Device.name == device, FiscalDocument.state.in_(queue.WAITING))
        .limit(1)
    )
    with store.read() as work:
        return work.session().scalar(statement) is not None


# The lease


def this_thread() -> str:
    """Return the name of this thread as an owner: host, the system's id of the thread, when it started.

    A thread and not its process: two threads of one program must not speak to a device at once either.
    """
    thread = threading.get_native_id()
    return f"{socket.gethostname()}:{thread}:{started(thread)}"


def started(pid: int) -> str:
    """Return when a process or thread started, in the system's own ticks; empty where that cannot be told."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]
    except (OSError, IndexError):
        return ""


def is_dead(owner: str) -> bool:
    """Whether the owner is a thread of this machine that is certainly gone."""
    host, pid, since = ("", "", *owner.rsplit(":", 2))[-3:]
    if host != socket.gethostname() or not pid.isdecimal() or not since:
        return False
    return started(int(pid)) != since


def take_lease(store: Store, device: str, *, owner: str | None = None, seconds: int = LEASE_S) -> Lease:
    """Take a device for this thread; one whose holder died on this machine is taken at once.

    Raises:
        DeviceHeld: another process holds it; it says who and until when.
        Missing: there is no such device.
    """
    mine = owner or this_thread()
    with store.write() as work:
        return queue.take_lease(work, device, mine, seconds, is_dead=is_dead)


def renew_lease(store: Store, lease: Lease, seconds: int = LEASE_S) -> None:
    """Give a sign of life: the lease ends ``seconds`` from now.

    Raises:
        LeaseLost: another took the device.
    """
    with store.write() as work:
        _still_mine(work, lease, seconds)


def _still_mine(work: Work, lease: Lease, seconds: int = LEASE_S) -> None:
    """Whoever writes in a lease's name lives: its end moves on, never back to where it was first taken."""
    queue.keep_lease(work, lease, work.now + timedelta(seconds=seconds))


def release_lease(store: Store, lease: Lease) -> None:
    """Give the device back; one that was lost already is not ours to give."""
    with store.write() as work:
        try:
            queue.keep_lease(work, lease, None, owner="")
        except queue.LeaseLost:
            return


# The way to paper


def put_document(
    store: Store, document: Document, subject: tuple[str, object], device: str, ordinal: int = 1
) -> int:
    """Put a document that belongs to no bill into a device's queue; return its job's number.

    The same subject and kind again gets the first job's number.

    Raises:
        Missing: there is no such device.
    """
    with store.write() as work:
        found = find_document(work, subject, document.kind, ordinal)
        if found is not None:
            return found
        device_id = work.session().scalar(select(Device.id).where(Device.name == device))
        if device_id is None:
            raise Missing("device", device)
        return queue_document(work, document, subject, device_id, ordinal)


def find_job(store: Store, subject: tuple[str, object], kind: str) -> int | None:
    """Return the number of the job of ``kind`` about ``subject``, None if there is none."""
    with store.read() as work:
        return find_document(work, subject, kind)


def next_job(store: Store, lease: Lease) -> Job | None:
    """Return the job whose turn it is on the device, with attempts and notes; None: nothing waits.

    One that is unknown comes first too: nothing is printed before it is cleared up.
    """
    with store.read() as work:
        number = queue.head_of(work, lease.device_id)
        return None if number is None else _show(work, number)


def begin_attempt(store: Store, lease: Lease, number: int) -> Attempt:
    """Begin to print a job.

    Raises:
        LeaseLost: the device is no longer ours.
        JobMoveRefused: it is done, failed or cancelled.
    """
    with store.write() as work:
        _still_mine(work, lease)
        _move(work, number, Move.BEGIN)
        key, turn = queue.insert_attempt(work, number, lease.owner)
        return Attempt(key, turn, number, lease)


def note(
    store: Store, attempt: Attempt, stage: str, facts: Mapping[str, Any], *, seconds: int = LEASE_S
) -> None:
    """Write down, durably, what is about to happen; also a sign of life for ``seconds``.

    Raises:
        LeaseLost: the device is no longer ours; nothing may be sent.
    """
    with store.write() as work:
        _still_mine(work, attempt.lease, seconds)
        queue.insert_note(work, attempt.id, attempt.noted + 1, stage, facts)
        queue.keep_frames(work, attempt.id, attempt.frames)
    attempt.noted += 1


def settle(store: Store, attempt: Attempt, answer: Answer) -> None:
    """End an attempt with the device's answer: printed.

    Raises:
        LeaseLost, StateChanged: another process went on with the job meanwhile.
    """
    with store.write() as work:
        _still_mine(work, attempt.lease)
        columns = {"answer": answer.model_dump_json(), "error": None, "settled_at": work.now}
        _move(work, attempt.job, Move.SUCCEED, columns)
        queue.end_attempt(work, attempt.id, "printed", None)
        queue.keep_frames(work, attempt.id, attempt.frames)
        facts = {
            "document_number": answer.document_number,
            "fiscal_memory_number": answer.fiscal_memory_number,
        }
        journal(work, "document_printed", ("job", attempt.job), facts)
        tell(work, "document_printed", ("job", attempt.job), facts)
        _tell_host(work, attempt.job, facts)


def fail(
    store: Store, attempt: Attempt, error: Mapping[str, Any], printed: Printed, *, final: bool = False
) -> State:
    """End an attempt that gave no answer, and return the job's state.

    Args:
        store: where the job is.
        attempt: what failed.
        error: plain JSON: ``code``, ``maker_code``, ``message``.
        printed: NO puts the job back in its place (``final``: fails it, another try would fail as well);
            UNKNOWN stops the device's queue until somebody clears it up.
        final: the document itself was refused.
    """
    move = Move.LOSE if printed is Printed.UNKNOWN else Move.FAIL if final else Move.PUT_BACK
    with store.write() as work:
        _still_mine(work, attempt.lease)
        state = _move(work, attempt.job, move, {"error": dict(error)})
        queue.end_attempt(work, attempt.id, printed.value, error)
        queue.keep_frames(work, attempt.id, attempt.frames)
        if state is not State.QUEUED:
            tell(work, f"job_{state}", ("job", attempt.job), error)
        return state


def forget_frames(store: Store, days: int) -> int:
    """Forget what was said on the line in attempts that began more than ``days`` ago; return how many."""
    with store.write() as work:
        return queue.forget_frames(work, work.now - timedelta(days=days))


# What a person does


def retry(store: Store, number: int, by: By = None) -> Job:
    """Let a failed job be tried again; one that waits or is unknown is tried again by the next drain.

    Raises:
        JobMoveRefused: it is done or cancelled.
    """
    return _decide(store, number, Move.RETRY, "job_retried", {}, by)


def cancel(store: Store, number: int, reason: str, by: By = None) -> Job:
    """Give up a job that was not printed, with a reason.

    Raises:
        JobReasonMissing: ``reason`` is blank.
        JobMoveRefused: it may have been printed.
    """
    if not reason.strip():
        raise JobReasonMissing(number)
    return _decide(store, number, Move.CANCEL, "job_cancelled", {"reason": reason}, by)


def resolve_printed(store: Store, number: int, document_number: str, by: By = None) -> Job:
    """Say that an unknown job is on paper, under this document number.

    Raises:
        NumberOnPaperExpected: it is not 1 to 10 digits.
        JobMoveRefused: it is not unknown.
    """
    if not re.fullmatch(r"[0-9]{1,10}", document_number):
        raise NumberOnPaperExpected(number, document_number)
    answer = Answer(printed=Printed.YES, document_number=document_number)
    columns = {"answer": answer.model_dump_json(), "error": None}
    return _decide(store, number, Move.SAY_PRINTED, "job_resolved", columns, by)


def resolve_not_printed(store: Store, number: int, by: By = None) -> Job:
    """Say that an unknown job is not on paper: it keeps its turn and is printed next.

    Raises:
        JobMoveRefused: it is not unknown.
    """
    return _decide(store, number, Move.SAY_NOT_PRINTED, "job_resolved", {"error": None}, by)


def _decide(  # noqa: PLR0913, PLR0917 who decided what about which job, and what that changes
    store: Store, number: int, move: Move, kind: str, facts: dict[str, Any], by: By
) -> Job:
    columns = {name: value for name, value in facts.items() if name in {"answer", "error"}}
    with store.write() as work:
        state = _move(work, number, move, columns)
        if state is State.CANCELLED:
            _give_up(work, number, facts["reason"])
        said = {"move": move.value, "state": state.value} | {k: v for k, v in facts.items() if v is not None}
        if isinstance(by, str):
            said["made_by"] = by
        journal(work, kind, ("job", number), said, by if isinstance(by, int) else None)
        return _show(work, number)


def _tell_host(work: Work, number: int, facts: Mapping[str, Any]) -> None:
    """Tell the listeners of this process that a bill's document is on paper."""
    kind, subject = _subject(work, number)
    if kind == "bill":
        work.told.append(Told("bill_printed", int(subject), facts))


def _subject(work: Work, number: int) -> tuple[str, str]:
    row = work.session().execute(
        select(FiscalDocument.subject_type, FiscalDocument.subject).where(FiscalDocument.id == number)
    )
    kind, subject = row.one()
    return kind, subject


def _give_up(work: Work, number: int, reason: str) -> None:
    """Void the reversal whose document was given up: what it would have taken back is there again."""
    kind, subject = _subject(work, number)
    if kind == "bill" and give_up_reversal(work, int(subject), reason):
        journal(work, "reversal_given_up", ("bill", subject), {"reason": reason, "job": number})


def _move(work: Work, number: int, move: Move, columns: Mapping[str, Any] | None = None) -> State:
    """Move a job by the table, with further columns; return its state."""
    state = work.session().scalar(select(FiscalDocument.state).where(FiscalDocument.id == number))
    if state is None:
        raise Missing("job", number)
    before = State(state)
    if (before, move) not in MOVES:
        raise JobMoveRefused(number, before, move)
    after = MOVES[before, move]
    extra = dict(columns or {})
    if after in {State.DONE, State.CANCELLED}:
        extra["settled_at"] = work.now
    queue.move_job(work, number, (before.value, after.value), extra)
    return after
