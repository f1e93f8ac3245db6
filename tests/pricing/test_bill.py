"""A bill as a whole: its figures, its refusals, and what stays as it was."""

from collections.abc import Callable
from copy import copy, deepcopy
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.errors import BillingError
from billing.parser import ModifierValue, TextMistake
from billing.pricing import Bill, BillModifier, Charge, Comment, Move, Payment, Rules, State
from billing.pricing.refusals import Refusal
from billing.pricing.tables import Tables

PricedBill = Callable[..., Bill]


def refused(priced: PricedBill, *lines: str, **options: object) -> Refusal | TextMistake:
    with pytest.raises(BillingError) as caught:
        priced(*lines, **options)
    assert isinstance(caught.value, (Refusal, TextMistake))
    return caught.value


def test_the_worked_example_comes_out_to_the_cent(priced: PricedBill) -> None:
    """Protocol semantics 13."""
    bill = priced("9.99@1", "4.95@2", "0.01@3", "-10%", "@2/5", "@1/20")
    assert (bill.gross, bill.discounts, bill.surcharges, bill.total) == (1495, -150, 0, 1345)
    assert bill.shares() == {1: -100, 2: -50, 3: 0}
    assert {group: (tax.gross, tax.net, tax.vat) for group, tax in bill.tax().items()} == {
        1: (899, 749, 150),
        2: (445, 408, 37),
        3: (1, 1, 0),
    }
    card, cash = bill.payments
    assert (card.value, card.tendered, card.change) == (500, None, None)
    assert (cash.value, cash.tendered, cash.change) == (845, 2000, 1155)
    assert (bill.paid, bill.change, bill.due, bill.balance, bill.state) == (1345, 1155, 0, 0, State.FINAL)


@pytest.mark.parametrize(
    ("lines", "figures"),
    [
        (["3*0.333"], (100, 0, 0, 100)),
        (["0.333", "0.333", "0.333"], (99, 0, 0, 99)),
        (["0.05-50%"], (5, -3, 0, 2)),
        (["10-50%"], (1000, -500, 0, 500)),
        (["3*10-2"], (3000, -200, 0, 2800)),
        (["50+2"], (5000, 0, 200, 5200)),
        (["10-5%", "10+5%"], (2000, -50, 50, 2000)),
        (["-10%", "10"], (1000, -100, 0, 900)),
        (["10-10%", "-10%"], (1000, -190, 0, 810)),
        (["10+1", "+0.50/delivery"], (1000, 0, 150, 1150)),
        (["-5", "10"], (1000, -500, 0, 500)),
        (["10-10"], (1000, -1000, 0, 0)),
        (["10-100%"], (1000, -1000, 0, 0)),
        (["0"], (0, 0, 0, 0)),
        (["/only a comment", "-10%"], (0, 0, 0, 0)),
        (["+5"], (0, 0, 500, 500)),
        ([], (0, 0, 0, 0)),
        (["999999.999*999999999"], (99999999800000000, 0, 0, 99999999800000000)),
    ],
)
def test_gross_discounts_surcharges_and_total(
    priced: PricedBill, lines: list[str], figures: tuple[int, int, int, int]
) -> None:
    bill = priced(*lines)
    assert (bill.gross, bill.discounts, bill.surcharges, bill.total) == figures


@pytest.mark.parametrize(
    ("lines", "kind", "line"),
    [
        (["1.2#99"], "unknown_department", 1),
        (["1.2#23"], "unknown_department", 1),
        (["1", "#99"], "unknown_plu", 2),
        (["1.2##99"], "unknown_plu", 1),
        (["1.2@9"], "unknown_tax_group", 1),
        (["*9"], "unknown_operator", 1),
        (["1.2EUR", "1.2USD"], "currency_mismatch", 2),
        (["1.2QQQ"], "unknown_currency", 1),
        (["#3"], "no_price", 1),
        (["#7"], "banned", 1),
        (["#8"], "banned", 1),
        (["1#8"], "banned", 1),
        (["1@8"], "banned", 1),
        (["*8"], "banned", 1),
        (["1-2"], "negative_line", 1),
        (["1-101%"], "negative_line", 1),
        (["-5", "/x", "2", "/y"], "negative_total", 1),
        (["2", "-5", "@"], "negative_total", 2),
        (["1", "-5%", "/x", "+5"], "second_modifier", 4),
        (["10", "@2/5", "-80%"], "overpaid", 3),
        (["10", "-50%", "@2/4", "/x", "@2/1", "/y"], "finalized", 6),
        (["10", "@", "*1"], "finalized", 3),
        (["10", "@", "@1/12345678901"], "finalized", 3),
        (["10", "@", "@1/1.234"], "finalized", 3),
        (["10", "@", "0*1"], "finalized", 3),
        (["10", "@", "x"], "syntax", 3),
        (["x", "1.2@9"], "syntax", 1),
        (["1.2@9", "x"], "unknown_tax_group", 1),
        (["", "1.23456"], "precision", 2),
    ],
)
def test_a_refusal_has_its_kind_and_line(priced: PricedBill, lines: list[str], kind: str, line: int) -> None:
    refusal = refused(priced, *lines)
    assert (refusal.code, refusal.line) == (kind, line)


