"""The pass: generates what is due, each boundary once, safe to run at any time (recurring semantics 6)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from billing.errors import BillingError
from billing.pricing.recurring.changes import replay
from billing.pricing.recurring.course import Course
from billing.pricing.recurring.subscription import Subscription
from billing.services.recurring.store import Store, course_of

BACKFILL_LIMIT: Final = "backfill_limit"
"""Why a subscription is held whose backlog is above its limit."""

MANY: Final = 1_000
"""How many subscriptions one pass takes unless it is told otherwise."""


@dataclass(frozen=True, slots=True)
class PassResult:
    """What one pass did: subscriptions taken, periods inserted, subscriptions held; is anything left."""

    generated: int
    held: int
    more: bool
    taken: int


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
    more = len(due) == max_subscriptions or any(_is_due(course, now) for course in courses)
    return PassResult(generated, held, more, len(due))


def backlog(store: Store, subscription: Subscription, through: datetime) -> int:
    """Return how many boundaries up to ``through`` are due and not generated; writes nothing."""
    course = course_of(store, subscription)
    replay(course, subscription.queued)
    course.advance(through)
    return course.candidates


def is_over_limit(store: Store, subscription: Subscription, through: datetime) -> bool:
    """Tell whether more boundaries are due than the subscription's hold limit lets through at once."""
    limit = subscription.limits.max_catch_up
    return limit is not None and backlog(store, subscription, through) > limit


def _course(store: Store, subscription: Subscription, now: datetime, at_most: int | None) -> Course:
    """Return the course of one due subscription; one that cannot be priced is held with the reason."""
    try:
        if is_over_limit(store, subscription, now):
            return held(subscription, BACKFILL_LIMIT)
        course = course_of(store, subscription)
        course.advance(now, at_most)
    except BillingError as mishap:
        return held(subscription, mishap.code)
    return course


def held(subscription: Subscription, because: str) -> Course:
    """Return a course that puts ``subscription`` on hold and makes nothing."""
    course = Course(subscription)
    course.subscription.held_because = because
    return course


def _is_due(course: Course, now: datetime) -> bool:
    next_run = course.subscription.next_run()
    return next_run is not None and next_run <= now
