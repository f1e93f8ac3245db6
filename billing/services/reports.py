"""X and Z: the figures of an origin's device, and the Z that takes its bills and is held against the device.

A Z is two calls around the device's own: ``begin_z`` takes the bills and puts the document into the queue,
``finish_z`` freezes them and compares, line by line. Nothing loads the bills. Fiscal rules 7 and 11.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from billing.documents import Answer, ZReport
from billing.models import Report
from billing.services.blocking import Blocker, ZRefused, blockers_of
from billing.services.closing_rows import (
    children_of,
    close_report,
    closing_json,
    figures_of,
    job_json,
    part_of,
    write_report,
)
from billing.services.explaining import device_json, explain, verdict_of
from billing.services.reconciliation import Difference, Figures, compare
from billing.store import day_details, figures, queue
from billing.store.documents import find_document, queue_document
from billing.store.engine import Store
from billing.store.mistakes import Missing
from billing.store.nomenclature import read_defaults
from billing.store.origins import OriginFacts, read_origin, read_origins
from billing.store.trail import journal
from billing.store.work import Work

__all__ = [
    "Blocker",
    "Day",
    "Difference",
    "Figures",
    "ZRefused",
    "ZResult",
    "begin_z",
    "cancel_z",
    "compare",
    "finish_z",
    "x_figures",
    "z_blockers",
]


@dataclass(frozen=True, slots=True)
class Day:
    """What an origin's device has sold since its last Z, in all and by origin."""

    device: str | None
    figures: Figures
    origins: Mapping[str, Figures]
    open_bills: int
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ZResult:
    """A Z as it stands: ``state`` is closing, balanced, explained, open (it does not agree) or cancelled."""

    report_id: int
    ordinal: int
    device: str | None
    state: str
    figures: Mapping[str, Any]
    job: int | None = None
    z_number: int | None = None
    differences: tuple[Difference, ...] = ()
    explanation: str = ""
    business_date: str = ""
    made_by: str = ""
    closed_at: datetime | None = None
    device_figures: Mapping[str, Any] | None = None
    details: Mapping[str, Any] = field(default_factory=dict)
    counted: Mapping[str, Any] | None = None


def x_figures(store: Store, origin: str | None = None, *, detailed: bool = False) -> Day:
    """Return the figures since the last Z of the origin's device, over all origins on it.

    ``detailed``: with operators, departments, hours, corrections, voids and cash movements.

    Raises:
        Missing: there is no such origin.
    """
    with store.read() as work:
        wanted, group = group_of(work, origin)
        whole = figures_of(work, [each.id for each in group])
        return Day(
            device=wanted.device.name if wanted.device else None,
            figures=whole,
            origins={each.name: part_of(work, each, group, whole) for each in group},
            open_bills=figures.open_bills(work, [each.id for each in group]),
            details=closing_json(work, wanted, group, whole.json()) if detailed else {},
        )


def z_blockers(store: Store, origin: str | None = None) -> list[Blocker]:
    """Return what stands in the way of a Z, each with what clears it."""
    with store.read() as work:
        wanted, group = group_of(work, origin)
        return blockers_of(work, wanted, group)


def device_name(store: Store, origin: str | None = None) -> str | None:
    """Return the name of an origin's device, None if it has none.

    Raises:
        Missing: there is no such origin.
    """
    with store.read() as work:
        wanted, _ = group_of(work, origin)
        return wanted.device.name if wanted.device else None


def begun(store: Store, origin: str | None = None) -> bool:
    """Whether a Z of the origin's device was begun and has not ended."""
    with store.read() as work:
        return _pending(work.session(), group_of(work, origin)[0]) is not None


def pending_z(store: Store, origin: str | None = None) -> ZResult | None:
    """Return the Z of the origin's device that was begun and has not ended, with its job."""
    with store.read() as work:
        wanted, _ = group_of(work, origin)
        found = _pending(work.session(), wanted)
        return None if found is None else result_of(found, wanted, find_document(work, ("report", found.id)))


def begin_z(
    store: Store, origin: str | None = None, made_by: str = "", *, once_after: datetime | None = None
) -> ZResult:
    """Take the day's bills for a Z and put its document into the device's queue.

    An origin without a device is closed at once. A Z that was begun before is returned as it stands.

    Args:
        store: where the bills are.
        origin: whose day; all origins of its device are closed with it.
        made_by: who asked.
        once_after: a Z of the device closed since then, with nothing after it, is returned instead of an
            empty second one (two origins of one device are due at the same time).

    Raises:
        ZRefused: something blocks it; the list says what and how to clear it.
        Missing: there is no such origin.
    """
    with store.write() as work, work.session() as session:
        wanted, group = group_of(work, origin)
        if wanted.device is not None:
            queue.lock_device(work, wanted.device.id)  # a receipt queued before the Z belongs to its bills
        if (pending := _pending(session, wanted)) is not None:
            return result_of(pending, wanted, find_document(work, ("report", pending.id)))
        if once_after is not None and (made := _made_since(work, session, wanted, group, once_after)):
            return result_of(made, wanted, find_document(work, ("report", made.id)))
        if blockers := blockers_of(work, wanted, group):
            raise ZRefused(blockers)
        report = write_report(work, session, wanted, group, made_by)
        if wanted.device is None:
            close_report(work, session, report, "balanced")
            return result_of(report, wanted, None)
        job = queue_document(work, ZReport(), ("report", report.id), wanted.device.id)
        return result_of(report, wanted, job)


