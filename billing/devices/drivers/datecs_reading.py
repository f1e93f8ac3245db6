"""What a Datecs P tells, and C for the most part: where it stands, its registers, the document just closed.

Source: Datecs P and C (protocols/datecs-p-c.md), sections 2 to 4, 9 and 10.
"""

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import ClassVar, Final

from billing.devices.drivers.datecs_service import DatecsService
from billing.devices.drivers.datecs_tables import NONE_LEFT
from billing.devices.drivers.datecs_words import GROUPS, INVOICE_DIGITS, is_sale, moment, percent, text_of
from billing.devices.faults import Fault, Refused
from billing.devices.standing import Counters, Facts, Health, Identity, Opened, Standing
from billing.devices.status import Bit, StatusMap, Weight, health
from billing.devices.talk import Command, Talk, ask
from billing.devices.wording import hundredths
from billing.documents import REVERSALS, CreditNote, Document, Invoice, PaymentCategory, SaleDocument

RECEIPT_OPEN: Final = Bit(2, 3, Fault.STATE, Weight.REFUSED)
REVERSAL_OPEN: Final = Bit(1, 4, Fault.STATE, Weight.REFUSED)
SLIP_OPEN: Final = Bit(2, 5, Fault.STATE, Weight.REFUSED)

NEXT_INVOICE_FIELD: Final = 10
"""Place in the answer of 67h, its leading P taken off."""

MAX_ROWS: Final = 2000
"""Rows of one document at most: 512 sales, their corrections and the frame of the document."""


