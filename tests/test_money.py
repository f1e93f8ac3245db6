"""Money: exact sums, half-up away from zero, shares that always add up."""

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.money import Currency, CurrencyClash, Money, TooFine, allocate, divide_half_up, round_half_up

EUR = Currency.of("EUR")
CENTS = st.integers(-(10**12), 10**12)


@pytest.mark.parametrize(
    ("value", "rounded"),
    [("0.5", 1), ("-0.5", -1), ("1.5", 2), ("2.5", 3), ("-2.5", -3), ("0.49999999", 0), ("-149.5", -150)],
)
def test_ties_go_away_from_zero(value: str, rounded: int) -> None:
    assert round_half_up(Decimal(value)) == rounded


@pytest.mark.parametrize(("code", "exponent"), [("EUR", 2), ("JPY", 0), ("KWD", 3), ("BGN", 2)])
def test_a_currency_has_the_decimals_iso_4217_gives_it(code: str, exponent: int) -> None:
    assert Currency.of(code).exponent == exponent


def test_an_amount_shows_exactly_its_currency_decimals() -> None:
    assert str(Money(1230, EUR).amount) == "12.30"
    assert str(Money(1230, Currency.of("JPY")).amount) == "1230"
    assert str(Money(1230, Currency.of("KWD"))) == "1.230 KWD"


def test_two_currencies_never_meet_in_one_sum() -> None:
    with pytest.raises(CurrencyClash, match="BGN was found where EUR is expected"):
        Money(1, EUR) + Money(1, Currency.of("BGN"))


@given(CENTS)
def test_minor_units_and_decimals_round_trip(minor: int) -> None:
    assert Money.of(EUR.from_minor(minor), EUR) == Money(minor, EUR)


@given(CENTS, CENTS)
def test_sums_are_exact(left: int, right: int) -> None:
    assert (Money(left, EUR) + Money(right, EUR)).amount == Money(left, EUR).amount + Money(right, EUR).amount
    assert Money(left, EUR) - Money(right, EUR) == Money(left, EUR) + -Money(right, EUR)


@given(CENTS, st.integers(1, 10**6))
def test_integer_division_rounds_as_decimal_does(numerator: int, denominator: int) -> None:
    exact = (Decimal(numerator) / Decimal(denominator)).quantize(Decimal("1e-9"))
    tie = 2 * abs(numerator) % (2 * denominator) == denominator
    expected = int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP))
    if not tie and abs(exact % 1) == Decimal("0.5"):
        return  # the nine decimals of the check look like a tie that is none
    assert divide_half_up(numerator, denominator) == expected


@given(st.integers(0, 10**9), st.lists(st.integers(0, 10**7), min_size=1, max_size=8).filter(sum))
def test_parts_always_sum_to_the_whole_and_stay_within_one_unit(amount: int, weights: list[int]) -> None:
    parts = allocate(amount, weights)
    total = sum(weights)
    assert sum(parts) == amount
    assert all(
        amount * weight // total <= part <= -(-amount * weight // total)
        for part, weight in zip(parts, weights, strict=True)
    )


def test_equal_remainders_go_to_the_larger_weight_then_the_earlier_place() -> None:
    assert allocate(1, [1, 3]) == [0, 1]
    assert allocate(1, [2, 2]) == [1, 0]
    assert allocate(150, [999, 495, 1]) == [100, 50, 0]


def test_an_amount_with_a_fraction_of_the_minor_unit_is_refused_where_nothing_may_be_rounded() -> None:
    assert Currency.of("EUR").exact_minor(Decimal("1.2300")) == 123
    with pytest.raises(TooFine, match=r"the amount is 1\.2 JPY; JPY has 0 decimals"):
        Currency.of("JPY").exact_minor(Decimal("1.2"))
