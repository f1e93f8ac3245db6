"""Datecs P: the fiscal printers FP-550, FP-650, FP-800, FP-2000, FMP-10, SK1-21F and SK1-31F.

Source: Datecs P and C (protocols/datecs-p-c.md), whose sections are named beside what follows them. The
tables come first, then one small function for each thing the device can do. Sister dialects subclass
``DatecsP``.
"""

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import ClassVar, Final

from billing.devices.capabilities import Capabilities
from billing.devices.dialect import Dialect
from billing.devices.faults import DocumentRefused, Fault, Refused
from billing.devices.frames.isl import IslCodec
from billing.devices.link import LinkLimits
from billing.devices.shaping import Shaped
from billing.devices.standing import Counters, Facts, Figures, Health, Identity, Opened, Paid, Standing
from billing.devices.status import Bit, StatusMap, Weight, health, refusal
from billing.devices.talk import Command, Repeat, Reply, Talk, ask
from billing.devices.wording import decimals, hundredths
from billing.documents import (
    REVERSALS,
    CashMovement,
    Client,
    CreditNote,
    Document,
    Duplicate,
    Invoice,
    Modifier,
    PaymentCategory,
    PaymentLine,
    PeriodReport,
    ReversalReason,
    SaleDocument,
    SaleLine,
    Slip,
    XReport,
    ZReport,
)

STATUS: Final[StatusMap] = (
    Bit(2, 0, Fault.PAPER_OUT, Weight.FAULT),
    Bit(0, 4, Fault.PRINT_UNIT, Weight.FAULT),
    Bit(0, 2, Fault.CLOCK, Weight.FAULT),
    Bit(1, 3, Fault.BATTERY, Weight.FAULT),
    Bit(1, 2, Fault.MEMORY_RESET, Weight.FAULT),
    Bit(2, 2, Fault.JOURNAL_FULL, Weight.FAULT),
    Bit(4, 0, Fault.FISCAL_WRITE, Weight.FAULT),
    Bit(4, 4, Fault.FISCAL_FULL, Weight.FAULT),
    Bit(5, 0, Fault.FISCAL_READ_ONLY, Weight.FAULT),
    Bit(5, 2, Fault.FISCAL_WRITE, Weight.FAULT),
    Bit(0, 0, Fault.SYNTAX, Weight.REFUSED),
    Bit(0, 1, Fault.UNKNOWN_COMMAND, Weight.REFUSED),
    Bit(1, 0, Fault.RANGE, Weight.REFUSED),
    Bit(1, 1, Fault.STATE, Weight.REFUSED),
    Bit(0, 6, Fault.COVER_OPEN, Weight.BLOCK),
    Bit(1, 6, Fault.AUTHORITY, Weight.BLOCK),
    Bit(5, 5, Fault.FISCAL_READ, Weight.BLOCK),
    Bit(2, 1, Fault.PAPER_LOW, Weight.WARNING),
    Bit(2, 4, Fault.JOURNAL_NEARLY_FULL, Weight.WARNING),
    Bit(2, 6, Fault.JOURNAL_NEARLY_FULL, Weight.WARNING),
    Bit(4, 3, Fault.FISCAL_NEARLY_FULL, Weight.WARNING),
    Bit(4, 6, Fault.PRINTING_WARNING, Weight.WARNING),
)
"""Section 3, "treat as fatal", "start no receipt", "warn only"; the rest is information."""

RECEIPT_OPEN: Final = Bit(2, 3, Fault.STATE, Weight.REFUSED)
REVERSAL_OPEN: Final = Bit(1, 4, Fault.STATE, Weight.REFUSED)
SLIP_OPEN: Final = Bit(2, 5, Fault.STATE, Weight.REFUSED)

PAYMENTS: Final[Mapping[PaymentCategory, str]] = {
    PaymentCategory.CASH: "P",
    PaymentCategory.CHECK: "C",
    PaymentCategory.COUPONS: "m",
    PaymentCategory.EXT_COUPONS: "n",
    PaymentCategory.PACKAGING: "o",
    PaymentCategory.INTERNAL_USAGE: "p",
    PaymentCategory.DAMAGE: "q",
    PaymentCategory.CARD: "D",
    PaymentCategory.BANK: "r",
    PaymentCategory.RESERVED1: "I",
    PaymentCategory.RESERVED2: "L",
}
"""Section 9.5; a device programmed otherwise says so in its address (``payment.card=N``)."""

