"""What other rows say of the journal: a whole-looking chain that was cut short with its head is seen by them.

Nothing is recomputed here (``trail`` does that).
"""

from collections.abc import Iterator, Mapping

from sqlalchemy import Select, String, and_, cast, exists, select

from billing.models import Bill, FiscalDocument, JournalEntry, Report
from billing.store.work import Work

NAMED = 20
"""So many bills and documents without an entry are named; more say nothing new."""


def contradictions(work: Work, hashes: Mapping[int, str]) -> Iterator[tuple[int, str, str]]:
    """Yield number, what is wrong and why, for what bills, documents and Z reports know of the journal.

    Args:
        work: where the rows are.
        hashes: the hash of each entry that is there, by number.
    """
    reports = select(Report.id, Report.details).where(
        Report.master_id == work.master_id, Report.kind == "z", Report.parent_id.is_(None)
    )
    for report, details in work.connection.execute(reports.order_by(Report.id)):
        told = (details or {}).get("journal") or {}
        number, head = int(told.get("number") or 0), told.get("hash")
        if head and hashes.get(number) != head:
            yield number, "is not what a Z says", f"report {report} was closed after {head[:16]}"
    end = max(hashes, default=0) + 1
    for bill in work.connection.execute(_silent_bills(work)).scalars():
        yield end, "is missing", f"bill {bill} is final, and no entry says so"
    for job in work.connection.execute(_silent_documents(work)).scalars():
        yield end, "is missing", f"job {job} is done, and no entry says so"


def _silent_bills(work: Work) -> Select[int]:
    said = and_(
        JournalEntry.master_id == Bill.master_id,
        JournalEntry.subject_type == "bill",
        JournalEntry.subject == cast(Bill.id, String),
        JournalEntry.kind == "bill_final",
    )
    return (
        select(Bill.id)
        .where(
            Bill.master_id == work.master_id,
            Bill.final_at.is_not(None),
            Bill.reversal_reason == "",
            ~exists().where(said).correlate(Bill),
        )
        .order_by(Bill.id)
        .limit(NAMED)
    )


def _silent_documents(work: Work) -> Select[int]:
    said = and_(
        JournalEntry.master_id == FiscalDocument.master_id,
        JournalEntry.subject_type == "job",
        JournalEntry.subject == cast(FiscalDocument.id, String),
        JournalEntry.kind.in_(["document_printed", "job_resolved"]),
    )
    return (
        select(FiscalDocument.id)
        .where(
            FiscalDocument.master_id == work.master_id,
            FiscalDocument.state == "done",
            ~exists().where(said).correlate(FiscalDocument),
        )
        .order_by(FiscalDocument.id)
        .limit(NAMED)
    )
