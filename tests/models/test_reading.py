"""The models are for reading: a bill's rows come with it, and a host's own payment model is used."""

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from billing.models import Bill, Payment, PaymentType, RoomTransferPayment
from billing.services.register import open_register
from billing.store.engine import Store


@pytest.fixture
def house_account() -> Iterator[type[Payment]]:
    """A payment model that a host application adds: one subclass, named as the model is."""

    class HouseAccount(Payment):
        __mapper_args__ = {"polymorphic_identity": "house-account"}  # noqa: RUF012 SQLAlchemy's

    yield HouseAccount
    HouseAccount.registry._dispose_cls(HouseAccount)
    del Payment.__mapper__.polymorphic_map["house-account"]


def paid_by(shop: Store, model: str) -> Payment:
    """Return the payment of a bill paid with type 6, which is of ``model``."""
    with shop.write() as work, work.session() as session:
        session.scalars(select(PaymentType).where(PaymentType.number == 6)).one().model = model
        session.flush()
    open_register(shop).ring(["10", "@6"])
    with shop.read() as work:
        return work.session().scalars(select(Payment)).one()


def test_a_bill_comes_with_its_charges_modifiers_payments_and_tax(shop: Store) -> None:
    open_register(shop).ring(["2*#23-20%", "/текст", "1.2#4", "-10%", "@2/1", "@"])
    with shop.read() as work:
        bill = work.session().scalars(select(Bill)).one()
        assert [charge.name for charge in bill.charge_rows] == ["Ябълки", "текст", "Книги и вестници"]
        assert [modifier.amount for modifier in bill.modifier_rows] == [-64, -38]
        assert [payment.value for payment in bill.payment_rows] == [100, 238]
        assert {tax.tax_group: tax.gross for tax in bill.tax_rows} == {2: 230, 4: 108}


def test_a_payment_of_our_own_model_is_an_object_of_its_class(shop: Store) -> None:
    assert type(paid_by(shop, "room-transfer")) is RoomTransferPayment


def test_a_payment_of_a_hosts_model_is_an_object_of_its_class(
    shop: Store, house_account: type[Payment]
) -> None:
    assert type(paid_by(shop, "house-account")) is house_account


def test_a_model_without_a_class_is_a_plain_payment(shop: Store) -> None:
    payment = paid_by(shop, "loyalty-points")
    assert (type(payment), payment.model) == (Payment, "loyalty-points")
