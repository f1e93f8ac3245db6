"""What all commands of the emulated Datecs X device share: states, status bits, answers, operators, printing.

No command lives here; the tables of ``datecs_x_sale``, ``datecs_x_reports`` and their sisters are joined in
``datecs_x``. Follows sheet datecs-x, sections 3 to 5.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import Enum, auto
from typing import ClassVar, Final

from billing.clock import Clock
from billing.emulators import datecs_x_codes as codes
from billing.emulators.datecs_x_fields import BadSyntax, Refusal, bad_value
from billing.emulators.datecs_x_frames import BUSY, BUSY_EVERY_S, REFUSED, Decoder, encode_answer
from billing.emulators.device import Device, Request
from billing.emulators.faults import Faults
from billing.emulators.memory import Memory
from billing.emulators.paper import HEADING, Paper
from billing.emulators.receipt import Reason, Receipt, Refused, cents
from billing.errors import UsageError

OPERATORS: Final = 30
ADMINISTRATORS: Final = (29, 30)
DATA_LIMIT: Final = 213
LONG_COMMANDS: Final = frozenset((57, 84, 202, 203))
"""The commands whose own limits allow more DATA than the protocol's (sheet, section 2)."""
MEMORY_BLOCKS: Final = 1825
"""How many Z reports the fiscal memory holds."""

Answer = tuple[str, ...] | bytes
"""The fields after ErrorCode 0, or the whole DATA of the few answers that have another form."""


@dataclass(frozen=True, slots=True)
class Model:
    """What tells one device of the family from another (sheet, sections 6, 8 and 10)."""

    name: str
    columns: int
    is_register: bool = True
    """A cash register: operators' factory passwords are their own numbers, not ``0000``."""
    has_display: bool = True
    has_cutter: bool = False
    plus: int = 100_000
    signals_s: float = 0.0
    """How long it works on any command at least, so that a busy signal comes before each answer."""


MODELS: Final = {
    model.name: model
    for model in (
        Model("FP-700X", 48, is_register=False, has_cutter=True, plus=3000),
        Model("FMP-350X", 48, is_register=False, has_display=False, plus=3000),
        Model("FMP-55X", 32, is_register=False, has_display=False, plus=3000),
        Model("DP-25X", 42, signals_s=0.001),
        Model("DP-150X", 42),
        Model("WP-50X", 42),
        Model("WP-500X", 42),
    )
}


class UnknownModel(UsageError):
    """The memory names a model that the family does not have."""

    code = "unknown_model"

    def __init__(self, name: str) -> None:
        super().__init__(f"setting 'model' is {name!r}: expected one of {', '.join(MODELS)}")


class State(Enum):
    """Where the device stands (sheet, section 5)."""

    IDLE = auto()
    SELLING = auto()
    PAYING = auto()
    PAID = auto()
    SLIP = auto()


def _refused(code: int, *states: State) -> dict[State, int]:
    return dict.fromkeys(states, code)


_FISCAL: Final = (State.SELLING, State.PAYING, State.PAID)
_NONE_OPEN: Final = _refused(codes.NO_RECEIPT, State.IDLE, State.SLIP)


class When(Enum):
    """When a command is legal: the states that refuse it, each with its code (sheet, section 5)."""

    ALWAYS = _refused(0)
    IDLE = _refused(codes.RECEIPT_OPEN, *_FISCAL) | _refused(codes.SLIP_OPEN, State.SLIP)
    TO_SLIP = _refused(codes.FISCAL_OPEN, *_FISCAL) | _refused(codes.SLIP_OPEN, State.SLIP)
    SELLING = _NONE_OPEN | _refused(codes.PAYMENT_BEGUN, State.PAYING, State.PAID)
    UNPAID = _NONE_OPEN | _refused(codes.MORE_THAN_SUM, State.PAID)
    FISCAL = _NONE_OPEN
    PAID = _NONE_OPEN | _refused(codes.NOT_PAID, State.SELLING) | _refused(codes.PARTLY_PAID, State.PAYING)
    SLIP = _refused(codes.NO_RECEIPT, State.IDLE) | _refused(codes.FISCAL_OPEN, *_FISCAL)
    PRINTING = _refused(codes.NO_RECEIPT, State.IDLE) | _refused(
        codes.PAYMENT_BEGUN, State.PAYING, State.PAID
    )
    FEEDING = _refused(codes.FISCAL_OPEN, *_FISCAL)


