"""Figures of the store for a monitor: counts and ages, each one statement that names the master."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from billing.models import Bill, Device, FiscalDocument, Report
from billing.store.queue import WAITING
from billing.store.work import Work


@dataclass(frozen=True, slots=True)
class DeviceGauge:
    """A device: when its oldest waiting document was written, when it was seen, when its last Z was made.

    ``capabilities`` is what it told when it was last asked; ``error`` is what stopped the document whose turn
    it is, None where nothing did.
    """

    name: str
    oldest: datetime | None
    seen_at: datetime | None
    last_z: datetime | None
    capabilities: Mapping[str, Any]
    error: Mapping[str, Any] | None


def count_bills(work: Work) -> dict[str, int]:
    """Return how many bills are in each state."""
    rows = work.connection.execute(
        select(Bill.state, func.count()).where(Bill.master_id == work.master_id).group_by(Bill.state)
    )
    return {row[0]: row[1] for row in rows}


def count_jobs(work: Work) -> dict[tuple[str, str], int]:
    """Return how many jobs of each device are in each state."""
    rows = work.connection.execute(
        select(Device.name, FiscalDocument.state, func.count())
        .join(
            Device,
            (Device.master_id == FiscalDocument.master_id) & (Device.id == FiscalDocument.device_id),
        )
        .where(FiscalDocument.master_id == work.master_id)
        .group_by(Device.name, FiscalDocument.state)
    )
    return {(name, state): count for name, state, count in rows}


def gauge_devices(work: Work) -> list[DeviceGauge]:
    """Return the devices of the master."""
    oldest = (
        select(func.min(FiscalDocument.created_at))
        .where(
            FiscalDocument.master_id == work.master_id,
            FiscalDocument.device_id == Device.id,
            FiscalDocument.state.in_(WAITING),
        )
        .scalar_subquery()
    )
    last_z = (
        select(func.max(Report.closed_at))
        .where(
            Report.master_id == work.master_id,
            Report.device_id == Device.id,
            Report.parent_id.is_(None),
            Report.state.in_(("balanced", "open")),
        )
        .scalar_subquery()
    )
    error = (
        select(FiscalDocument.error)
        .where(
            FiscalDocument.master_id == work.master_id,
            FiscalDocument.device_id == Device.id,
            FiscalDocument.state.in_(WAITING),
        )
        .order_by(FiscalDocument.sequence)
        .limit(1)
        .scalar_subquery()
    )
    rows = work.connection.execute(
        select(Device.name, oldest, Device.seen_at, last_z, Device.capabilities, error)
        .where(Device.master_id == work.master_id, Device.removed_at.is_(None))
        .order_by(Device.name)
    )
    return [DeviceGauge(*row) for row in rows]
