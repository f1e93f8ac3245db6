"""How ISL ICP devices are talked to, before any document: commands, refusals, lost answers, readings.

Source: ISL ICP (protocols/isl-icp.md), whose sections are named beside what follows them. A device of this
family knows no sequence numbers, so nothing that changes it is sent again on silence: it is asked what became
of the command. Refusals carry no reason; that is asked for, and cleared, at once. What is said of documents
stands in ``isl_icp.py``.
"""

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import ClassVar, Final

from billing.devices.dialect import Dialect
from billing.devices.drivers.isl_icp_tables import (
    BAD_VALUE,
    ERRORS,
    INVOICE_OPEN,
    NEUTRAL,
    OVERFLOW,
    PARTLY_PAID,
    RECEIPT_OPEN,
    STATUS,
    TYPES,
    amount,
    amounts,
    moment,
)
from billing.devices.faults import DeviceError, Fault, Refused
from billing.devices.frames.icp import NACK, IcpCodec
from billing.devices.link import FrameRefused, LinkLimits, LinkLost
from billing.devices.standing import Counters, Health, Identity, Opened, Standing
from billing.devices.status import health
from billing.devices.talk import Command, Repeat, Reply, Talk, ask
from billing.documents import PaymentCategory, Printed, SaleDocument

Z_BLOCK: Final = "1"
"""Section 4.1, ``FA``: the kind of a block that holds a Z."""
OTHER_BLOCKS: Final = 16
"""Blocks behind the last Z's that are looked through."""
TRIES: Final = 4
"""How often a command that was not carried out is said in all."""
FULL_DRAWER: Final = Decimal(10) ** 8
"""More than a drawer's ten digits hold."""
A_DAY: Final = 100 * FULL_DRAWER
"""More than the sixteen sums of a day hold."""
SILENT_S: Final = 3.2
"""Seconds after which a query is asked again: late answers cannot be told from new ones, so not early."""
ANSWER_S: Final = 6.3
"""Seconds for the answer to a query, silence and one repeat included."""
FIRST_S: Final = 4.2
"""The same for the first query of all: nobody may be there."""
DONE_S: Final = 4.2
"""Seconds without a sign of life for a command that changes something; the device promises 0.5 (3.1)."""


@dataclass
class Known:
    """What was learned from the device, and what the document being said has in common with its lines."""

    columns: int | None = None
    types: dict[PaymentCategory, str] = field(default_factory=dict)
    """Payment types whose meaning was asked for."""
    last_document: int | None = None
    counters: Counters | None = None
    sum: Decimal = Decimal(0)
    """What the open document comes to after the lines that the device took."""
    partly: bool = False
    """A payment of it was taken."""
    number: str = NEUTRAL
    document: SaleDocument | None = None


