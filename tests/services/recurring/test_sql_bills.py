"""From a period to a real bill, its audit feed and its events (recurring semantics 7, 11, 12, 14 and 15)."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError

from billing.clock import SetClock
from billing.models import (
    Adjustment,
    Bill,
    Charge,
    Customer,
    FiscalDocument,
    Modifier,
    Outbox,
    Payout,
    Period,
    Plu,
    Subscription,
)
from billing.parser.mistakes import TextMistake
from billing.pricing.recurring.asked import Cancel, ChangeTerms, Pause
from billing.pricing.recurring.mistakes import NotPausable
from billing.pricing.recurring.terms import Change, Discount, Kind
from billing.services.idempotency import Answered, KeyReused, digest_of, once
from billing.services.recurring import plans, subscriptions, upkeep
from billing.services.recurring.contents import NotContent
from billing.services.recurring.running import Worker
from billing.services.register import open_register
from billing.store.engine import Store

MONTH = timedelta(days=31)
LINES = ("2*#1-10%", "9.90/Monthly@2", "/thank you")
"""Two charges, the first with a discount of its own, and a comment."""


@pytest.fixture
def cafe(shop: Store) -> Store:
    """A shop with a plan of content, one of an amount, and a customer."""
    plans.create_plan(shop, "lines", plans.PlanTerms(content=LINES))
    plans.create_plan(shop, "gym", plans.PlanTerms(amount=Decimal(25), tax_group=4))
    plans.create_customer(shop, "Anna", "anna")
    return shop


def subscribe(store: Store, plan: str, **words: Any) -> int:  # noqa: ANN401 whatever a subscription has
    new = subscriptions.NewSubscription(plan=plan, customer="anna", **words)
    return subscriptions.create(store, new).id


def read(store: Store, *columns: Any) -> list[tuple[Any, ...]]:  # noqa: ANN401 any columns
    with store.read() as work:
        return [tuple(row) for row in work.connection.execute(select(*columns).order_by(columns[0]))]


def modifiers(store: Store) -> list[tuple[Any, ...]]:
    return read(store, Modifier.position, Modifier.kind, Modifier.value, Modifier.amount)


def test_rule_7_2_a_bill_of_content_is_the_bill_that_the_register_makes(cafe: Store) -> None:
    subscribe(cafe, "lines")
    rung = open_register(cafe).ring([*LINES, "@"]).id
    columns = (Charge.position, Charge.kind, Charge.name, Charge.qty, Charge.price, Charge.gross)
    more = (Charge.total, Charge.tax_group, Charge.rate, Charge.department, Charge.plu, Charge.unit)
    with cafe.read() as work:
        bills = [
            work.connection.execute(
                select(*columns, *more).where(Charge.bill_id == bill).order_by(Charge.position)
            ).all()
            for bill in (rung - 1, rung)
        ]
        totals = work.connection.execute(select(Bill.total, Bill.discounts, Bill.operator)).all()
    assert bills[0] == bills[1]
    assert totals[0] == totals[1]


def test_rule_7_2_fixed_prices_are_pinned_and_quantity_multiplies_each_charge(cafe: Store) -> None:
    with cafe.write() as work:
        work.connection.execute(update(Plu).where(Plu.number == 1).values(price=Decimal(9)))
    subscribe(cafe, "lines", quantity=3)
    charges = read(cafe, Charge.position, Charge.qty, Charge.price, Charge.total)
    assert charges[:2] == [(1, Decimal(6), Decimal("1.2"), 648), (2, Decimal(3), Decimal("9.9"), 2970)]


def test_rule_7_2_an_own_amount_is_one_charge_under_the_plans_text_and_tax_group(cafe: Store) -> None:
    subscribe(cafe, "gym", amount=Decimal("19.99"), quantity=2)
    assert read(cafe, Charge.position, Charge.name, Charge.total, Charge.tax_group) == [(1, "gym", 3998, 4)]


def test_rule_7_3_a_discount_is_each_charges_one_modifier_and_folds_with_its_own(cafe: Store) -> None:
    subscribe(cafe, "lines", discount=Discount(Decimal(50), 1))
    assert modifiers(cafe) == [(1, "fixed", Decimal("-1.32"), -132), (2, "percent", Decimal(-50), -495)]


def test_rule_4_a_part_period_is_shared_by_the_charges_to_the_last_cent(cafe: Store) -> None:
    subscribe(cafe, "lines", align_day=1)
    value, total = read(cafe, Period.value)[0][0], read(cafe, Bill.total)[0][0]
    assert value == total
    assert 0 < value < 1206


def test_rule_7_4_standing_credit_is_the_bills_one_global_modifier(cafe: Store, clock: SetClock) -> None:
    number = subscribe(cafe, "gym")
    with cafe.write() as work:
        work.connection.execute(update(Subscription).values(credit=1000))
    clock.instant += MONTH
    Worker(cafe).run()
    assert modifiers(cafe) == [(2, "fixed", Decimal(-10), -1000)]
    assert subscriptions.show(cafe, number).subscription.credit == 0


def test_rule_2_the_customers_credit_pays_what_the_subscriptions_did_not(
    cafe: Store, clock: SetClock
) -> None:
    subscribe(cafe, "gym")
    with cafe.write() as work:
        work.connection.execute(update(Customer).values(credit=3000))
    clock.instant += MONTH
    Worker(cafe).run()
    assert read(cafe, Bill.id, Bill.total)[-1][1] == 0
    assert read(cafe, Customer.credit) == [(500,)]


def test_rule_7_5_a_total_of_zero_is_final_without_payment_or_receipt(cafe: Store) -> None:
    subscribe(cafe, "gym", discount=Discount(Decimal(100), None))
    assert read(cafe, Bill.id, Bill.state, Bill.total) == [(1, "final", 0)]
    assert (read(cafe, FiscalDocument.id), plans.owed_by(cafe)) == ([], [])


def test_rule_7_a_payout_plan_makes_payouts_and_no_bill(cafe: Store) -> None:
    plans.create_plan(cafe, "rent", plans.PlanTerms(kind=Kind.PAYOUT, amount=Decimal(300)))
    subscribe(cafe, "rent")
    assert read(cafe, Payout.amount, Payout.currency) == [(30000, "EUR")]
    assert read(cafe, Bill.id) == []


def test_rule_10_a_payout_has_nothing_to_give_back(cafe: Store, clock: SetClock) -> None:
    plans.create_plan(cafe, "rent", plans.PlanTerms(kind=Kind.PAYOUT, amount=Decimal(300)))
    number = subscribe(cafe, "rent")
    clock.instant += timedelta(days=3)
    subscriptions.operate(cafe, number, lambda now: ChangeTerms(now, change=Change(quantity=2)))
    subscriptions.operate(cafe, number, lambda now: Cancel(now, prorated=True))
    assert [kind for _, kind in read(cafe, Adjustment.number, Adjustment.kind)] == ["proration"]


def test_rule_1_computed_pricing_takes_the_plus_price_of_the_day(cafe: Store) -> None:
    plans.create_plan(cafe, "live", plans.PlanTerms(content=("2*#1",), calculator="live-price"))
    with cafe.write() as work:
        work.connection.execute(update(Plu).where(Plu.number == 1).values(price=Decimal(2)))
    subscribe(cafe, "live")
    assert read(cafe, Bill.total) == [(400,)]


def test_rule_1_metered_usage_is_billed_once_and_late_use_in_the_next_period(
    cafe: Store, clock: SetClock
) -> None:
    terms = plans.PlanTerms(content=("1*0.10/kWh@2",), calculator="metered-usage")
    plans.create_plan(cafe, "power", terms)
    number = subscribe(cafe, "power")
    noon = clock.now()
    assert subscriptions.tell_usage(cafe, number, "a", Decimal("120.5"))
    assert not subscriptions.tell_usage(cafe, number, "a", Decimal("120.5"))
    clock.instant += MONTH
    Worker(cafe).run()
    assert subscriptions.tell_usage(cafe, number, "late", Decimal(10), noon)
    clock.instant += MONTH
    Worker(cafe).run()
    assert [total for _, total in read(cafe, Bill.id, Bill.total)] == [0, 1205, 100]


@pytest.mark.parametrize("line", ["@", "*1", "-10%"])
def test_rule_2_content_has_no_payment_operator_or_discount_of_the_bill(cafe: Store, line: str) -> None:
    with pytest.raises((NotContent, TextMistake)):
        plans.create_plan(cafe, "wrong", plans.PlanTerms(content=("1*#1", line)))
    assert [each.plan for each in plans.list_plans(cafe)] == ["gym", "lines"]


def test_rule_11_paid_at_the_till_it_gets_its_receipt_and_its_feed_sums_to_nothing_owed(
    cafe: Store,
) -> None:
    number = subscribe(cafe, "lines")
    open_register(cafe).enter("@", plans.owed_by(cafe)[0].bill)
    lines = [line for line in subscriptions.feed(cafe, number) if line.segment == 0]
    sums = {side: sum(each.amount for each in lines if each.side == side) for side in ("billed", "settled")}
    assert sums == {"billed": 1206, "settled": 1206}
    assert len(read(cafe, FiscalDocument.id)) == 1


def test_rule_12_lines_are_numbered_without_gaps_and_carry_the_hash_before(cafe: Store) -> None:
    number = subscribe(cafe, "lines")
    subscriptions.operate(cafe, number, Pause)
    lines = subscriptions.feed(cafe, number)
    assert [(line.k, line.number, line.type) for line in lines] == [
        (-1, 1, "created"),
        (-1, 2, "paused"),
        (0, 1, "period.billed"),
        (0, 2, "charge"),
        (0, 3, "discount"),
        (0, 4, "charge"),
    ]
    assert lines[1].before == lines[0].hash
    assert list(upkeep.check(cafe)) == []


@pytest.mark.parametrize("what", ["UPDATE audit_event SET amount = 0", "DELETE FROM audit_event"])
def test_rule_12_the_audit_feed_is_only_added_to(cafe: Store, what: str) -> None:
    subscribe(cafe, "gym")
    with pytest.raises(DBAPIError, match="only added to"), cafe.write() as work:
        work.connection.execute(text(what))


def test_rule_14_an_event_is_written_with_the_change(cafe: Store) -> None:
    number = subscribe(cafe, "gym")
    subscriptions.operate(cafe, number, Cancel)
    kinds = {kind for _, kind in read(cafe, Outbox.id, Outbox.kind)}
    assert {"subscription.created", "period.billed", "subscription.canceled", "bill.voided"} <= kinds


def test_rule_10_a_refused_operation_writes_nothing(cafe: Store) -> None:
    number = subscribe(cafe, "gym")
    subscriptions.operate(cafe, number, Pause)
    before = subscriptions.feed(cafe, number)
    with pytest.raises(NotPausable):
        subscriptions.operate(cafe, number, Pause)
    assert subscriptions.feed(cafe, number) == before


def test_rule_10_a_change_inside_a_period_bills_the_difference(cafe: Store, clock: SetClock) -> None:
    number = subscribe(cafe, "gym")
    clock.instant += timedelta(days=15)
    subscriptions.operate(cafe, number, lambda now: ChangeTerms(now, change=Change(quantity=2)))
    assert [each.due for each in plans.owed_by(cafe)] == [2500, 1250]


def test_rule_15_the_same_key_gets_the_first_answer_and_another_request_is_refused(cafe: Store) -> None:
    def act(joined: Store) -> Answered:
        return Answered(200, {"subscription": subscribe(joined, "gym")})

    first = once(cafe, "k", digest_of("a"), act)
    assert once(cafe, "k", digest_of("a"), act).answer == first.answer
    assert len(read(cafe, Bill.id)) == 1
    with pytest.raises(KeyReused):
        once(cafe, "k", digest_of("b"), act)


def test_rule_15_an_external_id_is_unique_in_its_company(cafe: Store) -> None:
    subscribe(cafe, "gym", external_id="S-1")
    with pytest.raises(plans.ExternalIdTaken, match="S-1"):
        subscribe(cafe, "gym", external_id="S-1")


def test_rule_2_a_closed_plan_takes_nobody_new_and_those_it_has_go_on(cafe: Store, clock: SetClock) -> None:
    subscribe(cafe, "gym")
    plans.close_plan(cafe, "gym")
    with pytest.raises(plans.PlanClosed):
        subscribe(cafe, "gym")
    clock.instant += MONTH
    assert Worker(cafe).run().generated == 1
