"""The life of a bill as one table of moves; a move that is not in it is refused. Protocol semantics 10."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from billing.pricing.refusals import Finalized, MoveRefused


class State(StrEnum):
    """Where a bill stands."""

    OPEN = "open"
    PARTLY_PAID = "partly_paid"
    FINAL = "final"
    HANDED_OVER = "handed_over"
    REPORTED = "reported"
    VOIDED = "voided"


class Move(StrEnum):
    """What can be asked of a bill, or happen to it."""

    ENTER = "take a line"
    PAY = "take a payment"
    REMOVE = "lose an item"
    TAKE_OVER = "take charges of another bill"
    GIVE = "give charges to another bill"
    WITHDRAW = "have a payment withdrawn"
    EMPTY = "have its last payment withdrawn"
    FINALISE = "become final"
    CHANGE_ORIGIN = "change its origin"
    DELETE = "be deleted"
    VOID = "be voided"
    HAND_OVER = "be handed over for printing"
    INVOICE = "get an invoice"
    COPY = "be printed again as a copy"
    REVERSE = "be reversed"
    GIVE_UP = "be given up unprinted"
    REPORT = "be taken by a report"
    READ = "be read"


MOVES: Final[Mapping[tuple[State, Move], State]] = {
    (State.OPEN, Move.ENTER): State.OPEN,
    (State.OPEN, Move.PAY): State.PARTLY_PAID,
    (State.OPEN, Move.REMOVE): State.OPEN,
    (State.OPEN, Move.TAKE_OVER): State.OPEN,
    (State.OPEN, Move.GIVE): State.OPEN,
    (State.OPEN, Move.FINALISE): State.FINAL,  # a recurring bill of zero needs no payment
    (State.OPEN, Move.CHANGE_ORIGIN): State.OPEN,
    (State.OPEN, Move.DELETE): State.VOIDED,  # a record stays: nothing is deleted
    (State.OPEN, Move.VOID): State.VOIDED,
    (State.OPEN, Move.READ): State.OPEN,
    (State.PARTLY_PAID, Move.ENTER): State.PARTLY_PAID,
    (State.PARTLY_PAID, Move.PAY): State.PARTLY_PAID,
    (State.PARTLY_PAID, Move.REMOVE): State.PARTLY_PAID,
    (State.PARTLY_PAID, Move.WITHDRAW): State.PARTLY_PAID,
    (State.PARTLY_PAID, Move.EMPTY): State.OPEN,
    (State.PARTLY_PAID, Move.FINALISE): State.FINAL,
    (State.PARTLY_PAID, Move.VOID): State.VOIDED,
    (State.PARTLY_PAID, Move.READ): State.PARTLY_PAID,
    (State.FINAL, Move.HAND_OVER): State.HANDED_OVER,
    (State.FINAL, Move.INVOICE): State.FINAL,
    (State.FINAL, Move.COPY): State.FINAL,
    (State.FINAL, Move.REVERSE): State.FINAL,
    (State.FINAL, Move.REPORT): State.REPORTED,
    (State.FINAL, Move.READ): State.FINAL,
    (State.HANDED_OVER, Move.INVOICE): State.HANDED_OVER,
    (State.HANDED_OVER, Move.COPY): State.HANDED_OVER,
    (State.HANDED_OVER, Move.REVERSE): State.HANDED_OVER,
    (State.HANDED_OVER, Move.GIVE_UP): State.VOIDED,  # a reversal whose document no device will print
    (State.HANDED_OVER, Move.REPORT): State.REPORTED,
    (State.HANDED_OVER, Move.READ): State.HANDED_OVER,
    (State.REPORTED, Move.COPY): State.REPORTED,
    (State.REPORTED, Move.REVERSE): State.REPORTED,
    (State.REPORTED, Move.READ): State.REPORTED,
    (State.VOIDED, Move.READ): State.VOIDED,
}

LIVE: Final = frozenset({State.OPEN, State.PARTLY_PAID})
"""The states in which lines and payments are taken."""

FINISHED: Final = frozenset({State.FINAL, State.HANDED_OVER, State.REPORTED})
"""The states of a bill that was paid and stands for good."""


def after(state: State, move: Move) -> State:
    """Return the state that ``move`` leads to.

    Raises:
        Finalized: the bill is final, reported or voided and the move would change it.
        MoveRefused: the move is refused for another reason.
    """
    try:
        return MOVES[state, move]
    except KeyError:
        if state in LIVE:
            raise MoveRefused(state, move) from None
        raise Finalized(state, move) from None