@dataclass(frozen=True)
class IcpTalk(Dialect):
    """What all documents need; ``wire`` and ``known`` last as long as the printer they belong to."""

    wire: IcpCodec = field(default_factory=IcpCodec)
    known: Known = field(default_factory=Known)

    limits: ClassVar[LinkLimits] = LinkLimits(reply_s=SILENT_S)
    baudrate: ClassVar[int] = 9600
    closes_with_payment: ClassVar[bool] = True
    z_number_is_block: ClassVar[bool] = True

    def codec(self) -> IcpCodec:
        """Return the ICP frame; it learns the device's address when the device is woken."""
        return self.wire

    def judge(self, command: Command, reply: Reply) -> Refused | None:
        """Return a refusal for NACK; why, and whether the frame was only damaged, is asked afterwards."""
        return Refused(Fault.COMMAND, command.name, "NACK") if reply.data == NACK else None

    def health(self, status: bytes) -> Health:
        """Return the faults and warnings of ``F80C``'s six bytes."""
        return health(STATUS, status)

    # -- saying a command ------------------------------------------------------------------------------------

    def _say(self, command: Command) -> Talk[None]:
        """Say one command (section 3.2).

        Raises:
            Refused: with the device's own error number, which is cleared.
            FrameRefused: no reason was found: the frame arrived damaged and was not carried out.
        """
        try:
            yield command
        except Refused:
            number = yield from self._error()
            if number:
                raise Refused(ERRORS.get(number, Fault.OTHER), command.name, f"error {number}") from None
            status = yield from self._status()
            bad = next((bit for bit in (BAD_VALUE, OVERFLOW) if bit.up(status)), None)
            if bad:
                raise Refused(bad.fault, command.name, str(bad)) from None
            raise FrameRefused(command, "the frame arrived damaged") from None

    def _insist(self, command: Command, happened: Callable[[], Talk[bool]] | None = None) -> Talk[None]:
        """Say one command, again where its frame arrived damaged and it did not happen all the same.

        Raises:
            Refused: the device said no, with or without a reason.
        """
        for _ in range(TRIES):
            try:
                yield from self._say(command)
            except FrameRefused:
                if happened is None or not (yield from happened()):
                    continue
            return
        raise Refused(Fault.COMMAND, command.name, "NACK")

    def _ask(self, code: int, data: str, name: str, limit_s: float = ANSWER_S) -> Talk[Reply]:
        """Ask one query, again where the device says NACK: the frame may have been damaged.

        Raises:
            FrameRefused: it goes on saying so. That is no word on any document, so it is no ``Refused``.
        """
        query = ask(code, name, data.encode(), limit_s)
        for _ in range(TRIES):
            with suppress(Refused):
                return (yield query)
            if code not in {0xB2, 0xF8}:
                # A refused reading is an error like another: it waits, and would refuse what follows.
                with suppress(Refused):
                    yield ask(0xB2, "clear the error", b"", ANSWER_S)
        raise FrameRefused(query, "the device does not answer this query")

    def _status(self) -> Talk[bytes]:
        """Return the six status bytes of ``F80C``."""
        return (yield from self._ask(0xF8, "0C", "status")).status

    def _closed(self) -> Talk[bool]:
        """Return whether no receipt is open."""
        return not RECEIPT_OPEN.up((yield from self._status()))

    def _opened(self) -> Talk[bool]:
        """Return whether a receipt is open."""
        return not (yield from self._closed())

    def _took(self) -> Talk[bool]:
        """Return whether the payment that was said last is taken."""
        status = yield from self._status()
        return not RECEIPT_OPEN.up(status) or (PARTLY_PAID.up(status) and not self.known.partly)

    def _error(self) -> Talk[int]:
        """Return the number of the waiting error and clear it; 0: there is none.

        While an error waits some devices refuse everything else (section 3.2).
        """
        number = 0
        for code, data in ((0xF8, "09"), (0xB2, "")):
            with suppress(FrameRefused):
                told = text_of((yield from self._ask(code, data, "last error")))
                number = number or int(told[:3])
        return number

    def _line(self, command: Command, adds: Decimal = Decimal(0)) -> Talk[None]:
        """Say a command that adds ``adds`` to the open document; once, also when its answer is lost.

        The sum of the open document tells whether it was carried out (section 3.3).

        Raises:
            LinkLost: the sum is neither what it was nor what it ought to be, or does not tell.
        """
        before = self.known.sum
        for left in reversed(range(TRIES)):
            try:
                yield from self._say(command)
                break
            except LinkLost as lost:
                damaged = isinstance(lost, FrameRefused)
                now = yield from self._sum()
                if adds and now == before + adds:
                    break
                if now == before and damaged and not left:
                    raise Refused(Fault.COMMAND, command.name, "NACK") from None
                if now != before or not left or not (adds or damaged):
                    raise
        self.known.sum = before + adds

    def _sum(self) -> Talk[Decimal]:
        """Return what the open document comes to.

        Raises:
            DeviceError: the device closed it by itself, as flag 18 lets it do (section 9).
        """
        fields = text_of((yield from self._ask(0xF8, "01", "open receipt")))
        if self.known.last_document is not None and int(fields[:6]) != self.known.last_document:
            what = "the device closed the open receipt by itself"
            raise DeviceError(Fault.STATE, what, "flag 18", Printed.UNKNOWN)
        return amount(fields[6:14])

    # -- connecting and asking ------------------------------------------------------------------------------

    def wake(self) -> Talk[None]:
        """Learn the device's address from its serial number, and clear an error that waits (section 3.4)."""
        fields = yield from self._numbers()
        self.wire.address = fields[4:8]
        if fields[44:45] == "0" and text_of((yield from self._ask(0xF4, "", "tax rates")))[32:33] == "0":
            raise DeviceError(Fault.CONDITION, "the device counts whole units, not cents", "decimal point 0")
        with suppress(FrameRefused):  # an older model lacks it
            yield from self._ask(0xB2, "", "clear the error")

    def _numbers(self) -> Talk[str]:
        """Return the answer of ``00``, which a device gives whatever the address."""
        fields = text_of((yield from self._ask(0x00, "", "serial number", FIRST_S)))
        if not re.fullmatch(r"[A-Z]{2}[0-9]{6}", fields[:8]):
            raise ValueError("a serial number is two letters and six digits")
        return fields

    def identify(self) -> Talk[Identity]:
        """Return the numbers, the model and the firmware with its board's id; learns the print width."""
        fields = yield from self._numbers()
        told = board = ""
        with suppress(FrameRefused):
            told = text_of((yield from self._ask(0xF8, "07", "model")))
        with suppress(FrameRefused):
            board = text_of((yield from self._ask(0xF8, "0A", "control board")))
        if told[-2:].isdigit() and int(told[-2:]) >= 20:
            self.known.columns = int(told[-2:])
        model, _, firmware = told.partition(" ")
        return Identity(fields[:8], fields[8:16], model, f"{firmware[:-2].strip()} {board.strip()}".strip())

    def standing(self) -> Talk[Standing]:
        """Return what the status shows open, and the last receipt's number.

        ``partly`` stands for ``paid``: the device tells that something is paid, not how much.
        """
        status = yield from self._status()
        fields = text_of((yield from self._ask(0xF8, "01", "last receipt")))
        self.known.last_document = int(fields[:6])
        standing = Standing(last_document=int(fields[:6]), health=self.health(status))
        if not RECEIPT_OPEN.up(status):
            with suppress(FrameRefused, ValueError):
                standing = replace(standing, turnover=(yield from self._turnover()))
            return standing
        partly = self.known.partly = PARTLY_PAID.up(status)
        opened = Opened.INVOICE if INVOICE_OPEN.up(status) else Opened.RECEIPT
        paid = None if partly else Decimal(0)
        return replace(standing, opened=opened, subtotal=amount(fields[6:14]), paid=paid, partly=partly)

    def _turnover(self) -> Talk[Decimal]:
        """Return what was sold and reversed, counted on over every Z.

        A Z sets the day's sums to zero; the block of fiscal memory that it takes counts for more than any
        day, so that sums before and after it are never taken for those of one day.
        """
        sums = amounts(text_of((yield from self._ask(0xF8, "03", "day by group"))))
        block = text_of((yield from self._ask(0xF8, "02", "last block")))[4:8]
        return int(block) * A_DAY + sum(sums, Decimal(0))

    def counters(self) -> Talk[Counters]:
        """Return the last block of fiscal memory, and the drawer's cash.

        An X, a text and a duplicate move no counter that can be read, so there is no document number. There
        are no sums of cash in and out either: the drawer's sum stands for the one, and for the other what it
        lacks.
        """
        block = text_of((yield from self._ask(0xF8, "02", "last block")))[4:8]
        cash = amount(text_of((yield from self._ask(0xF8, "0D", "drawer")))[:10])
        self.known.counters = Counters(None, int(block), cash, cash, FULL_DRAWER - cash)
        return self.known.counters

    def _counted(self) -> Talk[bool]:
        """Return whether a counter moved since they were read last."""
        before = self.known.counters
        return (yield from self.counters()) != before

    def rates(self) -> Talk[Mapping[int, Decimal | None]]:
        """Return the percents of ``F4``, None past its end; ``92`` ``12`` tells which groups are off."""
        fields = text_of((yield from self._ask(0xF4, "", "tax rates")))
        told = dict(enumerate(amounts(fields, 4), start=1))
        rates: dict[int, Decimal | None] = {group: told.get(group) for group in range(1, 9)}
        with suppress(FrameRefused):
            active = text_of((yield from self._ask(0x92, "12", "active groups")))
            for group, on in re.findall(r"([5-8])([01])", active):
                if on == "0":
                    rates[int(group)] = None
        return rates

    def clock(self) -> Talk[datetime]:
        """Return the device's time."""
        return moment(text_of((yield from self._ask(0xF3, "", "clock"))))

    def set_clock(self, to: datetime) -> Talk[None]:
        """Set the time; the device takes it only after a Z."""
        yield from self._insist(say(0x73, f"{to:%d%m%Y%H%M%S}", "set the clock", repeat=Repeat.SAFE))

    def payment_names(self) -> Talk[Mapping[str, str]]:
        """Return the printed name of every payment type in use; one the device lacks is left out."""
        names = {}
        for word in sorted(set(self.capabilities().payments.values())):
            with suppress(FrameRefused):
                names[word] = text_of((yield from self._ask(0xF6, word, "payment name"))).strip()
        return names

    def registers(self) -> Talk[Mapping[str, str]]:
        """Return the day's turnover by group and what the drawer holds by payment.

        The drawer's cash counts what was put in and taken out, so it is no sum of payments.
        """
        groups = amounts(text_of((yield from self._ask(0xF8, "03", "day by group"))))
        drawer = amounts(text_of((yield from self._ask(0xF8, "0D", "drawer"))))
        figures = {f"group_{number}": str(sold) for number, sold in enumerate(groups[:8], start=1)}
        figures["total"] = str(sum(groups[:8], Decimal(0)))
        figures["reversals"] = str(sum(groups[8:16], Decimal(0)))
        for category, word in self.capabilities().payments.items():
            place = TYPES.find(word)
            if category is not PaymentCategory.CASH and 0 < place < len(drawer):
                figures[f"payment_{category}"] = str(drawer[place])
        return figures | {"in_drawer": str(drawer[0])}

    def last_z(self) -> Talk[Mapping[str, str]]:
        """Return turnover and reversals by group of the last Z in fiscal memory; none where there is none.

        ``FA`` reads one block; blocks of other kinds may follow the Z's. It has no number of its own there.
        """
        last = int(text_of((yield from self._ask(0xF8, "02", "last block")))[4:8])
        for block in range(last, max(0, last - OTHER_BLOCKS), -1):
            told = text_of((yield from self._ask(0xFA, f"{block:04}", "memory block")))
            if told[4:5] == Z_BLOCK:
                sums = amounts(told[19 : 19 + 160])
                figures = {f"group_{group}": str(sold) for group, sold in enumerate(sums[:8], start=1)}
                back = {f"reversed_group_{group}": str(sold) for group, sold in enumerate(sums[8:], start=1)}
                return {"total": str(sum(sums[:8], Decimal(0))), **figures, **back}
        return {}


def say(code: int, data: str, name: str, limit_s: float = DONE_S, repeat: Repeat = Repeat.UNSAFE) -> Command:
    """Return a command that changes the device."""
    return Command(code, data.encode("cp1251", "replace"), name, repeat, limit_s)


def text_of(reply: Reply) -> str:
    """Return a reply's data as text."""
    return reply.data.decode("cp1251", "replace")
