"""A Daisy fiscal device without its commands: status bytes, error numbers, factory settings, operators.

Source: Daisy/Eltrade/Incotex page, sections 2, 3 and 6. What each command does stands in ``daisy_sales``,
``daisy_reads`` and ``daisy_settings``.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from decimal import Decimal
from typing import ClassVar, Final

from billing.clock import Clock
from billing.emulators import daisy_fields as fields
from billing.emulators.device import Event, Probe, Request
from billing.emulators.faults import Faults
from billing.emulators.isl_device import NOT_ALLOWED, SYNTAX, UNKNOWN_COMMAND, Bit
from billing.emulators.isl_documents import DocumentDevice
from billing.emulators.isl_frames import RequestDecoder
from billing.emulators.isl_words import RAM_RESET, ErrorNumber, SettingMistake, number_bits
from billing.emulators.memory import Department, Memory, OperatorCard, Plu
from billing.emulators.paper import Paper
from billing.emulators.receipt import CASH, Reason

OVERFLOW: Final[Bit] = (1, 0)
WRONG_PASSWORD: Final[Bit] = (1, 6)
READY: Final[Bit] = (2, 6)
TERMINAL_PROBLEM: Final[Bit] = (4, 1)
IN_OPERATION: Final = frozenset({(5, 3), (5, 4), (5, 5)})
ACKNOWLEDGEMENTS: Final = frozenset({0x11, 0x1A})
OPERATORS: Final = 20
MANAGER: Final = "20"
REFUSALS: Final[Mapping[Reason, tuple[int, tuple[Bit, ...]]]] = {
    Reason.ALREADY_OPEN: (19, (NOT_ALLOWED,)),
    Reason.NOT_OPEN: (20, (NOT_ALLOWED,)),
    Reason.AFTER_PAYMENT: (6, (NOT_ALLOWED,)),
    Reason.PAID: (7, (NOT_ALLOWED,)),
    Reason.NOT_PAID: (20, (NOT_ALLOWED,)),
    Reason.CLIENT_MISSING: (fields.FIELD_MISSING, (NOT_ALLOWED,)),
    Reason.CLIENT_GIVEN: (7, (NOT_ALLOWED,)),
    Reason.NOT_INVOICE: (7, (NOT_ALLOWED,)),
    Reason.BAD_GROUP: (fields.BAD_CHARACTER, ()),
    Reason.GROUP_DISABLED: (8, ()),
    Reason.BELOW_ZERO: (fields.OUT_OF_RANGE, ()),
    Reason.OVERFLOW: (1, (OVERFLOW,)),
    Reason.TOO_MANY_LINES: (3, (NOT_ALLOWED,)),
    Reason.TOO_MANY_PAYMENTS: (4, (NOT_ALLOWED,)),
    Reason.NO_CASH: (fields.NOTHING_THERE, ()),
    Reason.NO_SUCH: (fields.UNKNOWN_ARTICLE, ()),
    Reason.BAD_PASSWORD: (fields.WRONG_PASSWORD, (WRONG_PASSWORD,)),
}
"""The error number and the bits of each refusal; what is not here is error 7 and 1.1."""
SLOTS: Final[Mapping[str, tuple[str, str, int]]] = {
    CASH: ("В БРОЙ", "1.000", 0),
    "N": ("ЧЕК", "1.000", 1),
    "C": ("КАРТА", "1.000", 7),
    "D": ("НЗОК", "1.000", 9),
    "B": ("EURO", "1.95583", 0),
}
"""Name, rate and tag of the payments, in their order; a rate that is not one makes a foreign currency."""
RIGHTS: Final = ("refund", "operator-error", "tax-base-reduction")
"""The order of an operator's three rights to reverse."""


class AcknowledgeDecoder(RequestDecoder):
    """Also hears the bytes 11h and 1Ah between frames, which acknowledge a line of text."""

    def feed(self, data: bytes) -> Iterator[Event]:
        """Yield every event that ``data`` completes, in wire order."""
        for byte in data:
            if byte in ACKNOWLEDGEMENTS and not self._buffer:
                yield Probe(byte)
            else:
                yield from super().feed(bytes([byte]))


