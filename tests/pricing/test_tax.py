"""Net and VAT of a tax group (protocol semantics 7.6)."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.pricing.tax import tax_of


@pytest.mark.parametrize(
    ("gross", "rate", "net", "vat"),
    [
        (999, "20", 833, 166),  # not 167, which rounding the VAT first would give
        (899, "20", 749, 150),
        (445, "9", 408, 37),
        (1, "5", 1, 0),
        (0, "20", 0, 0),
        (1000, "0", 1000, 0),
        (1234, "9.5", 1127, 107),
        (3, "100", 2, 1),
    ],
)
def test_the_net_is_rounded_and_the_vat_is_the_rest(gross: int, rate: str, net: int, vat: int) -> None:
    tax = tax_of(gross, Decimal(rate))
    assert (tax.net, tax.vat) == (net, vat)


@given(st.integers(0, 10**15), st.decimals(0, 100, places=2))
def test_net_and_vat_are_the_gross(gross: int, rate: Decimal) -> None:
    tax = tax_of(gross, rate)
    assert tax.net + tax.vat == gross
    assert 0 <= tax.net <= gross
