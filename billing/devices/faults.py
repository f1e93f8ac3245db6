"""One list of what can be wrong with a device, over all makers, and the mishaps built from it.

The numbers are the E and W codes that clients of the market's print servers know (netfp-rest, "codes"); a
driver maps its maker's bits and codes to these and keeps the maker's own code beside them.
"""

from enum import Enum

from billing.documents import Printed
from billing.errors import BillingError


class Fault(Enum):
    """Our word, the market's E/W number, what it means, what to do now."""

    code: str
    number: str
    meaning: str
    advice: str

    def __init__(self, code: str, number: str, meaning: str, advice: str) -> None:
        self.code = code
        self.number = number
        self.meaning = meaning
        self.advice = advice

    NO_ANSWER = ("no-answer", "E101", "the device does not answer", "check its power, cable and speed")
    PORT_MISSING = ("port-missing", "E101", "the port cannot be opened", "check the cable and the address")
    PORT_BUSY = ("port-busy", "E108", "another program holds the port", "close it")
    LINE_BROKEN = ("line-broken", "E101", "the line broke", "check the cable")
    TAKEN = ("device-taken", "E108", "another of our programs prints on it", "wait for it, or end it")
    BATTERY = ("battery-low", "E102", "the battery is low and the clock was reset", "call service")
    CLOCK = ("clock-not-set", "E103", "the clock is not set", "set the device's clock")
    MEMORY_RESET = ("memory-reset", "E104", "the working memory was reset", "print a Z report, call service")
    MEMORY = ("memory-failure", "E105", "the working memory failed", "call service")
    NO_DISPLAY = (
        "display-missing",
        "E106",
        "the customer display is missing",
        "connect it, or switch it off in the device",
    )
    BAD_ANSWER = (
        "bad-answer",
        "E107",
        "the answer cannot be understood",
        "check that the driver fits the model",
    )
    ELSEWHERE = ("device-taken", "E108", "another connection holds the device", "close the other program")
    DEVICE = ("device-error", "E199", "the device reports a general error", "look at its display")
    FISCAL_FULL = ("fiscal-memory-full", "E201", "the fiscal memory is full", "call service")
    FISCAL_WRITE = ("fiscal-memory-write", "E202", "writing the fiscal memory failed", "call service")
    FISCAL_READ = ("fiscal-memory-read", "E203", "reading the fiscal memory failed", "call service")
    FISCAL_READ_ONLY = ("fiscal-memory-read-only", "E204", "the fiscal memory is read-only", "call service")
    FISCAL_MISSING = ("fiscal-memory-missing", "E205", "there is no fiscal memory", "call service")
    JOURNAL_FULL = (
        "journal-full",
        "E206",
        "the electronic journal is full",
        "print a Z report, call service",
    )
    JOURNAL_WRONG = (
        "journal-wrong",
        "E207",
        "the journal card belongs to another device",
        "put in the right card",
    )
    FISCAL = ("fiscal-memory", "E299", "the fiscal memory reports an error", "call service")
    PAPER_OUT = ("paper-out", "E301", "there is no paper", "put in paper and print the same document again")
    COVER_OPEN = ("cover-open", "E302", "the cover is open", "close it and print the same document again")
    PRINT_UNIT = ("print-unit", "E303", "the print unit failed", "switch the device off and on, call service")
    OVERHEATED = ("overheated", "E304", "the print head is too hot", "wait a minute")
    POWER_CUT = ("power-cut", "E305", "the power was cut while printing", "look at the paper")
    CUTTER = ("cutter", "E306", "the paper cutter is stuck", "open the cover and free it")
    PRINTING = ("printing", "E399", "printing failed", "look at the device's display")
    SYNTAX = (
        "syntax",
        "E401",
        "the device did not understand the data",
        "check that the driver fits the model",
    )
    UNKNOWN_COMMAND = (
        "unknown-command",
        "E402",
        "the device has no such command",
        "check that the driver fits the model",
    )
    RANGE = (
        "out-of-range",
        "E403",
        "a value is out of the device's range",
        "look at the amounts of the document",
    )
    STATE = (
        "not-allowed",
        "E404",
        "the device does not allow this now",
        "look at its display; a Z report may be due",
    )
    NOT_OPENED = (
        "not-opened",
        "E404",
        "the device does not open a receipt now",
        "check the operator and the password (it does not tell a wrong one); a Z report may be due",
    )
    CONDITION = (
        "condition-missing",
        "E405",
        "something the device needs is missing",
        "look at the device's settings",
    )
    OTHER_DEVICE = (
        "device-changed",
        "E999",
        "another device answers than the store knows",
        "check the cable; a new device is added with 'billing device add'",
    )
    EMULATED = (
        "emulator-refused",
        "E999",
        "an emulator answers for an origin that is live",
        "connect the real device",
    )
    CLOCK_OFF = (
        "clock-differs",
        "E103",
        "the device's clock is off by more than two hours",
        "set it with 'billing device clock NAME --set'",
    )
    Z_BACK = (
        "z-number-differs",
        "E204",
        "the device's Z number is below the last one we know",
        "its memory was exchanged or reset: call service, then 'billing device check'",
    )
    PAYMENT = (
        "payment",
        "E406",
        "the payment was not accepted",
        "look at the payment and the device's payment names",
    )
    LINE = ("line", "E407", "the line was not accepted", "look at the line's price, quantity and tax group")
    PASSWORD = (
        "password",
        "E408",
        "the operator or the password is wrong",
        "set operator= and password= of the device",
    )
    FORMAT = (
        "answer-format",
        "E409",
        "the answer has another form than expected",
        "check that the driver fits the model",
    )
    NO_LINES = ("no-lines", "E410", "the document has no lines", "nothing to print")
    TAX_GROUP = (
        "tax-group",
        "E411",
        "the tax group is not active on the device",
        "look at the device's rates",
    )
    LACKS = ("device-lacks", "E412", "the device lacks this function", "use another device")
    DRIVER_LACKS = ("not-supported", "E413", "the driver lacks this function", "use another device")
    COMMAND = ("command", "E499", "the command was refused", "look at the device's display")
    CASH_SHORT = (
        "cash-short",
        "E403",
        "there is not enough cash in the device",
        "register the cash in the drawer first",
    )
    REPORT_UNSENT = (
        "report-unsent",
        "E501",
        "the report to the tax authority failed",
        "check the device's network",
    )
    Z_OVERDUE = ("z-overdue", "E502", "a Z report is overdue", "print a Z report")
    BLOCKED = (
        "blocked",
        "E503",
        "the device is blocked: no link to the tax authority",
        "check its network, call service",
    )
    SIM_WRONG = ("sim-wrong", "E504", "the SIM card belongs to another device", "put in the right card")
    NO_SERVICE = ("no-service", "E505", "there is no data service", "check the device's network")
    NO_OPERATOR = ("no-network", "E506", "there is no mobile network", "check the device's aerial")
    NO_MODEM = ("no-modem", "E507", "the device's modem does not answer", "call service")
    NO_SIM = ("no-sim", "E508", "there is no SIM card", "put in the SIM card")
    UNSENT_FULL = ("unsent-full", "E509", "the unsent documents fill the device", "check its network")
    AUTHORITY = (
        "authority-link",
        "E599",
        "the link to the tax authority failed",
        "check the device's network",
    )
    CARD_TIMEOUT = (
        "card-timeout",
        "E601",
        "the card terminal did not answer in time",
        "look at the terminal",
    )
    CARD_LINK = ("card-link", "E602", "the card terminal is not connected", "check its cable")
    CARD_CANCELLED = (
        "card-cancelled",
        "E603",
        "the customer cancelled the card payment",
        "pay in another way",
    )
    CARD_PIN = ("card-pin", "E604", "the PIN was wrong", "pay again")
    CARD = ("card", "E699", "the card payment failed", "look at the terminal")
    OTHER = ("other", "E999", "the device reports an error we do not know", "look at its display")
    FISCAL_NEARLY_FULL = (
        "fiscal-memory-nearly-full",
        "W201",
        "the fiscal memory is nearly full",
        "call service soon",
    )
    JOURNAL_NEARLY_FULL = ("journal-nearly-full", "W202", "the journal is nearly full", "call service soon")
    FISCAL_WARNING = ("fiscal-memory-warning", "W299", "the fiscal memory reports a warning", "call service")
    PAPER_LOW = ("paper-low", "W301", "the paper is low", "have a new roll at hand")
    PRINTING_WARNING = ("printing-warning", "W399", "the print unit reports a warning", "look at the device")
    UNSENT = (
        "unsent",
        "W501",
        "documents wait to be sent to the tax authority",
        "check the device's network",
    )
    NOT_ZEROED = ("not-zeroed", "W502", "a report was not zeroed", "print a Z report")
    AUTHORITY_WARNING = (
        "authority-warning",
        "W599",
        "the link to the tax authority has trouble",
        "check the network",
    )

    def __str__(self) -> str:
        return f"{self.meaning} ({self.number}): {self.advice}"


