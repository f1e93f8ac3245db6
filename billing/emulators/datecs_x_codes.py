"""Error codes of the Datecs X device and what command 100 says of each (sheet datecs-x, section 11).

Data only. The codes that the emulated device itself gives have names; the others are there to be asked for.
"""

from typing import Final

NO_MORE_DATA: Final = -100003
NOT_FOUND: Final = -100004
NO_RECORDS: Final = -100005
EMPTY_RANGE: Final = -100110
NOT_POSSIBLE: Final = -101006
BAD_PASSWORD: Final = -102002
CLOCK_BEFORE_Z: Final = -102019
NO_ITEM: Final = -103000
ITEM_HAS_TURNOVER: Final = -103004
Z_FIRST: Final = -104000
SERVICE_JUMPER: Final = -104001
ITEM_NOT_FOUND: Final = -111004
GROUP_FORBIDDEN: Final = -111005
PRODUCT_TOO_BIG: Final = -111006
NO_PRICE: Final = -111007
OVERFLOW_TOTAL: Final = -111014
RECEIPT_OPEN: Final = -111015
NO_RECEIPT: Final = -111016
NOT_ENOUGH_CASH: Final = -111017
PAYMENT_BEGUN: Final = -111018
TOO_MANY_SALES: Final = -111019
NOTHING_SOLD: Final = -111020
BELOW_ZERO: Final = -111021
NO_SUCH_SALE: Final = -111023
INVOICE_RANGE: Final = -111025
PRODUCT_ZERO: Final = -111030
SLIP_OPEN: Final = -111046
FISCAL_OPEN: Final = -111047
CLIENT_GIVEN: Final = -111048
CLIENT_MISSING: Final = -111049
NOT_PAID: Final = -111050
WRONG_KIND: Final = -111051
MORE_THAN_DUE: Final = -111054
CURRENCY_OFF: Final = -111057
PAYMENT_FORBIDDEN: Final = -111061
MORE_THAN_SUM: Final = -111063
PARTLY_PAID: Final = -111064
TOTAL_ZERO: Final = -111065
CLIENT_WRONG: Final = -111074
DATE_TOO_EARLY: Final = -111077
OUT_OF_STOCK: Final = -111080
PRICE_ABOVE: Final = -111089
PRICE_FIXED: Final = -111090
NO_CHANGE_IN_STORNO: Final = -111094
PAD_ABSENT: Final = -111555
NO_PAPER: Final = -112006

WRONG_SYNTAX: Final = -112100
"""Less the parameter's number: its syntax is wrong."""
WRONG_VALUE: Final = -112200
"""Less the parameter's number: its value is wrong."""

