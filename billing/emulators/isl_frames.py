"""The ISL frame as a device sees it (Datecs P 2, Daisy/Eltrade/Incotex 2): requests cut, replies built.

    request:  01 LEN SEQ CMD DATA... 05 BCC BCC BCC BCC 03
    reply:    01 LEN SEQ CMD DATA... 04 S0 S1 S2 S3 S4 S5 05 BCC BCC BCC BCC 03

No commands and no state of a device here.
"""

from collections.abc import Container, Iterator
from typing import Final

from billing.emulators.device import Damaged, Event, Request

PREAMBLE: Final = 0x01
SEPARATOR: Final = 0x04
POSTAMBLE: Final = 0x05
TERMINATOR: Final = 0x03
NAK: Final = b"\x15"
SYN: Final = b"\x16"
BIAS: Final = 0x20
MAX_BUFFER: Final = 300
DATA_BYTES: Final = frozenset([0x09, 0x0A, 0x10, *range(0x20, 0x100)])
"""What may stand in data; 10h introduces a control byte of the display."""


def checksum(data: bytes) -> bytes:
    """Return the 16-bit sum of ``data`` as four bytes, high nibble first, each nibble + 30h."""
    total = sum(data) & 0xFFFF
    return bytes(0x30 + (total >> shift & 0x0F) for shift in (12, 8, 4, 0))


def encode_reply(sequence: int, command: int, data: bytes, status: bytes) -> bytes:
    """Return the reply frame; a LEN over FFh is written FFh, as Daisy does it."""
    length = min(BIAS + 4 + len(data) + 1 + len(status), 0xFF)
    body = bytes([length, sequence, command]) + data + bytes([SEPARATOR]) + status + bytes([POSTAMBLE])
    return bytes([PREAMBLE]) + body + checksum(body) + bytes([TERMINATOR])


class RequestDecoder:
    """Cuts requests out of the bytes that come in.

    01 and 03 occur in a good frame only at its ends, so a frame ends at its 03 whatever LEN says, and a 01
    gives up what came before it: a device's own time-out would have done so. Bytes outside are skipped.
    """

    def __init__(self, sequences: Container[int] = range(0x20, 0x80), max_data: int = 213) -> None:
        self._sequences = sequences
        self._max_data = max_data
        self._buffer = bytearray()

    def clear(self) -> None:
        """Forget the incomplete rest."""
        self._buffer.clear()

    def feed(self, data: bytes) -> Iterator[Event]:
        """Yield a ``Request`` or ``Damaged`` for every frame that ``data`` completes."""
        for byte in data:
            if byte == PREAMBLE:
                self._buffer = bytearray([byte])
            elif self._buffer:
                self._buffer.append(byte)
                if byte == TERMINATOR:
                    frame = bytes(self._buffer)
                    self._buffer.clear()
                    yield self._judge(frame)
                elif len(self._buffer) > MAX_BUFFER:
                    junk = bytes(self._buffer)
                    self._buffer.clear()
                    yield Damaged(junk, "no terminator")

    def _judge(self, frame: bytes) -> Event:
        if len(frame) < 10 or frame[1] != BIAS + len(frame) - 6:
            return Damaged(frame, "LEN does not count the bytes")
        if frame[-6] != POSTAMBLE:
            return Damaged(frame, "no postamble where LEN ends")
        if checksum(frame[1:-5]) != frame[-5:-1]:
            return Damaged(frame, "wrong checksum")
        sequence, command, data = frame[2], frame[3], frame[4:-6]
        if sequence not in self._sequences or command < BIAS:
            return Damaged(frame, "sequence number or command out of range")
        if len(data) > self._max_data or not DATA_BYTES.issuperset(data):
            return Damaged(frame, "data too long, or a byte that may not stand there")
        return Request(command, data, sequence)
