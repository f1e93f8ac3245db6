"""Upkeep of the recurring store: whether stored results are still true, and what the next months bring.

``next_run`` is a stored result, not a source: after an update of the time zone data it is computed again
(recurring semantics 6). Audit feeds are checked by the hash that each line carries of the one before.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from billing.errors import BillingError
from billing.pricing.recurring.changes import replay
from billing.pricing.recurring.schedule import step, to_wall
from billing.pricing.recurring.states import FINAL, state_of
from billing.pricing.recurring.subscription import Subscription
from billing.pricing.recurring.terms import Frequency, Kind
from billing.services.recurring.sql_store import SqlStore
from billing.services.recurring.store import course_of
from billing.store import recurring
from billing.store.engine import Store
from billing.store.recurring_audit import Told, read_feed
from billing.store.recurring_plans import move_credit
from billing.store.recurring_writing import Advance, advance

BATCH: Final = 1_000
"""Subscriptions read in one transaction."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A row that does not say what the rules say."""

    subscription: int
    what: str
    stored: str
    computed: str


def check(store: Store, *, mend: bool = False, audit: bool = True) -> Iterator[Difference]:
    """Yield every subscription whose stored next run differs, and every audit feed whose hashes break.

    Args:
        store: where to look.
        mend: write the computed next run; a broken feed is never mended.
        audit: also follow the audit feeds, which reads every line.
    """
    after = 0
    while True:
        with store.write() if mend else store.read() as work:
            found = recurring.read_subscriptions(work, after, BATCH)
            for kept, subscription, stored in found:
                computed = subscription.next_run()
                if stored != computed:
                    yield Difference(kept.id, "next_run", _text(stored), _text(computed))
                    if mend:
                        advance(work, [Advance(kept, subscription, subscription, kept.current_id)])
                if audit:
                    yield from _broken(kept.id, read_feed(work, kept.id))
        if len(found) < BATCH:
            return
        after = found[-1][0].id


def give_back_credit(store: Store) -> int:
    """Give the credit that ended subscriptions still have to their customers; return how many had some."""
    moved = 0
    with store.write() as work:
        for kept, subscription in recurring.read_with_credit(work, BATCH):
            if state_of(subscription, work.now) not in FINAL:
                continue
            ended = subscription.copy()
            ended.credit = 0
            if advance(work, [Advance(kept, subscription, ended, kept.current_id)]):
                move_credit(work, kept.customer_id, subscription.credit)
                moved += 1
    return moved


def _broken(subscription_id: int, lines: Sequence[Told]) -> Iterator[Difference]:
    """Yield the lines that do not follow the one before them in their feed."""
    number, before = 0, ""
    place = None
    for line in lines:
        if (line.segment, line.k) != place:
            place, number, before = (line.segment, line.k), 0, ""
        if (line.number, line.before) != (number + 1, before):
            where = f"audit line {line.segment}/{line.k}/{line.number}"
            yield Difference(subscription_id, where, line.before[:12], before[:12])
        number, before = line.number, line.hash


def _text(instant: datetime | None) -> str:
    return "none" if instant is None else instant.isoformat()


@dataclass(frozen=True, slots=True)
class Expected:
    """What one month of one plan brings: ``month`` is ``2026-11``, amounts are minor units.

    A plan that pays out has amounts below zero. ``unpriced`` counts periods that cannot be priced now.
    """

    month: str
    plan: str
    periods: int
    amount: int
    unpriced: int = 0


def forecast_months(store: Store, months: int) -> list[Expected]:
    """Return what the coming ``months`` bring, counted from now; see ``forecast``."""
    now = store.clock.now()
    return forecast(store, step(now, now.day, Frequency.MONTHLY, months))


def forecast(store: Store, until: datetime) -> list[Expected]:
    """Return what the pass would make up to ``until``, by month (of each subscription's zone) and plan.

    Everything is played in memory by the code of the pass; nothing is written.
    """
    sums: dict[tuple[str, str], list[int]] = {}
    after = 0
    while True:
        with store.read() as work:
            desk = SqlStore(store, work, lock=False)
            found = recurring.read_subscriptions(work, after=after, at_most=BATCH)
            desk.kept.update((subscription.id, kept) for kept, subscription, _ in found)
            for _, subscription, _ in found:
                _play(desk, subscription, until, sums)
        if len(found) < BATCH:
            break
        after = found[-1][0].id
    return [Expected(month, plan, *figures) for (month, plan), figures in sorted(sums.items())]


def _play(
    desk: SqlStore, subscription: Subscription, until: datetime, sums: dict[tuple[str, str], list[int]]
) -> None:
    if subscription.next_run() is None:
        return
    course = course_of(desk, subscription)
    unpriced = 0
    try:
        replay(course, subscription.queued)
        course.advance(until)
    except BillingError:
        unpriced = 1
    plan = desk.version(subscription.terms.version).plan
    sign = -1 if subscription.kind is Kind.PAYOUT else 1
    for period in course.periods:
        if period.is_billed:
            month = f"{to_wall(period.span.start, subscription.zone):%Y-%m}"
            figures = sums.setdefault((month, plan), [0, 0, 0])
            figures[0] += 1
            figures[1] += sign * period.amount
    if unpriced:
        month = f"{to_wall(until, subscription.zone):%Y-%m}"
        sums.setdefault((month, plan), [0, 0, 0])[2] += 1
