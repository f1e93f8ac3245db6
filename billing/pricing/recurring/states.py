"""The states of a subscription and which operation each of them admits, as a table (semantics 8)."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from billing.errors import RuleError
from billing.pricing.recurring.asked import (
    Cancel,
    ChangeTerms,
    Operation,
    Pause,
    Release,
    Resume,
    Rezone,
    Uncancel,
)
from billing.pricing.recurring.mistakes import (
    AlreadyCanceled,
    NotEnding,
    NotHeld,
    NotPausable,
    NotPaused,
)
from billing.pricing.recurring.schedule import boundary
from billing.pricing.recurring.subscription import Subscription


class State(StrEnum):
    """Where a subscription stands in its life."""

    PENDING = "PENDING"
    TRIALING = "TRIALING"
    ACTIVE = "ACTIVE"
    ENDING = "ENDING"
    PAUSED = "PAUSED"
    HELD = "HELD"
    CANCELED = "CANCELED"
    EXPIRED = "EXPIRED"


FINAL: Final = frozenset({State.CANCELED, State.EXPIRED})

_ALWAYS: Final = frozenset[type[Operation]]({Cancel, ChangeTerms, Rezone})

ADMITS: Final[Mapping[State, frozenset[type[Operation]]]] = MappingProxyType(
    {
        State.PENDING: _ALWAYS | {Pause},
        State.TRIALING: _ALWAYS | {Pause},
        State.ACTIVE: _ALWAYS | {Pause},
        State.ENDING: _ALWAYS | {Uncancel},
        State.PAUSED: _ALWAYS | {Resume},
        State.HELD: _ALWAYS | {Release},
        State.CANCELED: frozenset(),
        State.EXPIRED: frozenset(),
    }
)
"""The operations that each state admits; every other one is refused by its name."""


def state_of(subscription: Subscription, now: datetime) -> State:
    """Return the state at ``now`` of a subscription whose boundaries up to ``now`` are generated."""
    end, ended = subscription.cancel_at, subscription.ended_at
    expired = ended is not None and ended <= now and (end is None or ended < end)
    facts = (
        (subscription.held, State.HELD),
        (expired, State.EXPIRED),
        (end is not None and end <= now, State.CANCELED),
        (end is not None, State.ENDING),
        (subscription.paused, State.PAUSED),
        (now < subscription.start, State.PENDING),
        (subscription.trial_days > 0 and _in_trial(subscription, now), State.TRIALING),
    )
    return next((state for holds, state in facts if holds), State.ACTIVE)


def judge(operation: Operation, state: State) -> None:
    """Refuse ``operation`` in ``state`` unless the table admits it.

    Raises:
        AlreadyCanceled, NotEnding, NotPaused, NotPausable, NotHeld: each names what it needs.
    """
    if type(operation) not in ADMITS[state]:
        raise _refusal(operation, state)


def _refusal(operation: Operation, state: State) -> RuleError:
    if isinstance(operation, Uncancel):
        return NotEnding(state)
    if state in FINAL:
        return AlreadyCanceled(operation.name, state)
    if isinstance(operation, Resume):
        return NotPaused(state)
    if isinstance(operation, Release):
        return NotHeld(state)
    return NotPausable(state)


def _in_trial(subscription: Subscription, now: datetime) -> bool:
    return subscription.segment.number == 0 and now < boundary(subscription.segment, 0, subscription.zone)
