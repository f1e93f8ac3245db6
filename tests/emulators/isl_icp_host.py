"""A host for tests of the emulated ISL ICP: frames built and taken apart by hand, from the sheet."""

from datetime import UTC, datetime

from billing.clock import SetClock
from billing.emulators.device import Action, Send
from billing.emulators.faults import Faults
from billing.emulators.isl_icp import IslIcp
from billing.emulators.memory import Memory
from billing.emulators.paper import Paper

SALE_NUMBER = "IS000600-0001-0000001"
NEUTRAL = "00000000-0000-0000000"
ACK, NACK = b"\x06", b"\x15"


def digits(value: int) -> bytes:
    return bytes((0x30 + value // 16, 0x30 + value % 16))


def frame(command: str, data: str = "", address: str = "0600") -> bytes:
    body = f"\x02{address}{command}{data}".encode("cp1251")
    body += digits(len(body) + 5)
    return body + digits(sum(body) % 256) + b"\x03"


def take_apart(reply: bytes) -> str:
    """Return the data of a reply that has some."""
    assert (reply[0], reply[-1]) == (2, 3), reply
    data = reply[1:-5]
    assert reply[-5:-3] == digits(len(data))
    assert reply[-3:-1] == digits(sum(reply[:-5]) % 256)
    return data.decode("cp1251")


class Host:
    """A host at the line of one device."""

    def __init__(self, faults: str = "", memory: Memory | None = None, **settings: object) -> None:
        self.memory = memory or Memory.fresh("IS")
        self.memory.settings |= settings
        self.clock = SetClock(datetime(2026, 11, 24, 8, 30, tzinfo=UTC))
        self.printed: list[str] = []
        self.device = IslIcp(self.memory, Faults.parse(faults), self.clock, Paper(write=self.printed.append))

    def feed(self, data: bytes) -> list[Action]:
        return self.device.feed(data)

    def send(self, command: str, data: str = "") -> bytes:
        """Return all that comes back, signals included."""
        actions = self.feed(frame(command, data))
        return b"".join(action.data for action in actions if isinstance(action, Send))

    def ok(self, command: str, data: str = "") -> None:
        """Send a command that is to be done."""
        reply = self.send(command, data).lstrip(b"\x05")
        assert reply == ACK, (command, data, self.error())

    def refused(self, command: str, data: str = "") -> str:
        """Send a command that is to be refused; return its error and clear it."""
        assert self.send(command, data).lstrip(b"\x05") == NACK
        return self.clear()

    def read(self, command: str, data: str = "") -> str:
        """Return the data of a query."""
        return take_apart(self.send(command, data))

    def error(self) -> str:
        return self.read("F8", "09")

    def clear(self) -> str:
        return self.read("B2")

    def status(self) -> list[int]:
        text = self.read("F8", "0C").encode("ascii")
        return [(text[place] - 0x30) * 16 + text[place + 1] - 0x30 for place in range(0, 12, 2)]

    def is_open(self) -> bool:
        return bool(self.status()[2] & 0x40)

    def numbers(self) -> tuple[str, str, str]:
        """The last issued receipt, the subtotal of the open one, the invoice number."""
        text = self.read("F8", "01")
        return text[:6], text[6:14], text[14:]

    def groups(self) -> list[int]:
        text = self.read("F8", "0B")
        return [int(text[place : place + 10]) for place in range(0, 80, 10)]


def article(price: int = 150, **changes: object) -> str:
    """Return the data of 44 or 24; ``changes`` replace fields by name."""
    sent: dict[str, object] = {"quantity": 1000, "code": 99999999} | changes
    amounts = "".join(f"{sent[name]:>08}" for name in ("quantity", "code"))
    rest: dict[str, object] = {"department": 0, "group": 2, "single": 0, "flag": 0, "name": "Хляб"}
    number = changes.get("number", SALE_NUMBER)
    return f"{number}{amounts}{price:08d}" + "".join(str(changes.get(name, rest[name])) for name in rest)