@dataclass(frozen=True, slots=True)
class Command:
    """One command: what carries it out, when it is legal, whether it needs paper, which models have it."""

    run: "Callable[[Machine, bytes], Answer]"
    when: When = When.ALWAYS
    prints: bool = False
    has: Callable[[Model], bool] | None = None
    busy_s: float = 0.0
    """How long it takes; busy signals come meanwhile."""


REFUSALS: Final[Mapping[Reason, int]] = {
    Reason.ALREADY_OPEN: codes.RECEIPT_OPEN,
    Reason.NOT_OPEN: codes.NO_RECEIPT,
    Reason.AFTER_PAYMENT: codes.PAYMENT_BEGUN,
    Reason.PAID: codes.MORE_THAN_SUM,
    Reason.NOT_PAID: codes.NOT_PAID,
    Reason.CLIENT_MISSING: codes.CLIENT_MISSING,
    Reason.CLIENT_GIVEN: codes.CLIENT_GIVEN,
    Reason.NOT_INVOICE: codes.WRONG_KIND,
    Reason.BELOW_ZERO: codes.BELOW_ZERO,
    Reason.OVERFLOW: codes.OVERFLOW_TOTAL,
    Reason.TOO_MANY_LINES: codes.TOO_MANY_SALES,
    Reason.CHANGE_NOT_ALLOWED: codes.MORE_THAN_DUE,
    Reason.NO_CASH: codes.NOT_ENOUGH_CASH,
    Reason.NO_PAPER: codes.NO_PAPER,
}


def money(amount: Decimal) -> str:
    """Return ``amount`` as it stands in an answer: two decimals, a point."""
    return f"{cents(amount):f}"


