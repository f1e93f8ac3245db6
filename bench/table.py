"""A row of the table, the clock that fills it, and how it is shown.

Runs of the work and of its floor alternate, so that a busy machine slows both; the ratio is the median of
the rounds' own ratios.
"""

import gc
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any


@dataclass(frozen=True, slots=True)
class Row:
    """One kind of work: what it takes, what its floor takes (both in ``unit``), and the aim for the ratio."""

    work: str
    measured: float
    floor: float
    unit: str
    aim: float | None = None
    """At most this many times the floor; None where the row only informs."""
    ratio: float = 0.0
    """Median of the rounds' ratios; 0 stands for measured / floor."""
    floor_is: str = ""

    @property
    def times(self) -> float:
        """How many times the floor the work takes."""
        return self.ratio or (self.measured / self.floor if self.floor else 0.0)

    @property
    def met(self) -> bool:
        """Whether the aim is reached."""
        return self.aim is None or self.times <= self.aim

    def as_data(self) -> dict[str, Any]:
        """Return the row as plain data for JSON."""
        return asdict(self) | {"ratio": round(self.times, 3), "met": self.met}


def against(
    work: Callable[[], object],
    floor: Callable[[], object],
    rounds: int = 15,
    each: int = 1,
    clock: Callable[[], float] = time.perf_counter,
) -> tuple[float, float, float]:
    """Return the median seconds of ``work``, of ``floor``, and the median ratio over alternating rounds.

    Args:
        work: what is measured.
        floor: what it is held against.
        rounds: how many pairs are run after one that warms up.
        each: how often a round calls each of them.
        clock: seconds; ``time.process_time`` for what only computes, which a busy machine then slows less.
    """
    works, floors = [], []
    seconds(work, 1)
    seconds(floor, 1)
    for turn in range(rounds):
        if turn % 2:
            works.append(seconds(work, each, clock))
            floors.append(seconds(floor, each, clock))
        else:
            floors.append(seconds(floor, each, clock))
            works.append(seconds(work, each, clock))
    return median(works), median(floors), median(w / f for w, f in zip(works, floors, strict=True))


def seconds(work: Callable[[], object], times: int, clock: Callable[[], float] = time.perf_counter) -> float:
    """Return how many seconds one of ``times`` calls took, with the garbage collector held back."""
    gc.collect()
    gc.disable()
    try:
        start = clock()
        for _ in range(times):
            work()
        return (clock() - start) / times
    finally:
        gc.enable()


def show(rows: Iterable[Row]) -> str:
    """Return the rows as one table."""
    cells = [("work", "takes", "floor", "times", "aim", "")]
    for row in rows:
        aim = "-" if row.aim is None else f"{row.aim:g}"
        measured, floor = f"{row.measured:.4g} {row.unit}", f"{row.floor:.4g} {row.unit}"
        cells.append((row.work, measured, floor, f"{row.times:.2f}", aim, "" if row.met else "over"))
    widths = [max(len(line[column]) for line in cells) for column in range(6)]
    return "".join(
        "  ".join(
            cell.ljust(width) if place in {0, 5} else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        + "\n"
        for line in cells
    )
