"""A conversation with a device, without I/O: a driver yields commands, is sent replies, returns a value.

``Printer.do`` carries a talk over a link. A reply that the device refused is thrown into the talk as a
``DeviceError`` at the ``yield`` of its command, so a driver may catch what it expects.
"""

from collections.abc import Generator
from dataclasses import dataclass
from enum import Enum
from typing import TypeVar

from billing.devices.frames.events import Reply

__all__ = ["Command", "Repeat", "Reply", "Stream", "Talk"]

T = TypeVar("T")


class Repeat(Enum):
    """What may be done when no answer comes."""

    SAFE = "safe"
    """A query: sent again freely, under a new number where the device has no memory of repeats."""
    UNSAFE = "unsafe"
    """Changes the device: sent again, byte for byte, only where the device answers repeats from memory."""
    ONCE = "once"
    """Moves money or a counter with nothing to correct it (payment, cash, Z): after silence never sent again,
    for a device that lost power has forgotten its last number; the device is asked instead."""


@dataclass(frozen=True, slots=True)
class Stream:
    """How an answer of many lines comes; its reply's data are then the lines, parted by a line feed.

    Args:
        acknowledge: bytes that ask for the next line, where lines come bare, each with a line feed, before
            the ordinary reply (Daisy C3h, 99h); empty where each line is a frame.
        begin: data of the frame that goes before the first line (Tremol's acknowledgement).
        end: data of the frame after the last one.
    """

    acknowledge: bytes = b""
    begin: bytes = b""
    end: bytes = b""


@dataclass(frozen=True, slots=True)
class Command:
    """One command in the device's own words.

    Args:
        code: the command's number on the wire.
        data: its parameters, encoded.
        name: what it does, for logs and sentences ("sell").
        repeat: what may be done when no answer comes.
        limit_s: seconds without a sign of life after which the command is given up; a busy sign renews it.
        secrets: parts of ``data`` (passwords) that no log or recording shows.
        stream: the answer has many lines, which come so.
    """

    code: int
    data: bytes = b""
    name: str = ""
    repeat: Repeat = Repeat.UNSAFE
    limit_s: float = 10.0
    secrets: tuple[bytes, ...] = ()
    stream: Stream | None = None


Talk = Generator[Command, Reply, T]
"""A conversation that ends in a ``T``."""


def ask(code: int, name: str, data: bytes = b"", limit_s: float = 3.0) -> Command:
    """Return a query: safe to repeat, given up after ``limit_s`` seconds of silence."""
    return Command(code, data, name, Repeat.SAFE, limit_s)
