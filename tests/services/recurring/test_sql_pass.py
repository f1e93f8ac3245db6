"""The pass on the database (recurring semantics 5, 6, 13 and 16): keys, batches, crashes, holds."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import event, func, select, update

from billing.clock import SetClock
from billing.models import Bill, Collection, Customer, Period, Plu, SaleNumber, Subscription
from billing.pricing.recurring.asked import Release
from billing.services.recurring import batch, plans, previews, subscriptions, upkeep
from billing.services.recurring.pass_ import PassResult
from billing.services.recurring.running import Worker
from billing.services.recurring.sql_store import SqlStore
from billing.services.recurring.store import course_of
from billing.services.register import open_register
from billing.store import recurring_bulk
from billing.store.engine import Store

MONTH = timedelta(days=31)


@pytest.fixture
def gym(shop: Store) -> Store:
    """A shop with a plan of 25.00 a month and a customer."""
    plans.create_plan(shop, "gym", plans.PlanTerms(amount=Decimal(25)))
    plans.create_customer(shop, "Anna", "anna")
    return shop


def subscribe(store: Store, **words: Any) -> int:  # noqa: ANN401 whatever a subscription has
    return subscriptions.create(
        store, subscriptions.NewSubscription(**{"plan": "gym", "customer": "anna"} | words)
    ).id


def count(store: Store, column: Any) -> int:  # noqa: ANN401 any column
    with store.read() as work:
        found: int = work.connection.execute(select(func.count(column))).scalar_one()
        return found


def made(store: Store) -> tuple[int, int, int]:
    return count(store, Period.id), count(store, Bill.id), count(store, Collection.id)


def test_rule_5_one_that_starts_now_is_billed_in_the_same_transaction(gym: Store) -> None:
    subscribe(gym)
    assert made(gym) == (1, 1, 1)


def test_rule_6_a_pass_bills_what_is_due_and_a_second_one_adds_nothing(gym: Store, clock: SetClock) -> None:
    for _ in range(3):
        subscribe(gym)
    clock.instant += MONTH
    assert Worker(gym).run() == PassResult(generated=3, held=0, more=False, taken=3)
    assert Worker(gym).run() == PassResult(generated=0, held=0, more=False, taken=0)
    assert made(gym) == (6, 6, 6)


def test_rule_6_limits_change_only_how_many_passes_it_takes(gym: Store, clock: SetClock) -> None:
    for _ in range(3):
        subscribe(gym)
    clock.instant += 4 * MONTH
    worker, passes = Worker(gym), 1
    while worker.run(max_subscriptions=2, max_periods_per_subscription=1).more:
        passes += 1
    assert (made(gym)[0], passes > 4) == (15, True)


def test_rule_6_two_workers_without_locks_never_bill_twice(gym: Store, clock: SetClock) -> None:
    """Both read before either writes: the keys alone stand between them."""
    for _ in range(4):
        subscribe(gym)
    clock.instant += MONTH
    now = clock.now()
    with gym.read() as work:
        first = SqlStore(gym, work, lock=False)
        courses = [course_of(first, each) for each in first.due(now, 10)]
        for course in courses:
            course.advance(now)
    assert Worker(gym).run().generated == 4
    with gym.write() as work:
        late = SqlStore(gym, work, lock=False)
        late.kept = first.kept
        assert late.write(courses, now) == 0
    assert made(gym) == (8, 8, 8)
    with gym.read() as work:
        runs = work.connection.execute(select(Subscription.next_k, Subscription.billed)).all()
    assert {tuple(row) for row in runs} == {(2, 2)}


@pytest.mark.parametrize("step", ["insert_periods", "insert_bills", "insert_payouts", "tell_all"])
def test_rule_13_killed_anywhere_nothing_is_half_done_and_the_next_pass_goes_on(
    gym: Store, clock: SetClock, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    subscribe(gym)
    clock.instant += MONTH
    before = made(gym)
    with monkeypatch.context() as patch:
        done = getattr(batch, step)

        def die(*words: Any) -> None:  # noqa: ANN401 whatever the step takes
            done(*words)
            raise KeyboardInterrupt

        patch.setattr(batch, step, die)
        with pytest.raises(KeyboardInterrupt):
            Worker(gym).run()
    assert made(gym) == before
    assert Worker(gym).run().generated == 1


@pytest.fixture
def statements(monkeypatch: pytest.MonkeyPatch, gym: Store) -> Iterator[list[str]]:
    """Every statement that goes to the database."""
    seen: list[str] = []
    for name in ("run", "run_many", "_copy"):
        call = getattr(recurring_bulk, name)

        def note(work: Any, sql: str, *rest: Any, call: Any = call) -> Any:  # noqa: ANN401 as the called
            seen.append(sql)
            return call(work, sql, *rest)

        monkeypatch.setattr(recurring_bulk, name, note)

    def see(_connection: object, _cursor: object, sql: str, *_rest: object) -> None:
        seen.append(sql)

    event.listen(gym.engine, "before_cursor_execute", see)
    yield seen
    event.remove(gym.engine, "before_cursor_execute", see)


def test_rule_17_the_number_of_statements_grows_with_batches_not_with_subscriptions(
    gym: Store, clock: SetClock, statements: list[str]
) -> None:
    counts = []
    for more in (2, 12):
        for _ in range(more):
            subscribe(gym)
        clock.instant += MONTH
        statements.clear()
        Worker(gym).run()
        counts.append(len(statements))
    assert counts[0] == counts[1]


def test_rule_17_a_pass_with_nothing_due_is_one_statement(gym: Store, statements: list[str]) -> None:
    subscribe(gym)
    statements.clear()
    assert Worker(gym).run() == PassResult(generated=0, held=0, more=False, taken=0)
    assert len(statements) == 1


def test_rule_6_one_that_cannot_be_priced_is_held_and_the_rest_goes_on(gym: Store, clock: SetClock) -> None:
    plans.create_plan(gym, "coffee", plans.PlanTerms(content=("1*#1",)))
    bad, good = subscribe(gym, plan="coffee"), subscribe(gym)
    with gym.write() as work:
        work.connection.execute(update(Plu).where(Plu.number == 1).values(banned=True))
    clock.instant += MONTH
    assert Worker(gym).run() == PassResult(generated=1, held=1, more=False, taken=2)
    assert subscriptions.show(gym, bad).subscription.held_because == "banned"
    assert subscriptions.show(gym, good).state == "ACTIVE"
    with gym.write() as work:
        work.connection.execute(update(Plu).where(Plu.number == 1).values(banned=False))
    subscriptions.operate(gym, bad, Release)
    assert made(gym)[0] == 4


def test_rule_6_an_unexpected_error_of_the_database_halves_the_batch_and_holds_one(
    gym: Store, clock: SetClock
) -> None:
    numbers = [subscribe(gym) for _ in range(5)]
    open_register(gym).ring(["1*#1", "@"], key=f"recurring/{numbers[2]}/0/1")
    clock.instant += MONTH
    results = list(Worker(gym).run_all())
    assert (sum(each.generated for each in results), sum(each.held for each in results)) == (4, 1)
    assert subscriptions.show(gym, numbers[2]).subscription.held_because == "database_error"


def test_rule_6_more_than_the_hold_limit_due_makes_nothing_and_holds(gym: Store, clock: SetClock) -> None:
    number = subscribe(gym, max_catch_up=2)
    clock.instant += 4 * MONTH
    assert Worker(gym).run() == PassResult(generated=0, held=1, more=False, taken=1)
    assert subscriptions.show(gym, number).subscription.held_because == "backfill_limit"


def test_rule_6_a_closed_customer_is_not_billed(gym: Store, clock: SetClock) -> None:
    subscribe(gym)
    with gym.write() as work:
        work.connection.execute(update(Customer).values(closed_at=clock.now()))
    clock.instant += MONTH
    assert Worker(gym).run().taken == 0


def test_rule_7_sale_numbers_are_unique_and_without_gaps(gym: Store, clock: SetClock) -> None:
    for _ in range(3):
        subscribe(gym)
    clock.instant += MONTH
    Worker(gym).run()
    with gym.read() as work:
        sales = work.connection.execute(select(SaleNumber.sale).order_by(SaleNumber.sale)).scalars().all()
    assert sales == [1, 2, 3, 4, 5, 6]


def test_rule_16_the_preview_is_what_the_pass_then_makes(gym: Store, clock: SetClock) -> None:
    number = subscribe(gym, quantity=3, align_day=10)
    until = clock.now() + 5 * MONTH
    seen = [(p.span.start, p.amount) for p in previews.preview_until(gym, number, until).periods]
    before = made(gym)[0]
    clock.instant = until
    list(Worker(gym).run_all())
    with gym.read() as work:
        rows = work.connection.execute(select(Period.period_start, Period.amount).order_by(Period.id)).all()
    assert [tuple(row) for row in rows[before:]] == seen


def test_rule_6_the_check_finds_a_next_run_that_is_not_the_rules_and_mends_it(gym: Store) -> None:
    number = subscribe(gym)
    assert list(upkeep.check(gym)) == []
    with gym.write() as work:
        work.connection.execute(update(Subscription).values(next_run=None))
    assert [(each.subscription, each.what) for each in upkeep.check(gym, mend=True)] == [(number, "next_run")]
    assert list(upkeep.check(gym)) == []


def test_a_forecast_is_what_the_passes_make_by_month_and_plan(gym: Store, clock: SetClock) -> None:
    subscribe(gym)
    subscribe(gym, quantity=2)
    found = upkeep.forecast(gym, clock.now() + 2 * MONTH)
    assert [(each.month, each.plan, each.periods, each.amount) for each in found] == [
        ("2026-12", "gym", 2, 7500),
        ("2027-01", "gym", 2, 7500),
    ]
