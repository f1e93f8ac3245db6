"""The report that accounts for every unique sale number ever taken, and finds the ones that are missing."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from billing.models import Bill, SaleCounter, SaleNumber
from billing.store.engine import Store
from billing.store.sale_ranges import Range, read_ranges


@dataclass(frozen=True, slots=True)
class SaleRow:
    """One number and what became of it: ``state`` is its bill's, or ``void`` with the reason."""

    number: str
    bill: int
    state: str
    total: int
    taken_at: datetime
    void_reason: str


@dataclass(frozen=True, slots=True)
class Account:
    """A device's numbers from 1 to ``last``; ``missing`` is empty unless rows were taken away.

    ``ranges`` are what was set apart for a till that may be off line, or taken by another program.
    """

    device_number: str
    last: int
    rows: tuple[SaleRow, ...]
    missing: tuple[int, ...]
    ranges: tuple[Range, ...] = ()


def account_for(store: Store, device_number: str | None = None) -> list[Account]:
    """Return every number of a device (None: of all), in order."""
    with store.read() as work, work.session() as session:
        counters = session.scalars(select(SaleCounter).order_by(SaleCounter.device_number)).all()
        found = []
        for counter in counters:
            if device_number not in {None, counter.device_number}:
                continue
            rows = session.execute(
                select(SaleNumber, Bill.state, Bill.total)
                .join(Bill, Bill.id == SaleNumber.bill_id)
                .where(SaleNumber.device_number == counter.device_number)
                .order_by(SaleNumber.sale)
            ).all()
            sales = [
                SaleRow(
                    number=f"{row.device_number}-{row.operator_code}-{row.sale:07d}",
                    bill=row.bill_id,
                    state="void" if row.voided_at is not None else state,
                    total=total,
                    taken_at=row.taken_at,
                    void_reason=row.void_reason,
                )
                for row, state, total in rows
            ]
            taken = {row.sale for row, _, _ in rows}
            ranges = read_ranges(work, counter.device_number)
            for each in ranges:
                taken |= set(range(each.next, each.last + 1))  # set apart for a till, or taken back from it
            missing = tuple(n for n in range(1, counter.last + 1) if n not in taken)
            found.append(Account(counter.device_number, counter.last, tuple(sales), missing, tuple(ranges)))
        return found
