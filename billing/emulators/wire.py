"""An in-memory line between an emulated device and a client, under one virtual clock.

For tests of drivers: nothing sleeps. ``read`` moves the clock instead of waiting, so a minute of busy signals
takes no time.
"""

from collections import deque
from typing import Final

from billing.clock import SetClock
from billing.emulators.device import Emulator, HangUp, Send, Wait

EPSILON_S: Final = 1e-9
"""Sums of busy intervals are not exact in binary."""


class Wire:
    """One line; the emulator must have been given the same ``clock``."""

    def __init__(self, emulator: Emulator, clock: SetClock) -> None:
        self.emulator = emulator
        self.clock = clock
        self.sent: list[bytes] = []
        """Every write of the client, in order."""
        self._coming: deque[tuple[float, bytes | None]] = deque()
        """When, and the bytes that arrive then; None: the line is closed."""
        self._free_s = 0.0
        """When the device is done with what it was told so far."""
        self._unread = b""
        """What arrived before the client wrote again."""
        self._closed = False

    def write(self, data: bytes) -> None:
        """Give ``data`` to the device.

        Raises:
            OSError: when the device has hung up.
        """
        self._unread += self._arrive()
        if self._closed:
            raise OSError("the line is closed")
        self.sent.append(data)
        now = self.clock.monotonic()
        if now + EPSILON_S < self._free_s and (answer := self.emulator.while_waiting(data)) is not None:
            if answer:
                self._coming.appendleft((now, answer))
            return
        due = max(self._free_s, now)
        for action in self.emulator.feed(data):
            match action:
                case Send():
                    self._coming.append((due, action.data))
                case Wait():
                    due += action.seconds
                case HangUp():
                    self._coming.append((due, None))
        self._free_s = due

    def read(self, limit_s: float) -> bytes:
        """Return what has come; if nothing has, let up to ``limit_s`` seconds pass until something does.

        Empty bytes: the limit passed in silence.

        Raises:
            OSError: when the device has hung up and everything before that was read.
        """
        deadline = self.clock.monotonic() + limit_s
        if self._unread:
            data, self._unread = self._unread, b""
            return data
        if self._coming and self._coming[0][0] <= deadline:
            self._pass(self._coming[0][0])
        data = self._arrive()
        if not data:
            if self._closed:
                raise OSError("the line is closed")
            self._pass(deadline)
        return data

    def reopen(self) -> None:
        """Open the line again, empty on both sides."""
        self._coming.clear()
        self._unread = b""
        self._closed = False
        self._free_s = self.clock.monotonic()
        self.emulator.line_closed()

    def _pass(self, until_s: float) -> None:
        if (seconds := until_s - self.clock.monotonic()) > 0:
            self.clock.move(seconds)

    def _arrive(self) -> bytes:
        """Take everything that is due by now off the line."""
        now = self.clock.monotonic() + EPSILON_S
        data = bytearray()
        while self._coming and self._coming[0][0] <= now:
            piece = self._coming[0][1]
            if piece is None:
                if not data:
                    self._coming.clear()
                    self._closed = True
                break
            data += piece
            self._coming.popleft()
        return bytes(data)
