"""What a decoder makes of the bytes a device sends; the same three kinds for every frame protocol.

No protocol lives here: each codec (``frames/isl.py`` and its sisters) yields these, and ``link.py`` reads
them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple, Protocol


class SignalKind(Enum):
    """What a single byte, or a reply without content, tells about the exchange."""

    BUSY = "busy"
    """The command runs and takes longer (SYN, WAIT, a pong with the busy bit)."""
    REFUSED = "refused"
    """The frame was damaged or malformed and was not executed (NAK)."""
    LATER = "later"
    """The device still works on the command before; this frame was not accepted (RETRY)."""
    READY = "ready"
    """Nothing runs: a pong without the busy bit. Met while an answer is awaited: that answer is lost."""


class Reply(NamedTuple):
    """A whole frame from the device whose checksum is right; a tuple, for it is made in half the time.

    ``seq`` and ``code`` are None where the protocol's answers carry none; ``status`` holds the raw status
    bytes in wire order (or the error characters of an acknowledgement), ``b""`` where there are none.
    """

    data: bytes
    status: bytes = b""
    seq: int | None = None
    code: int | None = None


make_reply = tuple.__new__
"""Makes a reply of its class and its four fields in order, in half the time that ``Reply(...)`` takes."""


@dataclass(frozen=True, slots=True)
class Signal:
    """One sign that is no frame."""

    kind: SignalKind


@dataclass(frozen=True, slots=True)
class Garbage:
    """Bytes that make no frame, with the reason; never an exception, so that reading goes on."""

    data: bytes
    why: str


Event = Reply | Signal | Garbage


class Decoder(Protocol):
    """Cuts a byte stream into events; keeps only what is incomplete, in a bounded buffer."""

    def feed(self, data: bytes) -> Iterator[Event]:
        """Yield every event that ``data`` completes, in wire order."""
        ...


class Codec(Protocol):
    """One frame protocol: how commands become bytes, and what its devices promise about repeats."""

    @property
    def numbers(self) -> range | None:
        """The sequence numbers, counted round; None where frames carry none."""
        ...

    @property
    def remembers(self) -> bool:
        """True where the device answers a repeated number from memory, without doing the work again."""
        ...

    @property
    def ping(self) -> bytes:
        """Bare bytes that ask "are you ready" before and during a command; empty where there are none."""
        ...

    @property
    def probe(self) -> int | None:
        """The code of a harmless query that asks the same in a frame; None: there is none."""
        ...

    def encode(self, seq: int, code: int, data: bytes) -> bytes:
        """Return the frame of one command."""
        ...

    def decoder(self) -> Decoder:
        """Return a new decoder with an empty buffer."""
        ...
