"""A host for tests of the emulated Tremol: frames built and taken apart by hand, from the sheet."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import reduce
from operator import xor
from pathlib import Path

from billing.clock import SetClock
from billing.emulators.device import Action, Send
from billing.emulators.faults import Faults
from billing.emulators.memory import Memory
from billing.emulators.paper import Paper
from billing.emulators.tremol import Tremol, TremolV2

URN = "ZK000600-0001-0000001"
OPEN = f"1;0000  ;1;1;0${URN}"
NOON = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
"""12:00 on the device's wall clock."""


def check(body: bytes) -> bytes:
    total = reduce(xor, body)
    return bytes((0x30 + (total >> 4), 0x30 + (total & 15)))


def frame(command: int, data: bytes = b"", number: int = 0x20) -> bytes:
    body = bytes((0x23 + len(data), number, command)) + data
    return b"\x02" + body + check(body) + b"\x0a"


def ack(codes: str, number: int = 0x20) -> bytes:
    body = bytes((number,)) + codes.encode("ascii")
    return b"\x06" + body + check(body) + b"\x0a"


def replies(stream: bytes) -> list[bytes]:
    """Cut a stream of ACKs and data replies: the two codes of an ACK, or the data."""
    found = []
    while stream:
        length = 7 if stream[0] == 6 else stream[1] - 0x20 + 4
        one, stream = stream[:length], stream[length:]
        assert one[-1] == 0x0A
        assert one[-3:-1] == check(one[1:-3])
        found.append(one[2:4] if one[0] == 6 else one[4:-3])
    return found


def sale(price: str = "1.20", group: str = "Б", options: str = "", name: str = "Хляб") -> bytes:
    return f"{name:<36};{group};{price}{options}".encode("cp1251")


@dataclass
class Host:
    """A device without a line; ``say`` sends one command and returns what it answers, decoded."""

    v2: bool = False
    faults: str = ""
    state: Path | None = None
    settings: dict[str, object] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.clock = SetClock(NOON)
        self.printed: list[str] = []
        self.number = 0x1F
        self.start()

    def start(self) -> None:
        memory = Memory.load(self.state, "ZK") if self.state else Memory.fresh("ZK")
        memory.settings.update(self.settings)
        paper = Paper(self.printed.append)
        make = TremolV2 if self.v2 else Tremol
        self.device = make(memory, Faults.parse(self.faults), self.clock, paper)

    @property
    def memory(self) -> Memory:
        return self.device.memory

    def feed(self, data: bytes) -> list[Action]:
        return self.device.feed(data)

    def bytes_for(self, command: int, data: str | bytes = b"") -> bytes:
        self.number = 0x20 + (self.number - 0x1F) % 0x80
        raw = data.encode("cp1251") if isinstance(data, str) else data
        sent = self.feed(frame(command, raw, self.number))
        return b"".join(each.data for each in sent if isinstance(each, Send))

    def all(self, command: int, data: str | bytes = b"") -> list[str]:
        return [each.decode("cp1251") for each in replies(self.bytes_for(command, data))]

    def say(self, command: int, data: str | bytes = b"") -> str:
        (one,) = self.all(command, data)
        return one

    def raw(self, command: int, data: str | bytes = b"") -> bytes:
        (one,) = replies(self.bytes_for(command, data))
        return one

    def done(self, command: int, data: str | bytes = b"") -> None:
        assert self.say(command, data) == "00", hex(command)

    def opened(self, data: str = OPEN) -> "Host":
        self.done(0x30, data)
        return self

    def sold(self, *lines: bytes) -> "Host":
        self.opened()
        for line in lines or (sale(),):
            self.done(0x31, line)
        return self

    def receipt(self, price: str = "1.20") -> "Host":
        self.sold(sale(price))
        self.done(0x36)
        return self

    @property
    def status(self) -> bytes:
        return self.raw(0x20)

    @property
    def fields(self) -> list[str]:
        return self.say(0x72).split(";")
