"""What Daisy, Eltrade and Incotex say alike; each has its own tables beside it.

Source: Daisy, Eltrade and Incotex (protocols/daisy-eltrade-incotex.md), whose sections are named beside what
follows them. What must not live here: anything that one of the three says otherwise.
"""

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import ClassVar, Final

from billing.devices.drivers.datecs_words import GROUPS, change, moment, percent
from billing.devices.drivers.isl_judging import judged
from billing.devices.drivers.isl_service import IslService
from billing.devices.drivers.isl_tables import IslTables
from billing.devices.drivers.isl_words import (
    amount,
    check_numbers,
    encoded,
    fitted,
    in_cash,
    opened_by,
    refuse_wide,
    text_of,
    whole,
)
from billing.devices.faults import Fault, Refused
from billing.devices.frames.isl_long import LongIslCodec
from billing.devices.link import LinkLimits
from billing.devices.shaping import Shaped, shape
from billing.devices.standing import Counters, Facts, Figures, Health, Identity, Paid, Standing
from billing.devices.status import StatusMap, health
from billing.devices.talk import Command, Repeat, Reply, Talk, ask
from billing.devices.wording import decimals
from billing.documents import (
    REVERSALS,
    CashMovement,
    Client,
    CreditNote,
    Document,
    Invoice,
    Modifier,
    PaymentCategory,
    PaymentLine,
    SaleDocument,
    SaleLine,
    XReport,
    ZReport,
)

NOBODY: Final = Client(number="999999999")
"""Closes an invoice that another program left paid and nobody claims (section 6.7)."""


