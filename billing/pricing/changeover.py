"""A sale of before a change of currency, taken back after it: in the new currency, at the rate fixed by law.

The paper's total is converted once and lines and payments share it out, so that it never depends on how many
lines there are (fiscal rules 10: divide by the rate as fixed, then round half up). What is left of a sale is
counted in the sale's own currency, and that is not this module's.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import Final

from billing.money import EXACT, Currency, allocate
from billing.parser.lines import ModifierValue
from billing.pricing.entries import Charge
from billing.pricing.lookup import in_units

PRICE_PLACES: Final = 4
"""Decimals of a unit price (protocol semantics 5)."""


@dataclass(frozen=True, slots=True)
class Conversion:
    """From one currency to the one that replaced it.

    Attributes:
        old: the currency of the sale.
        new: the one that holds now.
        rate: as the law fixed it, such as 1.95583.
        per_new: whether the rate is so much of ``old`` for one of ``new``, else the other way round.
    """

    old: Currency
    new: Currency
    rate: Decimal
    per_new: bool = True

    @property
    def worth(self) -> Fraction:
        """What one unit of the old currency is in the new one, exactly."""
        return 1 / Fraction(self.rate) if self.per_new else Fraction(self.rate)

    def amount(self, minor: int) -> int:
        """Return minor units of the old currency in minor units of the new one, rounded half up."""
        return in_units(self.old.from_minor(minor), self.worth, self.new.exponent)

    def shares(self, minor: Sequence[int]) -> list[int]:
        """Return amounts in the new currency; they add up to their sum, converted (largest remainder)."""
        total = sum(minor)
        return allocate(self.amount(total), minor) if total else [0] * len(minor)


def convert_charges(charges: Iterable[Charge], by: Conversion) -> list[Charge]:
    """Return charges in the new currency; their totals add up to the converted sum of the old totals."""
    old = list(charges)
    parts = by.shares([charge.total for charge in old])
    return [_convert(charge, part, by) for charge, part in zip(old, parts, strict=True)]


def _convert(charge: Charge, total: int, by: Conversion) -> Charge:
    """Return ``charge`` with a price in the new currency and what leads from there to ``total``.

    The price is the old one converted; a charge without a modifier does not get one from rounding alone
    where a price with more decimals comes to the same.
    """
    price = by.new.from_minor(in_units(charge.price, by.worth, by.new.exponent))
    if not charge.amount and _gross(charge, price, by.new) != total:
        finer = EXACT.divide(by.new.from_minor(total), charge.qty).quantize(
            Decimal(1).scaleb(-PRICE_PLACES), context=EXACT
        )
        price = finer if _gross(charge, finer, by.new) == total else price
    gross = _gross(charge, price, by.new)
    amount = total - gross
    modifier = ModifierValue("fixed", by.new.from_minor(amount)) if amount else None
    return replace(charge, price=price, gross=gross, modifier=modifier, amount=amount)


def _gross(charge: Charge, price: Decimal, currency: Currency) -> int:
    return currency.to_minor(EXACT.multiply(charge.qty, price))
