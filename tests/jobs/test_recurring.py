"""What a worker does for recurring plans round after round, and two workers at once (semantics 2, 6, 17)."""

import threading
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select, update

from billing.clock import SetClock
from billing.jobs.recurring import Recurring
from billing.models import Bill, Customer, Period, SaleNumber, Subscription
from billing.pricing.recurring.asked import Cancel, When
from billing.services.recurring import plans, subscriptions
from billing.services.recurring.running import Worker
from billing.store.engine import Store


@pytest.fixture
def gym(shop: Store) -> Store:
    """A shop with a plan and a customer who has six subscriptions to it."""
    plans.create_plan(shop, "gym", plans.PlanTerms(amount=Decimal(25)))
    plans.create_customer(shop, "Anna", "anna")
    for _ in range(6):
        subscriptions.create(shop, subscriptions.NewSubscription(plan="gym", customer="anna"))
    return shop


@pytest.mark.parametrize("lock", [True, False])
def test_rule_6_two_workers_at_once_bill_each_period_once(gym: Store, clock: SetClock, *, lock: bool) -> None:
    clock.instant += timedelta(days=95)
    failures: list[BaseException] = []
    begin = threading.Barrier(2)

    def work() -> None:
        try:
            worker = Worker(gym, lock=lock)
            begin.wait()
            while worker.run(max_subscriptions=2, max_periods_per_subscription=1).more:
                pass
        except BaseException as failure:  # noqa: BLE001 told by the test's own thread
            failures.append(failure)

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    list(Worker(gym).run_all())
    with gym.read() as rows:
        counts = [
            rows.connection.execute(select(func.count(column))).scalar_one()
            for column in (Period.id, Bill.id, SaleNumber.id)
        ]
        places = set(rows.connection.execute(select(Subscription.next_k, Subscription.billed)).all())
    assert (failures, counts, {tuple(place) for place in places}) == ([], [24, 24, 24], {(4, 4)})


def test_a_round_bills_what_is_due_and_then_collects(gym: Store, clock: SetClock) -> None:
    clock.instant += timedelta(days=31)
    done = Recurring(gym, gateways=dict).round()
    assert (done.generated, done.held, done.collected.tried) == (6, 0, 0)


def test_rule_2_what_an_ended_subscription_leaves_goes_to_its_customer(gym: Store, clock: SetClock) -> None:
    subscriptions.operate(gym, 1, lambda now: Cancel(now, When.PERIOD_END))
    with gym.write() as work:
        work.connection.execute(update(Subscription).where(Subscription.id <= 2).values(credit=700))
        work.connection.execute(update(Subscription).where(Subscription.id > 1).values(next_run=None))
    clock.instant += timedelta(days=31)
    Recurring(gym, gateways=dict).round()
    with gym.read() as work:
        assert work.connection.execute(select(Customer.credit)).scalar_one() == 700
        credit = work.connection.execute(select(Subscription.credit).order_by(Subscription.id)).scalars()
        assert list(credit)[:2] == [0, 700]
