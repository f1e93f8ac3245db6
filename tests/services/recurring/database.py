"""A life played on the database: the same words as a simulation, by the services that a shop uses."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from billing.clock import SetClock
from billing.errors import RuleError
from billing.models import Adjustment, Collection, Period
from billing.pricing.recurring.asked import Operation
from billing.pricing.recurring.states import state_of
from billing.pricing.recurring.terms import Discount
from billing.services.recurring import plans, subscriptions
from billing.services.recurring.running import Worker
from billing.services.recurring.script import Script, whole_steps
from billing.services.register import open_register
from billing.store.engine import Store

Words = dict[str, Any]


def settle_all(store: Store) -> None:
    """Pay every bill that is open, at the till."""
    register = open_register(store)
    with store.read() as work:
        open_bills = (
            work.connection.execute(
                select(Collection.bill_id).where(Collection.state == "OPEN").order_by(Collection.bill_id)
            )
            .scalars()
            .all()
        )
    for bill_id in open_bills:
        register.enter("@", bill_id)


def just(operation: Operation) -> Callable[[datetime], Operation]:
    """Ask for ``operation`` as it is, whatever the clock says."""
    return lambda _now: operation


class DatabaseLife:
    """One script on a store with the sample shop and a set clock; every bill is paid when it is made."""

    def __init__(self, store: Store, clock: SetClock, script: Script, name: str = "life") -> None:
        self.store = store
        self.clock = clock
        self.script = script
        self.worker = Worker(store)
        self.name = name
        self.error: str | None = None
        self.error_event: int | None = None
        self.id = 0

    def play(self) -> Words:
        script = self.script
        early = min(script.anchor, script.now, *(event.at for _, event in script.fitting))
        self.clock.instant = script.created_at or early
        try:
            self._create()
        except RuleError as mishap:
            return {"error": mishap.code, "error_event": None}
        settle_all(self.store)
        for place, event in script.fitting:
            operation = event.operation() if event.do != "tick" else None
            if event.at < self.clock.instant and operation is not None:
                self._refused(place, "clock_went_back")
                continue
            self.clock.instant = max(self.clock.instant, event.at)
            if operation is None:
                self._run(event.at)
            else:
                try:
                    subscriptions.operate(self.store, self.id, just(operation))
                except RuleError as mishap:
                    self._refused(place, mishap.code)
            settle_all(self.store)
        self.clock.instant = max(self.clock.instant, script.now)
        for _ in range(2):
            while self._run(script.now):
                pass
        settle_all(self.store)
        return self._answer()

    def _refused(self, place: int, code: str) -> None:
        if self.error is None:
            self.error, self.error_event = code, place

    def _create(self) -> None:
        script = self.script
        terms = plans.PlanTerms(
            kind=script.kind,
            frequency=script.frequency,
            interval=whole_steps(script.interval),
            amount=Decimal(script.amount).scaleb(-2),
        )
        plans.create_plan(self.store, self.name, terms)
        customer = plans.create_customer(self.store, self.name)
        discount = script.discount
        new = subscriptions.NewSubscription(
            plan=self.name,
            customer=str(customer.id),
            quantity=script.quantity,
            start=script.anchor,
            zone=script.zone,
            trial_days=script.trial_days or 0,
            discount=Discount() if discount is None else discount.discount(),
            unit=script.proration,
            align_day=script.align_day,
            backfill=script.backfill,
            ends_at=script.ends_at,
            max_runs=script.max_runs,
            max_catch_up=script.max_catch_up,
        )
        self.id = subscriptions.create(self.store, new).id

    def _run(self, now: datetime) -> bool:
        batch = self.script.batch
        limit = None if batch is None else batch.per_subscription
        return self.worker.run(now, max_periods_per_subscription=limit).more

    def _answer(self) -> Words:
        shown = subscriptions.show(self.store, self.id)
        with self.store.read() as work:
            periods = work.connection.execute(
                select(Period.period_start, Period.amount)
                .where(Period.subscription_id == self.id, Period.state == "BILLED")
                .order_by(Period.segment, Period.k)
            ).all()
            adjustments = work.connection.execute(
                select(Adjustment.at, Adjustment.kind, Adjustment.amount)
                .where(Adjustment.subscription_id == self.id)
                .order_by(Adjustment.number)
            ).all()
        return {
            "runs": [row.period_start for row in periods],
            "amounts": [row.amount for row in periods],
            "adjustments": [{"at": row.at, "kind": row.kind, "amount": row.amount} for row in adjustments],
            "next": shown.subscription.next_run(),
            "state": state_of(shown.subscription, self.script.now),
            "error": self.error,
            "error_event": self.error_event,
        }
