"""What Daisy's bits, numbers, letters and widths mean; no commands.

Source: Daisy, Eltrade and Incotex (protocols/daisy-eltrade-incotex.md), columns "Daisy" and "D".
"""

from collections.abc import Mapping
from typing import Final

from billing.devices.faults import Fault
from billing.devices.status import Bit, StatusMap, Weight
from billing.documents import PaymentCategory, ReversalReason

STATUS: Final[StatusMap] = (
    Bit(2, 0, Fault.PAPER_OUT, Weight.FAULT),
    Bit(0, 4, Fault.PRINT_UNIT, Weight.FAULT),
    Bit(1, 6, Fault.PASSWORD, Weight.REFUSED),
    Bit(0, 0, Fault.SYNTAX, Weight.REFUSED),
    Bit(0, 1, Fault.UNKNOWN_COMMAND, Weight.REFUSED),
    Bit(1, 0, Fault.RANGE, Weight.REFUSED),
    Bit(1, 1, Fault.STATE, Weight.REFUSED),
    Bit(0, 2, Fault.CLOCK, Weight.BLOCK),
    Bit(1, 2, Fault.MEMORY_RESET, Weight.BLOCK),
    Bit(2, 2, Fault.JOURNAL_FULL, Weight.BLOCK),
    Bit(4, 0, Fault.FISCAL_WRITE, Weight.BLOCK),
    Bit(4, 4, Fault.FISCAL_FULL, Weight.BLOCK),
    Bit(5, 0, Fault.FISCAL_FULL, Weight.BLOCK),
    Bit(1, 5, Fault.CUTTER, Weight.WARNING),
    Bit(2, 1, Fault.PAPER_LOW, Weight.WARNING),
    Bit(2, 4, Fault.JOURNAL_NEARLY_FULL, Weight.WARNING),
    Bit(4, 1, Fault.AUTHORITY_WARNING, Weight.WARNING),
    Bit(4, 2, Fault.FISCAL_WARNING, Weight.WARNING),
    Bit(4, 3, Fault.FISCAL_NEARLY_FULL, Weight.WARNING),
)
"""Section 3, column D: the password bit is not part of the general error, and 4.2 is a bad record here."""

ERRORS: Final[Mapping[int, Fault]] = {
    1: Fault.Z_OVERDUE,
    3: Fault.LINE,
    4: Fault.PAYMENT,
    5: Fault.LINE,
    6: Fault.STATE,
    7: Fault.STATE,
    8: Fault.TAX_GROUP,
    9: Fault.CONDITION,
    **dict.fromkeys(range(10, 17), Fault.SYNTAX),
    19: Fault.STATE,
    20: Fault.STATE,
    21: Fault.RANGE,
    22: Fault.CONDITION,
    23: Fault.STATE,
    24: Fault.LINE,
    25: Fault.NO_LINES,
    26: Fault.LINE,
    28: Fault.CASH_SHORT,
    30: Fault.FISCAL_FULL,
    **dict.fromkeys(range(41, 46), Fault.LINE),
    **dict.fromkeys((61, 123, 124, 125), Fault.JOURNAL_WRONG),
    126: Fault.JOURNAL_FULL,
    66: Fault.PASSWORD,
    108: Fault.PASSWORD,
    70: Fault.FISCAL_MISSING,
    71: Fault.FISCAL,
    72: Fault.FISCAL_WRITE,
    **dict.fromkeys((76, 98, 102, 107, 110, 111, 113, 117), Fault.AUTHORITY),
    81: Fault.Z_OVERDUE,
    82: Fault.Z_OVERDUE,
    **dict.fromkeys((83, 84, 85, 90, 92, 93), Fault.NOT_ZEROED),
    91: Fault.Z_OVERDUE,
    97: Fault.CONDITION,
    118: Fault.STATE,
    120: Fault.SYNTAX,
}
"""Section 3.1: the number in status byte 3."""

SLOTS: Final = "PNCDB"
"""The letters of cash and the four slots in the order of 97h; the day's sums run the same way."""

TAGS: Final = {category: tag for tag, category in enumerate(PaymentCategory)}
"""The tax authority's number of each category, 0 for cash to 10, as 97h writes it."""

USUAL: Final[Mapping[PaymentCategory, str]] = {
    PaymentCategory.CASH: "P",
    PaymentCategory.CHECK: "N",
    PaymentCategory.CARD: "C",
    PaymentCategory.RESERVED1: "D",
}
"""Section 11: where a category stands on a device that tells nothing of its slots."""

PAYMENTS: Final[Mapping[PaymentCategory, str]] = {
    category: USUAL.get(category, f"tag {tag}") for category, tag in TAGS.items()
}
"""Section 11: the usual letter; else the slot that carries the category's tag, as the device tells it."""

REASONS: Final[Mapping[ReversalReason, str]] = {
    ReversalReason.REFUND: "0",
    ReversalReason.OPERATOR_ERROR: "1",
    ReversalReason.TAX_BASE_REDUCTION: "2",
}
"""Section 6.1: 0 and 1 the other way round than on Datecs C and X."""

PASSWORDS: Final = {"19": "8888", "20": "9999"}
"""Section 6.1: factory passwords; every other operator has his own number."""

FORBIDDEN: Final = "error 118"
"""What an operator without the right to reverse is told."""

NOTHING_THERE: Final = "error 28"
"""What is told of a journal that has nothing between two ends."""

REVERSING_OPERATOR: Final = "20"
"""Section 6.1: the right to reverse is off for everybody else as the device leaves the factory."""

NUMBERLESS: Final = "DY111111-1111-1111111"
"""Fiscal rules 2: the number under which a sale without one is reversed; the device takes no empty field."""

NARROW: Final = (28, 22)
WIDE: Final = (44, 32)
"""Section 10: length of a comment and of a name."""
