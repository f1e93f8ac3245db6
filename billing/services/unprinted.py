"""Giving up a document that was not printed, with all that was made for it: nothing of it comes out later.

For callers that are told *not printed* and ask again under a new name: a bill that waited for its receipt is
voided, a Z report gives its bills back.
"""

from sqlalchemy import update

from billing.models import Bill
from billing.pricing.states import State
from billing.services import jobs, reports
from billing.services.idempotency import JoinedStore
from billing.services.job_states import Job
from billing.store.engine import Store
from billing.store.numbering import void_sale_number
from billing.store.trail import journal, tell
from billing.store.work import Work


def give_up(store: Store, job: Job, reason: str) -> None:
    """Cancel a job, void the bill whose receipt it was, give a Z's bills back: all of it, or nothing.

    Raises:
        JobMoveRefused, StateChanged: it is being printed, or it was.
    """
    with store.write() as work:
        joined = JoinedStore(store, work)
        jobs.cancel(joined, job.number, reason)
        kind, subject = job.subject
        if kind == "bill":
            _void(work, int(subject), job.number, reason)
        elif kind == "report":
            reports.cancel_z(joined, int(subject), reason)


def _void(work: Work, bill_id: int, job: int, reason: str) -> None:
    """Void a bill that was handed over; it stays as a record, its sale number too."""
    done = work.connection.execute(
        update(Bill)
        .where(Bill.master_id == work.master_id, Bill.id == bill_id, Bill.state == State.HANDED_OVER.value)
        .values(state=State.VOIDED.value, voided_at=work.now, void_reason=reason)
    )
    if done.rowcount:
        void_sale_number(work, bill_id, reason)
        facts = {"reason": reason, "job": job}
        journal(work, "bill_voided", ("bill", bill_id), facts)
        tell(work, "bill_voided", ("bill", bill_id), facts)
