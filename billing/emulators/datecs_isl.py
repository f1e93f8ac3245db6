"""What the Datecs P and C devices share: status, operators, refusals, answers.

The commands stand in the ``datecs_...`` modules, each with its table ``COMMANDS``; ``datecs_p`` and
``datecs_c`` put them together. Settings of the state file (member ``settings``) that change a device:

- ``name``, ``firmware``, ``switches``: the identity; ``display`` (false): a customer display is attached.
- ``counter_digits`` (6): width of counters. ``status_data`` (``six`` or ``none``): what 4Ah answers.
- ``overpay``: other means than cash may exceed the sum. ``payment_letters``: those that work;
  ``unknown_payment_is_cash`` (false): the others print as cash.
- ``refuse_zero_price`` (false), ``duplicates`` (true), ``auto_z`` (false): makes an overdue Z by itself.
- ``standing_bits``: status bits set in every answer, such as ``["1.5"]``.
- ``busy_s``: seconds that commands take, such as ``{"45": 20}``.
"""

import re
from datetime import datetime
from typing import ClassVar, Final

from billing.clock import Clock
from billing.emulators.datecs_dialect import Dialect
from billing.emulators.datecs_fields import bytes_of, check, whole
from billing.emulators.device import Request
from billing.emulators.faults import Faults
from billing.emulators.isl_device import NO_PAPER, NOT_ALLOWED, OVERFLOW, SYNTAX, Bit, IslDevice
from billing.emulators.memory import Memory, OperatorCard, ZBlock
from billing.emulators.paper import Paper
from billing.emulators.receipt import Kind, Reason, Receipt, Refused

NO_DISPLAY: Final[Bit] = (0, 3)
REVERSAL_OPEN: Final[Bit] = (1, 4)
SLIP_OPEN: Final[Bit] = (2, 5)
RECEIPT_OPEN: Final[Bit] = (2, 3)
IN_SERVICE: Final[frozenset[Bit]] = frozenset({(4, 2), (4, 1), (5, 4), (5, 3), (5, 1)})
"""Numbers and taxpayer set, rates set, fiscal mode, memory formatted."""
WRONG_PASSWORDS: Final = 3
_OPENING: Final = frozenset({0x30, 0x2E})
BLOCKED: Final[dict[Bit, frozenset[int]]] = {
    (0, 2): _OPENING | {0x26},
    (1, 6): _OPENING,
    (2, 2): frozenset({0x26, 0x2A, 0x30, 0x31, 0x34, 0x36, 0x3A, 0x54}),
    (4, 0): _OPENING,
    (4, 4): _OPENING | {0x45, 0x6C, 0x75, 0x76},
}
"""What a condition refuses (Datecs P 3): clock not set, no tax terminal, journal or memory full or broken."""
SYNTAX_REASONS: Final = frozenset({Reason.BAD_VALUE, Reason.BAD_GROUP})


