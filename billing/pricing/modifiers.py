"""Discounts and surcharges: what one amounts to, and how the bill's is spread over the tax groups.

Amounts are whole minor units, discounts below zero. Protocol semantics 7.2, 7.3 and 7.5.
"""

from collections.abc import Mapping
from decimal import Decimal

from billing.money import EXACT, Currency, allocate, round_half_up
from billing.parser.lines import ModifierValue


def amount_of(modifier: ModifierValue, base: int, currency: Currency) -> int:
    """Return what ``modifier`` adds to ``base``, rounded half up away from zero."""
    if modifier.kind == "fixed":
        return currency.to_minor(modifier.value)
    return round_half_up(EXACT.multiply(Decimal(base), modifier.value).scaleb(-2, EXACT))


def spread(amount: int, groups: Mapping[int, int], default: int | None) -> dict[int, int]:
    """Return each tax group's share of the bill's modifier; the shares always sum to ``amount``.

    Args:
        amount: the modifier's amount with its sign.
        groups: the line totals summed by tax group, none below zero.
        default: the group that takes all when there is no charge.

    Returns:
        Shares by group number, without the groups that get nothing when the totals sum to zero. Empty when
        ``amount`` is zero, or when there is neither a charge nor a default group.
    """
    if amount == 0:
        return {}
    numbers = sorted(groups)
    weights = [groups[number] for number in numbers]
    if not any(weights):
        lowest = numbers[0] if numbers else default
        return {} if lowest is None else {lowest: amount}
    sign = -1 if amount < 0 else 1
    return {n: sign * part for n, part in zip(numbers, allocate(abs(amount), weights), strict=True)}
