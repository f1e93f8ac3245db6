"""The table of a bill's life (protocol semantics 10): what is allowed, and what every other move meets."""

from itertools import product

import pytest

from billing.pricing import MOVES, Move, Refusal, State
from billing.pricing.states import FINISHED, LIVE, after

ALLOWED = {
    State.OPEN: "TAKE_OVER GIVE ENTER PAY REMOVE FINALISE CHANGE_ORIGIN DELETE VOID READ",
    State.PARTLY_PAID: "ENTER PAY REMOVE WITHDRAW EMPTY FINALISE VOID READ",
    State.FINAL: "HAND_OVER INVOICE COPY REVERSE REPORT READ",
    State.HANDED_OVER: "GIVE_UP INVOICE COPY REVERSE REPORT READ",
    State.REPORTED: "COPY REVERSE READ",
    State.VOIDED: "READ",
}


@pytest.mark.parametrize(("state", "move"), list(product(State, Move)))
def test_a_move_is_allowed_by_the_table_or_refused(state: State, move: Move) -> None:
    if move.name in ALLOWED[state].split():
        assert after(state, move) is MOVES[state, move]
    else:
        with pytest.raises(Refusal) as caught:
            after(state, move)
        assert caught.value.code == ("state" if state in LIVE else "finalized")


def test_no_move_leads_from_a_finished_bill_back_to_a_live_one() -> None:
    assert not [move for (state, move), to in MOVES.items() if state in FINISHED and to in LIVE]


def test_a_partly_paid_bill_can_neither_be_deleted_nor_change_its_origin() -> None:
    for move in (Move.DELETE, Move.CHANGE_ORIGIN):
        with pytest.raises(Refusal, match="partly paid and cannot"):
            after(State.PARTLY_PAID, move)


def test_a_document_is_handed_over_once() -> None:
    with pytest.raises(Refusal, match="handed over"):
        after(State.HANDED_OVER, Move.HAND_OVER)
