"""A subscription's whole life on a scratch store with a set clock, by the same code as the pass.

Recurring semantics 18. One script in, one answer out; nothing is kept.
"""

from dataclasses import dataclass
from datetime import datetime

from billing.errors import RuleError
from billing.pricing.recurring.mistakes import ClockWentBack
from billing.pricing.recurring.retries import DEFAULT_DELAYS_S
from billing.pricing.recurring.states import state_of
from billing.pricing.recurring.subscription import Limits, subscribe
from billing.pricing.recurring.terms import NO_DISCOUNT, Terms, zone_named
from billing.services.recurring.collecting import ScriptedGateway, collect_due
from billing.services.recurring.operations import create, operate
from billing.services.recurring.pass_ import run_due
from billing.services.recurring.scratch import ScratchStore
from billing.services.recurring.script import (
    AdjustmentAnswer,
    Answer,
    BadEvent,
    Event,
    Script,
    whole_steps,
)

_NAME = "simulated"


@dataclass(frozen=True, slots=True)
class Refusal:
    """What was refused: the index of the event (None for the creation) and the mishap."""

    event: int | None
    mishap: RuleError


class Simulation:
    """One script being played.

    Attributes:
        store: what was made so far.
        attempts: the instants of the tries to collect.
        refusals: what was refused, in order.
    """

    def __init__(self, script: Script) -> None:
        self.script = script
        self.store = ScratchStore(paid_at_run=script.outcomes is None)
        self.attempts: list[datetime] = []
        self.refusals: list[Refusal] = []
        self._gateway = ScriptedGateway(script.outcomes or ())
        self._clock = _created(script)

    def play(self) -> Answer:
        """Play the script to its end and return the answer."""
        try:
            self._create()
        except RuleError as mishap:
            self.refusals.append(Refusal(None, mishap))
            return self._answer()
        for place, event in enumerate(self.script.events):
            if isinstance(event, BadEvent):
                self.refusals.append(Refusal(place, event))
                continue
            self._collect(event.at)
            try:
                self._do(event)
            except RuleError as mishap:
                self.refusals.append(Refusal(place, mishap))
            self._collect(event.at)
        self._collect(self.script.now)
        self._run_all(self.script.now)
        self._run_all(self.script.now)
        self._collect(self.script.now)
        return self._answer()

    def _create(self) -> None:
        script = self.script
        discount = script.discount
        subscription = subscribe(
            id=_NAME,
            kind=script.kind,
            zone=zone_named(script.zone),
            start=script.anchor,
            created=self._clock,
            terms=Terms(script.amount, script.quantity, script.frequency, whole_steps(script.interval)),
            trial_days=script.trial_days or 0,
            discount=NO_DISCOUNT if discount is None else discount.discount(),
            unit=script.proration,
            align_day=script.align_day,
            backfill=script.backfill,
            limits=Limits(script.ends_at, script.max_runs, script.max_catch_up),
        )
        create(self.store, subscription, self._clock)
        self._collect(self._clock)

    def _do(self, event: Event) -> None:
        """Set the clock and do what the event says; raises what refuses it."""
        operation = event.operation()
        if operation is None:
            self._run(event.at)
            return
        if event.at < self._clock:
            raise ClockWentBack(event.at, self._clock)
        self._clock = event.at
        operate(self.store, _NAME, operation)

    def _run(self, now: datetime) -> bool:
        """Run one pass and tell whether anything is left."""
        self._clock = max(self._clock, now)
        limit = None if self.script.batch is None else self.script.batch.per_subscription
        return run_due(self.store, now, max_periods_per_subscription=limit).more

    def _run_all(self, now: datetime) -> None:
        while self._run(now):
            pass

    def _collect(self, until: datetime) -> None:
        retry = self.script.retry
        delays_s = DEFAULT_DELAYS_S if retry is None else retry.delays_s
        self.attempts += collect_due(self.store, self._gateway, delays_s, until)

    def _answer(self) -> Answer:
        answer = Answer(id=self.script.id)
        if self.refusals:
            answer.error = self.refusals[0].mishap.code
            answer.error_event = self.refusals[0].event
        if _NAME not in self.store.subscriptions:
            return answer
        subscription = self.store.load(_NAME)
        billed = [period for period in self.store.periods.values() if period.is_billed]
        answer.runs = [period.span.start for period in billed]
        answer.amounts = [period.amount for period in billed]
        answer.adjustments = [
            AdjustmentAnswer(at=made.at, kind=made.kind, amount=made.amount)
            for _, made in self.store.adjustments
        ]
        answer.next = subscription.next_run()
        answer.state = state_of(subscription, self.script.now)
        answer.attempts = self.attempts
        answer.bill = self.store.bills[-1].collection.state if self.store.bills else None
        return answer


def simulate(script: Script) -> Answer:
    """Return what becomes of ``script``."""
    return Simulation(script).play()


def _created(script: Script) -> datetime:
    """Return when the subscription is made: as said, or at its start, or before what comes earlier."""
    if script.created_at is not None:
        return script.created_at
    return min(script.anchor, script.now, *(event.at for _, event in script.fitting))
