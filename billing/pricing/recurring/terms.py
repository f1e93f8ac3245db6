"""What a subscription is charged and how often: frozen values that check themselves.

Recurring semantics 1 and 2. A change of terms is a ``Change``: the fields named in it, the rest as before.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final, Self
from zoneinfo import ZoneInfo

from billing.money import allocate, round_half_up
from billing.pricing.recurring.mistakes import (
    InvalidAmount,
    InvalidInterval,
    InvalidQuantity,
    PriceTooLarge,
    UnknownZone,
)


class Frequency(StrEnum):
    """The unit of a schedule's step."""

    DAILY = "DAILY"
    WEEKLY = "WEEKLY"
    MONTHLY = "MONTHLY"
    YEARLY = "YEARLY"


STEP_DAYS: Final = {Frequency.DAILY: 1, Frequency.WEEKLY: 7}
"""Calendar days in one step of a frequency that counts days."""

STEP_MONTHS: Final = {Frequency.MONTHLY: 1, Frequency.YEARLY: 12}
"""Months in one step of a frequency that counts months."""


MOST_STEPS: Final = 1_000_000
"""The longest interval; in days it is longer than the calendar goes on."""

MOST_UNITS: Final = 10**9
"""The largest quantity."""

HIGHEST_PRICE: Final = 10**15
"""The most minor units that one period may come to; far within what a database keeps."""


class Kind(StrEnum):
    """Which way the money goes: DEBIT bills the customer, PAYOUT pays out."""

    DEBIT = "DEBIT"
    PAYOUT = "PAYOUT"


class Backfill(StrEnum):
    """Which boundaries before the creation are billed when the start lies in the past."""

    NONE = "none"
    CURRENT = "current"
    ALL = "all"


class ShareUnit(StrEnum):
    """What a share of a period is counted in."""

    SECOND = "second"
    DAY = "day"


@dataclass(frozen=True, slots=True)
class Terms:
    """Price and rhythm: ``amount`` minor units a unit and period, times ``quantity``.

    ``version`` is the plan version that a store takes text and tax from (0: none). ``by_content``: the
    version's own content is billed, and ``amount`` is what it came to when the version was made.
    """

    amount: int
    quantity: int
    frequency: Frequency
    interval: int
    version: int = 0
    by_content: bool = False

    def __post_init__(self) -> None:
        if not 1 <= self.interval <= MOST_STEPS:
            raise InvalidInterval(self.interval, MOST_STEPS)
        if not 1 <= self.quantity <= MOST_UNITS:
            raise InvalidQuantity(self.quantity, MOST_UNITS)
        if self.amount < 0:
            raise InvalidAmount(self.amount)
        check_price(self.price)

    @property
    def price(self) -> int:
        """The full price of one whole period, in minor units, before any discount."""
        return self.amount * self.quantity

    def same_grid(self, other: "Terms") -> bool:
        """Tell whether ``other`` keeps the same frequency and interval."""
        return self.frequency == other.frequency and self.interval == other.interval


def check_price(price: int) -> None:
    """Refuse what a period comes to if it is above ``HIGHEST_PRICE``; raises ``PriceTooLarge``."""
    if price > HIGHEST_PRICE:
        raise PriceTooLarge(price, HIGHEST_PRICE)


@dataclass(frozen=True, slots=True)
class Change:
    """New terms as far as they change; a field that is None stays as it was."""

    amount: int | None = None
    quantity: int | None = None
    frequency: Frequency | None = None
    interval: int | None = None
    version: int | None = None
    by_content: bool | None = None

    @property
    def named(self) -> dict[str, Any]:
        """The fields that change, by name."""
        values = ((name, getattr(self, name)) for name in self.__slots__)
        return {name: value for name, value in values if value is not None}

    def applied_to(self, terms: Terms) -> Terms:
        """Return ``terms`` with the named fields changed; raises what ``Terms`` raises."""
        return replace(terms, **self.named)

    def over(self, older: "Change") -> "Change":
        """Return both changes as one; where both name a field, this one wins."""
        return replace(older, **self.named)

    @property
    def grid_only(self) -> "Change":
        """The part of this change that moves boundaries."""
        return Change(frequency=self.frequency, interval=self.interval)

    @property
    def price_only(self) -> "Change":
        """The part of this change that moves no boundary."""
        return replace(self, frequency=None, interval=None)


NO_CHANGE: Final = Change()


@dataclass(frozen=True, slots=True)
class Discount:
    """``percent``, or a sum, off the next ``runs`` billed periods, counted in periods; None has no end.

    ``amount`` is minor units off a whole bill; where it is above zero there is no percent.
    """

    percent: Decimal = Decimal(0)
    runs: int | None = 0
    amount: int = 0

    def off(self, gross: int) -> int:
        """Return what comes off ``gross``, rounded half up as bill modifiers round; never above it."""
        if self.runs == 0:
            return 0
        return min(gross, self.amount or round_half_up(gross * self.percent / 100))

    def off_each(self, totals: Sequence[int]) -> list[int]:
        """Return what comes off each charge of a bill; a sum is shared out by what they come to."""
        if not self.amount:
            return [self.off(total) for total in totals]
        whole = sum(totals)
        return allocate(self.off(whole), list(totals)) if whole else [0] * len(totals)

    def used(self) -> Self:
        """Return the discount that is left after one more billed period."""
        return replace(self, runs=self.runs - 1) if self.runs else self


NO_DISCOUNT: Final = Discount()


def zone_named(name: str) -> ZoneInfo:
    """Return the zone with the IANA name ``name``; raises ``UnknownZone``."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise UnknownZone(name) from error