class DeviceError(BillingError):
    """A device refused, failed or is not there; ``printed`` says what that means for the paper.

    ``code`` is our word (``Fault.code``), ``maker_code`` the maker's own ("status 2.0", "-111018", "F").
    """

    code = "device"
    exit_code = 4

    def __init__(
        self,
        fault: Fault,
        what: str = "",
        maker_code: str = "",
        printed: Printed = Printed.NO,
        note: str = "",
    ) -> None:
        said = f" [{maker_code}]" if maker_code else ""
        found = f"{what}: {fault.meaning}{said}" if what else f"{fault.meaning}{said}"
        super().__init__(f"{found}; {fault.advice}" + (f"; {note}" if note else ""))
        self.fault = fault
        self.code = fault.code
        self.what = what
        self.maker_code = maker_code
        self.note = note
        self.printed = printed
        if printed is Printed.UNKNOWN:
            self.exit_code = 5

    def after(self, printed: Printed, note: str = "") -> "DeviceError":
        """Return the same mishap with what is now known of the paper, and a note for the reader."""
        return DeviceError(self.fault, self.what, self.maker_code, printed, note)


class Refused(DeviceError):
    """The device answered, and the answer is no: the command changed nothing."""


class NotSupported(DeviceError):
    """A driver was asked for what its family does not have; raised before the first byte."""

    exit_code = 3

    def __init__(self, driver: str, what: str) -> None:
        super().__init__(Fault.DRIVER_LACKS, f"{driver} cannot {what}")
        self.exit_code = 3


class DocumentRefused(BillingError):
    """A document that this device cannot say as it stands; nothing was sent. Says the JSON path."""

    code = "document-refused"
    exit_code = 3

    def __init__(self, path: str, found: str) -> None:
        super().__init__(f"document {path}: {found}")
        self.path = path
        self.found = found
        self.maker_code = ""
        self.printed = Printed.NO