def test_an_error_of_meaning_has_no_column(priced: PricedBill) -> None:
    assert refused(priced, "1.2@9").column is None


def test_a_number_with_too_many_decimals_has_its_column(priced: PricedBill) -> None:
    assert refused(priced, "10", "@2/1.234").column == 4


def test_a_payment_of_zero_has_its_column(priced: PricedBill) -> None:
    refusal = refused(priced, "10", "@2/0")
    assert (refusal.code, refusal.column) == ("zero_payment", 4)


def test_a_surcharge_without_charges_goes_to_the_default_group(priced: PricedBill) -> None:
    assert {group: tax.gross for group, tax in priced("+5").tax().items()} == {1: 500}


def test_a_surcharge_without_charges_and_default_group_has_nowhere_to_go(priced: PricedBill) -> None:
    refusal = refused(priced, "/x", "+5", default_tax_group=None)
    assert (refusal.code, refusal.line) == ("no_tax_group", 2)


def test_zero_charges_leave_the_surcharge_to_the_lowest_group(priced: PricedBill) -> None:
    assert priced("0@3", "0@2", "+5").shares() == {2: 500}


def test_each_entry_keeps_the_operator_of_its_moment(priced: PricedBill) -> None:
    bill = priced("1", "*1", "2", "/x", "*2", "-1", "@")
    assert [entry.operator for entry in bill.entries.values()] == [None, 1, 1, 2, 2]
    assert bill.operator == 2


def test_positions_are_given_in_order_and_never_again(priced: PricedBill) -> None:
    bill = priced("1", "/x", "2")
    bill.remove(3)
    bill.enter_text("3")
    assert list(bill.entries) == [1, 2, 4]


def test_a_currency_without_decimals_is_counted_whole(priced: PricedBill) -> None:
    bill = priced("100.5", "3*33.333", "-5%", currency="JPY")
    assert (bill.gross, bill.discounts, bill.total) == (201, -10, 191)


def test_a_currency_of_three_decimals_is_counted_in_thousandths(priced: PricedBill) -> None:
    bill = priced("1.2345", "-0.125", "@2/1.001", currency="KWD")
    assert (bill.gross, bill.total, bill.due) == (1235, 1110, 109)


def test_an_exponent_given_beats_the_standard_one(priced: PricedBill) -> None:
    assert priced("1.23456", currency="XXA", exponent=5).gross == 123456


def test_another_currency_is_converted_at_a_configured_rate(priced: PricedBill) -> None:
    """1.23 x 0.91234 = 1.1221782, kept as 1.1222 before the quantity counts."""
    charge = priced("1000*1.23USD", rates={"USD": "0.91234"}).entries[1]
    assert isinstance(charge, Charge)
    assert (charge.price, charge.gross) == (Decimal("1.1222"), 112220)


def test_a_group_keeps_the_rate_of_its_first_charge(shop: Tables) -> None:
    bill = Bill(shop)
    bill.enter_text("1.2")
    bill.shop = Tables({"tax_groups": {1: {"rate": 21}}, "default_tax_group": 1})
    bill.enter_text("1.2")
    assert [tax.rate for tax in bill.tax().values()] == [Decimal(20)]


def test_an_unpaid_bill_is_priced_with_what_is_due(priced: PricedBill) -> None:
    bill = priced("10", "@2/4")
    assert (bill.paid, bill.due, bill.balance, bill.state) == (400, 600, -600, State.PARTLY_PAID)


