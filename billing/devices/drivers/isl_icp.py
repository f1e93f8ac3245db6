"""ISL ICP: the fiscal printers ISL5011, ISL5021, ISL75x, ISL38xx and others whose numbers begin with ``IS``.

Source: ISL ICP (protocols/isl-icp.md), whose sections are named beside what follows them. How the devices are
talked to stands in ``isl_icp_talk.py``, the tables in ``isl_icp_tables.py``.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from billing.devices.capabilities import Capabilities
from billing.devices.drivers.isl_icp_keeping import IcpKeeping
from billing.devices.drivers.isl_icp_shaping import change_of, fitted, gross, plain, spread
from billing.devices.drivers.isl_icp_tables import (
    EXTERNAL,
    GROUPS,
    NEUTRAL,
    PAYMENTS,
    REASONS,
    TYPES,
    amounts,
    cents,
)
from billing.devices.drivers.isl_icp_talk import say, text_of
from billing.devices.faults import Fault, Refused
from billing.devices.link import FrameRefused, LinkLost
from billing.devices.shaping import Shaped
from billing.devices.standing import Facts, Figures, Paid, Standing
from billing.devices.talk import Repeat, Talk
from billing.devices.wording import wrap
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
    SaleDocument,
    SaleLine,
    Slip,
    XReport,
    ZReport,
)


@dataclass(frozen=True)
class IslIcp(IcpKeeping):
    """The ICP dialect."""

    name: ClassVar[str] = "isl-icp"
    models: ClassVar[str] = "ISL5011S-KL, ISL5011, ISL5021, ISL756-KL, ISL753-KL, ISL754-KL, ISL3811, ISL3818"

    def capabilities(self) -> Capabilities:
        """Return the printer's limits; identified, it has told its columns, which are 47 before (11).

        ``columns=32`` in the address is for an ISL3811 that does not tell them.
        """
        columns = self.settings.columns or self.known.columns or 47
        return Capabilities(
            columns=columns,
            text_width=40,
            comment_width=columns - 2,
            slip_width=columns - 2,
            payments={**PAYMENTS, **self.settings.payments},
            percent_max=Decimal("99.99"),
            max_sales=50,
            departments=range(1, 11),
            plus=range(1, EXTERNAL + 1),
            plu_name=40,
            plu_departments=True,
            operator_codes=range(1, 100),
            reversal_reasons=REASONS,
            invoices=True,
            credit_notes=True,
        )

    def check(self, document: Document) -> Shaped:
        """Return ``document`` shaped: plain characters, the change of a bill in its lines."""
        shaped = super().check(plain(document))
        said, warnings = shaped.document, shaped.warnings
        if isinstance(said, SaleDocument):
            said = spread(said)
        if isinstance(said, Invoice | CreditNote):
            client, cut = fitted(said.client)
            said, warnings = said.model_copy(update={"client": client}), (*warnings, *cut)
        if isinstance(said, Slip):
            warnings = (*warnings, "the device has no service receipt: the lines are printed as free text")
        if isinstance(said, PeriodReport) and said.from_number is not None:
            warnings = (
                *warnings,
                "the device counts blocks of fiscal memory, which may run ahead of Z numbers",
            )
        return Shaped(said, shaped.total, warnings)

    # -- a sale, in this order -------------------------------------------------------------------------------

    def open(self, document: SaleDocument) -> Talk[None]:
        """Name the operator, a reversal's original and an invoice's client; the first line opens a sale."""
        original = document.original.unique_sale_number if isinstance(document, REVERSALS) else ""
        known = self.known
        known.document, known.sum, known.partly = document, Decimal(0), False
        known.number = original or document.unique_sale_number or NEUTRAL
        for payment in document.payments:
            yield from self._type(payment.category)
        operator = int(self.operator_of(document)[0])
        # Numbers above 10 are not stored and need a name each time (section 9).
        name = f"Оператор {operator}".ljust(24) if operator > 10 else ""
        yield from self._insist(say(0x75, f"{name}{operator:02}", "name the operator", repeat=Repeat.SAFE))
        if isinstance(document, REVERSALS):
            taken = document.original
            said = REASONS[document.reason] + taken.document_number.zfill(10)
            said += f"{taken.date_time:%d%m%Y%H%M%S}{taken.fiscal_memory_number}"
            invoice = document.invoice_number.zfill(10) if isinstance(document, CreditNote) else ""
            yield from self._insist(
                say(0x20, said + known.number + invoice, "open the reversal"), self._opened
            )
        if isinstance(document, Invoice | CreditNote):
            yield from self._client(document.client)

    def _client(self, client: Client) -> Talk[None]:
        fields = {
            "01": client.name,
            "02": client.address,
            "03": client.number.ljust(13) + client.vat_number.ljust(12),
            "04": client.receiver,
        }
        for part, said in fields.items():
            if said.strip():
                yield from self._insist(say(0x50, part + said, "client of the invoice", repeat=Repeat.SAFE))

    def mapping(self) -> Talk[Mapping[PaymentCategory, str]]:
        """Return the payment type of every category that the device has, by its flags ``1D``."""
        types = {}
        for category in self.capabilities().payments:
            with suppress(Refused):
                types[category] = yield from self._type(category)
        return types

    def _type(self, category: PaymentCategory) -> Talk[str]:
        """Return the payment type whose meaning, as programmed, is ``category`` (``92`` ``1D``)."""
        word, known = self.capabilities().payments[category], self.known.types
        if category is PaymentCategory.CASH or category in self.settings.payments:
            return word
        if category not in known:
            meaning = TYPES.index(word)
            others = [each for each in TYPES[1:] if each != word]
            for each in (word, *others):
                found = yield from self._meaning(each)
                if found == meaning or (found is None and each == word):
                    known[category] = each
                    break
            else:
                what = f"no payment type of the device means {category}"
                raise Refused(Fault.PAYMENT, what, "flag 1D")
        return known[category]

    def _meaning(self, word: str) -> Talk[int | None]:
        """Return the tax agency's code of a payment type; None: the device does not tell."""
        try:
            told = yield from self._ask(0x92, f"1D{TYPES.index(word):02}", "meaning of a payment")
            return int(text_of(told)[:2])
        except (LinkLost, ValueError):
            return None

    def sell(self, line: SaleLine) -> Talk[None]:
        """Sell an article with ``44``, reverse it with ``24``; its modifier follows.

        One with a PLU is the device's own (``agreeing`` held them against each other), else an external one.
        """
        code = 0x24 if isinstance(self.known.document, REVERSALS) else 0x44
        article = line.plu or EXTERNAL
        department = f"{line.department or 0:X}"
        said = f"{self.known.number}{int(line.qty * 1000):08}{article:08}{cents(line.price)}"
        said += f"{department}{GROUPS[code][line.tax_group - 1]}00{line.text}"
        yield from self._line(say(code, said, "sell"), gross(line))
        if line.modifier:
            yield from self._change(line.modifier, change_of(line))

    def _change(self, modifier: Modifier, adds: Decimal) -> Talk[None]:
        """Change the last line, or after a subtotal all of them: ``47`` by percent, ``46`` by amount."""
        code, digits = (0x47, 4) if modifier.kind == "percent" else (0x46, 8)
        direction = "0" if modifier.value < 0 else "1"
        yield from self._line(say(code, direction + cents(modifier.value, digits), "change the line"), adds)

    def comment(self, text: str) -> Talk[None]:
        """Print ``text`` between two ``#`` with ``81``, in more lines on paper narrower than expected."""
        for part in wrap(text, (self.known.columns or self.capabilities().columns) - 2):
            yield from self._line(say(0x81, self.known.number + part, "comment"))

    def modify(self, modifier: Modifier) -> Talk[None]:
        """Change the whole receipt by percent, with a printed subtotal before it."""
        yield from self._line(say(0x48, "", "subtotal"))
        adds = self.known.sum * modifier.value / 100
        yield from self._change(modifier, adds.quantize(Decimal("0.01")))

    def subtotal(self) -> Talk[Decimal]:
        """Return the sum of the open document."""
        return (yield from self._sum())

    def pay(self, payment: PaymentLine) -> Talk[Paid]:
        """Pay with ``49``; the device tells no due and no change, and closes when it is paid."""
        word = yield from self._type(payment.category)
        yield from self._covers(self.known.document)
        said = word + cents(payment.amount, 12)
        yield from self._insist(say(0x49, said, "pay", 10, Repeat.ONCE), self._took)
        self.known.partly = True
        return Paid(None, None)

    def _covers(self, document: SaleDocument | None) -> Talk[None]:
        """Refuse several payments of a reversal that the drawer lacks: half-paid, it never ends (6)."""
        several = isinstance(document, REVERSALS) and len(document.payments) > 1
        if document is None or not several or self.known.partly:
            return
        drawer = amounts(text_of((yield from self._ask(0xF8, "0D", "drawer"))))
        for payment in document.payments:
            word = yield from self._type(payment.category)
            place = TYPES.find(word)
            if 0 <= place < len(drawer) and drawer[place] < payment.amount:
                raise Refused(Fault.CASH_SHORT, f"pay back by {payment.category}", f"{drawer[place]}")

    def finish(self, document: SaleDocument) -> Talk[None]:
        """Close with ``49`` ``0`` only where the last payment left the document open (section 13, row 5)."""
        del document
        if not (yield from self._closed()):
            yield from self._insist(say(0x49, "0", "close the receipt", 10, Repeat.ONCE), self._closed)

    def cancel(self) -> Talk[None]:
        """Cancel with ``45``; the device refuses it once something is paid."""
        yield from self._insist(say(0x45, "0", "cancel the receipt"), self._closed)

    def pay_rest(self, standing: Standing) -> Talk[None]:
        """Pay what is left in cash, which closes (section 10.1)."""
        del standing
        yield from self._insist(say(0x49, "0", "pay the rest in cash", 10, Repeat.ONCE), self._closed)

    def read_back(self, document: Document) -> Talk[Facts]:
        """Return the number of the last receipt, known only after it closed, and the clock."""
        number = ""
        if isinstance(document, SaleDocument):
            number = text_of((yield from self._ask(0xF8, "01", "last receipt")))[:6]
        closed = None
        with suppress(FrameRefused):
            closed = yield from self.clock()
        invoice = yield from self.given_number(document)
        return Facts(number, number, closed, invoice_number=invoice)

    # -- the rest ------------------------------------------------------------------------------------------

    def open_slip(self, document: Slip) -> Talk[None]:
        """Begin free text outside a receipt: it has no opening (section 8)."""
        del document
        self.known.number, self.known.sum = NEUTRAL, Decimal(0)
        yield from self._ask(0xF8, "0C", "status")

    def slip_line(self, text: str) -> Talk[None]:
        """Print a line with ``81``."""
        yield from self.comment(text or " ")

    def end_slip(self) -> Talk[None]:
        """Move the text out of the printer, and cut it off where there is a knife."""
        yield from self._insist(say(0x60, "05", "feed paper"))
        with suppress(Refused):
            yield from self.cut()

    def cash(self, document: CashMovement) -> Talk[None]:
        """Register cash with ``61``: 0 in, 1 out, of payment 00."""
        direction = "0" if document.amount > 0 else "1"
        said = f"{direction}00{cents(document.amount, 12)}"
        yield from self._insist(say(0x61, said, "cash", repeat=Repeat.ONCE), self._counted)

    def x_report(self, document: XReport) -> Talk[Figures]:
        """Print an X with ``51`` ``1``; its figures are read before it."""
        del document
        return (yield from self._report("1", "X report"))

    def z_report(self, document: ZReport) -> Talk[Figures]:
        """Print a Z with ``51`` ``0``; it is not told which number it has (section 8)."""
        del document
        return (yield from self._report("0", "Z report"))

    def _report(self, kind: str, name: str) -> Talk[Figures]:
        figures: Mapping[str, str] = {}
        with suppress(FrameRefused):
            figures = yield from self.registers()
        yield from self._insist(say(0x51, kind, name, 60, Repeat.ONCE), self._counted)
        return Figures(figures)

    def period_report(self, document: PeriodReport) -> Talk[None]:
        """Print from fiscal memory: ``55`` by date, ``56`` by block."""
        detailed = 0 if document.detailed else 1
        if document.from_date is not None and document.to_date is not None:
            said = f"{detailed}1{document.from_date:%d%m%Y}{document.to_date:%d%m%Y}"
            yield from self._insist(say(0x55, said, "period report", limit_s=60))
        else:
            said = f"{detailed}2{document.from_number:04}{document.to_number:04}"
            yield from self._insist(say(0x56, said, "period report", limit_s=60))

    def duplicate(self, document: Duplicate) -> Talk[None]:
        """Print the last receipt once more with ``AA``: once, and before anything else."""
        del document
        yield from self._insist(say(0xAA, "", "duplicate", repeat=Repeat.ONCE))

    def drawer(self) -> Talk[None]:
        """Open the drawer with ``62``."""
        yield from self._insist(say(0x62, "", "open the drawer"))

    def feed(self, lines: int) -> Talk[None]:
        """Move the paper by 1 to 99 lines with ``60``."""
        yield from self._insist(say(0x60, f"{lines:02}", "feed paper"))

    def cut(self) -> Talk[None]:
        """Cut the paper, but for a strip, with ``97``."""
        yield from self._insist(say(0x97, "1", "cut paper"))
