"""What one charge line costs: everything looked up, gross and modifier rounded. Semantics 7.2 and 7.3."""

from billing.money import EXACT, Currency
from billing.parser.lines import ChargeLine
from billing.pricing import refusals
from billing.pricing.entries import Charge
from billing.pricing.lookup import name_of, named_by, price_of, tax_group_of
from billing.pricing.modifiers import amount_of
from billing.pricing.nomenclature import Nomenclature


def price_line(line: ChargeLine, shop: Nomenclature, position: int, operator: int | None) -> Charge:
    """Return ``line`` as a charge in the shop's currency.

    Raises:
        Refusal: what the line names cannot be used, or its discount is larger than the charge.
    """
    named = named_by(line, shop)
    group = tax_group_of(named, shop).value
    price = price_of(named, shop).value
    currency: Currency = shop.currency
    gross = currency.to_minor(EXACT.multiply(line.qty, price))
    amount = amount_of(line.modifier, gross, currency) if line.modifier else 0
    if gross + amount < 0:
        raise refusals.NegativeLine(currency.from_minor(gross), currency.from_minor(amount))
    return Charge(
        position,
        name_of(named, shop).value,
        line.qty,
        price,
        gross,
        group.number,
        group.rate,
        line.modifier,
        amount,
        line.department,
        line.plu,
        named.plu.department if named.plu else None,
        operator,
        line.source.line,
    )
