"""Prints what waits for a device, in order, under its lease; called by tills, commands and workers alike.

A job that could not be printed keeps its turn and stops the round, unless the document itself was refused;
one whose end is unknown is asked about first, and stops everything behind it while it stays unknown.
"""

import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from billing.devices.address import Address
from billing.devices.faults import DeviceError
from billing.devices.printer import Printer
from billing.devices.registry import printer_at
from billing.documents import Answer, Document, Operator, Printed, ZReport
from billing.errors import BillingError
from billing.jobs import autonomous
from billing.jobs.attempt import DOUBTS
from billing.jobs.comparing import compared
from billing.jobs.ending import end_z
from billing.jobs.holding import holding
from billing.jobs.mishaps import PrintMishap, RatesDiffer
from billing.jobs.notebook import Stage
from billing.jobs.printing import run
from billing.jobs.store_notebook import StoreNotebook, registers_of
from billing.services import jobs
from billing.services.catalogue import rates_now
from billing.services.devices import DeviceRow, read_device
from billing.services.job_states import Attempt, Job, State
from billing.store.engine import Store
from billing.store.mistakes import StoreTrouble
from billing.store.queue import DeviceHeld, Lease, LeaseLost

logger = logging.getLogger(__name__)

HELD_S: Final = 120.0
"""How long a till waits for another process that prints on the device, seconds."""
LOOK_S: Final = 0.05
ENDED: Final = frozenset({State.DONE, State.FAILED, State.CANCELLED})

Opener = Callable[[Address], Printer]


class QueueBlocked(PrintMishap):
    """The document waits behind one that stops its device's queue."""

    code = "queue-blocked"
    exit_code = 4

    def __init__(self, job: int, blocker: int, why: str) -> None:
        super().__init__(f"job {job} waits: job {blocker} comes first and did not print: {why}")
        self.job = job
        self.blocker = blocker


class DeviceBusy(PrintMishap):
    """Another process has printed on the device for too long; the document waits."""

    code = "device-taken"
    exit_code = 4

    def __init__(self, job: int, held: DeviceHeld) -> None:
        super().__init__(f"job {job} waits: {held}")


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one job ended in this round: with the device's ``answer``, or the ``error`` that stopped it."""

    job: int
    state: State
    answer: Answer | None = None
    error: BillingError | None = None


def drain(  # noqa: PLR0913 each is a choice of its caller
    store: Store,
    device: str,
    *,
    until: int | None = None,
    opener: Opener = printer_at,
    owner: str | None = None,
    stopping: Callable[[], bool] = lambda: False,
) -> list[Outcome]:
    """Print the waiting documents of a device in order, and return how each ended.

    Args:
        store: where they wait.
        device: its name.
        until: stop after this job; None prints all that waits.
        opener: gives the printer at an address.
        owner: who holds the lease; by default this process.
        stopping: asked after each document whether to leave the rest for later.

    Raises:
        DeviceHeld: another process prints on it.
        Missing: there is no such device.
    """
    row = read_device(store, device)
    with holding(store, device, owner=owner) as lease:
        return _Round(store, row, lease, opener).carry(until, stopping)


def print_job(store: Store, number: int, *, opener: Opener = printer_at) -> Answer:
    """Return the device's answer to a job, printing it now, after what waits before it.

    Where another process holds the device this one waits for it: it may print the job, or let go.

    Raises:
        DeviceError, PrintMishap: it is not on paper (the job waits), or nobody knows.
        Missing: there is no such job.
    """
    waited, tick = 0.0, threading.Event()
    while True:
        job = jobs.show_job(store, number)
        if job.state in ENDED:
            return answer_of(job)
        try:
            outcomes = drain(store, job.device, until=number, opener=opener)
        except DeviceHeld as held:
            if waited >= HELD_S:
                raise DeviceBusy(number, held) from held
            tick.wait(LOOK_S)
            waited += LOOK_S
            continue
        except LeaseLost as lost:  # another took the device and goes on with the job: look how it ends
            logger.warning("job %d: %s", number, lost)
            continue
        last = outcomes[-1] if outcomes else None
        if last is None:
            continue
        if last.job != number:
            raise QueueBlocked(number, last.job, str(last.error)) from last.error
        if last.error is not None:
            raise last.error
        if last.answer is not None:
            return last.answer


def answer_of(job: Job) -> Answer:
    """Return the answer that an ended job was given.

    Raises:
        JobEnded: it failed or was cancelled.
    """
    if job.answer is None:
        raise JobEnded(job)
    return job.answer


class JobEnded(PrintMishap):
    """A job ended without paper."""

    code = "job-ended"

    def __init__(self, job: Job) -> None:
        why = f": {job.error['message']}" if job.error else ""
        super().__init__(
            f"job {job.number} is {job.state}{why}; 'billing jobs retry {job.number}' tries again"
        )


def _known_of(notebook: StoreNotebook) -> Printed:
    """Return what is known of a document whose device could not be reached: what its notes alone say."""
    return Printed.NO if notebook.read().stage in {Stage.FRESH, Stage.OPENING} else Printed.UNKNOWN


