"""The pass: generates what is due, each boundary once, safe to run at any time (recurring semantics 6)."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final

from billing.pricing.recurring.changes import replay
from billing.pricing.recurring.course import Course
from billing.pricing.recurring.subscription import Subscription
from billing.services.recurring.store import Store

MANY: Final = 1_000
"""How many subscriptions one pass takes unless it is told otherwise."""


@dataclass(frozen=True, slots=True)
class PassResult:
    """What one pass did: periods inserted, subscriptions put on hold, and whether anything is left."""

    generated: int
    held: int
    more: bool


def run_due(
    store: Store,
    now: datetime,
    max_subscriptions: int = MANY,
    max_periods_per_subscription: int | None = None,
) -> PassResult:
    """Generate the boundaries that are due at ``now`` and commit them as one batch.

    Args:
        store: where the subscriptions are.
        now: UTC; a boundary at this very instant is due.
        max_subscriptions: the most subscriptions to take.
        max_periods_per_subscription: the most boundaries to generate for each, or None for all.

    Returns:
        What was made; ``more`` is true when a limit was hit. Limits change only how many passes it takes.
    """
    due = store.due(now, max_subscriptions)
    courses = [_course(store, subscription, now, max_periods_per_subscription) for subscription in due]
    generated = store.write(courses, now)
    held = sum(course.subscription.held for course in courses)
    return PassResult(generated, held, len(due) == max_subscriptions or any(_is_due(c, now) for c in courses))


def backlog(store: Store, subscription: Subscription, through: datetime) -> int:
    """Return how many boundaries up to ``through`` are due and not generated; writes nothing."""
    course = Course(subscription, partial(store.paid, subscription.id))
    replay(course, subscription.queued)
    course.advance(through)
    return course.candidates


def is_over_limit(store: Store, subscription: Subscription, through: datetime) -> bool:
    """Tell whether more boundaries are due than the subscription's hold limit lets through at once."""
    limit = subscription.limits.max_catch_up
    return limit is not None and backlog(store, subscription, through) > limit


def _course(store: Store, subscription: Subscription, now: datetime, at_most: int | None) -> Course:
    course = Course(subscription, partial(store.paid, subscription.id))
    if is_over_limit(store, subscription, now):
        course.subscription.held = True
    else:
        course.advance(now, at_most)
    return course


def _is_due(course: Course, now: datetime) -> bool:
    next_run = course.subscription.next_run()
    return next_run is not None and next_run <= now
