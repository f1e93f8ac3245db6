"""The ICP frame of ISL devices: bytes in, events out, no I/O.

    command:  02 AAAA KK DATA... LL CC 03      reply:  02 DATA... LL CC 03, or ACK 06, NACK 15, WAIT 05

AAAA are the last four characters of the device's serial number, KK the command in hex. LL is the length of
the whole frame (in a reply: of the data), CC the sum of what stands before it (in a reply: before LL) modulo
256; both as two half bytes, high first, each + 30h. Source: ISL ICP, section 2.

A reply names neither its command nor a number. So the codec remembers which form of answer the last command
has, and an answer of another form belongs to an older one.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from billing.devices.frames.events import Event, Garbage, Reply, Signal, SignalKind, make_reply

START: Final = 0x02
END: Final = 0x03
WAIT: Final = 0x05
ACK: Final = b"\x06"
NACK: Final = b"\x15"
SERVICE: Final = frozenset({START, WAIT, *ACK, *NACK})
MARKS: Final = re.compile(b"[\x02\x03\x05\x06\x15]")
"""The bytes that end a frame, rightly or not: no other part of one has them."""
HALF: Final = 0x30
LONGEST: Final = 255
"""The most that LL can name."""
FRAMING: Final = 12
"""Bytes of a command beside its data."""
FRAME: Final = 6
"""Bytes of a reply beside its data."""
MOST: Final = LONGEST + FRAMING + 1
"""Bytes within which a frame must have ended."""
ANYBODY: Final = "0000"
"""The address of command ``00``, which is answered whatever stands there."""
OURS: Final = 0
STALE: Final = 1
"""Numbers of replies, for frames carry none: to the last command, or to one before."""
BUSY: Final = Signal(SignalKind.BUSY)
SIGNS: Final[Mapping[int, Event]] = {WAIT: BUSY, ACK[0]: Reply(ACK, seq=OURS), NACK[0]: Reply(NACK, seq=OURS)}
"""What single bytes between frames say."""


@dataclass(frozen=True, slots=True)
class Form:
    """How many characters the answer of one query has; those after ``least`` may be missing or more."""

    least: int
    most: int = LONGEST
    status: bool = False


ANSWERS: Final[Mapping[bytes, Form]] = {
    b"00": Form(16, 80),
    b"F0": Form(16, 80),
    b"F1": Form(1, 80),
    b"F3": Form(12, 20),
    b"F4": Form(4, 44),
    b"F6": Form(1, 30),
    b"F801": Form(14, 44),
    b"F802": Form(8, 28),
    b"F803": Form(80),
    b"F806": Form(12, 40),
    b"F807": Form(3, 60),
    b"F809": Form(3, 8),
    b"F80A": Form(1, 60),
    b"F80B": Form(80, 120),
    b"F80C": Form(12, 20, status=True),
    b"F80D": Form(50, 140),
    b"92": Form(1, 80),
    b"96": Form(28, 80),
    b"B1": Form(1, 4),
    b"B2": Form(3, 8),
    b"FA": Form(5),
}
"""Section 4.1: the queries by their first characters; every other command is answered by ACK alone.

