"""Charges moved from one open bill to another: what part of a line goes, and what stays."""

from dataclasses import replace
from decimal import Decimal

from billing.money import EXACT, divide_half_up
from billing.pricing import refusals
from billing.pricing.bill import Bill
from billing.pricing.entries import BillModifier, Charge
from billing.pricing.modifiers import amount_of


class MoreThanCharged(refusals.Refusal):
    """More of a line was to be moved than stands on it."""

    code = "more_than_charged"

    def __init__(self, position: int, asked: Decimal, there: Decimal) -> None:
        super().__init__(f"{asked} of line {position} cannot be moved: {there} stands on it")
        self.position = position


class NothingLeft(refusals.Refusal):
    """All charges of a bill were to be moved away."""

    code = "nothing_left"

    def __init__(self) -> None:
        super().__init__("nothing would be left on the bill; join it with the other one instead")


class ModifierInTheWay(refusals.Refusal):
    """Two bills cannot become one while their own discounts differ."""

    code = "modifier_in_the_way"

    def __init__(self) -> None:
        super().__init__(
            "the bills have not the same discount or surcharge of their own; take it off before joining them"
        )


def part_line(bill: Bill, charge: Charge, qty: Decimal | None) -> tuple[Charge, Charge | None]:
    """Return what of ``charge`` goes and what stays; None: nothing stays.

    A percent modifier is taken anew of each part; a fixed one is shared by quantity, and what one part
    rounds the other gets.

    Raises:
        MoreThanCharged: ``qty`` is more than the line has, or not above zero.
    """
    if qty is None or qty == charge.qty:
        return charge, None
    if not 0 < qty < charge.qty:
        raise MoreThanCharged(charge.position, qty, charge.qty)
    gone = _of(bill, charge, qty, None)
    return gone, _of(bill, charge, charge.qty - qty, charge.amount - gone.amount)


def _of(bill: Bill, charge: Charge, qty: Decimal, fixed: int | None) -> Charge:
    """Return ``qty`` of ``charge``; ``fixed`` is its share of a fixed modifier where that is known."""
    gross = bill.currency.to_minor(EXACT.multiply(qty, charge.price))
    modifier = charge.modifier
    if modifier is None:
        return replace(charge, qty=qty, gross=gross)
    if modifier.kind == "percent":
        return replace(charge, qty=qty, gross=gross, amount=amount_of(modifier, gross, bill.currency))
    share = divide_half_up(charge.amount * int(qty * 1000), int(charge.qty * 1000))
    amount = max(share if fixed is None else fixed, -gross)
    value = replace(modifier, value=bill.currency.from_minor(amount))
    return replace(charge, qty=qty, gross=gross, amount=amount, modifier=value if amount else None)


def judge_join(into: BillModifier | None, other: BillModifier | None) -> None:
    """Judge whether two bills with these modifiers of their own can become one.

    Raises:
        ModifierInTheWay: the discount of one would reach the charges of the other.
    """
    if (into and into.modifier) != (other and other.modifier) or (into and into.modifier.kind == "fixed"):
        raise ModifierInTheWay