def test_a_modifier_that_brings_a_partly_paid_bill_to_balance_makes_it_final(priced: PricedBill) -> None:
    assert priced("10", "@2/5", "-50%").state is State.FINAL


def test_removing_a_charge_may_bring_a_partly_paid_bill_to_balance(priced: PricedBill) -> None:
    bill = priced("10", "5", "@2/10")
    assert bill.remove(2).finalised
    assert bill.state is State.FINAL


def test_removing_what_is_paid_is_overpaid(priced: PricedBill) -> None:
    bill = priced("10", "5", "@2/10")
    with pytest.raises(Refusal) as caught:
        bill.remove(1)
    assert (caught.value.code, bill.total, len(bill.entries)) == ("overpaid", 1500, 3)


def test_removing_the_surcharge_that_is_paid_is_overpaid(priced: PricedBill) -> None:
    bill = priced("10", "+5", "@2/11")
    with pytest.raises(Refusal) as caught:
        bill.remove(2)
    assert caught.value.code == "overpaid"


def test_a_removed_modifier_may_be_followed_by_another(priced: PricedBill) -> None:
    bill = priced("10", "/x", "-5%")
    bill.remove(3)
    bill.remove(2)
    bill.enter_text("+1")
    assert bill.total == 1100


def test_a_removed_group_leaves_the_tax(priced: PricedBill) -> None:
    bill = priced("10@2", "5@3+1", "7@2-2")
    bill.remove(2)
    assert (list(bill.tax()), bill.total) == ([2], 1500)


@pytest.mark.parametrize("position", [3, 4])
def test_only_what_stands_on_the_bill_and_is_no_payment_can_be_removed(
    priced: PricedBill, position: int
) -> None:
    bill = priced("10", "5", "@2/10")
    with pytest.raises(Refusal) as caught:
        bill.remove(position)
    assert caught.value.code == "unknown_entry"


def test_a_withdrawn_payment_leaves_the_bill_as_before(priced: PricedBill) -> None:
    bill = priced("10", "@2/4#36", "@2/3")
    assert bill.withdraw(2).value == 400
    assert (bill.paid, bill.state, bill.profile) == (300, State.PARTLY_PAID, None)
    bill.withdraw(3)
    assert (bill.paid, bill.state) == (0, State.OPEN)


def test_only_a_payment_can_be_withdrawn(priced: PricedBill) -> None:
    with pytest.raises(Refusal) as caught:
        priced("10", "@2/4").withdraw(1)
    assert caught.value.code == "unknown_entry"


def test_a_final_bill_gives_no_payment_back(priced: PricedBill) -> None:
    with pytest.raises(Refusal) as caught:
        priced("10", "@").withdraw(2)
    assert caught.value.code == "finalized"


def test_a_bill_is_final_on_request_when_auto_finalise_is_off(priced: PricedBill) -> None:
    bill = priced("10", "@", "/thanks", rules=Rules(auto_finalise=False))
    before = bill.state
    bill.finalise()
    assert (before, bill.state) == (State.PARTLY_PAID, State.FINAL)


def test_a_bill_with_something_due_is_not_made_final(priced: PricedBill) -> None:
    bill = priced("10", "@2/5")
    with pytest.raises(Refusal) as caught:
        bill.finalise()
    assert (caught.value.code, bill.state) == ("still_due", State.PARTLY_PAID)


def test_a_bill_of_zero_is_final_without_a_payment_only_when_asked_so(priced: PricedBill) -> None:
    bill = priced("0")
    with pytest.raises(Refusal):
        bill.finalise()
    bill.finalise(unpaid=True)
    assert bill.state is State.FINAL


def test_a_restored_bill_goes_on_where_it_stood(priced: PricedBill, shop: Tables) -> None:
    bill = priced("*1", "9.99@1", "/x", "4.95@2-1", "-10%", "@2/5#36")
    again = Bill.restore(
        shop,
        bill.entries.values(),
        state=bill.state,
        operator=bill.operator,
        profile=bill.profile,
        last_position=7,
    )
    assert (again.total, again.paid, again.tax(), again.profile) == (
        bill.total,
        bill.paid,
        bill.tax(),
        bill.profile,
    )
    entered = again.enter_text("@1/20")
    assert entered is not None
    assert (entered.finalised, entered.entry and entered.entry.position) == (True, 8)


