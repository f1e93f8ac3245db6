"""Ranges of unique sale numbers set apart for a till that may be off line, used up by steps of one.

The sequence stays the device's: a range is cut off it once, and no number is in two of them (fiscal rules 2).
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update

from billing.errors import StoreError
from billing.models import SaleRange
from billing.store.compiled import Insert
from billing.store.numbering import TakenNumber, check_sale_number
from billing.store.work import Work

_RANGES = Insert(SaleRange)


class SaleRangeSpent(StoreError):
    """A till that numbers its sales from a range has none left."""

    code = "sale_range_spent"

    def __init__(self, till: str, device_number: str) -> None:
        super().__init__(
            f"till {till!r} has no sale numbers of device {device_number} left; set a new range apart for it"
        )


@dataclass(frozen=True, slots=True)
class Range:
    """Numbers ``first`` to ``last`` of a device's sequence for a till; ``next`` is the one to come."""

    device_number: str
    till: str
    first: int
    last: int
    next: int
    closed_at: datetime | None = None

    @property
    def left(self) -> int:
        """How many numbers are left; none of a closed range."""
        return 0 if self.closed_at else self.last - self.next + 1


def insert_range(work: Work, given: Range) -> None:
    """Write a range of numbers that was cut off a device's sequence."""
    _RANGES.row(
        work,
        {
            "master_id": work.master_id,
            "device_number": given.device_number,
            "till": given.till,
            "first": given.first,
            "last": given.last,
            "next": given.next,
            "taken_at": work.now,
        },
    )


def read_ranges(work: Work, device_number: str | None = None) -> list[Range]:
    """Return all ranges, of one device or of all, in order of their numbers."""
    statement = (
        select(
            SaleRange.device_number,
            SaleRange.till,
            SaleRange.first,
            SaleRange.last,
            SaleRange.next,
            SaleRange.closed_at,
        )
        .where(SaleRange.master_id == work.master_id)
        .order_by(SaleRange.device_number, SaleRange.first)
    )
    if device_number is not None:
        statement = statement.where(SaleRange.device_number == device_number)
    return [Range(*row) for row in work.connection.execute(statement)]


def take_from_range(
    work: Work, device: str, device_number: str, operator_code: str, till: str
) -> TakenNumber:
    """Take the next number of the till's oldest range that has one.

    Raises:
        SaleRangeSpent: it has none.
        DeviceNumberUnknown, OperatorCodeWrong: no number can be made.
    """
    check_sale_number(device, device_number, operator_code)
    mine = (
        SaleRange.master_id == work.master_id,
        SaleRange.device_number == device_number,
        SaleRange.till == till,
        SaleRange.closed_at.is_(None),
        SaleRange.next <= SaleRange.last,
    )
    first = work.connection.execute(
        select(SaleRange.id).where(*mine).order_by(SaleRange.first).limit(1).with_for_update()
    ).scalar()
    if first is None:
        raise SaleRangeSpent(till, device_number)
    number: int = work.connection.execute(
        update(SaleRange)
        .where(SaleRange.master_id == work.master_id, SaleRange.id == first)
        .values(next=SaleRange.next + 1)
        .returning(SaleRange.next)
    ).scalar_one()
    return TakenNumber(device_number, operator_code, number - 1)


def close_ranges(work: Work, device_number: str, till: str) -> int:
    """Take the numbers that are left from a till for good; return how many that were."""
    left = sum(each.left for each in read_ranges(work, device_number) if each.till == till)
    work.connection.execute(
        update(SaleRange)
        .where(
            SaleRange.master_id == work.master_id,
            SaleRange.device_number == device_number,
            SaleRange.till == till,
            SaleRange.closed_at.is_(None),
        )
        .values(closed_at=work.now)
    )
    return left
