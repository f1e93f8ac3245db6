"""What every emulated device is: bytes in, actions out, with the faults of the plan in between.

A family subclasses ``Device`` and gives its frame decoder, its commands and its errors. No port and no sleep
here: ``Wait`` is an action that the server makes real and the wire makes virtual.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Protocol

from billing.clock import Clock
from billing.emulators.faults import Fault, FaultKind, Faults
from billing.emulators.memory import Memory
from billing.emulators.paper import Paper
from billing.emulators.receipt import Reason, Refused


@dataclass(frozen=True, slots=True)
class Send:
    """Put these bytes on the line."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Wait:
    """Do nothing for this many seconds; what comes in meanwhile is read afterwards."""

    seconds: float


@dataclass(frozen=True, slots=True)
class HangUp:
    """Close the line."""


Action = Send | Wait | HangUp


@dataclass(frozen=True, slots=True)
class Request:
    """A good request frame: its command code, sequence number (zero if the family has none) and data."""

    command: int
    data: bytes
    sequence: int = 0


@dataclass(frozen=True, slots=True)
class Damaged:
    """Bytes that are no good frame, and why."""

    data: bytes
    why: str


@dataclass(frozen=True, slots=True)
class Probe:
    """A single control byte that the family answers outside frames."""

    byte: int


Event = Request | Damaged | Probe


class Decoder(Protocol):
    """Cuts the request bytes of one family into events; keeps only what is incomplete."""

    def feed(self, data: bytes) -> Iterable[Event]:
        """Yield every event that ``data`` completes, in wire order."""
        ...

    def clear(self) -> None:
        """Forget the incomplete rest."""
        ...


class Emulator(Protocol):
    """A device at the far end of a line."""

    memory: Memory

    def feed(self, data: bytes) -> list[Action]:
        """Return what the device does about ``data``, in order."""
        ...

    def line_closed(self) -> None:
        """Forget half a frame: the client hung up."""
        ...

    def while_waiting(self, data: bytes) -> bytes | None:
        """Return what is answered at once to ``data`` that comes while a ``Wait`` runs.

        None: the device reads ``data`` only afterwards.
        """
        ...


