"""What each printing route begins, in its task's transaction: judged, made a document, queued."""

from collections.abc import Callable

from billing import documents
from billing.api.netfp.asked import Job
from billing.api.netfp.caller import origin_for
from billing.api.netfp.papers import period_of
from billing.api.netfp.printers import Printer
from billing.api.netfp.reading import UNSET
from billing.api.netfp.results import error, status
from billing.api.netfp.reversing import take_back
from billing.api.netfp.rules import Judge, cents, judge_transfer
from billing.api.netfp.sales import sell
from billing.api.netfp.tasks import Begun
from billing.services import jobs, reports
from billing.store.engine import Store

Begin = Callable[[Store, Job], Begun]


def judge_of(printer: Printer) -> Judge:
    """Return who judges what is asked of a printer."""
    can = printer.can
    return Judge(
        {category.value: word for category, word in can.payments.items()},
        printer.has_group,
        subtotal_amounts=can.bill_fixed_modifiers,
    )


def begin_receipt(store: Store, job: Job) -> Begun:
    """Judge a receipt and queue it."""
    if found := judge_of(job.printer).receipt(job.body):
        return Begun(job.action, result=status(found))
    sold = sell(store, job.printer, job.body, job.asked.task, origin_for(job.caller, job.printer))
    return Begun(job.action, sold.job, number=sold.number)


def begin_reversal(store: Store, job: Job) -> Begun:
    """Judge a reversal and queue it."""
    if found := judge_of(job.printer).reversal(job.body):
        return Begun(job.action, result=status(found))
    taken = take_back(store, job.printer, job.body, job.asked.task, job.caller.sees)
    return Begun(job.action, taken.job)


def begin_invoice(store: Store, job: Job) -> Begun:
    """Judge an invoice or a credit note and queue it; a device without them refuses whatever was asked."""
    can = job.printer.can
    if not (can.invoices if job.action == "invoice" else can.credit_notes):
        what = "invoices" if job.action == "invoice" else "credit notes"
        return Begun(job.action, result=status([error("E413", f"the device prints no {what}")]))
    if found := judge_of(job.printer).invoice(job.body):
        return Begun(job.action, result=status(found))
    if job.action == "invoice":
        sold = sell(store, job.printer, job.body, job.asked.task, origin_for(job.caller, job.printer))
        return Begun(job.action, sold.job, number=sold.number)
    taken = take_back(store, job.printer, job.body, job.asked.task, job.caller.sees)
    return Begun(job.action, taken.job)


def begin_transfer(store: Store, job: Job) -> Begun:
    """Judge a cash movement and queue it."""
    if found := judge_transfer(job.body):
        return Begun(job.action, result=status(found))
    amount = cents(job.body.amount) * (1 if job.action == "deposit" else -1)
    return _put(store, job, _signed(documents.CashMovement(amount=amount), job))


def begin_x(store: Store, job: Job) -> Begun:
    """Queue an X report."""
    return _put(store, job, _signed(documents.XReport(), job))


def begin_z(store: Store, job: Job) -> Begun:
    """Close the day of the printer's origin; a printer without one makes its Z alone."""
    origin = origin_for(job.caller, job.printer)
    if origin is None:
        return _put(store, job, _signed(documents.ZReport(), job))
    made_by = job.caller.token.name if job.caller.token else "netfp"
    return Begun(job.action, reports.begin_z(store, origin, made_by).job)


def begin_duplicate(store: Store, job: Job) -> Begun:
    """Queue a second print of the last receipt."""
    return _put(store, job, _signed(documents.Duplicate(), job))


def begin_period(store: Store, job: Job) -> Begun:
    """Queue a report from fiscal memory."""
    found = [
        error("E405", f"{name} is missing")
        for name, value in (("startDate", job.body.start), ("endDate", job.body.end))
        if value == UNSET
    ]
    if not found and job.body.start.date() > job.body.end.date():
        found = [error("E403", "startDate lies after endDate")]
    if found:
        return Begun(job.action, result=status(found))
    return _put(store, job, period_of(job.body))


def _signed(document: documents.Document, job: Job) -> documents.Document:
    """Return the document with the operator that the request names."""
    operator = getattr(job.body, "operator", "")
    return (
        document.model_copy(update={"operator": documents.Operator(code=operator)}) if operator else document
    )


def _put(store: Store, job: Job, document: documents.Document) -> Begun:
    job.printer.dialect.check(document)
    number = jobs.put_document(store, document, ("netfp", job.asked.task), job.printer.row.name)
    return Begun(job.action, number)
