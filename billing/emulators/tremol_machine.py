"""What the ZFP command handlers work on: the memory, the family's own state, the present document's paper.

A handler is ``handler(machine, data) -> Result`` and raises ``Refused``; it knows no frames and no faults.
Everything of the family that outlives power is ``State``, kept in ``Memory.settings`` between commands, so a
state file may set any of it. Source: sheet ``tremol-zfp``, sections 4, 6, 7 and 13.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from decimal import Decimal
from itertools import takewhile
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from billing.emulators.device import Device
from billing.emulators.memory import Department, Document, Memory, OperatorCard, StateMistake
from billing.emulators.paper import HEADING
from billing.emulators.receipt import CASH, ZERO, Kind, Reason, Receipt
from billing.emulators.receipt import Refused as CoreRefused
from billing.emulators.tremol_fields import DEPARTMENTS, Refused

PAYMENT_NAMES: Final = (
    "В БРОЙ",
    "ЧЕК",
    "ТАЛОН",
    "В.ТАЛОН",
    "АМБАЛАЖ",
    "ОБСЛУЖВАНЕ",
    "ПОВРЕДИ",
    "КАРТА",
    "БАНКА",
    "РЕЗЕРВ 1",
    "РЕЗЕРВ 2",
    "ВАЛУТА",
)
V2_PAYMENT_NAMES: Final = ("В БРОЙ", "КАРТА", "ЧЕК", "ТАЛОН", "ВАЛУТА")
OPERATORS: Final = 20
STEP, POSTPONED, BUFFERED, ELECTRONIC = "step", "postponed", "buffered", "electronic"
AUTOMATIC_END_S: Final = {POSTPONED: 5.0, ELECTRONIC: 60.0}
"""After so many seconds without a command the device ends such a receipt by itself."""
FISCAL_KINDS: Final = frozenset(kind.value for kind in Kind) - {Kind.SLIP.value}
MONEY_KINDS: Final = FISCAL_KINDS | {"cash-in", "cash-out"}

Result = bytes | list[bytes] | None
"""None: an ACK; bytes: a data reply; a list: an ACK, then a data frame for each (``@`` ends them)."""

CODES: Final[dict[Reason, tuple[int, int]]] = {
    Reason.ALREADY_OPEN: (4, 2),
    Reason.NOT_OPEN: (15, 2),
    Reason.AFTER_PAYMENT: (7, 2),
    Reason.PAID: (7, 2),
    Reason.NOT_PAID: (5, 2),
    Reason.BAD_VALUE: (0, 4),
    Reason.BAD_GROUP: (0, 4),
    Reason.BELOW_ZERO: (0, 7),
    Reason.OVERFLOW: (0, 5),
    Reason.TOO_MANY_LINES: (2, 2),
    Reason.TOO_MANY_PAYMENTS: (2, 2),
    Reason.NO_CASH: (0, 8),
    Reason.BAD_PASSWORD: (9, 0),
    Reason.NO_PAPER: (1, 2),
    Reason.NOT_ALLOWED: (0, 7),
}
"""How the reasons of the core are answered; what is not listed is ``?2``, conditions not met."""


class Article(BaseModel):
    """What the family keeps of an article beside the core's ``Plu``."""

    price_option: int = 1
    """0 only the programmed price, 1 free, 2 at most the programmed one."""
    stock_option: int = 0
    """0 not watched, 1 never below zero, 2 may fall below zero."""
    barcode: str = ""
    single: bool = False


class Printing(BaseModel):
    """How an open document is printed, kept with it."""

    mode: str = STEP
    code: str = "0"
    detailed: bool = True
    vat: bool = True
    change_kind: str = "0"


class State(BaseModel):
    """The family's own settings and registers; unknown members of the settings are left alone."""

    model_config = ConfigDict(extra="ignore")

    v2: bool = False
    """An older device brought up to date ("KL V2"): five payments, three of them with a code."""
    columns: int = Field(default=48, ge=24, le=64)
    """TextLength, 32 to 48 by model."""
    version: str = "1;784;04-02-2019 08:00;TREMOL M20; Ver. 1.01 EMULATED;"
    cash_ignores_reversals: bool = False
    """Tremol FP-28, firmware 1.04: the cash register does not go down by reversals paid out."""
    duplicates: bool = True
    automatic_z: bool = False
    """1 of ``4Fh``: the day is closed at midnight by the device, without printing."""
    clock_wrong: bool = False
    overheated: bool = False
    """The print head is too hot: nothing is printed (``<2``), pings say so."""
    display_missing: bool = False
    fiscalised: bool = True
    sales_limit: int = 512
    memory_blocks: int = 1825
    paper_near_end: bool = False
    unsent: int = 0
    """How many of the last documents the tax server has not taken."""
    line_password: str = ""
    """Asked for at the start of a connection when not empty."""

    payment_names: list[str] = Field(default_factory=list)
    payment_codes: str = "712"
    rate: Decimal = Decimal("1.00000")
    parameters: str = "0001;0;0;0;0;0;0;0;0;0"
    greeting: str = ""
    uic_prefix: str = "ЕИК"
    uic_type: str = "0"
    registration: str = "123456;01-01-2019 08:00"
    articles: dict[int, Article] = Field(default_factory=dict)
    department_prices: dict[int, str] = Field(default_factory=dict)
    customers: dict[str, list[str]] = Field(default_factory=dict)
    logo: str = "0"

    power_cut: bool = False
    """Not told yet: the next command but the status answers ``=2``."""
    power_cut_in_receipt: bool = False
    printing: Printing | None = None
    duplicate_printed: bool = False
    operators_since: int = 0
    articles_since: int = 0
    departments_since: int = 0
    operator_report: int = 0
    operator_report_at: str = ""
    article_report: int = 0
    article_report_at: str = ""
    last_command_s: float = 0.0