def test_what_a_line_changed_is_named(priced: PricedBill) -> None:
    bill = priced()
    kinds = [bill.enter_text(text) for text in ("*1", "1", "/x", "-5%", "@", "")]
    assert kinds[5] is None
    assert [type(entered.entry) for entered in kinds[:5] if entered] == [
        type(None),
        Charge,
        Comment,
        BillModifier,
        Payment,
    ]
    assert [entered.finalised for entered in kinds[:5] if entered] == [False] * 4 + [True]


LINES = st.sampled_from(
    (
        *("*1", "*9", "1.2", "2*#1", "#3", "5-1", "1-2", "0", "/x", "-10%", "-5", "+1", "@2/1", "@2/0", "@"),
        *("@1/20", "@4", "@5/1", "@#36", "@2/1#37", "1@9", "x", "1.23456", "@2/1.234"),
    )
)


def snapshot(bill: Bill) -> dict[str, object]:
    return deepcopy({name: value for name, value in vars(bill).items() if name not in {"shop", "rules"}})


@given(st.lists(LINES, max_size=12), st.booleans(), st.booleans())
def test_a_refused_line_leaves_the_bill_as_it_was_and_an_entered_one_adds_up(
    lines: list[str], strict: bool, auto: bool
) -> None:
    bill = Bill(Tables(SMALL), Rules(strict, auto))
    for number, text in enumerate(lines, 1):
        before = snapshot(bill)
        try:
            bill.enter_text(text, number)
        except (Refusal, TextMistake):
            assert snapshot(bill) == before
    assert bill.total == bill.gross + bill.discounts + bill.surcharges
    assert bill.balance == -bill.due == bill.paid - bill.total
    assert sum(tax.gross for tax in bill.tax().values()) == bill.total
    assert all(tax.net + tax.vat == tax.gross for tax in bill.tax().values())
    again = Bill.restore(bill.shop, copy(bill.entries).values(), state=bill.state)
    assert (again.total, again.paid, again.tax()) == (bill.total, bill.paid, bill.tax())


SMALL = {
    "tax_groups": {1: {"rate": 20}},
    "default_tax_group": 1,
    "plus": {1: {"price": "1.5"}, 3: {}},
    "payment_types": {
        1: {"cash": True},
        2: {},
        4: {"model": "room"},
        5: {"fiscal": False},
    },
    "default_payment_type": 1,
    "operators": {1: {}},
    "profiles": {36: {}, 37: {}},
}


def test_an_entry_is_a_value() -> None:
    entry = BillModifier(1, ModifierValue("percent", Decimal(-5)))
    with pytest.raises(AttributeError):
        entry.position = 2  # type: ignore[misc]  # that is what is refused


def test_a_voided_bill_takes_nothing_more(priced: PricedBill) -> None:
    bill = priced("10", "@2/5")
    assert bill.move(Move.VOID) is State.VOIDED
    with pytest.raises(Refusal) as caught:
        bill.enter_text("1")
    assert (caught.value.code, str(caught.value)) == (
        "finalized",
        "the bill is voided and can no longer be changed",
    )


def test_a_number_out_of_its_limits_is_refused_on_a_live_bill(priced: PricedBill) -> None:
    assert refused(priced, "1", "12345678901").code == "number_range"


def test_each_groups_share_is_spread_over_its_lines(priced: PricedBill) -> None:
    """1.00 off in group 2: 0.33 and 0.67; 0.01 left over goes to the larger line."""
    bill = priced("1@2", "2@2", "/x", "0@2", "-1")
    assert bill.line_shares() == {1: -33, 2: -67, 4: 0}


@given(st.lists(st.tuples(st.integers(0, 500), st.integers(1, 3)), max_size=8), st.integers(-99, 99))
def test_line_shares_sum_to_their_groups_shares(lines: list[tuple[int, int]], percent: int) -> None:
    bill = Bill(Tables({"tax_groups": {1: {"rate": 0}, 2: {"rate": 9}, 3: {"rate": 20}}}))
    for price, group in lines:
        bill.enter_text(f"{price}@{group}")
    if percent:
        bill.enter_text(f"{percent:+}%")
    by_group: dict[int, int] = {}
    for position, share in bill.line_shares().items():
        charge = bill.entries[position]
        assert isinstance(charge, Charge)
        by_group[charge.tax_group] = by_group.get(charge.tax_group, 0) + share
    assert {n: s for n, s in by_group.items() if s} == {n: s for n, s in bill.shares().items() if s}
