"""What a device can say about a job whose end is unknown, for the person who decides."""

from dataclasses import dataclass

from billing.devices.address import Address
from billing.devices.registry import printer_at
from billing.devices.standing import Identity, Standing
from billing.documents import Document, SaleLine
from billing.errors import BillingError
from billing.jobs.holding import holding
from billing.jobs.queue import Opener
from billing.jobs.store_notebook import notes_of
from billing.services import jobs
from billing.services.devices import read_device
from billing.services.job_states import Job
from billing.store.engine import Store


@dataclass(frozen=True, slots=True)
class Witness:
    """A job, and where its device stands now; ``error`` when it could not be asked."""

    job: Job
    identity: Identity | None = None
    standing: Standing | None = None
    error: str = ""

    def lines(self) -> list[str]:
        """Return what the notes and the device say, a line each."""
        notes = notes_of(self.job)
        total = getattr(self.job.document, "total", None)
        what = f"job {self.job.number}: {self.job.kind} of {' '.join(self.job.subject)}"
        lines = [what + (f", total {total}" if total is not None else "")]
        lines += [f"  {said}" for said in _said(self.job.document)]
        lines.append(
            f"before it the device's last document was "
            f"{notes.last_document or '?'}; it reached: {notes.stage}"
        )
        if self.standing is None:
            return [*lines, f"the device cannot be asked: {self.error}"]
        number = self.identity.device_number if self.identity else "?"
        lines.append(
            f"device {number} says: open {self.standing.opened}, "
            f"last document {self.standing.last_document or '?'}"
        )
        return lines


def _said(document: Document) -> list[str]:
    """Return the sale number, the lines and the payments that the paper would show."""
    number = getattr(document, "unique_sale_number", "")
    lines = [f"sale {number}"] if number else []
    sales = (line for line in getattr(document, "lines", ()) if isinstance(line, SaleLine))
    lines += [f"{line.text}: {line.qty} x {line.price}" for line in sales]
    return lines + [f"paid {paid.amount} {paid.category}" for paid in getattr(document, "payments", ())]


def ask_device(store: Store, number: int, *, opener: Opener = printer_at) -> Witness:
    """Return what a job's device says now; nothing is printed and nothing decided.

    Raises:
        Missing: there is no such job.
        DeviceHeld: another process prints on the device.
    """
    job = jobs.show_job(store, number)
    row = read_device(store, job.device)
    with holding(store, job.device):
        printer = opener(Address.parse(row.address))
        try:
            identity = printer.connect()
            return Witness(job, identity, printer.do(printer.dialect.standing()))
        except BillingError as error:
            return Witness(job, error=str(error))
        finally:
            printer.close()
