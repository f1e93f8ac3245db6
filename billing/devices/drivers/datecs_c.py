"""Datecs C: the cash registers DP-05, DP-25, DP-35, DP-150 and WP-50, in their mode "PC connection".

Source: Datecs P and C (protocols/datecs-p-c.md), section 5 for what differs from ``datecs_p``. Only the
differences stand here.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import ClassVar, Final

from billing.devices.capabilities import Capabilities
from billing.devices.dialect import Dialect
from billing.devices.drivers.datecs_p import LETTERS, DatecsP, text_of
from billing.devices.faults import Fault
from billing.devices.shaping import Shaped
from billing.devices.standing import Facts
from billing.devices.status import Bit, StatusMap, Weight
from billing.devices.talk import Command, Talk, ask
from billing.documents import (
    REVERSALS,
    Client,
    CreditNote,
    Document,
    Invoice,
    PaymentCategory,
    ReversalReason,
    SaleDocument,
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

CLIENT_KINDS: Final = {"company": "0", "personal": "1", "foreigner": "2", "official": "3"}
FISCAL_KINDS: Final = frozenset({"1", "7", "8", "9"})
"""Section 9.2, 7Dh: sale, invoice, reversal, credit note, as answered; asked for they differ."""

TIMES: Final = ("%d-%m-%y %H:%M:%S", "%d-%m-%Y %H:%M:%S", "%d%m%y%H%M%S")
"""How the journal may write a time: the page does not say."""


@dataclass(frozen=True)
class DatecsC(DatecsP):
    """The C dialect."""

    name: ClassVar[str] = "datecs-c"
    models: ClassVar[str] = "Datecs DP-05, DP-25, DP-35, DP-150, WP-50"
    default_password: ClassVar[str] = ""
    status_map: ClassVar[StatusMap] = STATUS
    letters: ClassVar[Mapping[int, Mapping[str, Fault]]] = {
        **LETTERS,
        **{code: {"F": Fault.STATE} for code in (0x30, 0x2E, 0x39)},
    }
    payment_fields: ClassVar[Sequence[str]] = ("P", "N", "C", "D", "I", "J")

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
            max_sales=120,
            operator_codes=range(1, 31),
            reversal_reasons=REASONS,
            invoices=True,
            credit_notes=True,
        )
        return replace(can, payments={**can.payments, **self.settings.payments})

    def check(self, document: Document) -> Shaped:
        """Return ``document`` shaped; a reversal of a sale without a number is taken here."""
        return Dialect.check(self, document)

    def operator_of(self, document: Document) -> tuple[str, str]:
        """Return operator and password; the factory's password is the operator's own number."""
        code, password = super().operator_of(document)
        return code, password or code

    def open(self, document: SaleDocument) -> Talk[None]:
        """Open with 30h or 2Eh; the sale number stands before the till."""
        operator, password = self.operator_of(document)
        fields, till = [operator, password], str(self.settings.till)
        if isinstance(document, REVERSALS):
            original = document.original
            fields += [
                self._original_number(document),
                till,
                REASONS[document.reason],
                original.document_number,
                original.date_time.strftime("%d%m%y%H%M%S"),
                original.fiscal_memory_number,
            ]
            fields += ["I", document.invoice_number, ""] if isinstance(document, CreditNote) else []
        else:
            fields += [document.unique_sale_number] if document.unique_sale_number else []
            fields += [till, "I"] if isinstance(document, Invoice) else [till]
        code = 0x2E if isinstance(document, REVERSALS) else 0x30
        data = ",".join(fields).encode("cp1251")
        yield Command(code, data, "open the receipt", secrets=(password.encode("cp1251"),))

    def client_data(self, client: Client) -> bytes:
        """Return the data of 39h: the kind of number in a field of its own, names up to 36."""
        names = [name[:36] for name in (client.seller, client.receiver, client.name)]
        address = "\n".join(filter(None, (client.address[:36], client.address[36:72])))
        fields = [client.number, CLIENT_KINDS[client.kind], *names, client.vat_number, address]
        return "\t".join(fields).encode("cp1251", "replace")

    def find(self, unique_sale_number: str, documents: Sequence[int]) -> Talk[Facts | None]:
        """Look through the journal with 7Dh: ``0`` selects a document, ``5`` reads its rows (section 9.2)."""
        for document in documents:
            head = text_of((yield ask(0x7D, "journal document", f"0,{document},0".encode()))).split(",")
            if head[0] != "P" or head[3] not in FISCAL_KINDS:
                continue
            row = text_of((yield ask(0x7D, "journal row", b"5"))).split(",")
            if row[:2] == ["P", "3"] and row[4] == unique_sale_number:
                number = str(document).zfill(7)
                return Facts(number, number, journal_time(head[2]), unique_sale_number=unique_sale_number)
        return None

    def journal(self, first: date, last: date) -> Talk[Sequence[str]]:
        """Return the journal's text lines between two dates (77h R, then N)."""
        return self._journal_lines(f"R,A{first:%d%m%y},{last:%d%m%y}".encode())

    def cut(self) -> Talk[None]:
        """Registers have no cutter."""
        self._lacks("cut paper")


def journal_time(text: str) -> datetime | None:
    """Return a time of the journal, or None in a form we do not know."""
    for form in TIMES:
        with suppress(ValueError):
            return datetime.strptime(text, form)  # noqa: DTZ007 the device's wall clock has no zone
    return None
