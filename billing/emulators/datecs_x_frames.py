"""Frames of the Datecs "X" protocol as its device sees them: requests are cut out of bytes, answers built.

No command lives here, no port and no clock. A request is ``01 LEN SEQ CMD DATA 05 BCC 03``, an answer
``01 LEN SEQ CMD DATA 04 STATUS 05 BCC 03`` (Datecs X 2.02; sheet datecs-x, section 2).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

START: Final = 0x01
STATUS_MARK: Final = 0x04
SUM_END: Final = 0x05
END: Final = 0x03
REFUSED: Final = b"\x15"
"""NAK: the frame had a bad sum or form; the host sends it again with its sequence number."""
BUSY: Final = b"\x16"
"""SYN: the device works; one every 60 ms until the answer."""
BUSY_EVERY_S: Final = 0.06

LONGEST_DATA: Final = 496
"""What the later manuals take; the first one's 213 is a rule of commands, not of frames."""

_OFFSET: Final = 0x20
_DIGIT: Final = 0x30
_LEN_DIGITS: Final = 4
_SHORTEST: Final = 10
"""LEN, SEQ, CMD and the closing 05: what LEN counts when DATA is empty."""
_FIRST_SEQ: Final = 0x20
_DATA_CONTROLS: Final = frozenset((0x09, 0x0A, 0x10))


@dataclass(frozen=True, slots=True)
class Request:
    """A good frame of the host; ``data`` is as sent, its tabs included."""

    seq: int
    command: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Broken:
    """A frame that is refused, and why."""

    why: str


@dataclass(frozen=True, slots=True)
class Garbage:
    """Bytes outside any frame; nothing answers them."""

    data: bytes


Event = Request | Broken | Garbage


def digits(value: int) -> bytes:
    """Return ``value`` (0..FFFFh) as four hex digits, high first, each sent as 30h + digit."""
    return bytes(_DIGIT + (value >> shift & 0xF) for shift in (12, 8, 4, 0))


def number(field: bytes) -> int | None:
    """Return what four such digits say, or None when a byte lies outside 30h..3Fh."""
    value = 0
    for byte in field:
        if not _DIGIT <= byte <= _DIGIT + 0xF:
            return None
        value = value << 4 | byte - _DIGIT
    return value


def encode_answer(seq: int, command: int, data: bytes, status: bytes) -> bytes:
    """Return the whole answer frame; ``status`` is the eight bytes, each 80h..FFh."""
    length = _SHORTEST + len(data) + 1 + len(status) + _OFFSET
    summed = b"".join(
        (
            digits(length),
            bytes((seq,)),
            digits(command),
            data,
            bytes((STATUS_MARK,)),
            status,
            bytes((SUM_END,)),
        )
    )
    return bytes((START,)) + summed + digits(sum(summed) & 0xFFFF) + bytes((END,))


class Decoder:
    """Cut the host's byte stream into events; keeps only one incomplete frame and does no I/O."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> Iterator[Event]:
        """Yield every event that ``data`` completes, in wire order."""
        self._buffer += data
        while self._buffer:
            event = self._next()
            if event is None:
                return
            yield event

    def reset(self) -> None:
        """Forget an incomplete frame, as after a power cut or a new line."""
        self._buffer.clear()

    def _take(self, count: int) -> bytes:
        taken = bytes(self._buffer[:count])
        del self._buffer[:count]
        return taken

    def _next(self) -> Event | None:
        start = self._buffer.find(START)
        if start != 0:
            return Garbage(self._take(start if start > 0 else len(self._buffer)))
        # 01 is no legal byte of a frame's inside: a second one means the first frame was cut off.
        again = self._buffer.find(START, 1)
        if 0 < again <= _LEN_DIGITS:
            return Garbage(self._take(again))
        size = self._size()
        if isinstance(size, Broken):
            self._take(again if again > 0 else len(self._buffer))
            return size
        if again > 0 and (size is None or again < size):
            return Garbage(self._take(again))
        if size is None or len(self._buffer) < size:
            return None
        return _read(self._take(size))

    def _size(self) -> int | Broken | None:
        """Return how many bytes the frame at the buffer's start has, None while that is not known."""
        head = bytes(self._buffer[1 : 1 + _LEN_DIGITS])
        length = number(head)
        if length is None:
            return Broken("a byte of LEN is no digit 30h..3Fh")
        if len(head) < _LEN_DIGITS:
            return None
        counted = length - _OFFSET
        if not _SHORTEST <= counted <= _SHORTEST + LONGEST_DATA:
            return Broken(f"LEN says {counted} bytes")
        return 1 + counted + 4 + 1


def _read(frame: bytes) -> Request | Broken:
    """Judge a frame that is as long as its LEN says."""
    summed, check, end = frame[1:-5], frame[-5:-1], frame[-1]
    seq, command, data = summed[4], number(summed[5:9]), summed[9:-1]
    if end != END or summed[-1] != SUM_END:
        return Broken("no 05 and 03 where LEN puts them")
    found = number(check)
    if found != sum(summed) & 0xFFFF:
        return Broken(f"sum {check.hex(' ')}, counted {sum(summed) & 0xFFFF:04x}")
    if seq < _FIRST_SEQ or command is None:
        return Broken("SEQ below 20h or a byte of CMD that is no digit")
    if any(byte < 0x20 and byte not in _DATA_CONTROLS for byte in data):
        return Broken("a control byte in DATA")
    return Request(seq, command, data)
