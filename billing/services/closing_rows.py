"""The rows of a Z: its figures, what it tells beside them, the bills it takes, and how it ended."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from billing.models import JobAttempt, Report
from billing.services.closing_totals import cash_json, perpetual_json, seal_content
from billing.services.day_details import business_date, details_json
from billing.services.reconciliation import Figures
from billing.store import day_details, figures
from billing.store.chain import read_head
from billing.store.currencies import currency_on
from billing.store.origins import OriginFacts
from billing.store.trail import journal, tell
from billing.store.work import Work


def figures_of(work: Work, origins: Sequence[int], reports: Sequence[int] | None = None) -> Figures:
    """Return the figures of the bills that ``reports`` took; None: of those that no report has taken."""
    day = work.now.astimezone(ZoneInfo("Europe/Sofia")).date()
    currency = currency_on(work, day)
    code = currency.code
    heads = figures.sum_heads(work, origins, reports)
    return Figures(
        currency=currency,
        bills=figures.sales_of(heads, code),
        taxes=tuple(figures.sum_taxes(work, origins, reports, code)),
        payments=tuple(figures.sum_payments(work, origins, reports, code)),
        modifiers=figures.sum_modifiers(work, origins, reports, code),
        reversals=tuple(figures.sum_reversals(work, origins, reports, code, heads)),
        others=figures.others_of(heads, code),
    )


def part_of(work: Work, origin: OriginFacts, group: Sequence[OriginFacts], whole: Figures) -> Figures:
    """Return one origin's figures; they are the whole where it is alone on its device."""
    return whole if len(group) == 1 else figures_of(work, [origin.id])


def write_report(
    work: Work, session: Session, wanted: OriginFacts, group: Sequence[OriginFacts], made_by: str
) -> Report:
    """Write the Z's row and one for each origin under it, and give these the origins' bills."""
    device_id = wanted.device.id if wanted.device else None
    own = None if wanted.device else wanted.id
    whole = figures_of(work, [each.id for each in group])
    parent = Report(
        kind="z",
        device_id=device_id,
        origin_id=own,
        ordinal=figures.last_ordinal(work, "z", device_id, own) + 1,
        state="closing",
        opened_at=day_details.last_closing(work, device_id, own),
        closed_at=work.now,
        made_by=made_by,
        figures=whole.json(),
        business_date=business_date(work.now, wanted.time_zone),
        details=closing_json(work, wanted, group, whole.json()),
    )
    session.add(parent)
    session.flush()
    parts = {}
    for each in group:
        row = parent
        told = part_of(work, each, group, whole).json()
        if wanted.device is not None:
            row = Report(
                kind="z",
                device_id=device_id,
                origin_id=each.id,
                parent_id=parent.id,
                ordinal=parent.ordinal,
                state="closing",
                closed_at=work.now,
                made_by=made_by,
                figures=told,
                business_date=parent.business_date,
            )
            session.add(row)
            session.flush()
        figures.take_bills(work, each.id, row.id)
        parts[each.name] = told
    parent.details = {**parent.details, "parts": parts}
    session.flush()
    return parent


def closing_json(  # noqa: PLR0913, PLR0917 whose closing, of which bills, between which moments
    work: Work,
    wanted: OriginFacts,
    group: Sequence[OriginFacts],
    told: Mapping[str, Any],
    reports: Sequence[int] | None = None,
    until: datetime | None = None,
) -> dict[str, Any]:
    """Return the details of a Z with the figures ``told``: of its day, and what it hands on to the next."""
    details = details_json(work, wanted, group, reports, until=until)
    return details | {
        "cash": cash_json(work, wanted, told, details),
        "perpetual": perpetual_json(work, wanted, told),
        "open_bills": figures.open_bills(work, [each.id for each in group]),
        "journal": dict(zip(("number", "hash"), read_head(work), strict=True)),
    }


def job_json(session: Session, number: int | None) -> dict[str, Any]:
    """Return how a Z came to paper: its job, and when each attempt began and how it ended."""
    attempts = session.scalars(
        select(JobAttempt).where(JobAttempt.document_id == number).order_by(JobAttempt.number)
    )
    return {
        "number": number,
        "attempts": [
            {
                "started_at": each.started_at.isoformat(),
                "ended_at": each.ended_at.isoformat() if each.ended_at else None,
                "outcome": each.outcome,
            }
            for each in attempts
        ],
    }


def children_of(session: Session, report: Report) -> list[int]:
    """Return the keys of the rows that hold the bills of a Z."""
    rows = session.scalars(select(Report).where(Report.parent_id == report.id)).all()
    return [row.id for row in rows] or [report.id]


def close_report(work: Work, session: Session, report: Report, state: str) -> None:
    """Freeze the bills of a Z and write down how it ended."""
    keys = children_of(session, report)
    figures.freeze_bills(work, keys)
    rows = session.scalars(select(Report).where(Report.id.in_([*keys, report.id])).order_by(Report.id)).all()
    for row in rows:
        row.state = state
        row.z_number = report.z_number
    content = seal_content(work, report, [row for row in rows if row.id in keys])
    session.flush()
    figures.learn_sizes(work)
    facts = {"ordinal": report.ordinal, "state": state, "z_number": report.z_number, "content": content}
    journal(work, "z_closed", ("report", report.id), facts)
    tell(work, "z_closed", ("report", report.id), facts | {"differences": report.differences or []})