class Machine:
    """The device as its commands see it."""

    def __init__(self, device: Device, defaults: dict[str, object]) -> None:
        self._device = device
        self.memory: Memory = device.memory
        self.paper = device.paper
        try:
            self.state = State.model_validate({**defaults, **self.memory.settings})
        except ValidationError as error:
            first = error.errors(include_input=False, include_url=False)[0]
            place = ".".join(("settings", *map(str, first["loc"])))
            raise StateMistake(Path(place), first["msg"]) from None
        self.state.last_command_s = self.seconds
        self._lay_out()

    def _lay_out(self) -> None:
        """Fill in what the factory programmed, where the memory holds nothing."""
        memory, state = self.memory, self.state
        self.paper.columns = state.columns
        if not state.payment_names:
            state.payment_names = list(V2_PAYMENT_NAMES if state.v2 else PAYMENT_NAMES)
        for number in range(1, OPERATORS + 1):
            password = "9999" if number == OPERATORS else "0000"
            card = OperatorCard(name=f"Оператор {number}", password=password)
            memory.operators.setdefault(str(number), card)
        for number in range(1, DEPARTMENTS + 1):
            memory.departments.setdefault(number, Department(name=f"ДЕПАРТАМЕНТ {number:02}", group=2))
        if memory.receipt is not None and memory.receipt.is_fiscal:
            self.cut_power()

    def keep(self) -> None:
        """Put the family's state back among the memory's settings."""
        self.memory.settings.update(self.state.model_dump(mode="json", exclude_defaults=False))

    def cut_power(self) -> None:
        """Remember that the power went in an open fiscal receipt."""
        if self.memory.receipt is not None and self.memory.receipt.is_fiscal:
            self.state.power_cut = self.state.power_cut_in_receipt = True

    @property
    def now(self) -> datetime:
        """The device's wall clock, whole seconds, no zone."""
        return self._device.now

    @property
    def seconds(self) -> float:
        """Seconds for measuring how long nothing came."""
        return self._device.clock.monotonic()

    @property
    def has_paper(self) -> bool:
        """Whether there is paper."""
        return self._device.has_paper

    def set_clock(self, at: datetime) -> None:
        """Set the device's wall clock."""
        self.memory.set_wall(self._device.clock, at)
        self.state.clock_wrong = False

    def need_idle(self) -> None:
        """Check that no document is open.

        Raises:
            Refused: 42, 62 or 72.
        """
        receipt = self.memory.receipt
        if receipt is None:
            return
        if not receipt.is_fiscal:
            raise Refused(6, 2)
        raise Refused(7 if receipt.payments else 4, 2)

    def need_receipt(self) -> Receipt:
        """Return the open fiscal receipt.

        Raises:
            Refused: ?2 when nothing is open, 62 in a non-fiscal receipt.
        """
        receipt = self.memory.receipt
        if receipt is None:
            raise Refused(15, 2)
        if not receipt.is_fiscal:
            raise Refused(6, 2)
        return receipt

    def need_paper(self, *, whole: bool = True) -> None:
        """Check for paper, unless the present document is printed later or never (``whole``: regardless).

        Raises:
            Refused: 12, or <2 when the print head is too hot.
        """
        ready = self.has_paper and not self.state.overheated
        if ready or (not whole and self.printing.mode != STEP):
            return
        if self.memory.receipt is not None and self.printing.mode == ELECTRONIC:
            return
        raise Refused(12 if self.state.overheated else 1, 2)

    def need_operator(self, number: str, password: str) -> str:
        """Return the operator's number without leading zeros.

        Raises:
            Refused: 04 for a number that is none of 1..20, 90 for a wrong password.
        """
        if not (number.isascii() and number.isdigit() and 1 <= int(number) <= OPERATORS):
            raise Refused(0, 4)
        if not 1 <= len(password) <= 6:
            raise Refused(0, 4)
        if self.memory.operators[str(int(number))].password.strip() != password.strip():
            raise Refused(9, 0)
        return str(int(number))

    def need_day_open(self) -> None:
        """Check that the clock is right and that a Z was made within 24 hours of the day's first figures.

        Raises:
            Refused: 32 or ;2.
        """
        if self.state.clock_wrong:
            raise Refused(3, 2)
        first = next((each.at for each in self.memory.journal if self.is_of_the_day(each)), None)
        if first is not None and (self.now - first).total_seconds() > 24 * 3600:
            raise Refused(11, 2)

    def need_zeroed(self) -> None:
        """Check that a Z stands between the last figures and what is to be programmed.

        Raises:
            Refused: 03.
        """
        if self.day_open:
            raise Refused(0, 3)

    def is_of_the_day(self, document: Document) -> bool:
        """Tell whether ``document`` changed registers that the next Z will zero."""
        return document.z == self.memory.next_z and document.kind in MONEY_KINDS and document.number > 0

    @property
    def day_open(self) -> bool:
        """Whether anything was registered since the last Z."""
        today = takewhile(lambda each: each.z == self.memory.next_z, reversed(self.memory.journal))
        return any(self.is_of_the_day(each) for each in today)

    @property
    def day_start(self) -> int:
        """The number of the last Z's document."""
        return self.memory.z_blocks[-1].document if self.memory.z_blocks else 0

    def since(self, number: int, kinds: frozenset[str]) -> Iterator[Document]:
        """Yield the issued documents of ``kinds`` after document ``number``."""
        return (each for each in self.memory.journal if each.number > number and each.kind in kinds)

    def receipts(self, number: int, *, reversals: bool | None = None) -> Iterator[Receipt]:
        """Yield the fiscal receipts after document ``number``; only reversals or none of them if told so."""
        for each in self.since(number, FISCAL_KINDS):
            if each.receipt is not None and reversals in {None, each.receipt.is_reversal}:
                yield each.receipt

    @property
    def printing(self) -> Printing:
        """How the open document is printed."""
        return self.state.printing or Printing()

    def print(self, *lines: str) -> None:
        """Put lines on the present document, and on the paper at once if it is printed step by step."""
        for line in lines:
            printed = line[: self.paper.columns].rstrip()
            self.memory.printed.append(printed)
            if self.printing.mode == STEP:
                self.paper.line(printed)

    def print_two(self, left: str, right: str) -> None:
        """Put a line with two edges on the present document."""
        room = max(self.paper.columns - len(right) - 1, 0)
        self.print(f"{left[:room]:<{room}} {right}")

    def begin(self, printing: Printing | None, title: str) -> None:
        """Begin a document: the mark of a simulation, the header lines, its title."""
        self.state.printing = printing
        self.memory.printed = []
        self.print(HEADING.center(self.paper.columns))
        self.print(*(text.center(self.paper.columns) for text in self.memory.header))
        if title:
            self.print(title.center(self.paper.columns))

    def end(self, last: str) -> None:
        """End a document's text; what was not printed yet is printed, unless it is an electronic receipt."""
        memory = self.memory
        self.print(*(text.center(self.paper.columns) for text in memory.footer))
        self.print(f"{self.now:%d-%m-%Y %H:%M:%S}  {memory.document_number + 1:06}")
        self.print_two(memory.device_number, memory.fiscal_memory_number)
        self.print(last.center(self.paper.columns), "")
        if self.printing.mode in {POSTPONED, BUFFERED}:
            for line in memory.printed:
                self.paper.line(line)
        self.state.printing = None

    def report(self, kind: str, title: str, lines: list[str], amount: Decimal = ZERO) -> Document:
        """Print a whole service document and file it.

        Raises:
            Refused: while a document is open, or without paper.
        """
        self.need_idle()
        self.need_paper()
        self.begin(None, title)
        self.print(*lines)
        self.end("СЛУЖЕБЕН БОН")
        return self.memory.file(kind, self.now, amount=amount)


Handler = Callable[[Machine, bytes], Result]


def key_of(payment: int) -> str:
    """Return the key under which payment 0..11 is registered."""
    return CASH if payment == 0 else str(payment)


def refused(error: CoreRefused) -> Refused:
    """Return the family's answer to a refusal of the core."""
    return Refused(*CODES.get(error.reason, (15, 2)))


def amount(value: Decimal) -> str:
    """Return money as the wire writes it."""
    return f"{value:.2f}"


def joined(*fields: object) -> bytes:
    """Return the fields of a reply, joined by ``;``, amounts with two decimals."""
    texts = (amount(each) if isinstance(each, Decimal) else str(each) for each in fields)
    return ";".join(texts).encode("cp1251", "replace")