class DatecsIsl(IslDevice):
    """A Datecs device of either dialect."""

    dialect: ClassVar[Dialect]

    def __init__(self, memory: Memory, faults: Faults, clock: Clock, paper: Paper) -> None:
        super().__init__(memory, faults, clock, paper)
        paper.columns = self.dialect.columns
        self.wrong_passwords = 0
        self.rows: list[str] = []
        """Rows of the journal that the host reads one by one."""
        self.plu_walk: list[int] = []
        """Articles that the host reads one by one."""
        self.selected = 0
        """The document that C's host has selected for reading."""
        self.rows_kind = ""
        """Which of its rows are being read."""

    @property
    def receipt(self) -> Receipt:
        """The open fiscal receipt.

        Raises:
            Refused: when none is open.
        """
        if self.memory.receipt is None or not self.memory.receipt.is_fiscal:
            raise Refused(Reason.NOT_OPEN)
        return self.memory.receipt

    def standing(self) -> set[Bit]:
        """Return the status bits of the device's condition."""
        bits = set(IN_SERVICE)
        if not self.memory.setting("display", default=False):
            bits.add(NO_DISPLAY)
        if not self.has_paper:
            bits.add(NO_PAPER)
        receipt = self.memory.receipt
        if receipt is not None:
            bits.add(SLIP_OPEN if receipt.kind is Kind.SLIP else RECEIPT_OPEN)
        if self.dialect.shows_switches:
            bits |= {(3, place) for place, on in enumerate(self.switches[:7]) if on == "1"}
        return bits | self.condition

    @property
    def condition(self) -> set[Bit]:
        """The status bits that the settings hold set, such as a full journal."""
        parts = [str(bit).partition(".") for bit in self.memory.setting("standing_bits", [])]
        return {(int(byte), int(place)) for byte, _, place in parts}

    def check_condition(self, request: Request) -> None:
        """Check that the device's condition allows the command.

        Raises:
            Refused: when it does not.
        """
        if any(request.command in BLOCKED.get(bit, ()) for bit in self.condition):
            raise Refused(Reason.NOT_ALLOWED)

    def refused(self, request: Request, reason: Reason) -> bytes:
        """Set the bits for ``reason`` and return the data that the dialect answers then."""
        if reason in SYNTAX_REASONS:
            self.flags.add(SYNTAX)
        elif reason is Reason.OVERFLOW:
            self.flags |= {OVERFLOW, NOT_ALLOWED}
        elif reason is not Reason.NO_PAPER:  # 2.0 stands by itself
            self.flags.add(NOT_ALLOWED)
        return self.refused_data(request)

    def refused_data(self, request: Request) -> bytes:
        """Return the code letter that the dialect answers when it refuses the command, if it has one."""
        return self.dialect.refused.get(request.command, b"")

    def forget(self) -> None:
        """Lose what power keeps; the lock of wrong passwords opens."""
        super().forget()
        self.wrong_passwords = 0
        self.rows = []
        self.plu_walk = []
        self.selected, self.rows_kind = 0, ""

    @property
    def switches(self) -> str:
        """The configuration switches."""
        return str(self.memory.setting("switches", self.dialect.switches))

    def counter(self, number: int) -> str:
        """Return a counter in the device's width, which no document fixes."""
        return f"{number:0{int(self.memory.setting('counter_digits', 6))}d}"

    def operator(self, number: str) -> OperatorCard:
        """Return operator ``number`` as programmed or from the factory.

        Raises:
            Refused: when there is no such number.
        """
        code = whole(number, 1, self.dialect.operators)
        factory = OperatorCard(password=self.dialect.factory_password(code))
        return self.memory.operators.get(str(code), factory)

    def identify(self, number: str, password: str) -> str:
        """Return the operator's number without leading zeros when the password is theirs.

        Raises:
            Refused: for a wrong one; after three in a row P refuses all until its power is cut.
        """
        card = self.operator(number)
        check(re.fullmatch(self.dialect.password, password))
        locks = self.dialect.shows_switches
        if locks and self.wrong_passwords >= WRONG_PASSWORDS:
            raise Refused(Reason.LOCKED)
        if password != card.password:
            self.wrong_passwords += 1
            raise Refused(Reason.BAD_PASSWORD)
        self.wrong_passwords = 0
        return str(int(number))

    def own_record(self, kind: int, blocks: list[ZBlock]) -> list[str] | None:
        """Return the fields of 72h of a kind that only one dialect has, or None for an unknown kind."""
        del kind, blocks
        return None

    def needs_nothing_open(self) -> None:
        """Check that no document is open.

        Raises:
            Refused: when one is.
        """
        if self.memory.receipt is not None:
            raise Refused(Reason.ALREADY_OPEN)

    def needs_group(self, group: int) -> None:
        """Check that tax group ``group`` is enabled.

        Raises:
            Refused: when it is not.
        """
        if not self.memory.group_enabled(group):
            raise Refused(Reason.GROUP_DISABLED)

    def counts(self, *, reversals: bool = False) -> bytes:
        """Return the reply ``AllReceipts,FiscalReceipts`` (or reversals) since the last Z."""
        day = self.memory.day
        fiscal = day.reversal_receipts if reversals else day.fiscal_receipts
        return bytes_of(f"{self.counter(day.documents)},{self.counter(fiscal)}")

    def select_rows(self, rows: list[str]) -> None:
        """Keep ``rows`` for reading one by one."""
        self.rows = rows

    def next_row(self) -> bytes:
        """Return the next row kept, or ``F`` when there is none."""
        return bytes_of(self.rows.pop(0)) if self.rows else b"F"

    def stamp(self, at: datetime) -> str:
        """Return ``at`` as the journal writes it: DD-MM-YYYY hh:mm:ss."""
        return f"{at:%d-%m-%Y %H:%M:%S}"
