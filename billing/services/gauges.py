"""Figures of a store for a monitor, read in one transaction."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from billing.store import gauges
from billing.store.engine import Store
from billing.store.gauges import DeviceGauge


@dataclass(frozen=True, slots=True)
class Gauges:
    """Bills by state, jobs by device and state, and the devices, at the moment ``now``."""

    now: datetime
    bills: Mapping[str, int]
    jobs: Mapping[tuple[str, str], int]
    devices: tuple[DeviceGauge, ...]


def read_gauges(store: Store) -> Gauges:
    """Return the figures as they are now."""
    with store.read() as work:
        return Gauges(
            work.now, gauges.count_bills(work), gauges.count_jobs(work), tuple(gauges.gauge_devices(work))
        )