@dataclass(frozen=True)
class IslFamily(IslTables, IslService):
    """The frame of Datecs P with a command language that is close to it, and nowhere the same."""

    limits: ClassVar[LinkLimits] = LinkLimits(reply_s=0.5)
    status_map: ClassVar[StatusMap] = ()
    errors: ClassVar[Mapping[int, Fault]] = {}
    """Error numbers of status byte 3; empty: the byte holds switches."""
    cancel_code: ClassVar[int] = 0x82
    client_widths: ClassVar[Mapping[str, int]] = {}
    """Characters of an invoice's client, so that all of it fits one frame (section 6.6)."""
    paid_letters: ClassVar[Sequence[str]] = ()
    """Section 9.2, 6Eh: whose sum each field is."""
    paid_tail: ClassVar[int] = 2
    """Fields after those sums; the first is the number of the last Z report."""
    cash_characters: ClassVar[int] = 9
    """Characters of an amount put in or taken out, sign and point among them (section 7)."""
    paid_characters: ClassVar[int] = 9
    """Characters of a payment's amount with its point (section 4: eight digits on Daisy)."""
    all_payments: ClassVar[bytes] = b""
    """What makes 6Eh tell the sums of every payment."""

    def codec(self) -> LongIslCodec:
        """Return the ISL frame, 200 bytes of data a command; answers may outgrow their length byte (2)."""
        return LongIslCodec(status_length=6, data_max=200, probe=0x4A)

    # -- judging ---------------------------------------------------------------------------------------------

    def judge(self, command: Command, reply: Reply) -> Refused | None:
        """Return what refuses ``command``: a condition, the error number, a status bit, or the letter."""
        return judged(self.status_map, self.errors, command, reply)

    def health(self, status: bytes) -> Health:
        """Return the faults and warnings of ``status``."""
        return health(self.status_map, status)

    def check(self, document: Document) -> Shaped:
        """Return ``document`` shaped; a reversal is paid in cash and carries the original's number (13)."""
        if isinstance(document, CashMovement):
            refuse_wide("$.amount", document.amount, self.cash_characters)
        if not isinstance(document, SaleDocument):
            return super().check(document)
        for place, payment in enumerate(document.payments):
            refuse_wide(f"$.payments[{place}].amount", payment.amount, self.paid_characters)
        can = self.capabilities()
        warnings: tuple[str, ...] = ()
        check_numbers(document)
        if isinstance(document, Invoice | CreditNote):
            client, cut = fitted(document.client, self.client_widths)
            document = document.model_copy(update={"client": client})
            warnings += cut
        if isinstance(document, REVERSALS):
            can = replace(can, unique_sale_number_required=False)
            document, said = in_cash(document)
            warnings += said
        shaped = shape(document, can, self.name)
        return replace(shaped, warnings=(*warnings, *shaped.warnings))

    # -- connecting and asking ------------------------------------------------------------------------------

    def wake(self) -> Talk[None]:
        """Ask for the status twice: the first answer may be a remembered one (section 2.3)."""
        for _ in range(2):
            with suppress(Refused):
                yield ask(0x4A, "status")

    def identify(self) -> Talk[Identity]:
        """Return the field of two letters and six digits, and the memory number after it (section 9.1)."""
        fields = [
            field.strip() for field in text_of((yield ask(0x5A, "identify", b"1", limit_s=6))).split(",")
        ]
        numbers = [place for place, field in enumerate(fields) if re.fullmatch(r"[A-Z]{2}[0-9]{6}", field)]
        if not numbers:
            raise ValueError("no field of two letters and six digits")
        memory = next((field for field in fields[numbers[0] :] if re.fullmatch(r"[0-9]{8}", field)), "")
        model, firmware = self.named(fields[: numbers[0]])
        return Identity(fields[numbers[0]], memory, model, firmware)

    def named(self, fields: Sequence[str]) -> tuple[str, str]:
        """Return model and firmware from what stands before the device's number."""
        return self.models, fields[0] if fields else ""

    def standing(self) -> Talk[Standing]:
        """Return the last document number and what the same answer's status shows open."""
        last = None
        try:
            reply = yield ask(0x71, "last document number")
            last = whole(text_of(reply))
        except Refused:
            reply = yield ask(0x4A, "status")
        opened = opened_by(reply.status)
        standing = Standing(opened, last_document=last, health=self.health(reply.status))
        if not opened.fiscal:
            return standing
        sums = text_of((yield ask(0x4C, "open receipt", b"T"))).split(",")
        return replace(standing, sales=int(sums[1]), subtotal=amount(sums[2]), paid=self.paid_by(sums))

    def paid_by(self, sums: Sequence[str]) -> Decimal | None:
        """Return what is paid by the fields of 4Ch; None where the firmware leaves it out."""
        return amount(sums[3]) if len(sums) > 3 else None

    def counters(self) -> Talk[Counters]:
        """Return the last document, the last Z's number (6Eh) and the drawer's sums; None: refused."""
        last = yield from twice(0x71, "last document number")
        day = yield from twice(0x6E, "day by payment")
        drawer = yield from twice(0x46, "cash sums", b"0")
        sums = [amount(field) for field in drawer.split(",")[1:4]] if drawer else [None] * 3
        return Counters(
            last_document=whole(last) if last else None,
            z_number=whole(day.split(",")[-self.paid_tail]) if day else None,
            cash=sums[0],
            cash_in=sums[1],
            cash_out=sums[2],
        )

    def rates(self) -> Talk[Mapping[int, Decimal | None]]:
        """Return the percents of 61h; a field that is no percent below 100 is a group that is off."""
        fields = text_of((yield ask(0x61, "tax rates"))).split(",")
        return {group: percent(field) for group, field in enumerate(fields[:8], start=1)}

    def clock(self) -> Talk[datetime]:
        """Return the device's time; some write the date with points."""
        return moment(text_of((yield ask(0x3E, "clock"))).replace(".", "-"))

    def set_clock(self, to: datetime) -> Talk[None]:
        """Set the time; the device refuses one before its last record, Daisy drops the seconds."""
        yield Command(0x3D, to.strftime("%d-%m-%y %H:%M:%S").encode(), "set the clock")

    def registers(self) -> Talk[Mapping[str, str]]:
        """Return the day's sums by tax group and by payment, with the last Z number."""
        figures = yield from self.day_by_group()
        day = text_of((yield ask(0x6E, "day by payment", self.all_payments))).split(",")
        for category, letter in (yield from self.mapping()).items():
            for place, field in zip(self.paid_letters, day[: -self.paid_tail], strict=False):
                if place == letter:
                    figures[f"payment_{category}"] = str(amount(field))
        counters = yield from self.counters()
        told = {"z_number": counters.z_number, "in_drawer": counters.cash}
        return figures | {name: str(value) for name, value in told.items() if value is not None}

    def day_by_group(self) -> Talk[dict[str, str]]:
        """Return the day's sums of 41h by name."""
        self._lacks("read registers")

    # -- a sale ----------------------------------------------------------------------------------------------

    def sell(self, line: SaleLine) -> Talk[None]:
        """Sell with 31h: ``text TAB group price[*qty]``, then modifier and unit by the dialect; a PLU by 3Ah.

        A device that names a PLU's price itself is told none: ``agreeing`` found it to be the line's.
        """
        if line.plu is not None:
            said = f"{line.plu}{self.beside_plu(line)}{self.quantity(line)}{self.change(line.modifier)}"
            yield Command(0x3A, encoded(said), "sell by PLU")
        elif line.department is not None:
            yield from self.sell_in_department(line)
        else:
            said = f"{line.text}\t{GROUPS[line.tax_group - 1]}{decimals(line.price, 2, 2)}"
            said += f"{self.quantity(line)}{self.change(line.modifier)}{self.unit(line)}"
            yield Command(0x31, encoded(said), "sell")

    def quantity(self, line: SaleLine) -> str:
        """Return ``*`` and the quantity; nothing for one unit."""
        return "" if line.qty == 1 else f"*{decimals(line.qty, 3)}"

    def beside_plu(self, line: SaleLine) -> str:
        """Return what stands between a PLU and its quantity."""
        del line
        return ""

    def sell_in_department(self, line: SaleLine) -> Talk[None]:
        """Sell in a department of the device."""
        del line
        self._lacks("sell by department")

    def change(self, modifier: Modifier | None) -> str:
        """Return a modifier as 31h and 33h take it, below zero for a discount."""
        return change(modifier)

    def unit(self, line: SaleLine) -> str:
        """Return the unit of a sale as it is said; nothing where sales have none."""
        del line
        return ""

    def comment(self, text: str) -> Talk[None]:
        """Print ``text`` between two ``#`` with 36h."""
        yield Command(0x36, encoded(text), "comment")

    def modify(self, modifier: Modifier) -> Talk[None]:
        """Change the whole receipt with a printed subtotal, 33h."""
        yield Command(0x33, encoded("10" + self.change(modifier)), "change the bill")

    def subtotal(self) -> Talk[Decimal]:
        """Return the current sum by 4Ch ``T``, which prints nothing."""
        return amount(text_of((yield ask(0x4C, "open receipt", b"T"))).split(",")[2])

    def recount(self) -> Talk[Decimal]:
        """Return the sum by 33h ``00``, which only reads."""
        return amount(text_of((yield ask(0x33, "subtotal", b"00"))).split(",")[0])

    def letter_of(self, category: PaymentCategory) -> Talk[str]:
        """Return the device's letter for ``category``."""
        yield from ()
        return self.capabilities().payments[category]

    def pay(self, payment: PaymentLine) -> Talk[Paid]:
        """Pay with 35h; D tells what is still due, R the change, and zero is paid with either."""
        letter = yield from self.letter_of(payment.category)
        said = f"\t{letter}{decimals(payment.amount, 2, 2)}"
        answer = text_of((yield Command(0x35, encoded(said), "pay", Repeat.ONCE)))
        left = amount(answer[1:])
        if answer[0] == "R":
            return Paid(Decimal(0), left)
        if answer[0] == "D":
            return Paid(left)
        raise ValueError("an answer to a payment begins with D or R")

    def finish(self, document: SaleDocument) -> Talk[None]:
        """Close the paid document."""
        yield from self.close(document.client if isinstance(document, Invoice | CreditNote) else None)

    def close(self, client: Client | None = None) -> Talk[None]:
        """Close with 38h; the client of an invoice goes before, after full payment (section 6.6)."""
        refused = None
        if client is not None:
            try:
                yield Command(0x39, self.client_data(client), "client of the invoice")
            except Refused as error:
                # After a lost answer they may be in already, and are taken only once: the close tells.
                refused = error
        try:
            yield Command(0x38, b"", "close the receipt", limit_s=30)
        except Refused as error:
            raise refused or error from None

    def client_data(self, client: Client) -> bytes:
        """Return the data of 39h."""
        del client
        self._lacks("print invoices")

    def cancel(self) -> Talk[None]:
        """Cancel the receipt; only while nothing is paid (section 6.7)."""
        yield Command(self.cancel_code, b"", "cancel the receipt")

    def pay_rest(self, standing: Standing) -> Talk[None]:
        """Pay what is left in cash, named where it is known, and close (section 6.7)."""
        left = None
        if standing.subtotal is not None and standing.paid is not None:
            left = standing.subtotal - standing.paid
        if left is None or left > 0:
            said = "\t" if left is None else f"\tP{decimals(left, 2, 2)}"
            yield Command(0x35, said.encode(), "pay the rest in cash", Repeat.ONCE)
        try:
            yield from self.close()
        except Refused:
            yield from self.close(NOBODY)

    def read_back(self, document: Document) -> Talk[Facts]:
        """Return the last document's number; the clock and an invoice's number where they are told."""
        number = text_of((yield ask(0x71, "last document number"))).strip()
        closed, invoice = None, ""
        with suppress(Refused):
            closed = yield from self.clock()
        if isinstance(document, Invoice | CreditNote):
            with suppress(Refused, ValueError, IndexError):
                invoice = yield from self.given_number(document)
        return Facts(number, number, closed, invoice_number=invoice)

    # -- the rest ------------------------------------------------------------------------------------------

    def x_report(self, document: XReport) -> Talk[Figures]:
        """Print an X with 45h ``2``."""
        del document
        return self.report(text_of((yield Command(0x45, b"2", "X report", Repeat.ONCE, limit_s=120))))

    def z_report(self, document: ZReport) -> Talk[Figures]:
        """Print a Z with 45h ``0``; an empty 45h would be one too."""
        del document
        return self.report(text_of((yield Command(0x45, b"0", "Z report", Repeat.ONCE, limit_s=120))))

    def report(self, text: str) -> Figures:
        """Return the figures of 45h by name."""
        del text
        self._lacks("read a report")


def twice(code: int, name: str, data: bytes = b"") -> Talk[str]:
    """Return the answer to a query that a device may refuse once in a while; empty when it does again."""
    for _ in range(2):
        with suppress(Refused):
            return text_of((yield ask(code, name, data)))
    return ""
