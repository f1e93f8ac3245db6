"""What the ISL dialects of Daisy, Eltrade and Incotex do alike: documents, reports, paper, error numbers.

Commands here take and give text in windows-1251; syntax, fields and status tables stand in the families.
"""

from abc import abstractmethod
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar, Final

from billing.clock import Clock
from billing.emulators.device import Request
from billing.emulators.faults import Faults
from billing.emulators.isl_device import NO_PAPER, UNKNOWN_COMMAND, Bit, IslDevice
from billing.emulators.isl_words import (
    CLOCK_UNSET,
    FISCAL_OPEN,
    NO_DISPLAY,
    RAM_RESET,
    SLIP_OPEN,
    ErrorNumber,
    Words,
    number_bits,
)
from billing.emulators.memory import LETTERS, Day, Document, Memory, ZBlock
from billing.emulators.paper import Paper
from billing.emulators.receipt import CASH, ZERO, Kind, Line, Reason, Receipt, Refused

TITLES: Final[Mapping[Kind, str]] = {
    Kind.INVOICE: "ФАКТУРА ОРИГИНАЛ",
    Kind.REVERSAL: "СТОРНО",
    Kind.CREDIT_NOTE: "КРЕДИТНО ИЗВЕСТИЕ СТОРНО",
}
REASON_TITLES: Final[Mapping[str, str]] = {
    "operator-error": "ОПЕРАТОРСКА ГРЕШКА",
    "refund": "ВРЪЩАНЕ/РЕКЛАМАЦИЯ",
    "tax-base-reduction": "НАМАЛЕНИЕ НА ДАНЪЧНА ОСНОВА",
}


