"""A line of bill text said in words: what it does, and which place gave its tax group, price and name."""

from typing import assert_never

from billing.parser.canonical import write_number
from billing.parser.lines import (
    ChargeLine,
    CommentLine,
    Line,
    ModifierLine,
    ModifierValue,
    OperatorLine,
    PaymentLine,
)
from billing.pricing import refusals
from billing.pricing.lookup import NOWHERE, name_of, named_by, payment_type_of, price_of, tax_group_of, usable
from billing.pricing.nomenclature import Nomenclature

Places = dict[str, tuple[str, str]]
"""What was found for each thing wanted, and the place that gave it."""


def say(line: Line) -> str:
    """Return what ``line`` does, in words."""
    match line:
        case OperatorLine():
            return f"operator {line.operator} works on the bill from here on"
        case CommentLine():
            return f"comment: {line.text}"
        case ModifierLine():
            return say_modifier(line.modifier, "the whole bill") + _named(line.text)
        case PaymentLine():
            return _payment(line)
        case ChargeLine():
            return _charge(line)
        case _:
            assert_never(line)


def say_modifier(modifier: ModifierValue, what: str) -> str:
    """Return ``discount of 10 % on the line``."""
    kind = "discount" if modifier.value < 0 else "surcharge"
    unit = " %" if modifier.kind == "percent" else ""
    return f"{kind} of {write_number(abs(modifier.value))}{unit} on {what}"


def _named(text: str | None) -> str:
    return "" if text is None else f', named "{text}"'


def _payment(line: PaymentLine) -> str:
    value = "all that is due" if line.value is None else write_number(line.value)
    kind = "the default payment type" if line.payment_type is None else f"payment type {line.payment_type}"
    invoice = "" if line.profile is None else f", and an invoice for profile {line.profile}"
    return f"payment of {value} with {kind}{invoice}"


def _charge(line: ChargeLine) -> str:
    qty = write_number(line.qty)
    if line.price is None:
        said = f"{qty} of PLU {line.plu} at its own price"
    else:
        price = write_number(line.price) + (f" {line.currency}" if line.currency else "")
        said = (
            f"{qty} of PLU {line.plu} at {price}" if line.plu is not None else f"charge of {qty} at {price}"
        )
    if line.department is not None:
        said += f", department {line.department}"
    if line.tax_group is not None:
        said += f", tax group {line.tax_group}"
    if line.modifier is not None:
        said += f", with a {say_modifier(line.modifier, 'the line')}"
    return said + _named(line.text)


def places_of(line: Line, shop: Nomenclature) -> Places:
    """Return what ``line`` finds in ``shop``, and where.

    Raises:
        Refusal: something that it names or needs cannot be used.
    """
    match line:
        case ChargeLine():
            named = named_by(line, shop)
            group, price, name = tax_group_of(named, shop), price_of(named, shop), name_of(named, shop)
            rate = f"{group.value.number} ({write_number(group.value.rate)} %)"
            places = {
                "tax group": (rate, group.place),
                "price": (write_number(price.value), price.place),
                "name": (name.value, name.place),
            }
            return {wanted: found for wanted, found in places.items() if found[1] != NOWHERE}
        case PaymentLine():
            kind = payment_type_of(line, shop)
            if line.profile is not None:
                usable(shop.profile(line.profile), line.profile, refusals.UnknownProfile)
            return {"payment type": (f"{kind.value.number} ({kind.value.name or ''})", kind.place)}
        case OperatorLine():
            operator = usable(shop.operator(line.operator), line.operator, refusals.UnknownOperator)
            return {"operator": (operator.name or "", "its number")}
        case CommentLine() | ModifierLine():
            return {}
        case _:
            assert_never(line)
