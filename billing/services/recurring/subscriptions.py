"""Subscriptions in the database: made, changed, shown. One call is one transaction (semantics 10)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

from billing.errors import RuleError
from billing.money import Currency
from billing.pricing.recurring.asked import Cancel, ChangeTerms, Operation, When
from billing.pricing.recurring.mistakes import NothingToChange
from billing.pricing.recurring.states import State, state_of
from billing.pricing.recurring.subscription import Limits, Subscription, subscribe
from billing.pricing.recurring.terms import (
    NO_DISCOUNT,
    Backfill,
    Change,
    Discount,
    Frequency,
    ShareUnit,
    Terms,
    zone_named,
)
from billing.services.recurring import operations
from billing.services.recurring.plans import ExternalIdTaken, PlanClosed, newest_version
from billing.services.recurring.sql_store import SqlStore
from billing.store import recurring
from billing.store.engine import Store
from billing.store.nomenclature import read_defaults
from billing.store.origins import OriginFacts, origin_of, read_origin
from billing.store.recurring_audit import Line, Told, read_feed
from billing.store.recurring_plans import CustomerFacts, find_customer
from billing.store.recurring_usage import insert_usage
from billing.store.recurring_words import operation_json
from billing.store.recurring_writing import insert_subscription
from billing.store.work import Work


class CustomerClosed(RuleError):
    """A closed customer takes no new subscription."""

    code = "customer_closed"

    def __init__(self, name: str) -> None:
        super().__init__(f"customer {name} is closed")


class DiscountWrong(RuleError):
    """A discount that is neither a percentage from 0 to 100 with at most four decimals nor a sum."""

    code = "invalid_discount"

    def __init__(self, discount: Discount) -> None:
        found = f"{discount.percent} % and {discount.amount} minor units"
        super().__init__(
            f"the discount is {found}; expected 0 to 100 % with at most four decimals, or a sum, not both"
        )


@dataclass(frozen=True, slots=True)
class NewSubscription:
    """What a subscription is made of; None takes the plan's, the origin's or no bound.

    ``amount`` (a decimal of the currency) overrides the plan's content, ``start`` None is now.
    """

    plan: str
    customer: str
    quantity: int = 1
    amount: Decimal | None = None
    start: datetime | None = None
    zone: str | None = None
    trial_days: int | None = None
    origin: str | None = None
    instrument: str = ""
    external_id: str | None = None
    discount: Discount = NO_DISCOUNT
    unit: ShareUnit = ShareUnit.SECOND
    align_day: int | None = None
    backfill: Backfill | None = None
    ends_at: datetime | None = None
    max_runs: int | None = None
    max_catch_up: int | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """A subscription as it stands: its key and customer, the rules' own value, its state at ``at``."""

    id: int
    customer_id: int
    instrument: str
    subscription: Subscription
    state: State
    at: datetime


def create(store: Store, new: NewSubscription, actor: str = "") -> Shown:
    """Make a subscription; one that starts now gets its first period in the same transaction.

    Raises:
        Missing: the plan, customer or origin is not there.
        PlanClosed, CustomerClosed, ExternalIdTaken, DiscountWrong, TooFine: as their names say.
        RuleError: what ``pricing.recurring.subscription.subscribe`` refuses.
    """
    with store.write() as work:
        desk = SqlStore(store, work, actor=actor)
        customer = _customer(work, new)
        if new.external_id is not None:
            known = recurring.find_external(work, new.external_id)
            if known is not None:
                raise ExternalIdTaken("subscription", new.external_id, known)
        origin = read_origin(work, new.origin, desk.catalogue.defaults.default_origin)
        now = work.now.replace(microsecond=0)
        subscription = _draft(desk, new, new.zone or origin.time_zone, now)
        columns = {
            "customer_id": customer.id,
            "origin_id": origin.id,
            "instrument": new.instrument,
            "external_id": new.external_id,
        }
        key = insert_subscription(work, subscription, columns)
        subscription.id = str(key)
        desk.kept[subscription.id] = _kept(key, customer, origin, new)
        desk.asked.append((key, Line("created", data={"plan": new.plan, "customer": customer.id})))
        if subscription.trial_days:
            desk.asked.append((key, Line("trial.started", data={"days": subscription.trial_days})))
        operations.create(desk, subscription, now)
        return _shown(*recurring.read_subscription(work, key), work.now)


def _draft(desk: SqlStore, new: NewSubscription, zone: str, now: datetime) -> Subscription:
    version = newest_version(desk.work, new.plan)
    if version.closed_at is not None:
        raise PlanClosed(new.plan)
    percent, off = new.discount.percent, new.discount.amount
    plain = 0 <= percent <= 100 and percent == percent.quantize(Decimal("0.0001"))
    if not plain or off < 0 or (percent and off):
        raise DiscountWrong(new.discount)
    amount = version.amount if new.amount is None else desk.catalogue.currency.exact_minor(new.amount)
    by_content = version.by_content and new.amount is None
    terms = Terms(amount, new.quantity, version.frequency, version.interval, version.id, by_content)
    return subscribe(
        id="0",
        kind=version.kind,
        zone=zone_named(zone),
        start=new.start or now,
        created=now,
        terms=terms,
        trial_days=version.trial_days if new.trial_days is None else new.trial_days,
        discount=new.discount,
        unit=new.unit,
        align_day=new.align_day,
        backfill=new.backfill,
        limits=Limits(new.ends_at, new.max_runs, new.max_catch_up),
    )


