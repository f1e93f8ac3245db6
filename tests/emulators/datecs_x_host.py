"""A host for tests of the emulated Datecs X: frames built and taken apart by hand, from the sheet."""

from dataclasses import dataclass
from datetime import UTC, datetime

from billing.clock import SetClock
from billing.emulators.datecs_x import DatecsX
from billing.emulators.device import Action, Send
from billing.emulators.faults import Faults
from billing.emulators.memory import Memory
from billing.emulators.paper import Paper

SALE_NUMBER = "DT000600-0001-0000001"
IDLE = bytes.fromhex("80 80 80 80 86 9A 80 80")


def digits(value: int) -> bytes:
    return bytes(0x30 + int(digit, 16) for digit in f"{value:04x}")


def frame(command: int, data: bytes, seq: int) -> bytes:
    body = digits(10 + len(data) + 0x20) + bytes([seq]) + digits(command) + data + b"\x05"
    return b"\x01" + body + digits(sum(body)) + b"\x03"


@dataclass(frozen=True)
class Reply:
    seq: int
    command: int
    data: bytes
    status: bytes

    @property
    def fields(self) -> list[str]:
        return self.data.decode("cp1251").split("\t")[:-1]

    @property
    def code(self) -> str:
        return self.fields[0] if self.data else ""

    @property
    def values(self) -> list[str]:
        assert self.code == "0", self.data
        return self.fields[1:]


def take_apart(reply: bytes) -> Reply:
    """Read one answer, without busy signals before it."""
    length = int("".join(f"{byte - 0x30:x}" for byte in reply[1:5]), 16) - 0x20
    body = reply[1 : 1 + length]
    assert reply[0] == 1
    assert len(reply) == length + 6
    assert reply[-1] == 3
    assert reply[1 + length : 5 + length] == digits(sum(body))
    assert body[-1] == 5
    assert body[-10] == 4
    command = int("".join(f"{byte - 0x30:x}" for byte in body[5:9]), 16)
    return Reply(body[4], command, body[9:-10], body[-9:-1])


class Host:
    """A host at the line of one device, whose sequence numbers count up by themselves."""

    def __init__(self, faults: str = "", memory: Memory | None = None) -> None:
        self.memory = memory or Memory.fresh("DT")
        self.clock = SetClock(datetime(2026, 11, 24, 8, 30, tzinfo=UTC))
        self.printed: list[str] = []
        self.device = DatecsX(self.memory, Faults.parse(faults), self.clock, Paper(write=self.printed.append))
        self.seq = 0x20

    def feed(self, data: bytes) -> list[Action]:
        return self.device.feed(data)

    def send(self, data: bytes) -> bytes:
        """Return all that comes back on ``data``."""
        return b"".join(action.data for action in self.feed(data) if isinstance(action, Send))

    def raw(self, command: int, data: bytes = b"") -> Reply:
        """Send ``data`` as it is under a new sequence number."""
        self.seq = self.seq + 1 if self.seq < 0xFF else 0x20
        return take_apart(self.send(frame(command, data, self.seq)).lstrip(b"\x16"))

    def ask(self, command: int, *fields: object) -> Reply:
        """Send ``fields``, each followed by TAB."""
        return self.raw(command, "".join(f"{field}\t" for field in fields).encode("cp1251"))

    def open(self) -> Reply:
        return self.ask(48, 1, "0000", SALE_NUMBER, 1, "")

    def sell(
        self, name: str = "Хляб", group: object = 2, price: object = "1.50", quantity: object = ""
    ) -> Reply:
        return self.ask(49, name, group, price, quantity, "", "", 0)

    def receipt(self, price: str = "1.50", mode: int = 0, group: int = 2) -> str:
        """Print a whole receipt and return its number."""
        for reply in (self.open(), self.sell(price=price, group=group), self.ask(53, mode, price, "")):
            assert reply.code == "0"
        return self.ask(56).values[0]
