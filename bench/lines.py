"""A receipt on a paced line by every driver, against a bare client, in virtual time.

Both say the same receipt to the same emulated device, and only the line and the paper take time: ten bits of
9,600 or 115,200 a second for each byte of either side, and what a thermal printer needs for each printed
line. So a row is the same on every machine and takes milliseconds to make; what our own work adds to it in
real time is in the rows of ``paper``. The bare client sends the commands that change the device (open, sell,
pay, close), frame after frame, and asks nothing.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, Final

from bench.paper import GOODS, LINE_S, SPEEDS, Paced
from bench.table import Row
from billing.clock import SetClock
from billing.devices.address import Address
from billing.devices.frames.events import Reply
from billing.devices.link import Link
from billing.devices.printer import Printer
from billing.devices.registry import printer_at
from billing.devices.talk import Command, Repeat
from billing.documents import Document, read_document
from billing.emulators.paper import Paper
from billing.emulators.registry import FAMILIES, make
from billing.emulators.wire import Wire
from billing.jobs.notebook import MemoryNotebook
from billing.jobs.printing import run

NOON: Final = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)


class Line:
    """A virtual line as drivers know a transport; it counts the bytes of both sides."""

    def __init__(self, driver: str, baud: int) -> None:
        self.clock = SetClock(NOON)
        printed: list[str] = []
        device: Any = Paced(
            make(driver, clock=self.clock, paper=Paper(printed.append)), baud, LINE_S, printed
        )
        self._wire = Wire(device, self.clock)
        self.bytes = 0

    def write(self, data: bytes) -> None:
        """Send ``data``."""
        self.bytes += len(data)
        self._wire.write(data)

    def read(self, limit_s: float) -> bytes:
        """Return what has come."""
        data = self._wire.read(limit_s)
        self.bytes += len(data)
        return data

    def pause(self, seconds: float) -> None:
        """Let ``seconds`` pass."""
        self.clock.move(seconds)

    def reopen(self) -> None:
        """Open the line again."""
        self._wire.reopen()

    def close(self) -> None:
        """Nothing is held."""


class Listed(Link):
    """A link that keeps the commands it carried."""

    def keep(self) -> list[Command]:
        """Begin a list of the commands, and return it."""
        self.said: list[Command] = []
        return self.said

    def exchange(self, command: Command) -> Reply:
        """Carry and keep ``command``."""
        self.said.append(command)
        return super().exchange(command)


def ready(driver: str, line: Line) -> Printer:
    """Return a printer on ``line``, connected, as a till's is from its second receipt on."""
    printer = printer_at(Address.parse(f"{driver}:line"), line, line.clock)
    printer.connect()
    return printer


def receipt(printer: Printer) -> Document:
    """Return the receipt that is printed."""
    identity = printer.connect()
    return read_document(
        {
            "kind": "receipt",
            "unique_sale_number": f"{identity.device_number}-0001-0000001",
            "lines": [{"text": text, "price": price, "qty": qty} for text, price, qty in GOODS],
            "payments": [{"category": "cash", "amount": "20.00"}],
            "total": "19.59",
        }
    )


def ours(driver: str, baud: int) -> tuple[float, int, list[Command]]:
    """Return the seconds and the bytes of our receipt, and the commands it took."""
    line = Line(driver, baud)
    printer = ready(driver, line)
    printer.link = link = Listed(line, printer.link.codec, printer.link.limits, line.clock)
    document, said = receipt(printer), link.keep()
    before_s, line.bytes = line.clock.monotonic(), 0
    run(document, printer, MemoryNotebook())
    return line.clock.monotonic() - before_s, line.bytes, said


def bare(driver: str, baud: int, commands: list[Command]) -> tuple[float, int]:
    """Return the seconds and the bytes of the same receipt, said by those ``commands`` alone."""
    line = Line(driver, baud)
    codec = ready(driver, line).link.codec
    number = codec.numbers[len(codec.numbers) // 2] if codec.numbers else 0
    before_s, line.bytes = line.clock.monotonic(), 0
    for command in commands:
        if command.repeat is Repeat.SAFE:
            continue
        line.write(codec.encode(number, command.code, command.data))
        decoder = codec.decoder()
        while not any(isinstance(event, Reply) for event in decoder.feed(line.read(10.0))):
            pass
        number += 1
    return line.clock.monotonic() - before_s, line.bytes


def rows() -> Iterable[Row]:
    """Yield a row for each driver and speed."""
    for driver in FAMILIES:
        for baud, aim in SPEEDS:
            work_s, work_bytes, commands = ours(driver, baud)
            floor_s, floor_bytes = bare(driver, baud, commands)
            yield Row(
                f"receipt on a paced line, {driver}, {baud:,} baud (virtual time)",
                work_s * 1e3,
                floor_s * 1e3,
                "ms",
                aim,
                floor_is=f"bare client, {floor_bytes} bytes of {work_bytes}",
            )
