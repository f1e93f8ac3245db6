"""Incotex: the registers 133, 181 and 777 and the printers 300S and 300SM, all KL-Q.

Source: Daisy, Eltrade and Incotex (protocols/daisy-eltrade-incotex.md), columns "Incotex" and "I", whose
sections are named beside what follows them. The tables come first.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import ClassVar, Final

from billing.devices.capabilities import Capabilities
from billing.devices.drivers.datecs_words import GROUPS
from billing.devices.drivers.isl_family import IslFamily
from billing.devices.drivers.isl_words import (
    amount,
    encoded,
    named_sums,
    original_number,
    text_of,
    total_of,
    whole,
)
from billing.devices.faults import Fault, Refused
from billing.devices.standing import Figures
from billing.devices.status import Bit, StatusMap, Weight
from billing.devices.talk import Command, Talk, ask
from billing.documents import (
    REVERSALS,
    Client,
    CreditNote,
    Invoice,
    PaymentCategory,
    ReversalReason,
    SaleDocument,
    SaleLine,
)

STATUS: Final[StatusMap] = (
    Bit(2, 0, Fault.PAPER_OUT, Weight.FAULT),
    Bit(0, 0, Fault.SYNTAX, Weight.REFUSED),
    Bit(0, 1, Fault.UNKNOWN_COMMAND, Weight.REFUSED),
    Bit(1, 0, Fault.RANGE, Weight.REFUSED),
    Bit(1, 1, Fault.STATE, Weight.REFUSED),
    Bit(0, 2, Fault.CLOCK, Weight.BLOCK),
    Bit(1, 2, Fault.MEMORY_RESET, Weight.BLOCK),
    Bit(4, 0, Fault.FISCAL_WRITE, Weight.BLOCK),
    Bit(4, 4, Fault.FISCAL_FULL, Weight.BLOCK),
    Bit(5, 0, Fault.FISCAL_READ_ONLY, Weight.BLOCK),
    Bit(0, 6, Fault.COVER_OPEN, Weight.WARNING),
    Bit(1, 5, Fault.PASSWORD, Weight.WARNING),
    Bit(4, 2, Fault.FISCAL_WARNING, Weight.WARNING),
    Bit(4, 3, Fault.FISCAL_NEARLY_FULL, Weight.WARNING),
)
"""Section 3, column I. 1.3 (no invoice numbers set) stands in every answer of a device that sells well: it is
no mishap here, and an invoice is refused with error 43."""

ERRORS: Final[Mapping[int, Fault]] = {
    1: Fault.RANGE,
    2: Fault.Z_OVERDUE,
    3: Fault.STATE,
    4: Fault.LINE,
    5: Fault.LINE,
    6: Fault.LINE,
    **dict.fromkeys((7, 8, 9), Fault.RANGE),
    10: Fault.LINE,
    11: Fault.LINE,
    12: Fault.STATE,
    13: Fault.RANGE,
    14: Fault.LINE,
    15: Fault.LINE,
    16: Fault.LINE,
    18: Fault.NO_LINES,
    19: Fault.NOT_ZEROED,
    21: Fault.CASH_SHORT,
    22: Fault.NOT_ZEROED,
    24: Fault.FISCAL_FULL,
    25: Fault.RANGE,
    26: Fault.NOT_ZEROED,
    28: Fault.STATE,
    29: Fault.CONDITION,
    32: Fault.CONDITION,
    33: Fault.Z_OVERDUE,
    34: Fault.NOT_ZEROED,
    36: Fault.LINE,
    37: Fault.TAX_GROUP,
    42: Fault.PAYMENT,
    43: Fault.CONDITION,
    73: Fault.BATTERY,
    75: Fault.RANGE,
    76: Fault.CLOCK,
    77: Fault.JOURNAL_WRONG,
    78: Fault.JOURNAL_FULL,
    79: Fault.JOURNAL_WRONG,
}
"""Section 3.2: the number in status byte 3."""

PAYMENTS: Final[Mapping[PaymentCategory, str]] = {
    PaymentCategory.CASH: "P",
    PaymentCategory.CHECK: "N",
    PaymentCategory.CARD: "C",
    PaymentCategory.RESERVED1: "D",
}
"""Section 11; what a letter means follows the names a technician stored (``payment.card=D``)."""

NAMED: Final = {10: "C", 11: "N", 12: "D", 13: "B"}
"""Section 9.3: the fields of 95h that hold the names."""

REASONS: Final[Mapping[ReversalReason, str]] = {
    ReversalReason.OPERATOR_ERROR: "R",
    ReversalReason.REFUND: "S",
    ReversalReason.TAX_BASE_REDUCTION: "V",
}
"""Section 6.1: R is the operator's error here, a refund on Eltrade and Datecs P."""

