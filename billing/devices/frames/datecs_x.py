"""The frame of the Datecs X family: bytes in, events out, no I/O.

    request:  01 LEN*4 SEQ CMD*4 DATA... 05 BCC*4 03
    reply:    01 LEN*4 SEQ CMD*4 DATA... 04 STATUS*8 05 BCC*4 03

LEN, CMD and BCC are four hexadecimal digits, high first, each + 30h (so the digits above nine are ``:;<=>?``,
never letters). LEN counts the bytes after 01 up to and including 05, plus 20h; BCC is the 16-bit sum of the
same bytes. Single bytes are those of the older frame: 15h refused (NAK), 16h busy (SYN). Source: Datecs X,
section 2.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from billing.devices.frames import isl
from billing.devices.frames.events import Event, Garbage, Reply, make_reply
from billing.devices.frames.isl import (
    BASE,
    FRAMING,
    POSTAMBLE,
    PREAMBLE,
    SEPARATOR,
    STARTS,
    TERMINATOR,
    TRAILERS,
    checksum,
)

DIGITS: Final = 4
COMMAND: Final = DIGITS + 1
"""Where CMD stands among the bytes that LEN counts, behind LEN and SEQ."""
HEAD: Final = 2 * DIGITS + 1
"""Bytes before the data that LEN counts: LEN, SEQ, CMD."""
STATUS_LENGTH: Final = 8
DATA_MAX: Final = 213
LONG_DATA_MAX: Final = 496
"""Of the commands whose own fields need more than 213 bytes (section 2, "Length of DATA")."""
LONG_COMMANDS: Final = frozenset({57, 84, 202, 203})
LENGTH_MAX: Final = 1024
"""Of a reply, by LEN; a longer one is taken for a damaged length."""


HEXADECIMAL: Final = bytes(
    b"0123456789abcdef"[byte & 0x0F] if byte >> 4 == 0x3 else 0x21 for byte in range(256)
)
"""From the frame's digits to those that Python reads; any other byte becomes ``!``, which is none."""


def digits(value: int) -> bytes:
    """Return ``value`` (0 to FFFFh) as four bytes of one digit each."""
    return bytes(0x30 + (value >> shift & 0x0F) for shift in (12, 8, 4, 0))


MOST: Final = LENGTH_MAX + FRAMING
"""Bytes of the longest reply."""
BEGINNINGS: Final = [bytes([PREAMBLE]) + digits(BASE + size - FRAMING) for size in range(MOST + 1)]
"""The preamble and LEN of a whole frame, by its bytes."""


COMMANDS: Final = {digits(code): code for code in range(0x100)}
"""Every command by its digits."""


def number(said: bytes) -> int:
    """Return what digits of 30h to 3Fh say.

    Raises:
        ValueError: one of the bytes is no such digit.
    """
    return int(said.translate(HEXADECIMAL), 16)


@dataclass(frozen=True, slots=True)
class DatecsXCodec:
    """The frame; its numbers stay below 80h, which every firmware takes (section 3)."""

    probe: int | None = 74
    numbers: range = range(0x20, 0x80)
    remembers: bool = True
    ping: bytes = b""

    def encode(self, seq: int, code: int, data: bytes = b"") -> bytes:
        """Return the request frame of command ``code``.

        Raises:
            ValueError: ``data`` is longer than the command takes; a driver cuts before.
        """
        most = LONG_DATA_MAX if code in LONG_COMMANDS else DATA_MAX
        if len(data) > most:
            raise ValueError(f"{len(data)} bytes of data, at most {most} fit a frame of command {code}")
        length = digits(BASE + HEAD + len(data) + 1)
        summed = length + bytes([seq]) + digits(code) + data + bytes([POSTAMBLE])
        return bytes([PREAMBLE]) + summed + checksum(summed) + bytes([TERMINATOR])

    def decoder(self) -> "Decoder":
        """Return a decoder for replies."""
        return Decoder(STATUS_LENGTH)


class Decoder(isl.Decoder):
    """Cut a byte stream into replies, signals and garbage; frames are cut by LEN and judged by BCC."""

    def feed(self, data: bytes) -> Iterator[Event]:
        """Yield every event that ``data`` completes, in wire order."""
        buffer = self._buffer = self._buffer + data
        at, have, apart = 0, len(buffer), -self._tail
        least, first = HEAD + self._tail + FRAMING, apart + 1
        try:
            while at < have:
                # The usual case at one go, as in ``isl.py``: it ends at 03, says its own length and adds up.
                end = buffer.find(TERMINATOR, at, at + MOST) + 1
                if end >= at + least and buffer[at : at + 5] == BEGINNINGS[end - at]:
                    summed = buffer[at + 1 : end - 5]
                    if (
                        buffer[end - 6 : end] == TRAILERS[sum(summed)]
                        and summed[apart] == SEPARATOR
                        and PREAMBLE not in summed
                        and (code := COMMANDS.get(summed[COMMAND:HEAD])) is not None
                    ):
                        at = end
                        yield make_reply(Reply, (summed[HEAD:apart], summed[first:-1], summed[DIGITS], code))
                        continue
                event, taken = self._frame(at) if buffer[at] == PREAMBLE else self._next(at)
                if event is None:
                    return
                at += taken
                yield event
        finally:
            self._buffer = buffer[at:]

    def _frame(self, at: int) -> tuple[Event | None, int]:
        said = self._buffer[at + 1 : at + 1 + DIGITS]
        try:
            length = number(said or b"0") - BASE
        except ValueError:
            cut = self._begin(at + 1, len(self._buffer), STARTS)
            return Garbage(self._buffer[at:cut], "no length after the preamble"), cut - at
        if len(said) < DIGITS:
            return None, 0
        if not HEAD + self._tail <= length <= LENGTH_MAX:
            return Garbage(self._buffer[at : at + 1], f"length {length} is no reply's"), 1
        return self._whole(at, at + length + FRAMING)

    def _judge(self, at: int, end: int) -> tuple[Event, int]:
        frame = self._buffer[at:end]
        summed, found = frame[1:-5], frame[-5:-1]
        expected = checksum(summed)
        code = summed[COMMAND:HEAD].translate(HEXADECIMAL)
        if frame[-1] != TERMINATOR or found != expected:
            why = f"checksum {found.hex(' ')}, expected {expected.hex(' ')}"
        elif summed[-self._tail] != SEPARATOR or summed[-1] != POSTAMBLE:
            why = "04 or 05 is not in its place"
        elif b"!" in code:
            why = f"{summed[COMMAND:HEAD].hex(' ')} is no command"
        else:
            data, status = summed[HEAD : -self._tail], summed[1 - self._tail : -1]
            return Reply(data, status, summed[DIGITS], int(code, 16)), end - at
        return Garbage(frame, why), end - at
