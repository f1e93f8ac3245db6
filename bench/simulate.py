"""What breaks first at 10, 1,000 and 100,000 tills: a simulation of queues from service times measured here.

Every bill goes through the same stations: its commit (the last part of which only one till of a master may be
in, for it counts on the journal's head), a worker's processor, the commits of its job, its device's paper,
and the commit of the answer, again past the head. The times are measured in the same run on PostgreSQL; how
many of each station there are is a layout. A station serves in the order of arrival.

Example: python -m bench simulate
"""

import heapq
import random
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from statistics import median
from typing import Final

from bench.dispatch import Devices, receipt
from bench.store import LINES, postgres_stores
from bench.table import Row
from billing.jobs.queue import drain
from billing.services.devices import add_device
from billing.services.jobs import put_document
from billing.services.register import open_register
from billing.store.engine import Store
from billing.store.trail import journal

BILLS_AN_HOUR: Final = 60
"""Of each till at the busiest time."""
PAPER_S: Final = 2.0
JOB_COMMITS: Final = 7
"""Commits of a job before its answer: taking the device, the attempt, notes, giving back."""
WARM_S: Final = 20.0
HORIZON_S: Final = 80.0
TIMES: Final = 20
"""How often each time is measured; the median counts."""


@dataclass(frozen=True, slots=True)
class Times:
    """Measured seconds: a bill's commit, its part past the journal's head, a job's processor and a commit."""

    bill: float
    head: float
    processor: float
    commit: float


@dataclass(frozen=True, slots=True)
class Layout:
    """How many of each there are; every till has a device of its own."""

    tills: int
    masters: int = 1
    workers: int = 1
    """Processors that workers have, over all hosts."""
    lanes: int = 8
    """Commits the database carries out at once."""


@dataclass(slots=True)
class Station:
    """``servers`` that serve in the order of arrival."""

    servers: int
    free: list[float] = field(default_factory=list)
    busy: float = 0.0

    def serve(self, arrived: float, seconds: float) -> float:
        """Return when somebody who arrived then is done; calls come in the order of arrival."""
        begun = arrived
        if len(self.free) == self.servers:
            begun = max(begun, heapq.heappop(self.free))
        heapq.heappush(self.free, begun + seconds)
        self.busy += seconds
        return begun + seconds


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run came to: the 99th percentile from key press to paper, and how busy each station was."""

    paper_s: float
    use: dict[str, float]

    @property
    def first(self) -> str:
        """The station that breaks first: the busiest."""
        return max(self.use, key=lambda name: self.use[name])


@dataclass(slots=True)
class _Shop:
    """All stations of a layout, by their keys."""

    layout: Layout
    times: Times
    database: Station
    workers: Station
    heads: dict[int, Station] = field(default_factory=dict)
    devices: dict[int, Station] = field(default_factory=dict)

    def head(self, till: int, now: float) -> float:
        """Pass the journal's head of the till's master; the database works on it meanwhile."""
        self.database.busy += self.times.head
        return self.heads.setdefault(till % self.layout.masters, Station(1)).serve(now, self.times.head)

    def paper(self, till: int, now: float) -> float:
        """Print on the till's device."""
        return self.devices.setdefault(till, Station(1)).serve(now, PAPER_S)

    def stages(self) -> tuple[Callable[[int, float], float], ...]:
        """Return what a bill goes through, each from when it comes there to when it is done."""
        times = self.times
        return (
            lambda _, now: self.database.serve(now, max(0.0, times.bill - times.head)),
            self.head,
            lambda _, now: self.workers.serve(now, times.processor),
            lambda _, now: self.database.serve(now, JOB_COMMITS * times.commit),
            self.paper,
            self.head,
        )


def simulate(layout: Layout, times: Times, seed: int = 0) -> Outcome:
    """Return how a layout does at the busiest time; the same seed gives the same bills."""
    chance = random.Random(seed)  # noqa: S311 nothing secret
    shop = _Shop(layout, times, Station(layout.lanes), Station(layout.workers))
    stages = shop.stages()
    rate = layout.tills * BILLS_AN_HOUR / 3600
    events: list[tuple[float, int, int, int, float]] = []
    now = chance.expovariate(rate)
    while now < HORIZON_S:
        events.append((now, len(events), 0, chance.randrange(layout.tills), now))
        now += chance.expovariate(rate)
    heapq.heapify(events)
    waits = []
    while events:
        now, number, stage, till, pressed = heapq.heappop(events)
        if stage == len(stages):
            if pressed >= WARM_S:
                waits.append(now - pressed)
            continue
        heapq.heappush(events, (stages[stage](till, now), number, stage + 1, till, pressed))
    waits.sort()
    busiest = {
        "the journal's head": max((each.busy for each in shop.heads.values()), default=0.0),
        "a device's paper": rate / layout.tills * PAPER_S * HORIZON_S,
        "the workers' processors": shop.workers.busy / layout.workers,
        "the database's commits": shop.database.busy / layout.lanes,
    }
    use = {name: busy / HORIZON_S for name, busy in busiest.items()}
    return Outcome(waits[int(len(waits) * 0.99)] if waits else 0.0, use)


LAYOUTS: Final = (
    Layout(10),
    Layout(1_000),
    Layout(1_000, masters=10, workers=2),
    Layout(100_000),
    Layout(100_000, workers=128, lanes=256),
    Layout(100_000, masters=1_000, workers=128, lanes=256),
)


def rows() -> Iterable[Row]:
    """Yield a row for each layout: key press to paper at the 99th percentile, against the paper alone."""
    with postgres_stores() as (store, _):
        times = measured(store)
    for layout in LAYOUTS:
        done = simulate(layout, times)
        yield Row(
            f"{layout.tills:,} tills, {layout.masters:,} masters, {layout.workers} processors, "
            f"{layout.lanes} lanes: first {done.first} ({done.use[done.first]:.0%})",
            done.paper_s,
            PAPER_S,
            "s",
            floor_is="the paper",
        )
    said = ", ".join(f"{name} {getattr(times, name) * 1e3:.2f} ms" for name in Times.__dataclass_fields__)
    yield Row(f"measured for it: {said}", times.bill * 1e3, times.head * 1e3, "ms")


def measured(store: Store) -> Times:
    """Return the times of this machine; devices are emulated in this process and print in no time."""
    register = open_register(store)

    def head() -> None:
        with store.write() as work:
            journal(work, "bench", ("bench", 1), {"total": "3.90"})

    def commit() -> None:
        with store.write() as work:
            work.connection.exec_driver_sql("UPDATE origin SET live = live")

    devices = Devices(1, 0.0)
    add_device(store, "d0", "datecs-p:wire0", seen={"number": "DT100000"})
    for number in range(1, TIMES + 1):
        put_document(store, receipt(0, number), ("bench", str(number)), "d0")
    start = time.process_time()
    drain(store, "d0", opener=devices.opener)
    processor = (time.process_time() - start) / TIMES
    return Times(
        bill=_median(lambda: register.ring(LINES)),
        head=_median(head),
        processor=processor,
        commit=_median(commit),
    )


def _median(work: Callable[[], object]) -> float:
    took = []
    work()
    for _ in range(TIMES):
        start = time.perf_counter()
        work()
        took.append(time.perf_counter() - start)
    return median(took)