def draft(desk: SqlStore, new: NewSubscription) -> Subscription:
    """Return the subscription that ``create`` would make now, kept nowhere.

    Raises:
        Missing, PlanClosed, CustomerClosed, DiscountWrong, RuleError: as ``create``.
    """
    customer = _customer(desk.work, new)
    origin = read_origin(desk.work, new.origin, desk.catalogue.defaults.default_origin)
    now = desk.work.now.replace(microsecond=0)
    subscription = _draft(desk, new, new.zone or origin.time_zone, now)
    desk.kept[subscription.id] = _kept(0, customer, origin, new)
    return subscription


def _customer(work: Work, new: NewSubscription) -> CustomerFacts:
    """Return whom it is for; raises ``Missing`` and ``CustomerClosed``."""
    customer = find_customer(work, new.customer)
    if customer.closed_at is not None:
        raise CustomerClosed(new.customer)
    return customer


def _kept(key: int, customer: CustomerFacts, origin: OriginFacts, new: NewSubscription) -> recurring.Kept:
    return recurring.Kept(key, customer.id, customer.credit, origin.id, new.instrument, 0, None)


FEED_TYPES: Final = {
    "cancel": "canceled",
    "uncancel": "cancel.undone",
    "pause": "paused",
    "resume": "resumed",
    "change": "terms.changed",
    "rezone": "rezoned",
    "release": "released",
}
"""What stands in a subscription's own feed for each operation; a cancel that lies ahead is *cancel.asked*."""


def operate(
    store: Store, subscription_id: int, ask: Callable[[datetime], Operation], actor: str = ""
) -> Shown:
    """Carry out one operation now; a refused one writes nothing.

    Args:
        store: where.
        subscription_id: of which subscription.
        ask: makes the operation at the moment it is given.
        actor: who asks.

    Raises:
        Missing: there is no such subscription.
        NothingToChange: a change that names nothing.
        RuleError: the rule that refuses it.
    """
    with store.write() as work:
        desk = SqlStore(store, work, actor=actor)
        operation = ask(work.now.replace(microsecond=0))
        if isinstance(operation, ChangeTerms) and not operation.change.named:
            raise NothingToChange
        kind = FEED_TYPES[operation.name]
        if isinstance(operation, Cancel) and operation.when is When.PERIOD_END:
            kind = "cancel.asked"
        desk.asked.append((subscription_id, Line(kind, data=operation_json(operation))))
        operations.operate(desk, str(subscription_id), operation)
        return _shown(*recurring.read_subscription(work, subscription_id), work.now)


def change_to_plan(store: Store, plan: str) -> Change:
    """Return the change that puts a subscription on the newest version of a plan.

    Raises:
        Missing, PlanClosed: the plan is not there, or takes nobody new.
    """
    with store.read() as work:
        version = newest_version(work, plan)
    if version.closed_at is not None:
        raise PlanClosed(plan)
    return Change(
        amount=version.amount,
        frequency=version.frequency,
        interval=version.interval,
        version=version.id,
        by_content=version.by_content,
    )


def change_of_terms(
    store: Store,
    amount: Decimal | None = None,
    quantity: int | None = None,
    frequency: Frequency | None = None,
    interval: int | None = None,
) -> Change:
    """Return the change of the terms that are named; an amount of its own replaces the plan's content.

    Raises:
        TooFine: the amount has a fraction of the minor unit.
    """
    if amount is None:
        return Change(None, quantity, frequency, interval)
    with store.read() as work:
        minor = Currency.of(read_defaults(work).currency).exact_minor(amount)
    return Change(minor, quantity, frequency, interval, by_content=False)


def show(store: Store, subscription_id: int) -> Shown:
    """Return a subscription as it stands.

    Raises:
        Missing: there is none with this key.
    """
    with store.read() as work:
        return _shown(*recurring.read_subscription(work, subscription_id), work.now)


def origin_name(store: Store, subscription_id: int) -> str:
    """Return the name of the origin that a subscription is billed at.

    Raises:
        Missing: there is no such subscription.
    """
    with store.read() as work:
        kept, _ = recurring.read_subscription(work, subscription_id)
        return origin_of(work, kept.origin_id).name


def list_subscriptions(store: Store, after: int = 0, at_most: int = 1000) -> list[Shown]:
    """Return subscriptions with keys above ``after``, in order of their keys."""
    with store.read() as work:
        found = recurring.read_subscriptions(work, after, at_most)
        return [_shown(kept, subscription, work.now) for kept, subscription, _ in found]


def feed(store: Store, subscription_id: int) -> list[Told]:
    """Return the audit feed of a subscription: its own lines, then those of its periods in order.

    Raises:
        Missing: there is no such subscription.
    """
    with store.read() as work:
        recurring.read_subscription(work, subscription_id)
        return read_feed(work, subscription_id)


def tell_usage(
    store: Store, subscription_id: int, key: str, used: Decimal, at: datetime | None = None
) -> bool:
    """Keep metered use of a subscription; the same ``key`` again changes nothing and gives False.

    Use told late counts from the period in progress on, so that no billed period changes.

    Raises:
        Missing: there is no such subscription.
    """
    with store.write() as work:
        _, subscription = recurring.read_subscription(work, subscription_id, lock=True)
        used_at = work.now if at is None else at
        current = subscription.current
        counts_at = used_at if current is None else max(used_at, current.span.start)
        row = {
            "subscription_id": subscription_id,
            "key": key,
            "used_at": used_at,
            "counts_at": counts_at,
            "thousandths": int(used.scaleb(3).to_integral_value()),
        }
        return insert_usage(work, row)


def _shown(kept: recurring.Kept, subscription: Subscription, at: datetime) -> Shown:
    return Shown(kept.id, kept.customer_id, kept.instrument, subscription, state_of(subscription, at), at)
