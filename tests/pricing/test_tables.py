"""A nomenclature as data is checked whole, and each mistake says its path."""

from decimal import Decimal
from typing import Any

import pytest

from billing.pricing.tables import PLAIN, Tables, TablesMistake


@pytest.mark.parametrize(
    ("data", "path"),
    [
        ([], "$"),
        (None, "$"),
        ({"currency": 5}, "$.currency"),
        ({"currency": ""}, "$.currency"),
        ({"exponent": "x"}, "$.exponent"),
        ({"exponent": 10}, "$.exponent"),
        ({"exponent": -1}, "$.exponent"),
        ({"exponent": True}, "$.exponent"),
        ({"default_tax_group": 1.5}, "$.default_tax_group"),
        ({"tax_groups": "x"}, "$.tax_groups"),
        ({"tax_groups": {"1": {}}}, "$.tax_groups.1.rate"),
        ({"tax_groups": {"1": {"rate": "20%"}}}, "$.tax_groups.1.rate"),
        ({"tax_groups": {"1": {"rate": -1}}}, "$.tax_groups.1.rate"),
        ({"tax_groups": {"1": {"rate": Decimal("NaN")}}}, "$.tax_groups.1.rate"),
        ({"tax_groups": {"1": {"rate": Decimal("1E+30")}}}, "$.tax_groups.1.rate"),
        ({"tax_groups": {"x": {"rate": 1}}}, "$.tax_groups"),
        ({"tax_groups": {"1": 5}}, "$.tax_groups.1"),
        ({"plus": {"1": {"price": 1.5}}}, "$.plus.1.price"),
        ({"plus": {"1": {"price": True}}}, "$.plus.1.price"),
        ({"plus": {"1": {"name": 5}}}, "$.plus.1.name"),
        ({"plus": {"1": {"department": []}}}, "$.plus.1.department"),
        ({"plus": {"1": {}, "01": {}}}, "$.plus"),
        ({"plus": {"1234567890": {}}}, "$.plus"),
        ({"payment_types": {"1": {"cash": "yes"}}}, "$.payment_types.1.cash"),
        ({"profiles": [1.5]}, "$.profiles"),
        ({"rates": {"USD": "x"}}, "$.rates.USD"),
        ({"plus": {"1": {"price": "x" * 99}}}, "$.plus.1.price"),
    ],
)
def test_a_mistake_says_its_path(data: Any, path: str) -> None:  # noqa: ANN401 anything may be given
    with pytest.raises(TablesMistake) as caught:
        Tables(data)
    assert caught.value.path == path
    assert len(str(caught.value)) < 200


def test_tables_may_be_absent() -> None:
    shop = Tables({})
    assert (shop.currency.code, shop.currency.exponent) == ("EUR", 2)
    asked = (shop.plu, shop.department, shop.tax_group, shop.payment_type, shop.operator, shop.profile)
    assert [table(1) for table in asked] == [None] * 6


def test_numbers_may_be_written_in_any_exact_form() -> None:
    shop = Tables({"plus": {"1": {"price": Decimal("1.50")}, 2: {"price": 2}, "3": {"price": "0.5"}}})
    assert [plu and plu.price for plu in map(shop.plu, (1, 2, 3))] == [Decimal("1.50"), 2, Decimal("0.5")]


def test_a_list_of_numbers_is_a_table_of_nameless_items() -> None:
    profile = Tables({"profiles": [36]}).profile(36)
    assert (profile and profile.number, profile and profile.name) == (36, None)


def test_a_text_is_an_item_with_that_name() -> None:
    operator = Tables({"operators": {"1": "Maria", "2": None}}).operator(1)
    assert operator is not None
    assert operator.name == "Maria"


def test_a_currency_gets_its_decimals_from_the_standard() -> None:
    assert [Tables({"currency": code}).currency.exponent for code in ("EUR", "JPY", "KWD", "XYZ")] == [
        2,
        0,
        3,
        2,
    ]


def test_the_plain_shop_is_a_nomenclature() -> None:
    assert Tables(PLAIN).only_payment_type() is None
