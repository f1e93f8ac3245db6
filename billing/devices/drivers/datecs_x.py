"""Datecs X: FP-700X, FMP-350X, FMP-55X, WP-500X, WP-50X, DP-25X, DP-150X and their later kin.

Source: Datecs X (protocols/datecs-x.md), whose sections are named beside what follows them. An answer has
two channels: the first field of its data says what became of the command, the status bytes how the printer
is. The data decide. What the device tells stands in ``datecs_x_reading``, its way of writing in
``datecs_x_words``.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import ClassVar, Final
from zoneinfo import ZoneInfo

from billing.devices.capabilities import Capabilities
from billing.devices.drivers.datecs_c import SPOKEN
from billing.devices.drivers.datecs_clients import shape_client
from billing.devices.drivers.datecs_errors import CARD_UNKNOWN
from billing.devices.drivers.datecs_x_reading import DatecsXReading
from billing.devices.drivers.datecs_x_tables import PLU_MOST
from billing.devices.drivers.datecs_x_words import (
    CLIENT_LIMITS,
    SUMMER,
    amount,
    change,
    client_fields,
    query,
    report,
    say,
    values,
)
from billing.devices.faults import Fault, Refused
from billing.devices.shaping import Shaped
from billing.devices.standing import Figures, Paid, Standing
from billing.devices.talk import Command, Repeat, Talk
from billing.devices.wording import decimals, wrap
from billing.documents import (
    REVERSALS,
    CashMovement,
    Client,
    CreditNote,
    Document,
    Duplicate,
    Invoice,
    Modifier,
    PaymentCategory,
    PaymentLine,
    PeriodReport,
    Reversal,
    ReversalReason,
    SaleDocument,
    SaleLine,
    Slip,
    XReport,
    ZReport,
)

PAYMENTS: Final[Mapping[PaymentCategory, str]] = {
    PaymentCategory.CASH: "0",
    PaymentCategory.CARD: "1",
    PaymentCategory.CHECK: "3",
    PaymentCategory.EXT_COUPONS: "4",
    PaymentCategory.COUPONS: "5",
}
"""Section 6, 53; with a card terminal ``payment.card=2``."""

TERMINAL_MODE: Final = "2"
REASONS: Final[Mapping[ReversalReason, str]] = {
    ReversalReason.OPERATOR_ERROR: "0",
    ReversalReason.REFUND: "1",
    ReversalReason.TAX_BASE_REDUCTION: "2",
}
SOFIA: Final = ZoneInfo("Europe/Sofia")


@dataclass(frozen=True)
class DatecsX(DatecsXReading):
    """The X dialect."""

    name: ClassVar[str] = "datecs-x"
    models: ClassVar[str] = "Datecs FP-700X, FMP-350X, FMP-55X, WP-500X, WP-50X, DP-25X, DP-150X"
    default_password: ClassVar[str] = "0000"  # noqa: S105 the factory's for printers; see ``open``

    def capabilities(self) -> Capabilities:
        """Return the family's limits; 42 columns are narrow enough for all but FMP-55X (section 10)."""
        columns = self.settings.columns or 42
        return Capabilities(
            columns=columns,
            text_width=72,
            comment_width=columns - 2,
            slip_width=columns - 2,
            payments={**PAYMENTS, **self.settings.payments},
            price_max=Decimal("9999999.99"),
            quantity_max=Decimal("999999.999"),
            percent_max=Decimal("99.99"),
            units=True,
            departments=range(1, 100),
            plus=range(1, PLU_MOST + 1),
            plu_name=72,
            reversal_reasons=REASONS,
            invoices=True,
            credit_notes=True,
        )

    def check(self, document: Document) -> Shaped:
        """Return ``document`` shaped; a reversal pays each kind of money back in one payment (6, 53)."""
        shaped = shape_client(super().check(document), CLIENT_LIMITS)
        if not isinstance(shaped.document, Reversal | CreditNote):
            return shaped
        sums: dict[PaymentCategory, Decimal] = {}
        for payment in shaped.document.payments:
            sums[payment.category] = sums.get(payment.category, Decimal(0)) + payment.amount
        payments = tuple(PaymentLine(category=kind, amount=total) for kind, total in sums.items())
        return replace(shaped, document=shaped.document.model_copy(update={"payments": payments}))

    # -- a sale, in this order -------------------------------------------------------------------------------

    def open(self, document: SaleDocument) -> Talk[None]:
        """Open with 48 or 43.

        The factory gives printers the password 0000 and registers the operator's number: where nobody named
        one, the other is tried after the first is refused.
        """
        operator, password = self.operator_of(document)
        named = document.operator.password or self.settings.password
        season = ""
        if isinstance(document, REVERSALS):
            season = yield from self._season(document.original.date_time)
        try:
            values((yield self._opening(document, operator, password, season)))
        except Refused as refused:
            if named or refused.fault is not Fault.PASSWORD:
                raise
            values((yield self._opening(document, operator, operator, season)))

    def _season(self, moment: datetime) -> Talk[str]:
        """Return what follows a time of summer on a device whose own clock shows that it is (section 12)."""
        shown = ""
        with suppress(Refused):
            shown = values((yield query(62, "clock")))[0]
        return f" {SUMMER}" if shown.endswith(SUMMER) and moment.replace(tzinfo=SOFIA).dst() else ""

    def _opening(self, document: SaleDocument, operator: str, password: str, season: str) -> Command:
        till, own = str(self.settings.till), document.unique_sale_number
        secrets = (password.encode("cp1251"),)
        if not isinstance(document, REVERSALS):
            invoice = "I" if isinstance(document, Invoice) else ""
            number = [own] if own else []
            return say(48, "open the receipt", operator, password, *number, till, invoice, secrets=secrets)
        original = document.original
        credit = ["", "", ""]
        if isinstance(document, CreditNote):
            credit = ["I", document.invoice_number, SPOKEN[document.reason]]
        fields = [
            *(operator, password, till, REASONS[document.reason], original.document_number),
            f"{original.date_time:%d-%m-%y %H:%M:%S}{season}",
            *(original.fiscal_memory_number, *credit, original.unique_sale_number or own),
        ]
        return say(43, "open the receipt", *fields, secrets=secrets)

    def sell(self, line: SaleLine) -> Talk[None]:
        """Sell with 49: the tax group is a digit, no department is 0, the unit an eighth field.

        A programmed article is sold with 58, at the price the line names.
        """
        price, qty = decimals(line.price, 2, 2), decimals(line.qty, 3, 3)
        if line.plu:
            values((yield say(58, "sell the article", str(line.plu), qty, price, *change(line.modifier))))
            return
        sold = [line.text, str(line.tax_group), price, qty, *change(line.modifier), str(line.department or 0)]
        values((yield say(49, "sell", *sold, *([line.unit[:6]] if line.unit else []))))

    def comment(self, text: str) -> Talk[None]:
        """Print a line with 54."""
        return self._line(54, "comment", text)

    def _line(self, code: int, name: str, text: str) -> Talk[None]:
        """Print ``text`` without any of the five looks; on paper narrower than was thought, in parts."""
        try:
            values((yield say(code, name, text, *[""] * 5)))
        except Refused:
            width = int((yield from self._maybe("PrintColumns")) or 0) - 2
            if not 0 < width < len(text):
                raise
            for part in wrap(text, width):
                values((yield say(code, name, part, *[""] * 5)))

    def modify(self, modifier: Modifier) -> Talk[None]:
        """Change the whole receipt with a printed subtotal, 51; the device spreads it over the groups."""
        values((yield say(51, "change the bill", "1", "0", *change(modifier))))

    def subtotal(self) -> Talk[Decimal]:
        """Return the sum that 76 tells; it only reads."""
        return amount(values((yield query(76, "open receipt")))[3])

    def recount(self) -> Talk[Decimal]:
        """Return the sum of 51 without print, display or modifier."""
        return amount(values((yield query(51, "subtotal", "0", "0", "", "")))[1])

    def pay(self, payment: PaymentLine) -> Talk[Paid]:
        """Pay with 53: D tells what is still due (0.00 when nothing is), R the change.

        A card that may have been charged although the receipt does not know is kept with 55 ``13``.
        """
        mode = self.capabilities().payments[payment.category]
        limit_s = 120.0 if mode == TERMINAL_MODE else 10.0
        said = (mode, decimals(payment.amount, 2, 2), "")
        try:
            status, rest = values((yield say(53, "pay", *said, repeat=Repeat.ONCE, limit_s=limit_s)))[:2]
        except Refused as refused:
            if refused.maker_code != str(CARD_UNKNOWN):
                raise
            values((yield say(55, "keep the card payment", "13", "1", repeat=Repeat.ONCE, limit_s=120)))
            standing = yield from self.standing()
            return Paid((standing.subtotal or Decimal(0)) - (standing.paid or Decimal(0)))
        if status not in {"D", "R"}:
            raise ValueError("an answer to a payment says D or R")
        return Paid(amount(rest)) if status == "D" else Paid(Decimal(0), amount(rest))

    def finish(self, document: SaleDocument) -> Talk[None]:
        """Close with 56; the client of an invoice goes before, once (57)."""
        refused = None
        if isinstance(document, Invoice | CreditNote):
            try:
                values((yield say(57, "client of the invoice", *client_fields(document.client))))
            except Refused as error:
                # After a lost answer they may be in already, and are taken only once: the close tells.
                refused = error
        try:
            values((yield say(56, "close the receipt", limit_s=30)))
        except Refused as error:
            raise refused or error from None

    def cancel(self) -> Talk[None]:
        """Cancel with 60; the device takes that only before any payment."""
        values((yield say(60, "cancel the receipt")))

    def pay_rest(self, standing: Standing) -> Talk[None]:
        """Pay exactly what is left in cash and close."""
        due = (standing.subtotal or Decimal(0)) - (standing.paid or Decimal(0))
        if due > 0:
            said = ("0", decimals(due, 2, 2), "")
            values((yield say(53, "pay the rest in cash", *said, repeat=Repeat.ONCE)))
        try:
            values((yield say(56, "close the receipt", limit_s=30)))
        except Refused:
            # Somebody's invoice: it closes only with a client, whose blank fields are filled in by hand.
            client = client_fields(Client(number="000000000"))
            values((yield say(57, "client of the invoice", *client)))
            values((yield say(56, "close the receipt", limit_s=30)))

    # -- the rest ------------------------------------------------------------------------------------------

    def open_slip(self, document: Slip) -> Talk[None]:
        """Open a service receipt with 38."""
        del document
        values((yield say(38, "open a service receipt")))

    def slip_line(self, text: str) -> Talk[None]:
        """Print a line with 42."""
        return self._line(42, "text", text)

    def end_slip(self) -> Talk[None]:
        """Close the service receipt with 39."""
        values((yield say(39, "close the service receipt")))

    def cash(self, document: CashMovement) -> Talk[None]:
        """Register cash with 70: 0 in, 1 out; more out than there is comes back as a code."""
        way = "0" if document.amount > 0 else "1"
        values((yield say(70, "cash", way, decimals(abs(document.amount), 2, 2), repeat=Repeat.ONCE)))

    def x_report(self, document: XReport) -> Talk[Figures]:
        """Print an X with 69; its number is the one the next Z will get."""
        del document
        return report((yield say(69, "X report", "X", repeat=Repeat.ONCE, limit_s=120)), "next_z_number")

    def z_report(self, document: ZReport) -> Talk[Figures]:
        """Print a Z with 69."""
        del document
        return report((yield say(69, "Z report", "Z", repeat=Repeat.ONCE, limit_s=120)), "z_number")

    def period_report(self, document: PeriodReport) -> Talk[None]:
        """Print from fiscal memory: 94 by date, 95 by Z number; always both ends."""
        kind = "1" if document.detailed else "0"
        if document.from_date is not None and document.to_date is not None:
            said = (94, f"{document.from_date:%d-%m-%y}", f"{document.to_date:%d-%m-%y}")
        else:
            said = (95, str(document.from_number), str(document.to_number))
        values((yield say(said[0], "period report", kind, *said[1:], limit_s=300)))

    def duplicate(self, document: Duplicate) -> Talk[None]:
        """Print the last receipt once more with 109."""
        del document
        values((yield say(109, "duplicate", repeat=Repeat.ONCE)))

    def drawer(self) -> Talk[None]:
        """Open the drawer with 106, which not every model has."""
        values((yield say(106, "open the drawer", "")))

    def show(self, upper: str, lower: str) -> Talk[None]:
        """Show two lines of up to 20 characters with 47 and 35."""
        values((yield say(47, "upper display line", upper[:20])))
        values((yield say(35, "lower display line", lower[:20])))

    def feed(self, lines: int) -> Talk[None]:
        """Move the paper by 1 to 99 lines with 44."""
        values((yield say(44, "feed paper", str(lines))))

    def cut(self) -> Talk[None]:
        """Cut the paper with 46, which only FP-700X has."""
        values((yield say(46, "cut paper")))

    def set_clock(self, to: datetime) -> Talk[None]:
        """Set the time; the device refuses one before its last record."""
        season = yield from self._season(to)
        values((yield say(61, "set the clock", f"{to:%d-%m-%y %H:%M:%S}{season}")))