def finish_z(
    store: Store,
    report_id: int,
    answer: Answer | None,
    before: Mapping[str, str] | None = None,
    after: Mapping[str, Mapping[str, str]] | None = None,
) -> ZResult:
    """Freeze the bills of a Z that its device has made, and hold our figures against the device's.

    Args:
        store: where the report is.
        report_id: the Z that was begun.
        answer: the device's answer to it; ``registers`` are its figures by name.
        before: the device's registers as read just before it; they count where the answer says nothing.
        after: ``registers`` as read just after it, and ``block``, what fiscal memory says of the Z.

    Raises:
        Missing: there is no such report.
    """
    with store.write() as work, work.session() as session:
        report = session.get(Report, report_id)
        if report is None or report.kind != "z":
            raise Missing("Z report", report_id)
        wanted = next(o for o in read_origins(work) if o.device and o.device.id == report.device_id)
        job = find_document(work, ("report", report.id))
        if report.state != "closing":
            return result_of(report, wanted, job)
        block = (after or {}).get("block", {})
        device = {**block, **(before or {}), **(answer.registers if answer else {})}
        ours = figures_of(work, [o.id for o in read_origins(work)], children_of(session, report))
        differences = compare(ours.lines(), device)
        report.device_figures = device
        report.differences = [difference.json() for difference in differences]
        report.explanation = explain(differences, ours)
        report.details = {
            **report.details,
            "device": device_json(answer),
            "before": dict(before or {}),
            "after": {name: dict(told) for name, told in (after or {}).items()},
            "job": job_json(session, job),
        }
        report.z_number = int(device["z_number"]) if device.get("z_number", "").isdecimal() else None
        close_report(work, session, report, verdict_of(differences, report.explanation))
        return result_of(report, wanted, job, tuple(differences))


def cancel_z(store: Store, report_id: int, reason: str) -> None:
    """Give the bills back that a Z took which its device did not make.

    Raises:
        Missing: there is no such Z that waits.
    """
    with store.write() as work, work.session() as session:
        report = session.get(Report, report_id)
        if report is None or report.state != "closing":
            raise Missing("waiting Z report", report_id)
        figures.give_bills_back(work, children_of(session, report))
        report.state = "cancelled"
        session.flush()
        journal(work, "z_cancelled", ("report", report_id), {"reason": reason})


# How


def group_of(work: Work, origin: str | None) -> tuple[OriginFacts, list[OriginFacts]]:
    """Return the origin, and all origins on its device (itself alone without one)."""
    wanted = read_origin(work, origin, read_defaults(work).default_origin)
    if wanted.device is None:
        return wanted, [wanted]
    device_id = wanted.device.id
    return wanted, [o for o in read_origins(work) if o.device is not None and o.device.id == device_id]


def _pending(session: Session, wanted: OriginFacts) -> Report | None:
    if wanted.device is None:
        return None
    return session.scalars(
        select(Report).where(
            Report.device_id == wanted.device.id, Report.origin_id.is_(None), Report.state == "closing"
        )
    ).first()


def _made_since(
    work: Work, session: Session, wanted: OriginFacts, group: Sequence[OriginFacts], moment: datetime
) -> Report | None:
    """Return the Z that the device has made since ``moment``, if nothing is left to close."""
    if wanted.device is None or figures.any_bill(work, [each.id for each in group]):
        return None
    since = day_details.last_closing(work, wanted.device.id, None)
    if day_details.printed_since(work, wanted.device.id, since):
        return None
    return session.scalars(
        select(Report)
        .where(
            Report.device_id == wanted.device.id,
            Report.origin_id.is_(None),
            Report.kind == "z",
            Report.state != "cancelled",
            Report.closed_at >= moment,
        )
        .order_by(Report.id.desc())
    ).first()


def result_of(
    report: Report, wanted: OriginFacts, job: int | None, differences: tuple[Difference, ...] = ()
) -> ZResult:
    """Return a report's row as a value."""
    return ZResult(
        report_id=report.id,
        ordinal=report.ordinal,
        device=wanted.device.name if wanted.device else None,
        state=report.state,
        figures=report.figures,
        job=job,
        z_number=report.z_number,
        explanation=report.explanation,
        business_date=report.business_date,
        made_by=report.made_by,
        closed_at=report.closed_at,
        device_figures=report.device_figures,
        details=report.details,
        counted=report.counted,
        differences=differences
        or tuple(
            Difference(row["line"], Decimal(row["ours"]), Decimal(row["device"]))
            for row in report.differences or []
        ),
    )
