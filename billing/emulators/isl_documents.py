"""What the ISL dialects of Daisy, Eltrade and Incotex do alike: documents, reports, the clock.

Commands here take and give text in windows-1251; syntax, fields and status tables stand in the families, what
is printed in ``printout``.
"""

import re
from abc import abstractmethod
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from itertools import takewhile
from typing import Any, ClassVar, Final

from billing.clock import Clock
from billing.emulators import printout
from billing.emulators.device import Request
from billing.emulators.faults import Faults
from billing.emulators.isl_device import NO_PAPER, UNKNOWN_COMMAND, Bit, IslDevice
from billing.emulators.isl_words import (
    BLOCKING,
    CLOCK_UNSET,
    FISCAL_OPEN,
    NO_DISPLAY,
    RAM_RESET,
    SLIP_OPEN,
    ErrorNumber,
    SettingMistake,
    Words,
    number_bits,
)
from billing.emulators.memory import Day, Document, Memory, ZBlock
from billing.emulators.paper import Paper
from billing.emulators.receipt import CASH, ZERO, Kind, Line, Reason, Receipt, Refused

OPERATIONS: Final = frozenset({*Kind} - {Kind.SLIP}) | {"cash-in", "cash-out"}
"""The journal's documents that a day is closed for."""


class DocumentDevice(IslDevice):
    """An ISL device whose commands are text; documents and reports are the same in all dialects.

    Settings for all of them: ``display`` (a customer display is there), ``ram_reset`` (memory was lost, the
    clock must be set), ``standing_bits`` (status bits set in every answer, such as ``"2.1"``), ``auto_z``
    (the device closes a day that is over by itself), ``invoice_range`` (false: a new device has none).
    """

    words: ClassVar[Mapping[int, Words]] = {}
    printing: ClassVar[frozenset[int]] = frozenset()
    """Commands that are refused, and change nothing, without paper."""
    refusal_data: ClassVar[Mapping[int, str]] = {}
    """What a refused command (syntax errors aside) answers beside its status bits."""

    def __init__(self, memory: Memory, faults: Faults, clock: Clock, paper: Paper) -> None:
        super().__init__(memory, faults, clock, paper)
        for text in memory.setting("standing_bits", ()):
            if re.fullmatch(r"[0-5]\.[0-6]", str(text)) is None:
                raise SettingMistake("standing_bits", text, "a bit such as '2.1'")
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

    def number_memory(self, prefix: str) -> None:
        """Give a new device its fiscal memory number: ``prefix`` and the digits of its own number."""
        if "fiscal_memory_number" not in self.memory.model_fields_set:
            self.memory.fiscal_memory_number = f"{prefix}{self.memory.device_number[2:]}"

    def number_invoices(self) -> None:
        """Give a new device its invoice range, unless the setting ``invoice_range`` is false."""
        memory = self.memory
        if not memory.invoice_start and memory.setting("invoice_range", default=True):
            memory.invoice_start, memory.invoice_end, memory.invoice_next = 1, 9_999_999_999, 1

    def standing(self) -> set[Bit]:
        """Return the bits that all three dialects share."""
        bits = {(int(text[0]), int(text[2])) for text in self.memory.setting("standing_bits", ())}
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
        self._close_old_day()
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
            if refusal.reason is not Reason.NO_PAPER:
                self.refused(request, refusal.reason)
            reply = self.refusal_text(request, refusal.reason)
        return reply if isinstance(reply, bytes) else reply.encode("cp1251", "replace")

    def refusal_text(self, request: Request, reason: Reason) -> str:
        """Return the data of a refusal, by default empty for a wrong form and for missing paper."""
        silent = reason in {Reason.NO_PAPER, Reason.BAD_VALUE}
        return "" if silent else self.refusal_data.get(request.command, "")

    def operations(self) -> list[Document]:
        """Return the sales, reversals and cash movements since the last Z report, newest first."""
        today = takewhile(lambda each: each.z == self.memory.next_z, reversed(self.memory.journal))
        return [each for each in today if each.kind in OPERATIONS]

    def _close_old_day(self) -> None:
        """Make the Z report of a day that is over, dated its last second (N-18 art. 39)."""
        if self.memory.receipt is not None or not self.memory.setting("auto_z", default=False):
            return
        done = self.operations()
        if done and done[0].at.date() < self.now.date():
            printout.day_report(self, self.memory.day, self.memory.next_z, zeroed=True)
            self.memory.close_day(datetime.combine(done[0].at, time(23, 59, 59)))

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

    def may_open(self) -> None:
        """Check that a receipt may be opened.

        Raises:
            Refused: while a document is open, or for a condition that forbids it.
        """
        self.nothing_open()
        if self.standing() & BLOCKING:
            raise Refused(Reason.NOT_ALLOWED)

    def has_invoice_number(self) -> bool:
        """Tell whether the invoice range is set and not used up."""
        memory = self.memory
        return 0 < memory.invoice_start <= memory.invoice_next <= memory.invoice_end

    def open_receipt(self, receipt: Receipt) -> None:
        """Open ``receipt`` and print its head."""
        receipt.opened_at = self.now
        self.memory.receipt = receipt
        printout.opening(self, receipt)
        if receipt.is_invoice:
            self.print_line(f"No {self.memory.invoice_next:010d}")

    def comment(self, text: str, columns: int) -> None:
        """Print ``text`` between two ``#``, cut silently to ``columns``."""
        self.print_line(f"#{text[:columns]}#")

    def register(self, line: Line, *comments: str) -> Line:
        """Register ``line``, print it below ``comments``, and return it with its amounts."""
        filled = self.sale.sell(line)
        for text in comments:
            self.print_line(f"#{text}#")
        printout.sale(self, filled)
        return filled

    def modify_subtotal(self, percent: Decimal | None, amount: Decimal | None) -> None:
        """Modify the subtotal of the open receipt and print it."""
        printout.modifier(self, self.sale.modify(percent=percent, amount=amount), percent)

    def print_subtotal(self) -> None:
        """Print the subtotal of the open receipt."""
        printout.subtotal(self, self.sale)

    def take_payment(self, key: str, amount: Decimal, *, may_exceed: bool = True) -> Decimal:
        """Take a payment, print it and return the change."""
        receipt = self.sale
        first = not receipt.payments
        change = receipt.pay(key, amount, may_exceed=may_exceed)
        if first:
            printout.total(self, receipt)
        printout.payment(self, self.payment_name(key), amount, change)
        return change

    def close_receipt(self) -> Document:
        """Close the open fiscal receipt, print its end and return its journal entry."""
        receipt = self.sale
        receipt.may_close()
        self.check_cash(receipt.money().get(CASH, ZERO))
        printout.closing(self, receipt)
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
        printout.closing(self, self.sale, cancelled=True)
        return self.memory.cancel_receipt(self.now)

    def qr(self, document: Document) -> str:
        """Return the text of a receipt's QR code (N-18 annex 18a)."""
        cancelled = document.receipt is not None and document.receipt.cancelled
        amount = ZERO if cancelled else document.amount
        moment = f"{document.at:%Y-%m-%d*%H:%M:%S}"
        return f"{self.memory.fiscal_memory_number}*{document.number:07d}*{moment}*{amount:.2f}"

    def open_slip(self) -> None:
        """Open a service receipt and print its head."""
        self.nothing_open()
        if CLOCK_UNSET in self.standing():
            raise Refused(Reason.NOT_ALLOWED)
        self.memory.receipt = Receipt(kind=Kind.SLIP, opened_at=self.now)
        printout.opening(self, self.memory.receipt)

    def print_slip(self, text: str, columns: int) -> None:
        """Print ``text`` in the open service receipt, cut silently to ``columns``."""
        self._slip()
        self.comment(text, columns)

    def close_slip(self) -> None:
        """Close the open service receipt."""
        printout.closing(self, self._slip())
        self.memory.close_receipt(self.now)

    def _slip(self) -> Receipt:
        receipt = self.memory.receipt
        if receipt is None or receipt.is_fiscal:
            raise Refused(Reason.NOT_OPEN)
        return receipt

    def move_cash(self, amount: Decimal, comments: Iterable[str] = ()) -> bool:
        """Put cash in or take it out and print it; False when a document is open or there is too little."""
        if self.memory.receipt is not None or self.memory.cash + amount < 0:
            return False
        self.needs_paper()
        title = "СЛУЖЕБНО ИЗВЕДЕНИ" if amount < 0 else "СЛУЖЕБНО ВЪВЕДЕНИ"
        printout.service(self, title, [f"{abs(amount):.2f}", *(f"#{text}#" for text in comments)])
        self.memory.move_cash(amount, self.now)
        return True

    def print_service(self, title: str, lines: Iterable[str] = ()) -> None:
        """Print and file a service document.

        Raises:
            Refused: while a document is open, or without paper.
        """
        self.nothing_open()
        self.needs_paper()
        printout.service(self, title, list(lines))
        self.memory.file("report", self.now)

    def print_blocks(self, blocks: list[ZBlock], *, detailed: bool) -> None:
        """Print a report from the fiscal memory.

        Raises:
            Refused: while a document is open, or without paper.
        """
        self.nothing_open()
        self.needs_paper()
        printout.memory_report(self, blocks, detailed=detailed)
        self.memory.file("report", self.now)

    def duplicate(self) -> None:
        """Print the last fiscal receipt once more, once.

        Raises:
            Refused: while a document is open, or when there is nothing to repeat (again).
        """
        self.nothing_open()
        last = self.memory.last_fiscal_document
        if self.memory.duplicated or last is None:
            raise Refused(Reason.NOT_ALLOWED)
        printout.duplicate(self, last)
        self.memory.file("duplicate", self.now)
        self.memory.duplicated = True

    def x_report(self) -> Day:
        """Print the day without zeroing and return its registers."""
        self.nothing_open()
        printout.day_report(self, self.memory.day, self.memory.next_z, zeroed=False)
        self.memory.file("x-report", self.now)
        self.memory.day.x_reports += 1
        return self.memory.day

    def z_report(self, *, keep_operators: bool = False) -> Day:
        """Print the day, write it into the fiscal memory, zero it, and return its registers."""
        self.nothing_open()
        printout.day_report(self, self.memory.day, self.memory.next_z, zeroed=True)
        block = self.memory.close_day(self.now)
        if keep_operators:
            kept = {name: each.model_copy(deep=True) for name, each in block.day.operators.items()}
            self.memory.day.operators = kept
        return block.day

    def blocks(self, first: int, last: int) -> list[ZBlock]:
        """Return the Z blocks numbered ``first`` to ``last``."""
        return [block for block in self.memory.z_blocks if first <= block.number <= last]

    def blocks_between(self, first: date, last: date) -> list[ZBlock]:
        """Return the Z blocks of the days ``first`` to ``last``."""
        return [block for block in self.memory.z_blocks if first <= block.at.date() <= last]

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
