"""The one fault model of all emulated devices: what breaks, and when.

A plan is written as ``KIND@WHEN[:ARGUMENT]``, several joined by commas, for example
``drop@cmd=35,late@7:2.5,paper@cmd=31#2:3``. It only tells which faults are due at a request; what a fault
does stands in ``billing.emulators.device``. No bytes, no clock, no sleep here.

``WHEN`` is ``n`` (the n-th good request frame since the start, from 1), ``cmd=HEX`` (the first time that
command is seen), ``cmd=HEX#n`` (the n-th time), ``cmd=HEX#*`` (every time), ``*`` (every request) or ``p=N``
(N requests of a hundred, drawn from the seed). A repeated frame counts like any other.
"""

import random
import re
from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Self

from billing.errors import UsageError


class FaultKind(StrEnum):
    """What breaks; the value is the word of ``--faults``."""

    REFUSE = "refuse"
    """The frame is refused as unreadable ("send it again"), not executed."""
    CORRUPT = "corrupt"
    """Executed; one bit of the answer is flipped."""
    DROP = "drop"
    """Executed; the answer is lost."""
    DEAF = "deaf"
    """The request is lost, not executed."""
    LATE = "late"
    """Executed; the answer comes SECONDS late."""
    BUSY = "busy"
    """Executed; SECONDS of busy signals come before the answer."""
    HANGUP = "hangup"
    """Executed; the line is closed, the answer is lost."""
    HANGUP_BEFORE = "hangup-before"
    """The line is closed, nothing executed."""
    POWER = "power"
    """Power is cut before executing; volatile state is lost, the line closes (``:silent``: stays open)."""
    POWER_AFTER = "power-after"
    """Executed, then power is cut; the line closes without an answer (``:silent``: stays open)."""
    PAPER = "paper"
    """Paper runs out before this request; ``:N``: for this request and the next N - 1."""
    NOISE = "noise"
    """Executed; junk bytes come before the answer."""
    STALE = "stale"
    """Executed; the previous answer comes first."""
    ERROR = "error"
    """Refused with the family's error CODE, not executed."""


_SECONDS: Final = re.compile(r"[0-9]{1,4}(\.[0-9]{1,3})?")
_ARGUMENTS: Final[dict[FaultKind, re.Pattern[str]]] = {
    FaultKind.LATE: _SECONDS,
    FaultKind.BUSY: _SECONDS,
    FaultKind.POWER: re.compile(r"(silent)?"),
    FaultKind.POWER_AFTER: re.compile(r"(silent)?"),
    FaultKind.PAPER: re.compile(r"([1-9][0-9]{0,5})?"),
    FaultKind.ERROR: re.compile(r"-?[0-9A-Za-z._]{1,12}"),
}
_NONE: Final = re.compile("")
_WHEN: Final = re.compile(
    r"(?P<nth>[1-9][0-9]{0,8})|(?P<always>\*)|p=(?P<percent>[0-9]{1,2}|100)"
    r"|cmd=(?P<command>[0-9A-Fa-f]{1,4})(#(?P<time>[1-9][0-9]{0,8}|\*))?"
)


class FaultMistake(UsageError):
    """One fault of ``--faults`` cannot be read."""

    code = "fault_spec"

    def __init__(self, found: str, expected: str) -> None:
        super().__init__(f"fault {found!r}: expected {expected}")
        self.found = found
        self.expected = expected


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault and when it strikes; exactly one of the ``when`` fields decides.

    ``nth`` counts all requests, ``time`` those of ``command``; None for both means every one.
    """

    kind: FaultKind
    argument: str = ""
    nth: int | None = None
    command: int | None = None
    time: int | None = None
    percent: int | None = None

    @property
    def seconds(self) -> float:
        """The argument in seconds (late, busy)."""
        return float(self.argument)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the fault that ``text`` (``KIND@WHEN[:ARGUMENT]``) describes.

        Raises:
            FaultMistake: naming the part that cannot be read.
        """
        word, at, rest = text.strip().partition("@")
        when, colon, argument = rest.partition(":")
        if word not in set(FaultKind):
            raise FaultMistake(text, f"one of {', '.join(FaultKind)} before '@'")
        kind = FaultKind(word)
        if not at or (match := _WHEN.fullmatch(when)) is None:
            raise FaultMistake(text, "'@' and a number, '*', 'p=PERCENT', 'cmd=HEX' or 'cmd=HEX#2'")
        pattern = _ARGUMENTS.get(kind, _NONE)
        if pattern.fullmatch(argument) is None or (colon and not argument):
            what = f"an argument like {pattern.pattern!r}" if pattern.pattern else "no argument"
            raise FaultMistake(text, f"{what} for {kind.value!r}")
        parts = match.groupdict()
        time = parts["time"]
        return cls(
            kind=kind,
            argument=argument,
            nth=int(parts["nth"]) if parts["nth"] else None,
            command=int(parts["command"], 16) if parts["command"] else None,
            time=None if time == "*" or not parts["command"] else int(time or 1),
            percent=int(parts["percent"]) if parts["percent"] else None,
        )


class Faults:
    """The faults of one run, counted as requests come in."""

    def __init__(self, faults: tuple[Fault, ...] = (), seed: int = 0) -> None:
        self.faults = faults
        self.random = random.Random(seed)  # noqa: S311 reproducible mishaps, not secrets
        self._requests = 0
        self._seen: Counter[int] = Counter()

    @classmethod
    def parse(cls, spec: str, seed: int = 0) -> Self:
        """Return the plan written in ``spec``; empty text is a plan without faults.

        Raises:
            FaultMistake: for the first fault that cannot be read.
        """
        return cls(tuple(Fault.parse(part) for part in spec.split(",") if part.strip()), seed)

    def due(self, command: int) -> tuple[Fault, ...]:
        """Count one good request frame of ``command`` and return the faults that strike at it, in order."""
        self._requests += 1
        self._seen[command] += 1
        return tuple(fault for fault in self.faults if self._strikes(fault, command))

    def _strikes(self, fault: Fault, command: int) -> bool:
        if fault.percent is not None:
            return self.random.randrange(100) < fault.percent
        if fault.nth is not None:
            return fault.nth == self._requests
        if fault.command is None:
            return True
        return fault.command == command and fault.time in {None, self._seen[command]}
