"""A host application embeds the bill: its objects are charged, its models have bills, its listeners hear."""

from decimal import Decimal

import pytest
from sqlalchemy import select

from billing import models
from billing.pricing import State
from billing.pricing.payment_models import (
    MODELS,
    FactMissing,
    FactWrong,
    ModelTaken,
    PaymentModel,
    register_model,
)
from billing.services.hosting import HostRegister, Told, listen
from billing.services.register import open_register
from billing.services.reversals import Asked, ReversalReason, reverse
from billing.store.engine import Store
from billing.store.nomenclature import count_version_up
from examples import embed_hotel
from tests.jobs.queued import Shop


class VoucherPayment(models.Payment):
    """A payment model of a host's own."""

    __mapper_args__ = {"polymorphic_identity": "host-voucher"}  # noqa: RUF012 SQLAlchemy's


def add_type(store: Store, number: int, model: str) -> None:
    """Give the shop a payment type of this model."""
    with store.write() as work, work.session() as session:
        session.add(models.PaymentType(number=number, name=model, model=model, category="card", fiscal=False))
        session.flush()
        count_version_up(work)


def test_the_example_hotel_runs_on_both_databases(shop: Store) -> None:
    embed_hotel.make_hotel(shop)
    assert embed_hotel.stay(shop) == [
        "bill_opened 1",
        "charge_added 1",
        "charge_added 1",
        "payment_added 1",
        "bill_final 1",
        "bill_opened 2",
        "charge_added 2",
        "payment_added 2",
        "bill_final 2",
    ]
    assert embed_hotel.account(shop) == [
        "Анна Петрова: 2 bills",
        "  3 x Нощувка, стая 204 = 28500",
        "  2 x Закуска = 1300",
        "  1 x Нощувка, стая 204 = 9500",
        "  В брой  29800",
        "  По сметка на стая 204 9500",
    ]


def test_the_example_hotel_runs_as_a_program(capsys: pytest.CaptureFixture[str]) -> None:
    embed_hotel.main()
    assert "Анна Петрова: 2 bills" in capsys.readouterr().out


def test_a_charge_names_the_hosts_object(shop: Store) -> None:
    embed_hotel.make_hotel(shop)
    embed_hotel.stay(shop)
    with shop.read() as work, work.session() as session:
        charge = session.scalars(select(models.Charge)).first()
    assert charge is not None
    assert (charge.chargeable_type, charge.chargeable_id, charge.origin) == ("Room", 12, "shop")


def test_another_master_sees_no_bill_of_the_billable(shop: Store) -> None:
    embed_hotel.make_hotel(shop)
    embed_hotel.stay(shop)
    with Store(shop.engine, 7, shop.clock).read() as work, work.session() as session:
        assert session.scalars(select(models.Bill)).all() == []
        assert session.scalars(select(embed_hotel.Guest)).all() == []


def test_a_listener_hears_after_the_commit_and_of_the_paper(shop: Store) -> None:
    till, heard = Shop(shop), []

    def hear(told: Told) -> None:
        heard.append((told.kind, open_register(shop).read(told.bill).bill.state))

    listen(shop, hear)
    stored = till.ring("1", "@")
    till.print(stored.job)
    assert heard == [
        ("bill_opened", State.HANDED_OVER),
        ("charge_added", State.HANDED_OVER),
        ("payment_added", State.HANDED_OVER),
        ("bill_final", State.HANDED_OVER),
        ("bill_printed", State.HANDED_OVER),
    ]


def test_a_refused_line_is_not_heard_of(shop: Store) -> None:
    heard: list[Told] = []
    listen(shop, heard.append)
    add_type(shop, 9, "external")
    with pytest.raises(FactMissing):
        open_register(shop).ring(["1", "@9"])
    assert heard == []


@pytest.mark.parametrize(
    ("model", "facts", "kept", "column"),
    [
        ("external", {"token": "tr_17"}, models.ExternalPayment, "token"),
        ("paypal-express", {"token": "EC-1"}, models.PayPalExpressPayment, "token"),
        ("room-transfer", {"room": "204"}, models.RoomTransferPayment, "room"),
        ("room-transfer", {}, models.RoomTransferPayment, None),
        ("bank", {}, models.BankPayment, None),
        ("plain", {}, models.Payment, None),
        ("cheques of our own", {}, models.Payment, None),
    ],
)
def test_a_payment_is_kept_as_its_model_with_what_it_was_told(
    shop: Store, model: str, facts: dict[str, str], kept: type[models.Payment], column: str | None
) -> None:
    add_type(shop, 9, model)
    register = HostRegister(shop)
    bill = register.ring(["10"], park=True)
    assert register.pay(bill.id, 9, told=facts).final
    with shop.read() as work, work.session() as session:
        payment = session.scalars(select(models.Payment)).one()
    assert type(payment) is kept
    assert payment.model == model
    if column is not None:
        assert getattr(payment, column) == facts[column]


@pytest.mark.parametrize(
    ("model", "facts", "mistake"),
    [
        ("external", {}, FactMissing),
        ("external", {"token": " "}, FactMissing),
        ("external", {"token": "a\nb"}, FactWrong),
        ("plain", {"token": "tr_17"}, FactWrong),
        ("external", {"token": "tr_17", "room": "1"}, FactWrong),
    ],
)
def test_a_payment_that_was_told_too_little_or_too_much_is_refused(
    shop: Store, model: str, facts: dict[str, str], mistake: type[Exception]
) -> None:
    add_type(shop, 9, model)
    register = HostRegister(shop)
    bill = register.ring(["10"], park=True)
    with pytest.raises(mistake):
        register.pay(bill.id, 9, told=facts)
    assert register.read(bill.id).bill.state is State.OPEN


def test_a_host_adds_a_payment_model_of_its_own(shop: Store) -> None:
    model = PaymentModel("host-voucher", needs=frozenset({"token"}))
    register_model(model)
    register_model(model)
    with pytest.raises(ModelTaken):
        register_model(PaymentModel("host-voucher"))
    try:
        add_type(shop, 9, "host-voucher")
        register = HostRegister(shop)
        bill = register.ring(["10"], park=True)
        register.pay(bill.id, 9, Decimal(10), told={"token": "V-1"})
        with shop.read() as work, work.session() as session:
            assert type(session.scalars(select(models.Payment)).one()) is VoucherPayment
    finally:
        del MODELS["host-voucher"]


def test_an_external_payment_goes_back_by_another_way_only_where_it_can_be_told(shop: Store) -> None:
    add_type(shop, 9, "external")
    register = HostRegister(shop)
    bill = register.pay(register.ring(["10"], park=True).id, 9, told={"token": "tr_17"})
    assert reverse(shop, bill.id, Asked(ReversalReason.REFUND)).bill.paid == 1000