``least`` is what a driver cannot do without: devices are met that leave out the end of an answer.
"""


FLAG: Final = 0x92
FLAG_QUERY: Final = 6
"""Characters with which a flag is read; with more of them it is set, and answered by ACK alone."""


def halves(value: int) -> bytes:
    """Return one byte as two characters of 30h to 3Fh, high half first."""
    return bytes((HALF + (value >> 4 & 0x0F), HALF + (value & 0x0F)))


HALVES: Final = [halves(value & 0xFF) for value in range(LONGEST + 2 * FRAMING)]
"""The two characters of every number that a frame can hold; above 255 only the low byte counts."""


def whole(characters: bytes) -> bytes:
    """Return the bytes that pairs of half bytes stand for; pairs ``0:`` to ``0?`` are read too.

    Raises:
        ValueError: a character is none of 30h to 3Fh.
    """
    if any(not HALF <= each <= HALF + 0x0F for each in characters):
        raise ValueError(f"{characters!r} are no half bytes")
    pairs = zip(characters[::2], characters[1::2], strict=False)
    return bytes((high - HALF) << 4 | (low - HALF) for high, low in pairs)


@dataclass
class IcpCodec:
    """The frame, with the address once it is known and the form of answer that is awaited."""

    address: str = ANYBODY
    awaited: Form | None = None
    """None: ACK alone."""
    numbers: None = None
    remembers: bool = False
    ping: bytes = b""
    probe: None = None

    def encode(self, seq: int, code: int, data: bytes = b"") -> bytes:
        """Return the frame of command ``code``, given as the number its two hex characters make.

        Raises:
            ValueError: the frame would be longer than 255 bytes; a driver cuts before.
        """
        del seq
        length = FRAMING + len(data)
        if length > LONGEST:
            raise ValueError(f"{len(data)} bytes of data, at most {LONGEST - FRAMING} fit a frame")
        command = f"{code:02X}".encode() + data
        asks = code != FLAG or len(data) <= FLAG_QUERY
        self.awaited = next((ANSWERS[command[:n]] for n in (4, 2) if asks and command[:n] in ANSWERS), None)
        address = self.address if code else ANYBODY
        summed = bytes([START]) + address.encode() + command + halves(length)
        return summed + halves(sum(summed) & 0xFF) + bytes([END])

    def decoder(self) -> "Decoder":
        """Return a decoder that asks this codec which answer is awaited."""
        return Decoder(self)


class Decoder:
    """Cut a byte stream into replies, signals and garbage; a frame ends at the first 03."""

    def __init__(self, codec: IcpCodec) -> None:
        self._codec = codec
        self._buffer = b""

    def feed(self, data: bytes) -> Iterator[Event]:
        """Yield every event that ``data`` completes; bytes outside a frame that mean nothing are skipped."""
        buffer = self._buffer = self._buffer + data
        at, have, form = 0, len(buffer), self._codec.awaited
        least, most, plain = (form.least, form.most, not form.status) if form else (1, 0, True)
        try:
            while at < have:
                # The usual case at one go: a frame that ends at 03, says its length and adds up.
                end = buffer.find(END, at, at + MOST) + 1 if buffer[at] == START else 0
                if (size := end - at - FRAME) >= 0 and plain:
                    said = buffer[at + 1 : end - 5]
                    if (
                        buffer[end - 5 : end - 3] == HALVES[size]
                        and buffer[end - 3 : end - 1] == HALVES[sum(said) + START & 0xFF]
                        and not (START in said or WAIT in said or 0x06 in said or 0x15 in said)
                    ):
                        at = end
                        yield make_reply(Reply, (said, b"", OURS if least <= size <= most else STALE, None))
                        continue
                event, taken = self._frame(at) if buffer[at] == START else self._outside(buffer[at])
                if not taken:
                    return
                at += taken
                if event is not None:
                    yield event
        finally:
            self._buffer = buffer[at:]

    def _outside(self, byte: int) -> tuple[Event | None, int]:
        """Return what a byte between frames says, if anything, and its length."""
        if byte == ACK[0] and self._codec.awaited:
            # Some firmware acknowledges a query before it answers (2.2): a sign of life.
            return BUSY, 1
        return SIGNS.get(byte), 1

    def _frame(self, at: int) -> tuple[Event | None, int]:
        """Return what 02 at ``at`` begins, and its length: 0 while it is not complete."""
        mark = MARKS.search(self._buffer, at + 1, at + MOST)
        if mark is None:
            frame = self._buffer[at : at + MOST]
            return (Garbage(frame, "no end 03"), MOST) if len(frame) == MOST else (None, 0)
        if self._buffer[mark.start()] == END:
            return self._judge(self._buffer[at : mark.end()]), mark.end() - at
        # What cuts the frame short speaks for itself.
        return Garbage(self._buffer[at : mark.start()], "the frame was cut short"), mark.start() - at

    def _judge(self, frame: bytes) -> Event:
        data, length, found = frame[1:-5], frame[-5:-3], frame[-3:-1]
        # The document prints both ways of counting, with and without the frame (2.2 b).
        if len(frame) < FRAME or (length != HALVES[len(data)] and length != HALVES[len(data) + FRAME]):
            return Garbage(frame, f"length {length!r}, expected {halves(len(data))!r}")
        if found != HALVES[(total := sum(frame[:-5])) & 0xFF] and found != HALVES[total + sum(length) & 0xFF]:
            return Garbage(frame, f"checksum {found!r}, expected {halves(total)!r}")
        form = self._codec.awaited
        if form is None or not form.least <= len(data) <= form.most:
            return Reply(data, seq=STALE)
        try:
            return Reply(data, whole(data[:12]) if form.status else b"", seq=OURS)
        except ValueError:
            return Reply(data, seq=STALE)
