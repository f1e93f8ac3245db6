"""From the key press of the closing payment to the first byte of the receipt on the line.

The press enters the payment (a commit) and prints inline, as the prompt does: the lease, the attempt, who the
device is and where it stands, the note before opening. What is timed ends as the frame that opens the receipt
is written. The device is emulated in this process and answers at once, so this is our own time.
"""

import time
from collections.abc import Iterable
from statistics import median, quantiles
from typing import Final

from bench.dispatch import WireTransport
from bench.store import postgres_stores, sqlite_stores
from bench.table import Row
from billing.clock import SYSTEM_CLOCK, SetClock
from billing.devices.address import Address
from billing.devices.printer import Printer
from billing.devices.registry import printer_at
from billing.emulators.registry import make
from billing.emulators.wire import Wire
from billing.jobs.queue import print_job
from billing.services.register import open_register
from billing.store.engine import Store

PRESSES: Final = 100
OPEN: Final = 0x30
AIMS_MS: Final = (50.0, 150.0)
"""Median and 99th percentile."""


class Watched(WireTransport):
    """Keeps the moment of the first frame that opens a receipt."""

    opened_at = 0.0

    def write(self, data: bytes) -> None:
        """Send."""
        if len(data) > 3 and data[3] == OPEN and not self.opened_at:
            self.opened_at = time.perf_counter()
        super().write(data)


def rows() -> Iterable[Row]:
    """Yield median and 99th percentile on each database."""
    for name, stores in (("SQLite", sqlite_stores), ("PostgreSQL", postgres_stores)):
        with stores() as (store, _):
            taken = [seconds * 1e3 for seconds in presses(store)]
        for what, measured, aim in (
            ("median", median(taken), AIMS_MS[0]),
            ("99th percentile", quantiles(taken, n=100)[-1], AIMS_MS[1]),
        ):
            yield Row(
                f"closing payment to the first byte, {what}, {name}",
                measured,
                aim,
                "ms",
                aim=1.0,
                floor_is="the aim itself",
            )


def presses(store: Store) -> Iterable[float]:
    """Yield the seconds of each press."""
    wire = Wire(make("datecs-p"), SetClock(SYSTEM_CLOCK.now()))
    lines: list[Watched] = []

    def opener(address: Address) -> Printer:
        lines.append(Watched(wire, 0.0))
        return printer_at(address, lines[-1], SYSTEM_CLOCK)

    register = open_register(store)
    for _ in range(PRESSES):
        bill = register.enter("2*#23").id
        for line in ("1.20/Чай", "3*0.85", "-5%"):
            register.enter(line, bill)
        start = time.perf_counter()
        job = register.enter("@", bill).job
        if job is None:
            raise RuntimeError("the payment did not close the bill")
        print_job(store, job, opener=opener)
        yield lines[-1].opened_at - start
