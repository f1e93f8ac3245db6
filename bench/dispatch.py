"""Jobs a second through the worker with instant devices, and how many devices it keeps busy at paper speed.

Devices are emulated in this process, each on a wire of its own. The floor of the first rows is the same
receipt printed with notes in memory and no store; that of the others is the time the paper takes.
"""

import threading
import time
from collections.abc import Callable, Iterable
from typing import Any, Final

from bench.store import postgres_stores, sqlite_stores
from bench.table import Row
from billing.clock import SYSTEM_CLOCK, SetClock
from billing.devices.address import Address
from billing.devices.printer import Printer
from billing.devices.registry import printer_at
from billing.documents import Document, read_document
from billing.emulators.registry import make
from billing.emulators.wire import Wire
from billing.jobs.dispatching import worker_of
from billing.jobs.notebook import MemoryNotebook
from billing.jobs.printing import run
from billing.services.devices import add_device
from billing.services.jobs import put_document, waiting_devices
from billing.store.engine import Store

PAPER_S: Final = 2.0
"""Seconds a receipt takes at real paper speed."""
CLOSE: Final = 0x38
INSTANT: Final = (10, 20)
"""Devices, and receipts for each."""
PACED: Final = ((1, 3), (10, 3), (100, 2), (500, 1))
"""Devices, and receipts for each."""


class WireTransport:
    """A wire as drivers know a transport; the close of a receipt takes ``paper_s``."""

    def __init__(self, wire: Wire, paper_s: float) -> None:
        self.wire = wire
        self.paper_s = paper_s

    def write(self, data: bytes) -> None:
        """Send, after the paper's time where a receipt is closed."""
        if self.paper_s and len(data) > 3 and data[3] == CLOSE:
            time.sleep(self.paper_s)
        self.wire.write(data)

    def read(self, limit_s: float) -> bytes:
        """Return what has come."""
        return self.wire.read(limit_s)

    def pause(self, seconds: float) -> None:
        """Let time pass."""
        time.sleep(seconds)

    def reopen(self) -> None:
        """Open the line again."""
        self.wire.reopen()

    def close(self) -> None:
        """Give the line back."""


class Devices:
    """Emulated devices by address."""

    def __init__(self, count: int, paper_s: float) -> None:
        self.paper_s = paper_s
        self.wires: dict[str, Wire] = {}
        for place in range(count):
            device = make("datecs-p")
            device.memory.device_number = f"DT1{place:05d}"
            self.wires[f"wire{place}"] = Wire(device, SetClock(SYSTEM_CLOCK.now()))

    def opener(self, address: Address) -> Printer:
        """Give the printer on the wire of that name."""
        return printer_at(address, WireTransport(self.wires[address.url], self.paper_s), SYSTEM_CLOCK)


def receipt(device: int, number: int) -> Document:
    """Return a receipt of two lines."""
    said: dict[str, Any] = {
        "kind": "receipt",
        "unique_sale_number": f"DT1{device:05d}-0001-{number:07d}",
        "lines": [{"text": "Хляб", "price": "1.50"}, {"text": "Мляко", "price": "2.40"}],
        "payments": [{"category": "cash", "amount": "3.90"}],
        "total": "3.90",
    }
    return read_document(said)


def rows() -> Iterable[Row]:
    """Yield the rows of each database."""
    for name, stores in (("SQLite", sqlite_stores), ("PostgreSQL", postgres_stores)):
        count, each = INSTANT
        with stores() as (store, _):
            took = drained(store, count, each, 0.0)
        yield Row(
            f"a job through the worker, {count} instant devices, {name}",
            took / (count * each) * 1e3,
            bare(each) * 1e3,
            "ms",
            floor_is="the same receipt without a store",
        )
        for paced, few in PACED:
            with stores() as (store, _):
                took = drained(store, paced, few, PAPER_S)
            yield Row(
                f"a receipt of {PAPER_S:g} s on each of {paced} devices, one worker, {name}",
                took / few,
                PAPER_S,
                "s",
                floor_is=f"the paper; {memory_mb():.0f} MB of memory",
            )


def drained(store: Store, count: int, each: int, paper_s: float) -> float:
    """Return how many seconds a worker takes for ``each`` receipts on each of ``count`` devices."""
    devices = Devices(count, paper_s)
    for place in range(count):
        add_device(store, f"d{place}", f"datecs-p:wire{place}", seen={"number": f"DT1{place:05d}"})
        for number in range(1, each + 1):
            put_document(store, receipt(place, number), ("bench", f"{place}-{number}"), f"d{place}")
    worker = worker_of(store, opener=devices.opener)
    start = time.perf_counter()
    worker.start()
    until(lambda: not waiting_devices(store))
    took = time.perf_counter() - start
    worker.stop()
    return took


def bare(count: int) -> float:
    """Return how many seconds a receipt takes with notes in memory."""
    printer = Devices(1, 0.0).opener(Address.parse("datecs-p:wire0"))
    start = time.perf_counter()
    for number in range(1, count + 1):
        run(receipt(0, number), printer, MemoryNotebook())
    return (time.perf_counter() - start) / count


def until(told: Callable[[], bool], limit_s: float = 900.0) -> None:
    """Wait until it is so.

    Raises:
        TimeoutError: it was not in time.
    """
    tick = threading.Event()
    end = time.monotonic() + limit_s
    while not told():
        if time.monotonic() > end:
            raise TimeoutError
        tick.wait(0.02)


def memory_mb() -> float:
    """Return what this process holds of memory now, devices included; 0 where that cannot be told."""
    try:
        with open("/proc/self/statm", encoding="ascii") as file:  # noqa: PTH123 no path of ours
            return int(file.read().split()[1]) * 4096 / 1e6
    except OSError:
        return 0.0
