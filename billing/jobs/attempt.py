"""What every kind of print job shares: rounds of attempts, warnings, the answer.

A job is asked again and again to ``attempt`` until it answers or a limit is reached. A lost answer, a broken
line and an answer that cannot be read all lead to the next round, which begins by asking the device where it
stands: the same road that a new process takes after a kill.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from billing.devices.faults import DeviceError, Refused
from billing.devices.link import LinkLost
from billing.devices.printer import Nonsense, Printer
from billing.devices.shaping import Shaped
from billing.devices.standing import Facts, Identity, Opened, Standing
from billing.devices.transport import LineBroken, PortBusy, PortMissing
from billing.documents import Answer, Printed
from billing.errors import BillingError
from billing.jobs.notebook import Notebook, Notes, Stage

DOUBTS: Final = (LinkLost, LineBroken, PortMissing, PortBusy, Nonsense)
"""Mishaps after which the device is asked where it stands, rather than anything being sent again."""

ROUNDS: Final = {Stage.FRESH: 2}
"""How many rounds may fail while nothing of the document is on the device; elsewhere ``MOST_ROUNDS``."""
MOST_ROUNDS: Final = 8
PAUSES_S: Final = (0.0, 0.5, 1.0, 2.0, 4.0)
"""Seconds before a broken line is opened again, by round; the last one serves all later rounds."""
LOOKS: Final = 5
"""How often one attempt may clear the device and look again."""


@dataclass(frozen=True)
class Errand:
    """What a job is given.

    Args:
        shaped: the document as the device will be told it.
        printer: the device.
        notebook: held by the caller.
        notes: what the notebook said last.
        digest: of the document as it was asked for.
        rates: percent of each tax group that ought to stand in the device; None: not compared.
    """

    shaped: Shaped
    printer: Printer
    notebook: Notebook
    notes: Notes
    digest: str
    rates: Mapping[int, Decimal] | None = None


class Job(ABC):
    """One document on its way to one device."""

    def __init__(self, errand: Errand) -> None:
        self.errand = errand
        self.shaped = errand.shaped
        self.printer = errand.printer
        self.dialect = errand.printer.dialect
        self.notes = errand.notes
        self.refusal: BillingError | None = None
        """Why the document was begun again, when it was."""
        self._reopen = False

    @abstractmethod
    def attempt(self) -> Answer | None:
        """Return the answer, or None to be asked again after the device was asked where it stands."""

    def carry(self) -> Answer:
        """Return the device's answer to the document, which is then on paper.

        Raises:
            DeviceError, PrintMishap: it is not, or nobody knows; ``printed`` says which.
        """
        failed = 0
        while True:
            try:
                if (answer := self.attempt()) is not None:
                    return answer
                lost: DeviceError | None = None
            except DOUBTS as error:
                lost = error
            except Refused as refused:
                if self.printed_now() is Printed.NO or refused.printed is not Printed.NO:
                    raise
                # A question was refused after the document may have been finished: that says nothing of it.
                raise refused.after(Printed.UNKNOWN, self.advice()) from refused
            failed += 1
            if failed > ROUNDS.get(self.notes.stage, MOST_ROUNDS) or self._hopeless(lost):
                raise self._ended(lost) from lost
            self._prepare(lost, failed)

    def _hopeless(self, lost: DeviceError | None) -> bool:
        """Return whether asking again is no use: the port is not there, and nothing was sent."""
        return self.notes.stage is Stage.FRESH and isinstance(lost, PortMissing | PortBusy | Nonsense)

    def _ended(self, lost: DeviceError | None) -> Exception:
        if lost is None:
            begun_again = self.notes.stage is Stage.FRESH and self.refusal
            return begun_again or self.unknown({})
        return lost.after(self.printed_now(), self.advice())

    def _prepare(self, lost: DeviceError | None, failed: int) -> None:
        self.printer.doubt()
        broken = isinstance(lost, LineBroken | PortMissing | PortBusy)
        # A dead network line looks like a silent device, so every second silence opens it anew.
        self._reopen = broken or (isinstance(lost, LinkLost) and failed % 2 == 0)
        if broken:
            self.printer.link.transport.pause(PAUSES_S[min(failed - 1, len(PAUSES_S) - 1)])

    def connect(self) -> Identity:
        """Return who answers, opening the line again where it broke."""
        if self._reopen:
            identity = self.printer.reconnect()
            self._reopen = False
            return identity
        return self.printer.connect()

    def printed_now(self) -> Printed:
        """Return what the notes alone say of the paper."""
        return Printed.NO if self.notes.stage in {Stage.FRESH, Stage.OPENING} else Printed.UNKNOWN

    def advice(self) -> str:
        """Return what a person should know beside the mishap itself."""
        return (
            ""
            if self.printed_now() is Printed.NO
            else "print the same document again: it is finished, not repeated"
        )

    @abstractmethod
    def unknown(self, facts: Mapping[str, object]) -> Exception:
        """Return the mishap that says nobody can know, with ``facts``."""

    def note(self, **changes: object) -> None:
        """Write down what is about to happen; durable once this returns."""
        self.notes = self.notes.noting(digest=self.errand.digest, **changes)
        self.errand.notebook.write(self.notes)

    def warn(self, sentence: str) -> None:
        """Keep ``sentence`` for the answer."""
        if sentence not in self.notes.warnings:
            self.notes = self.notes.noting(warnings=(*self.notes.warnings, sentence))

    def clear(self, standing: Standing) -> None:
        """Take what is open off the device: cancel it, or finish it when something is paid."""
        if standing.opened is Opened.SLIP:
            self.printer.do(self.dialect.end_slip())
            said = "a service receipt that was left open was closed"
        elif standing.begun:
            self.printer.do(self.dialect.pay_rest(standing))
            said = f"a {_left_paid(standing)}: {standing.subtotal}"
        else:
            self.printer.do(self.dialect.cancel())
            said = "an unpaid receipt that was left open was cancelled"
        if self.notes.stage is Stage.FRESH or standing.begun:
            self.warn(said)

    def refuse_ill(self, standing: Standing) -> None:
        """Raise the first fault that lets no document begin."""
        for fault in standing.health.faults:
            raise DeviceError(fault, "the device is not ready", printed=Printed.NO)

    def facts(self) -> Facts:
        """Return what the device says of the document it just closed; its silence now is only a warning."""
        for _ in range(3):
            try:
                self.connect()
                return self.printer.do(self.dialect.read_back(self.shaped.document))
            except DOUBTS as error:
                said = str(error)
                self._prepare(error, 1)
            except Refused as error:
                said = str(error)
        self.warn(f"it is printed, but its number could not be read: {said}")
        return Facts()

    def answered(self, facts: Facts, registers: Mapping[str, str] | None = None) -> Answer:
        """Return the answer with the device's figures, after writing it down for good."""
        identity = self.printer.identity
        ailing = self.dialect.health(self.printer.last_status)
        answer = Answer(
            printed=Printed.YES,
            document_number=facts.document_number,
            receipt_number=facts.receipt_number,
            date_time=facts.date_time,
            fiscal_memory_number=identity.fiscal_memory_number if identity else "",
            device_number=identity.device_number if identity else "",
            total=facts.total if facts.total is not None else self.notes.subtotal,
            qr=facts.qr,
            invoice_number=facts.invoice_number,
            warnings=(
                *self.shaped.warnings,
                *self.notes.warnings,
                *(str(fault) for fault in (*ailing.faults, *ailing.warnings)),
            ),
            registers=registers or {},
        )
        self.note(stage=Stage.DONE, answer=answer)
        return answer


def _left_paid(standing: Standing) -> str:
    """Return what became of a receipt that somebody left open with a payment on it."""
    paid, total = standing.paid, standing.subtotal
    if paid is not None and total is not None and paid >= total:
        return "paid receipt that was left open was closed"
    return "half-paid receipt that was left open was finished in cash"