MEANINGS: Final[dict[int, str]] = {
    -100001: "Input-output error",
    -100002: "Wrong checksum",
    NO_MORE_DATA: "No more data",
    NOT_FOUND: "The element is not found",
    NO_RECORDS: "There are no records",
    -100006: "The operation is aborted",
    -100008: "The device is not ready",
    -100100: "Fiscal memory: busy",
    -100101: "Fiscal memory: failure",
    -100102: "Fiscal memory: write protected",
    -100105: "Fiscal memory: not connected",
    -100106: "Fiscal memory: wrong checksum",
    EMPTY_RANGE: "Fiscal memory: empty range",
    -100114: "Fiscal memory: full",
    -100116: "Fiscal memory: blocked",
    -100402: "Printer: overheated",
    -100403: "Printer: end of paper",
    -100404: "Printer: cover open",
    -100405: "Printer: near end of paper",
    -100407: "Printer: cutter",
    -100501: "RAM failure",
    -100502: "Flash failure",
    -100503: "SD card failure",
    -100505: "Fiscal memory failure",
    -100508: "Clock failure",
    -101003: "Rejected",
    -101004: "Bad input",
    NOT_POSSIBLE: "Not possible",
    -101007: "Time-out",
    BAD_PASSWORD: "Wrong operator password",
    -102003: "The device number is not set",
    -102005: "The display is not connected",
    -102009: "The VAT rates are not set",
    -102010: "The header is not set",
    -102012: "The fiscal memory number is not set",
    -102017: "The tax number is not set",
    CLOCK_BEFORE_Z: "The clock is before the previous Z report",
    NO_ITEM: "The item does not exist",
    -103001: "An item with this code exists",
    -103002: "An item with this barcode exists",
    -103003: "The item base is full",
    ITEM_HAS_TURNOVER: "The item has turnover",
    -103005: "An item with this name exists",
    -103006: "Item names are not unique",
    Z_FIRST: "A Z report is needed first",
    SERVICE_JUMPER: "The service jumper is needed",
    -105000: "Electronic journal: empty",
    -105001: "Electronic journal: cannot add",
    -105009: "Electronic journal: nearly full",
    -105010: "Electronic journal: full",
    -105012: "Electronic journal: not ready",
    -110104: "The device is not fiscalised",
    -110105: "The device is already fiscalised",
    -111000: "Registration error",
    -111001: "Registration error, cleared",
    -111002: "Registration: syntax error",
    -111003: "Registration: the operation is not possible",
    ITEM_NOT_FOUND: "The item is not found",
    GROUP_FORBIDDEN: "The VAT group is forbidden",
    PRODUCT_TOO_BIG: "Price by quantity is too big",
    NO_PRICE: "The item has no price",
    -111008: "The group is out of range",
    -111009: "The department is out of range",
    -111010: "The barcode is unknown",
    -111011: "Overflow of the item's turnover",
    -111012: "Overflow of the item's quantity",
    -111013: "Overflow of the daily registers",
    OVERFLOW_TOTAL: "Overflow of the receipt's total",
    RECEIPT_OPEN: "A receipt is open",
    NO_RECEIPT: "No receipt is open",
    NOT_ENOUGH_CASH: "There is not enough cash",
    PAYMENT_BEGUN: "Payment has begun",
    TOO_MANY_SALES: "Too many sales in one receipt",
    NOTHING_SOLD: "Nothing was sold",
    BELOW_ZERO: "A turnover would become negative",
    -111022: "Change of a currency payment",
    NO_SUCH_SALE: "There is no such sale in the receipt",
    -111024: "24 hours have passed: a Z report is needed",
    INVOICE_RANGE: "The invoice range is not set or used up",
    PRODUCT_ZERO: "Price by quantity is zero",
    -111031: "The value is too big",
    -111032: "The value is bad",
    -111033: "The price is too big",
    -111034: "The price is bad",
    -111036: "Only cancelling is possible",
    SLIP_OPEN: "A non-fiscal receipt is open",
    FISCAL_OPEN: "A fiscal receipt is open",
    CLIENT_GIVEN: "The client's number is already entered",
    CLIENT_MISSING: "The client's number is not entered yet",
    NOT_PAID: "Payment has not begun",
    WRONG_KIND: "The wrong kind of receipt",
    -111052: "The limit of the receipt is reached",
    MORE_THAN_DUE: "More than is due",
    CURRENCY_OFF: "Payment in foreign currency is off",
    -111058: "Payment in foreign currency is not possible",
    -111060: "The drawer is off",
    PAYMENT_FORBIDDEN: "The kind of payment is forbidden",
    -111062: "The discount or surcharge key is forbidden",
    MORE_THAN_SUM: "More than the receipt's sum",
    PARTLY_PAID: "Less than the receipt's sum",
    TOTAL_ZERO: "The receipt's sum is zero: cancel it",
    -111066: "The receipt was cancelled: close it",
    -111067: "A storno receipt is open",
    -111068: "No sum was entered",
    -111071: "The price is negative",
    CLIENT_WRONG: "The client's data are wrong",
    DATE_TOO_EARLY: "The date is before the last one in the fiscal memory",
    OUT_OF_STOCK: "The item is out of stock",
    PRICE_ABOVE: "The price is above the item's",
    PRICE_FIXED: "The item's price is fixed",
    NO_CHANGE_IN_STORNO: "A storno gives no change",
    -111509: "PIN pad: time-out",
    PAD_ABSENT: "PIN pad: no connection",
    -111557: "PIN pad: not configured",
    -111559: "PIN pad: one payment in a receipt",
    -111560: "PIN pad: the outcome is unknown",
    -112000: "Printer: unknown command",
    -112001: "Printer: syntax error",
    -112002: "Printer: not permitted",
    -112003: "Printer: overflow",
    -112004: "Printer: wrong date",
    -112005: "Printer: PC mode is needed",
    NO_PAPER: "Printer: no paper",
    -112007: "Printer: cover open",
    -112008: "Printer: mechanism failure",
}


def meaning(code: int) -> str | None:
    """Return what the device says of ``code`` (below zero), None of one it does not know."""
    for base, words in ((WRONG_SYNTAX, "wrong syntax"), (WRONG_VALUE, "wrong value")):
        if base > code > base - 100:
            return f"Parameter {base - code}: {words}"
    return MEANINGS.get(code)