PAYMENT_FIELDS: Final = ("P", "N", "D", "C", "Ii", "Jj", "Kk", "Ll", "", "", *"mnopqrs")
"""Section 9.2, 6Eh: whose sum each field is; the two without a letter are closure and next receipt."""

REASONS: Final[Mapping[ReversalReason, str]] = {
    ReversalReason.OPERATOR_ERROR: "E",
    ReversalReason.REFUND: "R",
    ReversalReason.TAX_BASE_REDUCTION: "T",
}
"""Section 6, 2Eh."""

CLIENT_KINDS: Final = {"company": "", "personal": "#", "foreigner": "*", "official": "^"}
"""Section 6, 39h: the prefix that tells what sort of number identifies the client."""

LETTERS: Final[Mapping[int, Mapping[str, Fault]]] = {
    0x35: {"F": Fault.PAYMENT, "E": Fault.PAYMENT, "I": Fault.PAYMENT},
    0x46: {"F": Fault.CASH_SHORT},
    0x55: {"F": Fault.CONDITION},
    0x6B: {"F": Fault.CONDITION},
}
"""Letters that begin the answer of a command that was refused without an error bit (section 10, step 4)."""

GROUPS: Final = "АБВГДЕЖЗ"
MODELS: Final = re.compile(r"(FP|FMP|SK).*(?<!X)(?<!XR)(?<!XE)")
"""Section 9.1: what an identity of this family looks like."""


