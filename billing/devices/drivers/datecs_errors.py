"""The numbered errors of newer Datecs devices (-1xxxxx) in our words; no commands and no frames.

Source: Datecs X (protocols/datecs-x.md), section 11; the card terminal's codes are those of Datecs C too. A
device uses several codes for one situation, so codes we have no line for fall back to their hundred, then
their thousand.
"""

from collections.abc import Mapping
from typing import Final

from billing.devices.faults import Fault

CODES: Final[Mapping[int, Fault]] = {
    -100001: Fault.DEVICE,
    -100002: Fault.DEVICE,
    -100100: Fault.FISCAL,
    -100101: Fault.FISCAL_WRITE,
    -100102: Fault.FISCAL_READ_ONLY,
    -100105: Fault.FISCAL_MISSING,
    -100106: Fault.FISCAL_READ,
    -100114: Fault.FISCAL_FULL,
    -100402: Fault.OVERHEATED,
    -100403: Fault.PAPER_OUT,
    -100404: Fault.COVER_OPEN,
    -100405: Fault.PAPER_LOW,
    -100407: Fault.CUTTER,
    -100501: Fault.MEMORY,
    -100502: Fault.MEMORY,
    -100503: Fault.JOURNAL_WRONG,
    -100505: Fault.FISCAL_MISSING,
    -100508: Fault.CLOCK,
    -102002: Fault.PASSWORD,
    -102005: Fault.NO_DISPLAY,
    -102019: Fault.CLOCK,
    -104000: Fault.NOT_ZEROED,
    -105009: Fault.JOURNAL_NEARLY_FULL,
    -105010: Fault.JOURNAL_FULL,
    -105012: Fault.JOURNAL_WRONG,
    -110209: Fault.AUTHORITY,
    -110210: Fault.BLOCKED,
    -110211: Fault.NO_MODEM,
    -110215: Fault.AUTHORITY,
    -110217: Fault.BLOCKED,
    -110219: Fault.BLOCKED,
    -110225: Fault.BLOCKED,
    -110226: Fault.BLOCKED,
    -110501: Fault.NO_SIM,
    -110502: Fault.SIM_WRONG,
    -110503: Fault.NO_OPERATOR,
    -111002: Fault.SYNTAX,
    -111003: Fault.STATE,
    -111005: Fault.TAX_GROUP,
    -111015: Fault.STATE,
    -111016: Fault.STATE,
    -111017: Fault.CASH_SHORT,
    -111018: Fault.STATE,
    -111020: Fault.NO_LINES,
    -111022: Fault.PAYMENT,
    -111024: Fault.Z_OVERDUE,
    -111025: Fault.CONDITION,
    -111036: Fault.STATE,
    -111046: Fault.STATE,
    -111047: Fault.STATE,
    -111048: Fault.STATE,
    -111049: Fault.CONDITION,
    -111050: Fault.PAYMENT,
    -111051: Fault.STATE,
    -111054: Fault.PAYMENT,
    -111057: Fault.PAYMENT,
    -111058: Fault.PAYMENT,
    -111060: Fault.LACKS,
    -111061: Fault.PAYMENT,
    -111062: Fault.LACKS,
    -111063: Fault.PAYMENT,
    -111064: Fault.PAYMENT,
    -111065: Fault.PAYMENT,
    -111066: Fault.STATE,
    -111067: Fault.STATE,
    -111068: Fault.PAYMENT,
    -111074: Fault.CONDITION,
    -111077: Fault.CLOCK,
    -111094: Fault.PAYMENT,
    -111509: Fault.CARD_TIMEOUT,
    -111512: Fault.CARD_LINK,
    -111514: Fault.CARD_PIN,
    -111518: Fault.CARD_CANCELLED,
    -111526: Fault.CARD_PIN,
    -111546: Fault.CARD_LINK,
    -111550: Fault.CARD_LINK,
    -111555: Fault.CARD_LINK,
    -111557: Fault.CARD_LINK,
    -111558: Fault.CARD_LINK,
    -111561: Fault.CARD_LINK,
    -112000: Fault.UNKNOWN_COMMAND,
    -112001: Fault.SYNTAX,
    -112002: Fault.STATE,
    -112003: Fault.RANGE,
    -112004: Fault.CLOCK,
    -112005: Fault.STATE,
    -112006: Fault.PAPER_OUT,
    -112007: Fault.COVER_OPEN,
    -112008: Fault.PRINT_UNIT,
}

HUNDREDS: Final[Mapping[int, Fault]] = {
    1000: Fault.CONDITION,
    1001: Fault.FISCAL,
    1004: Fault.PRINTING,
    1005: Fault.DEVICE,
    1010: Fault.COMMAND,
    1020: Fault.CONDITION,
    1030: Fault.CONDITION,
    1040: Fault.CONDITION,
    1050: Fault.CONDITION,
    1101: Fault.CONDITION,
    1102: Fault.AUTHORITY,
    1105: Fault.AUTHORITY,
    1107: Fault.AUTHORITY,
    1110: Fault.LINE,
    1115: Fault.CARD,
    1120: Fault.COMMAND,
    1121: Fault.SYNTAX,
    1122: Fault.RANGE,
}
"""By the code's first four digits."""

CARD_UNKNOWN: Final = -111560
"""The card may have been charged although the receipt does not know of it (55 ``13`` settles it)."""


def fault_of(code: int) -> Fault:
    """Return our word for a maker's ``code`` below zero."""
    return CODES.get(code) or HUNDREDS.get(-code // 100, Fault.OTHER)
