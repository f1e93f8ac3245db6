"""What a device can say: widths, digits and functions, as data; read before a sale and by ``shaping``."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from billing.documents import PaymentCategory, ReversalReason


@dataclass(frozen=True, slots=True)
class Capabilities:
    """Limits of a device family or model; a model differs by ``dataclasses.replace``.

    Widths count characters (one byte each in ``encoding``); ``*_decimals`` count digits after the point;
    ``percent_max`` bounds a percent modifier on both sides. ``payments`` maps a category to the word
    the device knows it by; a category that is not there is refused before the first byte.
    """

    columns: int
    text_width: int
    """Characters of a sale's text."""
    comment_width: int
    """Characters of one line of free text in a fiscal receipt, without the two ``#``."""
    slip_width: int
    payments: Mapping[PaymentCategory, str]
    encoding: str = "cp1251"
    text_required: bool = True
    """False: a sale may have no text."""
    text_lines: int = 1
    """Lines of ``text_width`` a sale's text may take."""
    price_decimals: int = 2
    price_max: Decimal = Decimal("999999.99")
    quantity_decimals: int = 3
    quantity_max: Decimal = Decimal("99999.999")
    percent_decimals: int = 2
    percent_max: Decimal = Decimal("99.00")
    max_sales: int | None = None
    tax_groups: range = range(1, 9)
    departments: range | None = None
    """Department numbers a sale may name; None: departments are left out, with a warning."""
    department_sets_group: bool = False
    """True where a sale by department is made in the department's own tax group."""
    plus: range | None = None
    """Numbers of articles that may be sold from the device's own table; None: a PLU is sold by its text."""
    plu_name: int = 0
    """Characters of an article's name in that table."""
    plu_departments: bool = False
    """True where a sale by PLU may name a department as well."""
    units: bool = False
    """True where a sale carries its unit; else the unit is left out."""
    comments: bool = True
    zero_price: bool = False
    """False: a sale at 0.00 is printed as free text instead."""
    line_fixed_modifiers: bool = True
    bill_percent_modifiers: bool = True
    bill_fixed_modifiers: bool = True
    overpaid: frozenset[PaymentCategory] = frozenset({PaymentCategory.CASH})
    """Categories in which more than what is due may be given; the device returns the change."""
    reversal_exact: bool = True
    """True where a reversal is paid exactly (no change)."""
    operator_codes: range = range(1, 31)
    unique_sale_number_required: bool = False
    reversal_reasons: Mapping[ReversalReason, str] = field(default_factory=dict)
    invoices: bool = False
    credit_notes: bool = False
    slips: bool = True
    cash: bool = True
    duplicates: bool = True
    period_reports: bool = True
    live_totals: bool = True
    """True where the device's subtotal can be read before the payment."""
