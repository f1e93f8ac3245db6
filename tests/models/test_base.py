"""The exact column types."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.dialects.sqlite import dialect

from billing.models.base import PRICE, NotExact


@given(st.decimals(min_value=-999_999_999, max_value=999_999_999, places=4))
def test_what_goes_into_a_scaled_column_comes_out(value: Decimal) -> None:
    stored = PRICE.process_bind_param(value, dialect())
    assert PRICE.process_result_value(stored, dialect()) == value


def test_a_scaled_column_refuses_what_it_cannot_keep_exactly() -> None:
    with pytest.raises(NotExact):
        PRICE.process_bind_param(Decimal("0.00001"), dialect())


def test_none_stays_none() -> None:
    assert PRICE.process_bind_param(None, dialect()) is None
    assert PRICE.process_result_value(None, dialect()) is None
