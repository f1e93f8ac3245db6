"""Daisy: Compact S and M, eXpert, Perfect, MICRO C, FX 21, FX 1200C, FX 1300; registers in their mode "PC".

Source: Daisy, Eltrade and Incotex (protocols/daisy-eltrade-incotex.md), columns "Daisy" and "D", whose
sections are named beside what follows them. The tables stand in ``daisy_tables``.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import ClassVar

from billing.devices.capabilities import Capabilities
from billing.devices.drivers.daisy_payments import DaisyPayments
from billing.devices.drivers.daisy_tables import (
    ERRORS,
    FORBIDDEN,
    NARROW,
    NOTHING_THERE,
    NUMBERLESS,
    PASSWORDS,
    PAYMENTS,
    REASONS,
    REVERSING_OPERATOR,
    SLOTS,
    STATUS,
    WIDE,
)
from billing.devices.drivers.datecs_words import GROUPS
from billing.devices.drivers.isl_tables import before
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
from billing.devices.standing import Facts, Figures, Opened, Standing
from billing.devices.status import StatusMap
from billing.devices.talk import Command, Repeat, Stream, Talk, ask
from billing.devices.wording import decimals
from billing.documents import (
    REVERSALS,
    Client,
    CreditNote,
    Document,
    Invoice,
    Modifier,
    Reversal,
    ReversalReason,
    SaleDocument,
    SaleLine,
)


@dataclass(frozen=True)
class Daisy(DaisyPayments):
    """The Daisy dialect."""

    name: ClassVar[str] = "daisy"
    models: ClassVar[str] = "Daisy Compact S/M, eXpert, Perfect S/M/SA, MICRO C, FX 21, FX 1200C, FX 1300"
    status_map: ClassVar[StatusMap] = STATUS
    errors: ClassVar[Mapping[int, Fault]] = ERRORS
    client_widths: ClassVar[Mapping[str, int]] = {"name": 32, "receiver": 32, "seller": 32, "address": 64}
    paid_letters: ClassVar[Sequence[str]] = SLOTS
    paid_tail: ClassVar[int] = 3
    all_payments: ClassVar[bytes] = b"A"
    header_width: ClassVar[int | None] = None

    def capabilities(self) -> Capabilities:
        """Return the limits of a small printer; ``columns=48`` in the address is for a wide one (10)."""
        columns = self.settings.columns or 32
        comment, text = WIDE if columns >= 48 else NARROW
        can = Capabilities(
            columns=columns,
            text_width=text,
            comment_width=comment,
            slip_width=comment,
            payments=PAYMENTS,
            percent_max=Decimal("99.99"),
            departments=range(1, 100),
            department_sets_group=True,
            plus=range(1, 10**9),
            plu_name=text,
            operator_codes=range(1, 21),
            unique_sale_number_required=True,
            reversal_reasons=REASONS,
            invoices=True,
            credit_notes=True,
        )
        return replace(can, payments={**can.payments, **self.settings.payments})

    def measures(self) -> Talk[Capabilities]:
        """Return the limits with P9 to P11 of 80h: columns, a comment's and a name's length."""
        columns, comment, name = (yield from self.constants())[8:11]
        return replace(
            self.capabilities(),
            columns=columns,
            comment_width=comment,
            slip_width=comment,
            text_width=name,
            plu_name=name,
        )

    def operator_of(self, document: Document) -> tuple[str, str]:
        """Return operator and password; a reversal that names none is made by the factory's supervisor."""
        code, password = super().operator_of(document)
        named = self.settings.operator or "operator" in document.model_fields_set
        if isinstance(document, REVERSALS) and not named:
            return REVERSING_OPERATOR, PASSWORDS[REVERSING_OPERATOR]
        return code, password or PASSWORDS.get(code, code)

    # -- asking ----------------------------------------------------------------------------------------------

    def named(self, fields: Sequence[str]) -> tuple[str, str]:
        """Return the model, which the device puts before its firmware: ``CompactM ONL01-4.01BG ...``."""
        model, _, firmware = (fields[0] if fields else "").partition(" ")
        return model, firmware

    def standing(self) -> Talk[Standing]:
        """Return where it stands, and while nothing is open what was sold and reversed today (41h).

        A cashier can cancel our receipt at the register: then a document was made and nothing was sold.
        """
        standing = yield from super().standing()
        if standing.opened is Opened.NONE:
            with suppress(Refused, ValueError):
                sums = text_of((yield ask(0x41, "day by group", b"T"))).split(",")
                turnover = sum((amount(field) for field in sums), Decimal(0))
                standing = replace(standing, turnover=turnover if len(sums) == 16 else None)
        return standing

    def paid_by(self, sums: Sequence[str]) -> Decimal | None:
        """Return what is paid: 4Ch names the last payment and the rest, not their sum."""
        if len(sums) < 5:
            return super().paid_by(sums)
        total, tender, rest = (amount(field) for field in sums[2:5])
        return total - rest if tender else tender

    def day_by_group(self) -> Talk[dict[str, str]]:
        """Return the day's sums with VAT: 41h ``T``, for an empty one means without."""
        fields = text_of((yield ask(0x41, "day by group", b"T"))).split(",")
        groups = named_sums(fields)
        return {"total": total_of(groups), **groups, **named_sums(fields[8:16], "reversed_group")}

    # -- a sale ----------------------------------------------------------------------------------------------

    def open(self, document: SaleDocument) -> Talk[None]:
        """Open with 30h ``op,pwd,number``; what follows a tab makes it an invoice or a reversal (6.1)."""
        operator, password = self.operator_of(document)
        yield from self.check_payments(document)
        data = f"{operator},{password},{original_number(document)}"
        if isinstance(document, Invoice):
            data += "\tI"
        if isinstance(document, REVERSALS):
            yield from self._check_drawer(document)
            original = document.original
            data = f"{operator},{password},{original_number(document) or NUMBERLESS}"
            note = f"C{document.invoice_number}," if isinstance(document, CreditNote) else "R"
            moment = f"{original.date_time:%d-%m-%y %H:%M:%S}"
            data += f"\t{note}{REASONS[document.reason]},{original.document_number},{moment}"
            data += f"\t{original.fiscal_memory_number}"
        try:
            yield Command(0x30, encoded(data), "open the receipt", secrets=(encoded(password),))
        except Refused as refused:
            if isinstance(document, REVERSALS) and refused.maker_code == FORBIDDEN:
                note = f"operator {operator} may not reverse for this reason: grant it to him (command 65h)"
                raise Refused(Fault.PASSWORD, refused.what, FORBIDDEN, note=note) from refused
            raise

    def _check_drawer(self, document: Reversal | CreditNote) -> Talk[None]:
        """Refuse before it is open a reversal that gives back more than the device has (section 6.4)."""
        if document.reason is ReversalReason.OPERATOR_ERROR:
            return
        back = sum((payment.amount for payment in document.payments), Decimal(0))
        try:
            drawer = text_of((yield ask(0x46, "cash sums", b"0"))).split(",")
        except Refused:
            return
        if len(drawer) > 1 and amount(drawer[1]) < back:
            note = f"it has {amount(drawer[1])} since the last Z report, {back} goes back"
            raise Refused(Fault.CASH_SHORT, "open the receipt", note=note)

    def change(self, modifier: Modifier | None) -> str:
        """Return ``,percent`` or ``$amount``: the semicolon of its sisters is not known here."""
        return super().change(modifier).replace(";", "$")

    def sell_in_department(self, line: SaleLine) -> Talk[None]:
        """Sell with 8Ah ``department@price[*qty]``, which names no article: its text goes before (6.2)."""
        yield from self.comment(line.text)
        price = decimals(line.price, 2, 2)
        said = f"{line.department}@{price}{self.quantity(line)}{self.change(line.modifier)}"
        yield Command(0x8A, encoded(said), "sell by department")

    def client_data(self, client: Client) -> bytes:
        """Return the data of 39h: number, VAT number, seller, receiver, client, address lines."""
        names = (client.seller, client.receiver, client.name)
        address = filter(None, (client.address[:32], client.address[32:]))
        return encoded("\t".join([client.number, client.vat_number, *names, *address]))

    def read_back(self, document: Document) -> Talk[Facts]:
        """Return the last document's number, and its time, total and QR code where 74h tells them."""
        facts = yield from super().read_back(document)
        if not isinstance(document, SaleDocument):
            return facts
        with suppress(Refused):
            answer = text_of((yield ask(0x74, "QR code")))
            return in_code(answer, facts)
        return facts

    # -- the rest ------------------------------------------------------------------------------------------

    def report(self, text: str) -> Figures:
        """Return ``No,A..H,revA..revH`` by name; the sums are with VAT."""
        fields = text.split(",")
        groups = named_sums(fields[1:9])
        reversed_groups = named_sums(fields[9:17], "reversed_group")
        z_number = str(whole(fields[0]))
        return Figures({"z_number": z_number, "total": total_of(groups), **groups, **reversed_groups})

    def last_z(self) -> Talk[Mapping[str, str]]:
        """Return the figures of the last Z with 40h ``T``: sums with VAT; refused where there is no Z yet."""
        with suppress(Refused):
            fields = text_of((yield ask(0x40, "last Z record", b"T"))).split(",")
            return self.report(",".join(fields[:17])).registers if whole(fields[0]) else {}
        return {}

    def given_number(self, document: Invoice | CreditNote) -> Talk[str]:
        """Return the invoice number given last: 6Eh names the next one, 67h only while one is open (9.1)."""
        del document
        return before(text_of((yield ask(0x6E, "day by payment"))).split(",")[-1])

    def set_department(self, number: int, name: str, tax_group: int) -> Talk[None]:
        """Store a department with 83h: no price of its own, any price of up to eight digits."""
        name = name[: self.capabilities().text_width]
        said = f"P{number},{name}\n{GROUPS[tax_group - 1]},0.00,8"
        yield Command(0x83, encoded(said), "store the department")

    def operator_name(self, number: str) -> Talk[str]:
        """Return the name in 70h; it ends at a tab, before the operator's rights."""
        row = text_of((yield ask(0x70, "operator", number.encode())))
        return row.split(",", 5)[5].partition("\t")[0].strip()

    def journal(self, first: date, last: date) -> Talk[Sequence[str]]:
        """Return the journal's lines between two dates: C3h ``R3``, each acknowledged (section 8)."""
        return self._journal(f"R3,{first:%d%m%y},{last:%d%m%y},1")

    def journal_document(self, number: int) -> Talk[Sequence[str]]:
        """Return the journal's lines of one document: C3h ``R1``."""
        return self._journal(f"R1,{number},{number},1")

    def _journal(self, data: str) -> Talk[Sequence[str]]:
        # Lines have neither numbers nor checksums, so a question that broke off is not taken up again.
        question = Command(0xC3, data.encode(), "journal", Repeat.ONCE, limit_s=60)
        try:
            reply = yield replace(question, stream=Stream(acknowledge=b"\x11"))
        except Refused as refused:
            if refused.maker_code == NOTHING_THERE:
                return []
            raise
        return text_of(reply).split("\n") if reply.data else []


def in_code(answer: str, facts: Facts) -> Facts:
    """Return ``facts`` with what the QR code of 74h adds, if it speaks of the same document.

    ``PF,<kind>,<memory>*<number>*<date>*<time>*<amount>``; ``PS`` and ``F`` add nothing.
    """
    code = answer.rpartition(",")[2].strip()
    parts = code.split("*")
    if not answer.startswith("PF") or len(parts) != 5 or not parts[1].isdecimal():
        return facts
    if facts.document_number and int(parts[1]) != int(facts.document_number):
        return facts
    found = replace(facts, document_number=facts.document_number or parts[1], qr=code)
    with suppress(ValueError):
        found = replace(found, date_time=datetime.fromisoformat(f"{parts[2]}T{parts[3]}"))
    with suppress(InvalidOperation):
        found = replace(found, total=Decimal(parts[4]))
    return found
