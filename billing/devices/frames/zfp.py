"""The ZFP frame of Tremol: bytes in, events out, no I/O.

    command, and a data reply:  02 LEN NBL CMD DATA... CS CS 0A
    acknowledgement (ACK):      06 NBL STE STE CS CS 0A

LEN counts from itself to the end of the data, plus 20h. CS is the XOR of what stands between the first byte
and itself, two nibbles, high first, each + 30h. Single bytes: 15h refused (NACK), 0Eh busy with the command
before (RETRY), 40h to 4Fh the answer to a ping (bit 0: busy). Source: Tremol ZFP, sections 2 and 3.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from billing.devices.frames.events import Event, Garbage, Reply, Signal, SignalKind, make_reply

DATA: Final = 0x02
ACK: Final = 0x06
STARTS: Final = frozenset({DATA, ACK})
TERMINATOR: Final = 0x0A
BASE: Final = 0x20
ACK_LENGTH: Final = 7
FRAMING: Final = 4
"""Bytes that LEN does not count: 02, two of CS, 0A."""
TRAILERS: Final = [bytes((0x30 | total >> 4, 0x30 | total & 0x0F, TERMINATOR)) for total in range(256)]
"""What stands behind summed bytes, by their XOR: CS and 0A."""
STATUS: Final = 0x20
DATA_MAX: Final = 220
"""What a LEN of one byte can say; the document's 9Fh is too small for its own commands (section 2)."""

DAY_BY_GROUP: Final = b"\x6d"
"""Eighteen sums may take 251 bytes (section 10): their LEN is then the low byte of a longer one."""

READY: Final = Signal(SignalKind.READY)
SIGNALS: Final = {0x15: Signal(SignalKind.REFUSED), 0x0E: Signal(SignalKind.LATER)}
PONGS: Final = {pong: Signal(SignalKind.BUSY) if pong & 1 else READY for pong in range(0x40, 0x50)}
LOCKED: Final = 0x50
"""The network side waits for its password."""
STRANGERS: Final = {
    LOCKED: "the device waits for its network password",
    0x60: "the device is busy with another connection",
    0x70: "the network password is wrong",
}


def checksum(summed: bytes) -> bytes:
    """Return the two CS bytes of what stands between a frame's first byte and its checksum."""
    return TRAILERS[folded(summed)][:-1]


def folded(summed: bytes) -> int:
    """Return the XOR of at most 256 bytes: one long number, folded in halves until a byte is left."""
    number = int.from_bytes(summed, "big")
    if len(summed) > 16:
        number ^= number >> 1024
        number ^= number >> 512
        number ^= number >> 256
        number ^= number >> 128
    number ^= number >> 64
    number ^= number >> 32
    number ^= number >> 16
    return (number ^ number >> 8) & 0xFF


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
        self._buffer = b""
        self._locked = locked

    def feed(self, data: bytes) -> Iterator[Event]:
        """Yield every event that ``data`` completes, in wire order."""
        buffer = self._buffer = self._buffer + data
        at, have = 0, len(buffer)
        try:
            while at < have:
                # Pongs and whole acknowledgements are nearly all that comes: looked at first, at one go.
                first = buffer[at]
                if first == ACK and at + ACK_LENGTH <= have:
                    seq, end = buffer[at + 1], at + ACK_LENGTH
                    if buffer[end - 3 : end] == TRAILERS[seq ^ buffer[at + 2] ^ buffer[at + 3]]:
                        errors = buffer[at + 2 : at + 4]
                        at = end
                        yield make_reply(Reply, (errors, b"", seq, None))
                        continue
                elif first in PONGS:
                    at += 1
                    yield PONGS[first]
                    continue
                event, taken = self._frame(at) if first in STARTS else self._next(at)
                if event is None:
                    return
                at += taken
                yield event
        finally:
            self._buffer = buffer[at:]

    def _next(self, at: int) -> tuple[Event, int]:
        """Return the sign or the garbage that starts at ``at``, and its length."""
        first = self._buffer[at]
        if first == LOCKED and self._locked:
            return READY, 1
        # After a refusal the device is silent; one with bytes behind it is noise, and must repeat nothing.
        if first in SIGNALS and at + 1 == len(self._buffer):
            return SIGNALS[first], 1
        return self._junk(at, STRANGERS.get(first, "no frame begins so"))

    def _junk(self, at: int, why: str) -> tuple[Garbage, int]:
        """Pass over bytes up to where a frame may begin; letters among them are no pongs (section 3)."""
        found = (self._buffer.find(start, at + 1) for start in STARTS)
        junk = self._buffer[at : min((place for place in found if place > 0), default=None)]
        return Garbage(junk, why), len(junk)

    def _begun_anew(self, at: int) -> int:
        """Return the bytes of the frame at ``at``, whose LEN is too small; below 0: it is none."""
        head = self._buffer[at : at + 4]
        if head[3:] not in {b"", DAY_BY_GROUP}:
            return -1
        return head[1] + FRAMING - BASE + 256

    def _frame(self, at: int) -> tuple[Event | None, int]:
        """Return what 02 or 06 at ``at`` begins, and its length; None when it is not complete yet."""
        buffer = self._buffer
        if buffer[at] == ACK:
            length = ACK_LENGTH
        elif len(buffer) < at + 2:
            return None, 0
        elif (length := buffer[at + 1] + FRAMING - BASE) < 3 + FRAMING:
            length = self._begun_anew(at)
            if length < 0:
                return self._junk(at, f"length {buffer[at + 1] - BASE} is too short for a reply")
        end = at + length
        if len(buffer) < end:
            return None, 0
        summed = buffer[at + 1 : end - 3]
        if buffer[end - 3 : end] != (expected := TRAILERS[folded(summed)]):
            why = f"checksum {buffer[end - 3 : end - 1].hex(' ')}, expected {expected[:-1].hex(' ')}"
            return self._junk(at, why)
        if buffer[at] == ACK:
            return make_reply(Reply, (summed[1:], b"", summed[0], None)), length
        data, code = summed[3:], summed[2]
        return make_reply(Reply, (data, data if code == STATUS else b"", summed[1], code)), length
