"""What a device could never print is refused as a payment."""

from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import select

from billing.documents import Client, Invoice, Receipt, SaleLine
from billing.models import Profile
from billing.pricing import State
from billing.services.devices import remember
from billing.services.jobs import show_job
from billing.services.receipts import ClientWrong, RateDiffers, Unprintable
from billing.services.register import open_register
from billing.store.engine import Store


@pytest.mark.parametrize(
    ("capabilities", "lines", "says"),
    [
        ({"payments": ["cash"]}, ["1", "@2"], "has no payment 'card', only cash"),
        ({"max_sales": 1}, ["1", "1", "@"], "at most 1 sales, this bill has 2"),
        ({"price_max": "9.99"}, ["10/чанта", "@"], "a price of 10 in 'чанта' is above its limit of 9.99"),
        ({"quantity_max": "2"}, ["3*1", "@"], "a quantity of 3"),
        ({"percent_max": "50"}, ["1-51%", "@"], "a percent of 51"),
        ({"rates": {"2": None}}, ["1", "@"], "tax group 2 is not set there and 20 % here"),
        ({"rates": {"2": "9.00"}}, ["1", "@"], r"tax group 2 is 9\.00 % there and 20 % here"),
    ],
)
def test_a_bill_beyond_the_device_is_refused_with_why(
    shop: Store, capabilities: Mapping[str, Any], lines: list[str], says: str
) -> None:
    remember(shop, "printer", {"capabilities": capabilities})
    with pytest.raises(Unprintable, match=says):
        open_register(shop).ring(lines)


def test_an_unknown_limit_is_left_to_the_driver(shop: Store) -> None:
    remember(shop, "printer", {"capabilities": {"rates": None, "payments": None}})
    assert open_register(shop).ring(["1@3", "@6"]).final


def test_the_rate_is_judged_at_the_first_payment(shop: Store) -> None:
    register = open_register(shop)
    bill = register.ring(["1"], park=True)
    remember(shop, "printer", {"capabilities": {"rates": {"2": "9"}}})
    with pytest.raises(RateDiffers):
        register.enter("@2/0.50", bill.id)
    assert register.read(bill.id).bill.payments == ()


@pytest.mark.parametrize(("known", "named"), [(None, [None, 4]), ([1, 16], [5, 4])])
def test_a_plus_own_department_is_named_to_a_device_that_has_departments(
    shop: Store, known: list[int] | None, named: list[int | None]
) -> None:
    remember(shop, "printer", {"capabilities": {"departments": known}})
    job = open_register(shop).ring(["#23", "1#4", "@"]).job
    document = show_job(shop, job or 0).document
    assert isinstance(document, Receipt)
    assert [line.department for line in document.lines if isinstance(line, SaleLine)] == named


def test_a_payment_with_a_profile_makes_an_invoice_for_its_client(shop: Store) -> None:
    job = open_register(shop).ring(["150/Зала", "@2/100", "@#36"]).job
    document = show_job(shop, job or 0).document
    assert isinstance(document, Invoice)
    assert document.client == Client(
        number="200436136",
        name="Бяла роза ООД",
        receiver="Бяла роза ООД",
        seller="Мария",
        address="София, ул. Шипка 36",
    )


def test_a_device_without_invoices_refuses_the_payment_that_asks_for_one(shop: Store) -> None:
    remember(shop, "printer", {"capabilities": {"invoices": False}})
    register = open_register(shop)
    bill = register.ring(["150"], park=True)
    with pytest.raises(Unprintable, match="prints no invoices"):
        register.enter("@#36", bill.id)
    assert register.read(bill.id).bill.state is State.OPEN
    assert register.enter("@", bill.id).final


@pytest.mark.parametrize(
    ("identity", "says"), [("", "it has no identity number"), ("BG-1", "its identity: ")]
)
def test_a_profile_without_a_number_that_an_invoice_takes_is_refused(
    shop: Store, identity: str, says: str
) -> None:
    with shop.write() as work, work.session() as session:
        session.scalars(select(Profile).where(Profile.number == 36)).one().identity = identity
        session.flush()
    with pytest.raises(ClientWrong, match=f"profile 36 cannot be on an invoice: {says}"):
        open_register(shop).ring(["150", "@#36"])


def test_a_bill_paid_by_bank_has_no_fiscal_invoice(shop: Store) -> None:
    assert open_register(shop).ring(["150", "@5#36"]).job is None
