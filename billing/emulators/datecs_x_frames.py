"""Frames of the Datecs "X" protocol as its device sees them: requests are cut out of bytes, answers built.

No command lives here, no port and no clock. A request is ``01 LEN SEQ CMD DATA 05 BCC 03``, an answer
``01 LEN SEQ CMD DATA 04 STATUS 05 BCC 03`` (Datecs X 2.02; sheet datecs-x, section 2).
"""

from collections.abc import Iterator
from typing import Final

from billing.emulators.device import Damaged, Request

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
    """Cut the host's byte stream into events; keeps only one incomplete frame and does no I/O.

    Bytes outside frames, and a frame cut off by the start of another, are no events: nothing answers them.
    """

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> Iterator[Request | Damaged]:
        """Yield every event that ``data`` completes, in wire order."""
        self._buffer += data
        while self._skip_to_start():
            size = self._size()
            if isinstance(size, str):
                yield Damaged(self._take(1), size)
            elif size is not None and len(self._buffer) >= size:
                yield _read(self._take(size))
            else:
                return

    def clear(self) -> None:
        """Forget an incomplete frame, as after a power cut or a new line."""
        self._buffer.clear()

    def _take(self, count: int) -> bytes:
        taken = bytes(self._buffer[:count])
        del self._buffer[:count]
        return taken

    def _skip_to_start(self) -> bool:
        """Drop what no frame can be made of; tell whether a frame's start is left."""
        start = self._buffer.find(START)
        self._take(start if start >= 0 else len(self._buffer))
        # 01 is no legal byte of a frame's inside: a second one means the first frame was cut off.
        while (again := self._buffer.find(START, 1)) > 0 and again < self._reach():
            self._take(again)
        return bool(self._buffer)

    def _reach(self) -> int:
        """Return where the frame at the buffer's start ends, as far as is known."""
        size = self._size()
        return size if isinstance(size, int) else 1 + _LEN_DIGITS

    def _size(self) -> int | str | None:
        """Return the bytes of the frame at the buffer's start, None while unknown, or what is wrong."""
        head = bytes(self._buffer[1 : 1 + _LEN_DIGITS])
        length = number(head)
        if length is None:
            return f"LEN {head.hex(' ')} is not made of digits 30h..3Fh"
        if len(head) < _LEN_DIGITS:
            return None
        counted = length - _OFFSET
        if not _SHORTEST <= counted <= _SHORTEST + LONGEST_DATA:
            return f"LEN says {counted} bytes"
        return 1 + counted + 4 + 1


def _read(frame: bytes) -> Request | Damaged:
    """Judge a frame that is as long as its LEN says."""
    summed, check, end = frame[1:-5], frame[-5:-1], frame[-1]
    seq, command, data = summed[4], number(summed[5:9]), summed[9:-1]
    counted = sum(summed) & 0xFFFF
    if end != END or summed[-1] != SUM_END:
        return Damaged(frame, "no 05 and 03 where LEN puts them")
    if number(check) != counted:
        return Damaged(frame, f"sum {check.hex(' ')}, counted {counted:04x}")
    if seq < _FIRST_SEQ or command is None:
        return Damaged(frame, "SEQ below 20h or a byte of CMD that is no digit")
    if any(byte < 0x20 and byte not in _DATA_CONTROLS for byte in data):
        return Damaged(frame, "a control byte in DATA")
    return Request(command, data, seq)