class Device(ABC):
    """A device without its protocol: faults, paper, power and the order of events.

    A family gives ``decoder`` and the methods below marked abstract. ``execute`` may set ``busy_s`` to the
    seconds that the command takes; busy signals come every ``busy_interval_s`` meanwhile.
    """

    busy_interval_s: ClassVar[float] = 0.06
    busy_signal: ClassVar[bytes] = b""
    """The byte that says "still working"; empty when the family is silent meanwhile."""
    refusal: ClassVar[bytes] = b""
    """The byte that says "send that frame again"; empty when the family is silent then."""

    def __init__(self, decoder: Decoder, memory: Memory, faults: Faults, clock: Clock, paper: Paper) -> None:
        self.decoder = decoder
        self.memory = memory
        self.faults = faults
        self.clock = clock
        self.paper = paper
        self.busy_s = 0.0
        self.previous = b""
        """The answer before the one being made, whole, as it was sent."""
        self._last = b""
        self._paper_out = 0
        """Requests for which the paper stays out; below zero: for good."""

    @abstractmethod
    def execute(self, request: Request) -> bytes:
        """Carry out ``request`` (or find it to be a repetition) and return the whole answer, framed."""

    @abstractmethod
    def fail(self, request: Request, code: str) -> bytes:
        """Return the framed answer that refuses ``request`` with the family's error ``code``."""

    def forget(self) -> None:
        """Lose what power keeps: last sequence number, last answer. A family adds its own."""
        self._last = b""
        self.previous = b""
        self.decoder.clear()

    def damaged(self, event: Damaged) -> bytes:
        """Return the answer to bytes that are no good frame: the refusal byte."""
        del event
        return self.refusal

    def probe(self, event: Probe) -> bytes:
        """Return the answer to a control byte outside frames; by default none."""
        del event
        return b""

    @property
    def has_paper(self) -> bool:
        """Whether there is paper for the present request."""
        return self._paper_out == 0

    def needs_paper(self) -> None:
        """Check for paper; called by what prints before it changes anything.

        Raises:
            Refused: with ``Reason.NO_PAPER``.
        """
        if not self.has_paper:
            raise Refused(Reason.NO_PAPER)

    @property
    def now(self) -> datetime:
        """The device's own wall clock, no zone."""
        return self.memory.wall(self.clock)

    def print_line(self, text: str = "") -> None:
        """Print a line of the present document, on the paper and for the journal."""
        self.memory.printed.append(self.paper.line(text))

    def print_two(self, left: str, right: str) -> None:
        """Print a line with ``left`` and ``right`` at its edges."""
        self.memory.printed.append(self.paper.two(left, right))

    def start_document(self) -> None:
        """Begin a document: the mark of a simulation, then the header lines."""
        self.memory.printed = [self.paper.heading()]
        for text in self.memory.header:
            self.print_line(text.center(self.paper.columns))

    def line_closed(self) -> None:
        """Forget half a frame: the client hung up."""
        self.decoder.clear()

    def while_waiting(self, data: bytes) -> bytes | None:
        """Return what is answered at once to ``data`` that comes during a ``Wait``; None: read it later."""
        del data
        return None

    def feed(self, data: bytes) -> list[Action]:
        """Return what the device does about ``data``, in order."""
        actions: list[Action] = []
        for event in self.decoder.feed(data):
            match event:
                case Request():
                    actions += self._request(event)
                case Damaged():
                    actions += _send(self.damaged(event))
                case Probe():
                    actions += _send(self.probe(event))
            if actions and isinstance(actions[-1], HangUp):
                self.decoder.clear()
                break
        return actions

    def _request(self, request: Request) -> list[Action]:
        due = {fault.kind: fault for fault in self.faults.due(request.command)}
        self._close_overdue_day()
        if self._paper_out > 0:
            self._paper_out -= 1
        if (paper := due.get(FaultKind.PAPER)) is not None:
            self._paper_out = int(paper.argument or -1)
        if FaultKind.DEAF in due:
            return []
        if FaultKind.REFUSE in due:
            return _send(self.refusal)
        if FaultKind.HANGUP_BEFORE in due:
            return [HangUp()]
        if (power := due.get(FaultKind.POWER)) is not None:
            return self._power_cut(power)
        self.busy_s = float(self.memory.setting("busy_s", {}).get(f"{request.command:x}", 0.0))
        if (error := due.get(FaultKind.ERROR)) is not None:
            answer = self.fail(request, error.argument)
        else:
            answer = self.execute(request)
            self.memory.save()
        return self._answer(answer, due)

    def _close_overdue_day(self) -> None:
        """With the setting ``auto_z``, make the Z that the device owes for a past day (N-18 art. 39)."""
        memory = self.memory
        if not memory.setting("auto_z", default=False) or memory.receipt is not None or not memory.journal:
            return
        last = memory.journal[-1]
        if last.z == memory.next_z and last.at.date() < self.now.date():
            memory.printed = ["автоматично генериран отчет"]
            memory.close_day(last.at.replace(hour=23, minute=59, second=59))

    def _power_cut(self, fault: Fault) -> list[Action]:
        self.forget()
        return [] if fault.argument == "silent" else [HangUp()]

    def _answer(self, answer: bytes, due: dict[FaultKind, Fault]) -> list[Action]:
        self.previous, self._last = self._last, answer
        if (power := due.get(FaultKind.POWER_AFTER)) is not None:
            return self._power_cut(power)
        if FaultKind.HANGUP in due:
            return [HangUp()]
        if FaultKind.DROP in due:
            return []
        busy_s = self.busy_s + (due[FaultKind.BUSY].seconds if FaultKind.BUSY in due else 0.0)
        actions = self._work(busy_s)
        if FaultKind.LATE in due:
            actions.append(Wait(due[FaultKind.LATE].seconds))
        if FaultKind.NOISE in due:
            actions += _send(self._noise())
        if FaultKind.STALE in due:
            actions += _send(self.previous)
        if FaultKind.CORRUPT in due:
            answer = self._corrupt(answer)
        return actions + _send(answer)

    def _work(self, seconds: float) -> list[Action]:
        actions: list[Action] = []
        left = seconds
        while left > 0:
            actions += _send(self.busy_signal)
            actions.append(Wait(min(left, self.busy_interval_s)))
            left -= self.busy_interval_s
        return actions

    def _noise(self) -> bytes:
        """Junk that begins no frame of any family: printable bytes and line ends."""
        return bytes(self.faults.random.choice(b"AT+CPIN?\r\n~#") for _ in range(8))

    def _corrupt(self, answer: bytes) -> bytes:
        """Flip one bit between the first and the last byte, so that the frame keeps its ends."""
        if len(answer) < 3:
            return answer
        place = self.faults.random.randrange(1, len(answer) - 1)
        flipped = answer[place] ^ (1 << self.faults.random.randrange(7))
        return answer[:place] + bytes([flipped]) + answer[place + 1 :]


def _send(data: bytes) -> list[Action]:
    return [Send(data)] if data else []
