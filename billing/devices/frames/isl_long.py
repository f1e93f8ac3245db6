"""The ISL frame whose answers may outgrow the one byte of length (Daisy): bytes in, events out, no I/O.

Above 212 bytes of data LEN is FFh, or began anew at 0; either says nothing. Such a frame ends where its form
ends, at 03, and the checksum judges it. Source: Daisy, Eltrade and Incotex, section 2. Everything else is
``isl.py``.
"""

from dataclasses import dataclass
from typing import Final

from billing.devices.frames.events import Event, Garbage
from billing.devices.frames.isl import BASE, FRAMING, PREAMBLE, TERMINATOR, Decoder, IslCodec

FULL: Final = 0xFF
LONGEST: Final = 600
"""Bytes of the longest frame that is waited for; a Daisy's longest answer is 236."""
ENDS: Final = frozenset({PREAMBLE, TERMINATOR})
"""Neither stands inside a whole frame, so the first of them decides."""


@dataclass(frozen=True, slots=True)
class LongIslCodec(IslCodec):
    """The ISL frame, read by its form where its length byte cannot say it."""

    def decoder(self) -> "LongDecoder":
        """Return a decoder for this family's replies."""
        return LongDecoder(self.status_length)


class LongDecoder(Decoder):
    """Cuts frames by LEN, and one whose LEN is full or less than any answer's by its end."""

    def _frame(self, at: int) -> tuple[Event | None, int]:
        have = len(self._buffer)
        if have < at + 2 or BASE + 3 + self._tail <= self._buffer[at + 1] < FULL:
            return super()._frame(at)
        end = self._begin(at + 2, min(have, at + LONGEST), ENDS)
        if end == have:
            return None, 0
        if self._buffer[end] == TERMINATOR and end + 1 - at >= 3 + self._tail + FRAMING:
            return self._judge(at, end + 1)
        return Garbage(self._buffer[at:end], "a length out of range, and no end of a frame"), end - at
