"""What a Datecs X tells: how its answers are judged, where it stands, its registers and its journal.

Source: Datecs X (protocols/datecs-x.md), whose sections are named beside what follows them. What makes it
print stands in ``datecs_x``.
"""

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import ClassVar, Final

from billing.devices.drivers.datecs_errors import fault_of
from billing.devices.drivers.datecs_words import INVOICE_DIGITS
from billing.devices.drivers.datecs_x_tables import DatecsXTables
from billing.devices.drivers.datecs_x_words import amount, moment, percent, query, values
from billing.devices.faults import Fault, Refused
from billing.devices.frames.datecs_x import DatecsXCodec
from billing.devices.link import LinkLimits
from billing.devices.standing import Counters, Facts, Health, Identity, Opened, Standing
from billing.devices.status import Bit, StatusMap, Weight, health, refusal
from billing.devices.talk import Command, Repeat, Reply, Talk
from billing.documents import (
    UNIQUE_SALE_NUMBER,
    CreditNote,
    Document,
    Invoice,
    PaymentCategory,
    Receipt,
    Reversal,
)

STATUS: Final[StatusMap] = (
    Bit(2, 0, Fault.PAPER_OUT, Weight.FAULT),
    Bit(0, 4, Fault.PRINT_UNIT, Weight.FAULT),
    Bit(0, 2, Fault.CLOCK, Weight.FAULT),
    Bit(2, 2, Fault.JOURNAL_FULL, Weight.FAULT),
    Bit(4, 0, Fault.FISCAL, Weight.FAULT),
    Bit(4, 4, Fault.FISCAL_FULL, Weight.FAULT),
    Bit(4, 6, Fault.FISCAL_MISSING, Weight.FAULT),
    Bit(0, 0, Fault.SYNTAX, Weight.REFUSED),
    Bit(0, 1, Fault.UNKNOWN_COMMAND, Weight.REFUSED),
    Bit(1, 0, Fault.RANGE, Weight.REFUSED),
    Bit(1, 1, Fault.STATE, Weight.REFUSED),
    Bit(0, 6, Fault.COVER_OPEN, Weight.BLOCK),
    Bit(2, 1, Fault.PAPER_LOW, Weight.WARNING),
    Bit(2, 4, Fault.JOURNAL_NEARLY_FULL, Weight.WARNING),
    Bit(4, 3, Fault.FISCAL_NEARLY_FULL, Weight.WARNING),
)
"""Section 4."""

RECEIPT_OPEN: Final = Bit(2, 3, Fault.STATE, Weight.REFUSED)
SLIP_OPEN: Final = Bit(2, 5, Fault.STATE, Weight.REFUSED)
VAGUE: Final = frozenset({Fault.STATE, Fault.LINE, Fault.COMMAND, Fault.DEVICE, Fault.OTHER})
"""What a code may mean that a status bit explains better."""

OPENED: Final = {
    "0": Opened.NONE,
    "1": Opened.RECEIPT,
    "2": Opened.REVERSAL,
    "3": Opened.REVERSAL,
    "4": Opened.REVERSAL,
    "5": Opened.SLIP,
}
"""Section 8, 76: IsOpen."""

MODES: Final = "012345"
NO_RECORDS: Final = frozenset({"-100003", "-100004", "-100005", "-100110"})
"""What 64 and the journal answer where there is nothing (section 11)."""

FISCAL_TYPES: Final = frozenset({"1", "3", "6", "7"})
"""Section 8, journal: receipt, invoice, storno, storno of an invoice; 8 is a cancelled one."""

INVOICE_FIELD: Final = 9
"""Section 8, 125 ``8``: where a record has the number of its invoice."""

READINGS: Final = 4
"""How often a document is read from the journal until it is read whole."""

MAX_LINES: Final = 3000
"""Text lines of one document at most."""


