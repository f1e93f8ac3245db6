"""A reversal's rows: which lines of which bill it takes back, and what went back before.

Core statements that name the master. A reversal that was given up unprinted does not count.
"""

from collections.abc import Sequence
from decimal import Decimal

from sqlalchemy import ColumnElement, and_, func, select, update

from billing.models import Bill, Charge, Payment, Reversal, ReversalLine
from billing.pricing import State
from billing.pricing.reversal import Gone, Reversed
from billing.store.compiled import Insert
from billing.store.work import Work

_REVERSALS = Insert(Reversal)
_LINES = Insert(ReversalLine)


def insert_reversal(
    work: Work, bill_id: int, original_id: int, lines: Sequence[Reversed], invoice_number: str
) -> None:
    """Write what the bill ``bill_id`` takes back of ``original_id``."""
    base = {"master_id": work.master_id, "bill_id": bill_id, "original_id": original_id}
    _REVERSALS.row(work, base | {"invoice_number": invoice_number})
    _LINES.rows(
        work,
        [
            base
            | {
                "position": line.charge.position,
                "original_position": line.original,
                "qty": line.charge.qty,
            }
            for line in lines
        ],
    )


def _counts(work: Work, original_id: int) -> tuple[ColumnElement[bool], ...]:
    return (
        Reversal.master_id == work.master_id,
        Reversal.original_id == original_id,
        Bill.state != State.VOIDED.value,
    )


def reversed_lines(work: Work, original_id: int) -> dict[int, Gone]:
    """Return what was taken back of each charge of a bill, by position."""
    rows = work.connection.execute(
        select(
            ReversalLine.original_position,
            func.sum(ReversalLine.qty),
            func.sum(Charge.total),
        )
        .select_from(Reversal)
        .join(Bill, and_(Bill.master_id == Reversal.master_id, Bill.id == Reversal.bill_id))
        .join(
            ReversalLine,
            and_(ReversalLine.master_id == Reversal.master_id, ReversalLine.bill_id == Reversal.bill_id),
        )
        .join(
            Charge,
            and_(
                Charge.master_id == ReversalLine.master_id,
                Charge.bill_id == ReversalLine.bill_id,
                Charge.position == ReversalLine.position,
            ),
        )
        .where(*_counts(work, original_id))
        .group_by(ReversalLine.original_position)
    )
    return {position: Gone(Decimal(qty), int(total)) for position, qty, total in rows}


def given_back(work: Work, original_id: int) -> dict[int, int]:
    """Return what went back by each payment type, minor units."""
    rows = work.connection.execute(
        select(Payment.payment_type, func.sum(Payment.value))
        .select_from(Reversal)
        .join(Bill, and_(Bill.master_id == Reversal.master_id, Bill.id == Reversal.bill_id))
        .join(Payment, and_(Payment.master_id == Reversal.master_id, Payment.bill_id == Reversal.bill_id))
        .where(*_counts(work, original_id))
        .group_by(Payment.payment_type)
    )
    return {kind: int(value) for kind, value in rows}


def original_of(work: Work, bill_id: int) -> int | None:
    """Return the number of the bill that a reversal takes back, None for a sale."""
    number: int | None = work.connection.execute(
        select(Reversal.original_id).where(Reversal.master_id == work.master_id, Reversal.bill_id == bill_id)
    ).scalar()
    return number


def reversals_of(work: Work, original_id: int) -> list[int]:
    """Return the numbers of the reversals of a bill that count, the oldest first."""
    return list(
        work.connection.execute(
            select(Reversal.bill_id)
            .join(Bill, and_(Bill.master_id == Reversal.master_id, Bill.id == Reversal.bill_id))
            .where(*_counts(work, original_id))
            .order_by(Reversal.bill_id)
        ).scalars()
    )


def give_up_reversal(work: Work, bill_id: int, reason: str) -> bool:
    """Void a reversal whose document will never be printed; return whether the bill was one."""
    done = work.connection.execute(
        update(Bill)
        .where(
            Bill.master_id == work.master_id,
            Bill.id == bill_id,
            Bill.state == State.HANDED_OVER.value,
            Bill.reversal_reason != "",
        )
        .values(state=State.VOIDED.value, voided_at=work.now, void_reason=reason)
    )
    return done.rowcount > 0
