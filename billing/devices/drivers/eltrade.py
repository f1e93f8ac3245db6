"""Eltrade: the printers A1, A3, A6, B1, B3, PRP 250F, EPSON TM-T81F and TM-T810F KL.

Source: Daisy, Eltrade and Incotex (protocols/daisy-eltrade-incotex.md), columns "Eltrade" and "E", whose
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
from billing.devices.drivers.isl_tables import before
from billing.devices.drivers.isl_words import (
    amount,
    encoded,
    group_of,
    named_sums,
    original_number,
    text_of,
    total_of,
    whole,
)
from billing.devices.faults import DocumentRefused, Fault, Refused
from billing.devices.shaping import Shaped
from billing.devices.standing import Figures
from billing.devices.status import Bit, StatusMap, Weight
from billing.devices.tables import DeviceDepartment, DevicePlu, InvoiceRange
from billing.devices.talk import Command, Reply, Talk, ask
from billing.devices.wording import decimals, wrap
from billing.documents import (
    REVERSALS,
    Client,
    CreditNote,
    Document,
    Invoice,
    PaymentCategory,
    ReversalReason,
    SaleDocument,
    SaleLine,
)

STATUS: Final[StatusMap] = (
    Bit(2, 0, Fault.PAPER_OUT, Weight.FAULT),
    Bit(0, 4, Fault.PRINT_UNIT, Weight.FAULT),
    Bit(0, 0, Fault.SYNTAX, Weight.REFUSED),
    Bit(0, 1, Fault.UNKNOWN_COMMAND, Weight.REFUSED),
    Bit(1, 0, Fault.RANGE, Weight.REFUSED),
    Bit(1, 1, Fault.STATE, Weight.REFUSED),
    Bit(0, 6, Fault.COVER_OPEN, Weight.BLOCK),
    Bit(0, 2, Fault.CLOCK, Weight.BLOCK),
    Bit(1, 4, Fault.MEMORY, Weight.BLOCK),
    Bit(1, 2, Fault.MEMORY_RESET, Weight.BLOCK),
    Bit(2, 2, Fault.JOURNAL_FULL, Weight.BLOCK),
    Bit(4, 0, Fault.FISCAL_WRITE, Weight.BLOCK),
    Bit(4, 4, Fault.FISCAL_FULL, Weight.BLOCK),
    Bit(5, 0, Fault.FISCAL_READ_ONLY, Weight.BLOCK),
    Bit(5, 2, Fault.FISCAL_WRITE, Weight.BLOCK),
    Bit(5, 5, Fault.FISCAL_READ, Weight.BLOCK),
    Bit(1, 3, Fault.BATTERY, Weight.WARNING),
    Bit(1, 6, Fault.AUTHORITY_WARNING, Weight.WARNING),
    Bit(2, 1, Fault.PAPER_LOW, Weight.WARNING),
    Bit(2, 4, Fault.JOURNAL_NEARLY_FULL, Weight.WARNING),
    Bit(4, 3, Fault.FISCAL_NEARLY_FULL, Weight.WARNING),
)
"""Section 3, column E: 4.1 and 4.2 are good here, 5.5 is bad, 1.5 is a receipt printed sideways."""

PAYMENTS: Final[Mapping[PaymentCategory, str]] = {
    PaymentCategory.CASH: "P",
    PaymentCategory.CHECK: "N",
    PaymentCategory.COUPONS: "C",
    PaymentCategory.EXT_COUPONS: "D",
    PaymentCategory.PACKAGING: "I",
    PaymentCategory.INTERNAL_USAGE: "J",
    PaymentCategory.DAMAGE: "K",
    PaymentCategory.CARD: "L",
    PaymentCategory.BANK: "M",
    PaymentCategory.RESERVED1: "Q",
    PaymentCategory.RESERVED2: "R",
}
"""Section 11: a card is L, not the C or D of its sisters."""

REASONS: Final[Mapping[ReversalReason, str]] = {
    ReversalReason.OPERATOR_ERROR: "O",
    ReversalReason.REFUND: "R",
    ReversalReason.TAX_BASE_REDUCTION: "T",
}

NUMBER_LENGTHS: Final = range(9, 11)
"""Section 6.6: characters of a client's number."""


