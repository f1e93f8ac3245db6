"""What the bytes of a Tremol mean, as data: status bits, error characters, payments; no commands, no frames.

Source: Tremol ZFP (protocols/tremol-zfp.md), sections 4, 5 and 8.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from billing.devices.faults import Fault
from billing.devices.status import Bit, StatusMap, Weight
from billing.documents import PaymentCategory, ReversalReason

STATUS: Final[StatusMap] = (
    Bit(1, 0, Fault.PAPER_OUT, Weight.BLOCK),
    Bit(0, 2, Fault.OVERHEATED, Weight.BLOCK),
    Bit(0, 3, Fault.CLOCK, Weight.BLOCK),
    Bit(0, 4, Fault.CLOCK, Weight.BLOCK),
    Bit(0, 6, Fault.CLOCK, Weight.BLOCK),
    Bit(0, 5, Fault.MEMORY_RESET, Weight.BLOCK),
    Bit(0, 0, Fault.FISCAL_READ_ONLY, Weight.BLOCK),
    Bit(3, 0, Fault.FISCAL_MISSING, Weight.BLOCK),
    Bit(3, 1, Fault.FISCAL, Weight.BLOCK),
    Bit(3, 2, Fault.FISCAL_FULL, Weight.BLOCK),
    Bit(5, 1, Fault.BLOCKED, Weight.BLOCK),
    Bit(5, 6, Fault.AUTHORITY, Weight.BLOCK),
    # What a Z report may cure stops none: the device refuses by itself what it does not take.
    Bit(1, 1, Fault.NOT_ZEROED, Weight.WARNING),
    Bit(2, 6, Fault.JOURNAL_FULL, Weight.WARNING),
    Bit(2, 5, Fault.JOURNAL_NEARLY_FULL, Weight.WARNING),
    Bit(3, 3, Fault.FISCAL_NEARLY_FULL, Weight.WARNING),
    Bit(5, 5, Fault.JOURNAL_WRONG, Weight.WARNING),
    Bit(5, 0, Fault.SIM_WRONG, Weight.WARNING),
    Bit(6, 0, Fault.NO_SIM, Weight.WARNING),
    Bit(6, 1, Fault.NO_MODEM, Weight.WARNING),
    Bit(6, 2, Fault.NO_OPERATOR, Weight.WARNING),
    Bit(6, 3, Fault.NO_SERVICE, Weight.WARNING),
    Bit(6, 4, Fault.PAPER_LOW, Weight.WARNING),
    Bit(6, 5, Fault.UNSENT, Weight.WARNING),
)
"""Section 5; "not zeroed" is normal in the middle of a day, all others are information."""

SLIP_OPEN: Final = Bit(2, 0, Fault.STATE, Weight.REFUSED)
FISCAL_OPEN: Final = Bit(2, 1, Fault.STATE, Weight.REFUSED)
DUPLICATED: Final = Bit(1, 6, Fault.STATE, Weight.REFUSED)

DEVICE_ERRORS: Final[Mapping[str, Fault]] = {
    "1": Fault.PAPER_OUT,
    "2": Fault.NOT_ZEROED,
    "3": Fault.CLOCK,
    "8": Fault.FISCAL,
    "9": Fault.PASSWORD,
    ":": Fault.NO_DISPLAY,
    ";": Fault.Z_OVERDUE,
    "<": Fault.OVERHEATED,
    "=": Fault.POWER_CUT,
    ">": Fault.JOURNAL_FULL,
}
"""Section 4, first character: conditions, which explain a refusal better than the command's own error."""

COMMAND_ERRORS: Final[Mapping[str, Fault]] = {
    "1": Fault.UNKNOWN_COMMAND,
    "3": Fault.NOT_ZEROED,
    "4": Fault.SYNTAX,
    "5": Fault.RANGE,
    "6": Fault.LINE,
    "7": Fault.LINE,
    "8": Fault.CASH_SHORT,
}
"""Section 4, second character, but for "illegal in this state", which the first one explains."""

STATE_ERRORS: Final[Mapping[str, Fault]] = {
    "4": Fault.STATE,
    "5": Fault.PAYMENT,
    "6": Fault.STATE,
    "7": Fault.STATE,
    "?": Fault.CONDITION,
}
"""Section 4, first character: the state in which the command is illegal."""


def fault_of(errors: str) -> Fault:
    """Return our word for the two ``errors`` characters of an acknowledgement that is not ``00``."""
    device, command = errors[:1], errors[1:2]
    known = DEVICE_ERRORS.get(device) or COMMAND_ERRORS.get(command) or STATE_ERRORS.get(device)
    return known or (Fault.STATE if command == "2" else Fault.OTHER)


CATEGORIES: Final[Sequence[PaymentCategory]] = (
    PaymentCategory.CASH,
    PaymentCategory.CHECK,
    PaymentCategory.COUPONS,
    PaymentCategory.EXT_COUPONS,
    PaymentCategory.PACKAGING,
    PaymentCategory.INTERNAL_USAGE,
    PaymentCategory.DAMAGE,
    PaymentCategory.CARD,
    PaymentCategory.BANK,
    PaymentCategory.RESERVED1,
    PaymentCategory.RESERVED2,
)
"""Section 8, 35h: by the device's number; 11 is a currency. V2 devices code them in 64h as 30h + number."""

KL: Final[Mapping[PaymentCategory, str]] = {
    category: str(number) for number, category in enumerate(CATEGORIES)
}
V2: Final[Mapping[PaymentCategory, str]] = {
    PaymentCategory.CASH: "0",
    PaymentCategory.CARD: "1",
    PaymentCategory.CHECK: "2",
    PaymentCategory.COUPONS: "3",
}
"""The factory's setting of a device whose model ends in V2."""
VERSIONS: Final[Mapping[str, Mapping[PaymentCategory, str]]] = {"kl": KL, "v2": V2}

V2_NAMES: Final = 5
"""Payments of a V2 device: cash, three with a code, currency."""


def payment_words(fields: Sequence[bytes]) -> Mapping[PaymentCategory, str]:
    """Return the device's number of each category by the fields of 64h.

    V2 devices answer five names, a rate and five codes of one byte; the others twelve names and a rate.
    """
    if len(fields) > 2 * V2_NAMES + 2:
        return KL
    codes = b"".join(fields[V2_NAMES + 1 :])[:V2_NAMES]
    mapped = {
        CATEGORIES[code - 0x30]: str(number)
        for number, code in enumerate(codes)
        if 0x30 < code < 0x30 + len(CATEGORIES)
    }
    return {PaymentCategory.CASH: "0", **mapped} if codes else V2


REASONS: Final[Mapping[ReversalReason, str]] = {
    ReversalReason.OPERATOR_ERROR: "0",
    ReversalReason.REFUND: "1",
    ReversalReason.TAX_BASE_REDUCTION: "2",
}
"""Section 8, 30h."""

CLIENT_KINDS: Final = {"company": "0", "personal": "1", "foreigner": "2", "official": "3"}
"""Section 8, 30h: the type of the number that identifies an invoice's client."""

GROUPS: Final = "АБВГДЕЖЗ"
"""Cyrillic, C0h to C7h: the Latin letters that look alike are wrong."""
