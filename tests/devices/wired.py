"""A driver on a line to an emulated device under virtual time, and a hand that kills it at any frame."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from billing.clock import SetClock
from billing.devices.address import Address
from billing.devices.printer import Printer
from billing.devices.registry import printer_at
from billing.devices.transport import LineBroken
from billing.documents import Answer, read_document
from billing.emulators.device import Emulator
from billing.emulators.faults import Faults
from billing.emulators.registry import make
from billing.emulators.wire import Wire
from billing.errors import BillingError
from billing.jobs.notebook import MemoryNotebook, Notebook
from billing.jobs.printing import run

NOON = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)


class Killed(BaseException):
    """The process ends here; nothing of ours may catch it."""


@dataclass
class WireTransport:
    """A ``Wire`` as drivers know a transport; ``kill_at`` counts writes, from 1; 0: never."""

    wire: Wire
    clock: SetClock
    kill_at: int = 0
    kill_after: bool = False
    writes: int = 0

    def write(self, data: bytes) -> None:
        self.writes += 1
        due = self.writes == self.kill_at
        if due and not self.kill_after:
            raise Killed
        try:
            self.wire.write(data)
        except OSError as error:
            raise LineBroken("wire", str(error)) from error
        if due:
            raise Killed

    def read(self, limit_s: float) -> bytes:
        try:
            return self.wire.read(limit_s)
        except OSError as error:
            raise LineBroken("wire", str(error)) from error

    def pause(self, seconds: float) -> None:
        self.clock.move(seconds)

    def reopen(self) -> None:
        self.wire.reopen()

    def close(self) -> None:
        pass


@dataclass
class Bench:
    """One emulated device, and as many programs one after another as a test likes."""

    driver: str = "datecs-p"
    faults: str = ""
    seed: int = 0
    options: str = ""
    clock: SetClock = field(default_factory=lambda: SetClock(NOON))
    transports: list[WireTransport] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.device: Emulator = make(
            self.driver, faults=Faults.parse(self.faults, self.seed), clock=self.clock
        )
        self.wire = Wire(self.device, self.clock)

    def printer(self, kill_at: int = 0, *, kill_after: bool = False) -> Printer:
        """Return a new program's printer on the line, as after a start."""
        transport = WireTransport(self.wire, self.clock, kill_at, kill_after)
        self.transports.append(transport)
        return printer_at(Address.parse(f"{self.driver}:wire{self.options}"), transport, self.clock)

    def print(self, document: dict[str, Any], notebook: Notebook | None = None) -> Answer:
        """Print ``document`` with a program of its own."""
        return run(read_document(document), self.printer(), notebook or MemoryNotebook())

    def ask(
        self, document: dict[str, Any], notebook: Notebook, kill_at: int = 0
    ) -> Answer | BillingError | None:
        """Return the answer of a new program, or the mishap it ended with; None: it was killed."""
        try:
            return run(read_document(document), self.printer(kill_at), notebook)
        except BillingError as mishap:
            return mishap
        except Killed:
            self.wire.reopen()
            return None

    @property
    def receipts(self) -> int:
        """Closed fiscal receipts since the last Z, by the device's own count."""
        return self.device.memory.day.fiscal_receipts

    @property
    def turnover(self) -> str:
        """The day's sum by the device's own registers."""
        return str(sum(self.device.memory.day.groups))
