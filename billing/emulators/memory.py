"""What a device keeps without power: identity, settings, registers, the journal and the open document.

One JSON file holds all of it, written beside itself and renamed, so a kill leaves the old or the new state.
Registers follow the tax authority's rules (N-18 annex 1): reversals are kept apart and do not lower the
day's turnover. Nothing here knows bytes; amounts are decimals with two places.
"""

import os
from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Self
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, ValidationError

from billing.clock import Clock
from billing.emulators.receipt import CASH, GROUPS, ZERO, Kind, Reason, Receipt, Refused, cents
from billing.emulators.registers import (
    LETTERS,
    RATES,
    REASONS,
    Day,
    Department,
    Document,
    OperatorCard,
    OperatorTally,
    Plu,
    Tally,
    ZBlock,
)
from billing.errors import UsageError

__all__ = [
    "LETTERS",
    "RATES",
    "REASONS",
    "Day",
    "Department",
    "Document",
    "Memory",
    "OperatorCard",
    "OperatorTally",
    "Plu",
    "StateMistake",
    "Tally",
    "ZBlock",
]


class StateMistake(UsageError):
    """A state file does not hold an emulated device."""

    code = "emulator_state"

    def __init__(self, path: Path, found: str) -> None:
        super().__init__(f"state file {path}: {found}")
        self.path = path


def _replace(path: Path, text: str) -> None:
    """Write ``text`` beside ``path``, make sure it is on the disk, and give it that name.

    Raises:
        StateMistake: when it cannot be written.
    """
    beside = path.with_name(path.name + ".new")
    try:
        with beside.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except OSError as error:
        raise StateMistake(path, f"cannot be written ({error.strerror})") from None


