"""Datecs P: the fiscal printers FP-550, FP-650, FP-800, FP-2000, FMP-10, SK1-21F and SK1-31F.

Source: Datecs P and C (protocols/datecs-p-c.md), whose sections are named beside what follows them. The
tables come first, then one small function for each thing the device can do. Sister dialects subclass
``DatecsP``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import ClassVar, Final

from billing.devices.capabilities import Capabilities
from billing.devices.drivers.datecs_clients import ClientLimits, address_lines, shape_client
from billing.devices.drivers.datecs_reading import DatecsReading, original_number
from billing.devices.drivers.datecs_tables import HIGHEST_PLU
from billing.devices.drivers.datecs_words import GROUPS, change, text_of
from billing.devices.faults import DocumentRefused, Fault, Refused
from billing.devices.frames.isl import IslCodec
from billing.devices.link import LinkLimits
from billing.devices.shaping import Shaped
from billing.devices.standing import Paid, Standing
from billing.devices.status import Bit, StatusMap, Weight, refusal
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
    **{code: {"F": Fault.CONDITION} for code in (0x55, 0x57, 0x58, 0x6B)},
}
"""Letters that begin the answer of a command that was refused without an error bit (section 10, step 4)."""

OPENINGS: Final = frozenset({0x30, 0x2E})
"""Commands that a wrong password makes "not allowed" too: no bit of its own tells it (section 5)."""


@dataclass(frozen=True)
class DatecsP(DatecsReading):
    """The P dialect."""

    name: ClassVar[str] = "datecs-p"
    models: ClassVar[str] = "Datecs FP-550, FP-650, FP-800, FP-2000, FMP-10, SK1-21F, SK1-31F"
    limits: ClassVar[LinkLimits] = LinkLimits(reply_s=0.5)
    default_password: ClassVar[str] = "0000"  # noqa: S105 the maker's factory setting, printed in its manual
    status_map: ClassVar[StatusMap] = STATUS
    letters: ClassVar[Mapping[int, Mapping[str, Fault]]] = LETTERS
    payment_fields: ClassVar[Sequence[str]] = PAYMENT_FIELDS
    nameable: ClassVar[str] = "IJKLijklmnopqrs"

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
            departments=range(1, 61),
            department_sets_group=True,
            plus=range(1, HIGHEST_PLU + 1),
            plu_name=36,
            plu_departments=True,
            max_sales=512,
            operator_codes=range(1, 17),
            reversal_reasons=REASONS,
            invoices=True,
            credit_notes=True,
        )
        return replace(can, payments={**can.payments, **self.settings.payments})

    def check(self, document: Document) -> Shaped:
        """Return ``document`` shaped; a reversal needs the number of the sale it reverses."""
        if isinstance(document, REVERSALS) and not original_number(document):
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
            code, own = 0x2E, own or original_number(document)
        # Without a number the printer would count its own on: one the till does not know (section 6, 30h).
        fields += [own] if own else []
        if isinstance(document, REVERSALS):
            original = document.original
            fields += [
                REASONS[document.reason] + original.document_number,
                original_number(document),
                original.date_time.strftime("%d%m%y%H%M%S"),
                original.fiscal_memory_number,
            ]
        data = ",".join(fields).encode("cp1251")
        yield Command(code, data, "open the receipt", secrets=(password.encode("cp1251"),))

    def sell(self, line: SaleLine) -> Talk[None]:
        """Sell with 31h, ``L1[LF L2] TAB group price[*qty[#unit]][,percent|;amount]``; an article with 3Ah.

        A department stands between two TABs; in 31h in place of the group.
        """
        quantity = "" if line.qty == 1 and not line.unit else f"*{decimals(line.qty, 3)}"
        tail = quantity + (f"#{line.unit}" if line.unit else "") + change(line.modifier)
        department = f"\t{line.department}\t" if line.department else ""
        if line.plu:
            yield Command(0x3A, f"{line.plu}{department}{tail}".encode("cp1251"), "sell the article")
            return
        place = department or f"\t{GROUPS[line.tax_group - 1]}"
        said = f"{line.text}{place}{decimals(line.price, 2, 2)}{tail}"
        yield Command(0x31, said.encode("cp1251"), "sell")

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
