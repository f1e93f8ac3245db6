"""Tremol: registers and fiscal printers that speak ZFP, with twelve payments (KL) or five (V2).

Source: Tremol ZFP (protocols/tremol-zfp.md), whose sections are named beside what follows them. The protocol
does not promise that a repeated frame is answered from memory, so nothing that changes the device is ever
sent again: the device is asked. It does not tell a receipt by its sale number; the document number decides.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import ClassVar

from billing.devices.capabilities import Capabilities
from billing.devices.drivers.tremol_reading import TremolReading
from billing.devices.drivers.tremol_replies import (
    OPENED,
    amount,
    fields_of,
    say,
    subtotal_in,
    text_of,
    told,
)
from billing.devices.drivers.tremol_requests import change, opening, sale
from billing.devices.drivers.tremol_shaping import (
    PASSWORD_WIDTH,
    VersionMistake,
    client_warnings,
    refuse_large_amounts,
    refuse_unsayable,
    spread,
    without_marks,
)
from billing.devices.drivers.tremol_tables import (
    DUPLICATED,
    FISCAL_OPEN,
    KL,
    REASONS,
    SLIP_OPEN,
    STATUS,
    V2,
    VERSIONS,
    fault_of,
    payment_words,
)
from billing.devices.faults import DocumentRefused, Refused
from billing.devices.frames.zfp import ZfpCodec
from billing.devices.link import LinkLimits
from billing.devices.shaping import Shaped
from billing.devices.standing import Counters, Figures, Health, Identity, Opened, Paid, Standing
from billing.devices.status import health
from billing.devices.talk import Command, Repeat, Reply, Talk, ask
from billing.devices.wording import decimals
from billing.documents import (
    CashMovement,
    Document,
    Modifier,
    PaymentCategory,
    PaymentLine,
    SaleDocument,
    SaleLine,
    Slip,
    XReport,
    ZReport,
)


@dataclass(frozen=True)
class Tremol(TremolReading):
    """The ZFP dialect.

    Its own options: ``version=kl`` or ``version=v2`` saves asking the device which payments it has;
    ``network_password`` opens a device on a network that has one.
    """

    name: ClassVar[str] = "tremol"
    models: ClassVar[str] = "Tremol A19Plus, S21, S25, M20, M23, SB, FP15, FP24, FP-28, KL V2"
    limits: ClassVar[LinkLimits] = LinkLimits(reply_s=0.8, pause_s=0.2, busy_s=300.0)
    options: ClassVar[frozenset[str]] = frozenset({"version", "network_password"})
    usual: ClassVar[Mapping[PaymentCategory, str]] = KL
    """The payments taken for granted before the device is asked."""
    default_password: ClassVar[str] = "0000"  # noqa: S105 the maker's factory setting, printed in its manual
    cash_asks_password: ClassVar[bool] = True

    def __post_init__(self) -> None:
        """Refuse a version that there is none of."""
        if self._version not in {"", *VERSIONS}:
            raise VersionMistake(self._version)

    @property
    def _version(self) -> str:
        return self.settings.rest.get("version", "").lower()

    @property
    def _network_password(self) -> str:
        return self.settings.rest.get("network_password", "")

    def codec(self) -> ZfpCodec:
        """Return the ZFP frame."""
        return ZfpCodec(locked=bool(self._network_password))

    def capabilities(self) -> Capabilities:
        """Return the limits; the paper is taken for 32 characters wide unless ``columns`` says more (13)."""
        columns = self.settings.columns or 32
        return Capabilities(
            columns=columns,
            text_width=34,
            comment_width=columns - 2,
            slip_width=columns - 2,
            payments={**VERSIONS.get(self._version, self.usual), **self.settings.payments},
            departments=range(1, 20),
            plus=range(1, 100_000),
            plu_name=34,
            operator_codes=range(1, 21),
            reversal_reasons=REASONS,
            invoices=True,
            credit_notes=True,
        )

    def check(self, document: Document) -> Shaped:
        """Return ``document`` shaped, its field marks replaced and its bill's amount in one tax group."""
        refuse_unsayable(document)
        if not isinstance(document, SaleDocument):
            return super().check(document)
        refuse_large_amounts(document)
        clean, warnings = without_marks(document)
        shaped = super().check(clean)
        sale = shaped.document
        if isinstance(sale, SaleDocument):
            sale = spread(sale)
            refuse_large_amounts(sale)
            warnings += client_warnings(sale)
        return replace(shaped, document=sale, warnings=(*shaped.warnings, *warnings))

    def judge(self, command: Command, reply: Reply) -> Refused | None:
        """Return what the two characters of an acknowledgement refuse; only ``00`` is done (section 4)."""
        if reply.code is not None or reply.data == b"00":
            return None
        errors = reply.data.decode("latin-1")
        return Refused(fault_of(errors), command.name, errors)

    def health(self, status: bytes) -> Health:
        """Return the faults and warnings of the seven status bytes."""
        return health(STATUS, status)

    # -- connecting and asking ------------------------------------------------------------------------------

    def wake(self) -> Talk[None]:
        """Read the status: until then a device whose power was cut answers nothing else (section 7)."""
        password = self._network_password
        line = f"{password}\n".encode("cp1251", "replace") if password else b""
        with suppress(Refused):
            yield replace(ask(0x20, "status", line), secrets=(line[:-1],))

    def identify(self) -> Talk[Identity]:
        """Return the numbers of 60h, and model and firmware of 21h."""
        numbers = yield from fields_of(ask(0x60, "device numbers"))
        try:
            version = yield from fields_of(ask(0x21, "version"))
        except Refused:
            version = []
        model, firmware = (*version[3:5], "", "")[:2]
        return Identity(numbers[0], numbers[1], model, firmware)

    def standing(self) -> Talk[Standing]:
        """Return the open bits, the last issued number, and the day's turnover or the receipt's sums."""
        status = (yield ask(0x20, "status")).status
        number = yield from self._number()
        standing = Standing(last_document=number, health=self.health(status))
        if SLIP_OPEN.up(status):
            return replace(standing, opened=Opened.SLIP)
        if not FISCAL_OPEN.up(status):
            day = yield from told(self.day_sums())
            return replace(standing, turnover=None if day is None else day[8] + abs(day[17]))
        fields = yield from fields_of(ask(0x72, "open receipt"))
        if fields[0] == "0":
            return standing
        opened = OPENED.get(fields[11], Opened.RECEIPT)
        paid = yield from self._paid(fields)
        sums = replace(standing, sales=int(fields[1]), subtotal=subtotal_in(fields), paid=paid)
        # Even a payment of nothing makes 39h finish the receipt instead of cancelling it (section 7).
        return replace(sums, opened=opened, partly=fields[8] != "0")

    def _paid(self, fields: Sequence[str]) -> Talk[Decimal]:
        """Return what the open receipt of 72h ``fields`` was paid; what is above its sum is change."""
        if fields[8] == "0":
            return Decimal(0)
        total = subtotal_in(fields)
        if fields[9] == "1":
            return total
        payments = yield from fields_of(ask(0x72, "payments of the receipt", b"P"))
        return min(total, sum(map(amount, payments[2:]), Decimal(0)))

    def counters(self) -> Talk[Counters]:
        """Return the document number, the last Z number and the drawer's sums (71h, 73h, 6Eh)."""
        number = yield from self._number()
        z_number = yield from told(self._z_number())
        cash = yield from told(self._drawer(b"0", 1))
        cash_in = yield from told(self._drawer(b"2", -1))
        cash_out = yield from told(self._drawer(b"3", -1))
        duplicated = DUPLICATED.up((yield ask(0x20, "status")).status)
        return Counters(number, z_number, cash, cash_in, cash_out, duplicated)

    def _number(self) -> Talk[int]:
        return int(text_of((yield from say(ask(0x71, "last document number")))))

    def _z_number(self) -> Talk[int]:
        return int((yield from fields_of(ask(0x73, "last Z record")))[1])

    def _drawer(self, which: bytes, place: int) -> Talk[Decimal]:
        return amount((yield from fields_of(ask(0x6E, "cash sums", which)))[place])

    def mapping(self) -> Talk[Mapping[PaymentCategory, str]]:
        """Return the device's number of each category: the address', else as the device says (64h)."""
        if self._version:
            return self.capabilities().payments
        found = payment_words((yield from say(ask(0x64, "payments"))).data.rstrip(b";").split(b";"))
        return {**found, **self.settings.payments}

    # -- a sale, in this order -------------------------------------------------------------------------------

    def open(self, document: SaleDocument) -> Talk[None]:
        """Open with 30h, printed step by step: postponed printing ends a slow receipt by itself (section 7).

        Raises:
            DocumentRefused: the device has no number for a payment's category; nothing was opened.
        """
        if any(payment.category is not PaymentCategory.CASH for payment in document.payments):
            words = yield from self.mapping()
            for place, payment in enumerate(document.payments):
                if payment.category not in words:
                    known = ", ".join(sorted(words))
                    raise DocumentRefused(
                        f"$.payments[{place}].category", f"{payment.category} found, the device has {known}"
                    )
        data = ";".join([*self._credentials(document), *opening(document)])
        yield from say(self._with_password(0x30, data, "open the receipt", document))

    def _credentials(self, document: Document) -> list[str]:
        operator, password = self.operator_of(document)
        return [operator, password.ljust(PASSWORD_WIDTH)]

    def _with_password(
        self, code: int, data: str, name: str, document: Document, repeat: Repeat = Repeat.UNSAFE
    ) -> Command:
        secret = self.operator_of(document)[1].encode("cp1251", "replace")
        return Command(code, data.encode("cp1251", "replace"), name, repeat, secrets=(secret,))

    def sell(self, line: SaleLine) -> Talk[None]:
        """Sell with 31h, which states tax group and department (34h would lose the group); a PLU with 32h."""
        if line.plu is not None:
            yield from self.sell_plu(line.plu, line)
            return
        yield from say(Command(0x31, sale(line), "sell"))

    def comment(self, text: str) -> Talk[None]:
        """Print free text with 37h."""
        yield from say(Command(0x37, (text or " ").encode("cp1251", "replace"), "comment"))

    def modify(self, modifier: Modifier) -> Talk[None]:
        """Change the whole receipt with a printed subtotal, 33h; a percentage is spread over the groups."""
        yield from say(Command(0x33, ("1;0" + change(modifier)).encode(), "change the bill"))

    def subtotal(self) -> Talk[Decimal]:
        """Return the sum of 33h, neither printed nor shown."""
        return amount(text_of((yield from say(ask(0x33, "subtotal", b"0;0")))))

    def recount(self) -> Talk[Decimal]:
        """Return the sum of the tax groups in 72h."""
        return subtotal_in((yield from fields_of(ask(0x72, "open receipt"))))

    def pay(self, payment: PaymentLine) -> Talk[Paid]:
        """Pay with 35h, whose acknowledgement tells neither rest nor change; the close refuses a rest (52).

        Cash is given with change; anything else is no more than what is due, and asks for none.
        """
        cash = payment.category is PaymentCategory.CASH
        words = self.capabilities().payments if cash else (yield from self.mapping())
        option = "0" if cash else "1"
        said = f"{words[payment.category]};{option};{decimals(payment.amount, 2, 2)}"
        yield from say(Command(0x35, said.encode(), "pay", Repeat.ONCE))
        return Paid(None, None)

    def finish(self, document: SaleDocument) -> Talk[None]:
        """Close with 38h; a reversal too was paid before, for the device closes none without (FP-28)."""
        del document
        yield from say(Command(0x38, b"", "close the receipt", limit_s=30))

    def cancel(self) -> Talk[None]:
        """Cancel with 39h; never after a payment, which it would finish (section 7)."""
        yield from say(Command(0x39, b"", "cancel the receipt"))

    def pay_rest(self, standing: Standing) -> Talk[None]:
        """Pay exactly what is left in cash and close."""
        if standing.subtotal is None or standing.paid is None or standing.paid < standing.subtotal:
            yield from say(Command(0x35, b'0;0;"', "pay the rest in cash", Repeat.ONCE))
        yield from say(Command(0x38, b"", "close the receipt", limit_s=30))

    # -- the rest ------------------------------------------------------------------------------------------

    def open_slip(self, document: Slip) -> Talk[None]:
        """Open a non-fiscal receipt with 2Eh, printed step by step."""
        data = ";".join([*self._credentials(document), "0", "0"])
        yield from say(self._with_password(0x2E, data, "open a service receipt", document))

    def slip_line(self, text: str) -> Talk[None]:
        """Print a line with 37h, which wants at least one character."""
        yield from self.comment(text)

    def end_slip(self) -> Talk[None]:
        """Close the non-fiscal receipt with 2Fh."""
        yield from say(Command(0x2F, b"", "close the service receipt"))

    def cash(self, document: CashMovement) -> Talk[None]:
        """Register cash with 3Bh; out of the drawer with a minus."""
        data = ";".join([*self._credentials(document), "0", decimals(document.amount, 2, 2)])
        yield from say(self._with_password(0x3B, data, "cash", document, Repeat.ONCE))

    def x_report(self, document: XReport) -> Talk[Figures]:
        """Print an X with 7Ch, and read the day's registers."""
        del document
        figures = yield from self.sums_told()
        yield from say(Command(0x7C, b"X", "X report", Repeat.ONCE, limit_s=120))
        return Figures(figures)

    def z_report(self, document: ZReport) -> Talk[Figures]:
        """Print a Z with 7Ch; the registers are read before, for it sets them to zero (section 9)."""
        del document
        figures = yield from self.sums_told()
        yield from say(Command(0x7C, b"Z", "Z report", Repeat.ONCE, limit_s=180))
        number = yield from told(self._z_number())
        return Figures(figures if number is None else {**figures, "z_number": str(number)})


@dataclass(frozen=True)
class TremolV2(Tremol):
    """The same for an older device brought up to date, which has five payments (section 8)."""

    name: ClassVar[str] = "tremol-v2"
    models: ClassVar[str] = "Tremol whose model ends in V2 (driver tremol finds that out by itself)"
    usual: ClassVar[Mapping[PaymentCategory, str]] = V2
