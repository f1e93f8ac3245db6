"""A host for tests of devices behind ISL frames: frames built and taken apart by hand, from the sheet."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import cast

from billing.clock import SetClock
from billing.emulators import registry
from billing.emulators.device import Action, Device, Send
from billing.emulators.faults import Faults
from billing.emulators.paper import Paper


def checked(body: bytes) -> bytes:
    total = sum(body)
    return bytes(0x30 + (total >> shift & 15) for shift in (12, 8, 4, 0))


def frame(command: int, data: bytes, sequence: int) -> bytes:
    body = bytes([0x24 + len(data), sequence, command]) + data + b"\x05"
    return b"\x01" + body + checked(body) + b"\x03"


@dataclass(frozen=True)
class Reply:
    sequence: int
    command: int
    data: str
    status: bytes

    def bit(self, byte: int, bit: int) -> bool:
        return bool(self.status[byte] >> bit & 1)

    @property
    def fields(self) -> list[str]:
        return self.data.split(",")

    @property
    def accepted(self) -> bool:
        return not self.bit(0, 5)


def take_apart(data: bytes) -> Reply:
    assert data[0] == 1
    assert data[-1] == 3
    assert data[1] == len(data) - 6 + 0x20
    assert checked(data[1:-5]) == data[-5:-1]
    assert data[-6] == 5
    assert data[-13] == 4
    return Reply(data[2], data[3], data[4:-13].decode("cp1251"), data[-12:-6])


class Host:
    """Asks a fresh device, each time under the next sequence number."""

    def __init__(self, name: str, faults: str = "", **settings: object) -> None:
        self.clock = SetClock(datetime(2026, 11, 24, 20, 0, tzinfo=UTC))
        self.printed: list[str] = []
        made = registry.make(
            name, faults=Faults.parse(faults), clock=self.clock, paper=Paper(self.printed.append)
        )
        self.device = cast("Device", made)
        self.device.memory.settings.update(settings)
        self.sequence = 0x20

    def actions(self, command: int, data: str = "") -> list[Action]:
        self.sequence = self.sequence + 1 if self.sequence < 0x7F else 0x20
        return self.device.feed(frame(command, data.encode("cp1251"), self.sequence))

    def again(self, command: int, data: str = "") -> list[Action]:
        """The same frame under the same number."""
        return self.device.feed(frame(command, data.encode("cp1251"), self.sequence))

    def ask(self, command: int, data: str = "") -> Reply:
        return take_apart(sent(self.actions(command, data)))

    def say(self, *commands: tuple[int, str]) -> None:
        """Ask each and see it accepted."""
        for command, data in commands:
            reply = self.ask(command, data)
            assert reply.accepted, (hex(command), data, reply)


def sent(actions: list[Action]) -> bytes:
    return b"".join(action.data for action in actions if isinstance(action, Send))
