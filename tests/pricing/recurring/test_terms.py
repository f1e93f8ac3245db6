"""Terms check themselves; changes keep what they do not name; discounts round as bill modifiers."""

from decimal import Decimal

import pytest

from billing.pricing.recurring.mistakes import (
    InvalidAmount,
    InvalidInterval,
    InvalidQuantity,
    PriceTooLarge,
    UnknownZone,
)
from billing.pricing.recurring.terms import Change, Discount, Frequency, Terms, zone_named

MONTHLY = Terms(1000, 2, Frequency.MONTHLY, 1)


def test_the_price_is_amount_times_quantity() -> None:
    assert MONTHLY.price == 2000


def test_rule_10_an_interval_below_one_is_refused() -> None:
    with pytest.raises(InvalidInterval, match="the interval is 0"):
        Terms(1, 1, Frequency.DAILY, 0)


def test_a_quantity_below_one_is_refused() -> None:
    with pytest.raises(InvalidQuantity):
        Terms(1, 0, Frequency.DAILY, 1)


def test_an_amount_below_zero_is_refused() -> None:
    with pytest.raises(InvalidAmount):
        Terms(-1, 1, Frequency.DAILY, 1)


def test_a_quantity_no_database_can_keep_is_refused() -> None:
    with pytest.raises(InvalidQuantity, match="expected a whole number from 1 to 1000000000"):
        Terms(0, 10**19, Frequency.DAILY, 1)


def test_an_interval_longer_than_the_calendar_is_refused() -> None:
    with pytest.raises(InvalidInterval, match="at most 1000000"):
        Terms(1, 1, Frequency.DAILY, 10**19)


def test_a_price_no_bill_can_keep_is_refused() -> None:
    with pytest.raises(PriceTooLarge, match="a period comes to 2000000000000000 minor units"):
        Terms(10**15, 2, Frequency.DAILY, 1)


def test_a_change_keeps_what_it_does_not_name() -> None:
    assert Change(amount=5).applied_to(MONTHLY) == Terms(5, 2, Frequency.MONTHLY, 1)


def test_of_two_changes_the_later_wins_field_by_field() -> None:
    assert Change(amount=5).over(Change(amount=9, interval=3)) == Change(amount=5, interval=3)


@pytest.mark.parametrize(
    ("gross", "percent", "off"),
    [(1000, "10", 100), (999, "10", 100), (5, "50", 3), (1, "33.33", 0), (1000, "100", 1000), (0, "50", 0)],
)
def test_rule_7_3_a_discount_rounds_half_up(gross: int, percent: str, off: int) -> None:
    assert Discount(Decimal(percent), 1).off(gross) == off


def test_rule_7_3_a_discount_is_used_up_by_billed_periods() -> None:
    left = Discount(Decimal(10), 2).used().used()
    assert (left.runs, left.off(1000), left.used()) == (0, 0, left)


def test_a_discount_without_runs_has_no_end() -> None:
    assert Discount(Decimal(10), None).used().off(1000) == 100


@pytest.mark.parametrize("name", ["Mars/Olympus", "", "../etc/passwd", "europe\x00"])
def test_a_zone_that_is_not_there_is_refused_by_name(name: str) -> None:
    with pytest.raises(UnknownZone):
        zone_named(name)
