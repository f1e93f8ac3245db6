"""Frames of the ISL "ICP" protocol as its device sees them: commands are cut out of bytes, replies built.

No command lives here, no port and no clock. A command is ``02 AAAA KK data LL CC 03`` where LL counts the
whole frame; a reply with data is ``02 data LL CC 03`` where LL counts the data alone and CC leaves LL out
(sheet isl-icp, sections 2.1 and 2.2). There is no sequence number.
"""

from collections.abc import Iterator
from typing import Final

from billing.emulators.device import Damaged, Request

START: Final = 0x02
END: Final = 0x03
ACK: Final = b"\x06"
NACK: Final = b"\x15"
WAIT: Final = b"\x05"
"""The device still works; sent about every 100 ms."""
WAIT_EVERY_S: Final = 0.1

DISCOVERY: Final = 0x00
"""The command that is answered whatever address its frame bears."""
LONGEST: Final = 255
SHORTEST: Final = 12
_DIGIT: Final = 0x30
_LINE_BREAK: Final = 0x0A
_HEX: Final = b"0123456789ABCDEF"


def digits(value: int) -> bytes:
    """Return a byte as two characters, high half first, each half + 30h."""
    return bytes((_DIGIT + (value >> 4), _DIGIT + (value & 0xF)))


def number(pair: bytes) -> int | None:
    """Return the byte that two such characters say, None when one lies outside 30h..3Fh."""
    high, low = pair[0] - _DIGIT, pair[1] - _DIGIT
    return high << 4 | low if 0 <= high <= 0xF and 0 <= low <= 0xF else None


def encode_reply(data: bytes) -> bytes:
    """Return the frame of a reply with ``data`` (at most 255 bytes): no address, no command."""
    body = bytes((START,)) + data
    return body + digits(len(data)) + digits(sum(body) & 0xFF) + bytes((END,))


class Decoder:
    """Cut the host's byte stream into events; keeps only one incomplete frame and does no I/O.

    Bytes outside frames, a frame cut off by the start of another and a good frame for another ``address``
    are no events: nothing answers them. Discovery is answered whatever its address.
    """

    def __init__(self, address: str) -> None:
        self.address = address
        self._buffer = bytearray()
        self._inside = False

    def feed(self, data: bytes) -> Iterator[Request | Damaged]:
        """Yield every event that ``data`` completes, in wire order."""
        for byte in data:
            if byte == START:
                # 02 is no byte of a frame's inside: what was begun before it was cut off.
                self._inside = True
                self._buffer = bytearray((START,))
            elif byte == END and self._inside:
                frame = bytes(self._buffer) + bytes((END,))
                self.clear()
                yield from self._read(frame)
            elif self._inside and (byte >= 0x20 or byte == _LINE_BREAK):  # other service bytes are ignored
                self._buffer.append(byte)
                if len(self._buffer) >= LONGEST:
                    yield Damaged(bytes(self._buffer), f"more than {LONGEST} bytes without 03")
                    self.clear()

    def clear(self) -> None:
        """Forget an incomplete frame, as after a power cut or a new line."""
        self._buffer.clear()
        self._inside = False

    def _read(self, frame: bytes) -> Iterator[Request | Damaged]:
        """Judge a frame that begins with 02 and ends with 03."""
        counted = sum(frame[:-3]) & 0xFF
        if len(frame) < SHORTEST:
            yield Damaged(frame, f"{len(frame)} bytes, a command has at least {SHORTEST}")
        elif number(frame[-5:-3]) != len(frame):
            yield Damaged(frame, f"LL {frame[-5:-3]!r} for {len(frame)} bytes")
        elif number(frame[-3:-1]) != counted:
            yield Damaged(frame, f"CC {frame[-3:-1]!r}, counted {counted:02x}")
        elif (command := _command(frame[5:7])) is None:
            yield Damaged(frame, f"command {frame[5:7]!r}, expected two hex digits in capitals")
        elif command == DISCOVERY or frame[1:5] == self.address.encode("ascii"):
            yield Request(command, frame[7:-5])


def _command(name: bytes) -> int | None:
    """Return the number of a command's two characters, None when they are no capital hex digits."""
    return int(name, 16) if all(byte in _HEX for byte in name) else None
