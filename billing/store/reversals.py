"""A reversal's rows: which lines of which bill it takes back, and what went back before.

Core statements that name the master. A reversal that was given up unprinted does not count.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import ColumnElement, and_, func, select, update

from billing.models import Bill, Charge, Payment, Reversal, ReversalLine
from billing.pricing import State
from billing.pricing.reversal import Gone, Reversed
from billing.store.compiled import Insert
from billing.store.work import Work

_REVERSALS = Insert(Reversal)
_LINES = Insert(ReversalLine)


@dataclass(frozen=True, slots=True)
class Converted:
    """What a reversal comes to in its original's currency, where it is in another.

    Attributes:
        currency: code of the original's currency.
        rate: as fixed by law.
        total: minor units of that currency.
    """

    currency: str
    rate: Decimal
    total: int


@dataclass(frozen=True, slots=True)
class Kept:
    """A reversal's own row: the bill that it takes back, and what it was converted from."""

    original_id: int
    converted: Converted | None = None


def insert_reversal(
    work: Work,
    bill_id: int,
    kept: Kept,
    lines: Sequence[Reversed],
    invoice_number: str,
) -> None:
    """Write what the bill ``bill_id`` takes back; ``lines`` are in the currency of the original."""
    base = {"master_id": work.master_id, "bill_id": bill_id, "original_id": kept.original_id}
    converted = kept.converted
    _REVERSALS.row(
        work,
        base
        | {
            "invoice_number": invoice_number,
            "rate": converted and converted.rate,
            "original_total": converted and converted.total,
        },
    )
    _LINES.rows(
        work,
        [
            base
            | {
                "position": line.charge.position,
                "original_position": line.original,
                "qty": line.charge.qty,
                "total": converted and line.charge.total,
            }
            for line in lines
        ],
    )


def write_original_values(work: Work, bill_id: int, values: Mapping[int, int]) -> None:
    """Write what goes back by each payment in the original's currency, by the payment's position."""
    for position, value in values.items():
        work.connection.execute(
            update(Payment)
            .where(
                Payment.master_id == work.master_id,
                Payment.bill_id == bill_id,
                Payment.position == position,
            )
            .values(original_value=value)
        )


def _counts(work: Work, original_id: int) -> tuple[ColumnElement[bool], ...]:
    return (
        Reversal.master_id == work.master_id,
        Reversal.original_id == original_id,
        Bill.state != State.VOIDED.value,
    )


def reversed_lines(work: Work, original_id: int) -> dict[int, Gone]:
    """Return what was taken back of each charge of a bill, by position, in the bill's own currency."""
    rows = work.connection.execute(
        select(
            ReversalLine.original_position,
            func.sum(ReversalLine.qty),
            func.sum(func.coalesce(ReversalLine.total, Charge.total)),
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
    """Return what went back by each payment type, minor units of the original's currency."""
    rows = work.connection.execute(
        select(Payment.payment_type, func.sum(func.coalesce(Payment.original_value, Payment.value)))
        .select_from(Reversal)
        .join(Bill, and_(Bill.master_id == Reversal.master_id, Bill.id == Reversal.bill_id))
        .join(Payment, and_(Payment.master_id == Reversal.master_id, Payment.bill_id == Reversal.bill_id))
        .where(*_counts(work, original_id))
        .group_by(Payment.payment_type)
    )
    return {kind: int(value) for kind, value in rows}


def read_reversal(work: Work, bill_id: int) -> Kept | None:
    """Return which bill a reversal takes back and what it was converted from, None for a sale."""
    row = work.connection.execute(
        select(Reversal.original_id, Reversal.rate, Reversal.original_total, Bill.currency)
        .join(Bill, and_(Bill.master_id == Reversal.master_id, Bill.id == Reversal.original_id))
        .where(Reversal.master_id == work.master_id, Reversal.bill_id == bill_id)
    ).one_or_none()
    if row is None:
        return None
    converted = None if row.rate is None else Converted(row.currency, row.rate, row.original_total)
    return Kept(row.original_id, converted)


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