class _Round:
    """One holding of a device: opens it once, compares it with the store, prints job after job."""

    def __init__(self, store: Store, row: DeviceRow, lease: Lease, opener: Opener) -> None:
        self.store = store
        self.row = row
        self.lease = lease
        self.opener = opener
        self.printer: Printer | None = None
        self.rates: Mapping[int, Decimal] | None = rates_now(store)

    def carry(self, until: int | None, stopping: Callable[[], bool]) -> list[Outcome]:
        outcomes: list[Outcome] = []
        try:
            while (job := jobs.next_job(self.store, self.lease)) is not None:
                outcome = self._print(job)
                outcomes.append(outcome)
                if job.number == until or outcome.state not in ENDED or stopping():
                    break
        finally:
            if self.printer is not None:
                self.printer.close()
        return outcomes

    def _print(self, job: Job) -> Outcome:
        attempt = jobs.begin_attempt(self.store, self.lease, job.number)
        notebook = StoreNotebook(self.store, attempt, job)
        try:
            printer = self._ready(attempt)
        except DOUBTS as lost:
            known = _known_of(notebook)
            return self._failed(job, attempt, lost if lost.printed is known else lost.after(known))
        except BillingError as error:
            return self._failed(job, attempt, error)
        try:
            if (made := self._made_already(job, notebook, printer)) is not None:
                return self._settled(job, attempt, made)
            answer = run(self._signed(job.document), printer, notebook, rates=self.rates)
        except BillingError as error:
            return self._failed(job, attempt, error)
        self.rates = None  # compared once for each connection
        return self._settled(job, attempt, answer)

    def _made_already(self, job: Job, notebook: StoreNotebook, printer: Printer) -> Answer | None:
        """Return the answer to a Z that the device has made by itself meanwhile: it is never printed again.

        Where something was sold since, that day is still to be closed, and the Z in between is filed apart.
        """
        if not isinstance(job.document, ZReport) or notebook.read().stage is not Stage.FRESH:
            return None
        if (count := autonomous.made_by_itself(printer, self.row)) and not autonomous.since_then(printer):
            number = str((self.row.z_number or 0) + count)
            registers = {**autonomous.block_of(printer), "z_number": number}
            return Answer(
                printed=Printed.YES,
                device_number=self.row.number,
                fiscal_memory_number=self.row.fiscal_memory_number,
                registers=registers,
                warnings=("the device has closed this day by itself",),
            )
        if count:
            autonomous.notice(self.store, printer, self.row)
        if registers_of(job) is None:
            notebook.keep_registers(printer.do(printer.dialect.registers()))
        return None

    def _settled(self, job: Job, attempt: Attempt, answer: Answer) -> Outcome:
        jobs.settle(self.store, attempt, answer)
        self._afterwards(job, answer)
        return Outcome(job.number, State.DONE, answer)

    def _failed(self, job: Job, attempt: Attempt, error: BillingError) -> Outcome:
        """Write down how an attempt ended; a refused document fails, anything else keeps its turn.

        Raises:
            StoreTrouble: the store failed, not the document: the next round goes on from what was written.
        """
        if isinstance(error, StoreTrouble):
            raise error
        printed: Printed = getattr(error, "printed", Printed.NO)
        if printed is Printed.YES:  # a warning came as an error: only the device's own word counts
            printed = Printed.UNKNOWN
        final = error.exit_code not in {4, 5} and not isinstance(error, RatesDiffer)
        facts = {
            "code": error.code,
            "maker_code": getattr(error, "maker_code", ""),
            "message": str(error),
            "printed": printed.value,
        }
        state = jobs.fail(self.store, attempt, facts, printed, final=final)
        logger.info("job %d on %s: %s", job.number, self.row.name, error)
        return Outcome(job.number, state, error=error)

    def _ready(self, attempt: Attempt) -> Printer:
        """Return the printer, opened and found to be the one the store knows; it records for the attempt."""
        if self.printer is not None:
            self.printer.link.record = attempt.hear
        else:
            self.printer = self.opener(Address.parse(self.row.address))
            self.printer.link.record = attempt.hear
            identity = self.printer.connect()
            self.row = compared(self.store, self.row, self.printer, identity)
        return self.printer

    def _signed(self, document: Document) -> Document:
        """Return the document with its operator's password, which no stored document holds."""
        password = self.row.password(document.operator.code)
        return document.model_copy(
            update={"operator": Operator(code=document.operator.code, password=password)}
        )

    def _afterwards(self, job: Job, answer: Answer) -> None:
        """Do what a printed document entails: a Z's bills are frozen and held against the device."""
        if not isinstance(job.document, ZReport) or self.printer is None:
            return
        if job.subject[0] == "report":
            end_z(self.store, self.printer, jobs.show_job(self.store, job.number), answer)
        try:
            self.row = autonomous.keep_z_number(self.store, self.printer, self.row)
        except DeviceError as error:  # it is asked again before the next Z
            logger.warning("device %s: its Z number was not read: %s", self.row.name, error)
