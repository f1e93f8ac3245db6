"""Decides what to do about a document from what was noted and what the device says. Pure; asks nothing.

One road serves the first attempt, a lost answer inside a run, and a run after a killed process.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from enum import Enum
from itertools import accumulate
from typing import Final

from billing.devices.standing import Counters, Opened, Standing
from billing.documents import CashMovement, Document, Duplicate, PaymentLine, ZReport
from billing.jobs.notebook import Notes, Stage


class Decision(Enum):
    """What is to be done next."""

    START = "start"
    """Nothing of the document is on the device: print it."""
    CANCEL = "cancel"
    """A document is open with nothing paid: cancel it, then look again."""
    SETTLE = "settle"
    """A half-paid document that is not ours is open: finish it in cash, then look again."""
    END_SLIP = "end the slip"
    """A service receipt is open: close it, then look again."""
    FINISH = "finish"
    """Ours is open, complete and perhaps paid: finish it, never cancel it."""
    LOOK = "look"
    """Ours is not open and may have been closed: look for it."""
    PRINTED = "printed"
    UNKNOWN = "unknown"


class Whose(Enum):
    """What a sale finds on the device when it comes to it."""

    NOTHING = "nothing is open"
    SLIP = "a service receipt is open"
    UNPAID = "an unpaid document is open"
    PAID = "a document with a payment is open"
    OURS = "our complete document is open"


SALE: Final[Mapping[tuple[bool, Whose], Decision]] = {
    # before the payment phase: nothing of ours can be worth keeping
    (False, Whose.NOTHING): Decision.START,
    (False, Whose.SLIP): Decision.END_SLIP,
    (False, Whose.UNPAID): Decision.CANCEL,
    (False, Whose.PAID): Decision.SETTLE,
    # after it began: ours first, whatever else is open
    (True, Whose.NOTHING): Decision.LOOK,
    (True, Whose.SLIP): Decision.LOOK,
    (True, Whose.UNPAID): Decision.LOOK,
    (True, Whose.PAID): Decision.LOOK,
    (True, Whose.OURS): Decision.FINISH,
}
"""By (had the payment phase begun, what is open)."""


def whose(notes: Notes, standing: Standing) -> Whose:
    """Return what is open, seen from the document the notes speak of."""
    if standing.opened is Opened.NONE:
        return Whose.NOTHING
    if standing.opened is Opened.SLIP:
        return Whose.SLIP
    same = standing.sales in {None, notes.sales} and standing.subtotal in {None, notes.subtotal}
    # Where the counter moves at the close, one that stands still says that nothing was closed: ours is open.
    still = notes.last_document is not None and standing.last_document == notes.last_document
    if notes.stage in {Stage.PAYING, Stage.CLOSING} and (same or still):
        return Whose.OURS
    return Whose.PAID if standing.begun else Whose.UNPAID


def decide_sale(notes: Notes, standing: Standing) -> Decision:
    """Return what to do about a receipt, a reversal or an invoice."""
    return SALE[notes.stage in {Stage.PAYING, Stage.CLOSING}, whose(notes, standing)]


def closed_by_counters(notes: Notes, standing: Standing, *, closes_with_payment: bool) -> Decision:
    """Return whether a sale that is not open was closed, by the document counter alone.

    Right only while nobody else used the device, so more than one document since is not decided.
    """
    before, now = notes.last_document, standing.last_document
    if before is None or now is None:
        return Decision.UNKNOWN
    if now == before:
        return Decision.START
    sent = notes.stage is Stage.CLOSING or closes_with_payment
    if notes.turnover is not None and standing.turnover is not None and notes.subtotal is not None:
        return _by_turnover(standing.turnover - notes.turnover, notes.subtotal) if sent else Decision.UNKNOWN
    alone = now == before + 1 and not standing.opened.fiscal
    return Decision.PRINTED if sent and alone else Decision.UNKNOWN


def _by_turnover(grown: Decimal, ours: Decimal) -> Decision:
    """Return whether a document of ``ours`` is in what the day grew by; a Z since then hides it."""
    if grown == ours:
        return Decision.PRINTED
    return Decision.START if 0 < grown < ours else Decision.UNKNOWN


def payments_left(
    payments: Sequence[PaymentLine], paid: Decimal, total: Decimal
) -> Sequence[PaymentLine] | None:
    """Return the payments left when the device has taken ``paid``; None: it fits none of ours."""
    if paid >= total:
        return ()
    steps = [Decimal(0), *accumulate(payment.amount for payment in payments)]
    return payments[steps.index(paid) :] if paid in steps else None


def acted(document: Document, notes: Notes, now: Counters) -> Decision:
    """Return whether a document of one command was carried out since ``notes`` were written."""
    match document:
        case ZReport():
            return _moved(notes.z_number, now.z_number)
        case CashMovement(amount=amount):
            if now.z_number != notes.z_number:
                return Decision.UNKNOWN
            before, after = (notes.cash_in, now.cash_in) if amount > 0 else (notes.cash_out, now.cash_out)
            if before is None or after is None:
                return Decision.UNKNOWN
            moved = abs(after) - abs(before)  # some devices write what was taken out below zero
            return {Decimal(0): Decision.START, abs(amount): Decision.PRINTED}.get(moved, Decision.UNKNOWN)
        case Duplicate() if now.duplicated is not None:
            # A device prints one: where the flag was up before, asking again is refused and prints nothing.
            return Decision.PRINTED if now.duplicated and not notes.duplicated else Decision.START
        case _:
            return _moved(notes.last_document, now.last_document)


def _moved(before: int | None, after: int | None) -> Decision:
    if before is None or after is None:
        return Decision.UNKNOWN
    return {0: Decision.START, 1: Decision.PRINTED}.get(after - before, Decision.UNKNOWN)
