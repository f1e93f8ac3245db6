"""Each codec decoding back-to-back replies, against a bare loop that only finds the frames and sums them.

The replies are those that an emulated device of the family gave while it printed one receipt, many times
over.
"""

from collections import deque
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from functools import partial
from time import process_time
from typing import Final

from bench.table import Row, against
from billing.clock import SetClock
from billing.devices.address import Address
from billing.devices.frames.events import Reply
from billing.devices.registry import printer_at
from billing.documents import read_document
from billing.emulators.registry import make
from billing.emulators.wire import Wire
from billing.jobs.notebook import MemoryNotebook
from billing.jobs.printing import run

DRIVERS: Final = ("datecs-p", "datecs-x", "daisy", "tremol", "isl-icp")
"""One driver for each codec."""
AIM: Final = 3.0
FRAMES: Final = 3_000
NOON: Final = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
ENDS: Final = (0x03, 0x0A)
"""The byte that ends a frame, by protocol: ETX of the ISL frames and ICP, LF of ZFP."""


class Tap:
    """An emulated device's line that keeps what the device said."""

    def __init__(self, driver: str, clock: SetClock) -> None:
        self._clock = clock
        self._wire = Wire(make(driver, clock=clock), clock)
        self.said = bytearray()

    def write(self, data: bytes) -> None:
        """Send ``data``."""
        self._wire.write(data)

    def read(self, limit_s: float) -> bytes:
        """Return and keep what has come."""
        data = self._wire.read(limit_s)
        self.said += data
        return data

    def pause(self, seconds: float) -> None:
        """Let ``seconds`` pass."""
        self._clock.move(seconds)

    def reopen(self) -> None:
        """Open the line again."""
        self._wire.reopen()

    def close(self) -> None:
        """Nothing is held."""


def replies(driver: str, clock: SetClock) -> tuple[bytes, Callable[[bytes], object]]:
    """Return the bytes of many replies, and a call that decodes bytes and drops the events."""
    tap = Tap(driver, clock)
    printer = printer_at(Address.parse(f"{driver}:tap"), tap, clock)
    lines = [{"text": "Хляб", "price": "1.50", "qty": "2"}, {"text": "Мляко", "price": "2.40"}] * 3
    receipt = {
        "kind": "receipt",
        "unique_sale_number": f"{printer.connect().device_number}-0001-0000001",
        "lines": lines,
        "payments": [{"category": "cash", "amount": "20.00"}],
        "total": "16.20",
    }
    tap.said.clear()
    run(read_document(receipt), printer, MemoryNotebook())
    codec = printer.dialect.codec()

    def decode(data: bytes) -> object:
        return deque(codec.decoder().feed(data), maxlen=0)

    once = bytes(tap.said)
    found = sum(isinstance(event, Reply) for event in codec.decoder().feed(once))
    return once * (FRAMES // max(found, 1)), decode


def bare(data: bytes, end: int) -> int:
    """Find every frame by its last byte and sum its bytes; keeps and checks nothing."""
    start = sums = 0
    while (stop := data.find(end, start)) >= 0:
        sums += sum(data[start:stop]) & 0xFFFF
        start = stop + 1
    return sums


def rows() -> Iterable[Row]:
    """Yield a row for each codec."""
    for driver in DRIVERS:
        data, decode = replies(driver, SetClock(NOON))
        end = max(ENDS, key=data.count)
        work, floor, ratio = against(
            partial(decode, data), partial(bare, data, end), rounds=15, clock=process_time
        )
        yield Row(
            f"decode {FRAMES:,} replies, {driver}", work * 1e3, floor * 1e3, "ms", AIM, ratio, "find and sum"
        )
