"""Datecs C: the cash registers DP-05, DP-25, DP-35, DP-150 and WP-50, in their mode "PC connection".

Source: Datecs P and C (protocols/datecs-p-c.md), section 5 for what differs from ``datecs_p``. Only the
differences stand here.
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
from billing.devices.drivers.datecs_clients import ClientLimits, address_lines, shape_client
from billing.devices.drivers.datecs_errors import CARD_UNKNOWN, fault_of
from billing.devices.drivers.datecs_p import LETTERS, DatecsP
from billing.devices.drivers.datecs_reading import MAX_ROWS, original_number
from billing.devices.drivers.datecs_tables import ABSENT, HIGHEST_PLU, whole_text
from billing.devices.drivers.datecs_words import text_of
from billing.devices.faults import DocumentRefused, Fault, Refused
from billing.devices.shaping import Shaped
from billing.devices.standing import Facts, Figures, Opened, Paid, Standing
from billing.devices.status import Bit, StatusMap, Weight
from billing.devices.talk import Command, Repeat, Reply, Talk, ask
from billing.devices.wording import hundredths
from billing.documents import (
    REVERSALS,
    Client,
    CreditNote,
    Document,
    Invoice,
    PaymentCategory,
    PaymentLine,
    ReversalReason,
    SaleDocument,
    SaleLine,
    XReport,
    ZReport,
)

STATUS: Final[StatusMap] = (
    Bit(2, 0, Fault.PAPER_OUT, Weight.FAULT),
    Bit(0, 2, Fault.CLOCK, Weight.FAULT),
    Bit(2, 2, Fault.JOURNAL_FULL, Weight.FAULT),
    Bit(4, 0, Fault.FISCAL_WRITE, Weight.FAULT),
    Bit(4, 4, Fault.FISCAL_FULL, Weight.FAULT),
    Bit(0, 0, Fault.SYNTAX, Weight.REFUSED),
    Bit(0, 1, Fault.UNKNOWN_COMMAND, Weight.REFUSED),
    Bit(1, 0, Fault.RANGE, Weight.REFUSED),
    Bit(1, 1, Fault.STATE, Weight.REFUSED),
    Bit(1, 6, Fault.AUTHORITY, Weight.BLOCK),
    Bit(1, 5, Fault.UNSENT, Weight.WARNING),
    Bit(2, 4, Fault.JOURNAL_NEARLY_FULL, Weight.WARNING),
    Bit(4, 3, Fault.FISCAL_NEARLY_FULL, Weight.WARNING),
)
"""Section 3, column C: 1.5 is not an open rotated receipt here, and a reversal shows in no bit."""

PAYMENTS: Final[Mapping[PaymentCategory, str]] = {
    PaymentCategory.CASH: "P",
    PaymentCategory.CARD: "C",
    PaymentCategory.COUPONS: "J",
    PaymentCategory.EXT_COUPONS: "I",
    PaymentCategory.RESERVED1: "D",
}
"""Section 9.5, as a real DP-150 was set: C is the card here, a cheque on P."""

REASONS: Final[Mapping[ReversalReason, str]] = {
    ReversalReason.OPERATOR_ERROR: "0",
    ReversalReason.REFUND: "1",
    ReversalReason.TAX_BASE_REDUCTION: "2",
}

SPOKEN: Final[Mapping[ReversalReason, str]] = {
    ReversalReason.OPERATOR_ERROR: "Операторска грешка",
    ReversalReason.REFUND: "Връщане или рекламация",
    ReversalReason.TAX_BASE_REDUCTION: "Намаление на данъчната основа",
}
"""What a credit note prints as its reason; the three optional fields of 2Eh come together or not at all."""

CLIENT_KINDS: Final = {"company": "0", "personal": "1", "foreigner": "2", "official": "3"}
CLIENT_LIMITS: Final = ClientLimits(number=range(9, 15), name=36, address=(28, 34))
"""Section 6, 39h; the address as on P: longer lines would not fit a frame beside the longest names."""

FISCAL_KINDS: Final = frozenset({"1", "7", "8", "9"})
"""Section 9.2, 7Dh: sale, invoice, reversal, credit note, as answered; asked for they differ."""

CANCELLED: Final = "АНУЛИРАН"
LAST_LINE: Final = "ФИСКАЛЕНБОН"
"""What a cancelled receipt says in a line, and the last line of both; blanks and equal signs are left out."""

TIMES: Final = ("%d-%m-%y %H:%M:%S", "%d-%m-%Y %H:%M:%S", "%d%m%y%H%M%S")
"""How the journal may write a time: the page does not say."""

MAX_WITH_PLUS: Final = 117
"""Section 5: 120 sales by text (31h), 117 of articles (3Ah)."""

INVOICE_FIELD: Final = 9
TYPE_FIELD: Final = 11
"""Places in the answer of 67h, its leading P taken off."""


READINGS: Final = 6
"""How often a document is read from the journal until it is read whole."""


@dataclass(frozen=True)
class DatecsC(DatecsP):
    """The C dialect."""

    name: ClassVar[str] = "datecs-c"
    models: ClassVar[str] = "Datecs DP-05, DP-25, DP-35, DP-150, WP-50"
    default_password: ClassVar[str] = ""
    status_map: ClassVar[StatusMap] = STATUS
    letters: ClassVar[Mapping[int, Mapping[str, Fault]]] = {
        **LETTERS,
        **{code: {"F": Fault.STATE} for code in (0x30, 0x2E)},
        0x37: {"F": Fault.CARD},
        0x39: {"F": Fault.CONDITION},
    }
    payment_fields: ClassVar[Sequence[str]] = ("P", "N", "C", "D", "I", "J")
    nameable: ClassVar[str] = "NCDIJ"
    header_width: ClassVar[int] = 42
    operator_width: ClassVar[int] = 10

    def capabilities(self) -> Capabilities:
        """Return the register's limits (section 9.4)."""
        can = Capabilities(
            columns=self.settings.columns or 42,
            text_width=22,
            text_lines=2,
            text_required=False,
            comment_width=36,
            slip_width=40,
            payments=PAYMENTS,
            departments=range(1, 10),
            department_sets_group=True,
            plus=range(1, HIGHEST_PLU + 1),
            plu_name=22,
            plu_departments=True,
            max_sales=120,
            operator_codes=range(1, 31),
            reversal_reasons=REASONS,
            invoices=True,
            credit_notes=True,
        )
        return replace(can, payments={**can.payments, **self.settings.payments})

    def check(self, document: Document) -> Shaped:
        """Return ``document`` shaped; a reversal of a sale without a number is taken here.

        A receipt with articles from the table takes fewer sales than one without (section 5).
        """
        shaped = shape_client(Dialect.check(self, document), CLIENT_LIMITS)
        lines = getattr(shaped.document, "lines", ())
        sales = [line for line in lines if isinstance(line, SaleLine)]
        if len(sales) > MAX_WITH_PLUS and any(line.plu for line in sales):
            raise DocumentRefused(
                "$.lines", f"{len(sales)} sales found, the device takes {MAX_WITH_PLUS} where one names a PLU"
            )
        return shaped

    def operator_of(self, document: Document) -> tuple[str, str]:
        """Return operator and password; the factory's password is the operator's own number."""
        code, password = super().operator_of(document)
        return code, password or code

    def judge(self, command: Command, reply: Reply) -> Refused | None:
        """Return what is refused; a card terminal's code says more than the letter before it."""
        refused = super().judge(command, reply)
        found = re.search(r"-1[0-9]{5}", text_of(reply)) if refused else None
        return Refused(fault_of(int(found[0])), command.name, found[0]) if found else refused

    def standing(self) -> Talk[Standing]:
        """Return where the register stands; only 67h tells a reversal from a sale (section 5)."""
        standing = yield from super().standing()
        if standing.opened is not Opened.RECEIPT:
            return standing
        with suppress(Refused):
            sums = text_of((yield ask(0x67, "receipt sums"))).removeprefix("P,").split(",")
            standing = replace(standing, opened=kind_of(sums))
        return standing

    def open(self, document: SaleDocument) -> Talk[None]:
        """Open with 30h or 2Eh; the sale number stands before the till."""
        operator, password = self.operator_of(document)
        fields, till = [operator, password], str(self.settings.till)
        if isinstance(document, REVERSALS):
            original = document.original
            fields += [
                original_number(document),
                till,
                REASONS[document.reason],
                original.document_number,
                original.date_time.strftime("%d%m%y%H%M%S"),
                original.fiscal_memory_number,
            ]
            fields += (
                ["I", document.invoice_number, SPOKEN[document.reason]]
                if isinstance(document, CreditNote)
                else []
            )
        else:
            fields += [document.unique_sale_number] if document.unique_sale_number else []
            fields += [till, "I"] if isinstance(document, Invoice) else [till]
        code = 0x2E if isinstance(document, REVERSALS) else 0x30
        data = ",".join(fields).encode("cp1251")
        yield Command(code, data, "open the receipt", secrets=(password.encode("cp1251"),))

    def pay(self, payment: PaymentLine) -> Talk[Paid]:
        """Pay with 35h; a card that was charged although the register missed it is kept (37h ``13``)."""
        try:
            return (yield from super().pay(payment))
        except Refused as refused:
            if refused.maker_code != str(CARD_UNKNOWN):
                raise
        yield Command(0x37, b"13\t1\t", "keep the card payment", Repeat.ONCE, limit_s=120)
        sums = text_of((yield ask(0x4C, "open receipt", b"T"))).split(",")
        return Paid(max(Decimal(0), hundredths(sums[2]) - hundredths(sums[3])))

    def client_data(self, client: Client) -> bytes:
        """Return the data of 39h: the kind of number in a field of its own."""
        address = "\n".join(filter(None, address_lines(client, CLIENT_LIMITS)))
        numbers = [client.number, CLIENT_KINDS[client.kind]]
        names = [client.seller, client.receiver, client.name]
        return "\t".join([*numbers, *names, client.vat_number, address]).encode("cp1251", "replace")

    def find(self, unique_sale_number: str, documents: Sequence[int]) -> Talk[Facts | None]:
        """Look through the journal with 7Dh: ``0`` selects a document, ``5`` reads its rows (section 9.2).

        Each of ``documents`` was printed, so one that cannot be read is no proof that ours was not.
        """
        for document in documents:
            head = yield from self._select(document)
            if head[3] not in FISCAL_KINDS or (yield from self._sale_number(document)) != unique_sale_number:
                continue
            if not (yield from self._cancelled(document)):
                number = str(document).zfill(7)
                return Facts(number, number, journal_time(head[2]), unique_sale_number=unique_sale_number)
        return None

    def _select(self, document: int) -> Talk[list[str]]:
        """Return what 7Dh ``0`` says of a document: ``P,number,time,kind,Z number``."""
        head = text_of((yield ask(0x7D, "journal document", f"0,{document},0".encode()))).split(",")
        if head[0] != "P":
            raise Refused(Fault.CONDITION, f"journal document {document}", head[0])
        return head

    def _sale_number(self, document: int) -> Talk[str]:
        """Return the sale number in the first row of the document just selected: ``P,3,kind,number,UNP``."""
        for _ in range(READINGS):
            row = text_of((yield ask(0x7D, "journal row", b"5"))).split(",")
            if row[:2] == ["P", "3"] and int(row[3]) == document:
                return row[4]
            # A register that loses power forgets which document was selected and answers as at its end.
            yield from self._select(document)
        raise Refused(Fault.CONDITION, f"sale number of document {document}")

    def _cancelled(self, document: int) -> Talk[bool]:
        """Return whether the document's text says so in a line of its own: no row and no kind does.

        The text is whole when it comes to the line that ends every fiscal receipt, a cancelled one too (the
        document, 3Ch), or when two readings on end are the same.
        """
        before: list[str] = []
        for _ in range(READINGS):
            yield from self._select(document)
            lines = [bare(line) for line in (yield from self._text())]
            if CANCELLED in lines:
                return True
            if lines and (lines == before or LAST_LINE in lines):
                return False
            before = lines
        raise Refused(Fault.CONDITION, f"text of document {document}")

    def _text(self) -> Talk[list[str]]:
        """Return the selected document's lines, up to its last."""
        lines: list[str] = []
        while len(lines) < MAX_ROWS:
            code, _, text = whole_text((yield ask(0x7D, "journal line", b"1"))).partition(",")
            if code != "P":
                break
            lines.append(text.rstrip())
        return lines

    def read_back(self, document: Document) -> Talk[Facts]:
        """Return the global document number and the journal's time of it, or else the clock's."""
        number = text_of((yield ask(0x71, "last document number")))
        closed = None
        with suppress(Refused, IndexError):
            closed = journal_time((yield from self._select(int(number)))[2])
        invoice = yield from self.invoice_number(document, number)
        return Facts(number, number, closed or (yield from self.clock()), invoice_number=invoice)

    def _journal_invoice(self, document: SaleDocument, number: int) -> Talk[str]:
        """Return the number in the row ``P,8,invoice,number,kind`` (7Dh ``5``)."""
        del document
        yield from self._select(number)
        for _ in range(MAX_ROWS):
            row = text_of((yield ask(0x7D, "journal row", b"5"))).split(",")
            if row[:2] == ["P", "8"] and int(row[2]):
                return row[2]
            if row[0] != "P":
                break
        return ""

    def journal(self, first: date, last: date) -> Talk[Sequence[str]]:
        """Return the journal's text lines between two dates (77h R, then N)."""
        return self._journal_lines(f"R,A{first:%d%m%y},{last:%d%m%y}")

    def journal_document(self, number: int) -> Talk[Sequence[str]]:
        """Return the text lines of one document (7Dh ``0``, then ``1``)."""
        try:
            yield from self._select(number)
        except Refused as refused:
            if refused.fault not in ABSENT:
                raise
            return []
        return (yield from self._text())

    def _journal_info(self) -> Talk[Sequence[str]]:
        """Return a mark, and the last two of the twelve figures of 7Ch ``I``: size and used."""
        return ["", *text_of((yield ask(0x7C, "journal", b"I"))).split(",")[-2:]]

    def x_report(self, document: XReport) -> Talk[Figures]:
        """Print an X; its second field is the sum of all sales here."""
        return with_total((yield from super().x_report(document)))

    def z_report(self, document: ZReport) -> Talk[Figures]:
        """Print a Z; its second field is the sum of all sales here."""
        return with_total((yield from super().z_report(document)))

    def registers(self) -> Talk[Mapping[str, str]]:
        """Return the day's figures with their total."""
        figures = yield from super().registers()
        total = sum(
            Decimal(figures[f"group_{group}"]) for group in range(1, 9) if f"group_{group}" in figures
        )
        return {"total": str(total), **figures}

    def cut(self) -> Talk[None]:
        """Registers have no cutter."""
        self._lacks("cut paper")


def bare(line: str) -> str:
    """Return a line of the journal as it is compared: without blanks and equal signs, in capitals."""
    return re.sub(r"[\s=]", "", line).upper().replace("АНУЛИРАНО", CANCELLED)


def journal_time(text: str) -> datetime | None:
    """Return a time of the journal, or None in a form we do not know."""
    for form in TIMES:
        with suppress(ValueError):
            return datetime.strptime(text, form)  # noqa: DTZ007 the device's wall clock has no zone
    return None


def kind_of(sums: Sequence[str]) -> Opened:
    """Return what 67h says is open: ``CanVoid,A..H,Invoice,NextInvoice,Type``."""
    if len(sums) > TYPE_FIELD and sums[TYPE_FIELD].strip() != "0":
        return Opened.REVERSAL
    return (
        Opened.INVOICE if len(sums) > INVOICE_FIELD and sums[INVOICE_FIELD].strip() == "1" else Opened.RECEIPT
    )


def with_total(figures: Figures) -> Figures:
    """Return a report's figures with its total under the name of a sum with VAT."""
    named = dict(figures.registers)
    return Figures({"z_number": named.pop("z_number"), "total": named.pop("net_total"), **named})