@dataclass(frozen=True)
class Eltrade(IslFamily):
    """The Eltrade dialect; there is no operator's password, his name is printed."""

    name: ClassVar[str] = "eltrade"
    models: ClassVar[str] = "Eltrade A1, A3, A6, B1, B3, PRP 250F, EPSON TM-T81F and TM-T810F KL"
    status_map: ClassVar[StatusMap] = STATUS
    cancel_code: ClassVar[int] = 0x3C
    client_widths: ClassVar[Mapping[str, int]] = {"name": 26, "receiver": 26, "seller": 26, "address": 72}
    paid_letters: ClassVar[Sequence[str]] = "PNCDIJKLMQR"
    operator_width: ClassVar[int | None] = 24
    cash_characters: ClassVar[int] = 12
    paid_characters: ClassVar[int] = 11

    def capabilities(self) -> Capabilities:
        """Return the printer's limits (section 10)."""
        can = Capabilities(
            columns=self.settings.columns or 48,
            text_width=30,
            text_lines=2,
            text_required=False,
            comment_width=46,
            slip_width=46,
            payments=PAYMENTS,
            departments=range(1, 61),
            department_sets_group=True,
            plus=range(1, 30000),
            plu_name=36,
            plu_departments=True,
            max_sales=512,
            operator_codes=range(10**8),
            reversal_reasons=REASONS,
            invoices=True,
            credit_notes=True,
        )
        return replace(can, payments={**can.payments, **self.settings.payments})

    def check(self, document: Document) -> Shaped:
        """Return ``document`` shaped; an invoice's client has a number of 9 or 10 characters."""
        if isinstance(document, Invoice) and len(document.client.number) not in NUMBER_LENGTHS:
            found = f"{document.client.number!r} found, the device takes 9 or 10 characters"
            raise DocumentRefused("$.client.number", found)
        return super().check(document)

    def judge(self, command: Command, reply: Reply) -> Refused | None:
        """Return what refuses; an answer may carry its reason after ``E:``, 26h a code after a comma."""
        if refused := super().judge(command, reply):
            return refused
        said = text_of(reply)
        if said.startswith("E:"):
            return Refused(Fault.COMMAND, command.name, said)
        if command.code == 0x26 and "," in said:
            return Refused(Fault.STATE, command.name, said)
        return None

    # -- asking ----------------------------------------------------------------------------------------------

    def named(self, fields: Sequence[str]) -> tuple[str, str]:
        """Return the model, and the firmware's fields before checksum and switches."""
        model, *rest = fields or ("",)
        return model, ",".join(rest[:-2] or rest)

    def payment_names(self) -> Talk[Mapping[str, str]]:
        """Return the printed name of every payment letter in use, 55h; one the device lacks is left out."""
        names = {}
        for letter in sorted(set(self.capabilities().payments.values())):
            with suppress(Refused):
                names[letter] = text_of((yield ask(0x55, "payment name", letter.encode())))
        return names

    def registers(self) -> Talk[Mapping[str, str]]:
        """Return the day's sums; the cash of 6Eh holds what was paid in as well, and is freed of it (7)."""
        figures = dict((yield from super().registers()))
        counters = yield from self.counters()
        if "payment_cash" in figures and counters.cash_in is not None:
            figures["payment_cash"] = str(Decimal(figures["payment_cash"]) - counters.cash_in)
        return figures

    def day_by_group(self) -> Talk[dict[str, str]]:
        """Return the day's turnover with VAT: 41h ``0``."""
        groups = named_sums(text_of((yield ask(0x41, "day by group", b"0"))).split(","))
        return {"total": total_of(groups), **groups}

    # -- a sale ----------------------------------------------------------------------------------------------

    def open(self, document: SaleDocument) -> Talk[None]:
        """Open with 90h ``name,number[,I]`` or ``name,number,S,memory,reason,document,time[,invoice]``.

        Without a sale number the operator's code of four stands in its place (section 4).
        """
        operator, _ = self.operator_of(document)
        name = operator.replace(",", " ")[:24]
        fields = [name, original_number(document) or operator[:4].zfill(4)]
        if isinstance(document, Invoice):
            fields.append("I")
        if isinstance(document, REVERSALS):
            original = document.original
            fields += [
                "S",
                original.fiscal_memory_number,
                REASONS[document.reason],
                original.document_number,
                f"{original.date_time:%Y-%m-%dT%H:%M:%S}",
            ]
            fields += [document.invoice_number] if isinstance(document, CreditNote) else []
        yield Command(0x90, encoded(",".join(fields)), "open the receipt")

    def client_data(self, client: Client) -> bytes:
        """Return the data of 39h: ``#`` marks a personal number; two address lines of 36."""
        number = ("#" if client.kind == "personal" else "") + client.number
        names = (client.seller, client.receiver, client.name)
        address = "\n".join(filter(None, (client.address[:36], client.address[36:])))
        return encoded("\t".join([number, *names, client.vat_number, address]))

    # -- the rest ------------------------------------------------------------------------------------------

    def report(self, text: str) -> Figures:
        """Return ``No,Net,A..H`` by name; the groups are with VAT (section 13)."""
        fields = text.split(",")
        groups = named_sums(fields[2:10])
        return Figures(
            {
                "z_number": str(whole(fields[0])),
                "net_total": str(amount(fields[1])),
                "total": total_of(groups),
                **groups,
            }
        )

    def cut(self) -> Talk[None]:
        """The printers cut by themselves; there is no command."""
        self._lacks("cut paper")

    def article(self, row: str) -> DevicePlu:
        """Return a row of 6Bh: ``P<plu>,tax,group,price,sum,sold,stock,name``."""
        number, tax, _, price, turnover, sold, _, name = row.removeprefix("P").lstrip(",").split(",", 7)
        return DevicePlu(
            whole(number),
            name.replace("\n", " ").strip(),
            amount(price),
            group_of(tax),
            None,
            Decimal(sold.strip() or 0),
            amount(turnover),
        )

    def article_fields(self, price: str, name: str, department: int) -> str:
        """Return article group 1, price, no stock, name."""
        del department
        return f"1,{price},0.000,{name}"

    def delete_plu(self, number: int) -> Talk[None]:
        """The printers delete no article."""
        del number
        self._lacks("delete articles")

    def department(self, number: int) -> Talk[DeviceDepartment | None]:
        """Return a department by 58h: ``P<tax>,n,sum,n,sum,name``; refused: there is none."""
        with suppress(Refused):
            row = text_of((yield ask(0x58, "department", str(number).encode())))
            group, *rest = row.removeprefix("P").split(",", 5)
            return DeviceDepartment(number, rest[4].replace("\n", " ").strip(), group_of(group))
        return None

    def set_department(self, number: int, name: str, tax_group: int) -> Talk[None]:
        """Store a department with 57h ``n,<tax>,<line>``, up to two lines of 20 characters."""
        said = f"{number},{GROUPS[tax_group - 1]},{chr(10).join(wrap(name, 20)[:2])}"
        yield Command(0x57, encoded(said), "store the department")

    def sell_in_department(self, line: SaleLine) -> Talk[None]:
        """Sell with the other form of 31h: ``text TAB department TAB price[*qty]``."""
        price = decimals(line.price, 2, 2)
        said = f"{line.text}\t{line.department}\t{price}{self.quantity(line)}{self.change(line.modifier)}"
        yield Command(0x31, encoded(said), "sell by department")

    def beside_plu(self, line: SaleLine) -> str:
        """Return the department between two tabs."""
        return "" if line.department is None else f"\t{line.department}\t"

    def set_password(self, number: str, old: str, new: str) -> Talk[None]:
        """The password goes with the name, 66h: there is no command for it alone."""
        del number, old, new
        self._lacks("change passwords")

    def given_number(self, document: Invoice | CreditNote) -> Talk[str]:
        """Return the number before the next: 67h has that of invoices, 42h ``S`` that of credit notes."""
        if isinstance(document, Invoice):
            return (yield from super().given_number(document))
        return before(text_of((yield ask(0x42, "range of credit notes", b"S"))).split(",")[2])

    def invoice_range(self) -> Talk[InvoiceRange]:
        """Return ``start,end,current`` of 42h."""
        said = text_of((yield ask(0x42, "range of invoices"))).split(",")
        first, last, following = (int(field or 0) for field in [*said, "", "", ""][:3])
        return InvoiceRange(first, last, following)

    def set_invoice_range(self, first: int, last: int) -> Talk[None]:
        """Set the range with 42h: once, and again when it is used up."""
        yield Command(0x42, f"{first},{last}".encode(), "set the range of invoices")
