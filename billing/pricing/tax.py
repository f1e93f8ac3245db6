"""The tax of a bill by group. Prices include it; it is taken per group, never per line (semantics 7.6)."""

from dataclasses import dataclass
from decimal import Decimal

from billing.money import EXACT, round_half_up


@dataclass(frozen=True, slots=True)
class GroupTax:
    """One tax group of a bill, in minor units: ``net`` + ``vat`` = ``gross``; ``rate`` is in percent."""

    rate: Decimal
    gross: int
    net: int
    vat: int


def tax_of(gross: int, rate: Decimal) -> GroupTax:
    """Return ``gross`` minor units parted into net, rounded half up, and the VAT that is left."""
    net = round_half_up(EXACT.divide(Decimal(gross * 100), EXACT.add(rate, Decimal(100))))
    return GroupTax(rate, gross, net, gross - net)
