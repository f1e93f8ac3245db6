"""What a reversal takes back: lines of a final bill, whole or in part, never more than was sold.

A reversed line keeps its list price; its modifier is the rest of what the customer had paid for it, the
bill's own modifier included, so that every part's tax comes off the group that bore it. Parts of a line add
up to exactly the line (fiscal rules 6). Amounts are whole minor units and positive.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Final

from billing.documents import ReversalReason
from billing.money import EXACT, divide_half_up
from billing.parser.lines import ModifierValue
from billing.pricing.bill import Bill
from billing.pricing.entries import Charge, Payment
from billing.pricing.refusals import Refusal, UnknownEntry

LAST_DAY: Final = 7
"""An operator's error may be reversed up to this day of the next month (N-18 art. 31)."""

THOUSANDTHS: Final = 3
"""Decimals of a quantity."""


class MoreThanSold(Refusal):
    """More of a line was to be reversed than is left of it."""

    code = "more_than_sold"

    def __init__(self, position: int, name: str, asked: Decimal, left: Decimal) -> None:
        super().__init__(f"{asked} of line {position} ({name!r}) cannot be reversed: {left} is left of it")
        self.position = position
        self.left = left


class QuantityWrong(Refusal):
    """A quantity that no line can have."""

    code = "zero_quantity"

    def __init__(self, qty: Decimal) -> None:
        super().__init__(f"{qty} cannot be reversed: a quantity is above zero and has at most 3 decimals")


class NothingToReverse(Refusal):
    """Nothing of the bill is left, or what was named comes to nothing."""

    code = "nothing_to_reverse"

    def __init__(self, why: str) -> None:
        super().__init__(f"there is nothing to reverse: {why}")


class TooLate(Refusal):
    """The deadline of an operator's error has passed."""

    code = "too_late"

    def __init__(self, sold: date, last: date) -> None:
        super().__init__(
            f"an operator's error in a sale of {sold} could be reversed until {last}; "
            "give the money back as a refund instead"
        )
        self.last = last


@dataclass(frozen=True, slots=True)
class Part:
    """A line to be reversed: the charge at ``position`` of the original, ``qty`` of it (None: all left)."""

    position: int
    qty: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Gone:
    """What was reversed of a line before."""

    qty: Decimal = Decimal(0)
    total: int = 0


@dataclass(frozen=True, slots=True)
class Reversed:
    """A line of a reversal: its charge, and the position of the original's charge that it takes back."""

    charge: Charge
    original: int


NOT_YET: Final = Gone()


def judge_deadline(reason: ReversalReason, sold: date, today: date) -> None:
    """Judge whether a sale of the day ``sold`` may still be reversed for ``reason``.

    Raises:
        TooLate: an operator's error, after the 7th of the next month.
    """
    if reason is not ReversalReason.OPERATOR_ERROR:
        return
    year, month = (sold.year + 1, 1) if sold.month == 12 else (sold.year, sold.month + 1)
    last = date(year, month, LAST_DAY)
    if today > last:
        raise TooLate(sold, last)


def reverse_lines(bill: Bill, parts: Sequence[Part], gone: Mapping[int, Gone]) -> list[Reversed]:
    """Return the lines of a reversal of ``bill``, at positions from 1.

    Args:
        bill: the original, final.
        parts: what is taken back; none means all that is left.
        gone: what was reversed before, by position.

    Raises:
        UnknownEntry: a part names no charge of the bill.
        MoreThanSold: more than is left of a line.
        QuantityWrong: a quantity of zero or less, or finer than a thousandth.
        NothingToReverse: nothing is left, or a line is named twice.
    """
    shares = bill.line_shares()
    charges = {entry.position: entry for entry in bill.entries.values() if isinstance(entry, Charge)}
    named = [part.position for part in parts]
    if len(set(named)) < len(named):
        raise NothingToReverse("a line is named twice; name it once with its whole quantity")
    wanted = list(parts) or [
        Part(position) for position, charge in charges.items() if gone.get(position, NOT_YET).qty < charge.qty
    ]
    if not wanted:
        raise NothingToReverse("every line of the bill was reversed before")
    lines = []
    for place, part in enumerate(wanted, start=1):
        charge = charges.get(part.position)
        if charge is None:
            raise UnknownEntry(part.position, "charge")
        before = gone.get(part.position, NOT_YET)
        back = _part(bill, charge, shares.get(part.position, 0), before, part)
        lines.append(Reversed(replace(back, position=place, line=0), part.position))
    if not sum(line.charge.total for line in lines):
        raise NothingToReverse("what was named comes to 0")
    return lines


def _part(bill: Bill, sold: Charge, share: int, before: Gone, part: Part) -> Charge:
    """Return the charge that takes back part of ``sold``, which bears ``share`` of the bill's modifier."""
    left = sold.qty - before.qty
    qty = left if part.qty is None else part.qty
    if left <= 0 or qty > left:
        raise MoreThanSold(sold.position, sold.name, part.qty or sold.qty, left)
    if qty <= 0 or _thousandths(qty) != qty.scaleb(THOUSANDTHS, EXACT):
        raise QuantityWrong(qty)
    if qty == sold.qty and not share:
        return sold
    # What all parts up to this one come to, less what the earlier ones came to: they add up to the line.
    upto = divide_half_up((sold.total + share) * _thousandths(before.qty + qty), _thousandths(sold.qty))
    gross = bill.currency.to_minor(EXACT.multiply(qty, sold.price))
    amount = upto - before.total - gross
    modifier = ModifierValue("fixed", bill.currency.from_minor(amount)) if amount else None
    return replace(sold, qty=qty, gross=gross, modifier=modifier, amount=amount)


def _thousandths(qty: Decimal) -> int:
    return int(qty.scaleb(THOUSANDTHS, EXACT))


def give_back(payments: Iterable[Payment], given: Mapping[int, int], total: int) -> list[tuple[Payment, int]]:
    """Return by which of the original's payments ``total`` goes back: the last first, never more than came.

    Args:
        payments: the original's, in order.
        given: what went back before, by payment type.
        total: what the reversal comes to.
    """
    left_before = dict(given)
    ways = []
    for payment in reversed(list(payments)):
        used = min(left_before.get(payment.payment_type, 0), payment.value)
        left_before[payment.payment_type] = left_before.get(payment.payment_type, 0) - used
        amount = min(payment.value - used, total)
        if amount > 0:
            ways.append((payment, amount))
            total -= amount
    if total and ways:  # an earlier part went back another way
        ways[-1] = (ways[-1][0], ways[-1][1] + total)
    elif total:
        ways.append((next(iter(payments)), total))
    return ways[::-1]
