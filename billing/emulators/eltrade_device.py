"""An Eltrade fiscal printer without its commands: status bytes, refusals, factory settings.

Source: Daisy/Eltrade/Incotex page, sections 2, 3 and 11. Eltrade has no error numbers: 0.0 is a wrong value,
1.1 a wrong moment. What each command does stands in ``eltrade_sales``, ``eltrade_reads``, ``eltrade_reports``
and ``eltrade_settings``.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import ClassVar, Final

from billing.emulators.device import Request
from billing.emulators.isl_device import NOT_ALLOWED, OVERFLOW, SYNTAX, UNKNOWN_COMMAND, Bit
from billing.emulators.isl_documents import DocumentDevice
from billing.emulators.isl_words import RAM_RESET
from billing.emulators.memory import Department
from billing.emulators.receipt import CASH, Kind, Reason

FORMATTED: Final = frozenset({(5, 1), (5, 3), (5, 4)})
NUMBERS_SET: Final[Bit] = (4, 2)
TAXPAYER_SET: Final[Bit] = (4, 1)
WRONG_VALUES: Final = frozenset(
    {Reason.BAD_VALUE, Reason.BAD_GROUP, Reason.GROUP_DISABLED, Reason.BELOW_ZERO, Reason.NO_SUCH}
)
PAYMENTS: Final[Mapping[str, str]] = {
    CASH: "В БРОЙ",
    "N": "С ЧЕК",
    "C": "ТАЛОНИ",
    "D": "ВЪНШНИ ТАЛОНИ",
    "I": "АМБАЛАЖ",
    "J": "ВЪТРЕШНО ОБСЛУЖВАНЕ",
    "K": "ПОВРЕДИ",
    "L": "КРЕДИТНИ/ДЕБИТНИ КАРТИ",
    "M": "БАНКОВИ ТРАНСФЕРИ",
    "Q": "НЗОК",
    "R": "РЕЗЕРВ 2",
}
"""The payments in the order of the day's sums, with their factory names; cash is ``P`` on the wire."""
STATUS: Final = 0x4A
WRONG_PASSWORDS: Final = 3


class EltradeDevice(DocumentDevice):
    """Eltrade's state and status.

    Settings beside the common ones: ``identity`` (the head of 5Ah), ``managed`` (part of a managed sales
    system: the operator's code instead of the unique sale number), ``bare_payment_fails`` (a bare ⇥ in a
    reversal of several lines is answered emptily, as by a TM-T810F), ``error_text`` (refusals say why).
    """

    general_bits: ClassVar[frozenset[Bit]] = frozenset(
        {(0, 4), UNKNOWN_COMMAND, SYNTAX, (1, 4), (1, 3), RAM_RESET, NOT_ALLOWED, (2, 0)}
    )
    wrong_passwords = 0
    search: tuple[int, int] = (0, 1)
    """Where the last article read by 6Bh stands, and the direction."""

    def factory(self) -> None:
        """Fill in numbers, payment names and departments that the memory does not hold yet."""
        self.number_memory("44")
        for key, name in PAYMENTS.items():
            self.memory.payment_names.setdefault(key, name)
        if not self.memory.departments:
            for place in range(1, 5):
                self.memory.departments[place] = Department(name=f"ДЕПАРТАМЕНТ {place}", group=place)
        self.number_invoices()
        if self.memory.setting("invoice_range", default=True):
            self.table("credit_notes").setdefault("range", [1, 9_999_999_999, 1])
        self.paper.columns = 48

    def payment_name(self, key: str) -> str:
        """Return the programmed name of payment ``key``."""
        return self.memory.payment_names[key]

    def standing(self) -> set[Bit]:
        """Return the bits of Eltrade's condition."""
        bits = super().standing() | FORMATTED | {NUMBERS_SET}
        if self.memory.taxpayer_number:
            bits.add(TAXPAYER_SET)
        return bits

    def refused(self, request: Request, reason: Reason) -> bytes:
        """Set the bit of a refusal: 0.0 for a wrong value, 1.1 for a wrong moment, and 1.0 for overflow."""
        del request
        self.flags.add(SYNTAX if reason in WRONG_VALUES else NOT_ALLOWED)
        if reason is Reason.OVERFLOW:
            self.flags.add(OVERFLOW)
        return b""

    def refusal_text(self, request: Request, reason: Reason) -> str:
        """Return the data of a refusal: with the setting ``error_text`` a text for people."""
        if self.memory.setting("error_text", default=False):
            return f"E:{reason.value}"
        return super().refusal_text(request, reason)

    def _carry_out(self, request: Request) -> bytes:
        if self.wrong_passwords >= WRONG_PASSWORDS and request.command != STATUS:
            self.flags.add(NOT_ALLOWED)
            return b""
        return super()._carry_out(request)

    def forget(self) -> None:
        """Lose the sequence number and unlock what three wrong passwords locked."""
        super().forget()
        self.wrong_passwords = 0

    @contextmanager
    def numbers_of(self, kind: Kind) -> Iterator[None]:
        """Let a credit note take its number from its own range, which Eltrade keeps apart from invoices'."""
        if kind is not Kind.CREDIT_NOTE:
            yield
            return
        self._swap_ranges()
        try:
            yield
        finally:
            self._swap_ranges()

    def _swap_ranges(self) -> None:
        memory, table = self.memory, self.table("credit_notes")
        start, end, following = table.get("range", [0, 0, 0])
        table["range"] = [memory.invoice_start, memory.invoice_end, memory.invoice_next]
        memory.invoice_start, memory.invoice_end, memory.invoice_next = start, end, following