NO_NUMBER: Final = "0"
"""Stands for the sale number of an original that had none (section 6.1)."""

NAME_WIDTH: Final = 24
"""Section 10: names of articles and operators, P11 of a register."""

WIDE_COLUMNS: Final = 56
"""Section 10: the 300S; texts are 52 there, else 34."""


@dataclass(frozen=True)
class Incotex(IslFamily):
    """The Incotex dialect; no command of a sale takes a password."""

    name: ClassVar[str] = "incotex"
    models: ClassVar[str] = "Incotex 133, 181, 777, 300S, 300SM (KL-Q)"
    status_map: ClassVar[StatusMap] = STATUS
    errors: ClassVar[Mapping[int, Fault]] = ERRORS
    client_widths: ClassVar[Mapping[str, int]] = {"name": 34, "receiver": 34, "seller": 34, "address": 34}
    feeds: ClassVar[int] = 20
    operator_width: ClassVar[int | None] = NAME_WIDTH
    header_items: ClassVar[str] = "01234567"
    footer_items: ClassVar[str] = "89"
    header_width: ClassVar[int | None] = None
    paid_letters: ClassVar[Sequence[str]] = "PCND"
    paid_characters: ClassVar[int] = 10

    def capabilities(self) -> Capabilities:
        """Return the limits of a register; ``columns=56`` in the address is for a 300S."""
        columns = self.settings.columns or 38
        text = 52 if columns >= WIDE_COLUMNS else 34
        can = Capabilities(
            columns=columns,
            text_width=text,
            comment_width=text,
            slip_width=text,
            payments=PAYMENTS,
            percent_max=Decimal("99.99"),
            plus=range(1, 10000),
            plu_name=NAME_WIDTH,
            units=True,
            unique_sale_number_required=True,
            reversal_reasons=REASONS,
            invoices=True,
            credit_notes=True,
        )
        return replace(can, payments={**can.payments, **self.settings.payments})

    def measures(self) -> Talk[Capabilities]:
        """Return the limits with P9 to P11 and P24 of 80h: columns, lengths, sales in a receipt."""
        told = yield from self.constants()
        columns, text, name = told[8:11]
        can = replace(
            self.capabilities(),
            columns=columns,
            comment_width=text,
            slip_width=text,
            text_width=text,
            plu_name=name,
        )
        return replace(can, max_sales=told[23]) if told[23:24] and told[23] else can

    # -- asking ----------------------------------------------------------------------------------------------

    def named(self, fields: Sequence[str]) -> tuple[str, str]:
        """Return the maker for a model, which the device does not tell, and the firmware."""
        return "Incotex", fields[0] if fields else ""

    def payment_names(self) -> Talk[Mapping[str, str]]:
        """Return the stored name of each payment letter but cash, 95h."""
        names = {}
        for field, letter in NAMED.items():
            with suppress(Refused):
                names[letter] = text_of((yield ask(0x95, "payment name", f"R{field}".encode()))).partition(
                    ","
                )[2]
        return names

    def day_by_group(self) -> Talk[dict[str, str]]:
        """Return the day's sums of 41h, which are without VAT on this device."""
        return named_sums(text_of((yield ask(0x41, "day by group"))).split(",")[1:], "net_group")

    # -- a sale ----------------------------------------------------------------------------------------------

    def open(self, document: SaleDocument) -> Talk[None]:
        """Open with 30h; the client of an invoice is told before it (sections 6.1 and 6.6)."""
        operator, _ = self.operator_of(document)
        fields = [operator, original_number(document) or NO_NUMBER]
        if isinstance(document, Invoice | CreditNote):
            yield from self._client(document)
        if isinstance(document, REVERSALS):
            original, reason = document.original, REASONS[document.reason]
            fields += [
                original.document_number,
                f"I{reason}{document.invoice_number}"
                if isinstance(document, CreditNote)
                else f"{reason * 2}0",
                f"{original.date_time:%d-%m-%y %H:%M:%S}",
                original.fiscal_memory_number,
            ]
        else:
            fields += ["0", "I"] if isinstance(document, Invoice) else ["0"]
        yield Command(0x30, encoded(",".join(fields)), "open the receipt")

    def _client(self, document: Invoice | CreditNote) -> Talk[None]:
        """Tell the client with 39h; whether a credit note takes one is not documented."""
        try:
            yield Command(0x39, self.client_data(document.client), "client of the invoice")
        except Refused:
            if isinstance(document, Invoice):
                raise

    def client_data(self, client: Client) -> bytes:
        """Return the data of 39h: VAT number, seller, receiver, client, number, address; all five tabs."""
        names = (client.seller, client.receiver, client.name)
        return encoded("\t".join([client.vat_number, *names, client.number, client.address]))

    def unit(self, line: SaleLine) -> str:
        """Return ``@`` and the unit, of which four characters are printed."""
        return f"@{line.unit[:4]}" if line.unit else ""

    def close(self, client: Client | None = None) -> Talk[None]:
        """Close with 38h; after a payment nothing else is taken, the client was told before."""
        del client
        yield from super().close()

    # -- the rest ------------------------------------------------------------------------------------------

    def report(self, text: str) -> Figures:
        """Return ``No,0.00,A..H,RevNet,revA..revH`` by name."""
        fields = text.split(",")
        groups = named_sums(fields[2:10])
        figures = {"z_number": str(whole(fields[0])), "total": total_of(groups), **groups}
        if len(fields) > 10:
            figures |= {"reversed_net_total": str(amount(fields[10]))}
            figures |= named_sums(fields[11:19], "reversed_group")
        return Figures(figures)

    def last_z(self) -> Talk[Mapping[str, str]]:
        """Return the figures of the last Z with 40h, ``No,0.00,A..H,date``; refused: there is no Z yet."""
        with suppress(Refused):
            fields = text_of((yield ask(0x40, "last Z record"))).split(",")
            return self.report(",".join(fields[:10])).registers if whole(fields[0]) else {}
        return {}

    def article_fields(self, price: str, name: str, department: int) -> str:
        """Return price, name, department, a free price forbidden, unit 1."""
        return f"{price},{name.replace(',', ' ')},{department},0,1"

    def set_department(self, number: int, name: str, tax_group: int) -> Talk[None]:
        """Store a department with 83h: any price may be said, unit 1."""
        said = f"P{number},{name[: self.capabilities().text_width]}\n{GROUPS[tax_group - 1]}0.00,0,1"
        yield Command(0x83, encoded(said), "store the department")

    def operator_name(self, number: str) -> Talk[str]:
        """Return the last field of 70h, behind the count of receipts and seven sums."""
        return text_of((yield ask(0x70, "operator", number.encode()))).split(",", 8)[8].strip()

    def set_invoice_range(self, first: int, last: int) -> Talk[None]:
        """Set the range with B4h: before fiscalisation, when it is used up, after a reset of the RAM."""
        yield Command(0xB4, f"{first}\n{last}".encode(), "set the range of invoices")
