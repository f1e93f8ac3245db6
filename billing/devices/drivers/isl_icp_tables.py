"""What the bits, errors and payment types of ISL ICP devices mean, and how their fields are written.

Data and pure functions of ``isl_icp.py``; no conversation. Source: ISL ICP (protocols/isl-icp.md), whose
sections are named beside what follows them.
"""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Final

from billing.devices.faults import Fault
from billing.devices.status import Bit, StatusMap, Weight
from billing.documents import PaymentCategory, ReversalReason

STATUS: Final[StatusMap] = (
    Bit(0, 4, Fault.PAPER_OUT, Weight.FAULT),
    Bit(0, 3, Fault.PAPER_OUT, Weight.FAULT),
    Bit(0, 2, Fault.COVER_OPEN, Weight.FAULT),
    Bit(3, 0, Fault.MEMORY, Weight.FAULT),
    Bit(3, 1, Fault.JOURNAL_WRONG, Weight.FAULT),
    Bit(3, 2, Fault.FISCAL, Weight.FAULT),
    Bit(3, 5, Fault.FISCAL_FULL, Weight.FAULT),
    Bit(3, 6, Fault.CLOCK, Weight.FAULT),
    Bit(2, 3, Fault.STATE, Weight.BLOCK),
    Bit(1, 5, Fault.NOT_ZEROED, Weight.WARNING),
    Bit(1, 7, Fault.JOURNAL_NEARLY_FULL, Weight.WARNING),
    Bit(2, 2, Fault.FISCAL_WARNING, Weight.WARNING),
    Bit(3, 4, Fault.FISCAL_NEARLY_FULL, Weight.WARNING),
    Bit(3, 7, Fault.MEMORY_RESET, Weight.WARNING),
)
"""Section 4.2. 0.5, 0.6 and 0.7 only sum up others; 1.7 is a warning though it is marked as an error."""

INVOICE_OPEN: Final = Bit(1, 0, Fault.STATE, Weight.REFUSED)
PARTLY_PAID: Final = Bit(1, 1, Fault.STATE, Weight.REFUSED)
RECEIPT_OPEN: Final = Bit(2, 6, Fault.STATE, Weight.REFUSED)
BAD_VALUE: Final = Bit(1, 4, Fault.RANGE, Weight.REFUSED)
OVERFLOW: Final = Bit(1, 6, Fault.RANGE, Weight.REFUSED)

ERRORS: Final[Mapping[int, Fault]] = {
    **dict.fromkeys((1, 2, 3, 5, 6, 13, 21, 22, 23, 24, 31), Fault.LINE),
    **dict.fromkeys((4, 11, 12, 14, 15, 16, 28, 29, 41, 43, 55, 62, 67), Fault.RANGE),
    7: Fault.TAX_GROUP,
    **dict.fromkeys((8, 9, 10, 25), Fault.PAYMENT),
    18: Fault.NO_LINES,
    19: Fault.NO_LINES,
    **dict.fromkeys((26, 36, 54, 65, 101, 105), Fault.STATE),
    30: Fault.CASH_SHORT,
    59: Fault.CASH_SHORT,
    **dict.fromkeys((35, 37, 38, 39, 48, 58, 98, 99), Fault.Z_OVERDUE),
    52: Fault.FISCAL_FULL,
    61: Fault.JOURNAL_FULL,
    **dict.fromkeys((63, 64, 70, 82, 104), Fault.CONDITION),
    68: Fault.PAPER_OUT,
    81: Fault.REPORT_UNSENT,
    85: Fault.JOURNAL_FULL,
    86: Fault.JOURNAL_WRONG,
    87: Fault.BLOCKED,
    **dict.fromkeys((88, 89, 90, 94, 95, 96, 97), Fault.CONDITION),
    102: Fault.PRINT_UNIT,
    103: Fault.BATTERY,
    106: Fault.BLOCKED,
    **dict.fromkeys((201, 204, 205), Fault.FISCAL),
    202: Fault.FISCAL_WRITE,
    203: Fault.FISCAL_WRITE,
    206: Fault.FISCAL_READ,
    210: Fault.JOURNAL_WRONG,
    211: Fault.MEMORY,
    **dict.fromkeys(range(220, 227), Fault.JOURNAL_WRONG),
}
"""Section 12."""

PAYMENTS: Final[Mapping[PaymentCategory, str]] = {
    PaymentCategory.CASH: "0",
    PaymentCategory.CHECK: "1",
    PaymentCategory.COUPONS: "2",
    PaymentCategory.EXT_COUPONS: "3",
    PaymentCategory.PACKAGING: "4",
    PaymentCategory.INTERNAL_USAGE: "5",
    PaymentCategory.DAMAGE: "6",
    PaymentCategory.CARD: "7",
    PaymentCategory.BANK: "8",
    PaymentCategory.RESERVED1: "9",
    PaymentCategory.RESERVED2: "A",
}
"""Section 5.7: the factory's types. The meaning of a type (its place in this list) can be programmed."""

TYPES: Final = "0123456789A"

REASONS: Final[Mapping[ReversalReason, str]] = {
    ReversalReason.OPERATOR_ERROR: "0",
    ReversalReason.REFUND: "1",
    ReversalReason.TAX_BASE_REDUCTION: "2",
}
"""Section 6."""

NEUTRAL: Final = "00000000-0000-0000000"
"""Section 5.1: stands where a unique sale number stands, and clashes with none."""

EXTERNAL: Final = 99999999
INTERNAL_MOST: Final = 20000
"""Section 5.3: articles up to this number may be programmed ones, which print their own name."""

GROUPS: Final[Mapping[int, str]] = {
    **dict.fromkeys((0x41, 0x21), "01234567"),
    **dict.fromkeys((0x42, 0x43, 0x44, 0x22, 0x23, 0x24), "12345678"),
}
"""Sections 5.3, 5.4 and 13 (row 13): the digit of group А..З differs by command."""

HALF_SUPPORTED: Final = str.maketrans(
    {"№": "No", "€": "EUR", "«": '"', "»": '"', "‹": "'", "›": "'", "Ё": "Е", "ё": "е", "•": "*", "·": ".",
     "©": "(c)", "®": "(R)", "™": "(TM)", "‰": "o/oo", "±": "+-", "°": "o", "¦": "|"}
)  # fmt: skip
"""Section 1: of 7Fh to BFh the devices write only a part, so these are said in plain characters."""


def cents(amount: Decimal, digits: int = 8) -> str:
    """Return ``amount`` in hundredths, without sign and point, in ``digits`` places."""
    return f"{int(abs(amount) * 100):0{digits}}"


def amount(field: str) -> Decimal:
    """Return an amount that the device gives in hundredths.

    Raises:
        ValueError: it is no number.
    """
    digits = field.strip()
    if not digits.isascii() or not digits.isdigit():
        raise ValueError(f"{field!r} is not an amount")
    return Decimal(digits).scaleb(-2)


def amounts(text: str, width: int = 10) -> list[Decimal]:
    """Return amounts that stand side by side, ``width`` digits each; an incomplete last one is left out."""
    return [amount(text[at : at + width]) for at in range(0, len(text) - width + 1, width)]


def moment(text: str) -> datetime:
    """Return the wall clock of ``F3``, ``DDMMYYHHMMSS``; it has no zone."""
    return datetime.strptime(text[:12], "%d%m%y%H%M%S")  # noqa: DTZ007 the device's wall clock has no zone
