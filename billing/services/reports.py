"""X and Z: the figures of an origin's device, and the Z that takes its bills and is held against the device.

A Z is two calls around the device's own: ``begin_z`` takes the bills and puts the document into the queue,
``finish_z`` freezes them and compares, line by line. Nothing loads the bills. Fiscal rules 7 and 11.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from billing.documents import Answer, ZReport
from billing.errors import RuleError
from billing.models import Report
from billing.money import Currency
from billing.services.day_details import business_date, details_json
from billing.services.explaining import device_json, explain, verdict_of
from billing.services.reconciliation import Difference, Figures, compare
from billing.store import day_details, figures, queue
from billing.store.chain import read_head
from billing.store.currencies import policy_on
from billing.store.documents import find_document, queue_document
from billing.store.engine import Store
from billing.store.mistakes import Missing
from billing.store.nomenclature import read_defaults
from billing.store.origins import OriginFacts, read_origin, read_origins
from billing.store.trail import journal, tell
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

CLEARS: Final[Mapping[str, str]] = {
    "queued": "it waits for its device: 'billing jobs retry {0}', or 'billing jobs cancel {0}'",
    "printing": "it is being printed, or its process died: 'billing jobs retry {0}'",
    "unknown": "look at the paper: 'billing jobs resolve {0} --printed NUMBER' or '--not-printed'",
    "failed": "'billing jobs show {0}' says why; 'billing jobs retry {0}' or 'cancel {0}'",
}
"""What clears a job that blocks a Z, by its state."""


@dataclass(frozen=True, slots=True)
class Blocker:
    """What stands in the way of a Z: a ``bill`` or a ``job`` by number, and the sentence that clears it."""

    what: str
    number: int
    state: str
    clears: str

    def __str__(self) -> str:
        return f"{self.what} {self.number} is {self.state.replace('_', ' ')}: {self.clears}"


class ZRefused(RuleError):
    """The day cannot be closed yet."""

    code = "z_refused"

    def __init__(self, blockers: Sequence[Blocker]) -> None:
        super().__init__("the day cannot be closed yet:\n" + "\n".join(f"  {b}" for b in blockers))
        self.blockers = tuple(blockers)


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
            origins={each.name: _part(work, each, group, whole) for each in group},
            open_bills=figures.open_bills(work, [each.id for each in group]),
            details=details_json(work, wanted, group) if detailed else {},
        )


def z_blockers(store: Store, origin: str | None = None) -> list[Blocker]:
    """Return what stands in the way of a Z, each with what clears it."""
    with store.read() as work:
        wanted, group = group_of(work, origin)
        return _blockers(work, wanted, group)


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
        if blockers := _blockers(work, wanted, group):
            raise ZRefused(blockers)
        report = _report(work, session, wanted, group, made_by)
        if wanted.device is None:
            close_report(work, session, report, "balanced")
            return result_of(report, wanted, None)
        job = queue_document(work, ZReport(), ("report", report.id), wanted.device.id)
        return result_of(report, wanted, job)


def finish_z(
    store: Store, report_id: int, answer: Answer | None, before: Mapping[str, str] | None = None
) -> ZResult:
    """Freeze the bills of a Z that its device has made, and hold our figures against the device's.

    Args:
        store: where the report is.
        report_id: the Z that was begun.
        answer: the device's answer to it; ``registers`` are its figures by name.
        before: the device's registers as read just before it; they count where the answer says nothing.

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
        device = {**(before or {}), **(answer.registers if answer else {})}
        ours = figures_of(work, [o.id for o in read_origins(work)], children_of(session, report))
        differences = compare(ours.lines(), device)
        report.device_figures = device
        report.differences = [difference.json() for difference in differences]
        report.explanation = explain(differences, ours)
        report.details = {**report.details, "device": device_json(answer)}
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


def figures_of(work: Work, origins: Sequence[int], reports: Sequence[int] | None = None) -> Figures:
    """Return the figures of the bills that ``reports`` took; None: of those that no report has taken."""
    day = work.now.astimezone(ZoneInfo("Europe/Sofia")).date()
    policy = policy_on(work, day)
    code = policy.currency if policy else read_defaults(work).currency
    return Figures(
        currency=Currency.of(code),
        bills=figures.sum_bills(work, origins, reports, code),
        taxes=tuple(figures.sum_taxes(work, origins, reports, code)),
        payments=tuple(figures.sum_payments(work, origins, reports, code)),
        modifiers=figures.sum_modifiers(work, origins, reports, code),
        reversals=tuple(figures.sum_reversals(work, origins, reports, code)),
        others=figures.sum_others(work, origins, reports, code),
    )


def _part(work: Work, origin: OriginFacts, group: Sequence[OriginFacts], whole: Figures) -> Figures:
    """Return one origin's figures; they are the whole where it is alone on its device."""
    return whole if len(group) == 1 else figures_of(work, [origin.id])


def _blockers(work: Work, wanted: OriginFacts, group: Sequence[OriginFacts]) -> list[Blocker]:
    currency = Currency.of(read_defaults(work).currency)
    found = [
        Blocker(
            "bill",
            number,
            "partly_paid",
            f"{currency.from_minor(due)} {currency.code} is due: take it, or withdraw the payment and void",
        )
        for number, due in figures.unfinished_bills(work, [each.id for each in group])
    ]
    if wanted.device is not None:
        found += [
            Blocker("job", number, state, CLEARS[state].format(number))
            for number, _, state in queue.blocking(work, wanted.device.id)
        ]
    return found


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


def _report(
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
        closed_at=work.now,
        made_by=made_by,
        figures=whole.json(),
        business_date=business_date(work.now, wanted.time_zone),
        details=details_json(work, wanted, group)
        | {
            "open_bills": figures.open_bills(work, [each.id for each in group]),
            "journal": dict(zip(("number", "hash"), read_head(work), strict=True)),
        },
    )
    session.add(parent)
    session.flush()
    for each in group:
        row = parent
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
                figures=_part(work, each, group, whole).json(),
                business_date=parent.business_date,
            )
            session.add(row)
            session.flush()
        figures.take_bills(work, each.id, row.id)
    return parent


def children_of(session: Session, report: Report) -> list[int]:
    """Return the keys of the rows that hold the bills of a Z."""
    rows = session.scalars(select(Report).where(Report.parent_id == report.id)).all()
    return [row.id for row in rows] or [report.id]


def close_report(work: Work, session: Session, report: Report, state: str) -> None:
    """Freeze the bills of a Z and write down how it ended."""
    rows = children_of(session, report)
    figures.freeze_bills(work, rows)
    for row in session.scalars(select(Report).where(Report.id.in_([*rows, report.id]))):
        row.state = state
        row.z_number = report.z_number
    session.flush()
    figures.learn_sizes(work)
    facts = {"ordinal": report.ordinal, "state": state, "z_number": report.z_number}
    journal(work, "z_closed", ("report", report.id), facts)
    tell(work, "z_closed", ("report", report.id), facts | {"differences": report.differences or []})


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
