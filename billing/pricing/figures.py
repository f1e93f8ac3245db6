"""The figures of a bill: running sums over its entries, so that every total costs the same at any length.

Amounts are whole minor units of the bill's currency. Which entries may stand is decided in ``bill.py``.
Protocol semantics 7.4 to 7.6 and 9.
"""

from dataclasses import dataclass
from decimal import Decimal

from billing.money import Currency
from billing.pricing import refusals
from billing.pricing.entries import BillModifier, Charge, Entry, Payment
from billing.pricing.lookup import usable
from billing.pricing.modifiers import amount_of, spread
from billing.pricing.nomenclature import Nomenclature
from billing.pricing.tax import GroupTax, tax_of


@dataclass(slots=True)
class _Group:
    """What one tax group holds: the rate of its first charge, the line totals summed, how many charges."""

    rate: Decimal
    total: int = 0
    count: int = 0


class Figures:
    """What the entries of a bill amount to.

    Attributes:
        shop: the nomenclature; here only its default tax group is asked.
        currency: the bill's currency, fixed when the bill is made.
        entries: what stands on the bill by position, in order.
        gross: sum of the charges' gross amounts ("charges" of the totals).
        paid: sum of the payments.
        has_cash: whether one of the payments is cash.
        last_position: the highest position ever used; 0 on a new bill.
        modifier: the bill's own discount or surcharge, or None.
    """

    def __init__(self, shop: Nomenclature) -> None:
        self.shop = shop
        self.currency: Currency = shop.currency
        self.entries: dict[int, Entry] = {}
        self.gross = 0
        self.paid = 0
        self.has_cash = False
        self.last_position = 0
        self.modifier: BillModifier | None = None
        self._discounts = 0
        self._surcharges = 0
        self._groups: dict[int, _Group] = {}
        self._payments: dict[int, Payment] = {}

    @property
    def lines_total(self) -> int:
        """The charges with their own modifiers; what the bill's modifier is taken of."""
        return self.gross + self._discounts + self._surcharges

    @property
    def modifier_amount(self) -> int:
        """The amount of the bill's modifier on the line totals as they are now; 0 without one."""
        return self._modified(self.lines_total, self.modifier)

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
        return self.lines_total + self.modifier_amount

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

    def shares(self) -> dict[int, int]:
        """Return what of the bill's modifier each tax group carries, by group number."""
        totals = {number: group.total for number, group in self._groups.items()}
        return spread(self.modifier_amount, totals, self.shop.default_tax_group)

    def line_shares(self) -> dict[int, int]:
        """Return what of the bill's modifier each charge carries, by position, for devices that need it.

        Each group's share is spread over its charges by the same method, line order breaking ties.
        """
        shares = self.shares()
        groups: dict[int, list[Charge]] = {number: [] for number in shares}
        for entry in self.entries.values():
            if isinstance(entry, Charge) and entry.tax_group in groups:
                groups[entry.tax_group].append(entry)
        carried: dict[int, int] = {}
        for number, charges in groups.items():
            totals = {charge.position: charge.total for charge in charges}
            carried |= spread(shares[number], totals, None)
        return carried

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

    def rate_of(self, tax_group: int, otherwise: Decimal) -> Decimal:
        """Return the rate that this bill knows for a group, that of the group's first charge."""
        group = self._groups.get(tax_group)
        return otherwise if group is None else group.rate

    def judge_total(self) -> None:
        """Judge what may be wrong while lines are still coming, but not at the first payment or the end.

        Raises:
            NegativeTotal: the bill's discount is larger than the bill; at the modifier's line.
            TaxGroupMissing: the bill's surcharge has no tax group to go to; at the modifier's line.
        """
        if self.modifier is None:
            return
        try:
            if self.total < 0:
                raise refusals.NegativeTotal(self.currency.from_minor(self.total))
            if self.modifier_amount and not self._groups:
                self._default_rate()
        except refusals.Refusal as refusal:
            refusal.line = self.modifier.line
            raise

    def judge_paid(self, lines_total: int, modifier: BillModifier | None) -> None:
        """Judge a change after which the bill would have these line totals and this modifier.

        Raises:
            Overpaid: less would be asked than is paid already.
        """
        if not self._payments:
            return
        asked = lines_total + self._modified(lines_total, modifier)
        if asked < self.paid:
            raise refusals.Overpaid(self.currency.from_minor(self.paid), self.currency.from_minor(asked))

    def _modified(self, lines_total: int, modifier: BillModifier | None) -> int:
        return amount_of(modifier.modifier, lines_total, self.currency) if modifier else 0

    def _default_rate(self) -> Decimal:
        number = self.shop.default_tax_group
        if number is None:
            raise refusals.TaxGroupMissing("the bill's surcharge", ("the default tax group",))
        return usable(self.shop.tax_group(number), number, refusals.UnknownTaxGroup).rate

    def _add(self, entry: Entry) -> None:
        self.entries[entry.position] = entry
        self.last_position = max(self.last_position, entry.position)
        if isinstance(entry, Charge):
            self._count(entry, 1)
        elif isinstance(entry, BillModifier):
            self.modifier = entry
        elif isinstance(entry, Payment):
            self.paid += entry.value
            self.has_cash = self.has_cash or entry.cash
            self._payments[entry.position] = entry

    def _take_away(self, entry: Entry) -> None:
        del self.entries[entry.position]
        if isinstance(entry, Charge):
            self._count(entry, -1)
        elif isinstance(entry, BillModifier):
            self.modifier = None
        elif isinstance(entry, Payment):
            self.paid -= entry.value
            self.has_cash = self.has_cash and not entry.cash  # there is never more than one
            del self._payments[entry.position]

    def _count(self, charge: Charge, times: int) -> None:
        """Add a charge to the sums (``times`` 1) or take it out of them (-1)."""
        self.gross += times * charge.gross
        if charge.amount < 0:
            self._discounts += times * charge.amount
        else:
            self._surcharges += times * charge.amount
        group = self._groups.get(charge.tax_group)
        if group is None:
            group = self._groups[charge.tax_group] = _Group(charge.rate)
        group.total += times * charge.total
        group.count += times
        if not group.count:
            del self._groups[charge.tax_group]
