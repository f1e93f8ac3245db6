"""Sale numbers for tills that may be off line, and the rule that a device must have been seen of late.

A till with a range of its own numbers its sales from it (``Register.till``), in this store or in one of its
own that ``adopt_range`` told of the range.
"""

from billing.errors import UsageError
from billing.services.devices import read_device
from billing.store.engine import Store
from billing.store.nomenclature import read_defaults
from billing.store.numbering import DeviceNumberUnknown, take_sale_numbers
from billing.store.origins import read_origin
from billing.store.sale_ranges import Range, close_ranges, insert_range, read_ranges
from billing.store.trail import journal

__all__ = ["Range", "adopt_range", "close_range", "lease_range", "ranges"]

MOST: int = 100_000
"""Numbers a range holds at most."""

ANY_OPERATOR = "0001"
"""The operator's code is no part of the sequence; it stands in each number as it is used."""


class RangeWrong(UsageError):
    """A range that cannot be set apart."""

    code = "sale_range"

    def __init__(self, why: str) -> None:
        super().__init__(f"no range of sale numbers can be set apart: {why}")


def lease_range(store: Store, till: str, count: int, origin: str | None = None) -> Range:
    """Set the next ``count`` numbers of the origin's device apart for ``till``, and return them.

    Raises:
        RangeWrong: the till has no name, the count is not 1 to 100,000, or the origin has no device.
        DeviceNumberUnknown, SaleNumbersSpent, Missing: the device has no such numbers.
    """
    if not 0 < len(till) <= 40 or not till.isprintable():
        raise RangeWrong("a till has a name of 1 to 40 printable characters")
    if not 0 < count <= MOST:
        raise RangeWrong(f"{count} is not 1 to {MOST}")
    with store.write() as work:
        device = read_origin(work, origin, read_defaults(work).default_origin).device
        if device is None:
            raise RangeWrong("the origin has no device")
        last = take_sale_numbers(work, device.name, device.number, ANY_OPERATOR, count)
        given = Range(device.number, till, last - count + 1, last, last - count + 1)
        insert_range(work, given)
        facts = {"till": till, "first": given.first, "last": given.last}
        journal(work, "sale_range_leased", ("device", device.number), facts)
        return given


def adopt_range(store: Store, given: Range) -> None:
    """Tell a till's own store of the range that was set apart for it.

    Raises:
        RangeWrong: it overlaps one that is there.
    """
    with store.write() as work:
        for each in read_ranges(work, given.device_number):
            if each.first <= given.last and given.first <= each.last:
                raise RangeWrong(f"{given.first} to {given.last} overlaps {each.first} to {each.last}")
        insert_range(work, given)


def close_range(store: Store, device: str, till: str) -> int:
    """Take what is left from a till for good, so that it is accounted for; return how many numbers.

    Raises:
        Missing, DeviceNumberUnknown: there is no such device, or it was never read.
    """
    number = read_device(store, device).number
    if not number:
        raise DeviceNumberUnknown(device, number)
    with store.write() as work:
        left = close_ranges(work, number, till)
        journal(work, "sale_range_closed", ("device", number), {"till": till, "unused": left})
        return left


def ranges(store: Store, device_number: str | None = None) -> list[Range]:
    """Return all ranges, of one device or of all."""
    with store.read() as work:
        return read_ranges(work, device_number)
