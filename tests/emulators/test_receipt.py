"""The legal order and the arithmetic of an open document."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.emulators.receipt import CASH, Kind, Limits, Line, Reason, Receipt, Refused, cents


def line(price: str, qty: str = "1", group: int = 2, **more: object) -> Line:
    return Line.model_validate({"kind": "sale", "price": price, "qty": qty, "group": group, **more})


def refusal(call: object, *args: object, **kwargs: object) -> Reason:
    with pytest.raises(Refused) as refused:
        call(*args, **kwargs)  # type: ignore[operator]  # any of the receipt's own steps
    return refused.value.reason


def test_a_line_is_rounded_half_up_before_its_modifier() -> None:
    receipt = Receipt()
    sold = receipt.sell(line("0.99", "0.5", percent="-10"))
    assert (sold.modifier, sold.amount) == (Decimal("-0.05"), Decimal("0.45"))
    assert receipt.groups[1] == Decimal("0.45")


def test_a_discount_over_the_line_is_refused() -> None:
    assert refusal(Receipt().sell, line("1.00", modifier="-1.01")) is Reason.BELOW_ZERO


def test_a_group_outside_one_to_eight_is_refused() -> None:
    assert refusal(Receipt().sell, line("1.00", group=9)) is Reason.BAD_GROUP


def test_a_correction_takes_a_sale_back() -> None:
    receipt = Receipt()
    receipt.sell(line("2.00", percent="-10"))
    receipt.sell(line("2.00", percent="-10", kind="correction"))
    assert receipt.total == 0
    assert sum(receipt.discounts) == 0
    assert receipt.corrections == [Decimal("1.80")]


def test_a_correction_below_the_groups_sum_is_refused() -> None:
    receipt = Receipt()
    receipt.sell(line("2.00", group=1))
    assert refusal(receipt.sell, line("1.00", group=2, kind="correction")) is Reason.BELOW_ZERO


def test_a_correction_may_not_take_back_more_discount_than_was_given() -> None:
    receipt = Receipt()
    receipt.sell(line("5.00"))
    assert refusal(receipt.sell, line("2.00", percent="-10", kind="correction")) is Reason.BELOW_ZERO


def test_lines_are_limited() -> None:
    receipt = Receipt(limits=Limits(lines=1))
    receipt.sell(line("1.00"))
    assert refusal(receipt.sell, line("1.00")) is Reason.TOO_MANY_LINES


def test_sums_do_not_overflow() -> None:
    receipt = Receipt(limits=Limits(total=Decimal("1.50")))
    receipt.sell(line("1.00"))
    assert refusal(receipt.sell, line("1.00")) is Reason.OVERFLOW
    assert receipt.total == Decimal("1.00")


def test_a_subtotal_modifier_is_spread_by_largest_remainder() -> None:
    receipt = Receipt()
    for group in (1, 2, 3):
        receipt.sell(line("1.00", group=group))
    assert receipt.modify(amount=Decimal("-1.00")) == Decimal("-1.00")
    assert sorted(receipt.groups[:3]) == [Decimal("0.66"), Decimal("0.67"), Decimal("0.67")]


@given(
    st.lists(st.tuples(st.integers(1, 99_999), st.integers(1, 8)), min_size=1, max_size=12),
    st.integers(-99, 99),
)
def test_a_spread_modifier_keeps_the_sum_and_no_group_falls_below_zero(
    sales: list[tuple[int, int]], percent: int
) -> None:
    receipt = Receipt()
    for price, group in sales:
        receipt.sell(line(f"{price / 100:.2f}", group=group))
    before = receipt.total
    value = receipt.modify(percent=Decimal(percent))
    assert receipt.total == before + value
    assert value == cents(before * percent / 100)
    assert min(receipt.groups) >= 0


def test_a_modifier_needs_a_sum() -> None:
    assert refusal(Receipt().modify, percent=Decimal(-5)) is Reason.BELOW_ZERO


def test_the_last_line_takes_one_modifier_of_its_own() -> None:
    receipt = Receipt()
    receipt.sell(line("2.00"))
    assert receipt.modify_last(percent=Decimal(-50)).amount == Decimal("1.00")
    assert refusal(receipt.modify_last, percent=Decimal(-50)) is Reason.NOT_ALLOWED


def test_after_a_payment_nothing_is_sold_modified_or_cancelled() -> None:
    receipt = Receipt()
    receipt.sell(line("2.00"))
    receipt.pay(CASH, Decimal("1.00"))
    assert refusal(receipt.sell, line("1.00")) is Reason.AFTER_PAYMENT
    assert refusal(receipt.modify, percent=Decimal(-1)) is Reason.AFTER_PAYMENT
    assert refusal(receipt.may_cancel) is Reason.AFTER_PAYMENT
    assert receipt.due == Decimal("1.00")


def test_change_is_taken_off_cash() -> None:
    receipt = Receipt()
    receipt.sell(line("2.00"))
    assert receipt.pay(CASH, Decimal("5.00")) == Decimal("3.00")
    assert receipt.money() == {CASH: Decimal("2.00")}
    assert refusal(receipt.pay, CASH, Decimal("1.00")) is Reason.PAID


def test_change_can_be_forbidden() -> None:
    receipt = Receipt()
    receipt.sell(line("2.00"))
    assert refusal(receipt.pay, "card", Decimal("2.01"), may_exceed=False) is Reason.CHANGE_NOT_ALLOWED
    assert receipt.pay("card", Decimal("2.00"), may_exceed=False) == 0


def test_a_receipt_without_a_payment_is_not_closed() -> None:
    receipt = Receipt()
    receipt.sell(line("2.00"))
    assert refusal(receipt.may_close) is Reason.NOT_PAID


def test_an_invoice_needs_its_client_once_and_after_payment() -> None:
    receipt = Receipt(kind=Kind.INVOICE)
    receipt.sell(line("2.00"))
    assert refusal(receipt.set_client, {"number": "1"}) is Reason.NOT_PAID
    receipt.pay(CASH, Decimal("2.00"))
    assert refusal(receipt.may_close) is Reason.CLIENT_MISSING
    receipt.set_client({"number": "1"})
    assert refusal(receipt.set_client, {"number": "1"}) is Reason.CLIENT_GIVEN
    receipt.may_close()


def test_a_receipt_has_no_client() -> None:
    assert refusal(Receipt().set_client, {"number": "1"}) is Reason.NOT_INVOICE


def test_a_slip_sells_nothing_and_closes_unpaid() -> None:
    slip = Receipt(kind=Kind.SLIP)
    assert refusal(slip.sell, line("1.00")) is Reason.NOT_OPEN
    assert refusal(slip.pay, CASH, Decimal(1)) is Reason.NOT_OPEN
    slip.may_close()
