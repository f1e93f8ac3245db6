"""What stands on a bill: frozen entries with everything looked up and every amount rounded.

An entry is complete: later changes of the nomenclature do not touch it, and a bill can be restored from its
entries alone. Amounts are whole minor units of the bill's currency; discounts are below zero.
"""

from dataclasses import dataclass
from decimal import Decimal

from billing.parser.lines import ModifierValue


@dataclass(frozen=True, slots=True)
class Charge:
    """A priced charge.

    ``price`` is per unit in the bill's currency and not rounded to it; ``gross`` = qty x price rounded;
    ``amount`` is that of the charge's own modifier (0 without one). ``name`` is what the cascade found,
    empty if nothing. ``rate`` (percent) is the tax group's as copied. ``department`` and ``plu`` are what
    the line named; ``plu_department`` is the PLU's own department.
    """

    position: int
    name: str
    qty: Decimal
    price: Decimal
    gross: int
    tax_group: int
    rate: Decimal
    modifier: ModifierValue | None = None
    amount: int = 0
    department: int | None = None
    plu: int | None = None
    plu_department: int | None = None
    operator: int | None = None
    line: int = 0

    @property
    def total(self) -> int:
        """Gross and the charge's own modifier together, zero or more."""
        return self.gross + self.amount


@dataclass(frozen=True, slots=True)
class Comment:
    """A charge of zero with only a text."""

    position: int
    name: str
    operator: int | None = None
    line: int = 0


@dataclass(frozen=True, slots=True)
class BillModifier:
    """The bill's one discount or surcharge; its amount follows the charges and is asked of the bill."""

    position: int
    modifier: ModifierValue
    text: str = ""
    operator: int | None = None
    line: int = 0


@dataclass(frozen=True, slots=True)
class Payment:
    """Money against the bill: ``value`` is what it pays, ``tendered`` and ``change`` are set on cash only.

    ``cash``, ``fiscal`` and ``model`` are copied from the payment type; ``auto`` took all that was due.
    """

    position: int
    payment_type: int
    value: int
    auto: bool = False
    cash: bool = False
    fiscal: bool = True
    model: str = ""
    tendered: int | None = None
    change: int | None = None
    profile: int | None = None
    operator: int | None = None
    line: int = 0


Entry = Charge | Comment | BillModifier | Payment