@dataclass(frozen=True)
class DatecsReading(DatecsService):
    """The asking half of both dialects."""

    status_map: ClassVar[StatusMap] = ()
    payment_fields: ClassVar[Sequence[str]] = ()
    nameable: ClassVar[str] = ""
    """Payment letters of which 55h tells the name."""

    def health(self, status: bytes) -> Health:
        """Return the faults and warnings of ``status``."""
        return health(self.status_map, status)

    # -- connecting and asking ------------------------------------------------------------------------------

    def wake(self) -> Talk[None]:
        """Ask for the status: the answer may be a remembered one, but the next number is then new."""
        with suppress(Refused):
            yield ask(0x4A, "status")

    def identify(self) -> Talk[Identity]:
        """Return the numbers by their form, for the documents and the devices disagree about order (11)."""
        reply = yield ask(0x5A, "identify", b"1", limit_s=6)
        fields = text_of(reply).split(",")
        number = next((field for field in fields if re.fullmatch(r"[A-Z]{2}[0-9]{6}", field)), "")
        memory = next((field for field in reversed(fields) if re.fullmatch(r"[0-9]{8}", field)), "")
        if not number or not memory:
            raise ValueError("no device number of two letters and six digits, or no memory number of eight")
        return Identity(number, memory, fields[0], fields[1] if len(fields) > 1 else "")

    def standing(self) -> Talk[Standing]:
        """Return the last document number and what the same answer's status shows open."""
        reply = yield ask(0x71, "last document number")
        opened = self._opened(reply.status)
        standing = Standing(opened, last_document=int(text_of(reply)), health=self.health(reply.status))
        if not opened.fiscal:
            return standing
        sums = text_of((yield ask(0x4C, "open receipt", b"T"))).split(",")
        paid = hundredths(sums[3]) if len(sums) > 3 else None
        return replace(standing, sales=int(sums[1]), subtotal=hundredths(sums[2]), paid=paid)

    def _opened(self, status: bytes) -> Opened:
        if RECEIPT_OPEN.up(status):
            return Opened.REVERSAL if REVERSAL_OPEN.up(status) else Opened.RECEIPT
        return Opened.SLIP if SLIP_OPEN.up(status) else Opened.NONE

    def counters(self) -> Talk[Counters]:
        """Return the document number, the last Z record's number and the drawer's sums."""
        document = int(text_of((yield ask(0x71, "last document number"))))
        record = text_of((yield ask(0x40, "last Z record", b"0"))).removeprefix("P,").split(",")
        drawer = text_of((yield ask(0x46, "cash sums"))).removeprefix("P,").split(",")
        cash, cash_in, cash_out = (hundredths(field) for field in drawer[:3])
        # A device without a single Z answers F; its next Z is the first.
        z_number = int(record[0]) if record[0] != "F" else 0
        return Counters(document, z_number, cash, cash_in, cash_out)

    def rates(self) -> Talk[Mapping[int, Decimal | None]]:
        """Return the percents of 53h, which only reads without data and tells which groups are on.

        61h is asked where that is refused; a group that is off may stand there as ``00.00`` too.
        """
        with suppress(Refused):
            _, _, _, enabled, *fields = text_of((yield ask(0x53, "tax rates"))).split(",")
            if len(fields) >= len(GROUPS) and re.fullmatch(r"[01]{8}", enabled):
                return {
                    group: percent(field) if on == "1" else None
                    for group, (on, field) in enumerate(zip(enabled, fields, strict=False), start=1)
                }
        fields = text_of((yield ask(0x61, "tax rates"))).split(",")
        return {group: percent(field) for group, field in enumerate(fields[:8], start=1)}

    def clock(self) -> Talk[datetime]:
        """Return the device's time."""
        return moment(text_of((yield ask(0x3E, "clock"))))

    def set_clock(self, to: datetime) -> Talk[None]:
        """Set the time; the device refuses one before its last document."""
        yield Command(0x3D, to.strftime("%d-%m-%y %H:%M:%S").encode(), "set the clock")

    def payment_names(self) -> Talk[Mapping[str, str]]:
        """Return the printed name of every payment letter in use; one the device lacks is left out."""
        names = {}
        for letter in sorted(set(self.capabilities().payments.values())):
            with suppress(Refused):
                names[letter] = text_of((yield ask(0x55, "payment name", letter.encode())))
        return names

    def mapping(self) -> Talk[Mapping[PaymentCategory, str]]:
        """Return the letters in use but those that 55h answers with ``F``: the device has no such payment.

        A DP-150 prints any letter that it lacks as cash, without an error (fiscal rules 13).
        """
        words = {}
        for category, letter in self.capabilities().payments.items():
            try:
                if letter in self.nameable:
                    yield ask(0x55, "payment name", letter.encode())
            except Refused as refused:
                if refused.maker_code == NONE_LEFT:
                    continue
            words[category] = letter
        return words

    def registers(self) -> Talk[Mapping[str, str]]:
        """Return the day's sales by group and payments by kind, with the last Z number."""
        groups = text_of((yield ask(0x41, "day by group", b"0"))).split(",")
        payments = text_of((yield ask(0x6E, "day by payment"))).removeprefix("P,").split(",")
        figures = {f"group_{number}": str(hundredths(field)) for number, field in enumerate(groups[:8], 1)}
        for category, letter in self.capabilities().payments.items():
            for letters, field in zip(self.payment_fields, payments, strict=False):
                if letter in letters:
                    figures[f"payment_{category}"] = str(hundredths(field))
        counters = yield from self.counters()
        return figures | {"z_number": str(counters.z_number), "in_drawer": str(counters.cash)}

    def read_back(self, document: Document) -> Talk[Facts]:
        """Return the global document number and the clock; no Datecs P or C can tell its QR code."""
        number = text_of((yield ask(0x71, "last document number")))
        closed = yield from self.clock()
        return Facts(
            number, number, closed, invoice_number=(yield from self.invoice_number(document, number))
        )

    def invoice_number(self, document: Document, number: str) -> Talk[str]:
        """Return the number that the device gave an invoice or a credit note; ``""`` for another kind.

        The journal has it; where it does not tell, it is the one before the next (67h).
        """
        if not isinstance(document, Invoice | CreditNote):
            return ""
        with suppress(Refused, ValueError, IndexError):
            if found := (yield from self._journal_invoice(document, int(number))):
                return found.zfill(INVOICE_DIGITS)
        with suppress(Refused, ValueError, IndexError):
            sums = text_of((yield ask(0x67, "receipt sums"))).removeprefix("P,").split(",")
            given = int(sums[NEXT_INVOICE_FIELD]) - 1
            return str(given).zfill(INVOICE_DIGITS) if given > 0 else ""
        return ""

    def _journal_invoice(self, document: SaleDocument, number: int) -> Talk[str]:
        """Return the second field of the row ``I`` (77h W)."""
        own = document.unique_sale_number or original_number(document)
        rows = yield from self._rows(number, own)
        return next((row[1] for row in rows if row[0] == "I" and int(row[1])), "")

    def find(self, unique_sale_number: str, documents: Sequence[int]) -> Talk[Facts | None]:
        """Look through the journal's rows (77h W, then w); a cancelled document does not count."""
        unread = []
        for document in documents:
            rows = yield from self._rows(document, unique_sale_number)
            if any(is_sale(row, unique_sale_number) for row in rows):
                end = next((row[-1] for row in rows if row[0] == "D"), "")
                closed = datetime.strptime(end, "%d-%m-%Y %H:%M:%S") if end else None  # noqa: DTZ007 a wall clock
                number = str(document).zfill(7)
                return Facts(number, number, closed, unique_sale_number=unique_sale_number)
            # Only a sale number or the end mark shows that it was read: a printer that loses power meanwhile
            # forgets which document was asked for, and answers as at its end.
            unread += [] if any(row[0] in {"U", "*"} for row in rows) else [document]
        if unread:
            self._lacks(f"read document {unread[0]} in its journal")
        return None

    def _rows(self, document: int, unique_sale_number: str) -> Talk[list[list[str]]]:
        """Return a document's rows with its end mark ``*``; of another sale only those up to its number."""
        rows: list[list[str]] = []
        data = f"W,{document}".encode()
        while len(rows) < MAX_ROWS:
            row = text_of((yield ask(0x77, "journal row", data))).removeprefix("P,").split(",")
            if row[0] in {"F", ""}:
                break
            rows.append(row)
            if row[0] == "*" or (row[0] == "U" and not is_sale(row, unique_sale_number)):
                break
            data = b"w"
        return rows


def original_number(document: SaleDocument) -> str:
    """Return the sale number that a reversal takes back, by law its own as well."""
    original = document.original.unique_sale_number if isinstance(document, REVERSALS) else ""
    return original or document.unique_sale_number
