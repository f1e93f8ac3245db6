"""The cascades of protocol semantics 8: who is asked, in which order, and what counts as found."""

from decimal import Decimal

import pytest

from billing.errors import BillingError
from billing.parser import ChargeLine, PaymentLine, read_line
from billing.pricing.lookup import name_of, named_by, payment_type_of, price_of, tax_group_of
from billing.pricing.tables import Tables


def charge(text: str) -> ChargeLine:
    line = read_line(text)
    assert isinstance(line, ChargeLine)
    return line


@pytest.mark.parametrize(
    ("text", "group", "place"),
    [
        ("#1@2", 2, "the charge"),
        ("1#1@4", 4, "the charge"),
        ("#1", 3, "its PLU"),
        ("1#1", 2, "its department"),
        ("#2", 2, "its PLU's department"),
        ("1##2", 2, "its PLU's department"),
        ("#9", 1, "the default tax group"),
        ("1#2", 1, "the default tax group"),
        ("1#4", 4, "its department"),
        ("1", 1, "the default tax group"),
    ],
)
def test_the_tax_group_comes_from_the_first_place_that_names_one(
    shop: Tables, text: str, group: int, place: str
) -> None:
    found = tax_group_of(named_by(charge(text), shop), shop)
    assert (found.value.number, found.place) == (group, place)


@pytest.mark.parametrize(
    ("text", "price", "place"),
    [
        ("1.2##1", "1.2", "the charge"),
        ("#1", "1.50", "its PLU"),
        ("0##1", "0", "the charge"),
        ("#4", "0", "its PLU"),
    ],
)
def test_the_price_comes_from_the_charge_or_its_plu(shop: Tables, text: str, price: str, place: str) -> None:
    found = price_of(named_by(charge(text), shop), shop)
    assert (found.value, found.place) == (Decimal(price), place)


@pytest.mark.parametrize(
    ("text", "name", "place"),
    [
        ("#1/Mint", "Mint", "the charge"),
        ("#1", "Tea", "its PLU"),
        ("#4", "Drinks", "its PLU's department"),
        ("#5", "", "its PLU"),  # an empty name is set
        ("1#1", "Drinks", "its department"),
        ("1#3", "", "nowhere"),
        ("#10", "", "nowhere"),
        ("1", "", "nowhere"),
    ],
)
def test_the_name_comes_from_the_first_place_that_is_set(
    shop: Tables, text: str, name: str, place: str
) -> None:
    found = name_of(named_by(charge(text), shop), shop)
    assert (found.value, found.place) == (name, place)


def test_a_missing_tax_group_tells_who_was_asked() -> None:
    shop = Tables({"plus": {1: {"name": "Tea", "price": 1, "department": 1}}, "departments": {1: {}}})
    with pytest.raises(BillingError, match="no tax group for 'Tea': asked the charge, its PLU, its"):
        tax_group_of(named_by(charge("#1"), shop), shop)


@pytest.mark.parametrize(
    ("text", "kind"), [("#6", "unknown_department"), ("1#7", "unknown_tax_group"), ("1#8", "banned")]
)
def test_a_reference_that_cannot_be_used_is_refused(shop: Tables, text: str, kind: str) -> None:
    with pytest.raises(BillingError) as caught:
        tax_group_of(named_by(charge(text), shop), shop)
    assert caught.value.code == kind


@pytest.mark.parametrize(
    ("number", "found", "place"),
    [(2, 2, "the payment"), (None, 1, "the default payment type")],
)
def test_the_payment_type_comes_from_the_payment_or_the_default(
    shop: Tables, number: int | None, found: int, place: str
) -> None:
    answer = payment_type_of(PaymentLine(number), shop)
    assert (answer.value.number, answer.place) == (found, place)
