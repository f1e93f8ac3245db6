"""An Incotex fiscal device without its commands: status bytes, error numbers, factory settings.

Source: Daisy/Eltrade/Incotex page, sections 2, 3 and 10. What each command does stands in
``incotex_sales``, ``incotex_reads``, ``incotex_reports`` and ``incotex_settings``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Final

from billing.emulators.device import Request
from billing.emulators.isl_device import NOT_ALLOWED, SYNTAX, UNKNOWN_COMMAND, Bit
from billing.emulators.isl_documents import DocumentDevice
from billing.emulators.isl_words import (
    NO_DISPLAY,
    RAM_RESET,
    ErrorNumber,
    SettingMistake,
    number_bits,
    whole_number,
    wrong_value,
)
from billing.emulators.memory import Department, OperatorCard, Plu
from billing.emulators.receipt import CASH, Reason, Refused

WRONG_OPERATION: Final = 3
DISCOUNT_TOO_LARGE: Final = 4
ZERO_VALUE: Final = 9
NO_FREE_PRICE: Final = 10
PERCENT_OUT_OF_RANGE: Final = 13
WOULD_BE_NEGATIVE: Final = 14
NOTHING_SOLD: Final = 18
NO_CASH: Final = 21
WRONG_RANGE: Final = 25
NO_DUPLICATE: Final = 28
REPORT_FIRST: Final = 33
NUMBERS_USED_UP: Final = 43

RANGE_UNSET: Final[Bit] = (1, 3)
PASSWORDS_WRONG: Final[Bit] = (1, 5)
IN_SERVICE: Final = frozenset({(5, 3), (5, 4), (5, 5)})
OPERATORS: Final = 20
WRONG_PASSWORDS: Final = 3
PAYMENTS: Final[Mapping[str, str]] = {CASH: "В БРОЙ", "C": "КАРТА", "N": "ЧЕК", "D": "НЗОК", "B": "ПЛАЩАНЕ 4"}
"""The payments in the order of the day's sums, with their factory names; cash is ``P`` on the wire."""
UNITS: Final = ("", "кг", "г", "м", "м2", "м3", "л.", "т", "кВтч", "бр.")
REFUSALS: Final[Mapping[Reason, tuple[int, tuple[Bit, ...]]]] = {
    Reason.BAD_GROUP: (37, ()),
    Reason.GROUP_DISABLED: (37, ()),
    Reason.BELOW_ZERO: (DISCOUNT_TOO_LARGE, ()),
    Reason.OVERFLOW: (8, ()),
    Reason.TOO_MANY_LINES: (12, ()),
    Reason.TOO_MANY_PAYMENTS: (12, ()),
    Reason.CHANGE_NOT_ALLOWED: (42, ()),
    Reason.NO_CASH: (NO_CASH, ()),
    Reason.NO_SUCH: (15, ()),
}
"""The error number and the bits of each refusal; what is not here is error 3 and 1.1."""


@dataclass(frozen=True, slots=True)
class Model:
    """What sister models differ in: widths in characters, and sales in one receipt."""

    columns: int
    text: int
    name: int
    sales: int


MODELS: Final[Mapping[str, Model]] = {"register": Model(38, 34, 24, 300), "300s": Model(56, 52, 32, 500)}


class IncotexDevice(DocumentDevice):
    """Incotex's state and status.

    Settings beside the common ones: ``model``, ``overpay`` (other means than cash may exceed what is due),
    ``client_after_payment`` (39h is taken after the payment, as a note under 35h wants it).
    """

    max_data = 200
    general_bits: ClassVar[frozenset[Bit]] = frozenset(
        {UNKNOWN_COMMAND, SYNTAX, RANGE_UNSET, RAM_RESET, NOT_ALLOWED, (2, 0)}
    )
    wrong_passwords = 0
    search = 0
    """The last article read by 6Bh."""

    def factory(self) -> None:
        """Fill in numbers, operators, names and departments that the memory does not hold yet."""
        memory = self.memory
        self.number_memory("54")
        for op in map(str, range(1, OPERATORS + 1)):
            memory.operators.setdefault(op, OperatorCard(name=f"КАСИЕР {op}", password=op))
        for key, name in PAYMENTS.items():
            memory.payment_names.setdefault(key, name)
        if not memory.departments:
            for place in range(1, 5):
                memory.departments[place] = Department(name=f"ДЕПАРТАМЕНТ {place}", group=place)
        for place, name in enumerate(UNITS):
            self.table("units").setdefault(str(place), name)
        self.number_invoices()
        self.paper.columns = self.model.columns

    @property
    def model(self) -> Model:
        """The model's widths."""
        name = self.memory.setting("model", "register")
        if name not in MODELS:
            raise SettingMistake("model", name, f"one of {', '.join(MODELS)}")
        return MODELS[name]

    def payment_name(self, key: str) -> str:
        """Return the programmed name of payment ``key``."""
        return self.memory.payment_names[key]

    def standing(self) -> set[Bit]:
        """Return the bits of Incotex's condition; it has no bit for a missing display."""
        bits = (super().standing() - {NO_DISPLAY}) | IN_SERVICE
        if not self.memory.invoice_start:
            bits.add(RANGE_UNSET)
        if self.wrong_passwords >= WRONG_PASSWORDS:
            bits.add(PASSWORDS_WRONG)
        return bits

    def refused(self, request: Request, reason: Reason) -> bytes:
        """Set the error number and the bits of a refusal; a wrong form has only the syntax bit."""
        del request
        if reason is Reason.BAD_VALUE:
            self.flags.add(SYNTAX)
        else:
            number, bits = REFUSALS.get(reason, (WRONG_OPERATION, (NOT_ALLOWED,)))
            self.flags |= number_bits(number) | set(bits)
        return b""

    def fail(self, request: Request, code: str) -> bytes:
        """Refuse ``request`` with an error number such as ``37``, or a bit such as ``1.1``."""
        if not code.isdigit():
            return super().fail(request, code)
        self.flags = number_bits(int(code))
        return self._reply(request, b"")

    def forget(self) -> None:
        """Lose the sequence number and the count of wrong passwords."""
        super().forget()
        self.wrong_passwords = 0

    def operator(self, op: str) -> str:
        """Return the operator's number as it is kept.

        Raises:
            Refused: when there is no such operator.
        """
        return str(whole_number(op, 1, OPERATORS))

    def check_password(self, op: str, password: str) -> str:
        """Return the operator's number when the password is theirs.

        Raises:
            Refused: when it is not; three in a row set 1.5.
        """
        op = self.operator(op)
        if self.memory.operators[op].password != password:
            self.wrong_passwords += 1
            raise Refused(Reason.BAD_PASSWORD)
        self.wrong_passwords = 0
        return op

    def article_group(self, article: Plu) -> int:
        """Return the tax group of ``article``: its department's, when it belongs to one (6Bh)."""
        department = self.memory.departments.get(article.department)
        return article.group if department is None else department.group

    def check_invoice_number(self) -> None:
        """Check that there is a number for an invoice or credit note.

        Raises:
            ErrorNumber: 43 when the range is not set or used up.
        """
        if not self.has_invoice_number():
            raise ErrorNumber(NUMBERS_USED_UP)


def no_data(data: str) -> None:
    """Check that a command without data has none.

    Raises:
        Refused: when it has.
    """
    if data:
        raise wrong_value()


def decimals(amount: object) -> str:
    """Return ``amount`` with two decimals, as Incotex sends all sums."""
    return f"{amount:.2f}"
