"""The only road to paper: ``run`` prints one document exactly once, whoever calls it how often.

See docs/exactly-once.md for the notes, the decisions and what each ending means.
"""

from collections.abc import Mapping
from decimal import Decimal

from billing.devices.printer import Printer
from billing.documents import Answer, CreditNote, Document, Invoice, Receipt, Reversal
from billing.jobs.attempt import Errand
from billing.jobs.notebook import KeyConflict, Notebook, Notes, Stage, digest_of, key_of
from billing.jobs.sale import SaleJob
from billing.jobs.single import SingleJob

BINDING = {Stage.PAYING, Stage.CLOSING, Stage.ACTING, Stage.DONE}
"""Stages after which another document may not take the notes over."""


def run(
    document: Document, printer: Printer, notebook: Notebook, *, rates: Mapping[int, Decimal] | None = None
) -> Answer:
    """Return the device's answer to ``document``, which is then on paper, once.

    Args:
        document: what to print.
        printer: the device; it is connected, and woken after a broken line, as needed.
        notebook: what earlier attempts of this document wrote; the same one for every attempt.
        rates: percent of each tax group as the seller has them; a difference is refused before the first
        line.

    Raises:
        DocumentRefused, NotSupported: the device cannot say it; nothing was sent.
        KeyConflict: the notebook belongs to another document.
        DeviceError, PrintMishap: it is not printed, or nobody knows: ``printed`` says which.
    """
    with notebook.held():
        notes, digest = notebook.read(), digest_of(document)
        if notes.digest != digest:
            if notes.stage in BINDING:
                raise KeyConflict(key_of(document), notes.stage)
            notes = notes.noting(warnings=())
        if notes.answer is not None:
            return notes.answer
        errand = Errand(printer.dialect.check(document), printer, notebook, notes, digest, rates)
        shaped = errand.shaped.document
        if isinstance(shaped, Receipt | Invoice | Reversal | CreditNote):
            return SaleJob(errand, shaped).carry()
        return SingleJob(errand).carry()


__all__ = ["KeyConflict", "Notebook", "Notes", "run"]
