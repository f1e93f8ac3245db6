"""The frames of the ZFP protocol as a device sees them: requests in, receipts of them and data out.

Nothing here knows a command or a state. Written from the Tremol protocol description 1910211454, parts
1.1 to 1.3 and 4 (sheet ``tremol-zfp``, section 2). Bytes of a request between the first and the last are
20h or more, so any control byte inside one means that the frame was cut or spoiled.
"""

from collections.abc import Iterator
from typing import Final

from billing.emulators.device import Damaged, Event, Probe, Request

STX: Final = 0x02
ACK: Final = 0x06
ETX: Final = 0x0A
RETRY: Final = b"\x0e"
"""Still busy with the preceding command; this frame was not accepted."""
NACK: Final = b"\x15"
"""The frame was malformed; it was not accepted."""
GROUP_SEPARATOR: Final = 0x1D
"""Begins a bare two-byte query, ``I`` or ``M``, of the auxiliary protocol."""
ARE_YOU_THERE: Final = 0x04
HOW_ARE_YOU: Final = 0x09
OFFSET: Final = 0x20
MAX_DATA: Final = 220
"""LEN is one byte, so at most FFh."""
_HEADER: Final = 3
_TAIL: Final = 3


def checksum(body: bytes) -> bytes:
    """Return the XOR of ``body`` as two bytes: high half + 30h, low half + 30h."""
    total = 0
    for byte in body:
        total ^= byte
    return bytes((0x30 + (total >> 4), 0x30 + (total & 0x0F)))


def encode_ack(number: int, device: int, command: int) -> bytes:
    """Return the acknowledgement of message ``number`` with two error codes (0..15 and 0..8)."""
    body = bytes((number, 0x30 + device, 0x30 + command))
    return bytes((ACK,)) + body + checksum(body) + bytes((ETX,))


def encode_data(number: int, command: int, data: bytes) -> bytes:
    """Return a data reply to message ``number``.

    More than 220 bytes (6Dh with sums of 13 symbols) outgrow LEN, which the sheet does not speak of: it is
    sent as its low byte.
    """
    body = bytes(((OFFSET + _HEADER + len(data)) & 0xFF, number, command)) + data
    return bytes((STX,)) + body + checksum(body) + bytes((ETX,))


class Decoder:
    """Cut what a host sends into events; keeps only an incomplete frame and does no I/O."""

    def __init__(self) -> None:
        self._frame = bytearray()

    def clear(self) -> None:
        """Forget an incomplete frame: the line was closed or the power cut."""
        self._frame.clear()

    def feed(self, data: bytes) -> Iterator[Event]:
        """Yield every event that ``data`` completes, in wire order.

        Pings and the letter of a bare query are probes; bytes outside frames are passed over in silence.
        """
        for byte in data:
            event = self._inside(byte) if self._frame else self._outside(byte)
            if event is not None:
                yield event

    def _outside(self, byte: int) -> Event | None:
        if byte in (STX, GROUP_SEPARATOR):
            self._frame.append(byte)
            return None
        return Probe(byte) if byte in (ARE_YOU_THERE, HOW_ARE_YOU) else None

    def _inside(self, byte: int) -> Event | None:
        frame = self._frame
        if frame[0] == GROUP_SEPARATOR:
            frame.clear()
            return Probe(byte) if byte in b"IM" else self._outside(byte)
        frame.append(byte)
        if byte >= OFFSET:
            return self._too_long()
        if byte == ETX:
            return self._whole()
        frame.clear()  # the frame's tail was lost; a new beginning or a ping is answered for itself
        return self._outside(byte)

    def _too_long(self) -> Event | None:
        """Refuse as soon as the end is not where LEN puts it, so that a spoiled LEN cannot deafen us."""
        frame = self._frame
        if len(frame) < 2 or (frame[1] >= OFFSET + _HEADER and len(frame) < frame[1] - OFFSET + 1 + _TAIL):
            return None
        raw = bytes(frame)
        frame.clear()
        return Damaged(raw, "the end is not where LEN puts it")

    def _whole(self) -> Event:
        frame = bytes(self._frame)
        self._frame.clear()
        if len(frame) < 1 + _HEADER + _TAIL or len(frame) != frame[1] - OFFSET + 1 + _TAIL:
            return Damaged(frame, "LEN does not count the bytes sent")
        if frame[-3:-1] != checksum(frame[1:-3]):
            return Damaged(frame, "the checksum does not hold")
        number, command = frame[2], frame[3]
        if number > 0x9F or command > 0x7F:
            return Damaged(frame, "the message number or the command is out of range")
        return Request(command, frame[4:-3], number)
