"""Amounts of modifiers and how the bill's is spread over the tax groups (protocol semantics 7.3, 7.5)."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.money import Currency
from billing.parser import ModifierValue
from billing.pricing.modifiers import amount_of, spread

EUR = Currency("EUR")


@pytest.mark.parametrize(
    ("kind", "value", "base", "amount"),
    [
        ("percent", "-50", 5, -3),  # ties go away from zero, also below it
        ("percent", "50", 5, 3),
        ("percent", "-10", 1495, -150),
        ("percent", "-33.33", 100, -33),
        ("percent", "0.01", 10, 0),
        ("fixed", "-2", 1, -200),
        ("fixed", "0.05", 0, 5),
    ],
)
def test_an_amount_is_rounded_half_away_from_zero(kind: str, value: str, base: int, amount: int) -> None:
    modifier = ModifierValue("percent" if kind == "percent" else "fixed", Decimal(value))
    assert amount_of(modifier, base, EUR) == amount


@pytest.mark.parametrize(
    ("amount", "groups", "shares"),
    [
        (-150, {1: 999, 2: 495, 3: 1}, {1: -100, 2: -50, 3: 0}),
        (-1, {1: 100, 2: 100}, {1: -1, 2: 0}),  # equal remainders and totals: the lower number
        (-1, {1: 50, 2: 150}, {1: 0, 2: -1}),
        (-2, {1: 100, 2: 300}, {1: 0, 2: -2}),  # equal remainders of a half: the larger total
        (1, {5: 1, 3: 1, 4: 1}, {3: 1, 4: 0, 5: 0}),
        (2, {5: 1, 3: 1, 4: 1}, {3: 1, 4: 1, 5: 0}),
        (-300, {1: 100, 2: 200}, {1: -100, 2: -200}),
        (500, {2: 0, 3: 0}, {2: 500}),
        (500, {}, {1: 500}),
        (0, {1: 100}, {}),
        (0, {}, {}),
    ],
)
def test_shares_follow_the_largest_remainder(
    amount: int, groups: dict[int, int], shares: dict[int, int]
) -> None:
    assert spread(amount, groups, 1) == shares


def test_without_charge_and_default_group_nothing_can_be_spread() -> None:
    assert spread(500, {}, None) == {}


totals = st.dictionaries(st.integers(1, 8), st.integers(0, 10**9), min_size=1)


@given(st.integers(-(10**9), 10**9), totals)
def test_the_shares_always_sum_to_the_amount(amount: int, groups: dict[int, int]) -> None:
    assert sum(spread(amount, groups, None).values()) == amount


@given(totals, st.data())
def test_a_discount_within_the_total_leaves_no_group_below_zero(
    groups: dict[int, int], data: st.DataObject
) -> None:
    discount = data.draw(st.integers(0, sum(groups.values())))
    shares = spread(-discount, groups, None)
    assert all(groups[number] + share >= 0 for number, share in shares.items())
