"""Prints one receipt, reversal, invoice or credit note exactly once.

Start: note, open, lines, compare totals, note, pay, note, close, read back. Before any of it, and after
anything that went wrong, the device is asked where it stands and ``recovery`` decides.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Final

from billing.devices.agreeing import agree
from billing.devices.faults import DocumentRefused, Fault, NotSupported, Refused
from billing.devices.printer import Nonsense
from billing.devices.standing import Facts, Standing
from billing.documents import Answer, PaymentLine, Printed, SaleDocument, SaleLine
from billing.errors import BillingError
from billing.jobs.attempt import LOOKS, Errand, Job
from billing.jobs.mishaps import OutcomeUnknown, RatesDiffer, TotalsDiffer
from billing.jobs.notebook import Stage
from billing.jobs.recovery import Decision, Whose, closed_by_counters, decide_sale, payments_left, whose

LOOK_BACK: Final = 50
"""Documents that are searched for ours, newest first; more than other programs print in one outage."""
RESTARTS: Final = 2
"""How often a receipt whose lines a repeated frame may have doubled is cancelled and begun again."""
LAST_USUAL_GROUP: Final = 4
"""А to Г are on in every device for Bulgaria; Д to З seldom are."""
MENDED_BY_HAND: Final = frozenset({Fault.PAPER_OUT, Fault.COVER_OPEN})
"""What somebody at the device may put right while we wait."""
WAITS_S: Final = (1.0, 2.0, 4.0)
"""Seconds before a paid receipt that lacks only paper is finished after all."""
BEGUN: Final = {Stage.PAYING, Stage.CLOSING}


class SaleJob(Job):
    """One sale document on its way; ``document`` is the shaped one."""

    def __init__(self, errand: Errand, document: SaleDocument) -> None:
        super().__init__(errand)
        self.document = document
        self.total = errand.shaped.total or Decimal(0)
        self._restarts = 0
        self._repeats = 0
        self._waits = 0

    def attempt(self) -> Answer | None:
        """Return the answer, or None to be asked again."""
        identity = self.connect()
        for _ in range(LOOKS):
            standing = self.printer.do(self.dialect.standing())
            decision, facts = decide_sale(self.notes, standing), Facts()
            if decision is Decision.LOOK:
                if self.notes.device_number not in {"", identity.device_number}:
                    raise self.unknown({"begun on device": self.notes.device_number})
                decision, facts = self._look(standing)
            match decision:
                case Decision.PRINTED:
                    return self.answered(facts)
                case Decision.UNKNOWN:
                    raise self._nobody_knows(standing)
                case Decision.FINISH:
                    return self._resume(standing)
                case Decision.START if self.notes.stage in BEGUN:
                    self.note(stage=Stage.FRESH)  # ours left nothing; look again at what else is open
                case Decision.START:
                    return self._start(standing, identity.device_number)
                case _:
                    self.clear(standing)
        return None

    # -- from the beginning ----------------------------------------------------------------------------------

    def _start(self, standing: Standing, device_number: str) -> Answer | None:
        """Print from the opening on; None when the lines must be begun again."""
        self.refuse_ill(standing)
        self._compare_rates()
        self._agree()
        self.note(
            stage=Stage.OPENING,
            attempts=self.notes.attempts + 1,
            device_number=device_number,
            last_document=standing.last_document,
            turnover=standing.turnover,
        )
        self._repeats = self.printer.link.repeats
        try:
            self._fill()
            subtotal = self._compare_totals()
        except (Refused, TotalsDiffer) as refused:
            self._give_up(refused)
            return None
        sales = sum(isinstance(line, SaleLine) for line in self.document.lines)
        self.note(stage=Stage.PAYING, sales=sales, subtotal=subtotal)
        return self._finish(self.document.payments)

    def _compare_rates(self) -> None:
        """Refuse a sale in a tax group that is off on the device, or at another rate there than here.

        Without rates to compare the device is asked only for the sake of a group that may well be off.
        """
        groups = sorted({line.tax_group for line in self.document.lines if isinstance(line, SaleLine)})
        if self.errand.rates is None and all(group <= LAST_USUAL_GROUP for group in groups):
            return
        try:
            found = self.printer.do(self.dialect.rates())
        except (NotSupported, Refused):
            if self.errand.rates is not None:
                raise
            return  # the device judges the line itself
        for group in groups:
            ours = (self.errand.rates or {}).get(group)
            if ours is not None and ours != found.get(group):
                raise RatesDiffer(group, ours, found.get(group))
            if group in found and found[group] is None:
                raise DocumentRefused("$.lines", f"tax group {group} is off on the device")

    def _agree(self) -> None:
        """Name only the PLUs and departments of which the device says what the document says."""
        sales = [line for line in self.document.lines if isinstance(line, SaleLine)]
        if any(line.plu or line.department for line in sales):
            agreed = self.printer.do(agree(self.document, self.dialect))
            self.document = agreed.document
            for sentence in agreed.warnings:
                self.warn(sentence)

    def _fill(self) -> None:
        """Open the document and say all its lines."""
        self.printer.do(self.dialect.open(self.document))
        for line in self.document.lines:
            if isinstance(line, SaleLine):
                self.printer.do(self.dialect.sell(line))
            else:
                self.printer.do(self.dialect.comment(line.comment))
        if self.document.modifier:
            self.printer.do(self.dialect.modify(self.document.modifier))

    def _compare_totals(self) -> Decimal:
        """Return the device's own total, which is the document's."""
        if not self.dialect.capabilities().live_totals:
            return self.total
        subtotal = self.printer.do(self.dialect.subtotal())
        if subtotal != self.total:
            subtotal = self.printer.do(self.dialect.recount())
        if subtotal != self.total:
            raise TotalsDiffer(self.total, subtotal)
        return subtotal

    def _give_up(self, refused: Refused | TotalsDiffer) -> None:
        """Leave no open receipt behind; then raise ``refused``, or return to begin again.

        A frame that was repeated after a silence may have been carried out twice by a device that lost power
        in between, and that shows as a refusal or a wrong total.
        """
        again = self.printer.link.repeats > self._repeats and self._restarts < RESTARTS
        self._restarts += again
        standing = self.printer.do(self.dialect.standing())
        if standing.opened.fiscal:
            try:
                self.printer.do(self.dialect.cancel())
            except Refused as stuck:
                if isinstance(refused, Refused):
                    note = "the receipt stays open, unpaid, until the next document cancels it"
                    raise refused.after(Printed.NO, note) from stuck
                raise
        self.note(stage=Stage.FRESH)
        self.refusal = refused
        if not again:
            raise refused

    # -- the payment phase: finished, never cancelled ------------------------------------------------------

    def _resume(self, standing: Standing) -> Answer | None:
        """Finish a complete document that was found open."""
        if standing.paid is None:
            if self.notes.stage is Stage.CLOSING:
                return self._finish(())
            if standing.partly and len(self.document.payments) <= 2:
                return self._finish(self.document.payments[1:])  # the second would have closed it
            raise self._nobody_knows(standing)
        left = payments_left(self.document.payments, standing.paid, self.total)
        if left is None:
            raise self._nobody_knows(standing)
        return self._finish(left)

    def _finish(self, payments: Sequence[PaymentLine]) -> Answer | None:
        """Pay, close and read back; None to look at the device again."""
        try:
            for payment in payments:
                self._pay(payment)
            self.note(stage=Stage.CLOSING)
            self.printer.do(self.dialect.finish(self.document))
        except Refused as refused:
            self._stuck(refused)
            return None
        return self.answered(self.facts())

    def _pay(self, payment: PaymentLine) -> None:
        paid = self.printer.do(self.dialect.pay(payment))
        change = sum((line.amount for line in self.document.payments), -self.total)
        told = paid.due not in {Decimal(0), None} or paid.change not in {change, None}
        if payment is self.document.payments[-1] and told:
            self.warn(f"the device says {paid.due} due, {paid.change} change; {change} change was expected")

    def _stuck(self, refused: Refused) -> None:
        """Raise what a refusal in the payment phase means; return when it is closed after all, or can be."""
        standing = self.printer.do(self.dialect.standing())
        if whose(self.notes, standing) is not Whose.OURS:
            return
        if self.notes.stage is Stage.PAYING and standing.paid == 0:
            # The device has not taken any payment: its own payment phase has not begun.
            self._give_up(refused)
            return
        if refused.fault in MENDED_BY_HAND and self._waits < len(WAITS_S):
            self.printer.link.transport.pause(WAITS_S[self._waits])
            self._waits += 1
            return
        note = f"it is open with {standing.paid} of {self.total} paid: print the same again to finish it"
        raise refused.after(Printed.UNKNOWN, note)

    # -- was it printed? -----------------------------------------------------------------------------------

    def _look(self, standing: Standing) -> tuple[Decision, Facts]:
        """Look for our closed document: by its number in the journal, else by the document counter."""
        by_counters = closed_by_counters(
            self.notes, standing, closes_with_payment=self.dialect.closes_with_payment
        )
        if by_counters is Decision.START:
            return by_counters, Facts()
        before, last = self.notes.last_document, standing.last_document
        if self.document.unique_sale_number and before is not None and last is not None:
            try:
                since = range(last, max(before, last - LOOK_BACK), -1)
                found = self.printer.do(self.dialect.find(self.document.unique_sale_number, since))
            except (NotSupported, Refused, Nonsense):
                found = None
            else:
                return (Decision.PRINTED if found else Decision.START), found or Facts()
        if by_counters is Decision.PRINTED and before is not None and last is not None:
            return by_counters, self._recalled(range(last, max(before, last - LOOK_BACK), -1))
        return by_counters, Facts()

    def _recalled(self, since: Sequence[int]) -> Facts:
        """Return what the device tells of ours, which is one of the documents ``since``, newest first."""
        for number in since:
            try:
                facts = self.printer.do(self.dialect.recall(number))
            except NotSupported:
                break
            except (Refused, Nonsense):
                continue  # another kind of document
            if facts.total == self.total:
                return facts
        self.warn("its time was not read: the answer to the close was lost")
        if len(since) != 1:
            return Facts()
        # The counter knows no leading zeros; a customer's paper has them, and so does every other answer.
        told = self.facts().document_number
        said = told if told.isdecimal() and int(told) == since[0] else str(since[0])
        return Facts(said, said)

    def _nobody_knows(self, standing: Standing) -> BillingError:
        return self.unknown(
            {
                "open now": standing.opened,
                "paid": standing.paid,
                "last document before": self.notes.last_document,
                "last document now": standing.last_document,
            }
        )

    def unknown(self, facts: Mapping[str, object]) -> BillingError:
        """Return the mishap that says nobody can know."""
        number = self.document.unique_sale_number
        return OutcomeUnknown({"sale number": number, "noted": self.notes.stage, **facts})
