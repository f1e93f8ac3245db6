"""Whether the rows of a store agree with each other: bills with their documents, reports with their bills."""

from collections.abc import Iterator
from decimal import Decimal

from sqlalchemy import String, and_, cast, exists, func, select

from billing.models import Bill, FiscalDocument, Report
from billing.money import Currency
from billing.pricing import State
from billing.services.closing_totals import content_of
from billing.store.work import Work

ENDED = ("closing", "cancelled")
"""States of a Z that freezes no bill."""


def document_faults(work: Work) -> Iterator[str]:
    """Yield the fiscal bills without a document, and the receipts on paper of bills that are not final."""
    done = [State.HANDED_OVER.value, State.REPORTED.value]
    document = and_(
        FiscalDocument.master_id == Bill.master_id,
        FiscalDocument.subject_type == "bill",
        FiscalDocument.subject == cast(Bill.id, String),
    )
    without = select(Bill.id).where(
        Bill.master_id == work.master_id,
        Bill.fiscal.is_(True),
        Bill.state.in_(done),
        ~exists().where(document).correlate(Bill),
    )
    for number in work.connection.execute(without.order_by(Bill.id)).scalars():
        yield f"bill {number}: it is fiscal and has no document"
    printed = (
        select(FiscalDocument.id, Bill.id, Bill.state)
        .join(Bill, document)
        .where(
            FiscalDocument.master_id == work.master_id,
            FiscalDocument.state == "done",
            Bill.state.not_in(done),
        )
        .order_by(FiscalDocument.id)
    )
    for job, bill, state in work.connection.execute(printed):
        yield f"job {job}: it is on paper, and its bill {bill} is {state}"


def report_faults(work: Work) -> Iterator[str]:
    """Yield the Z reports whose bills do not come to their figures, or whose content was changed."""
    session = work.session()
    parents = session.scalars(
        select(Report)
        .where(Report.kind == "z", Report.parent_id.is_(None), Report.state.not_in(ENDED))
        .order_by(Report.id)
    )
    for report in parents:
        parts = session.scalars(select(Report).where(Report.parent_id == report.id).order_by(Report.id)).all()
        currency = report.figures["currency"]
        count, total, exponent = work.connection.execute(
            select(func.count(), func.coalesce(func.sum(Bill.total), 0), func.max(Bill.exponent)).where(
                Bill.master_id == work.master_id,
                Bill.report_id.in_([part.id for part in parts] or [report.id]),
                Bill.reversal_reason == "",
                Bill.currency == currency,
                Bill.state == State.REPORTED.value,
            )
        ).one()
        came_to = Currency(currency, exponent or 0).from_minor(int(total))
        if (count, came_to) != (report.figures["bills"], Decimal(report.figures["total"])):
            yield (
                f"report {report.id}: its {count} bills come to {came_to}, it says {report.figures['bills']} "
                f"and {report.figures['total']}"
            )
        told = (report.details.get("integrity") or {}).get("hash")
        if told and told != content_of(report, parts):
            yield f"report {report.id}: its content is not what was closed"