@dataclass(frozen=True)
class DatecsP(Dialect):
    """The P dialect."""

    name: ClassVar[str] = "datecs-p"
    models: ClassVar[str] = "Datecs FP-550, FP-650, FP-800, FP-2000, FMP-10, SK1-21F, SK1-31F"
    limits: ClassVar[LinkLimits] = LinkLimits(reply_s=0.5)
    default_password: ClassVar[str] = "0000"  # noqa: S105 the maker's factory setting, printed in its manual
    status_map: ClassVar[StatusMap] = STATUS
    letters: ClassVar[Mapping[int, Mapping[str, Fault]]] = LETTERS
    payment_fields: ClassVar[Sequence[str]] = PAYMENT_FIELDS

    def codec(self) -> IslCodec:
        """Return the ISL frame with six status bytes."""
        return IslCodec(status_length=6, data_max=213, probe=0x4A)

    def capabilities(self) -> Capabilities:
        """Return the printer's limits; ``columns=32`` in the address is for narrow paper (section 9.4)."""
        columns = self.settings.columns or 48
        can = Capabilities(
            columns=columns,
            text_width=min(36, columns - 2),
            text_lines=2,
            text_required=False,
            comment_width=min(36, columns - 2),
            slip_width=min(36, columns - 2),
            payments=PAYMENTS,
            units=True,
            max_sales=512,
            operator_codes=range(1, 17),
            reversal_reasons=REASONS,
            invoices=True,
            credit_notes=True,
        )
        return replace(can, payments={**can.payments, **self.settings.payments})

    def check(self, document: Document) -> Shaped:
        """Return ``document`` shaped; a reversal needs the number of the sale it reverses."""
        if isinstance(document, REVERSALS) and not self._original_number(document):
            raise DocumentRefused("$.original.unique_sale_number", "the device reverses no sale without it")
        return super().check(document)

    def judge(self, command: Command, reply: Reply) -> Refused | None:
        """Return what the status bits, or else the result letter, refuse (section 10)."""
        if refused := refusal(self.status_map, command, reply):
            return refused
        letter = reply.data[:1].decode("cp1251", "replace")
        fault = self.letters.get(command.code, {}).get(letter)
        return Refused(fault, command.name, letter) if fault else None

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
        number = next(field for field in fields if re.fullmatch(r"[A-Z]{2}[0-9]{6}", field))
        memory = next(field for field in reversed(fields) if re.fullmatch(r"[0-9]{8}", field))
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
        record = text_of((yield ask(0x40, "last Z record", b"0"))).split(",")
        drawer = text_of((yield ask(0x46, "cash sums"))).split(",")
        cash, cash_in, cash_out = (hundredths(field) for field in drawer[1:4])
        # A device without a single Z answers F; its next Z is the first.
        z_number = int(record[1]) if record[0] == "P" else 0
        return Counters(document, z_number, cash, cash_in, cash_out)

    def rates(self) -> Talk[Mapping[int, Decimal | None]]:
        """Return the percents of 61h; a field that is no percent below 100 is a group that is off."""
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

    # -- a sale, in this order -------------------------------------------------------------------------------

    def open(self, document: SaleDocument) -> Talk[None]:
        """Open with 30h, a reversal with 2Eh in its long form (positive prices, nothing printed yet)."""
        operator, password = self.operator_of(document)
        fields = [operator, password, str(self.settings.till)]
        code, own = 0x30, document.unique_sale_number
        if isinstance(document, Invoice):
            fields.append("I")
        if isinstance(document, CreditNote):
            fields.append(f"I{document.invoice_number}")
        if isinstance(document, REVERSALS):
            code, own = 0x2E, own or self._original_number(document)
        # Without a number the printer would count its own on: one the till does not know (section 6, 30h).
        fields += [own] if own else []
        if isinstance(document, REVERSALS):
            original = document.original
            fields += [
                REASONS[document.reason] + original.document_number,
                self._original_number(document),
                original.date_time.strftime("%d%m%y%H%M%S"),
                original.fiscal_memory_number,
            ]
        data = ",".join(fields).encode("cp1251")
        yield Command(code, data, "open the receipt", secrets=(password.encode("cp1251"),))

    def _original_number(self, document: SaleDocument) -> str:
        original = document.original.unique_sale_number if isinstance(document, REVERSALS) else ""
        return original or document.unique_sale_number

    def sell(self, line: SaleLine) -> Talk[None]:
        """Sell with 31h: ``L1[LF L2] TAB group price[*qty[#unit]][,percent|;amount]``."""
        quantity = "" if line.qty == 1 and not line.unit else f"*{decimals(line.qty, 3)}"
        unit = f"#{line.unit}" if line.unit else ""
        said = f"{line.text}\t{GROUPS[line.tax_group - 1]}{decimals(line.price, 2, 2)}{quantity}{unit}"
        yield Command(0x31, (said + change(line.modifier)).encode("cp1251"), "sell")

    def comment(self, text: str) -> Talk[None]:
        """Print ``text`` between two ``#`` with 36h."""
        yield Command(0x36, text.encode("cp1251"), "comment")

    def modify(self, modifier: Modifier) -> Talk[None]:
        """Change the whole receipt with a printed subtotal, 33h; the device spreads it over the groups."""
        yield Command(0x33, ("10" + change(modifier)).encode(), "change the bill")

    def subtotal(self) -> Talk[Decimal]:
        """Return the current sum by 4Ch ``T``: a third of what 33h answers, and read only."""
        return hundredths(text_of((yield ask(0x4C, "open receipt", b"T"))).split(",")[2])

    def recount(self) -> Talk[Decimal]:
        """Return the sum of 33h without print or display, after all modifiers."""
        return hundredths(text_of((yield ask(0x33, "subtotal", b"00"))).split(",")[0])

    def pay(self, payment: PaymentLine) -> Talk[Paid]:
        """Pay with 35h; D tells what is still due, R the change; no error bit tells them apart."""
        letter = self.capabilities().payments[payment.category]
        said = f"\t{letter}{decimals(payment.amount, 2, 2)}"
        answer = text_of((yield Command(0x35, said.encode("cp1251"), "pay", Repeat.ONCE)))
        amount = hundredths(answer[1:])
        if answer[0] == "R":
            return Paid(Decimal(0), amount)
        if answer[0] == "D":
            return Paid(amount)
        raise ValueError("an answer to a payment begins with D or R")

    def finish(self, document: SaleDocument) -> Talk[None]:
        """Close with 38h; the client of an invoice goes before, once (section 6, 39h)."""
        refused = None
        if isinstance(document, Invoice | CreditNote):
            try:
                yield Command(0x39, self.client_data(document.client), "client of the invoice")
            except Refused as error:
                # After a lost answer they may be in already, and are taken only once: the close tells.
                refused = error
        try:
            yield Command(0x38, b"", "close the receipt", limit_s=30)
        except Refused as error:
            raise refused or error from None

    def client_data(self, client: Client) -> bytes:
        """Return the data of 39h, cut to the widths of its section."""
        number = CLIENT_KINDS[client.kind] + client.number
        names = [name[:26] for name in (client.seller, client.receiver, client.name)]
        address = "\n".join(filter(None, (client.address[:28], client.address[28:62])))
        return "\t".join([number, *names, client.vat_number, address]).encode("cp1251", "replace")

    def cancel(self) -> Talk[None]:
        """Cancel with 3Ch; the device refuses it once something is paid."""
        yield Command(0x3C, b"", "cancel the receipt")

    def pay_rest(self, standing: Standing) -> Talk[None]:
        """Pay what is left in cash and close (section 10, last paragraph)."""
        if standing.subtotal is None or standing.paid is None or standing.paid < standing.subtotal:
            yield Command(0x35, b"\t", "pay the rest in cash", Repeat.ONCE)
        yield Command(0x38, b"", "close the receipt", limit_s=30)

    def read_back(self, document: Document) -> Talk[Facts]:
        """Return the global document number and the clock; the printer cannot tell its QR code."""
        del document
        number = text_of((yield ask(0x71, "last document number")))
        closed = yield from self.clock()
        return Facts(number, number, closed)

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
            unread += [] if rows else [document]
        if unread:
            # What was not read does not prove that the sale is not there: the counters decide.
            self._lacks(f"read document {unread[0]} in its journal")
        return None

    def _rows(self, document: int, unique_sale_number: str) -> Talk[list[list[str]]]:
        """Return a document's rows; of another sale only those up to its number."""
        rows: list[list[str]] = []
        data = f"W,{document}".encode()
        while len(rows) < MAX_ROWS:
            row = text_of((yield ask(0x77, "journal row", data))).removeprefix("P,").split(",")
            if row[0] in {"F", "*", ""}:
                break
            rows.append(row)
            if row[0] == "U" and not is_sale(row, unique_sale_number):
                break
            data = b"w"
        return rows

    # -- the rest ------------------------------------------------------------------------------------------

    def open_slip(self, document: Slip) -> Talk[None]:
        """Open a service receipt with 26h."""
        del document
        yield Command(0x26, b"", "open a service receipt")

    def slip_line(self, text: str) -> Talk[None]:
        """Print a line with 2Ah."""
        yield Command(0x2A, text.encode("cp1251"), "text")

    def end_slip(self) -> Talk[None]:
        """Close the service receipt with 27h."""
        yield Command(0x27, b"", "close the service receipt")

    def cash(self, document: CashMovement) -> Talk[None]:
        """Register cash with 46h; F means too little in the drawer, without any error bit."""
        yield Command(0x46, decimals(document.amount, 2, 2).encode(), "cash", Repeat.ONCE)

    def x_report(self, document: XReport) -> Talk[Figures]:
        """Print an X with 45h ``2``."""
        del document
        return report(text_of((yield Command(0x45, b"2", "X report", Repeat.ONCE, limit_s=120))))

    def z_report(self, document: ZReport) -> Talk[Figures]:
        """Print a Z with 45h ``0``; it takes 20 to 40 s on an FP-800 (fiscal rules 13)."""
        del document
        return report(text_of((yield Command(0x45, b"0", "Z report", Repeat.ONCE, limit_s=120))))

    def period_report(self, document: PeriodReport) -> Talk[None]:
        """Print from fiscal memory: 5Eh or 4Fh by date, 49h or 5Fh by number; always both ends (8)."""
        if document.from_date is not None and document.to_date is not None:
            code = 0x5E if document.detailed else 0x4F
            ends = f"{document.from_date:%d%m%y},{document.to_date:%d%m%y}"
        else:
            code = 0x49 if document.detailed else 0x5F
            ends = f"{document.from_number},{document.to_number}"
        yield Command(code, ends.encode(), "period report", limit_s=300)

    def duplicate(self, document: Duplicate) -> Talk[None]:
        """Print the last receipt once more with 6Dh; the device does so once."""
        del document
        yield Command(0x6D, b"1", "duplicate", Repeat.ONCE)

    def drawer(self) -> Talk[None]:
        """Open the drawer with 6Ah."""
        yield Command(0x6A, b"", "open the drawer")

    def show(self, upper: str, lower: str) -> Talk[None]:
        """Show two lines of up to 20 characters with 2Fh and 23h."""
        yield Command(0x2F, upper[:20].encode("cp1251", "replace"), "upper display line")
        yield Command(0x23, lower[:20].encode("cp1251", "replace"), "lower display line")

    def feed(self, lines: int) -> Talk[None]:
        """Move the paper by 1 to 99 lines with 2Ch."""
        yield Command(0x2C, str(lines).encode(), "feed paper")

    def cut(self) -> Talk[None]:
        """Cut the paper with 2Dh."""
        yield Command(0x2D, b"", "cut paper")

    def set_operator(self, number: str, password: str, name: str) -> Talk[None]:
        """Store an operator's name of up to 24 characters with 66h."""
        data = f"{number},{password},{name[:24]}".encode("cp1251", "replace")
        yield Command(0x66, data, "name the operator", secrets=(password.encode(),))

    def set_plu(self, number: int, line: SaleLine) -> Talk[None]:
        """Store an article with 6Bh P: group 1, no stock."""
        group = GROUPS[line.tax_group - 1]
        said = f"P{group}{number},1,{decimals(line.price, 2, 2)},0.000,{line.text[:36]}"
        yield Command(0x6B, said.encode("cp1251", "replace"), "store the article")

    def set_header(self, lines: Sequence[str]) -> Talk[None]:
        """Store up to six header lines of 48 characters with 2Bh."""
        for place, line in enumerate(lines[:6]):
            yield Command(0x2B, f"{place}{line[:48]}".encode("cp1251", "replace"), "store the header")

    def journal(self, first: date, last: date) -> Talk[Sequence[str]]:
        """Return the journal's text lines of all documents between two dates (77h R, then N)."""
        return self._journal_lines(f"R,A,{first:%d%m%y},{last:%d%m%y}".encode())

    def _journal_lines(self, data: bytes) -> Talk[Sequence[str]]:
        lines = []
        while (line := text_of((yield ask(0x77, "journal line", data)))) and not line.startswith("F"):
            if line.startswith("P,"):
                lines.append(line.removeprefix("P,"))
            data = b"N"
        return lines


