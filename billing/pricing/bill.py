"""A bill in memory: takes lines one by one, keeps running totals, and never changes on a refused line.

The same code prices text without a store and a bill that is kept: a store restores a bill from its entries,
enters lines and writes what ``Entered`` names. A line costs the same whatever came before it. Nothing here
reads a clock, a store or a device.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Final, Self, assert_never

from billing.parser.lines import ChargeLine, CommentLine, Line, ModifierLine, OperatorLine, PaymentLine
from billing.parser.mistakes import NumberMistake
from billing.parser.reader import check_decimals, read_line
from billing.pricing import refusals
from billing.pricing.entries import BillModifier, Charge, Comment, Entry, Payment
from billing.pricing.figures import Figures
from billing.pricing.lines import price_line
from billing.pricing.lookup import usable
from billing.pricing.nomenclature import Nomenclature
from billing.pricing.payments import Standing, take_payment
from billing.pricing.states import LIVE, Move, State, after

Reader = Callable[[str, int], Line | None]


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


class Bill(Figures):
    """One bill of one currency; positions of its entries count from 1 and are never used again.

    Attributes:
        rules: what the application chose.
        state: where the bill stands.
        operator: who works on it now (the last one named), or None.
        profile: who the invoice goes to, or None.
    """

    def __init__(self, shop: Nomenclature, rules: Rules = DEFAULT_RULES, operator: int | None = None) -> None:
        super().__init__(shop)
        self.rules = rules
        self.state = State.OPEN
        self.operator = operator
        self.profile: int | None = None

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
        """Return the bill that once stood as ``entries`` and ``state`` say.

        Args:
            shop: the nomenclature for lines still to come; the entries are taken as they are.
            entries: what stands on the bill, in order of position.
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
        bill.last_position = max(bill.last_position, last_position)
        return bill

    def enter_text(self, text: str, number: int = 1, read: Reader = read_line) -> Entered | None:
        """Read one line of text and enter it; an empty line changes nothing and gives None.

        Args:
            text: the line, without its line end.
            number: which line it is, from 1.
            read: what reads it; a register's own remembers what it read lately.

        Raises:
            TextMistake: the line cannot be read.
            Refusal: a rule refuses it; the bill is as it was.
        """
        try:
            line = read(text, number)
        except NumberMistake as mistake:
            if self.state not in LIVE:  # whether the bill is final is judged before the form of a number
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
            entry = self._entry_of(line)
        except refusals.Refusal as refusal:
            raise refusal.at(line.source) from None
        if entry is None:
            return Entered(None, self.state, finalised=False)
        self._add(entry)
        if isinstance(entry, Payment):
            self.state = after(self.state, Move.PAY)
            self.profile = self.profile if entry.profile is None else entry.profile
        finalised = self._settle()
        return Entered(entry, self.state, finalised)

    def remove(self, position: int) -> Entered:
        """Take a charge, a comment or the bill's modifier off again; ``entry`` is what went.

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
            self.judge_paid(self.lines_total - entry.total, self.modifier)
        elif isinstance(entry, BillModifier):
            self.judge_paid(self.lines_total, None)
        self._take_away(entry)
        self.state = state
        finalised = self._settle()
        return Entered(entry, self.state, finalised)

    def take_over(self, entry: Charge | Comment | BillModifier) -> Entry:
        """Put an entry of another bill on this one, at the next position; return it as it stands here.

        A charge takes the rate that this bill knows for its tax group.

        Raises:
            MoveRefused, Finalized: the bill is not open.
            SecondModifier: it has a modifier of its own already.
        """
        self.state = after(self.state, Move.TAKE_OVER)
        moved = replace(entry, position=self.last_position + 1, line=0)
        if isinstance(moved, Charge):
            moved = replace(moved, rate=self.rate_of(moved.tax_group, moved.rate))
        elif isinstance(moved, BillModifier) and self.modifier is not None:
            raise refusals.SecondModifier
        self._add(moved)
        return moved

    def withdraw(self, position: int) -> Payment:
        """Take a payment back and return it; without payments the bill is open again.

        Raises:
            UnknownEntry: no payment stands at ``position``.
            Finalized: the bill does not change any more.
        """
        if self.state not in LIVE:
            raise refusals.Finalized(self.state, Move.WITHDRAW)
        payment = self._payments.get(position)
        if payment is None:
            raise refusals.UnknownEntry(position, "payment")
        self.state = after(self.state, Move.EMPTY if len(self._payments) == 1 else Move.WITHDRAW)
        self._take_away(payment)
        self.profile = next((p.profile for p in self.payments if p.profile is not None), None)
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

    def _settle(self) -> bool:
        """Become final when balanced and paid, if the rules say so; return whether that happened."""
        if self._payments and self.rules.auto_finalise and self.due == 0:
            self.state = after(self.state, Move.FINALISE)
            return True
        return False

    def _entry_of(self, line: Line) -> Entry | None:
        """Return the entry that ``line`` makes; an operator line makes none and takes effect at once."""
        position = self.last_position + 1
        match line:
            case ChargeLine():
                return self._charge(line, position)
            case CommentLine():
                return Comment(position, line.text, self.operator, line.source.line)
            case ModifierLine():
                return self._bill_modifier(line, position)
            case PaymentLine():
                return self._payment(line, position)
            case OperatorLine():
                usable(self.shop.operator(line.operator), line.operator, refusals.UnknownOperator)
                self.operator = line.operator
                return None
            case _:
                assert_never(line)

    def _charge(self, line: ChargeLine, position: int) -> Charge:
        charge = price_line(line, self.shop, position, self.operator)
        self.judge_paid(self.lines_total + charge.total, self.modifier)
        rate = self.rate_of(charge.tax_group, charge.rate)
        return charge if rate == charge.rate else replace(charge, rate=rate)

    def _bill_modifier(self, line: ModifierLine, position: int) -> BillModifier:
        if self.modifier is not None:
            raise refusals.SecondModifier
        entry = BillModifier(position, line.modifier, line.text or "", self.operator, line.source.line)
        self.judge_paid(self.lines_total, entry)
        return entry

    def _payment(self, line: PaymentLine, position: int) -> Payment:
        due = self.due
        closes_zero = due == 0 and self.has_charges and not self._payments
        first = next(iter(self._payments.values()), None)
        standing = Standing(due, closes_zero, first, self.has_cash, self.profile, self.rules.strict)
        payment = take_payment(line, self.shop, standing, self.judge_total)
        return replace(payment, position=position, operator=self.operator)
