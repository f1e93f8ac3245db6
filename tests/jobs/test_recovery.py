"""What is decided from the notes and the device's word, pair by pair."""

from decimal import Decimal

import pytest

from billing.devices.standing import Counters, Opened, Standing
from billing.documents import Document, PaymentLine, read_document
from billing.jobs.notebook import Notes, Stage
from billing.jobs.recovery import (
    SALE,
    Decision,
    Whose,
    acted,
    closed_by_counters,
    decide_sale,
    payments_left,
)

PAYING = Notes(stage=Stage.PAYING, last_document=7, sales=2, subtotal=Decimal("5.00"))
CLOSING = PAYING.noting(stage=Stage.CLOSING)
OPEN = Standing(Opened.RECEIPT, 2, Decimal("5.00"), Decimal(0), last_document=8)
IDLE = Standing(last_document=8)
CASH = read_document({"kind": "cash", "amount": "10"})
CASH_OUT = read_document({"kind": "cash", "amount": "-10"})
Z = read_document({"kind": "z-report"})
X = read_document({"kind": "x-report"})


def test_every_pair_is_decided_but_the_impossible_one() -> None:
    """Before the payment phase nothing open is worth keeping, so nothing is ours."""
    pairs = {(begun, whose) for begun in (False, True) for whose in Whose}
    assert pairs - set(SALE) == {(False, Whose.OURS)}


@pytest.mark.parametrize(
    ("notes", "standing", "decision"),
    [
        (Notes(), IDLE, Decision.START),
        (Notes(), OPEN, Decision.CANCEL),
        (Notes(), Standing(Opened.RECEIPT, 1, Decimal(9), Decimal(3)), Decision.SETTLE),
        (Notes(), Standing(Opened.SLIP), Decision.END_SLIP),
        (PAYING, OPEN, Decision.FINISH),
        (PAYING, Standing(Opened.RECEIPT, last_document=7), Decision.FINISH),
        (PAYING, Standing(Opened.RECEIPT, 1, Decimal(9), Decimal(0), 9), Decision.LOOK),
        (CLOSING, IDLE, Decision.LOOK),
        (CLOSING, Standing(Opened.SLIP), Decision.LOOK),
    ],
)
def test_a_sale_is_decided_by_its_notes_and_what_is_open(
    notes: Notes, standing: Standing, decision: Decision
) -> None:
    assert decide_sale(notes, standing) is decision


@pytest.mark.parametrize(
    ("notes", "now", "decision"),
    [
        (CLOSING, 7, Decision.START),
        (CLOSING, 8, Decision.PRINTED),
        (PAYING, 8, Decision.UNKNOWN),
        (CLOSING, 9, Decision.UNKNOWN),
        (CLOSING, None, Decision.UNKNOWN),
        (CLOSING, 6, Decision.UNKNOWN),
    ],
)
def test_the_document_counter_alone_decides_only_when_nobody_else_printed(
    notes: Notes, now: int | None, decision: Decision
) -> None:
    assert closed_by_counters(notes, Standing(last_document=now), closes_with_payment=False) is decision


def test_where_the_payment_closes_a_paying_receipt_may_be_printed() -> None:
    assert closed_by_counters(PAYING, IDLE, closes_with_payment=True) is Decision.PRINTED


@pytest.mark.parametrize(
    ("grown", "decision"),
    [
        ("5.00", Decision.PRINTED),
        ("4.99", Decision.START),
        ("5.01", Decision.UNKNOWN),
        ("0", Decision.UNKNOWN),
        ("-1", Decision.UNKNOWN),
    ],
)
def test_what_the_day_grew_by_tells_whether_ours_is_in_it(grown: str, decision: Decision) -> None:
    notes = CLOSING.noting(turnover=Decimal(10))
    standing = Standing(last_document=9, turnover=Decimal(10) + Decimal(grown))
    assert closed_by_counters(notes, standing, closes_with_payment=True) is decision


@pytest.mark.parametrize(("paid", "left"), [("0", 2), ("3", 1), ("10", 0), ("12", 0), ("4", None)])
def test_payments_go_on_behind_those_the_device_took(paid: str, left: int | None) -> None:
    payments = [PaymentLine(amount=Decimal(3)), PaymentLine(amount=Decimal(7))]
    found = payments_left(payments, Decimal(paid), Decimal(10))
    assert (None if found is None else len(found)) == left


@pytest.mark.parametrize(
    ("document", "before", "now", "decision"),
    [
        (Z, Notes(z_number=4), Counters(z_number=4), Decision.START),
        (Z, Notes(z_number=4), Counters(z_number=5), Decision.PRINTED),
        (Z, Notes(z_number=4), Counters(z_number=6), Decision.UNKNOWN),
        (Z, Notes(z_number=4), Counters(), Decision.UNKNOWN),
        (CASH, Notes(z_number=4, cash_in=5), Counters(z_number=4, cash_in=Decimal(15)), Decision.PRINTED),
        (CASH, Notes(z_number=4, cash_in=5), Counters(z_number=4, cash_in=Decimal(5)), Decision.START),
        (CASH, Notes(z_number=4, cash_in=5), Counters(z_number=4, cash_in=Decimal(6)), Decision.UNKNOWN),
        (CASH, Notes(z_number=4, cash_in=5), Counters(z_number=5, cash_in=Decimal(0)), Decision.UNKNOWN),
        (CASH_OUT, Notes(cash_out=0), Counters(cash_out=Decimal(-10)), Decision.PRINTED),
        (CASH, Notes(), Counters(), Decision.UNKNOWN),
        (X, Notes(last_document=1), Counters(last_document=2), Decision.PRINTED),
        (X, Notes(last_document=1), Counters(last_document=1), Decision.START),
    ],
)
def test_a_document_of_one_command_is_found_done_by_its_registers(
    document: Document, before: Notes, now: Counters, decision: Decision
) -> None:
    assert acted(document, before, now) is decision