class Machine(Device):
    """The device without its commands: a subclass gives the table."""

    busy_interval_s: ClassVar[float] = BUSY_EVERY_S
    busy_signal: ClassVar[bytes] = BUSY
    refusal: ClassVar[bytes] = REFUSED
    commands: ClassVar[Mapping[int, Command]] = {}

    def __init__(self, memory: Memory, faults: Faults, clock: Clock, paper: Paper) -> None:
        super().__init__(Decoder(), memory, faults, clock, paper)
        name = str(memory.setting("model", "FP-700X"))
        if name not in MODELS:
            raise UnknownModel(name)
        self.model = MODELS[name]
        paper.columns = self.columns
        self.sequence: int | None = None
        self.cursor: dict[str, list[tuple[str, ...]]] = {}
        """What the next call of a stepwise reader (107 N, 125 1, 125 8) answers; lost with power."""

    @property
    def columns(self) -> int:
        """The width of the paper in characters."""
        return int(self.memory.setting("PrintColumns.0", self.model.columns))

    def forget(self) -> None:
        """Lose what power keeps: the last sequence number and answer, and half-read lists."""
        super().forget()
        self.sequence = None
        self.cursor = {}

    def execute(self, request: Request) -> bytes:
        """Answer a repeated sequence number from memory, carry out anything else (sheet, section 3)."""
        self.busy_s = max(self.busy_s, self.model.signals_s)
        if request.sequence == self.sequence:
            return self._last
        self.sequence = request.sequence
        self._close_yesterday()
        bits: dict[int, int] = {}
        data = b""
        try:
            data = self._data(request)
        except BadSyntax:
            bits = {0: 0x01}
        except _Unknown:
            bits = {0: 0x02}
        except Refusal as refusal:
            data = _join((str(refusal.maker_code), *refusal.fields))
        except Refused as refused:
            data = _join((str(REFUSALS.get(refused.reason, codes.NOT_POSSIBLE)),))
        return encode_answer(request.sequence, request.command, data, self.status(bits))

    def _close_yesterday(self) -> None:
        """Make the Z report of a day that is over, with the setting ``auto_z`` (N-18 art. 39)."""
        memory = self.memory
        if (
            not memory.setting("auto_z", default=False)
            or memory.receipt is not None
            or not memory.day.documents
        ):
            return
        last = memory.journal[-1].at
        if last.date() < self.wall.date():
            self.put_head("АВТОМАТИЧНО ГЕНЕРИРАН ОТЧЕТ")
            memory.close_day(last.replace(hour=23, minute=59, second=59))

    def fail(self, request: Request, code: str) -> bytes:
        """Return the answer that refuses ``request`` with error ``code``; its sequence number is used up."""
        self.sequence = request.sequence
        return encode_answer(request.sequence, request.command, _join((code,)), self.status())

    def _data(self, request: Request) -> bytes:
        command = self.commands.get(request.command)
        if command is None or (command.has is not None and not command.has(self.model)):
            raise _Unknown
        if len(request.data) > DATA_LIMIT and request.command not in LONG_COMMANDS:
            raise BadSyntax(f"{len(request.data)} bytes of DATA")
        if (code := command.when.value.get(self.state)) is not None:
            raise Refusal(code)
        if command.prints:
            self.needs_paper()
        self.busy_s = max(self.busy_s, command.busy_s)
        answer = command.run(self, request.data)
        return answer if isinstance(answer, bytes) else _join(("0", *answer))

    def status(self, raised: Mapping[int, int] | None = None) -> bytes:
        """Return the eight status bytes; ``raised`` are the bits that only this answer has, by byte."""
        state = [0, 0, 0, 0, 0x06, 0x1A, 0, 0]
        for place, bits in (raised or {}).items():
            state[place] |= bits
        receipt = self.memory.receipt
        if receipt is not None:
            state[2] |= 0x08 if receipt.is_fiscal else 0x20
        if not self.has_paper:
            state[2] |= 0x01
        if MEMORY_BLOCKS - len(self.memory.z_blocks) < 60:
            state[4] |= 0x08
        if state[0] & 0x13 or state[1] & 0x03 or state[2] & 0x01:
            state[0] |= 0x20
        return bytes(0x80 | bits for bits in state)

    @property
    def state(self) -> State:
        """Where the device stands."""
        receipt = self.memory.receipt
        if receipt is None:
            return State.IDLE
        if not receipt.is_fiscal:
            return State.SLIP
        if receipt.is_paid:
            return State.PAID
        return State.PAYING if receipt.payments else State.SELLING

    @property
    def receipt(self) -> Receipt:
        """The open document; the table of states has seen to it that there is one."""
        if self.memory.receipt is None:
            raise Refusal(codes.NO_RECEIPT)
        return self.memory.receipt

    @property
    def slip_number(self) -> str:
        """The document number that the open document will be filed under."""
        return str(self.memory.document_number + 1)

    @property
    def wall(self) -> datetime:
        """The device's own wall clock."""
        return self.memory.wall(self.clock)

    def require_idle(self) -> None:
        """Check that nothing is open, for commands of which only some forms need that.

        Raises:
            Refusal: something is.
        """
        if (code := When.IDLE.value.get(self.state)) is not None:
            raise Refusal(code)

    def factory_password(self, operator: int) -> str:
        """Return the password that operator 1..30 has from the factory (sheet, command 48)."""
        return str(operator) if self.model.is_register else "0000"

    def check_operator(self, operator: int, password: str) -> None:
        """Check an operator's password.

        Raises:
            Refusal: it is another.
        """
        if not 1 <= operator <= OPERATORS:
            raise bad_value(1)
        card = self.memory.operators.get(str(operator))
        if password != (card.password if card is not None else self.factory_password(operator)):
            raise Refusal(codes.BAD_PASSWORD)

    def put(self, text: str = "") -> None:
        """Print one line of the document in hand; without paper it goes to the journal alone."""
        line = text[: self.columns].rstrip()
        self.memory.printed.append(self.paper.line(line) if self.has_paper else line)

    def put_two(self, left: str, right: str) -> None:
        """Print a text at the left edge and a sum at the right one."""
        room = max(self.columns - len(right) - 1, 0)
        self.put(f"{left[:room]:<{room}} {right}")

    def put_head(self, title: str = "") -> None:
        """Begin a document: the mark of a simulation, the shop's header and a title."""
        self.put(HEADING.center(self.columns))
        for line in self.memory.header:
            self.put(line.center(self.columns))
        if title:
            self.put(title.center(self.columns))

    def put_foot(self, logo: str) -> None:
        """End a document: its number, time, the device's numbers and what kind of document it is."""
        self.put_two(f"{int(self.slip_number):07d}", f"{self.wall:%d-%m-%Y %H:%M:%S}")
        self.put_two(self.memory.device_number, self.memory.fiscal_memory_number)
        self.put(logo.center(self.columns))


class _Unknown(Exception):
    """The device has no such command."""


def _join(fields: tuple[str, ...]) -> bytes:
    return "".join(f"{field}\t" for field in fields).encode("cp1251", "replace")
