"""Z reports after they were made: listed, explained, the drawer counted; those a device made by itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from billing.errors import RuleError
from billing.models import Device, Report
from billing.services.closing_rows import children_of, close_report, closing_json, figures_of
from billing.services.day_details import business_date, details_json
from billing.services.explaining import explain, verdict_of
from billing.services.reconciliation import Figures, compare
from billing.services.reports import ZResult, group_of, result_of
from billing.store import day_details, figures, queue
from billing.store.currencies import currency_on
from billing.store.engine import Store
from billing.store.mistakes import Missing
from billing.store.nomenclature import read_operator
from billing.store.origins import OriginFacts, read_origins
from billing.store.trail import journal
from billing.store.work import Work

ITSELF = "the device itself"
"""Who made a Z that nobody asked for (N-18 art. 39(1))."""


EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
"""Since when everything counts in a period that begins with the first Z."""


class NothingToExplain(RuleError):
    """Only a Z that does not agree is explained."""

    code = "nothing_to_explain"

    def __init__(self, number: int, state: str) -> None:
        super().__init__(f"report {number} is {state}; only an open one is explained")


class ReasonNeeded(RuleError):
    """An explanation, or money that is missing or too much, has a reason."""

    code = "reason_missing"

    def __init__(self, what: str) -> None:
        super().__init__(f"{what} is kept with a reason of 1 to 255 characters")


@dataclass(frozen=True, slots=True)
class Period:
    """Our figures of the Z reports between two ends, and those reports."""

    device: str | None
    reports: tuple[ZResult, ...]
    figures: Figures
    details: Mapping[str, Any]


def read_z(store: Store, report_id: int) -> ZResult:
    """Return a Z.

    Raises:
        Missing: there is no such Z.
    """
    with store.read() as work:
        report = _z(work.session(), report_id)
        return result_of(report, _origin(work, report), None)


def list_z(store: Store, origin: str | None = None, *, limit: int = 31) -> list[ZResult]:
    """Return the newest Z reports of an origin's device, the oldest first.

    Raises:
        Missing: there is no such origin.
    """
    with store.read() as work:
        wanted, _ = group_of(work, origin)
        rows = work.session().scalars(
            select(Report).where(*_of(wanted)).order_by(Report.id.desc()).limit(limit)
        )
        return [result_of(row, wanted, None) for row in rows][::-1]


def period_figures(
    store: Store, origin: str | None, ends: tuple[date, date] | tuple[int, int], *, detailed: bool = False
) -> Period:
    """Return our figures of the Z reports between two dates or two Z numbers, both ends included.

    ``detailed``: with every one of those reports.

    Raises:
        Missing: there is no such origin.
    """
    with store.read() as work, work.session() as session:
        wanted, group = group_of(work, origin)
        first, last = ends
        between: ColumnElement[bool]
        if isinstance(first, date):
            between = Report.business_date.between(str(first), str(last))
        else:
            between = Report.z_number.between(first, last)
        rows = session.scalars(
            select(Report)
            .where(*_of(wanted), Report.state.not_in(["closing", "cancelled"]), between)
            .order_by(Report.id)
        ).all()
        took = [key for row in rows for key in children_of(session, row)]
        details = {}
        if rows:
            since, until = rows[0].opened_at or EARLIEST, rows[-1].closed_at
            details = details_json(work, wanted, group, took, since=since, until=until)
        return Period(
            device=wanted.device.name if wanted.device else None,
            reports=tuple(result_of(row, wanted, None) for row in rows) if detailed else (),
            figures=figures_of(work, [each.id for each in group], took),
            details=details,
        )


def explain_z(store: Store, report_id: int, reason: str, by: int | None = None) -> ZResult:
    """Say why a Z does not agree with its device; it is explained from then on.

    Raises:
        Missing: there is no such Z.
        NothingToExplain: it is not open.
        ReasonNeeded: ``reason`` is blank or too long.
    """
    reason = _reason(reason, "an explanation")
    with store.write() as work, work.session() as session:
        report = _z(session, report_id)
        if report.state != "open":
            raise NothingToExplain(report_id, report.state)
        report.explanation = reason
        for row in session.scalars(select(Report).where(Report.id.in_(children_of(session, report)))):
            row.state = "explained"
        report.state = "explained"
        session.flush()
        journal(work, "z_explained", ("report", report_id), {"reason": reason}, by)
        return result_of(report, _origin(work, report), None)


def count_drawer(  # noqa: PLR0913 what was counted, by whom, and why it differs
    store: Store,
    report_id: int,
    counted: Decimal,
    reason: str = "",
    by: int | None = None,
    *,
    pieces: Mapping[Decimal, int] | None = None,
) -> ZResult:
    """Keep what was counted in the drawer at a Z, held against the device's own cash before it.

    Args:
        store: where the Z is.
        report_id: the Z.
        counted: all of it.
        reason: why it is not what the device says.
        by: number of the operator who counted.
        pieces: how many of each coin and note, by value; they come to ``counted``.

    Raises:
        Missing: there is no such Z, or no operator of that number.
        ReasonNeeded: it is not what the device says, and no reason is given.
    """
    with store.write() as work, work.session() as session:
        report = _z(session, report_id)
        if by is not None and read_operator(work, by) is None:
            raise Missing("operator", by)
        expected = (report.device_figures or {}).get("in_drawer")
        difference = None if expected is None else counted - Decimal(expected)
        if difference:
            reason = _reason(reason, f"a difference of {difference:+f}")
        report.counted = {
            "counted": f"{counted:f}",
            "pieces": {
                f"{value:f}": number for value, number in sorted((pieces or {}).items(), reverse=True)
            },
            "in_device": expected,
            "difference": None if difference is None else f"{difference:f}",
            "reason": reason,
            "by": by,
            "at": work.now.isoformat(),
        }
        session.flush()
        journal(work, "drawer_counted", ("report", report_id), report.counted, by)
        return result_of(report, _origin(work, report), None)


def z_gaps(store: Store) -> dict[str, list[int]]:
    """Return, for each device, the Z numbers that are missing between the first and the last filed."""
    with store.read() as work:
        devices = work.session().scalars(select(Device).order_by(Device.name)).all()
        found = {}
        for device in devices:
            numbers = day_details.z_numbers(work, device.id)
            if numbers:
                found[device.name] = sorted(set(range(numbers[0], numbers[-1])) - set(numbers))
        return {name: gaps for name, gaps in found.items() if gaps}


def nothing_since(store: Store, origin: str | None = None) -> bool:
    """Whether an origin's device has nothing to close: no final bill, no document since its last Z.

    Raises:
        Missing: there is no such origin.
    """
    with store.read() as work:
        wanted, group = group_of(work, origin)
        if figures.any_bill(work, [each.id for each in group]):
            return False
        if wanted.device is None:
            return True
        since = day_details.last_closing(work, wanted.device.id, None)
        return day_details.printed_since(work, wanted.device.id, since) == 0


def file_autonomous(
    store: Store, device: str, z_number: int, block: Mapping[str, str], turnover: Decimal | None
) -> ZResult | None:
    """File a Z that a device made by itself, with the bills it must have taken; None: it is filed already.

    Args:
        store: where it is filed.
        device: the device's name.
        z_number: the Z's number on it.
        block: what fiscal memory says of that Z, by our names; empty where it cannot be read.
        turnover: what the device has sold since then; the newest bills that come to it are not taken. None:
            not known.

    Raises:
        Missing: no origin is on the device.
    """
    with store.write() as work, work.session() as session:
        wanted, group = _on(work, device)
        assert wanted.device is not None  # noqa: S101 it was found by its device
        queue.lock_device(work, wanted.device.id)
        if z_number in day_details.z_numbers(work, wanted.device.id):
            return None
        report = _file(work, session, (wanted, group), z_number, turnover)
        origins = [each.id for each in group]
        ours = figures_of(work, origins, children_of(session, report))
        differences = compare(ours.lines(), block)
        report.figures = ours.json()
        report.device_figures = {**block, "z_number": str(z_number)}
        report.differences = [each.json() for each in differences]
        report.explanation = explain(differences, ours)
        last = figures.last_final(work, children_of(session, report)) or work.now
        report.business_date = business_date(last, wanted.time_zone)
        report.details = closing_json(
            work, wanted, group, report.figures, children_of(session, report), report.closed_at
        )
        close_report(work, session, report, verdict_of(differences, report.explanation) if block else "open")
        return result_of(report, wanted, None, tuple(differences))


def _file(
    work: Work,
    session: Session,
    where: tuple[OriginFacts, Sequence[OriginFacts]],
    z_number: int,
    turnover: Decimal | None,
) -> Report:
    """Write the rows of a Z nobody asked for, and give them the bills from before it."""
    wanted, group = where
    device_id = wanted.device.id if wanted.device else None
    cut = None
    if turnover:
        currency = currency_on(work, work.now.astimezone(ZoneInfo(wanted.time_zone)).date())
        cut = figures.find_cut(work, [each.id for each in group], currency.to_minor(turnover))
    common: dict[str, Any] = {
        "kind": "z",
        "device_id": device_id,
        "ordinal": figures.last_ordinal(work, "z", device_id, None) + 1,
        "state": "closing",
        "z_number": z_number,
        "opened_at": day_details.last_closing(work, device_id, None),
        "closed_at": work.now if cut is None else cut.at,
        "made_by": ITSELF,
        "figures": {},
    }
    parent = Report(**common)
    session.add(parent)
    session.flush()
    for each in group:
        row = Report(**common, origin_id=each.id, parent_id=parent.id)
        session.add(row)
        session.flush()
        figures.take_bills(work, each.id, row.id, cut)
        row.figures = figures_of(work, [each.id], [row.id]).json()
    session.flush()
    return parent


def _on(work: Work, device: str) -> tuple[OriginFacts, list[OriginFacts]]:
    group = [each for each in read_origins(work) if each.device is not None and each.device.name == device]
    if not group:
        raise Missing("origin on device", device)
    return group[0], group


def _of(wanted: OriginFacts) -> list[ColumnElement[bool]]:
    """Choose the Z rows of an origin's device, or of an origin without one."""
    if wanted.device is not None:
        return [Report.kind == "z", Report.parent_id.is_(None), Report.device_id == wanted.device.id]
    return [Report.kind == "z", Report.device_id.is_(None), Report.origin_id == wanted.id]


def _z(session: Session, report_id: int) -> Report:
    report = session.get(Report, report_id)
    if report is None or report.kind != "z" or report.parent_id is not None:
        raise Missing("Z report", report_id)
    return report


def _origin(work: Work, report: Report) -> OriginFacts:
    origins = read_origins(work)
    if report.device_id is None:
        return next(each for each in origins if each.id == report.origin_id)
    return next(each for each in origins if each.device is not None and each.device.id == report.device_id)


def _reason(reason: str, what: str) -> str:
    reason = reason.strip()
    if not (reason and len(reason) <= 255 and reason.isprintable()):
        raise ReasonNeeded(what)
    return reason
