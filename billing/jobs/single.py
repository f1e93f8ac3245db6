"""Prints a document of one command exactly once: cash, X, Z, slip, period report, duplicate.

The registers that will tell whether it was done are noted before it; after a lost answer they are compared,
and a Z is never sent on a guess.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final

from billing.devices.dialect import Dialect
from billing.devices.faults import Refused
from billing.devices.standing import Counters, Figures, Opened
from billing.devices.talk import Talk
from billing.documents import (
    Answer,
    CashMovement,
    Document,
    Duplicate,
    PeriodReport,
    Printed,
    Slip,
    XReport,
    ZReport,
)
from billing.errors import BillingError
from billing.jobs.attempt import LOOKS, Job
from billing.jobs.mishaps import OutcomeUnknown
from billing.jobs.notebook import Stage
from billing.jobs.recovery import Decision, acted

ACTIONS: Final[Mapping[type, Callable[[Dialect, Any], Talk[Figures | None]]]] = {
    CashMovement: lambda dialect, document: dialect.cash(document),
    XReport: lambda dialect, document: dialect.x_report(document),
    ZReport: lambda dialect, document: dialect.z_report(document),
    PeriodReport: lambda dialect, document: dialect.period_report(document),
    Duplicate: lambda dialect, document: dialect.duplicate(document),
}
"""What a dialect does for each kind."""


class SingleJob(Job):
    """One document of one command on its way."""

    @property
    def document(self) -> Document:
        """The shaped document."""
        return self.shaped.document

    def attempt(self) -> Answer | None:
        """Return the answer, or None to be asked again."""
        identity = self.connect()
        for _ in range(LOOKS):
            standing = self.printer.do(self.dialect.standing())
            if standing.opened is Opened.NONE:
                break
            slip = self.document if standing.opened is Opened.SLIP else None
            if isinstance(slip, Slip) and self.notes.stage is Stage.ACTING:
                return self._attempted(partial(self._say, slip))
            self.clear(standing)
        now = self.printer.do(self.dialect.counters())
        if self.notes.stage is Stage.ACTING:
            if self.notes.device_number != identity.device_number:
                raise self.unknown({"begun on device": self.notes.device_number})
            decision = acted(self.document, self.notes, now)
            if decision is Decision.PRINTED:
                return self._done(now, None)
            if decision is Decision.UNKNOWN:
                raise self._nobody_knows(now)
        self.refuse_ill(standing)
        self.note(
            stage=Stage.ACTING,
            attempts=self.notes.attempts + 1,
            device_number=identity.device_number,
            last_document=now.last_document,
            z_number=now.z_number,
            cash_in=now.cash_in,
            cash_out=now.cash_out,
            duplicated=now.duplicated,
            said=0,
        )
        return self._attempted(self._act)

    def _act(self) -> Figures | None:
        if isinstance(self.document, Slip):
            self.printer.do(self.dialect.open_slip(self.document))
            self._say(self.document)
            return None
        action = ACTIONS[type(self.document)]
        return self.printer.do(action(self.dialect, self.document))

    def _say(self, slip: Slip) -> None:
        """Say the lines of an open service receipt from the first that may be missing, and close it."""
        for place in range(self.notes.said, len(slip.lines)):
            self.note(said=place)
            self.printer.do(self.dialect.slip_line(slip.lines[place]))
        self.note(said=len(slip.lines))
        self.printer.do(self.dialect.end_slip())

    def _attempted(self, act: Callable[[], Figures | None]) -> Answer | None:
        """Return the answer after ``act``; a refusal is believed when the registers say the same."""
        try:
            figures = act()
        except Refused as refused:
            if self._half_said():
                note = "a part of it is printed: print the same again to finish it"
                raise refused.after(Printed.UNKNOWN, note) from refused
            now = self.printer.do(self.dialect.counters())
            decision = acted(self.document, self.notes, now)
            if decision is Decision.PRINTED:
                self.warn(f"the device said: {refused}")
                return self._done(now, None)
            if decision is Decision.UNKNOWN and isinstance(self.document, ZReport | CashMovement):
                raise refused.after(Printed.UNKNOWN) from refused
            self.note(stage=Stage.FRESH)
            raise
        return self._done(None, figures)

    def _half_said(self) -> bool:
        """Return whether our service receipt stands open on the device."""
        if not isinstance(self.document, Slip):
            return False
        return self.printer.do(self.dialect.standing()).opened is Opened.SLIP

    def _done(self, now: Counters | None, figures: Figures | None) -> Answer:
        registers = dict(figures.registers) if figures else {}
        counted = isinstance(self.document, ZReport) and not self.dialect.z_number_is_block
        if counted and now is not None and now.z_number is not None:
            registers["z_number"] = str(now.z_number)
        return self.answered(self.facts(), registers)

    def _nobody_knows(self, now: Counters) -> BillingError:
        return self.unknown(
            {
                "last document before": self.notes.last_document,
                "last document now": now.last_document,
                "Z before": self.notes.z_number,
                "Z now": now.z_number,
            }
        )

    def unknown(self, facts: Mapping[str, object]) -> BillingError:
        """Return the mishap that says nobody can know."""
        return OutcomeUnknown({"document": self.document.kind, "noted": self.notes.stage, **facts})
