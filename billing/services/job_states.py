"""What a job is: its states and moves as one table, and the frozen values that tell of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from billing.documents import Answer, Document
from billing.errors import RuleError
from billing.store.queue import Lease


class State(StrEnum):
    """Where a job stands."""

    QUEUED = "queued"
    PRINTING = "printing"
    DONE = "done"
    FAILED = "failed"
    UNKNOWN = "unknown"
    CANCELLED = "cancelled"


class Move(StrEnum):
    """What can happen to a job."""

    BEGIN = "begin"
    SUCCEED = "succeed"
    PUT_BACK = "wait for another try"
    FAIL = "fail"
    LOSE = "end with nobody knowing"
    RETRY = "be tried again"
    SAY_PRINTED = "be resolved as printed"
    SAY_NOT_PRINTED = "be resolved as not printed"
    CANCEL = "be cancelled"


MOST_FRAMES: Final = 1000
"""How many lines of an attempt's talk are kept."""

MOVES: Final[Mapping[tuple[State, Move], State]] = {
    (State.QUEUED, Move.BEGIN): State.PRINTING,
    (State.QUEUED, Move.RETRY): State.QUEUED,
    (State.QUEUED, Move.CANCEL): State.CANCELLED,
    (State.PRINTING, Move.BEGIN): State.PRINTING,  # its process died: the next asks the device first
    (State.PRINTING, Move.RETRY): State.PRINTING,
    (State.PRINTING, Move.SUCCEED): State.DONE,
    (State.PRINTING, Move.PUT_BACK): State.QUEUED,
    (State.PRINTING, Move.FAIL): State.FAILED,
    (State.PRINTING, Move.LOSE): State.UNKNOWN,
    (State.FAILED, Move.RETRY): State.QUEUED,
    (State.FAILED, Move.CANCEL): State.CANCELLED,
    (State.UNKNOWN, Move.BEGIN): State.PRINTING,  # the device is asked before anything else
    (State.UNKNOWN, Move.RETRY): State.UNKNOWN,
    (State.UNKNOWN, Move.SAY_PRINTED): State.DONE,
    (State.UNKNOWN, Move.SAY_NOT_PRINTED): State.QUEUED,
}
"""The life of a job; a pair that is not here is refused."""


class JobMoveRefused(RuleError):
    """The state of the job does not allow what was asked."""

    code = "job_state"

    def __init__(self, number: int, state: State, move: Move) -> None:
        super().__init__(f"job {number} is {state} and cannot {move}")
        self.state = state
        self.move = move


class JobReasonMissing(RuleError):
    """What is given up is recorded with its reason."""

    code = "reason_missing"

    def __init__(self, number: int) -> None:
        super().__init__(f"job {number} is cancelled with a reason; say why it will never be printed")


class NumberOnPaperExpected(RuleError):
    """A job is resolved as printed under the number that the paper shows: digits."""

    code = "document_number"

    def __init__(self, number: int, found: str) -> None:
        super().__init__(
            f"job {number}: the document number on the paper is digits such as 0000123; found {found!r}"
        )


@dataclass(frozen=True, slots=True)
class Note:
    """What was about to happen, and the facts known then."""

    attempt: int
    stage: str
    facts: Mapping[str, Any]
    at: datetime


@dataclass(frozen=True, slots=True)
class AttemptFacts:
    """One try: who, when, and how it ended ("" while it runs or after its process died)."""

    number: int
    owner: str
    started_at: datetime
    ended_at: datetime | None
    outcome: str
    error: Mapping[str, Any] | None
    notes: tuple[Note, ...]
    frames: tuple[str, ...] = ()
    """What was said on the line while it is kept: ``-> 01 2A ...`` sent, ``<- ...`` heard."""


@dataclass(frozen=True, slots=True)
class Job:
    """A document, its turn on its device and what became of it."""

    number: int
    device: str
    device_id: int
    sequence: int
    state: State
    kind: str
    subject: tuple[str, str]
    document: Document
    created_at: datetime
    settled_at: datetime | None
    answer: Answer | None
    error: Mapping[str, Any] | None
    attempts: tuple[AttemptFacts, ...] = ()

    @property
    def notes(self) -> tuple[Note, ...]:
        """All notes of all attempts, oldest first."""
        return tuple(note for attempt in self.attempts for note in attempt.notes)


@dataclass(slots=True)
class Attempt:
    """A running attempt; ``noted`` counts its notes, ``frames`` is what was said on the line so far."""

    id: int
    number: int
    job: int
    lease: Lease
    noted: int = 0
    frames: list[str] = field(default_factory=list)

    def hear(self, frame: str) -> None:
        """Keep what was said on the line; of a talk that never ends the last ``MOST_FRAMES``."""
        self.frames.append(frame)
        if len(self.frames) > MOST_FRAMES:
            del self.frames[0]
