"""The rules of a payment, in the order in which they are judged. Protocol semantics 6 and 9.

Whether the bill is still open and the form of the number are judged before; the total after the profile.
"""

from collections.abc import Callable
from dataclasses import dataclass

from billing.money import Currency
from billing.parser.lines import PaymentLine
from billing.pricing import refusals
from billing.pricing.entries import Payment
from billing.pricing.lookup import payment_type_of, usable
from billing.pricing.nomenclature import Nomenclature, PaymentType


@dataclass(frozen=True, slots=True)
class Standing:
    """What a payment meets: amounts in minor units, and what was paid before it."""

    due: int
    closes_zero: bool
    """The bill has a charge, a total of zero and no payment: one automatic payment of zero closes it."""
    first: Payment | None
    """The bill's first payment; the others must be of its kind."""
    has_cash: bool
    profile: int | None
    strict: bool


def take_payment(
    line: PaymentLine,
    shop: Nomenclature,
    standing: Standing,
    judge_total: Callable[[], None],
) -> Payment:
    """Return the payment that ``line`` makes, at position 0 and without an operator.

    Args:
        line: the payment as typed.
        shop: where its type and profile are looked up.
        standing: what the bill owes and was paid.
        judge_total: raises when the bill's total is not one that can be paid.

    Raises:
        Refusal: the first rule that the payment breaks.
    """
    if line.value is not None and line.value == 0:
        raise refusals.ZeroPayment
    kind = payment_type_of(line, shop).value
    if line.profile is not None:
        usable(shop.profile(line.profile), line.profile, refusals.UnknownProfile)
        if standing.profile not in {None, line.profile}:
            raise refusals.SecondProfile(line.profile, standing.profile or 0)
    judge_total()
    if standing.due <= 0 and not (standing.closes_zero and line.value is None):
        raise refusals.NothingDue
    _fits_others(kind, standing)
    given = standing.due if line.value is None else shop.currency.to_minor(line.value)
    value = _registered(given, kind, standing, shop.currency)
    return Payment(
        position=0,
        payment_type=kind.number,
        value=value,
        auto=line.value is None,
        cash=kind.cash,
        fiscal=kind.fiscal,
        model=kind.model,
        tendered=given if kind.cash else None,
        change=given - value if kind.cash else None,
        profile=line.profile,
        line=line.source.line,
    )


def _fits_others(kind: PaymentType, standing: Standing) -> None:
    """Refuse a second cash, another model and another fiscal status, in this order."""
    if kind.cash and standing.has_cash:
        raise refusals.SecondCash
    first = standing.first
    if first is not None and first.model != kind.model:
        raise refusals.MixedPaymentModel(kind.model, first.model)
    if first is not None and first.fiscal != kind.fiscal:
        raise refusals.MixedFiscal


def _registered(given: int, kind: PaymentType, standing: Standing, currency: Currency) -> int:
    """Return what of ``given`` pays the bill: cash gives change, anything else must not exceed the due."""
    if given <= standing.due:
        return given
    if kind.cash and not standing.strict:
        return standing.due
    raise refusals.Overpaid(currency.from_minor(given), currency.from_minor(standing.due))
