"""Datecs P: the fiscal printers FP-550, FP-650, FP-800, FP-2000, FMP-10, SK1-21F and SK1-31F.

Source: Datecs P and C (protocols/datecs-p-c.md), whose sections are named beside what follows them. The
tables come first, then one small function for each thing the device can do. Sister dialects subclass
``DatecsP``.
"""

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import ClassVar, Final

from billing.devices.capabilities import Capabilities
from billing.devices.drivers.datecs_clients import ClientLimits, address_lines, shape_client
from billing.devices.drivers.datecs_service import DatecsService
from billing.devices.drivers.datecs_words import GROUPS, change, is_sale, moment, percent, text_of
from billing.devices.faults import DocumentRefused, Fault, Refused
from billing.devices.frames.isl import IslCodec
from billing.devices.link import LinkLimits
from billing.devices.shaping import Shaped
from billing.devices.standing import Counters, Facts, Health, Identity, Opened, Paid, Standing
from billing.devices.status import Bit, StatusMap, Weight, health, refusal
from billing.devices.talk import Command, Repeat, Reply, Talk, ask
from billing.devices.wording import decimals, hundredths
from billing.documents import (
    REVERSALS,
    Client,
    CreditNote,
    Document,
    Invoice,
    Modifier,
    PaymentCategory,
    PaymentLine,
    ReversalReason,
    SaleDocument,
    SaleLine,
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
CLIENT_LIMITS: Final = ClientLimits(number=range(9, 15), name=26, address=(28, 34))

LETTERS: Final[Mapping[int, Mapping[str, Fault]]] = {
    0x35: {"F": Fault.PAYMENT, "E": Fault.PAYMENT, "I": Fault.PAYMENT},
    0x46: {"F": Fault.CASH_SHORT},
    0x55: {"F": Fault.CONDITION},
    0x6B: {"F": Fault.CONDITION},
}
"""Letters that begin the answer of a command that was refused without an error bit (section 10, step 4)."""

OPENINGS: Final = frozenset({0x30, 0x2E})
"""Commands that a wrong password makes "not allowed" too: no bit of its own tells it (section 5)."""

MAX_ROWS: Final = 2000
"""Rows of one document at most: 512 sales, their corrections and the frame of the document."""


@dataclass(frozen=True)
class DatecsP(DatecsService):
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
        return shape_client(super().check(document), CLIENT_LIMITS)

    def judge(self, command: Command, reply: Reply) -> Refused | None:
        """Return what the status bits, or else the result letter, refuse (section 10)."""
        if refused := refusal(self.status_map, command, reply):
            if refused.fault is Fault.STATE and command.code in OPENINGS:
                return Refused(Fault.NOT_OPENED, command.name, refused.maker_code)
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
        """Return the data of 39h: the kind of number is a sign before it."""
        number = CLIENT_KINDS[client.kind] + client.number
        address = "\n".join(filter(None, address_lines(client, CLIENT_LIMITS)))
        names = [client.seller, client.receiver, client.name]
        return "\t".join([number, *names, client.vat_number, address]).encode("cp1251", "replace")

    def cancel(self) -> Talk[None]:
        """Cancel with 3Ch; the device refuses it once something is paid."""
        yield Command(0x3C, b"", "cancel the receipt")

    def pay_rest(self, standing: Standing) -> Talk[None]:
        """Pay what is left in cash and close (section 10, last paragraph)."""
        if standing.subtotal is None or standing.paid is None or standing.paid < standing.subtotal:
            yield Command(0x35, b"\t", "pay the rest in cash", Repeat.ONCE)
        try:
            yield Command(0x38, b"", "close the receipt", limit_s=30)
        except Refused:
            # Somebody's invoice: it closes only with a client, whose blank fields are filled in by hand.
            yield Command(0x39, self.client_data(Client(number="000000000")), "client of the invoice")
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
