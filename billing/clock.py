"""The only reader of the wall clock; everything else is given the time.

What needs the time takes a ``Clock``; tests hand in a ``SetClock``.
"""

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Tells the time, and how much of it has passed."""

    def now(self) -> datetime:
        """Return the present instant, in UTC with its zone set."""
        ...

    def monotonic(self) -> float:
        """Return seconds since some fixed instant; never goes back."""
        ...


class SystemClock:
    """The computer's own clock."""

    def now(self) -> datetime:
        """Return the present instant, in UTC with its zone set."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Return the seconds that the operating system counts, unmoved by clock changes."""
        return time.monotonic()


@dataclass
class SetClock:
    """A clock that stands still until it is moved."""

    instant: datetime
    elapsed_s: float = 0.0

    def now(self) -> datetime:
        """Return the instant this clock was set or moved to."""
        return self.instant

    def monotonic(self) -> float:
        """Return the seconds this clock was moved by."""
        return self.elapsed_s

    def move(self, seconds: float) -> None:
        """Let ``seconds`` pass."""
        self.instant += timedelta(seconds=seconds)
        self.elapsed_s += seconds


SYSTEM_CLOCK = SystemClock()
