"""What a line of bill text can be: frozen values with their place, and nothing looked up.

Numbers are as typed (``Decimal``, never rounded here); ids are whole numbers. ``Source`` keeps where each
part began so that a later rule can point at it. Protocol semantics 3.
"""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal


@dataclass(frozen=True, slots=True)
class Source:
    """Where a line stands: its number, its text as given, and the column of each of its parts (from 1)."""

    line: int = 1
    text: str = ""
    columns: tuple[tuple[str, int], ...] = ()
    """``(part, column)``: part is a field name of the line, such as ``price`` or ``modifier``."""

    def column(self, part: str) -> int | None:
        """Return the column where ``part`` begins, or None if the line has no such part."""
        return dict(self.columns).get(part)


NOWHERE = Source()


@dataclass(frozen=True, slots=True)
class ModifierValue:
    """A discount (``value`` below zero) or surcharge, in percent or as a fixed amount."""

    kind: Literal["percent", "fixed"]
    value: Decimal


@dataclass(frozen=True, slots=True)
class OperatorLine:
    """``*1``: this operator works from here on."""

    operator: int
    source: Source = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class ChargeLine:
    """``2.5*#23-20%``: a charge. ``price`` is None when the PLU's own counts."""

    qty: Decimal = Decimal(1)
    price: Decimal | None = None
    currency: str | None = None
    department: int | None = None
    plu: int | None = None
    tax_group: int | None = None
    modifier: ModifierValue | None = None
    text: str | None = None
    source: Source = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class CommentLine:
    """``/text``: a charge of zero with only a text."""

    text: str
    source: Source = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class ModifierLine:
    """``-10%/text``: discount or surcharge of the whole bill."""

    modifier: ModifierValue
    text: str | None = None
    source: Source = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class PaymentLine:
    """``@2/10#36``: a payment. ``value`` None takes all that is due; ``profile`` asks for an invoice."""

    payment_type: int | None = None
    value: Decimal | None = None
    profile: int | None = None
    source: Source = field(default=NOWHERE, compare=False)


Line = OperatorLine | ChargeLine | CommentLine | ModifierLine | PaymentLine
