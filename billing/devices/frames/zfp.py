"""The ZFP frame of Tremol: bytes in, events out, no I/O.

    command, and a data reply:  02 LEN NBL CMD DATA... CS CS 0A
    acknowledgement (ACK):      06 NBL STE STE CS CS 0A

LEN counts from itself to the end of the data, plus 20h. CS is the XOR of what stands between the first byte
and itself, two nibbles, high first, each + 30h. Single bytes: 15h refused (NACK), 0Eh busy with the command
before (RETRY), 40h to 4Fh the answer to a ping (bit 0: busy). Source: Tremol ZFP, sections 2 and 3.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce
from operator import xor
from typing import Final

from billing.devices.frames.events import Event, Garbage, Reply, Signal, SignalKind

DATA: Final = 0x02
ACK: Final = 0x06
STARTS: Final = frozenset({DATA, ACK})
TERMINATOR: Final = 0x0A
BASE: Final = 0x20
ACK_LENGTH: Final = 7
FRAMING: Final = 4
"""Bytes that LEN does not count: 02, two of CS, 0A."""
STATUS: Final = 0x20
DATA_MAX: Final = 220
"""What a LEN of one byte can say; the document's 9Fh is too small for its own commands (section 2)."""

SIGNALS: Final = {0x15: SignalKind.REFUSED, 0x0E: SignalKind.LATER}
PONGS: Final = range(0x40, 0x50)
LOCKED: Final = 0x50
"""The network side waits for its password."""
STRANGERS: Final = {
    LOCKED: "the device waits for its network password",
    0x60: "the device is busy with another connection",
    0x70: "the network password is wrong",
}


def checksum(summed: bytes) -> bytes:
    """Return the two CS bytes of what stands between a frame's first byte and its checksum."""
    total = reduce(xor, summed, 0)
    return bytes((0x30 | total >> 4, 0x30 | total & 0x0F))


@dataclass(frozen=True, slots=True)
class ZfpCodec:
    """The frame; it promises nothing about repeats, so a lost answer is asked about (section 3).

    Args:
        locked: the device has a network password, which is sent with the first status query.
    """

    locked: bool = False
    numbers: range = range(0x20, 0xA0)
    remembers: bool = False
    ping: bytes = b"\x09"
    probe: int | None = None

    def encode(self, seq: int, code: int, data: bytes = b"") -> bytes:
        """Return the frame of command ``code``.

        The status query has no data: what is given with it goes bare before its frame (the network password).

        Raises:
            ValueError: ``data`` is longer than a frame takes; a driver cuts before.
        """
        if code == STATUS:
            return data + self._frame(seq, code, b"")
        return self._frame(seq, code, data)

    def _frame(self, seq: int, code: int, data: bytes) -> bytes:
        if len(data) > DATA_MAX:
            raise ValueError(f"{len(data)} bytes of data, at most {DATA_MAX} fit a frame")
        summed = bytes([BASE + 3 + len(data), seq, code]) + data
        return bytes([DATA]) + summed + checksum(summed) + bytes([TERMINATOR])

    def decoder(self) -> "Decoder":
        """Return a decoder of replies, acknowledgements and signals."""
        return Decoder(locked=self.locked)


class Decoder:
    """Cut a byte stream into replies, signals and garbage.

    An acknowledgement is a ``Reply`` without a code whose data are its two error characters; a reply to the
    status query carries its data as status too.
    """

    def __init__(self, *, locked: bool = False) -> None:
        self._buffer = bytearray()
        self._locked = locked

    def feed(self, data: bytes) -> Iterator[Event]:
        """Yield every event that ``data`` completes, in wire order."""
        self._buffer += data
        at = 0
        try:
            while at < len(self._buffer):
                event, taken = self._frame(at) if self._buffer[at] in STARTS else self._next(at)
                if event is None:
                    return
                at += taken
                yield event
        finally:
            del self._buffer[:at]

    def _next(self, at: int) -> tuple[Event, int]:
        """Return the sign or the garbage that starts at ``at``, and its length."""
        first = self._buffer[at]
        if first in PONGS:
            return Signal(SignalKind.BUSY if first & 1 else SignalKind.READY), 1
        if first == LOCKED and self._locked:
            return Signal(SignalKind.READY), 1
        # After a refusal the device is silent; one with bytes behind it is noise, and must repeat nothing.
        if first in SIGNALS and at + 1 == len(self._buffer):
            return Signal(SIGNALS[first]), 1
        return self._junk(at, STRANGERS.get(first, "no frame begins so"))

    def _junk(self, at: int, why: str) -> tuple[Garbage, int]:
        """Pass over bytes up to where a frame may begin; letters among them are no pongs (section 3)."""
        end = next((to for to in range(at + 1, len(self._buffer)) if self._buffer[to] in STARTS), None)
        junk = bytes(self._buffer[at:end])
        return Garbage(junk, why), len(junk)

    def _frame(self, at: int) -> tuple[Event | None, int]:
        """Return what 02 or 06 at ``at`` begins, and its length; None when it is not complete yet."""
        if self._buffer[at] == ACK:
            length = ACK_LENGTH
        elif len(self._buffer) < at + 2:
            return None, 0
        elif (counted := self._buffer[at + 1] - BASE) >= 3:
            length = counted + FRAMING
        else:
            return self._junk(at, f"length {counted} is too short for a reply")
        if len(self._buffer) < at + length:
            return None, 0
        return self._judge(at, bytes(self._buffer[at : at + length]))

    def _judge(self, at: int, frame: bytes) -> tuple[Event, int]:
        summed, found = frame[1:-3], frame[-3:-1]
        expected = checksum(summed)
        if frame[-1] != TERMINATOR or found != expected:
            return self._junk(at, f"checksum {found.hex(' ')}, expected {expected.hex(' ')}")
        if frame[0] == ACK:
            return Reply(summed[1:], seq=summed[0]), len(frame)
        data, code = summed[3:], summed[2]
        status = data if code == STATUS else b""
        return Reply(data, status, seq=summed[1], code=code), len(frame)
