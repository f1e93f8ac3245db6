"""Numbers that are taken inside the transaction that uses them, without gaps: sales and jobs.

The counter's row stays locked until that transaction ends: a number is given out once, and one that was not
committed is given out again.
"""

import re
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import bindparam, update
from sqlalchemy.dialects import postgresql, sqlite

from billing.errors import StoreError
from billing.models import Device, SaleCounter, SaleNumber, SaleRange
from billing.store.compiled import Insert, Statement
from billing.store.work import Work

LAST_SALE: Final = 9_999_999
"""Seven digits (fiscal rules 2)."""

HIGHEST_OF_OTHERS: Final = 8_999_999
"""The highest number of another program after which our own sequence goes on."""

OTHERS: Final = "another program"
"""Whose the numbers are that another program has taken of a device's sequence."""

DEVICE_NUMBER: Final = re.compile(r"[A-Z]{2}[0-9]{6}")
OPERATOR_CODE: Final = re.compile(r"[0-9A-Z]{4}")

_KEY: Final = ["master_id", "device_number"]
_NEW: Final[dict[str, Any]] = {
    "master_id": bindparam("master"),
    "device_number": bindparam("device"),
    "last": bindparam("one"),
}
_ONE_MORE: Final = {"last": SaleCounter.last + bindparam("one")}
_COUNT_UP: Final = Statement(
    sqlite.insert(SaleCounter)
    .values(_NEW)
    .on_conflict_do_update(index_elements=_KEY, set_=_ONE_MORE)
    .returning(SaleCounter.last),
    postgresql=postgresql.insert(SaleCounter)
    .values(_NEW)
    .on_conflict_do_update(index_elements=_KEY, set_=_ONE_MORE)
    .returning(SaleCounter.last),
)
_NEXT_JOB: Final = Statement(
    update(Device)
    .where(Device.master_id == bindparam("master"), Device.id == bindparam("device"))
    .values(last_job=Device.last_job + bindparam("one"))
    .returning(Device.last_job)
)
_NUMBERS: Final = Insert(SaleNumber)
_RANGES: Final = Insert(SaleRange)


class DeviceNumberUnknown(StoreError):
    """A sale cannot be numbered before its device's number is known."""

    code = "device_number_unknown"

    def __init__(self, device: str, found: str) -> None:
        found_words = f"{found!r} is not two Latin capitals and six digits" if found else "it was never read"
        super().__init__(
            f"no unique sale number can be made for device {device!r}: {found_words}; "
            f"run 'billing device check {device}' to read its number"
        )


class OperatorCodeWrong(StoreError):
    """An operator's code does not fit a unique sale number."""

    code = "operator_code"

    def __init__(self, code: str) -> None:
        super().__init__(f"operator code {code!r} is not four capitals or digits")


class SaleNumbersSpent(StoreError):
    """A device's seven digits are used up."""

    code = "sale_numbers_spent"

    def __init__(self, device_number: str) -> None:
        super().__init__(f"device {device_number} has used its last sale number {LAST_SALE}")


@dataclass(frozen=True, slots=True)
class TakenNumber:
    """A sale number taken in this transaction; ``keep_sale_number`` writes whose it is."""

    device_number: str
    operator_code: str
    sale: int

    def __str__(self) -> str:
        return f"{self.device_number}-{self.operator_code}-{self.sale:07d}"


def take_sale_number(work: Work, device: str, device_number: str, operator_code: str) -> TakenNumber:
    """Take the next unique sale number: ``DT000600-0001-0000042``.

    Args:
        work: the transaction of the bill's first charge.
        device: name of the session origin's device.
        device_number: its number (FDIN).
        operator_code: four capitals or digits, the code of the operator of the first charge.

    Raises:
        DeviceNumberUnknown, OperatorCodeWrong, SaleNumbersSpent: no number can be made.
    """
    last = take_sale_numbers(work, device, device_number, operator_code, 1)
    return TakenNumber(device_number, operator_code, last)


def take_sale_numbers(work: Work, device: str, device_number: str, operator_code: str, count: int) -> int:
    """Take the next ``count`` sale numbers at once and return the last of them; as ``take_sale_number``."""
    check_sale_number(device, device_number, operator_code)
    last = _number(_COUNT_UP.first(work, {"master": work.master_id, "device": device_number, "one": count}))
    if last > LAST_SALE:
        raise SaleNumbersSpent(device_number)
    return last


def check_sale_number(device: str, device_number: str, operator_code: str) -> None:
    """Refuse a device number or operator code that no unique sale number can be made of.

    Raises:
        DeviceNumberUnknown, OperatorCodeWrong: which of the two.
    """
    if DEVICE_NUMBER.fullmatch(device_number) is None:
        raise DeviceNumberUnknown(device, device_number)
    if OPERATOR_CODE.fullmatch(operator_code) is None:
        raise OperatorCodeWrong(operator_code)


def pass_sale_number(work: Work, unique_sale_number: str) -> None:
    """Let our own sequence go on after a number that another program gave a sale on the same device.

    A number that high that hardly any would be left for us is nobody's sequence and is not followed. The
    numbers up to it are that program's: they are kept as a range of its own, so that none is missing.
    """
    device_number, _, rest = unique_sale_number.partition("-")
    sale = int(rest.rpartition("-")[2])
    key = {"master": work.master_id, "device": device_number}
    last = _number(_COUNT_UP.first(work, key | {"one": 0}))
    if last < sale <= HIGHEST_OF_OTHERS:
        _COUNT_UP.first(work, key | {"one": sale - last})
        _leave_to_others(work, device_number, last + 1, sale)


def _leave_to_others(work: Work, device_number: str, first: int, last: int) -> None:
    """Account for numbers that another program has taken; those that follow on are one range."""
    grown = work.connection.execute(
        update(SaleRange)
        .where(
            SaleRange.master_id == work.master_id,
            SaleRange.device_number == device_number,
            SaleRange.till == OTHERS,
            SaleRange.last == first - 1,
        )
        .values(last=last)
    )
    if not grown.rowcount:
        _RANGES.row(
            work,
            {
                "master_id": work.master_id,
                "device_number": device_number,
                "till": OTHERS,
                "first": first,
                "last": last,
                "next": first,
                "taken_at": work.now,
                "closed_at": work.now,
            },
        )


def keep_sale_number(work: Work, taken: TakenNumber, bill_id: int) -> None:
    """Write down which bill took the number."""
    _NUMBERS.row(
        work,
        {
            "master_id": work.master_id,
            "device_number": taken.device_number,
            "sale": taken.sale,
            "operator_code": taken.operator_code,
            "bill_id": bill_id,
            "taken_at": work.now,
        },
    )


def void_sale_number(work: Work, bill_id: int, reason: str) -> None:
    """Record that the bill's number was voided at this moment, and why; the row stays."""
    work.connection.execute(
        update(SaleNumber)
        .where(
            SaleNumber.master_id == work.master_id,
            SaleNumber.bill_id == bill_id,
            SaleNumber.voided_at.is_(None),
        )
        .values(voided_at=work.now, void_reason=reason)
    )


def next_job(work: Work, device_id: int) -> int:
    """Return the next place in the device's queue; the device's row stays locked until the commit."""
    key = {"master": work.master_id, "device": device_id, "one": 1}
    return _number(_NEXT_JOB.first(work, key))


def _number(row: tuple[Any, ...] | None) -> int:
    assert row is not None, "the counter's row is there"  # noqa: S101 a bug of ours, not a mishap
    number: int = row[0]
    return number
