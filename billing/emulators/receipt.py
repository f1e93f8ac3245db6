"""An open document of a device: the legal order of its steps and its arithmetic, the same for all families.

A family turns its commands into these calls and each ``Refused`` into its own error. Amounts are decimals
with two places, rounded half away from zero. Nothing here knows bytes, registers or paper.
"""

from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Final

from pydantic import BaseModel, Field

from billing.money import allocate

CENT: Final = Decimal("0.01")
ZERO: Final = Decimal("0.00")
GROUPS: Final = 8
CASH: Final = "cash"
"""The key of the payment that gives change and fills the drawer; other keys are the family's own."""


class Reason(StrEnum):
    """Why a step was refused; each family maps the word onto its own error."""

    ALREADY_OPEN = "already_open"
    NOT_OPEN = "not_open"
    AFTER_PAYMENT = "after_payment"
    PAID = "paid"
    NOT_PAID = "not_paid"
    CLIENT_MISSING = "client_missing"
    CLIENT_GIVEN = "client_given"
    NOT_INVOICE = "not_invoice"
    BAD_VALUE = "bad_value"
    BAD_GROUP = "bad_group"
    GROUP_DISABLED = "group_disabled"
    BELOW_ZERO = "below_zero"
    OVERFLOW = "overflow"
    TOO_MANY_LINES = "too_many_lines"
    TOO_MANY_PAYMENTS = "too_many_payments"
    CHANGE_NOT_ALLOWED = "change_not_allowed"
    NO_CASH = "no_cash"
    NO_SUCH = "no_such"
    BAD_PASSWORD = "bad_password"  # noqa: S105 a reason, not a secret
    LOCKED = "locked"
    NO_PAPER = "no_paper"
    NO_HEADER = "no_header"
    NOT_ALLOWED = "not_allowed"


class Refused(Exception):
    """A step that the device does not take; nothing was changed."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


class Kind(StrEnum):
    """What an open document is."""

    SALE = "sale"
    INVOICE = "invoice"
    REVERSAL = "reversal"
    CREDIT_NOTE = "credit-note"
    SLIP = "slip"


class Limits(BaseModel):
    """How much one document of a family holds."""

    lines: int = 512
    payments: int = 100
    line_amount: Decimal = Decimal("999999.99")
    total: Decimal = Decimal("99999999.99")


def cents(value: Decimal) -> Decimal:
    """Return ``value`` with two places, ties away from zero."""
    return value.quantize(CENT, rounding=ROUND_HALF_UP)


class Line(BaseModel):
    """One registered step: a sale (``correction`` takes one back), a modifier of the subtotal, or text."""

    kind: str
    """``sale``, ``correction``, ``modifier`` or ``text``."""
    text: str = ""
    price: Decimal = ZERO
    qty: Decimal = Decimal(1)
    group: int = 0
    department: int = 0
    plu: int = 0
    unit: str = ""
    percent: Decimal | None = None
    modifier: Decimal = ZERO
    """The signed amount of the modifier, below zero for a discount."""
    amount: Decimal = ZERO
    """What the line adds to the receipt, its modifier included."""


class Payment(BaseModel):
    """Money taken: the family's key, the amount given and the text of the line."""

    key: str
    amount: Decimal
    text: str = ""


class Original(BaseModel):
    """The document that a reversal takes back, as the client named it."""

    document: str = ""
    at: str = ""
    """As the client wrote it, in the family's own form."""
    fiscal_memory: str = ""
    unique_sale_number: str = ""
    invoice: str = ""
    note: str = ""


