"""What each operation does to a subscription's course (recurring semantics 10).

``forbid`` refuses by rule and changes nothing; ``play`` carries out what was not refused. Both expect the
boundaries before the operation to be generated: it takes effect at its own time.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from billing.pricing.recurring.asked import (
    Cancel,
    ChangeTerms,
    Operation,
    Pause,
    Resume,
    ResumeMode,
    Rezone,
    Uncancel,
    When,
)
from billing.pricing.recurring.course import Course, TriesCanceled
from billing.pricing.recurring.mistakes import InvalidAmount, RefundExceedsPaid
from billing.pricing.recurring.periods import Adjustment, AdjustmentKind, Period
from billing.pricing.recurring.schedule import END_OF_TIME, Segment, Span, to_wall
from billing.pricing.recurring.states import judge, state_of
from billing.pricing.recurring.subscription import just_before
from billing.pricing.recurring.terms import NO_CHANGE, STEP_MONTHS, Terms


def forbid(course: Course, operation: Operation) -> None:
    """Refuse ``operation`` if the state or a limit forbids it; nothing is changed.

    Raises:
        RuleError: one of ``states.judge``, of ``Terms``, ``InvalidAmount`` or ``RefundExceedsPaid``.
    """
    judge(operation, state_of(course.subscription, operation.at))
    if isinstance(operation, ChangeTerms):
        operation.change.over(course.subscription.upcoming).applied_to(course.subscription.terms)
    if isinstance(operation, Cancel) and operation.refund < 0:
        raise InvalidAmount(operation.refund)
    if isinstance(operation, Cancel) and operation.when is When.NOW:
        paid = course.refundable(operation.at)
        if operation.refund > paid:
            raise RefundExceedsPaid(operation.refund, paid)


def play(course: Course, operation: Operation) -> None:
    """Carry out ``operation`` on ``course``."""
    EFFECTS[type(operation)](course, operation)


def replay(course: Course, operations: tuple[Operation, ...]) -> None:
    """Carry out ``operations`` in order, each after the boundaries before it."""
    for operation in operations:
        course.advance(just_before(operation.at))
        play(course, operation)


def _cancel(course: Course, cancel: Cancel) -> None:
    if cancel.when is When.PERIOD_END:
        _end_at_boundary(course)
        return
    paid = course.refundable(cancel.at)
    course.made.append(TriesCanceled())
    if not cancel.keep_open:
        course.void_open_bills(cancel.at)
    refund = min(cancel.refund, paid)
    if cancel.prorated:
        refund = course.share_left(paid, cancel.at) + course.subscription.credit
        course.subscription.credit = 0
    if refund:
        course.made.append(Adjustment(cancel.at, AdjustmentKind.REFUND, -refund))
    course.subscription.cancel_at = cancel.at


def _end_at_boundary(course: Course) -> None:
    """Let it end with the period that is paid for, at the next boundary."""
    slot = course.subscription.next_slot()
    course.subscription.cancel_at = END_OF_TIME if slot is None else slot.span.start


def _uncancel(course: Course, _uncancel: Uncancel) -> None:
    course.subscription.cancel_at = None


def _pause(course: Course, _pause: Pause) -> None:
    course.subscription.paused = True


def _resume(course: Course, resume: Resume) -> None:
    course.subscription.paused = False
    if resume.mode is ResumeMode.RESTART and resume.at >= course.subscription.start:
        new = course.subscription.upcoming.applied_to(course.subscription.terms)
        _start_segment(course, resume, new)
    elif resume.partial:
        _bill_rest(course, resume)


def _bill_rest(course: Course, resume: Resume) -> None:
    """Bill what is left of the period in progress, if it was skipped."""
    subscription, at = course.subscription, resume.at
    skipped = subscription.current
    if skipped is None or skipped.is_billed or not skipped.span.start <= at < skipped.span.end:
        return
    rest = Span(at, skipped.span.end, to_wall(at, subscription.zone), skipped.span.wall_end)
    whole = skipped.whole or skipped.span
    if not subscription.stops(at) and not course.pays_nothing(rest, whole):
        course.bill(skipped.key, rest, whole)


def _change(course: Course, asked: ChangeTerms) -> None:
    subscription = course.subscription
    new = asked.change.applied_to(subscription.terms)
    current = subscription.current
    if current is None:
        _change_before_first(course, new)
    elif asked.when is When.PERIOD_END:
        subscription.upcoming = asked.change.over(subscription.upcoming)
    elif not current.is_billed:
        subscription.terms = asked.change.price_only.applied_to(subscription.terms)
        subscription.upcoming = asked.change.grid_only.over(subscription.upcoming)
    elif not new.same_grid(subscription.terms):
        _change_rhythm(course, asked, current, new)
    elif current.holds(asked.at):
        _prorate(course, asked, current, new)
    else:
        subscription.terms = new


def _change_rhythm(course: Course, asked: ChangeTerms, current: Period, new: Terms) -> None:
    """Credit the rest of the old period and bill the first of a new segment at once."""
    credit = course.share_left(current.value, asked.at)
    course.subscription.credit += credit
    if credit:
        course.made.append(Adjustment(asked.at, AdjustmentKind.CREDIT, -credit))
    _start_segment(course, asked, new)


def _change_before_first(course: Course, new: Terms) -> None:
    """Change terms while nothing is generated: the segment keeps its anchor."""
    subscription = course.subscription
    subscription.terms = new
    subscription.segment = replace(
        subscription.segment,
        frequency=new.frequency,
        interval=new.interval,
        until=subscription.segment.until if new.frequency in STEP_MONTHS else None,
    )


def _prorate(course: Course, asked: ChangeTerms, current: Period, new: Terms) -> None:
    """Net the rest at the new terms against the rest at the old; what is due uses credit first."""
    subscription = course.subscription
    value = course.full_value(current, new).value
    net = course.share_left(value, asked.at) - course.share_left(current.value, asked.at)
    used = min(subscription.credit, max(net, 0))
    subscription.terms = new
    subscription.current = replace(current, value=value)
    subscription.credit += max(-net, 0) - used
    due = max(net, 0) - used
    course.made.append(Adjustment(asked.at, AdjustmentKind.PRORATION, net, current.key, value, due))


def _start_segment(course: Course, operation: Operation, terms: Terms) -> None:
    """Start a segment at the operation's time and generate its first period at once."""
    subscription = course.subscription
    wall = to_wall(operation.at, subscription.zone)
    subscription.segment = Segment(
        subscription.segment.number + 1, wall, wall.day, terms.frequency, terms.interval, operation.at
    )
    subscription.next_k, subscription.terms, subscription.upcoming = 0, terms, NO_CHANGE
    course.advance(operation.at, at_most=1)
    if subscription.cancel_at is not None:
        _end_at_boundary(course)


def _rezone(course: Course, rezone: Rezone) -> None:
    course.subscription.zone = rezone.zone
    if course.subscription.cancel_at is not None:
        _end_at_boundary(course)


EFFECTS: Final[Mapping[type[Operation], Callable[[Course, Any], None]]] = {
    Cancel: _cancel,
    Uncancel: _uncancel,
    Pause: _pause,
    Resume: _resume,
    ChangeTerms: _change,
    Rezone: _rezone,
}
"""What each operation does; ``Release`` is not among them, it decides how the backlog is played."""
