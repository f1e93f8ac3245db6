"""Creating a subscription and asking something of it: one call, one transaction (semantics 5, 10, 13).

An operation takes effect at its own time even if the pass is behind: what was due before it is generated
first, under the terms of that time. A refused operation writes nothing.
"""

import sys
from datetime import datetime
from typing import Final

from billing.pricing.recurring.asked import Cancel, Operation, Release, ReleasePolicy
from billing.pricing.recurring.changes import forbid, play, replay
from billing.pricing.recurring.course import Course
from billing.pricing.recurring.states import judge, state_of
from billing.pricing.recurring.subscription import Subscription, just_before
from billing.services.recurring.pass_ import is_over_limit
from billing.services.recurring.store import Store, course_of

EVERY_ONE: Final = sys.maxsize
"""More boundaries than any calendar holds."""


def create(store: Store, subscription: Subscription, created: datetime) -> None:
    """Keep a new subscription; one that starts now gets its first period in the same transaction."""
    course = course_of(store, subscription)
    if subscription.start == created:
        course.advance(created)
    store.write([course], created)


def operate(store: Store, subscription_id: str, operation: Operation) -> None:
    """Carry out ``operation`` on one subscription and commit.

    Raises:
        RuleError: the rule that refuses it; nothing is written then.
    """
    subscription = store.load(subscription_id)
    if isinstance(operation, Release):
        course = _release(store, subscription, operation)
    elif subscription.held and isinstance(operation, Cancel):
        course = _cancel_held(store, subscription, operation)
    elif subscription.held or is_over_limit(store, subscription, just_before(operation.at)):
        course = _queue(store, subscription, operation)
    else:
        course = course_of(store, subscription)
        course.advance(just_before(operation.at))
        forbid(course, operation)
        play(course, operation)
    store.write([course], operation.at)


def _queue(store: Store, subscription: Subscription, operation: Operation) -> Course:
    """Keep the operation behind the boundaries that wait; it is judged as if they had been generated."""
    judge(operation, state_of(subscription, operation.at))
    course = _replayed(store, subscription, operation.at, skip=0)
    forbid(course, operation)
    kept = Course(subscription)
    kept.subscription.queued = (*subscription.queued, operation)
    return kept


def _release(store: Store, subscription: Subscription, release: Release) -> Course:
    """Generate the boundaries before the release, billed as its policy says, with what waited."""
    judge(release, state_of(subscription, release.at))
    skip = 0
    if release.policy is not ReleasePolicy.ALL:
        skip = _replayed(store, subscription, release.at, skip=EVERY_ONE).candidates
        skip -= release.policy is ReleasePolicy.LAST
    return _replayed(store, subscription, release.at, skip=skip)


def _cancel_held(store: Store, subscription: Subscription, cancel: Cancel) -> Course:
    """End a held subscription: nothing that was kept back is billed."""
    course = _replayed(store, subscription, cancel.at, skip=EVERY_ONE)
    forbid(course, cancel)
    play(course, cancel)
    return course


def _replayed(store: Store, subscription: Subscription, at: datetime, skip: int) -> Course:
    """Return the course up to just before ``at`` with the queue carried out, no longer held."""
    course = course_of(store, subscription, skip)
    course.subscription.held_because, course.subscription.queued = "", ()
    replay(course, subscription.queued)
    course.advance(just_before(at))
    return course