class DocumentDevice(IslDevice):
    """An ISL device whose commands are text; documents, reports and paper are the same in all dialects."""

    words: ClassVar[Mapping[int, Words]] = {}
    printing: ClassVar[frozenset[int]] = frozenset()
    """Commands that are refused, and change nothing, without paper."""
    refusal_data: ClassVar[Mapping[int, str]] = {}
    """What a refused command (syntax errors aside) answers beside its status bits."""
    number_width: ClassVar[int] = 7
    """Digits of the document number in the QR code."""

    def __init__(self, memory: Memory, faults: Faults, clock: Clock, paper: Paper) -> None:
        super().__init__(memory, faults, clock, paper)
        self.factory()

    @abstractmethod
    def factory(self) -> None:
        """Fill in what a new device of the family knows and the memory does not hold yet."""

    @abstractmethod
    def payment_name(self, key: str) -> str:
        """Return the printed name of payment ``key``."""

    def table(self, name: str) -> dict[str, Any]:
        """Return the table ``name`` among the settings, made when it is missing."""
        table: dict[str, Any] = self.memory.settings.setdefault(name, {})
        return table

    def standing(self) -> set[Bit]:
        """Return the bits that all three dialects share; ``bits`` of the settings adds ``"2.1"`` and such."""
        bits = {(int(text[0]), int(text[2])) for text in self.memory.setting("bits", ())}
        if not self.memory.setting("display", default=False):
            bits.add(NO_DISPLAY)
        if self.memory.setting("ram_reset", default=False):
            bits |= {RAM_RESET, CLOCK_UNSET}
        if not self.has_paper:
            bits.add(NO_PAPER)
        if self.memory.receipt is not None:
            bits.add(FISCAL_OPEN if self.memory.receipt.is_fiscal else SLIP_OPEN)
        return bits

    def _carry_out(self, request: Request) -> bytes:
        handler = self.words.get(request.command)
        if handler is None:
            self.flags.add(UNKNOWN_COMMAND)
            return b""
        try:
            if request.command in self.printing:
                self.needs_paper()
            reply = handler(self, request.data.decode("cp1251", "replace"))
        except ErrorNumber as error:
            self.flags |= number_bits(error.number) | set(error.bits)
            reply = self.refusal_data.get(request.command, "")
        except Refused as refusal:
            if refusal.reason is Reason.NO_PAPER:
                return b""
            if refusal.reason is not Reason.BAD_VALUE:
                reply = self.refusal_data.get(request.command, "")
                self.refused(request, refusal.reason)
            else:
                return self.refused(request, refusal.reason)
        return reply if isinstance(reply, bytes) else reply.encode("cp1251", "replace")

    @property
    def sale(self) -> Receipt:
        """The open fiscal receipt.

        Raises:
            Refused: when none is open.
        """
        receipt = self.memory.receipt
        if receipt is None or not receipt.is_fiscal:
            raise Refused(Reason.NOT_OPEN)
        return receipt

    def nothing_open(self) -> None:
        """Check that no document is open.

        Raises:
            Refused: when one is.
        """
        if self.memory.receipt is not None:
            raise Refused(Reason.ALREADY_OPEN)

    def open_receipt(self, receipt: Receipt) -> None:
        """Open ``receipt`` and print its head."""
        receipt.opened_at = self.now
        self.memory.receipt = receipt
        self.start_document()
        self.print_line(f"ЕИК: {self.memory.taxpayer_number}")
        if title := TITLES.get(receipt.kind):
            self.print_line(title)
        if receipt.kind is Kind.INVOICE:
            self.print_line(f"No {self.memory.invoice_next:010d}")
        if receipt.original is not None:
            self.print_line(REASON_TITLES[receipt.reason])
            self.print_line(f"КЪМ БОН {receipt.original.document} {receipt.original.at}")
            self.print_line(f"ФП {receipt.original.fiscal_memory} {receipt.original.invoice}".rstrip())
        self.print_line(f"ОПЕРАТОР {receipt.operator}")
        self.print_line(f"УНП: {receipt.unique_sale_number}")

    def comment(self, text: str, columns: int) -> None:
        """Print ``text`` between two ``#``, cut silently to ``columns``."""
        self.print_line(f"#{text[:columns]}#")

    def register(self, line: Line, *comments: str) -> Line:
        """Register ``line``, print it below ``comments``, and return it with its amounts."""
        filled = self.sale.sell(line)
        for text in comments:
            self.print_line(f"#{text}#")
        if filled.kind == "correction":
            self.print_line("КОРЕКЦИЯ")
        for name in filled.text.split("\n"):
            self.print_line(name)
        if filled.qty != 1:
            self.print_line(f"  {f'{filled.qty} {filled.unit}'.strip()} x {filled.price}")
        gross = filled.amount - filled.modifier
        self.print_two("", f"{gross} {LETTERS[filled.group - 1]}")
        if filled.modifier:
            self.print_modifier(filled)
        return filled

    def print_modifier(self, line: Line) -> None:
        """Print the modifier of a line or of the subtotal."""
        word = "ОТСТЪПКА" if line.modifier < 0 else "НАДБАВКА"
        percent = "" if line.percent is None else f" {line.percent}%"
        self.print_two(word + percent, str(line.modifier))

    def modify_subtotal(self, percent: Decimal | None, amount: Decimal | None) -> None:
        """Modify the subtotal of the open receipt and print it."""
        self.sale.modify(percent=percent, amount=amount)
        self.print_modifier(self.sale.lines[-1])

    def take_payment(self, key: str, amount: Decimal, *, may_exceed: bool = True) -> Decimal:
        """Take a payment, print it and return the change."""
        receipt = self.sale
        if not receipt.payments:
            self.print_two("ОБЩА СУМА", str(receipt.total))
        change = receipt.pay(key, amount, may_exceed=may_exceed)
        self.print_two(self.payment_name(key), str(amount))
        if change:
            self.print_two("РЕСТО", str(change))
        return change

    def close_receipt(self) -> Document:
        """Close the open fiscal receipt, print its end and return its journal entry."""
        receipt = self.sale
        receipt.may_close()
        self.check_cash(receipt.money().get(CASH, ZERO))
        for name, text in (receipt.client or {}).items():
            self.print_line(f"{name}: {text}")
        self._print_end(receipt.total, "ФИСКАЛЕН БОН")
        return self.memory.close_receipt(self.now)

    def check_cash(self, amount: Decimal) -> None:
        """Check that the drawer holds the cash ``amount`` that the open reversal pays out.

        Raises:
            Refused: when it does not; an operator's error is not checked (N-18 art. 31).
        """
        if self.sale.is_reversal and self.sale.reason != "operator-error" and self.memory.cash < amount:
            raise Refused(Reason.NO_CASH)

    def cancel_receipt(self) -> Document:
        """Cancel the open fiscal receipt and return its journal entry."""
        self.sale.may_cancel()
        self.print_line("= АНУЛИРАНО =")
        self._print_end(ZERO, "ФИСКАЛЕН БОН")
        return self.memory.cancel_receipt(self.now)

    def _print_end(self, total: Decimal, logo: str) -> None:
        for text in self.memory.footer:
            self.print_line(text.center(self.paper.columns))
        number = self.memory.document_number + 1
        self.print_two(f"{number:07d}", f"{self.now:%d-%m-%Y %H:%M:%S}")
        self.print_line(f"{self.memory.device_number} {self.memory.fiscal_memory_number}")
        if logo == "ФИСКАЛЕН БОН":
            self.print_line(f"QR {self.qr(number, self.now, total)}")
        self.print_line(logo.center(self.paper.columns))

    def qr(self, number: int, at: datetime, total: Decimal) -> str:
        """Return the text of a receipt's QR code (N-18 annex 18a)."""
        memory_number = self.memory.fiscal_memory_number
        return f"{memory_number}*{number:0{self.number_width}d}*{at:%Y-%m-%d}*{at:%H:%M:%S}*{total}"

    def open_slip(self) -> None:
        """Open a service receipt and print its head."""
        self.nothing_open()
        self.memory.receipt = Receipt(kind=Kind.SLIP, opened_at=self.now)
        self.start_document()

    def print_slip(self, text: str, columns: int) -> None:
        """Print ``text`` in the open service receipt, cut silently to ``columns``."""
        self._slip()
        self.comment(text, columns)

    def close_slip(self) -> None:
        """Close the open service receipt."""
        self._slip()
        self._print_end(ZERO, "СЛУЖЕБЕН БОН")
        self.memory.close_receipt(self.now)

    def _slip(self) -> None:
        if self.memory.receipt is None or self.memory.receipt.is_fiscal:
            raise Refused(Reason.NOT_OPEN)

    def move_cash(self, amount: Decimal) -> bool:
        """Put cash in or take it out and print it; False when a document is open or there is too little."""
        if self.memory.receipt is not None or self.memory.cash + amount < 0:
            return False
        self.needs_paper()
        self.service("СЛУЖЕБНО ИЗВЕДЕНИ" if amount < 0 else "СЛУЖЕБНО ВЪВЕДЕНИ", [f"{abs(amount)}"])
        self.memory.move_cash(amount, self.now)
        return True

    def service(self, title: str, lines: Iterable[str]) -> None:
        """Print a whole service document; whoever calls it files it."""
        self.start_document()
        self.print_line(title.center(self.paper.columns))
        for text in lines:
            self.print_line(text)
        self._print_end(ZERO, "СЛУЖЕБЕН БОН")

    def print_service(self, title: str, lines: Iterable[str] = (), kind: str = "report") -> None:
        """Print and file a service document while nothing is open.

        Raises:
            Refused: while a document is open.
        """
        self.nothing_open()
        self.service(title, lines)
        self.memory.file(kind, self.now)

    def duplicate(self) -> None:
        """Print the last fiscal receipt once more, once.

        Raises:
            Refused: while a document is open, or when there is nothing to repeat (again).
        """
        self.nothing_open()
        last = self.memory.last_fiscal_document
        if self.memory.duplicated or last is None:
            raise Refused(Reason.NOT_ALLOWED)
        self.service("ДУБЛИКАТ", last.text[1:])
        self.memory.file("duplicate", self.now)
        self.memory.duplicated = True

    def x_report(self) -> Day:
        """Print the day without zeroing and return its registers."""
        self.nothing_open()
        self.service("ДНЕВЕН ФИНАНСОВ ОТЧЕТ БЕЗ НУЛИРАНЕ", self.day_lines(self.memory.day))
        self.memory.file("x-report", self.now)
        self.memory.day.x_reports += 1
        return self.memory.day

    def z_report(self, *, keep_operators: bool = False) -> Day:
        """Print the day, write it into the fiscal memory, zero it, and return its registers."""
        self.nothing_open()
        self.start_document()
        self.print_line(f"ДНЕВЕН ФИНАНСОВ ОТЧЕТ С НУЛИРАНЕ {self.memory.next_z:04d}")
        for text in self.day_lines(self.memory.day):
            self.print_line(text)
        self._print_end(self.memory.day.total, "ФИСКАЛЕН БОН")
        block = self.memory.close_day(self.now)
        if keep_operators:
            self.memory.day.operators = {
                name: each.model_copy(deep=True) for name, each in block.day.operators.items()
            }
        return block.day

    def day_lines(self, day: Day) -> list[str]:
        """Return the registers of ``day`` as lines of a report."""
        width = self.paper.columns
        rows = [
            *((f"ГРУПА {letter}", amount) for letter, amount in zip(LETTERS, day.groups, strict=True)),
            *((self.payment_name(key), amount) for key, amount in sorted(day.payments.items())),
            *((f"СТОРНО {REASON_TITLES[key]}", tally.total) for key, tally in day.reversals.items()),
            ("ОТСТЪПКИ", day.discounts.total),
            ("НАДБАВКИ", day.surcharges.total),
            ("КОРЕКЦИИ", day.corrections.total),
            ("ВЪВЕДЕНИ", day.cash_in.total),
            ("ИЗВЕДЕНИ", day.cash_out.total),
            ("ОБОРОТ", day.total),
        ]
        return [f"{name[: width - 13]:<{width - 13}} {amount:>12}" for name, amount in rows]

    def blocks(self, first: int, last: int) -> list[ZBlock]:
        """Return the Z blocks numbered ``first`` to ``last``."""
        return [block for block in self.memory.z_blocks if first <= block.number <= last]

    def blocks_between(self, first: date, last: date) -> list[ZBlock]:
        """Return the Z blocks of the days ``first`` to ``last``."""
        return [block for block in self.memory.z_blocks if first <= block.at.date() <= last]

    def block_lines(self, blocks: Iterable[ZBlock], *, detailed: bool) -> list[str]:
        """Return a period report's lines: each day when ``detailed``, then the sum."""
        days = list(blocks)
        lines = []
        for block in days if detailed else ():
            lines.append(f"Z {block.number:04d} {block.at:%d-%m-%Y %H:%M:%S}")
            lines += self.day_lines(block.day)
        turnover = sum((block.day.total for block in days), ZERO)
        reversed_sum = sum((sum(block.day.all_reversed_groups, ZERO) for block in days), ZERO)
        return [*lines, f"БРОЙ БЛОКОВЕ {len(days)}", f"ОБОРОТ {turnover}", f"СТОРНО {reversed_sum}"]

    def net(self, gross: list[Decimal]) -> list[Decimal]:
        """Return the gross sums by group less the tax in them."""
        tax = self.memory.tax_in(gross)
        return [amount - part for amount, part in zip(gross, tax, strict=True)]

    @property
    def all_receipts(self) -> int:
        """How many documents there are since the last Z."""
        return self.memory.day.documents

    @property
    def fiscal_receipts(self) -> int:
        """How many fiscal documents there are since the last Z, reversals included."""
        return self.memory.day.fiscal_receipts + self.memory.day.reversal_receipts

    @property
    def next_invoice(self) -> int:
        """The next invoice number; while an invoice is open, its own is passed already."""
        receipt = self.memory.receipt
        return self.memory.invoice_next + (receipt is not None and receipt.is_invoice)

    def set_clock(self, at: datetime) -> None:
        """Set the device's clock.

        Raises:
            Refused: for a time before the last document or fiscal memory record.
        """
        last = [*(each.at for each in self.memory.z_blocks[-1:]), *(d.at for d in self.memory.journal[-1:])]
        if last and at < max(last):
            raise Refused(Reason.BAD_VALUE)
        self.memory.set_wall(self.clock, at)
        self.memory.settings.pop("ram_reset", None)
