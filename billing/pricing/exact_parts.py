"""Which quantities of a bill's lines come to a sum exactly: what a reversal of money that went back names."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from billing.money import allocate
from billing.pricing.bill import Bill
from billing.pricing.refusals import Refusal
from billing.pricing.reversal import Gone, Part, Reversed, reverse_lines

_THOUSANDTH: Final = Decimal("0.001")
_AROUND: Final = 2
"""So many thousandths to either side of the quantity by share are looked at."""

_Taken = tuple[Part, int]
"""A part, and what it comes to in minor units."""


def parts_for(bill: Bill, amount: int, gone: Mapping[int, Gone]) -> list[Part] | None:
    """Return parts of ``bill`` that come to exactly ``amount``, each line by its share.

    Args:
        bill: the original, final.
        amount: minor units that are taken back, above zero.
        gone: what was reversed before, by position.

    Returns:
        Parts for ``reverse_lines``; an empty list takes back all that is left. None: no quantities in
        thousandths come to it.

    Raises:
        NothingToReverse: nothing is left.
    """
    left = [line for line in reverse_lines(bill, (), gone) if line.charge.total > 0]
    totals = [line.charge.total for line in left]
    if amount >= sum(totals):
        return [] if amount == sum(totals) else None
    wanted = allocate(amount, totals)
    near = [_nearest(bill, line, part, gone) for line, part in zip(left, wanted, strict=True)]
    for last, line in sorted(enumerate(left), key=lambda each: -each[1].charge.total):
        others = [each for place, each in enumerate(near) if each is not None and place != last]
        rest = amount - sum(total for _, total in others)
        closing = _nearest(bill, line, rest, gone)
        if (0 if closing is None else closing[1]) == rest:
            parts = [part for part, _ in (*others, *([closing] if closing else []))]
            return sorted(parts, key=lambda part: part.position)
    return None


def _nearest(bill: Bill, left: Reversed, wanted: int, gone: Mapping[int, Gone]) -> _Taken | None:
    """Return the part of a line that comes nearest to ``wanted``, None for nothing of it."""
    by_share = (left.charge.qty * wanted / left.charge.total).quantize(_THOUSANDTH)
    steps = (by_share + step * _THOUSANDTH for step in range(-_AROUND, _AROUND + 1))
    found = [_taken(bill, Part(left.original, qty), gone) for qty in steps if 0 < qty <= left.charge.qty]
    some = [each for each in found if each is not None]
    return min(some, key=lambda each: abs(each[1] - wanted), default=None) if wanted > 0 else None


def _taken(bill: Bill, part: Part, gone: Mapping[int, Gone]) -> _Taken | None:
    try:
        return part, reverse_lines(bill, [part], gone)[0].charge.total
    except Refusal:  # so little of it comes to nothing
        return None
