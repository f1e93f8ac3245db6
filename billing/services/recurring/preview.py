"""What will come: boundaries, amounts, and what operations would credit and charge (recurring semantics 16).

By the same code as the pass; writes nothing.
"""

from collections.abc import Sequence
from datetime import datetime

from billing.pricing.recurring.asked import Operation
from billing.pricing.recurring.changes import forbid, play, replay
from billing.pricing.recurring.course import Course
from billing.pricing.recurring.subscription import just_before
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
        course.advance(just_before(operation.at))
        forbid(course, operation)
        play(course, operation)
    course.advance(until)
    return course
