"""The states of a bill as to its collection and of one attempt, and their legal moves (semantics 8).

A pair that is not in a table is no legal move; ``move_bill`` and ``move_attempt`` refuse it.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from billing.errors import RuleError


class BillState(StrEnum):
    """A bill as to its collection."""

    OPEN = "OPEN"
    COLLECTING = "COLLECTING"
    SETTLED = "SETTLED"
    FAILED = "FAILED"
    VOID = "VOID"


class AttemptState(StrEnum):
    """One try to move money."""

    STAGED = "STAGED"
    SUBMITTING = "SUBMITTING"
    SUCCEEDED = "SUCCEEDED"
    PENDING = "PENDING"
    DECLINED = "DECLINED"
    REJECTED = "REJECTED"
    ERROR = "ERROR"
    UNKNOWN = "UNKNOWN"
    CANCELED = "CANCELED"


BILL_MOVES: Final[Mapping[BillState, frozenset[BillState]]] = MappingProxyType(
    {
        BillState.OPEN: frozenset(
            {BillState.COLLECTING, BillState.SETTLED, BillState.FAILED, BillState.VOID}
        ),
        BillState.COLLECTING: frozenset(
            {BillState.SETTLED, BillState.FAILED, BillState.VOID, BillState.OPEN}
        ),
        BillState.FAILED: frozenset({BillState.COLLECTING, BillState.SETTLED, BillState.VOID}),
        BillState.SETTLED: frozenset(),  # left only by refunds, which are documents of their own
        BillState.VOID: frozenset(),
    }
)
"""Where a bill may go from each state; back to OPEN when its instrument is taken away."""

_RESOLVED: Final = frozenset({AttemptState.SUCCEEDED, AttemptState.DECLINED, AttemptState.REJECTED})

ATTEMPT_MOVES: Final[Mapping[AttemptState, frozenset[AttemptState]]] = MappingProxyType(
    {
        AttemptState.STAGED: frozenset({AttemptState.SUBMITTING, AttemptState.CANCELED}),
        AttemptState.SUBMITTING: _RESOLVED | {AttemptState.PENDING, AttemptState.ERROR, AttemptState.UNKNOWN},
        AttemptState.PENDING: _RESOLVED,  # by notice or by asking
        AttemptState.UNKNOWN: _RESOLVED,
        AttemptState.SUCCEEDED: frozenset(),
        AttemptState.DECLINED: frozenset(),
        AttemptState.REJECTED: frozenset(),
        AttemptState.ERROR: frozenset(),
        AttemptState.CANCELED: frozenset(),
    }
)
"""Where an attempt may go from each state."""


class IllegalMove(RuleError):
    """A bill or attempt was to go where its state does not lead."""

    code = "illegal_move"

    def __init__(self, what: str, old: str, new: str) -> None:
        super().__init__(f"the {what} is {old}; from there it cannot become {new}")


def move_bill(old: BillState, new: BillState) -> BillState:
    """Return ``new`` if a bill may go there from ``old``; raises ``IllegalMove``."""
    if new not in BILL_MOVES[old]:
        raise IllegalMove("bill", old, new)
    return new


def move_attempt(old: AttemptState, new: AttemptState) -> AttemptState:
    """Return ``new`` if an attempt may go there from ``old``; raises ``IllegalMove``."""
    if new not in ATTEMPT_MOVES[old]:
        raise IllegalMove("attempt", old, new)
    return new
