"""The tables of bills and attempts (recurring semantics 8): any move that is not there is an error."""

from itertools import product

import pytest

from billing.pricing.recurring.collection import (
    ATTEMPT_MOVES,
    BILL_MOVES,
    AttemptState,
    BillState,
    IllegalMove,
    move_attempt,
    move_bill,
)


@pytest.mark.parametrize(("old", "new"), list(product(BillState, BillState)))
def test_rule_8_every_move_of_a_bill_is_in_the_table_or_refused(old: BillState, new: BillState) -> None:
    if new in BILL_MOVES[old]:
        assert move_bill(old, new) is new
    else:
        with pytest.raises(IllegalMove, match=f"the bill is {old}"):
            move_bill(old, new)


@pytest.mark.parametrize(("old", "new"), list(product(AttemptState, AttemptState)))
def test_rule_8_every_move_of_an_attempt_is_in_the_table_or_refused(
    old: AttemptState, new: AttemptState
) -> None:
    if new in ATTEMPT_MOVES[old]:
        assert move_attempt(old, new) is new
    else:
        with pytest.raises(IllegalMove, match=f"the attempt is {old}"):
            move_attempt(old, new)


def test_rule_8_settled_is_left_only_by_refunds() -> None:
    assert BILL_MOVES[BillState.SETTLED] == frozenset()


@pytest.mark.parametrize("state", [AttemptState.PENDING, AttemptState.UNKNOWN])
def test_rule_8_what_is_not_known_resolves_to_an_answer(state: AttemptState) -> None:
    assert ATTEMPT_MOVES[state] == {AttemptState.SUCCEEDED, AttemptState.DECLINED, AttemptState.REJECTED}
