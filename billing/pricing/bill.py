"""A bill in memory: takes lines one by one, keeps running totals, and never changes on a refused line.

The same code prices text without a store and a bill that is kept: a store restores a bill from its entries,
enters lines and writes what ``Entered`` names. A line costs the same whatever came before it, except that a
payment looks at the other payments. Nothing here reads a clock, a store or a device.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final, Self

from billing.money import Currency
from billing.parser.lines import ChargeLine, CommentLine, Line, ModifierLine, OperatorLine, PaymentLine
from billing.parser.mistakes import NumberMistake
from billing.parser.reader import check_decimals, read_line
from billing.pricing import refusals
from billing.pricing.entries import BillModifier, Charge, Comment, Entry, Payment
from billing.pricing.lines import price_line
from billing.pricing.lookup import usable
from billing.pricing.modifiers import amount_of, spread
from billing.pricing.nomenclature import Nomenclature
from billing.pricing.payments import Standing, take_payment
from billing.pricing.states import LIVE, Move, State, after
from billing.pricing.tax import GroupTax, tax_of


@dataclass(frozen=True, slots=True)
class Rules:
    """What an application may choose: refuse overpaid cash (``strict``), be final at once when balanced."""

    strict: bool = False
    auto_finalise: bool = True


DEFAULT_RULES: Final = Rules()


@dataclass(frozen=True, slots=True)
class Entered:
    """What a line changed: ``entry`` is new on the bill, None for an operator line."""

    entry: Entry | None
    state: State
    finalised: bool
    """The line made the bill final."""


@dataclass(slots=True)
class _Group:
    """What one tax group holds: the line totals summed, how many charges, the rate of the first of them."""

    rate: Decimal
    total: int = 0
    count: int = 0


class Bill:
    """One bill of one currency; amounts are whole minor units of it.

    Attributes:
        state: where the bill stands.
        operator: who works on it now (the last one named), or None.
        profile: who the invoice goes to, or None.
        entries: what stands on it by position, in order; positions count from 1 and are never used again.
        gross: sum of the charges' gross amounts ("charges" of the totals).
        paid: sum of the payments.
    """

    def __init__(self, shop: Nomenclature, rules: Rules = DEFAULT_RULES, operator: int | None = None) -> None:
        self.shop = shop
        self.rules = rules
        self.currency: Currency = shop.currency
        self.state = State.OPEN
        self.operator = operator
        self.profile: int | None = None
        self.entries: dict[int, Entry] = {}
        self.gross = 0
        self.paid = 0
        self._last_position = 0
        self._discounts = 0
        self._surcharges = 0
        self._groups: dict[int, _Group] = {}
        self._payments: dict[int, Payment] = {}
        self._modifier: BillModifier | None = None

    @classmethod
    def restore(  # noqa: PLR0913 a stored bill is all of these
        cls,
        shop: Nomenclature,
        entries: Iterable[Entry],
        *,
        state: State,
        operator: int | None = None,
        profile: int | None = None,
        last_position: int = 0,
        rules: Rules = DEFAULT_RULES,
    ) -> Self:
        """Return the bill that once stood as ``entries`` (in order of position) and ``state`` say.

        Args:
            shop: the nomenclature for lines still to come; the entries are taken as they are.
            entries: what stands on the bill.
            state: where the bill stands.
            operator: who works on it.
            profile: who the invoice goes to.
            last_position: the highest position ever used, when it was removed since.
            rules: the application's choices.
        """
        bill = cls(shop, rules, operator)
        for entry in entries:
            bill._add(entry)
        bill.state = state
        bill.profile = profile
        bill._last_position = max(bill._last_position, last_position)
        return bill

    # What it amounts to

    @property
    def modifier(self) -> BillModifier | None:
        """The bill's own discount or surcharge."""
        return self._modifier

    @property
    def modifier_amount(self) -> int:
        """The amount of the bill's modifier on the line totals as they are now; 0 without one."""
        return self._modifier_on(self._lines_total)

    @property
    def discounts(self) -> int:
        """All amounts below zero, of the charges' modifiers and the bill's."""
        return self._discounts + min(self.modifier_amount, 0)

    @property
    def surcharges(self) -> int:
        """All amounts above zero, of the charges' modifiers and the bill's."""
        return self._surcharges + max(self.modifier_amount, 0)

    @property
    def total(self) -> int:
        """Gross, discounts and surcharges together; below zero only while lines are still coming."""
        lines = self._lines_total
        return lines + self._modifier_on(lines)

    @property
    def due(self) -> int:
        """What is still to be paid: total - paid."""
        return self.total - self.paid

    @property
    def balance(self) -> int:
        """Paid - total: below zero while something is due."""
        return self.paid - self.total

    @property
    def payments(self) -> tuple[Payment, ...]:
        """The payments in order."""
        return tuple(self._payments.values())

    @property
    def change(self) -> int:
        """Change of the cash payment, 0 without one."""
        return sum(payment.change or 0 for payment in self._payments.values())

    @property
    def has_charges(self) -> bool:
        """Whether anything is charged, be it at zero; comments are not."""
        return bool(self._groups)

    @property
    def last_position(self) -> int:
        """The highest position ever used; 0 on a new bill."""
        return self._last_position

    def shares(self) -> dict[int, int]:
        """Return what of the bill's modifier each tax group carries, by group number."""
        totals = {number: group.total for number, group in self._groups.items()}
        return spread(self.modifier_amount, totals, self.shop.default_tax_group)

    def tax(self) -> dict[int, GroupTax]:
        """Return the tax of every group on the bill, after spreading, in order of group number.

        Raises:
            Refusal: a bill without charges has a surcharge and there is no default tax group to take it.
        """
        shares = self.shares()
        taxes = {}
        for number in sorted({*self._groups, *shares}):
            group = self._groups.get(number) or _Group(self._default_rate())
            taxes[number] = tax_of(group.total + shares.get(number, 0), group.rate)
        return taxes

    # What can be asked of it

    def enter_text(self, text: str, number: int = 1) -> Entered | None:
        """Read one line of text and enter it; an empty line changes nothing and gives None.

        Args:
            text: the line, without its line break.
            number: which line it is, from 1.

        Raises:
            TextMistake: the line cannot be read.
            Refusal: a rule refuses it; the bill is as it was.
        """
        try:
            line = read_line(text, number)
        except NumberMistake as mistake:
            if self.state not in LIVE:  # "bill final" is judged before the form of a number
                raise refusals.Finalized(self.state).at(mistake.source) from None
            raise
        return None if line is None else self.enter(line)

    def enter(self, line: Line) -> Entered:
        """Enter one line: all of it, or nothing when a rule refuses it.

        Raises:
            Refusal: with the place of ``line`` (or of the bill's modifier for ``negative_total``).
            NumberMistake: a number has more decimals than the currency.
        """
        try:
            if self.state not in LIVE:
                raise refusals.Finalized(self.state)
            check_decimals(line, self.currency.exponent)
            entry = _ENTRIES[type(line)](self, line)
        except refusals.Refusal as refusal:
            raise refusal.at(line.source) from None
        if entry is None:
            return Entered(None, self.state, finalised=False)
        self._add(entry)
        if type(entry) is Payment:
            self.state = after(self.state, Move.PAY)
            self.profile = self.profile if entry.profile is None else entry.profile
        return Entered(entry, self.state, self._settle())

    def remove(self, position: int) -> Entered:
        """Take a charge, a comment or the bill's modifier off again and return what went.

        Raises:
            UnknownEntry: no such entry; a payment is withdrawn, not removed.
            Overpaid: less would remain than is paid.
            Finalized: the bill does not change any more.
        """
        state = after(self.state, Move.REMOVE)
        entry = self.entries.get(position)
        if entry is None or isinstance(entry, Payment):
            raise refusals.UnknownEntry(position, "charge, comment or modifier")
        if isinstance(entry, Charge):
            self._judge_paid(self._lines_total - entry.total, self._modifier)
        elif isinstance(entry, BillModifier):
            self._judge_paid(self._lines_total, None)
        self._take_away(entry)
        self.state = state
        return Entered(entry, self.state, self._settle())

    def withdraw(self, position: int) -> Payment:
        """Take a payment back and return it; without payments the bill is open again.

        Raises:
            UnknownEntry: no payment stands at ``position``.
            Finalized: the bill does not change any more.
        """
        last = len(self._payments) <= 1
        if self.state not in LIVE:
            raise refusals.Finalized(self.state, Move.WITHDRAW)
        payment = self._payments.get(position)
        if payment is None:
            raise refusals.UnknownEntry(position, "payment")
        self.state = after(self.state, Move.EMPTY if last else Move.WITHDRAW)
        self._take_away(payment)
        self.profile = next((p.profile for p in self._payments.values() if p.profile is not None), None)
        return payment

    def finalise(self, *, unpaid: bool = False) -> None:
        """Make a balanced bill final on request; ``unpaid`` lets a bill of zero go without a payment.

        Raises:
            StillDue: the bill is not balanced, or nothing was paid.
            NegativeTotal: the bill's discount is larger than the bill.
            Finalized: it is final already.
        """
        state = after(self.state, Move.FINALISE)
        self.judge_total()
        if self.due != 0 or not (self._payments or unpaid):
            raise refusals.StillDue(self.currency.from_minor(self.due))
        self.state = state

    def move(self, move: Move) -> State:
        """Make a move that changes the state alone (void, hand over, report, ...) and return the new state.

        Raises:
            Finalized, MoveRefused: the state does not allow it.
        """
        self.state = after(self.state, move)
        return self.state

    def judge_total(self) -> None:
        """Judge what may be wrong while lines are still coming, but not at the first payment or the end.

        Raises:
            NegativeTotal: the bill's discount is larger than the bill.
            TaxGroupMissing: the bill's surcharge has no tax group to go to.
        """
        modifier = self._modifier
        if modifier is None:
            return
        try:
            if self.total < 0:
                raise refusals.NegativeTotal(self.currency.from_minor(self.total))
            if not self._groups and self.modifier_amount:
                self._default_rate()
        except refusals.Refusal as refusal:
            refusal.line = modifier.line
            raise

    # How it keeps its sums

    @property
    def _lines_total(self) -> int:
        return self.gross + self._discounts + self._surcharges

    def _modifier_on(self, lines_total: int) -> int:
        if self._modifier is None:
            return 0
        return amount_of(self._modifier.modifier, lines_total, self.currency)

    def _default_rate(self) -> Decimal:
        number = self.shop.default_tax_group
        if number is None:
            raise refusals.TaxGroupMissing("the bill's surcharge", ("the default tax group",))
        return usable(self.shop.tax_group(number), number, refusals.UnknownTaxGroup).rate

    def _judge_paid(self, lines_total: int, modifier: BillModifier | None) -> None:
        """Refuse a change that would leave less to pay than is paid already."""
        if not self._payments:
            return
        change = amount_of(modifier.modifier, lines_total, self.currency) if modifier else 0
        if lines_total + change < self.paid:
            show = self.currency.from_minor
            raise refusals.Overpaid(show(self.paid), show(lines_total + change))

    def _settle(self) -> bool:
        """Become final when balanced and paid, if the rules say so; return whether that happened."""
        if self._payments and self.rules.auto_finalise and self.due == 0:
            self.state = after(self.state, Move.FINALISE)
            return True
        return False

    def _add(self, entry: Entry) -> None:
        self.entries[entry.position] = entry
        self._last_position = max(self._last_position, entry.position)
        self._count(entry, 1)

    def _take_away(self, entry: Entry) -> None:
        del self.entries[entry.position]
        self._count(entry, -1)

    def _count(self, entry: Entry, times: int) -> None:
        """Add ``entry`` to the sums (``times`` 1) or take it out of them (-1)."""
        if isinstance(entry, Charge):
            self.gross += times * entry.gross
            if entry.amount < 0:
                self._discounts += times * entry.amount
            else:
                self._surcharges += times * entry.amount
            group = self._groups.setdefault(entry.tax_group, _Group(entry.rate))
            group.total += times * entry.total
            group.count += times
            if group.count == 0:
                del self._groups[entry.tax_group]
        elif isinstance(entry, BillModifier):
            self._modifier = entry if times > 0 else None
        elif isinstance(entry, Payment):
            self.paid += times * entry.value
            if times > 0:
                self._payments[entry.position] = entry
            else:
                del self._payments[entry.position]

    # How a line becomes an entry; nothing is changed here but the operator

    def _operator(self, line: OperatorLine) -> None:
        usable(self.shop.operator(line.operator), line.operator, refusals.UnknownOperator)
        self.operator = line.operator

    def _charge(self, line: ChargeLine) -> Charge:
        charge = price_line(line, self.shop, self._last_position + 1, self.operator)
        self._judge_paid(self._lines_total + charge.total, self._modifier)
        group = self._groups.get(charge.tax_group)
        if group is not None and group.rate != charge.rate:  # one bill knows one rate of a group: its first
            charge = replace(charge, rate=group.rate)
        return charge

    def _comment(self, line: CommentLine) -> Comment:
        return Comment(self._last_position + 1, line.text, self.operator, line.source.line)

    def _bill_modifier(self, line: ModifierLine) -> BillModifier:
        if self._modifier is not None:
            raise refusals.SecondModifier
        place = self._last_position + 1
        entry = BillModifier(place, line.modifier, line.text or "", self.operator, line.source.line)
        self._judge_paid(self._lines_total, entry)
        return entry

    def _payment(self, line: PaymentLine) -> Payment:
        due = self.due
        closes_zero = due == 0 and self.has_charges and not self._payments
        standing = Standing(due, closes_zero, self.payments, self.profile, self.rules.strict)
        payment = take_payment(line, self.shop, standing, self.judge_total)
        return replace(payment, position=self._last_position + 1, operator=self.operator)


_ENTRIES: Final = {
    OperatorLine: Bill._operator,
    ChargeLine: Bill._charge,
    CommentLine: Bill._comment,
    ModifierLine: Bill._bill_modifier,
    PaymentLine: Bill._payment,
}