class DaisyDevice(DocumentDevice):
    """Daisy's state and status.

    Settings beside the common ones: ``model``, ``ready_bit`` (2.6 is set when idle), ``date_mark`` (of 3Eh),
    ``first_payment`` (1: 97h numbers cash 1), ``subtotal_amount`` (false: 33h knows only a percent).
    """

    sequences = range(0x20, 0x100)
    max_data = 200
    max_reply = 300
    repeats_by_command = True
    general_bits: ClassVar[frozenset[Bit]] = frozenset(
        {(0, 4), UNKNOWN_COMMAND, SYNTAX, RAM_RESET, NOT_ALLOWED, (2, 0)}
    )

    def __init__(self, memory: Memory, faults: Faults, clock: Clock, paper: Paper) -> None:
        super().__init__(memory, faults, clock, paper)
        self.decoder = AcknowledgeDecoder(self.sequences, self.max_data)
        self.search = (0, False)
        """Where the last article read by 6Bh stands, and whether only sold ones are wanted."""
        self.text_until_s = -1.0
        """Until when the next report is sent as text (99h)."""
        self._lines: deque[bytes] = deque()
        self._acknowledge = b""

    def factory(self) -> None:
        """Fill in operators, departments, payments and numbers that the memory does not hold yet."""
        memory = self.memory
        self.number_memory("36")
        special = {"19": "8888", "20": "9999"}
        for op in map(str, range(1, OPERATORS + 1)):
            memory.operators.setdefault(op, OperatorCard(name=f"ОПЕРАТОР {op}", password=special.get(op, op)))
        if not memory.departments:
            for place in range(1, 5):
                memory.departments[place] = Department(name=f"ДЕПАРТАМЕНТ {place}", group=place)
                self.table("digits")[str(place)] = 8
        self.table("rights").setdefault(MANAGER, "111")
        for key, slot in SLOTS.items():
            self.table("payments").setdefault(key, list(slot))
        self.number_invoices()
        self.paper.columns = self.model.columns

    @property
    def model(self) -> fields.Model:
        """The model's widths and identity."""
        name = self.memory.setting("model", "compact-m")
        if name not in fields.MODELS:
            raise SettingMistake("model", name, f"one of {', '.join(fields.MODELS)}")
        return fields.MODELS[name]

    def slot(self, key: str) -> tuple[str, Decimal, str, int]:
        """Return the name, the rate as a number and as written, and the tag of payment ``key``."""
        name, rate, tag = self.memory.settings["payments"][key]
        return name, Decimal(rate), rate, tag

    def payment_name(self, key: str) -> str:
        """Return the programmed name of payment ``key``."""
        return self.slot(key)[0]

    def standing(self) -> set[Bit]:
        """Return the bits of Daisy's condition."""
        bits = super().standing() | IN_OPERATION
        if self.memory.receipt is None and self.memory.setting("ready_bit", default=True):
            bits.add(READY)
        return bits

    def refused(self, request: Request, reason: Reason) -> bytes:
        """Set the error number and the bits of a refusal; a wrong form has only the syntax bit."""
        del request
        if reason is Reason.BAD_VALUE:
            self.flags.add(SYNTAX)
        else:
            number, bits = REFUSALS.get(reason, (7, (NOT_ALLOWED,)))
            self.flags |= number_bits(number) | set(bits)
        return b""

    def fail(self, request: Request, code: str) -> bytes:
        """Refuse ``request`` with an error number such as ``8``, or a bit such as ``1.1``."""
        if not code.isdigit():
            return super().fail(request, code)
        self.flags = number_bits(int(code))
        return self._reply(request, b"")

    def operator(self, op: str, password: str) -> str:
        """Return the operator's number when the password is theirs.

        Raises:
            ErrorNumber: 66 for an operator that does not exist, 108 and 1.6 for a wrong password.
        """
        op = str(fields.whole_number(op))
        if op not in self.memory.operators:
            raise ErrorNumber(fields.WRONG_OPERATOR)
        if fields.whole_number(password, digits=6) != int(self.memory.operators[op].password):
            raise ErrorNumber(fields.WRONG_PASSWORD, WRONG_PASSWORD)
        return op

    def may_open(self) -> None:
        """Check that a fiscal receipt may be opened.

        Raises:
            Refused: while a document is open, or for a condition that forbids it, 4.1 (terminal) among them.
            ErrorNumber: 82 when 24 hours have passed without a Z report.
        """
        super().may_open()
        if TERMINAL_PROBLEM in self.standing():
            raise ErrorNumber(76, NOT_ALLOWED)
        done = self.operations()
        if done and self.now - done[-1].at >= timedelta(hours=24):
            raise ErrorNumber(fields.DAY_TOO_LONG)

    @property
    def text_wanted(self) -> bool:
        """Whether the report being made goes over the line instead of paper."""
        return self.clock.monotonic() <= self.text_until_s

    def print_report(self, title: str, lines: Iterable[str]) -> None:
        """Print a report, or after 99h send it line by line.

        Raises:
            Refused: while a document is open, or without paper for what is printed.
        """
        self.nothing_open()
        if not self.text_wanted:
            self.needs_paper()
            self.print_service(title, lines)
            return
        self.text_until_s = -1.0
        rows = [f"\x1a{place}\tN\t{text}\r\n" for place, text in enumerate([title, *lines], 1)]
        self.send_lines((row.encode("cp1251", "replace") for row in [*rows, "\x1a\tE\r\n"]), b"\x1a")

    def send_lines(self, lines: Iterable[bytes], acknowledge: bytes) -> None:
        """Send ``lines`` before the reply, each after the one before was acknowledged with that byte."""
        self._lines = deque(lines)
        self._acknowledge = acknowledge

    def execute(self, request: Request) -> bytes:
        """Return the framed reply, or the first of the lines that come before it."""
        self._lines.clear()
        reply = super().execute(request)
        if not self._lines:
            return reply
        self._lines.append(reply)
        return self._lines.popleft()

    def probe(self, event: Probe) -> bytes:
        """Return the next line when the last was acknowledged; a device waits for ever otherwise."""
        if not self._lines or bytes([event.byte]) != self._acknowledge:
            return b""
        return self._lines.popleft()

    def forget(self) -> None:
        """Lose the lines that were still to be sent, and the sequence number."""
        super().forget()
        self._lines.clear()
        self.text_until_s = -1.0

    def article_group(self, article: Plu) -> int:
        """Return the tax group of ``article``: its department's, when it hangs on one (6Bh)."""
        department = self.memory.departments.get(article.department)
        return article.group if department is None else department.group
