"""The ISL frame of Datecs P and C, Daisy, Eltrade and Incotex: bytes in, events out, no I/O.

    request:  01 LEN SEQ CMD DATA... 05 BCC*4 03
    reply:    01 LEN SEQ CMD DATA... 04 STATUS... 05 BCC*4 03

LEN counts from itself up to and including 05, plus 20h. BCC is the 16-bit sum of the same bytes, four
nibbles, high first, each + 30h. Single bytes: 15h refused (NAK), 16h busy (SYN). Source: Datecs P and C,
section 2. The families differ in how many status bytes a reply has and in how long a request's data may be.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from billing.devices.frames.events import Event, Garbage, Reply, Signal, SignalKind, make_reply

PREAMBLE: Final = 0x01
SEPARATOR: Final = 0x04
POSTAMBLE: Final = 0x05
TERMINATOR: Final = 0x03
SIGNALS: Final = {0x15: Signal(SignalKind.REFUSED), 0x16: Signal(SignalKind.BUSY)}
STARTS: Final = frozenset({PREAMBLE, *SIGNALS})
BASE: Final = 0x20
FRAMING: Final = 6
"""Bytes that LEN does not count: 01, four of BCC, 03."""


class Trailers(dict[int, bytes]):
    """How a frame ends, by what its summed bytes come to: 05 (the last of them), BCC and 03.

    Each is made when it is first needed; of the few thousand that frames come to none is made twice.
    """

    def __missing__(self, total: int) -> bytes:
        """Make and keep the end of a frame whose bytes come to ``total``."""
        nibbles = (0x30 | total >> shift & 0x0F for shift in (12, 8, 4, 0))
        made = bytes([POSTAMBLE, *nibbles, TERMINATOR])
        if len(self) < KEPT:
            self[total] = made
        return made


KEPT: Final = 8192
"""Ends of frames that are kept: more than there are sums of a few hundred printable bytes."""
TRAILERS: Final = Trailers()


def checksum(summed: bytes) -> bytes:
    """Return the four BCC bytes of what stands from LEN up to and including 05."""
    return TRAILERS[sum(summed)][1:-1]


@dataclass(frozen=True, slots=True)
class IslCodec:
    """The frame with one family's measures.

    Args:
        status_length: status bytes of a reply (Datecs 6).
        data_max: bytes of a request's data (Datecs 213).
        probe: code of the status query.
    """

    status_length: int = 6
    data_max: int = 213
    probe: int | None = 0x4A
    numbers: range = range(0x20, 0x80)
    remembers: bool = True
    ping: bytes = b""

    def encode(self, seq: int, code: int, data: bytes = b"") -> bytes:
        """Return the request frame of command ``code``.

        Raises:
            ValueError: ``data`` is longer than a frame of this family takes; a driver cuts before.
        """
        if len(data) > self.data_max:
            raise ValueError(f"{len(data)} bytes of data, at most {self.data_max} fit a frame")
        summed = bytes([BASE + 4 + len(data), seq, code]) + data + bytes([POSTAMBLE])
        return bytes([PREAMBLE]) + summed + checksum(summed) + bytes([TERMINATOR])

    def decoder(self) -> "Decoder":
        """Return a decoder for this family's replies."""
        return Decoder(self.status_length)


class Decoder:
    """Cut a byte stream into replies, signals and garbage; frames are cut by LEN and judged by BCC."""

    def __init__(self, status_length: int = 6) -> None:
        self._buffer = b""
        self._tail = status_length + 2
        """Bytes after the data that LEN counts: 04, the status, 05."""

    def feed(self, data: bytes) -> Iterator[Event]:
        """Yield every event that ``data`` completes, in wire order."""
        buffer = self._buffer = self._buffer + data
        at, have, apart = 0, len(buffer), -self._tail
        least, first = self._tail + 3 + FRAMING, apart + 1
        try:
            while at < have:
                # Nearly all that comes is a whole reply, so that is looked at first and at one go; what is
                # not quite one goes the long way, which says why.
                if buffer[at] == PREAMBLE and at + least <= have:
                    end = at + buffer[at + 1] + FRAMING - BASE
                    summed = buffer[at + 1 : end - 5]
                    if (
                        at + least <= end <= have
                        and buffer[end - 6 : end] == TRAILERS[sum(summed)]
                        and summed[apart] == SEPARATOR
                        and PREAMBLE not in summed
                    ):
                        at = end
                        yield make_reply(Reply, (summed[3:apart], summed[first:-1], summed[1], summed[2]))
                        continue
                event, taken = self._frame(at) if buffer[at] == PREAMBLE else self._next(at)
                if event is None:
                    return
                at += taken
                yield event
        finally:
            self._buffer = buffer[at:]

    def _next(self, at: int) -> tuple[Event, int]:
        """Return the signal or the garbage that starts at ``at``, and its length."""
        signal = SIGNALS.get(self._buffer[at])
        if signal:
            return signal, 1
        end = self._begin(at + 1, len(self._buffer), STARTS)
        return Garbage(self._buffer[at:end], "no preamble 01"), end - at

    def _begin(self, at: int, end: int, starts: frozenset[int]) -> int:
        """Return where one of ``starts`` stands from ``at`` on, or ``end``."""
        found = (self._buffer.find(start, at, end) for start in starts)
        return min((place for place in found if place >= 0), default=end)

    def _frame(self, at: int) -> tuple[Event | None, int]:
        """Return what the preamble at ``at`` begins, and its length; None when it is not complete yet."""
        if len(self._buffer) < at + 2:
            return None, 0
        length = self._buffer[at + 1] - BASE
        if length < 3 + self._tail:
            return Garbage(self._buffer[at : at + 1], f"length {length} is too short for a reply"), 1
        return self._whole(at, at + length + FRAMING)

    def _whole(self, at: int, end: int) -> tuple[Event | None, int]:
        """Return the frame from ``at`` to ``end``, or that it is not complete or was cut short."""
        # A damaged length may promise bytes that never come: a frame that begins inside shows it at once,
        # for neither 01 nor a signal stands inside a frame.
        cut = self._buffer.find(PREAMBLE, at + 1, end)
        if cut >= 0:
            return Garbage(self._buffer[at:cut], "a new frame began inside"), cut - at
        if len(self._buffer) < end:
            return None, 0
        return self._judge(at, end)

    def _judge(self, at: int, end: int) -> tuple[Event, int]:
        frame = self._buffer[at:end]
        summed, found = frame[1:-5], frame[-5:-1]
        if found != (expected := checksum(summed)) or frame[-1] != TERMINATOR:
            why = f"checksum {found.hex(' ')}, expected {expected.hex(' ')}"
        elif summed[-self._tail] != SEPARATOR or summed[-1] != POSTAMBLE:
            why = "04 or 05 is not in its place"
        else:
            reply = Reply(summed[3 : -self._tail], summed[1 - self._tail : -1], summed[1], summed[2])
            return reply, end - at
        return Garbage(frame, why), end - at
