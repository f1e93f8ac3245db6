"""What all commands of the emulated ISL ICP device share: states, status, the waiting error, printing.

No command lives here; the tables of ``isl_icp_sale``, ``isl_icp_reports`` and their sisters are joined in
``isl_icp``. Follows sheet isl-icp, sections 3, 4.2, 10 and 12. There is no sequence number: every good frame
is carried out, a repeated one too.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import Enum, auto
from typing import ClassVar, Final
from zoneinfo import ZoneInfo

from billing.clock import Clock
from billing.emulators.device import Damaged, Device, Request
from billing.emulators.faults import Faults
from billing.emulators.isl_icp_fields import BadField, Fields, Refusal
from billing.emulators.isl_icp_frames import ACK, NACK, WAIT, WAIT_EVERY_S, Decoder, digits, encode_reply
from billing.emulators.memory import Memory
from billing.emulators.paper import HEADING, Paper
from billing.emulators.receipt import CASH, ZERO, Reason, Receipt, Refused
from billing.errors import UsageError

MEMORY_BLOCKS: Final = 1900
WAITING_MODES: Final = "01"
"""The error modes (flag 17) in which the device takes nothing until its error is cleared."""
AUTOMATIC_Z: Final = timedelta(hours=24)
"""The factory setting: the device closes the day by itself so long after its first sale."""

FOOTER_WINDOW: Final = timedelta(seconds=2)


@dataclass(frozen=True, slots=True)
class Model:
    """What tells one device of the family from another (sheet, sections 5.7, 8 and 11)."""

    name: str
    columns: int
    payments: str = "0123456789A"
    has_footer_window: bool = True
    has_clear: bool = True
    """Whether it knows ``B2``."""
    has_drawer_bit: bool = False
    """Whether status bit 0.0 is always up."""
    sends_journal: bool = True
    """Whether ``92 10`` sends the journal; the others show it as a USB disk."""


_NEWER: Final = "0123456789"
_OLDER: Final = "01234"
MODELS: Final = {
    model.name: model
    for model in (
        Model("ISL5011S-KL", 48),
        Model("ISL5011", 47, _NEWER),
        Model("ISL5021", 64, _NEWER),
        Model("ISL756-KL", 48, _NEWER, sends_journal=False),
        Model("ISL753-KL", 48, _NEWER, has_drawer_bit=True, sends_journal=False),
        Model("ISL754-KL", 48, _NEWER, has_drawer_bit=True, sends_journal=False),
        Model("ISL3811", 32, _OLDER, has_footer_window=False, has_clear=False),
        Model("ISL3818", 47, _OLDER, has_footer_window=False, has_clear=False),
    )
}


class UnknownModel(UsageError):
    """The memory names a model that the family does not have."""

    code = "unknown_model"

    def __init__(self, name: str) -> None:
        super().__init__(f"setting 'model' is {name!r}: expected one of {', '.join(MODELS)}")


class State(Enum):
    """Where the device stands (sheet, section 10.1)."""

    FREE = auto()
    SALE = auto()
    REVERSAL = auto()
    PAYING = auto()
    FOOTER = auto()
    """Paid up, waiting two seconds for footer texts."""


def _refused(number: int, *states: State) -> dict[State, int]:
    return dict.fromkeys(states, number)


_PAID: Final = _refused(26, State.PAYING, State.FOOTER)


class When(Enum):
    """When a command is legal: the states that refuse it, each with its error; 0 is a refusal without one."""

    ALWAYS = _refused(0)
    FREE = _refused(54, State.SALE, State.REVERSAL, State.PAYING, State.FOOTER)
    SALE = _refused(105, State.REVERSAL) | _PAID
    REVERSAL = _refused(105, State.FREE, State.SALE) | _PAID
    CHANGE = _refused(18, State.FREE) | _PAID
    VOID = _refused(19, State.FREE) | _PAID
    PAY = _refused(0, State.FREE)
    UNPAID = _PAID


@dataclass(frozen=True, slots=True)
class Command:
    """One command; ``run`` returns the data of its reply, or None for a plain ACK.

    A query changes no document and is legal while an error waits; so is what has ``despite_error``.
    """

    run: "Callable[[Machine, Fields], bytes | None]"
    when: When = When.ALWAYS
    prints: bool = False
    query: bool = False
    reads: Callable[[bytes], bool] | None = None
    """Which data make a query of a command that may change something too."""
    despite_error: bool = False
    ends_copies: bool = True
    """Whether the last receipt may not be duplicated or copied after it."""
    busy_s: float = 0.0


REFUSALS: Final[Mapping[Reason, int]] = {
    Reason.OVERFLOW: 11,
    Reason.TOO_MANY_LINES: 4,
    Reason.AFTER_PAYMENT: 26,
    Reason.CHANGE_NOT_ALLOWED: 25,
    Reason.NO_CASH: 59,
    Reason.NO_PAPER: 68,
    Reason.ALREADY_OPEN: 54,
    Reason.BELOW_ZERO: 23,
}


def amount(value: Decimal, width: int) -> str:
    """Return ``value`` in cents as ``width`` digits, no sign and no point."""
    return f"{int(abs(value) * 100):0{width}d}"


class Machine(Device):
    """The device without its commands: a subclass gives the table."""

    busy_interval_s: ClassVar[float] = WAIT_EVERY_S
    busy_signal: ClassVar[bytes] = WAIT
    refusal: ClassVar[bytes] = NACK
    commands: ClassVar[Mapping[int, Command]] = {}

    def __init__(self, memory: Memory, faults: Faults, clock: Clock, paper: Paper) -> None:
        super().__init__(Decoder(memory.device_number[-4:]), memory, faults, clock, paper)
        name = str(memory.setting("model", "ISL5011S-KL"))
        if name not in MODELS:
            raise UnknownModel(name)
        self.model = MODELS[name]
        paper.columns = self.model.columns
        self.error = 0
        """The number that ``F8 09`` and ``B2`` tell."""
        self.has_failed = False
        self.has_bad_field = False
        self.lost_power = False

    def forget(self) -> None:
        """Lose what power keeps; a receipt stays open, and the status says that power was lost in it."""
        super().forget()
        self.error, self.has_failed, self.has_bad_field = 0, False, False
        self.lost_power = self.memory.receipt is not None

    def line_closed(self) -> None:
        """Note when the connection was lost: flag 18 may count from then."""
        super().line_closed()
        if self.memory.receipt is not None:
            self.memory.receipt.extra["lost_at"] = self.wall.isoformat()

    def damaged(self, event: Damaged) -> bytes:
        """Refuse a bad frame; unless an error waits, ``F8 09`` then says 000."""
        if not self._waits:
            self.error = 0
        return super().damaged(event)

    def execute(self, request: Request) -> bytes:
        """Carry out a command; one that does not exist gets the last reply again (sheet, section 13)."""
        self.settle()
        command = self.commands.get(request.command)
        fields = Fields(request.data.decode("cp1251", "replace"))
        if command is None:
            return self._last or NACK
        if command.query or (command.reads is not None and command.reads(request.data)):
            return self._query(command, fields)
        if self._waits and not command.despite_error:
            return NACK
        return self._act(command, fields)

    def _act(self, command: Command, fields: Fields) -> bytes:
        waited = self._waits
        try:
            data = self._run(command, fields)
        except Refusal as refusal:
            return self._fail(refusal.number)
        except Refused as refused:
            return self._fail(REFUSALS.get(refused.reason, 0))
        except BadField:
            return self._fail(0)
        if not waited:
            self.clear_error()
        return ACK if data is None else encode_reply(data)

    def fail(self, request: Request, code: str) -> bytes:
        """Refuse ``request`` with error ``code``; what is no number is a refusal without one."""
        del request
        return self._fail(int(code) if code.isdigit() else 0)

    @property
    def _waits(self) -> bool:
        return bool(self.error) and self.flag("17", "0") in WAITING_MODES

    def _query(self, command: Command, fields: Fields) -> bytes:
        try:
            return encode_reply(command.run(self, fields) or b"")
        except BadField:
            return NACK

    def _run(self, command: Command, fields: Fields) -> bytes | None:
        number = command.when.value.get(self.state)
        if number == 0:
            raise BadField("another state", self.state.name)
        if number is not None:
            raise Refusal(number)
        if command.prints:
            self.needs_paper()
        self.busy_s = max(self.busy_s, command.busy_s)
        settings = self.memory.settings
        may_copy = settings.get("may_copy", False)
        settings["may_copy"] = may_copy and not command.ends_copies
        try:
            return command.run(self, fields)
        except (Refusal, Refused, BadField):
            settings["may_copy"] = may_copy
            raise

    def _fail(self, number: int) -> bytes:
        self.error, self.has_failed, self.has_bad_field = number, True, number == 0
        return NACK

    def clear_error(self) -> str:
        """Return the waiting error as three digits and forget it."""
        number = f"{self.error:03d}"
        self.error, self.has_failed, self.has_bad_field = 0, False, False
        return number

    def flag(self, name: str, factory: str) -> str:
        """Return the value of flag ``name`` (two hex characters) of command ``92``."""
        return str(self.memory.setting(f"flag.{name}", factory))

    @property
    def state(self) -> State:
        """Where the device stands."""
        receipt = self.memory.receipt
        if receipt is None:
            return State.FREE
        if receipt.is_paid:
            return State.FOOTER
        if receipt.payments:
            return State.PAYING
        return State.REVERSAL if receipt.is_reversal else State.SALE

    @property
    def has_turnover(self) -> bool:
        """Whether the day has turnover, which forbids programming."""
        return bool(self.memory.day.fiscal_receipts or self.memory.day.reversal_receipts)

    def status(self) -> bytes:
        """Return the six status bytes (sheet, section 4.2)."""
        receipt, memory = self.memory.receipt, self.memory
        has_lines = receipt is not None and any(line.kind == "sale" for line in receipt.lines)
        bits = {
            (0, 0): self.model.has_drawer_bit,
            (0, 1): self.lost_power and receipt is not None,
            (0, 4): not self.has_paper,
            (0, 5): self.has_failed,
            (0, 7): self.has_failed or not self.has_paper,
            (1, 0): receipt is not None and receipt.is_invoice,
            (1, 1): self.state is State.PAYING,
            (1, 2): has_lines,
            (1, 3): self.has_turnover,
            (1, 4): self.has_bad_field,
            (2, 6): receipt is not None,
            (2, 7): bool(memory.invoice_next) and memory.invoice_next <= memory.invoice_end,
            (3, 3): True,
            (3, 4): MEMORY_BLOCKS - len(memory.z_blocks) < 50,
            (4, 7): bool(self.wall.replace(tzinfo=ZoneInfo(memory.zone)).dst()),
        }
        state = [0] * 6
        for (place, bit), is_up in bits.items():
            state[place] |= is_up << bit
        return b"".join(digits(byte) for byte in state)

    @property
    def wall(self) -> datetime:
        """The device's own wall clock."""
        return self.memory.wall(self.clock)

    @property
    def receipt(self) -> Receipt:
        """The open document; the table of states has seen to it that there is one."""
        if self.memory.receipt is None:
            raise BadField("an open receipt", "none")
        return self.memory.receipt

    @property
    def last_number(self) -> int:
        """The number of the last receipt that was issued; a cancelled one was not."""
        for document in reversed(self.memory.journal):
            if document.receipt is not None and not document.receipt.cancelled:
                return document.number
        return 0

    def settle(self) -> None:
        """Do what the device does by itself as time passes: footer window, flag 18, automatic Z report."""
        receipt, now = self.memory.receipt, self.wall
        if receipt is not None and receipt.is_paid and (until := receipt.extra.get("footer_until")):
            if self.clock.now() >= datetime.fromisoformat(until):
                self.close()
        elif receipt is not None:
            self._leave_alone(receipt, now)
        self._close_day(now)

    def _leave_alone(self, receipt: Receipt, now: datetime) -> None:
        """Close in cash or cancel a receipt that nobody has touched for as long as flag 18 says."""
        what, seconds = self.flag("18", "000000")[0], int(self.flag("18", "000000")[1:])
        since = receipt.extra.get("line_at" if what in "12" else "lost_at")
        if what == "0" or since is None or now < datetime.fromisoformat(since) + timedelta(seconds=seconds):
            return
        if what in "13":
            receipt.pay(CASH, receipt.due)
            self.close()
        elif not receipt.payments:
            self.memory.cancel_receipt(now)

    def _close_day(self, now: datetime) -> None:
        memory = self.memory
        if memory.receipt is not None or not self.has_turnover:
            return
        first = next(
            each.at for each in memory.journal if each.z == memory.next_z and each.receipt is not None
        )
        if now >= first + AUTOMATIC_Z:
            self.put_head("АВТОМАТИЧНО ГЕНЕРИРАН ОТЧЕТ")
            memory.settings.pop("moves", None)
            memory.close_day(first + AUTOMATIC_Z)

    def open_footer(self) -> None:
        """Let the footer window of the paid receipt begin (again)."""
        self.receipt.extra["footer_until"] = (self.clock.now() + FOOTER_WINDOW).isoformat()

    def close(self) -> None:
        """Close the paid receipt: its end is printed, registers and journal are written."""
        receipt, memory = self.receipt, self.memory
        self.put_foot("СТОРНО" if receipt.is_reversal else "ФИСКАЛЕН БОН")
        memory.close_receipt(self.wall)
        if receipt.reason == "operator-error" and self.flag("44", "1") == "0":
            memory.cash += receipt.money().get(CASH, ZERO)
        memory.settings["may_copy"] = True
        self.lost_power = False

    def put(self, text: str = "") -> None:
        """Print one line of the document in hand; without paper it goes to the journal alone."""
        line = text[: self.model.columns].rstrip()
        self.memory.printed.append(self.paper.line(line) if self.has_paper else line)

    def put_two(self, left: str, right: str) -> None:
        """Print a text at the left edge and a sum at the right one."""
        room = max(self.model.columns - len(right) - 1, 0)
        self.put(f"{left[:room]:<{room}} {right}")

    def put_head(self, title: str = "") -> None:
        """Begin a document: the mark of a simulation, the shop's header and a title."""
        self.put(HEADING.center(self.model.columns))
        for line in (*self.memory.header, *([title] if title else [])):
            self.put(line.center(self.model.columns))

    def put_foot(self, logo: str) -> None:
        """End a document: its number, time, the device's numbers and what kind of document it is."""
        self.put_two(f"{self.memory.document_number + 1:06d}", f"{self.wall:%d-%m-%Y %H:%M:%S}")
        self.put_two(self.memory.device_number, self.memory.fiscal_memory_number)
        self.put(logo.center(self.model.columns))

    def print_report(self, kind: str, title: str, rows: Mapping[str, str]) -> None:
        """Print a service document of ``rows`` and put it into the journal as ``kind``."""
        self.put_head(title)
        for left, right in rows.items():
            self.put_two(left, right)
        self.put_foot("СЛУЖЕБЕН БОН")
        self.memory.file(kind, self.wall)
