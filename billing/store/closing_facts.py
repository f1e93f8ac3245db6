"""What a closing report tells of its device, its documents and the closings before it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, select

from billing.models import Bill, Device, FiscalDocument, Payment, Report
from billing.store.day_details import Sum
from billing.store.figures import sold
from billing.store.work import Work


@dataclass(frozen=True, slots=True)
class DeviceSeen:
    """A device as it was last seen; ``capabilities`` is plain JSON."""

    name: str
    address: str
    number: str
    fiscal_memory_number: str
    capabilities: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ClosedBefore:
    """The closing before: our number of it, its figures and details, the device's figures; plain JSON."""

    ordinal: int
    figures: Mapping[str, Any]
    details: Mapping[str, Any]
    counted: Mapping[str, Any] | None


def read_device(work: Work, device_id: int) -> DeviceSeen:
    """Return the device with this key."""
    row = work.connection.execute(
        select(
            Device.name,
            Device.address,
            Device.number,
            Device.fiscal_memory_number,
            Device.capabilities,
        ).where(Device.master_id == work.master_id, Device.id == device_id)
    ).one()
    return DeviceSeen(*row)


def change_given(work: Work, origins: Sequence[int], reports: Sequence[int] | None = None) -> Sum:
    """Return the change given in cash."""
    row = work.connection.execute(
        select(func.count(), func.coalesce(func.sum(Payment.change), 0))
        .join(Bill, and_(Bill.master_id == Payment.master_id, Bill.id == Payment.bill_id))
        .where(sold(work, origins, reports), Payment.withdrawn_at.is_(None), Payment.change > 0)
    ).one()
    return Sum("change", row[0], int(row[1] or 0))


def documents_since(
    work: Work, device_id: int, since: datetime | None, until: datetime | None = None
) -> dict[str, int]:
    """Return how many documents of each kind a device printed after ``since``, up to ``until``."""
    chosen = [
        FiscalDocument.master_id == work.master_id,
        FiscalDocument.device_id == device_id,
        FiscalDocument.state == "done",
    ]
    if since is not None:
        chosen.append(FiscalDocument.settled_at > since)
    if until is not None:
        chosen.append(FiscalDocument.settled_at <= until)
    rows = work.connection.execute(
        select(FiscalDocument.kind, func.count()).where(*chosen).group_by(FiscalDocument.kind)
    )
    return {kind: int(count) for kind, count in rows}


def closed_before(
    work: Work, device_id: int | None, origin_id: int | None, ordinal: int | None = None
) -> ClosedBefore | None:
    """Return the newest Z of a device, or of an origin without one, before ``ordinal``."""
    chosen = [
        Report.master_id == work.master_id,
        Report.kind == "z",
        Report.parent_id.is_(None),
        Report.state.not_in(["closing", "cancelled"]),
        Report.device_id.is_(None) if device_id is None else Report.device_id == device_id,
        Report.origin_id == origin_id if device_id is None else Report.origin_id.is_(None),
    ]
    if ordinal is not None:
        chosen.append(Report.ordinal < ordinal)
    row = work.connection.execute(
        select(Report.ordinal, Report.figures, Report.details, Report.counted)
        .where(*chosen)
        .order_by(Report.ordinal.desc())
        .limit(1)
    ).one_or_none()
    return None if row is None else ClosedBefore(*row)


def all_figures(work: Work, device_id: int | None, origin_id: int | None) -> list[Mapping[str, Any]]:
    """Return the figures of every Z of a device (or of an origin without one) that was closed."""
    rows = work.connection.execute(
        select(Report.figures).where(
            Report.master_id == work.master_id,
            Report.kind == "z",
            Report.parent_id.is_(None),
            Report.state.not_in(["closing", "cancelled"]),
            Report.device_id.is_(None) if device_id is None else Report.device_id == device_id,
            Report.origin_id == origin_id if device_id is None else Report.origin_id.is_(None),
        )
    )
    return [figures for (figures,) in rows]
