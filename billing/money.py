"""Money: whole minor units of one ISO 4217 currency, the named rounding, and fair allocation.

Nothing here knows a bill or a device. Binary floats never enter (a lint rule and a test watch it).
Rounding is half up, away from zero on ties (protocol semantics 7.2).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Final, Self

from billing.errors import RuleError

EXACT: Final = Context(prec=60, rounding=ROUND_HALF_UP)
"""Wide enough that no product of two numbers of the bill language is ever cut."""

EXPONENTS: Final[dict[str, int]] = {
    **dict.fromkeys(("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF"), 0),
    **dict.fromkeys(("UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF"), 0),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
}
"""Currencies whose minor unit is not a hundredth (ISO 4217, table A.1)."""


class CurrencyClash(RuleError):
    """Amounts of two currencies met in one sum."""

    code = "currency_mismatch"

    def __init__(self, ours: str, theirs: str) -> None:
        super().__init__(f"an amount in {theirs} was found where {ours} is expected")
        self.ours = ours
        self.theirs = theirs


class TooFine(RuleError):
    """An amount with a fraction of the minor unit, where nothing may be rounded."""

    code = "too_fine"

    def __init__(self, amount: Decimal, code: str, exponent: int) -> None:
        super().__init__(f"the amount is {amount:f} {code}; {code} has {exponent} decimals")


@dataclass(frozen=True, slots=True)
class Currency:
    """An ISO 4217 code and how many decimals its minor unit has (0 for JPY, 3 for KWD)."""

    code: str
    exponent: int = 2

    @classmethod
    def of(cls, code: str) -> Self:
        """Return the currency named ``code`` with the exponent ISO 4217 gives it."""
        return cls(code, EXPONENTS.get(code, 2))

    @property
    def unit(self) -> Decimal:
        """The minor unit: ``Decimal("0.01")`` for EUR."""
        return Decimal(1).scaleb(-self.exponent)

    def to_minor(self, amount: Decimal) -> int:
        """Return ``amount`` in whole minor units, rounded half up."""
        return round_half_up(amount.scaleb(self.exponent, EXACT))

    def exact_minor(self, amount: Decimal) -> int:
        """Return ``amount`` in whole minor units; raises ``TooFine`` where it would have to be rounded."""
        minor = self.to_minor(amount)
        if self.from_minor(minor) != amount:
            raise TooFine(amount, self.code, self.exponent)
        return minor

    def from_minor(self, minor: int) -> Decimal:
        """Return ``minor`` units as a decimal with exactly the currency's own decimals."""
        return Decimal(minor).scaleb(-self.exponent, EXACT)


@dataclass(frozen=True, slots=True, order=False)
class Money:
    """Whole ``minor`` units of ``currency``; may be negative."""

    minor: int
    currency: Currency

    @classmethod
    def of(cls, amount: Decimal, currency: Currency) -> Self:
        """Return ``amount`` rounded half up to the currency's minor unit."""
        return cls(currency.to_minor(amount), currency)

    @property
    def amount(self) -> Decimal:
        """The amount as a decimal with exactly the currency's own decimals."""
        return self.currency.from_minor(self.minor)

    def _other(self, other: "Money") -> int:
        if other.currency != self.currency:
            raise CurrencyClash(self.currency.code, other.currency.code)
        return other.minor

    def __add__(self, other: "Money") -> "Money":
        return Money(self.minor + self._other(other), self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.minor - self._other(other), self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.minor, self.currency)

    def __lt__(self, other: "Money") -> bool:
        return self.minor < self._other(other)

    def __le__(self, other: "Money") -> bool:
        return self.minor <= self._other(other)

    def __str__(self) -> str:
        return f"{self.amount} {self.currency.code}"


def round_half_up(value: Decimal) -> int:
    """Return ``value`` as a whole number; ties go away from zero, also below zero."""
    return int(value.quantize(Decimal(1), rounding=ROUND_HALF_UP, context=EXACT))


def divide_half_up(numerator: int, denominator: int) -> int:
    """Return ``numerator / denominator`` rounded half away from zero; ``denominator`` is above zero."""
    quotient, rest = divmod(abs(numerator), denominator)
    rounded = quotient + (2 * rest >= denominator)
    return -rounded if numerator < 0 else rounded


def allocate(amount: int, weights: Sequence[int], ranks: Iterable[object] | None = None) -> list[int]:
    """Split ``amount`` by ``weights`` so that the parts always sum to it (largest remainder).

    Args:
        amount: whole minor units, zero or more.
        weights: none below zero, their sum above zero.
        ranks: what breaks equal remainders, smallest first; by default the larger weight, then the
            earlier place (protocol semantics 7.5).

    Returns:
        One part for each weight; no part is above ``ceil(amount * weight / sum)``.
    """
    total = sum(weights)
    parts = [amount * weight // total for weight in weights]
    ties = list(ranks) if ranks is not None else [(-weight, place) for place, weight in enumerate(weights)]
    order = sorted(range(len(weights)), key=lambda i: (-(amount * weights[i] % total), ties[i]))
    for place in order[: amount - sum(parts)]:
        parts[place] += 1
    return parts
