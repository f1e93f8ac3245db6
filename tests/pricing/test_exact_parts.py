"""Parts of a bill that come to a sum exactly (recurring semantics 11: a reversal for the refunded part)."""

from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from billing.pricing.answers import price_lines
from billing.pricing.bill import Bill
from billing.pricing.exact_parts import parts_for
from billing.pricing.reversal import Gone, reverse_lines
from billing.pricing.tables import Tables


def _bill(*lines: str) -> Bill:
    return price_lines(list(lines), Tables({"tax_groups": {2: {"rate": 20}}, "default_tax_group": 2}))


def test_a_share_of_one_line_is_a_quantity_of_it() -> None:
    parts = parts_for(_bill("10/Gym"), 433, {})
    assert [(part.position, part.qty) for part in parts or ()] == [(1, Decimal("0.433"))]


def test_all_that_is_left_needs_no_parts() -> None:
    assert parts_for(_bill("10/Gym"), 1000, {}) == []


def test_a_sum_that_no_thousandths_come_to_has_no_parts() -> None:
    assert parts_for(_bill("5000/Hall"), 1, {}) is None


@settings(max_examples=60, deadline=None)
@given(
    prices=st.lists(st.integers(1, 900), min_size=1, max_size=4),
    quantity=st.integers(1, 3),
    share=st.integers(1, 99),
    before=st.booleans(),
)
def test_parts_come_to_the_sum_and_never_to_more_than_is_left(
    prices: list[int], quantity: int, share: int, *, before: bool
) -> None:
    bill = _bill(*(f"{quantity}*{price / 100:.2f}-5%/Thing" for price in prices))
    gone: dict[int, Gone] = {}
    if before and bill.total > 1 and (first := parts_for(bill, bill.total // 3 or 1, {})):
        lines = reverse_lines(bill, first, {})
        gone = {line.original: Gone(line.charge.qty, line.charge.total) for line in lines}
    left = bill.total - sum(each.total for each in gone.values())
    amount = max(1, left * share // 100)
    parts = parts_for(bill, amount, gone)
    if parts is not None:
        assert sum(line.charge.total for line in reverse_lines(bill, parts, gone)) == amount
