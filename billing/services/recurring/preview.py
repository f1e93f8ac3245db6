"""What will come: boundaries, amounts, and what operations would credit and charge (recurring semantics 16).

By the same code as the pass; writes nothing.
"""

from collections.abc import Sequence
from datetime import datetime

from billing.pricing.recurring.asked import Operation
from billing.pricing.recurring.changes import forbid, play, replay
from billing.pricing.recurring.course import Course
from billing.pricing.recurring.subscription import Subscription, just_before
from billing.services.recurring.store import Store, course_of


def preview(
    store: Store, subscription_id: str, until: datetime, operations: Sequence[Operation] = ()
) -> Course:
    """Return the course up to and including ``until``, with ``operations`` carried out in between.

    Args:
        store: where the subscription is; nothing is written to it.
        subscription_id: whose life is looked at.
        until: UTC; the last instant to look at.
        operations: what is asked meanwhile, in order of time.

    Returns:
        A course whose ``made`` holds the periods, adjustments and voided bills that would be made.

    Raises:
        RuleError: the rule that would refuse one of the operations.
    """
    subscription = store.load(subscription_id)
    course = course_of(store, subscription)
    replay(course, subscription.queued)
    for operation in operations:
        _ask(course, operation)
    course.advance(until)
    return course


def preview_count(
    store: Store,
    subscription: Subscription,
    count: int,
    until: datetime | None = None,
    operations: Sequence[Operation] = (),
) -> Course:
    """Return the course over the next ``count`` boundaries, not beyond ``until`` where one is given.

    Args:
        store: where it is priced; nothing is written to it.
        subscription: whose life is looked at; one that is not kept may be looked at too.
        count: so many boundaries at most.
        until: UTC; the last instant to look at.
        operations: what is asked meanwhile, in order of time; those past the last boundary are left out.

    Raises:
        RuleError: the rule that would refuse one of the operations.
    """
    course = course_of(store, subscription)
    replay(course, subscription.queued)
    waiting = [each for each in operations if until is None or each.at <= until]
    for _ in range(count):
        while waiting and _comes_first(waiting[0], course):
            _ask(course, waiting.pop(0))
        boundary = course.subscription.next_run()
        if boundary is None or (until is not None and boundary > until):
            break
        course.advance(boundary, at_most=1)
    return course


def _comes_first(operation: Operation, course: Course) -> bool:
    """Tell whether an operation is taken before the next boundary; at one instant it is."""
    boundary = course.subscription.next_run()
    return boundary is None or operation.at <= boundary


def _ask(course: Course, operation: Operation) -> None:
    course.advance(just_before(operation.at))
    forbid(course, operation)
    play(course, operation)