@dataclass(frozen=True)
class DatecsXReading(DatecsXTables):
    """The asking half of the dialect."""

    limits: ClassVar[LinkLimits] = LinkLimits(reply_s=0.5)

    def codec(self) -> DatecsXCodec:
        """Return the frame with four digits of length and command."""
        return DatecsXCodec()

    def judge(self, command: Command, reply: Reply) -> Refused | None:
        """Return what is refused: by the code in the data, and by the status only where there are none.

        A code of 0 is done, whatever the status shows: paper that runs out at the close is such an answer.
        """
        if not reply.data:
            return refusal(STATUS, command, reply)
        said = re.fullmatch(rb"[+-]?[0-9]{1,9}", reply.data.split(b"\t", 1)[0])
        if said is None or (code := int(said[0])) == 0:
            return None
        fault = fault_of(code)
        if fault in VAGUE:
            up = (bit.fault for bit in STATUS if bit.weight is Weight.FAULT and bit.up(reply.status))
            fault = next(up, fault)
        return Refused(fault, command.name, str(code))

    def health(self, status: bytes) -> Health:
        """Return the faults and warnings of ``status``."""
        return health(STATUS, status)

    # -- connecting and asking ------------------------------------------------------------------------------

    def wake(self) -> Talk[None]:
        """Ask for the status and throw the answer away: it may be a remembered one (section 3)."""
        with suppress(Refused):
            yield query(74, "status")

    def identify(self) -> Talk[Identity]:
        """Return the numbers by their form, from either form of the answer (section 8, 90).

        Raises:
            Refused: the device is set to whole prices; its amounts would not be ours (section 9).
        """
        try:
            reply = yield Command(90, b"1", "identify", Repeat.SAFE, limit_s=6)
        except Refused:
            reply = yield query(90, "identify", "1")
        fields = re.split(r"[,\t]", reply.data.decode("cp1251"))
        fields = fields[1:] if fields[0] == "0" else fields
        numbers = [field for field in fields if re.fullmatch(r"[A-Z]{2}[0-9]{6}", field)]
        memories = [field for field in fields if re.fullmatch(r"[0-9]{8}", field)]
        if (yield from self._maybe("DecimalPoint")) == "0":
            raise Refused(Fault.CONDITION, "identify: set to whole prices", "DecimalPoint 0")
        return Identity(numbers[0], memories[-1], fields[0], fields[1])

    def standing(self) -> Talk[Standing]:
        """Return what 76 says; the number of an open receipt counts only once it is closed."""
        reply = yield query(76, "where it stands")
        state, number, sales, subtotal, paid = values(reply)[:5]
        opened, ailing = self._opened(state, reply.status), self.health(reply.status)
        if not opened.fiscal:
            return Standing(opened, last_document=int(number), health=ailing)
        return Standing(opened, int(sales), amount(subtotal), amount(paid), int(number) - 1, ailing)

    def _opened(self, state: str, status: bytes) -> Opened:
        opened = OPENED.get(state, Opened.RECEIPT)
        if opened is Opened.NONE and SLIP_OPEN.up(status):
            return Opened.SLIP
        return Opened.RECEIPT if opened is Opened.NONE and RECEIPT_OPEN.up(status) else opened

    def counters(self) -> Talk[Counters]:
        """Return the number of all documents, of the last Z and the drawer's sums (70 with 0 only reads)."""
        documents = yield from self._documents()
        drawer = values((yield query(70, "cash sums", "0", "0.00")))
        cash, cash_in, cash_out = (amount(field) for field in drawer[:3])
        return Counters(documents, (yield from self._last_z()), cash, cash_in, cash_out)

    def _documents(self) -> Talk[int | None]:
        """Return how many documents of any kind were made; 76 counts receipts alone."""
        if (said := (yield from self._maybe("nBon"))) is not None:
            return int(said)
        with suppress(Refused):
            return int(values((yield query(124, "journal search", "", "", "0")))[3])
        return None

    def _last_z(self) -> Talk[int | None]:
        try:
            return int(values((yield query(64, "last Z record", "0")))[0])
        except Refused as refused:
            if refused.maker_code in NO_RECORDS:
                return 0
        under_way = yield from self._maybe("nZreport")
        return None if under_way is None else int(under_way) - 1

    def last_z(self) -> Talk[Mapping[str, str]]:
        """Return turnover and reversals by group of the last Z with 64 ``0`` and ``2``, if there is one."""
        figures: dict[str, str] = {}
        for kind, name in (("0", "group"), ("2", "reversed_group")):
            try:
                number, *sums = values((yield query(64, "last Z record", kind)))
            except Refused as refused:
                if refused.maker_code in NO_RECORDS:
                    return {}
                raise
            told = [amount(field) for field in sums[:8]]
            figures |= {f"{name}_{group}": str(sold) for group, sold in enumerate(told, start=1)}
            if kind == "0":
                figures |= {"z_number": number, "total": str(sum(told, Decimal(0)))}
        return figures

    def rates(self) -> Talk[Mapping[int, Decimal | None]]:
        """Return the percents of 50; 100.00 is a group that is off."""
        fields = values((yield query(50, "tax rates")))
        return {group: percent(field) for group, field in enumerate(fields[1:9], start=1)}

    def clock(self) -> Talk[datetime]:
        """Return the device's time, without the mark of summer time."""
        return moment(values((yield query(62, "clock")))[0])

    def payment_names(self) -> Talk[Mapping[str, str]]:
        """Return the printed names of the six payments."""
        names = {}
        for mode in MODES:
            if (name := (yield from self._maybe("PayName", mode))) is not None:
                names[mode] = name
        return names

    def mapping(self) -> Talk[Mapping[PaymentCategory, str]]:
        """Return the modes in use but those that the device forbids (255 ``Payment_forbidden``)."""
        words: dict[PaymentCategory, str] = {}
        for category, mode in self.capabilities().payments.items():
            forbidden = yield from self._maybe("Payment_forbidden", mode)
            words |= {} if forbidden == "1" else {category: mode}
        return words

    def registers(self) -> Talk[Mapping[str, str]]:
        """Return the day's sales by group and payments by kind, with the last Z number."""
        groups = [amount(field) for field in values((yield query(65, "day by group", "0")))[1:9]]
        payments = values((yield query(110, "day by payment", "0")))
        figures = {"total": str(sum(groups, Decimal(0)))}
        figures |= {f"group_{group}": str(turnover) for group, turnover in enumerate(groups, start=1)}
        for category, mode in self.capabilities().payments.items():
            if mode.isdigit() and int(mode) < len(payments):
                figures[f"payment_{category}"] = str(amount(payments[int(mode)]))
        counters = yield from self.counters()
        return figures | {"z_number": str(counters.z_number), "in_drawer": str(counters.cash)}

    def read_back(self, document: Document) -> Talk[Facts]:
        """Return the number, time and total of the document closed last.

        The answer to the close has the number too, but may be lost; 76 keeps the last receipt's.
        """
        total = None
        if isinstance(document, Receipt | Invoice | Reversal | CreditNote):
            _, number, _, subtotal, _ = values((yield query(76, "last receipt")))[:5]
            total = amount(subtotal)
        else:
            number = str((yield from self._documents()) or "")
        closed = (yield from self._time_of(number)) if number else None
        invoice = ""
        if isinstance(document, Invoice | CreditNote):
            invoice = yield from self._invoice_number(number)
        return Facts(number, number, closed or (yield from self.clock()), total, invoice_number=invoice)

    def _invoice_number(self, document: str) -> Talk[str]:
        """Return the invoice number in the journal's record, or else the one before the next."""
        with suppress(Refused):
            values((yield query(125, "journal record", "9", document, document)))
            record = values((yield query(125, "journal record", "8")))
            if len(record) > INVOICE_FIELD and record[INVOICE_FIELD].strip("0 ").isdigit():
                return record[INVOICE_FIELD].strip().zfill(INVOICE_DIGITS)
        with suppress(Refused, ValueError, IndexError):
            given = (yield from self._next_invoice()) - 1
            return str(given).zfill(INVOICE_DIGITS) if given > 0 else ""
        return ""

    # -- the journal -----------------------------------------------------------------------------------------

    def find(self, unique_sale_number: str, documents: Sequence[int]) -> Talk[Facts | None]:
        """Look through the journal with 125; a cancelled document (type 8) does not count.

        Each of ``documents`` was printed, so one that cannot be read is no proof that ours was not.
        """
        unread = []
        for document in documents:
            head = yield from self._select(str(document))
            if head is None:
                unread.append(document)
            elif head[3] in FISCAL_TYPES:
                number = yield from self._sale_number(str(document))
                if number == unique_sale_number:
                    said = str(document)
                    return Facts(said, said, moment(head[2]), unique_sale_number=number)
                unread += [document] if number is None else []
        if unread:
            self._lacks(f"read document {unread[0]} in its journal")
        return None

    def _select(self, document: str) -> Talk[list[str] | None]:
        """Return number, number within its type, time, type and Z of a document; None: it is not there."""
        with suppress(Refused):
            return values((yield query(125, "journal document", "0", document, "0")))
        return None

    def _sale_number(self, document: str) -> Talk[str | None]:
        """Return the sale number in a document's record or text, ``""`` for none; None: neither is read.

        A device that loses power forgets which document was selected, and answers as at its end.
        """
        for _ in range(READINGS):
            with suppress(Refused):
                values((yield query(125, "journal record", "9", document, document)))
                record = values((yield query(125, "journal record", "8")))
                if found := next(filter(UNIQUE_SALE_NUMBER.fullmatch, record), ""):
                    return found
                break
        before: list[str] = []
        for _ in range(READINGS):
            yield from self._select(document)
            lines = yield from self._text()
            if matched := UNIQUE_SALE_NUMBER.search("\n".join(lines)):
                return matched[0]
            if lines and lines == before:
                return ""
            before = lines
        return None

    def _text(self) -> Talk[list[str]]:
        """Return the text lines of the selected document; the device refuses the one after the last."""
        lines: list[str] = []
        with suppress(Refused):
            while len(lines) < MAX_LINES:
                lines += values((yield query(125, "journal line", "1", "", "")))[:1] or [""]
        return lines

    def _time_of(self, document: str) -> Talk[datetime | None]:
        head = yield from self._select(document)
        return moment(head[2]) if head else None

    def journal(self, first: date, last: date) -> Talk[Sequence[str]]:
        """Return the journal's text lines of all documents between two dates (124, then 125)."""
        ends = f"{first:%d-%m-%y} 00:00:00", f"{last:%d-%m-%y} 23:59:59"
        try:
            found = values((yield query(124, "journal search", *ends, "0")))
        except Refused as refused:
            if refused.maker_code in NO_RECORDS:
                return []
            raise
        lines: list[str] = []
        for document in range(int(found[2]), int(found[3]) + 1):
            if (yield from self._select(str(document))):
                lines += yield from self._text()
        return lines

    def journal_document(self, number: int) -> Talk[Sequence[str]]:
        """Return the text lines of one document (125 ``0``, then ``1``)."""
        return (yield from self._text()) if (yield from self._select(str(number))) else []

    def _maybe(self, name: str, index: str = "") -> Talk[str | None]:
        """Return what 255 says a setting is; None: the device does not tell."""
        with suppress(Refused):
            return values((yield query(255, f"setting {name}", name, index, "")))[0]
        return None
