"""Collecting, retries, giving up (recurring semantics 9)."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from billing.pricing.recurring.collection import BillState
from billing.pricing.recurring.retries import DEFAULT_DELAYS_S, Collection, Outcome, after, after_extra

NOW = datetime(2024, 1, 1, tzinfo=UTC)
FRESH = Collection(BillState.OPEN, NOW)


def play(
    outcomes: list[Outcome], delays_s: tuple[int, ...] = DEFAULT_DELAYS_S
) -> tuple[Collection, list[float]]:
    """Return where the collection ends and after how many seconds each try was made."""
    collection, tries = FRESH, []
    for outcome in outcomes:
        if collection.next_try is None:
            break
        tries.append((collection.next_try - NOW).total_seconds())
        collection = after(outcome, collection, collection.next_try, delays_s)
    return collection, tries


def test_rule_9_success_settles() -> None:
    assert play([Outcome.OK]) == (Collection(BillState.SETTLED), [0])


def test_rule_9_the_number_of_tries_is_one_more_than_the_delays() -> None:
    collection, tries = play([Outcome.SOFT] * 9)
    assert len(tries) == 1 + len(DEFAULT_DELAYS_S)
    assert (collection.state, collection.next_try) == (BillState.FAILED, None)


def test_rule_9_delays_are_counted_from_the_failure() -> None:
    days = [seconds / 86_400 for seconds in play([Outcome.SOFT] * 9)[1]]
    assert days == [0, 1, 4, 9, 16]


def test_rule_9_a_late_pass_shifts_the_later_tries() -> None:
    late = NOW + timedelta(days=10)
    assert after(Outcome.SOFT, FRESH, late, (60,)).next_try == late + timedelta(seconds=60)


def test_rule_9_between_tries_the_bill_is_collecting() -> None:
    assert after(Outcome.SOFT, FRESH, NOW, (60,)).state is BillState.COLLECTING


def test_rule_9_a_hard_failure_has_no_automatic_try() -> None:
    collection, tries = play([Outcome.SOFT, Outcome.HARD, Outcome.OK])
    assert (collection.state, collection.next_try, len(tries)) == (BillState.FAILED, None, 2)


def test_rule_9_without_an_instrument_the_bill_stays_open() -> None:
    assert after(Outcome.NONE, FRESH, NOW, (60,)) == Collection(BillState.OPEN)


def test_rule_9_technical_failures_wait_five_minutes_doubling_to_six_hours() -> None:
    tries = play([Outcome.TECHNICAL] * 9)[1]
    gaps = [(b - a) / 60 for a, b in pairwise(tries)]
    assert gaps == [5, 10, 20, 40, 80, 160, 320, 360]


def test_rule_9_the_ninth_technical_failure_counts_as_one_soft() -> None:
    collection, tries = play([Outcome.TECHNICAL] * 9, (7,))
    assert (collection.failures, collection.technical) == (1, 0)
    assert collection.next_try == NOW + timedelta(seconds=tries[-1] + 7)


@pytest.mark.parametrize("outcome", Outcome)
def test_every_outcome_leads_to_a_state_of_a_bill(outcome: Outcome) -> None:
    assert after(outcome, FRESH, NOW, ()).state in BillState


def test_rule_9_a_manual_retry_does_not_use_up_the_schedule() -> None:
    waiting = after(Outcome.SOFT, FRESH, NOW, (60,))
    assert after_extra(Outcome.SOFT, waiting) == waiting


def test_rule_9_a_failed_bill_is_settled_by_a_try_on_a_new_instrument() -> None:
    failed = after(Outcome.HARD, FRESH, NOW, (60,))
    assert after_extra(Outcome.OK, failed).state is BillState.SETTLED
    assert after_extra(Outcome.HARD, failed) == failed