MAX_ROWS: Final = 2000
"""Rows of one document at most: 512 sales, their corrections and the frame of the document."""


def is_sale(row: Sequence[str], unique_sale_number: str) -> bool:
    """Return whether a journal row says that its document is the sale, and was not cancelled (kind 4)."""
    return row[0] == "U" and row[1] == unique_sale_number and row[-1] != "4"


def text_of(reply: Reply) -> str:
    """Return a reply's data as text, without the reason that option ``d`` appends to it (section 10)."""
    return reply.data.decode("cp1251").partition("@")[0]


def change(modifier: Modifier | None) -> str:
    """Return a modifier as 31h and 33h take it: ``,percent`` or ``;amount``, below zero for a discount."""
    if modifier is None:
        return ""
    return ("," if modifier.kind == "percent" else ";") + decimals(modifier.value, 2, 2)


def moment(text: str) -> datetime:
    """Return a device's ``DD-MM-YY hh:mm:ss``; it has no zone."""
    return datetime.strptime(text.strip(), "%d-%m-%y %H:%M:%S")  # noqa: DTZ007 the device's wall clock has no zone


def percent(field: str) -> Decimal | None:
    """Return a tax rate, or None for a group that is off."""
    bare = field.strip()
    rate = Decimal(bare) if re.fullmatch(r"[0-9]{1,3}(\.[0-9]+)?", bare) else None
    return None if rate is None or rate >= Decimal(100) else rate


def report(text: str) -> Figures:
    """Return ``Closure,Total,A,...,H`` by name (section 8, 45h); the total is said to be without VAT."""
    fields = text.split(",")
    named = {f"group_{number}": str(hundredths(field)) for number, field in enumerate(fields[2:10], start=1)}
    return Figures({"z_number": str(int(fields[0])), "net_total": str(hundredths(fields[1])), **named})
