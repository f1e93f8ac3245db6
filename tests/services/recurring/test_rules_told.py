"""What is told by time alone, once each (recurring semantics 8, 12 and 14)."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal

import pytest

from billing.clock import SetClock
from billing.pricing.recurring.asked import Cancel, When
from billing.services.events import read_events
from billing.services.recurring import plans, subscriptions
from billing.services.recurring.running import Worker
from billing.services.recurring.subscriptions import NewSubscription
from billing.services.recurring.telling import tell_ended, tell_upcoming
from billing.store.engine import Store

LEAD = timedelta(days=3)


@pytest.fixture
def gym(shop: Store) -> Store:
    """A shop with a monthly plan and a customer."""
    plans.create_plan(shop, "gym", plans.PlanTerms(amount=Decimal(25)))
    plans.create_customer(shop, "Anna", "anna")
    return shop


def _events(store: Store, kind: str) -> Sequence[dict[str, object]]:
    return [event.payload for event in read_events(store, limit=500) if event.kind == kind]


def test_rule_14_a_boundary_is_told_ahead_once_per_period(gym: Store, clock: SetClock) -> None:
    subscriptions.create(gym, NewSubscription(plan="gym", customer="anna", quantity=2))
    begin = clock.now()
    told = []
    for day in range(63):
        clock.instant = begin + timedelta(days=day)
        list(Worker(gym).run_all())
        told += [day] * tell_upcoming(gym, LEAD)
    events = _events(gym, "period.upcoming")
    assert [event["k"] for event in events] == list(range(1, len(told) + 1))
    assert (len(told), {event["amount"] for event in events}) == (2, {5000})


def test_rule_14_a_boundary_further_away_is_not_told(gym: Store) -> None:
    subscriptions.create(gym, NewSubscription(plan="gym", customer="anna"))
    assert (tell_upcoming(gym, LEAD), tell_upcoming(gym, timedelta(days=32))) == (0, 1)


def test_rule_14_nothing_is_told_ahead_of_one_that_is_ending(gym: Store) -> None:
    made = subscriptions.create(gym, NewSubscription(plan="gym", customer="anna"))
    subscriptions.operate(gym, made.id, lambda now: Cancel(now, When.PERIOD_END))
    assert tell_upcoming(gym, timedelta(days=40)) == 0


def test_rule_12_the_end_of_a_cancel_at_period_end_is_told_once_when_it_comes(
    gym: Store, clock: SetClock
) -> None:
    made = subscriptions.create(gym, NewSubscription(plan="gym", customer="anna"))
    subscriptions.operate(gym, made.id, lambda now: Cancel(now, When.PERIOD_END))
    before = tell_ended(gym)
    clock.instant += timedelta(days=32)
    assert (before, tell_ended(gym), tell_ended(gym)) == (0, 1, 0)
    assert len(_events(gym, "subscription.canceled")) == 1


def test_rule_12_a_cancel_at_once_is_not_told_a_second_time(gym: Store) -> None:
    made = subscriptions.create(gym, NewSubscription(plan="gym", customer="anna"))
    subscriptions.operate(gym, made.id, Cancel)
    tell_ended(gym)
    assert len(_events(gym, "subscription.canceled")) == 1


def test_rule_12_the_last_of_max_runs_expires_when_its_paid_time_is_over(gym: Store, clock: SetClock) -> None:
    made = subscriptions.create(gym, NewSubscription(plan="gym", customer="anna", max_runs=1))
    before = tell_ended(gym)
    clock.instant += timedelta(days=32)
    assert (before, tell_ended(gym)) == (0, 1)
    own = [line.type for line in subscriptions.feed(gym, made.id) if line.segment < 0]
    assert (own, len(_events(gym, "subscription.expired"))) == (["created", "expired"], 1)
