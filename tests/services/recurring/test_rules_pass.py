"""Rule 6: the pass. Bounded, held back, repeated, and run by two workers with the locks taken out."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from billing.pricing.recurring.asked import Pause
from billing.pricing.recurring.prices import Inquiry, Quote
from billing.pricing.recurring.subscription import Limits, Subscription, subscribe
from billing.pricing.recurring.terms import Backfill, Frequency, Kind, Terms
from billing.services.recurring.operations import create, operate
from billing.services.recurring.pass_ import PassResult, run_due
from billing.services.recurring.scratch import ScratchStore

Life = Callable[..., dict[str, Any]]
START = datetime(2024, 1, 1, tzinfo=UTC)
LATER = datetime(2024, 1, 10, 12, tzinfo=UTC)


def ask(at: str, do: str, **words: object) -> dict[str, Any]:
    return {"at": at, "do": do, **words}


def daily(name: str, limits: Limits = Limits()) -> Subscription:  # noqa: B008 a frozen value
    return subscribe(
        id=name,
        kind=Kind.DEBIT,
        zone=ZoneInfo("UTC"),
        start=START,
        created=START,
        terms=Terms(100, 1, Frequency.DAILY, 1),
        backfill=Backfill.ALL,
        limits=limits,
    )


@pytest.fixture
def store() -> ScratchStore:
    """A store with three daily subscriptions, each with its first period."""
    scratch = ScratchStore()
    for name in ("a", "b", "c"):
        create(scratch, daily(name), START)
    return scratch


def test_rule_6_one_pass_generates_what_is_due(store: ScratchStore) -> None:
    assert run_due(store, LATER) == PassResult(taken=3, generated=27, held=0, more=False)


def test_rule_6_a_second_pass_adds_nothing(store: ScratchStore) -> None:
    run_due(store, LATER)
    before = dict(store.periods)
    assert run_due(store, LATER) == PassResult(taken=0, generated=0, held=0, more=False)
    assert store.periods == before


def test_rule_6_limits_change_only_how_many_passes_it_takes(store: ScratchStore) -> None:
    passes = 0
    while run_due(store, LATER, max_subscriptions=2, max_periods_per_subscription=4).more:
        passes += 1
    assert (passes > 3, len(store.periods), len(store.bills)) == (True, 30, 30)


def test_rule_6_the_oldest_next_run_comes_first_then_the_id(store: ScratchStore) -> None:
    run_due(store, datetime(2024, 1, 3, tzinfo=UTC), max_subscriptions=1)
    assert [subscription.id for subscription in store.due(LATER, 3)] == ["b", "c", "a"]


def test_rule_6_two_workers_without_locks_never_bill_twice(store: ScratchStore) -> None:
    """Both read before either writes; the keys of the periods hold."""
    late = ScratchStore()
    late.subscriptions = {name: each.copy() for name, each in store.subscriptions.items()}
    run_due(store, LATER)
    store.due = late.due  # type: ignore[method-assign]  # the second worker saw the rows as they were
    assert run_due(store, LATER).generated == 0
    assert (len(store.periods), len(store.bills)) == (30, 30)
    assert all(each.billed == 10 for each in store.subscriptions.values())


def test_rule_6_next_run_is_empty_when_nothing_more_is_billed(store: ScratchStore) -> None:
    operate(store, "a", Pause(LATER))
    assert store.load("a").next_run() is None


def test_rule_6_a_pass_that_finds_too_much_holds_and_generates_nothing() -> None:
    scratch = ScratchStore()
    create(scratch, daily("a", Limits(max_catch_up=3)), START)
    assert run_due(scratch, LATER) == PassResult(taken=1, generated=0, held=1, more=False)


def test_rule_6_a_batch_only_bounds_the_pass(life: Life) -> None:
    assert life("2024-12-15T00:00Z", batch={"per_subscription": 2}) == life("2024-12-15T00:00Z")


def test_rule_6_a_tick_makes_at_most_one_batch(life: Life) -> None:
    """The cancel at the boundary of May finds it not generated, because the tick made only two."""
    tick, cancel = ask("2024-05-01T10:00Z", "tick"), ask("2024-05-01T10:00Z", "cancel")
    assert len(life("2024-06-15T00:00Z", tick, cancel, batch={"per_subscription": 2})["runs"]) == 4
    assert len(life("2024-06-15T00:00Z", tick, cancel)["runs"]) == 5


HOLD = ask("2024-05-15T00:00Z", "tick")


def test_rule_6_held_has_no_next_run(life: Life) -> None:
    answer = life("2024-06-15T00:00Z", max_catch_up=3)
    assert (answer["state"], answer["next"], answer["error"]) == ("HELD", None, None)


def test_rule_6_as_many_as_the_limit_are_generated(life: Life) -> None:
    assert len(life("2024-04-15T00:00Z", max_catch_up=3)["runs"]) == 4


@pytest.mark.parametrize(
    ("policy", "runs"),
    [
        ("all", ["01-01", "02-01", "03-01", "04-01", "05-01", "06-01", "07-01"]),
        ("last", ["01-01", "06-01", "07-01"]),
        ("none", ["01-01", "07-01"]),
    ],
)
def test_rule_6_a_release_generates_every_one_the_latest_or_none(
    life: Life, policy: str, runs: list[str]
) -> None:
    answer = life(
        "2024-07-15T00:00Z", HOLD, ask("2024-06-20T00:00Z", "release", policy=policy), max_catch_up=3
    )
    assert ([run[5:10] for run in answer["runs"]], answer["state"]) == (runs, "ACTIVE")


def test_rule_6_a_boundary_at_the_release_is_an_ordinary_one(life: Life) -> None:
    answer = life(
        "2024-06-15T00:00Z", HOLD, ask("2024-06-01T10:00Z", "release", policy="none"), max_catch_up=3
    )
    assert answer["runs"] == ["2024-01-01T10:00", "2024-06-01T10:00"]


def test_rule_6_what_was_asked_while_held_waits_behind_the_boundaries_before_it(life: Life) -> None:
    answer = life(
        "2024-07-15T00:00Z",
        HOLD,
        ask("2024-05-20T00:00Z", "change_plan", when="period_end", amount=2000),
        ask("2024-06-20T00:00Z", "release", policy="all"),
        max_catch_up=3,
    )
    assert answer["amounts"] == [1000, 1000, 1000, 1000, 1000, 2000, 2000]


def test_rule_6_an_operation_does_not_get_round_the_hold_limit(life: Life) -> None:
    change = ask("2024-06-05T00:00Z", "change_plan", when="period_end", amount=2000)
    answer = life("2024-07-15T00:00Z", change, max_catch_up=3)
    assert (answer["runs"], answer["state"], answer["error"]) == (["2024-01-01T10:00"], "HELD", None)


def test_rule_8_a_cancel_of_a_held_one_bills_nothing_of_what_was_kept_back(life: Life) -> None:
    answer = life("2024-07-15T00:00Z", HOLD, ask("2024-05-20T00:00Z", "cancel"), max_catch_up=3)
    assert (answer["runs"], answer["state"]) == (["2024-01-01T10:00"], "CANCELED")


@pytest.mark.parametrize(("do", "code"), [("pause", "not_pausable"), ("resume", "not_paused")])
def test_rule_8_held_is_left_by_release_or_cancel(life: Life, do: str, code: str) -> None:
    answer = life("2024-07-15T00:00Z", HOLD, ask("2024-05-20T00:00Z", do), max_catch_up=3)
    assert (answer["error"], answer["error_event"], answer["state"]) == (code, 1, "HELD")


def test_rule_8_release_needs_a_held_one(life: Life) -> None:
    answer = life("2024-01-15T00:00Z", ask("2024-01-10T00:00Z", "release", policy="all"))
    assert (answer["error"], answer["error_event"]) == ("not_held", 0)


class Overpriced(ScratchStore):
    """A store whose calculator went wild about one subscription."""

    def price(self, inquiry: Inquiry) -> Quote:
        return Quote(10**19) if inquiry.subscription.id == "b" else super().price(inquiry)


def test_rule_6_one_that_comes_to_more_than_can_be_kept_is_held_and_the_rest_goes_on() -> None:
    store = Overpriced()
    for name in ("a", "b", "c"):
        store.subscriptions[name] = daily(name)
    assert run_due(store, START) == PassResult(taken=3, generated=2, held=1, more=False)
    assert store.subscriptions["b"].held_because == "price_too_large"
