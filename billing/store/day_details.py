"""What a closing report tells beside its sums: who sold, what was corrected and voided, cash in and out.

Each set is one aggregate, over the bills that no report has taken yet, or over those that ``reports`` took.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select

from billing.documents import CashMovement, read_document
from billing.models import Bill, Charge, Device, FiscalDocument, Report
from billing.store.figures import sold
from billing.store.work import Work


@dataclass(frozen=True, slots=True)
class Sum:
    """How many, and what they come to in minor units; ``of`` says of what."""

    of: str
    count: int
    total: int


@dataclass(frozen=True, slots=True)
class CashSum:
    """Cash put in and taken out other than by a sale."""

    ins: int
    put_in: Decimal
    outs: int
    taken_out: Decimal


def bills_by(
    work: Work, origins: Sequence[int], reports: Sequence[int] | None = None
) -> dict[str, list[Sum]]:
    """Return the bills by ``operator`` (empty: none) and by ``hour`` (``YYYY-MM-DD HH`` in UTC)."""
    hour: ColumnElement[str] = func.strftime("%Y-%m-%d %H", Bill.final_at)
    if work.connection.dialect.name == "postgresql":
        hour = func.to_char(func.timezone("UTC", Bill.final_at), "YYYY-MM-DD HH24")
    shown = hour.label("hour")
    rows = work.connection.execute(
        select(Bill.operator, shown, func.count(), func.coalesce(func.sum(Bill.total), 0))
        .where(sold(work, origins, reports))
        .group_by(Bill.operator, shown)
    )
    return _added_up(("operator", "hour"), rows)


def charges_by(
    work: Work, origins: Sequence[int], reports: Sequence[int] | None = None
) -> dict[str, list[Sum]]:
    """Return the charges by ``department`` and ``item`` (PLU), and those taken off as ``correction``.

    After their own modifiers and before the bill's; empty: rung without one.
    """
    removed = Charge.removed_at.is_not(None).label("removed")
    department = func.coalesce(Charge.department, Charge.plu_department).label("department")
    rows = work.connection.execute(
        select(removed, department, Charge.plu, func.count(), func.coalesce(func.sum(Charge.total), 0))
        .join(Bill, and_(Bill.master_id == Charge.master_id, Bill.id == Charge.bill_id))
        .where(sold(work, origins, reports), Charge.kind == "charge")
        .group_by(removed, department, Charge.plu)
    ).all()
    kept = [row[1:] for row in rows if not row[0]]
    gone = [("", *row[3:]) for row in rows if row[0]]
    return _added_up(("department", "item"), kept) | _added_up(("correction",), gone)


def _added_up(names: Sequence[str], rows: Iterable[Sequence[Any]]) -> dict[str, list[Sum]]:
    """Return the sums by each of the columns that rows begin with; they end with a number and a total."""
    found: dict[str, dict[Any, Sum]] = {name: {} for name in names}
    for *keys, count, total in rows:
        for name, key in zip(names, keys, strict=True):
            before = found[name].get(key, Sum("" if key is None else str(key), 0, 0))
            found[name][key] = Sum(before.of, before.count + count, before.total + int(total))
    return {
        name: [sums[key] for key in sorted(sums, key=lambda key: (key is not None, key or 0))]
        for name, sums in found.items()
    }


def voided(work: Work, origins: Sequence[int], since: datetime | None, until: datetime | None = None) -> Sum:
    """Return the bills that were voided after ``since`` (None: ever)."""
    chosen = [Bill.master_id == work.master_id, Bill.origin_id.in_(origins), Bill.voided_at.is_not(None)]
    if since is not None:
        chosen.append(Bill.voided_at > since)
    if until is not None:
        chosen.append(Bill.voided_at <= until)
    row = work.connection.execute(
        select(func.count(), func.coalesce(func.sum(Bill.total), 0)).where(*chosen)
    ).one()
    return Sum("voided", row[0], int(row[1]))


def sale_numbers(work: Work, origins: Sequence[int], reports: Sequence[int] | None = None) -> tuple[str, str]:
    """Return the first and last unique sale number by the bills' own order; empty where there is none."""
    chosen = and_(sold(work, origins, reports), Bill.unique_sale_number != "")
    ends = work.connection.execute(select(func.min(Bill.id), func.max(Bill.id)).where(chosen)).one()
    found = {
        row.id: row.unique_sale_number
        for row in work.connection.execute(
            select(Bill.id, Bill.unique_sale_number).where(
                Bill.master_id == work.master_id, Bill.id.in_([end for end in ends if end is not None])
            )
        )
    }
    return found.get(ends[0], ""), found.get(ends[1], "")


def cash_movements(
    work: Work, device_id: int, since: datetime | None, until: datetime | None = None
) -> CashSum:
    """Return what was put into the device's drawer and taken out after ``since`` (None: ever)."""
    chosen = [
        FiscalDocument.master_id == work.master_id,
        FiscalDocument.device_id == device_id,
        FiscalDocument.kind == "cash",
        FiscalDocument.state == "done",
    ]
    if since is not None:
        chosen.append(FiscalDocument.settled_at > since)
    if until is not None:
        chosen.append(FiscalDocument.settled_at <= until)
    amounts = [
        document.amount
        for (text,) in work.connection.execute(select(FiscalDocument.document).where(*chosen))
        if isinstance(document := read_document(text), CashMovement)
    ]
    ins, outs = [a for a in amounts if a > 0], [a for a in amounts if a < 0]
    return CashSum(len(ins), sum(ins, Decimal(0)), len(outs), sum(outs, Decimal(0)))


def last_closing(work: Work, device_id: int | None, origin_id: int | None) -> datetime | None:
    """Return when the last Z of a device (or of an origin without one) was closed; None: never."""
    moment: datetime | None = work.connection.execute(
        select(func.max(Report.closed_at)).where(
            Report.master_id == work.master_id,
            Report.kind == "z",
            Report.parent_id.is_(None),
            Report.state.not_in(["closing", "cancelled"]),
            Report.device_id.is_(None) if device_id is None else Report.device_id == device_id,
            Report.origin_id == origin_id if device_id is None else Report.origin_id.is_(None),
        )
    ).scalar()
    return moment


def z_numbers(work: Work, device_id: int) -> list[int]:
    """Return the Z numbers of a device that were filed, in order."""
    rows = work.connection.execute(
        select(Report.z_number)
        .where(
            Report.master_id == work.master_id,
            Report.kind == "z",
            Report.parent_id.is_(None),
            Report.device_id == device_id,
            Report.z_number.is_not(None),
        )
        .order_by(Report.z_number)
    )
    return [int(row[0]) for row in rows if row[0] is not None]


def printed_since(work: Work, device_id: int, since: datetime | None) -> int:
    """Return how many documents that count in its day a device has printed after ``since``."""
    chosen = [
        FiscalDocument.master_id == work.master_id,
        FiscalDocument.device_id == device_id,
        FiscalDocument.state == "done",
        FiscalDocument.kind.in_(["receipt", "invoice", "reversal", "credit-note", "cash"]),
    ]
    if since is not None:
        chosen.append(FiscalDocument.settled_at > since)
    count: int = work.connection.execute(select(func.count()).where(*chosen)).scalar_one()
    return count


def device_named(work: Work, name: str) -> int | None:
    """Return the key of a device, None if there is none of that name."""
    key: int | None = work.connection.execute(
        select(Device.id).where(Device.master_id == work.master_id, Device.name == name)
    ).scalar()
    return key
