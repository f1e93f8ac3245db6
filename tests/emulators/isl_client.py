"""A client of an emulated Daisy, Eltrade or Incotex, apart from drivers and from the emulators' own code."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Generic, TypeVar

from billing.clock import Clock, SetClock
from billing.emulators.device import Device, Send
from billing.emulators.faults import Faults
from billing.emulators.memory import Memory
from billing.emulators.paper import Paper
from tests.emulators.isl_host import frame

Emulated = TypeVar("Emulated", bound=Device)


class IslClient(Generic[Emulated]):
    """Sends commands, each under a new sequence number, and takes the answers apart."""

    def __init__(
        self,
        kind: Callable[[Memory, Faults, Clock, Paper], Emulated],
        maker: str,
        faults: str,
        settings: dict[str, object],
    ) -> None:
        self.clock = SetClock(datetime(2026, 3, 2, 10, 0, tzinfo=UTC))
        self.memory = Memory.fresh(maker)
        self.memory.settings.update(settings)
        self.printed: list[str] = []
        self.device = kind(self.memory, Faults.parse(faults), self.clock, Paper(self.printed.append))
        self.sequence = 0x20
        self.status = b""

    def raw(self, data: bytes) -> bytes:
        return b"".join(action.data for action in self.device.feed(data) if isinstance(action, Send))

    def ask(self, command: int, data: str = "") -> str:
        """Return the reply's data; the status bytes stay in ``status``."""
        self.sequence = 0x20 if self.sequence == 0x7F else self.sequence + 1
        reply = self.raw(frame(command, data.encode("cp1251"), self.sequence))
        assert reply[2:4] == bytes([self.sequence, command])
        self.status = reply[-12:-6]
        return reply[4:-13].decode("cp1251")

    def error(self, command: int, data: str = "") -> int:
        """Return the error number that refuses the command; -1 for a syntax error without one."""
        self.ask(command, data)
        assert self.status[0] & 0x20, "not refused"
        return self.status[3] & 0x7F or -1
