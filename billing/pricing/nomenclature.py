"""What pricing asks of the shop's tables, and the plain values it gets back.

Only shapes stand here: a store, a file or a test can be the ``Nomenclature``. Everything is looked up by
number; references between items are numbers too. Nothing is computed here. Protocol semantics 8.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Protocol

from billing.money import Currency


@dataclass(frozen=True, slots=True)
class Item:
    """What all tables have in common: a number, a name, and whether it may still be used.

    A ``name`` of None is not set, an empty one is: the cascade stops at it (protocol semantics 8).
    """

    number: int
    name: str | None = None
    banned: bool = field(default=False, kw_only=True)
    deleted: bool = field(default=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class TaxGroup(Item):
    """A VAT rate; ``rate`` is in percent, zero or more, and zero is a rate."""

    rate: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Department(Item):
    """A group of PLUs; ``tax_group`` is a number or None when the department names none."""

    tax_group: int | None = None


@dataclass(frozen=True, slots=True)
class Plu(Item):
    """A price look-up; a ``price`` of None is missing, a price of zero is a price."""

    price: Decimal | None = None
    tax_group: int | None = None
    department: int | None = None


@dataclass(frozen=True, slots=True)
class PaymentType(Item):
    """A means of payment; rules read these fields, never the name.

    ``model`` is the payment model (ordinary types, room transfer, external ...): one bill, one model.
    """

    cash: bool = False
    fiscal: bool = True
    model: str = ""


@dataclass(frozen=True, slots=True)
class Operator(Item):
    """Who rings the bill."""


@dataclass(frozen=True, slots=True)
class Profile(Item):
    """Who an invoice is made out to."""


class Nomenclature(Protocol):
    """The shop's tables by number: unknown numbers give None, banned and deleted items are given as such."""

    @property
    def currency(self) -> Currency:
        """The currency of a new bill."""
        ...

    @property
    def default_tax_group(self) -> int | None:
        """Number of the tax group of a charge that nothing else names one for."""
        ...

    @property
    def default_payment_type(self) -> int | None:
        """Number of the payment type of a payment that names none."""
        ...

    @property
    def rates(self) -> Mapping[str, Decimal | Fraction]:
        """Configured conversions: how much of the bill's currency one unit of the code is worth."""
        ...

    def tax_group(self, number: int) -> TaxGroup | None:
        """Return tax group ``number``."""
        ...

    def department(self, number: int) -> Department | None:
        """Return department ``number``."""
        ...

    def plu(self, number: int) -> Plu | None:
        """Return PLU ``number``."""
        ...

    def payment_type(self, number: int) -> PaymentType | None:
        """Return payment type ``number``."""
        ...

    def only_payment_type(self) -> int | None:
        """Return the number of the payment type if just one is neither banned nor deleted, else None."""
        ...

    def operator(self, number: int) -> Operator | None:
        """Return operator ``number``."""
        ...

    def profile(self, number: int) -> Profile | None:
        """Return profile ``number``."""
        ...
