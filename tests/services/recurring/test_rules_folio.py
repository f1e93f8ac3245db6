"""A plan that a guest's room pays (recurring semantics 11, protocol semantics 9)."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from sqlalchemy import select, update

from billing.jobs.collecting import collect
from billing.models import Bill, Collection, FiscalDocument, Payment, PaymentType
from billing.services.events import read_events
from billing.services.recurring import charging, plans, subscriptions
from billing.services.recurring.charging import NotCollected
from billing.services.recurring.subscriptions import NewSubscription
from billing.store.engine import Store

Subscribe = Callable[[str], int]


@pytest.fixture
def subscribe(shop: Store) -> Subscribe:
    """Subscribe a guest with an instrument; the first period is billed at once."""
    plans.create_plan(shop, "parking", plans.PlanTerms(amount=Decimal(12)))
    plans.create_customer(shop, "Guest", "guest")

    def make(instrument: str) -> int:
        new = NewSubscription(plan="parking", customer="guest", instrument=instrument)
        return subscriptions.create(shop, new).id

    return make


def _rows(store: Store, *columns: object) -> list[tuple[object, ...]]:
    with store.read() as work:
        return [tuple(row) for row in work.connection.execute(select(*columns))]  # type: ignore[call-overload]  # any columns


def test_rule_11_a_room_pays_by_the_room_transfer_model_and_names_the_room(
    shop: Store, subscribe: Subscribe
) -> None:
    subscribe("room:312")
    collect(shop, {})
    assert _rows(shop, Payment.model, Payment.room, Payment.fiscal) == [("room-transfer", "312", False)]
    assert _rows(shop, Collection.state) == [("SETTLED",)]


def test_rule_11_one_posting_a_period(shop: Store, subscribe: Subscribe) -> None:
    subscribe("room:312")
    for _ in range(3):
        collect(shop, {})
    posted = [event.payload for event in read_events(shop) if event.kind == "folio.posted"]
    assert [(each["room"], each["segment"], each["k"], each["amount"]) for each in posted] == [
        ("312", 0, 0, 1200)
    ]


def test_rule_11_a_posting_to_a_room_has_no_fiscal_receipt(shop: Store, subscribe: Subscribe) -> None:
    subscribe("room:312")
    collect(shop, {})
    assert (_rows(shop, FiscalDocument.id), _rows(shop, Bill.fiscal)) == ([], [(False,)])


def test_a_bill_that_no_payment_type_can_post_stays_open_for_the_till(
    shop: Store, subscribe: Subscribe
) -> None:
    with shop.write() as work:
        of_rooms = update(PaymentType).where(PaymentType.model == "room-transfer")
        work.connection.execute(of_rooms.values(model=""))
    number = subscribe("room:312")
    done = collect(shop, {})
    assert (done.failed, _rows(shop, Collection.state, Collection.next_try)) == (1, [("OPEN", None)])
    assert subscriptions.feed(shop, number)[-1].type == "payment.refused"


def test_a_bill_at_the_till_goes_to_the_room_that_is_given_later(shop: Store, subscribe: Subscribe) -> None:
    number = subscribe("")
    collect(shop, {})
    charging.give_instrument(shop, number, "room:7")
    collect(shop, {})
    assert _rows(shop, Payment.room) == [("7",)]


def test_a_room_is_never_asked_as_a_gateway(shop: Store, subscribe: Subscribe) -> None:
    subscribe("room:312")
    with pytest.raises(NotCollected):
        charging.retry(shop, 1)