class Memory(BaseModel):
    """Everything that outlives power; ``save`` writes it when it changed."""

    model_config = ConfigDict(extra="forbid", validate_assignment=False)

    device_number: str = "DT000600"
    fiscal_memory_number: str = "02000600"
    taxpayer_number: str = "000000000"
    zone: str = "Europe/Sofia"
    clock_offset_s: int = 0
    """How far the device's clock is ahead of the zone's wall clock."""
    rates: list[Decimal | None] = Field(
        default_factory=lambda: [*map(Decimal, RATES), *[None] * (GROUPS - len(RATES))]
    )
    """Percent by tax group; None is a disabled group."""
    rates_set: list[datetime] = Field(default_factory=list)
    header: list[str] = Field(default_factory=lambda: ["МАГАЗИН ЕМУЛАТОР", "СОФИЯ"])
    footer: list[str] = Field(default_factory=list)
    operators: dict[str, OperatorCard] = Field(default_factory=dict)
    payment_names: dict[str, str] = Field(default_factory=dict)
    departments: dict[int, Department] = Field(default_factory=dict)
    plus: dict[int, Plu] = Field(default_factory=dict)
    settings: dict[str, Any] = Field(default_factory=dict)
    """Quirks and switches of the family, by name; see each family's module."""

    document_number: int = 0
    """The number of the last document of any kind."""
    fiscal_number: int = 0
    """The number of the last fiscal receipt since the memory was first used."""
    invoice_start: int = 0
    invoice_end: int = 0
    invoice_next: int = 0
    """The next invoice number; zero while no range is set."""
    last_unique_sale_number: str = ""
    last_receipt: Receipt | None = None
    """The last fiscal document as it was closed or cancelled."""
    duplicated: bool = True
    """Whether the last fiscal receipt may not be duplicated (again)."""
    cash: Decimal = ZERO
    day: Day = Field(default_factory=Day)
    grand_total: Decimal = ZERO
    grand_reversed: Decimal = ZERO
    z_blocks: list[ZBlock] = Field(default_factory=list)
    journal: list[Document] = Field(default_factory=list)
    receipt: Receipt | None = None
    """The open document."""
    printed: list[str] = Field(default_factory=list)
    """The lines of the document that is being printed."""

    _path: Path | None = PrivateAttr(default=None)
    _written: str = PrivateAttr(default="")
    """What the file says beside journal and Z blocks."""
    _filed: dict[str, list[str]] = PrivateAttr(default_factory=dict)
    """The JSON of what was filed for good, so that a long journal is not written out again and again."""

    @classmethod
    def fresh(cls, prefix: str = "DT", path: Path | None = None) -> Self:
        """Return the memory of a device from the factory; ``prefix`` is the maker's two letters."""
        return cls(device_number=f"{prefix}000600").kept_in(path)

    @classmethod
    def load(cls, path: Path, prefix: str = "DT") -> Self:
        """Return the memory kept in ``path``, or a fresh one that will be kept there.

        Only the members that differ from a fresh memory need to stand in the file.

        Raises:
            StateMistake: when the file does not hold a memory.
        """
        if not path.exists():
            return cls.fresh(prefix, path)
        try:
            memory = cls.model_validate_json(path.read_bytes())
        except ValidationError as error:
            first = error.errors(include_input=False, include_url=False)[0]
            place = ".".join(str(part) for part in first["loc"]) or "the whole file"
            raise StateMistake(path, f"{place}: {first['msg']}") from None
        except OSError as error:
            raise StateMistake(path, f"cannot be read ({error.strerror})") from None
        if "device_number" not in memory.model_fields_set:
            memory.device_number = f"{prefix}000600"
        return memory.kept_in(path)

    def kept_in(self, path: Path | None) -> Self:
        """Return this memory, from now on kept in ``path`` (None: nowhere)."""
        self._path = path
        return self

    def save(self) -> None:
        """Write the state file when something changed since it was last written.

        Raises:
            StateMistake: when the file cannot be written.
        """
        if self._path is None:
            return
        text = self.model_dump_json(exclude={"journal", "z_blocks"}, indent=1)
        if text == self._written:
            return
        lists = (self._list_text("journal", self.journal), self._list_text("z_blocks", self.z_blocks))
        _replace(self._path, f"{text.removesuffix('}').rstrip()},\n{lists[0]},\n{lists[1]}\n}}\n")
        self._written = text

    def _list_text(self, name: str, entries: Sequence[BaseModel]) -> str:
        """Return the member ``name`` as JSON; only the last entry may have changed since it was filed."""
        filed = self._filed.setdefault(name, [])
        del filed[max(len(entries) - 1, 0) :]
        filed.extend(entry.model_dump_json() for entry in entries[len(filed) :])
        return f' "{name}": [\n' + ",\n".join(filed) + "\n ]"

    def setting(self, name: str, default: Any) -> Any:  # noqa: ANN401 a setting is any JSON value
        """Return the family's setting ``name``, or ``default``."""
        return self.settings.get(name, default)

    def wall(self, clock: Clock) -> datetime:
        """Return the device's own wall clock, whole seconds and no zone."""
        local = clock.now().astimezone(ZoneInfo(self.zone)).replace(tzinfo=None, microsecond=0)
        return local + timedelta(seconds=self.clock_offset_s)

    def set_wall(self, clock: Clock, at: datetime) -> None:
        """Set the device's wall clock to ``at`` (no zone)."""
        self.clock_offset_s += round((at - self.wall(clock)).total_seconds())

    @property
    def next_z(self) -> int:
        """The number of the next Z report."""
        return self.z_blocks[-1].number + 1 if self.z_blocks else 1

    @property
    def last_fiscal_document(self) -> Document | None:
        """The last sale, invoice, reversal or credit note in the journal."""
        fiscal = {kind.value for kind in Kind} - {Kind.SLIP.value}
        return next((each for each in reversed(self.journal) if each.kind in fiscal), None)

    def document(self, number: int) -> Document | None:
        """Return the journal's document ``number``, or None."""
        return next((each for each in self.journal if each.number == number), None)

    def group_enabled(self, group: int) -> bool:
        """Tell whether tax group 1..8 has a rate."""
        return 1 <= group <= GROUPS and self.rates[group - 1] is not None

    def tax_in(self, gross: list[Decimal]) -> list[Decimal]:
        """Return the tax contained in the gross sums by group, rounded half up."""
        return [
            cents(amount * rate / (100 + rate)) if rate else ZERO
            for amount, rate in zip(gross, self.rates, strict=True)
        ]

    def move_cash(self, amount: Decimal, at: datetime) -> Document:
        """Put cash in (above zero) or take it out (below), and return the document.

        Raises:
            Refused: when less than that is in the drawer.
        """
        if amount < 0 and self.cash + amount < 0:
            raise Refused(Reason.NO_CASH)
        self.cash += amount
        (self.day.cash_out if amount < 0 else self.day.cash_in).add(abs(amount))
        return self.file("cash-out" if amount < 0 else "cash-in", at, amount=abs(amount))

    def file(self, kind: str, at: datetime, *, amount: Decimal = ZERO) -> Document:
        """Give the document just printed its number and put it into the journal."""
        self.document_number += 1
        self.day.documents += 1
        document = Document(
            number=self.document_number, kind=kind, at=at, z=self.next_z, amount=amount, text=self.printed
        )
        self.printed = []
        self.journal.append(document)
        return document

    def may_close(self) -> Receipt:
        """Return the open document if it may be closed.

        Raises:
            Refused: when nothing is open, it is not paid, an invoice lacks its client, or a reversal for
                another reason than an operator's error finds too little cash (N-18 art. 31).
        """
        receipt = self.receipt
        if receipt is None:
            raise Refused(Reason.NOT_OPEN)
        receipt.may_close()
        if receipt.is_reversal and not self.has_cash_for(receipt, receipt.money().get(CASH, ZERO)):
            raise Refused(Reason.NO_CASH)
        return receipt

    def has_cash_for(self, reversal: Receipt, amount: Decimal) -> bool:
        """Tell whether the drawer holds ``amount`` to give back; an operator's error needs none."""
        return reversal.reason == "operator-error" or self.cash >= amount

    def close_receipt(self, at: datetime) -> Document:
        """Close the open document: registers, numbers, journal; return its journal entry.

        Raises:
            Refused: as ``may_close`` says.
        """
        receipt = self.may_close()
        if receipt.is_fiscal:
            self._register(receipt)
        return self._file_receipt(receipt, at)

    def cancel_receipt(self, at: datetime) -> Document:
        """Cancel the open fiscal receipt and return its journal entry.

        Raises:
            Refused: when none is open, or a payment was made.
        """
        receipt = self.receipt
        if receipt is None or not receipt.is_fiscal:
            raise Refused(Reason.NOT_OPEN)
        receipt.may_cancel()
        receipt.cancelled = True
        self.day.cancelled.add(receipt.total)
        return self._file_receipt(receipt, at)

    def close_day(self, at: datetime) -> ZBlock:
        """Write the day into the fiscal memory, zero the registers and return the block.

        Raises:
            Refused: while a document is open.
        """
        if self.receipt is not None:
            raise Refused(Reason.ALREADY_OPEN)
        number = self.next_z
        fiscal = self.last_fiscal_document
        report = self.file("z-report", at, amount=self.day.total)
        block = ZBlock(
            number=number,
            at=at,
            document=report.number,
            last_fiscal=fiscal.number if fiscal is not None and fiscal.z == number else 0,
            rates=list(self.rates),
            day=self.day,
            grand_total=self.grand_total,
            grand_reversed=self.grand_reversed,
            cash=self.cash,
        )
        self.z_blocks.append(block)
        self.day = Day()
        return block

    def _register(self, receipt: Receipt) -> None:
        money = receipt.money()
        sign = -1 if receipt.is_reversal else 1
        self.cash += sign * money.get(CASH, ZERO)
        operator = self.day.operators.setdefault(receipt.operator, OperatorTally())
        operator.receipts += 1
        if receipt.is_reversal:
            self._register_reversal(receipt, money, operator)
        else:
            self._register_sale(receipt, money, operator)
        self.fiscal_number += 1
        if receipt.unique_sale_number:
            self.last_unique_sale_number = receipt.unique_sale_number
        if receipt.is_invoice:
            self.day.invoices += 1
        if receipt.is_invoice and self.invoice_next and not receipt.invoice_number:
            receipt.invoice_number = str(self.invoice_next)
            self.invoice_next += 1

    def _register_sale(self, receipt: Receipt, money: dict[str, Decimal], operator: OperatorTally) -> None:
        day = self.day
        day.fiscal_receipts += 1
        day.groups = [sum(pair, ZERO) for pair in zip(day.groups, receipt.groups, strict=True)]
        for key, amount in money.items():
            day.payments[key] = day.payments.get(key, ZERO) + amount
        for tally in (day, operator):
            tally.discounts.add(sum(receipt.discounts, ZERO), len(receipt.discounts))
            tally.surcharges.add(sum(receipt.surcharges, ZERO), len(receipt.surcharges))
            tally.corrections.add(sum(receipt.corrections, ZERO), len(receipt.corrections))
        operator.sales.add(receipt.total, receipt.sales)
        self.grand_total += receipt.total
        for line in receipt.lines:
            if line.group:
                day.departments.setdefault(line.department, Tally()).add(line.amount)
            if line.plu in self.plus:
                plu = self.plus[line.plu]
                plu.sold += line.qty if line.amount >= 0 else -line.qty
                plu.turnover += line.amount
                day.plus.setdefault(line.plu, Tally()).add(line.amount)

    def _register_reversal(
        self, receipt: Receipt, money: dict[str, Decimal], operator: OperatorTally
    ) -> None:
        day = self.day
        day.reversal_receipts += 1
        day.reversals[receipt.reason].add(receipt.total)
        operator.reversals[receipt.reason].add(receipt.total)
        sums = day.reversed_groups[receipt.reason]
        day.reversed_groups[receipt.reason] = [sum(p, ZERO) for p in zip(sums, receipt.groups, strict=True)]
        for key, amount in money.items():
            day.reversal_payments[key] = day.reversal_payments.get(key, ZERO) + amount
        self.grand_reversed += receipt.total

    def _file_receipt(self, receipt: Receipt, at: datetime) -> Document:
        document = self.file(receipt.kind.value, at, amount=receipt.total)
        document.receipt = receipt
        if receipt.is_fiscal:
            document.receipt_number = 0 if receipt.cancelled else self.fiscal_number
            self.last_receipt = receipt
            self.duplicated = receipt.cancelled
        self.receipt = None
        return document