class Receipt(BaseModel):
    """A document that is open on the device; it survives a power cut as it stands."""

    kind: Kind = Kind.SALE
    operator: str = "1"
    till: str = ""
    unique_sale_number: str = ""
    opened_at: datetime | None = None
    reason: str = ""
    """Why a reversal is made: ``operator-error``, ``refund`` or ``tax-base-reduction``."""
    original: Original | None = None
    client: dict[str, str] | None = None
    invoice_number: str = ""
    lines: list[Line] = Field(default_factory=list)
    payments: list[Payment] = Field(default_factory=list)
    groups: list[Decimal] = Field(default_factory=lambda: [ZERO] * GROUPS)
    change: Decimal = ZERO
    change_key: str = CASH
    """The payment that the change is given in."""
    cancelled: bool = False
    limits: Limits = Field(default_factory=Limits)
    extra: dict[str, str] = Field(default_factory=dict)
    """What only one family keeps with an open document."""

    @property
    def is_fiscal(self) -> bool:
        """Whether it is anything but a slip."""
        return self.kind is not Kind.SLIP

    @property
    def is_reversal(self) -> bool:
        """Whether it takes an earlier document back."""
        return self.kind in {Kind.REVERSAL, Kind.CREDIT_NOTE}

    @property
    def is_invoice(self) -> bool:
        """Whether it needs the client's data before it is closed."""
        return self.kind in {Kind.INVOICE, Kind.CREDIT_NOTE}

    @property
    def total(self) -> Decimal:
        """The sum of all groups."""
        return sum(self.groups, ZERO)

    @property
    def paid(self) -> Decimal:
        """What was given so far."""
        return sum((payment.amount for payment in self.payments), ZERO)

    @property
    def due(self) -> Decimal:
        """What is still to be paid, zero or more."""
        return max(self.total - self.paid, ZERO)

    @property
    def is_paid(self) -> bool:
        """Whether a payment was made and nothing is due."""
        return bool(self.payments) and self.due == 0

    @property
    def sales(self) -> int:
        """How many sale steps it holds, corrections included."""
        return sum(line.kind in {"sale", "correction"} for line in self.lines)

    @property
    def discounts(self) -> list[Decimal]:
        """The discounts as amounts above zero; one that a correction took back is below zero."""
        return self._modified(-1)

    @property
    def surcharges(self) -> list[Decimal]:
        """The surcharges as amounts above zero; one that a correction took back is below zero."""
        return self._modified(1)

    @property
    def corrections(self) -> list[Decimal]:
        """The amounts that corrections took back, above zero."""
        return [-line.amount for line in self.lines if line.kind == "correction"]

    def add_text(self, text: str) -> None:
        """Add a line of free text; allowed until the document is closed."""
        self.lines.append(Line(kind="text", text=text))

    def sell(self, line: Line) -> Line:
        """Register a sale or a correction and return it with its amounts filled in.

        ``line`` names price, quantity, group and at most one of ``percent`` and a signed ``modifier`` amount.

        Raises:
            Refused: after a payment, for an unknown group, too many lines, a discount over the line's value,
                an overflow, or a correction that would bring a sum below zero.
        """
        self._must_sell()
        if self.sales >= self.limits.lines:
            raise Refused(Reason.TOO_MANY_LINES)
        if not 1 <= line.group <= GROUPS:
            raise Refused(Reason.BAD_GROUP)
        gross = cents(line.price * line.qty)
        modifier = cents(gross * line.percent / 100) if line.percent is not None else cents(line.modifier)
        if gross > self.limits.line_amount or gross + modifier > self.limits.line_amount:
            raise Refused(Reason.OVERFLOW)
        if gross + modifier < 0:
            raise Refused(Reason.BELOW_ZERO)
        sign = -1 if line.kind == "correction" else 1
        turned = (modifier, gross + modifier)
        if sign < 0:
            turned = (ZERO - modifier, ZERO - gross - modifier)  # a difference has no negative zero
        filled = line.model_copy(update={"modifier": turned[0], "amount": turned[1]})
        if sign < 0:
            self._can_correct(filled)
        self._add(line.group, filled.amount)
        self.lines.append(filled)
        return filled

    def modify(self, *, percent: Decimal | None = None, amount: Decimal | None = None) -> Decimal:
        """Modify the subtotal, spread over the groups by largest remainder, and return the signed amount.

        Raises:
            Refused: after a payment, without a sale, or for a discount over the subtotal.
        """
        self._must_sell()
        total = self.total
        value = cents(total * percent / 100) if percent is not None else cents(amount or ZERO)
        if total + value < 0 or total <= 0:
            raise Refused(Reason.BELOW_ZERO)
        if total + value > self.limits.total:
            raise Refused(Reason.OVERFLOW)
        shares = allocate(int(abs(value) * 100), [int(group * 100) for group in self.groups])
        sign = -1 if value < 0 else 1
        self.groups = [
            group + sign * Decimal(share).scaleb(-2) for group, share in zip(self.groups, shares, strict=True)
        ]
        self.lines.append(Line(kind="modifier", percent=percent, modifier=value, amount=value))
        return value

    def modify_last(self, *, percent: Decimal | None = None, amount: Decimal | None = None) -> Line:
        """Modify the last sale (families with a command of its own for that) and return the changed line.

        Raises:
            Refused: after a payment, when the last step is no unmodified sale, or for a discount over it.
        """
        self._must_sell()
        if not self.lines or self.lines[-1].kind != "sale" or self.lines[-1].modifier:
            raise Refused(Reason.NOT_ALLOWED)
        last = self.lines[-1]
        value = cents(last.amount * percent / 100) if percent is not None else cents(amount or ZERO)
        if last.amount + value < 0:
            raise Refused(Reason.BELOW_ZERO)
        self._add(last.group, value)
        changed = last.model_copy(
            update={"percent": percent, "modifier": value, "amount": last.amount + value}
        )
        self.lines[-1] = changed
        return changed

    def pay(self, key: str, amount: Decimal, *, text: str = "", may_exceed: bool = True) -> Decimal:
        """Take a payment and return the change to give (zero while something is due).

        Raises:
            Refused: when it is paid already, the amount is below zero, or there would be change that
                ``may_exceed`` forbids.
        """
        if not self.is_fiscal:
            raise Refused(Reason.NOT_OPEN)
        if self.is_paid:
            raise Refused(Reason.PAID)
        if amount < 0:
            raise Refused(Reason.BAD_VALUE)
        if len(self.payments) >= self.limits.payments:
            raise Refused(Reason.TOO_MANY_PAYMENTS)
        if amount > self.due and not may_exceed:
            raise Refused(Reason.CHANGE_NOT_ALLOWED)
        self.change = max(amount - self.due, ZERO)
        self.payments.append(Payment(key=key, amount=amount, text=text))
        return self.change

    def set_client(self, client: dict[str, str]) -> None:
        """Give the invoice its client.

        Raises:
            Refused: when it is no invoice, is not fully paid, or has its client already.
        """
        if not self.is_invoice:
            raise Refused(Reason.NOT_INVOICE)
        if not self.is_paid:
            raise Refused(Reason.NOT_PAID)
        if self.client is not None:
            raise Refused(Reason.CLIENT_GIVEN)
        self.client = client

    def may_close(self) -> None:
        """Check that the document may be closed.

        Raises:
            Refused: when it is not paid, or an invoice has no client.
        """
        if not self.is_fiscal:
            return
        if not self.is_paid:
            raise Refused(Reason.NOT_PAID)
        if self.is_invoice and self.client is None:
            raise Refused(Reason.CLIENT_MISSING)

    def may_cancel(self) -> None:
        """Check that the document may be cancelled.

        Raises:
            Refused: when a payment was made.
        """
        if self.payments:
            raise Refused(Reason.AFTER_PAYMENT)

    def money(self) -> dict[str, Decimal]:
        """Return what each payment key keeps: the amounts given, less the change."""
        kept: dict[str, Decimal] = {}
        for payment in self.payments:
            kept[payment.key] = kept.get(payment.key, ZERO) + payment.amount
        if self.change:
            kept[self.change_key] = kept.get(self.change_key, ZERO) - self.change
        return kept

    def _must_sell(self) -> None:
        if not self.is_fiscal:
            raise Refused(Reason.NOT_OPEN)
        if self.payments:
            raise Refused(Reason.AFTER_PAYMENT)

    def _can_correct(self, line: Line) -> None:
        if self.groups[line.group - 1] + line.amount < 0:
            raise Refused(Reason.BELOW_ZERO)
        standing = self.discounts if line.modifier > 0 else self.surcharges
        if abs(line.modifier) > sum(standing, ZERO):
            raise Refused(Reason.BELOW_ZERO)

    def _modified(self, sign: int) -> list[Decimal]:
        found = []
        for line in self.lines:
            turn = -1 if line.kind == "correction" else 1
            if line.modifier * turn * sign > 0:
                found.append(abs(line.modifier) * turn)
        return found

    def _add(self, group: int, amount: Decimal) -> None:
        if self.total + amount > self.limits.total:
            raise Refused(Reason.OVERFLOW)
        if self.groups[group - 1] + amount < 0:
            raise Refused(Reason.BELOW_ZERO)
        self.groups[group - 1] += amount
