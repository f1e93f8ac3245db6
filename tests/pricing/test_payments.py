"""Every rule of protocol semantics 9, and the order in which they are judged (6)."""

from collections.abc import Callable

import pytest

from billing.errors import BillingError
from billing.pricing import Bill, Rules, State

PricedBill = Callable[..., Bill]


def kind_of(priced: PricedBill, *lines: str, **options: object) -> str:
    with pytest.raises(BillingError) as caught:
        priced(*lines, **options)
    return caught.value.code


def test_an_automatic_payment_takes_all_that_is_due_at_its_line(priced: PricedBill) -> None:
    bill = priced("10", "@2/4", "5", "@2")
    assert [(payment.value, payment.auto) for payment in bill.payments] == [(400, False), (1100, True)]


def test_cash_registers_what_is_due_and_gives_change(priced: PricedBill) -> None:
    cash = priced("8.45", "@1/20").payments[0]
    assert (cash.value, cash.tendered, cash.change) == (845, 2000, 1155)


@pytest.mark.parametrize("line", ["@", "@1", "@1/8.45", "@3/8.45"])
def test_exact_cash_has_no_change(priced: PricedBill, line: str) -> None:
    cash = priced("8.45", line).payments[0]
    assert (cash.value, cash.tendered, cash.change) == (845, 845, 0)


def test_partial_cash_is_tendered_as_given(priced: PricedBill) -> None:
    cash = priced("8.45", "@1/5").payments[0]
    assert (cash.value, cash.tendered, cash.change) == (500, 500, 0)


def test_what_is_not_cash_has_neither_tendered_nor_change(priced: PricedBill) -> None:
    card = priced("8.45", "@2").payments[0]
    assert (card.tendered, card.change) == (None, None)


def test_overpaid_cash_is_refused_when_strict(priced: PricedBill) -> None:
    assert kind_of(priced, "8.45", "@1/20", rules=Rules(strict=True)) == "overpaid"


def test_exact_cash_is_taken_when_strict(priced: PricedBill) -> None:
    assert priced("8.45", "@1/8.45", rules=Rules(strict=True)).state is State.FINAL


def test_several_payments_without_cash_are_fine(priced: PricedBill) -> None:
    assert priced("10", "@2/1", "@2/2", "@2/3", "@2").paid == 1000


def test_a_zero_bill_is_closed_by_one_automatic_payment_of_zero(priced: PricedBill) -> None:
    bill = priced("0", "@2")
    assert (bill.payments[0].value, bill.payments[0].auto, bill.state) == (0, True, State.FINAL)


def test_a_zero_bill_closed_by_cash_says_what_was_tendered(priced: PricedBill) -> None:
    cash = priced("5-5", "@").payments[0]
    assert (cash.value, cash.tendered, cash.change) == (0, 0, 0)


def test_a_zero_bill_takes_one_payment_only(priced: PricedBill) -> None:
    assert kind_of(priced, "0", "@2", "@2", rules=Rules(auto_finalise=False)) == "nothing_due"


@pytest.mark.parametrize(
    ("lines", "kind"),
    [
        (["@"], "nothing_due"),
        (["/x", "@"], "nothing_due"),
        (["0", "@1/5"], "nothing_due"),
        (["10", "@2/11"], "overpaid"),
        (["10", "@2/0"], "zero_payment"),
        (["10", "@2/0.00"], "zero_payment"),
        (["10", "@9"], "unknown_payment_type"),
        (["10", "@8"], "banned"),
        (["10", "@#99"], "unknown_profile"),
        (["10", "@#8"], "banned"),
        (["10", "@1/5", "@1/1"], "second_cash"),
        (["10", "@1/5", "@3"], "second_cash"),
        (["10", "@2/5", "@4"], "mixed_payment_model"),
        (["10", "@2/5", "@5"], "mixed_fiscal"),
        (["10", "@2/5#36", "@2#37"], "second_profile"),
        (["10", "@1/5.001"], "precision"),
    ],
)
def test_a_payment_is_refused_by_its_rule(priced: PricedBill, lines: list[str], kind: str) -> None:
    assert kind_of(priced, *lines) == kind


@pytest.mark.parametrize(
    ("lines", "kind"),
    [
        (["10", "@", "@9/0.001"], "finalized"),
        (["10", "@9/0.001"], "precision"),
        (["10", "@9/0"], "zero_payment"),
        (["10", "@9#99"], "unknown_payment_type"),
        (["10", "-20", "@1#99"], "unknown_profile"),
        (["10", "@2/1#36", "@4#37"], "second_profile"),
        (["-20", "10", "@1"], "negative_total"),
        (["-20", "@1"], "negative_total"),
        (["@1"], "nothing_due"),
        (["10", "@1/4", "@3/40"], "second_cash"),
        (["10", "@1/4", "@6/40"], "mixed_payment_model"),
        (["10", "@1/4", "@5/40"], "mixed_fiscal"),
        (["10", "@1/4", "@2/40"], "overpaid"),
    ],
)
def test_of_two_broken_rules_the_earlier_one_is_told(priced: PricedBill, lines: list[str], kind: str) -> None:
    assert kind_of(priced, *lines) == kind


def test_nothing_due_is_judged_before_a_second_cash(priced: PricedBill) -> None:
    rules = Rules(auto_finalise=False)
    assert kind_of(priced, "10", "@1", "@1", rules=rules) == "nothing_due"


def test_the_same_profile_may_repeat(priced: PricedBill) -> None:
    assert priced("10", "@2/4#36", "@2#36").profile == 36


def test_a_payment_without_a_type_takes_the_only_one_there_is(priced: PricedBill) -> None:
    bill = priced("10", "@", default_payment_type=None, payment_types={5: {}, 6: {"banned": True}})
    assert bill.payments[0].payment_type == 5


def test_a_payment_without_a_type_where_there_are_two_is_refused(priced: PricedBill) -> None:
    assert kind_of(priced, "10", "@", default_payment_type=None) == "no_default_payment_type"


def test_a_payment_where_there_is_no_type_is_refused(priced: PricedBill) -> None:
    kind = kind_of(priced, "10", "@", default_payment_type=None, payment_types={})
    assert kind == "no_default_payment_type"


def test_a_default_payment_type_that_is_nowhere_is_unknown(priced: PricedBill) -> None:
    assert kind_of(priced, "10", "@", default_payment_type=77) == "unknown_payment_type"


def test_rules_read_the_row_and_never_the_name(priced: PricedBill) -> None:
    card = {2: {"name": "cash"}, 3: {"name": "card", "cash": True}}
    assert kind_of(priced, "10", "@2/20", payment_types=card) == "overpaid"
    assert priced("10", "@3/20", payment_types=card).change == 1000


def test_a_withdrawn_cash_payment_makes_room_for_another(priced: PricedBill) -> None:
    bill = priced("10", "@1/4")
    bill.withdraw(2)
    bill.enter_text("@1/5")
    assert bill.paid == 500
