"""The table of states (recurring semantics 8): every pair is admitted or refused by name."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product
from zoneinfo import ZoneInfo

import pytest

from billing.errors import RuleError
from billing.pricing.recurring.asked import (
    Cancel,
    ChangeTerms,
    Operation,
    Pause,
    Release,
    Resume,
    Rezone,
    Uncancel,
)
from billing.pricing.recurring.states import ADMITS, FINAL, State, judge, state_of
from billing.pricing.recurring.subscription import Limits, Subscription, subscribe
from billing.pricing.recurring.terms import Frequency, Kind, Terms

UTC_ZONE = ZoneInfo("UTC")
START = datetime(2024, 6, 1, tzinfo=UTC)
DAY = timedelta(days=1)
OPERATIONS: list[Operation] = [
    Cancel(START),
    Uncancel(START),
    Pause(START),
    Resume(START),
    ChangeTerms(START),
    Rezone(START, UTC_ZONE),
    Release(START),
]
CODES = {"already_canceled", "not_ending", "not_paused", "not_pausable", "not_held"}


def made(trial_days: int = 0, ends_at: datetime | None = None) -> Subscription:
    return subscribe(
        id="a",
        kind=Kind.DEBIT,
        zone=UTC_ZONE,
        start=START,
        created=START,
        terms=Terms(1000, 1, Frequency.MONTHLY, 1),
        trial_days=trial_days,
        limits=Limits(ends_at=ends_at),
    )


def test_rule_8_every_state_stands_in_the_table() -> None:
    assert set(ADMITS) == set(State)


@pytest.mark.parametrize(("state", "operation"), list(product(State, OPERATIONS)))
def test_rule_8_every_pair_is_admitted_or_refused_by_name(state: State, operation: Operation) -> None:
    if type(operation) in ADMITS[state]:
        judge(operation, state)
        return
    with pytest.raises(RuleError) as refusal:
        judge(operation, state)
    assert refusal.value.code in CODES
    assert state in str(refusal.value)


@pytest.mark.parametrize("state", sorted(FINAL))
def test_rule_8_a_final_state_admits_nothing(state: State) -> None:
    assert ADMITS[state] == frozenset()


@pytest.mark.parametrize(
    ("subscription", "now", "state"),
    [
        (made(), START - DAY, State.PENDING),
        (made(trial_days=7), START, State.TRIALING),
        (made(trial_days=7), START + 7 * DAY, State.ACTIVE),
        (made(), START, State.ACTIVE),
        (made(ends_at=START + DAY), START + DAY, State.EXPIRED),
        (replace(made(), paused=True), START, State.PAUSED),
        (replace(made(), held_because="backfill_limit"), START, State.HELD),
        (replace(made(), cancel_at=START + DAY), START, State.ENDING),
        (replace(made(), cancel_at=START + DAY), START + DAY, State.CANCELED),
        (replace(made(), cancel_at=START + DAY, paused=True), START, State.ENDING),
        (replace(made(ends_at=START + DAY), cancel_at=START + 2 * DAY), START + 3 * DAY, State.EXPIRED),
        (replace(made(ends_at=START + DAY), cancel_at=START + DAY), START + 3 * DAY, State.CANCELED),
        (replace(made(ends_at=START + DAY), paused=True), START + DAY, State.EXPIRED),
    ],
)
def test_rule_8_the_state_is_a_function_of_the_facts_and_the_time(
    subscription: Subscription, now: datetime, state: State
) -> None:
    assert state_of(subscription, now) is state
