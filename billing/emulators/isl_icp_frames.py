"""Frames of the ISL "ICP" protocol as its device sees them: commands are cut out of bytes, replies built.

No command lives here, no port and no clock. A command is ``02 AAAA KK data LL CC 03`` where LL counts the
whole frame; a reply with data is ``02 data LL CC 03`` where LL counts the data alone and CC leaves LL out
(sheet isl-icp, sections 2.1 and 2.2). There is no sequence number.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

START: Final = 0x02
END: Final = 0x03
ACK: Final = b"\x06"
NACK: Final = b"\x15"
WAIT: Final = b"\x05"
"""The device still works; sent about every 100 ms."""
WAIT_EVERY_S: Final = 0.1

LONGEST: Final = 255
SHORTEST: Final = 12
_DIGIT: Final = 0x30
_LINE_BREAK: Final = 0x0A


@dataclass(frozen=True, slots=True)
class Request:
    """A good frame of the host: to whom, the command's two characters, and all that follows them."""

    address: str
    command: str
    data: str


@dataclass(frozen=True, slots=True)
class Broken:
    """A frame that is answered by NACK, and why."""

    why: str


@dataclass(frozen=True, slots=True)
class Garbage:
    """Bytes outside any frame; nothing answers them."""

    data: bytes


Event = Request | Broken | Garbage


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
    """Cut the host's byte stream into events; keeps only one incomplete frame and does no I/O."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._inside = False

    def feed(self, data: bytes) -> Iterator[Event]:
        """Yield every event that ``data`` completes, in wire order."""
        for byte in data:
            if byte == START:
                # 02 is no byte of a frame's inside: what was begun before it was cut off.
                cut, self._inside = bytes(self._buffer), True
                self._buffer = bytearray((START,))
                if cut:
                    yield Garbage(cut)
            elif not self._inside:
                yield Garbage(bytes((byte,)))
            elif byte == END:
                frame = bytes(self._buffer) + bytes((END,))
                self.reset()
                yield _read(frame)
            elif byte >= 0x20 or byte == _LINE_BREAK:  # other service bytes are ignored (section 1)
                self._buffer.append(byte)
                if len(self._buffer) >= LONGEST:
                    self.reset()
                    yield Broken(f"more than {LONGEST} bytes without 03")

    def reset(self) -> None:
        """Forget an incomplete frame, as after a power cut or a new line."""
        self._buffer.clear()
        self._inside = False


def _read(frame: bytes) -> Request | Broken:
    """Judge a frame that begins with 02 and ends with 03."""
    if len(frame) < SHORTEST:
        return Broken(f"{len(frame)} bytes, a command has at least {SHORTEST}")
    length, check = number(frame[-5:-3]), number(frame[-3:-1])
    if length != len(frame):
        return Broken(f"LL {frame[-5:-3]!r} for {len(frame)} bytes")
    counted = sum(frame[:-3]) & 0xFF
    if check != counted:
        return Broken(f"CC {frame[-3:-1]!r}, counted {counted:02x}")
    text = frame[1:-5].decode("cp1251", "replace")
    return Request(text[:4], text[4:6], text[6:])
