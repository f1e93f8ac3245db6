"""The register: one call is one transaction, and a refused line changes nothing."""

import json
from dataclasses import replace
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from billing import models
from billing.parser.lines import ChargeLine
from billing.parser.mistakes import TextMistake
from billing.pricing import Refusal, State
from billing.pricing.refusals import Finalized, Overpaid, StillDue, UnknownOperator, UnknownPlu
from billing.services.devices import add_device, remember
from billing.services.jobs import show_job
from billing.services.keeping import AmountTooLarge
from billing.services.keys import KeyClash, KeyWrong
from billing.services.receipts import RateDiffers, Unprintable
from billing.services.register import NothingCharged, ReasonWrong, Register, open_register
from billing.store.engine import Store
from billing.store.mistakes import Missing
from billing.store.numbering import DeviceNumberUnknown

TABLES = (
    models.Bill,
    models.Charge,
    models.Modifier,
    models.Payment,
    models.BillTax,
    models.SaleNumber,
    models.FiscalDocument,
    models.JournalEntry,
    models.Outbox,
)


def rows(store: Store) -> dict[str, int]:
    """Return how many rows each table of a bill holds."""
    with store.read() as work:
        return {
            table.__tablename__: work.connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in TABLES
        }


@pytest.fixture
def register(shop: Store) -> Register:
    return open_register(shop)


def test_a_final_bill_leaves_all_its_rows_in_one_call(register: Register) -> None:
    stored = register.ring(["2*#23-20%", "/без торбичка", "1.2#4", "-10%", "@2/1", "@"])
    assert stored.final
    assert rows(register.store) == {
        "bill": 1,
        "charge": 3,
        "modifier": 2,
        "payment": 2,
        "bill_tax": 2,
        "sale_number": 1,
        "fiscal_document": 1,
        "journal_entry": 1,
        "outbox": 1,
    }


def test_the_worked_example_of_the_bill_text_is_kept_as_priced(register: Register) -> None:
    """Protocol semantics 13, with the sample's groups (2 at 20 %, 4 at 9 %)."""
    stored = register.read(register.ring(["9.99@2", "4.95@4", "-10%", "@2/5", "@1/20"]).id)
    bill = stored.bill
    assert (bill.gross, bill.discounts, bill.total, bill.paid, bill.change) == (1494, -149, 1345, 1345, 1155)
    assert {group: (tax.gross, tax.net, tax.vat) for group, tax in bill.tax().items()} == {
        2: (899, 749, 150),
        4: (446, 409, 37),
    }


def test_what_is_read_back_is_what_was_entered(register: Register) -> None:
    rung = register.ring(["2.5*#23-20%", "/текст", "3*0.333@4", "-0.50/карта", "@1/20"])
    read = register.read(rung.id)
    assert [entry.position for entry in read.bill.entries.values()] == [1, 2, 3, 4, 5]
    assert list(read.bill.entries.values()) == [
        replace(entry, line=0) for entry in rung.bill.entries.values()
    ]


def test_a_typed_line_that_no_text_could_say_changes_nothing(register: Register) -> None:
    before = rows(register.store)
    with pytest.raises(TextMistake):
        register.ring([ChargeLine(price=Decimal(1), text="a\x1bb")], park=True)
    assert rows(register.store) == before


def test_one_text_is_its_lines(register: Register) -> None:
    assert register.ring("1.2/Tea\r\n2*#23\n@2").bill.total == 440


def test_the_fiscal_document_says_what_the_bill_says(register: Register) -> None:
    stored = register.ring(
        ["*2", "2.5*#23-20%", "/без торбичка", "1.2#4/Вестник", "-1/карта", "@2/1", "@1/10"]
    )
    assert stored.job is not None
    document = json.loads(show_job(register.store, stored.job).document.model_dump_json(exclude_none=True))
    assert document == {
        "key": "",
        "kind": "receipt",
        "operator": {"code": "2", "password": ""},
        "unique_sale_number": "DT000600-0002-0000001",
        "lines": [
            {
                "text": "Ябълки",
                "price": "1.6",
                "qty": "2.5",
                "tax_group": 2,
                "unit": "",
                "modifier": {"kind": "percent", "value": "-20"},
            },
            {"comment": "без торбичка"},
            {"text": "Вестник", "price": "1.2", "qty": "1", "tax_group": 4, "department": 4, "unit": ""},
            {"comment": "карта"},
        ],
        "modifier": {"kind": "fixed", "value": "-1"},
        "payments": [{"category": "card", "amount": "1.00"}, {"category": "cash", "amount": "10.00"}],
        "total": "3.40",
    }


@pytest.mark.parametrize(
    ("lines", "mistake"),
    [
        (["1.2", "2*", "@"], TextMistake),
        (["1.2", "#99999", "@"], UnknownPlu),
        (["10-5", "@2/50"], Overpaid),
        (["1.2", "@", "1"], Finalized),
        (["1.2", "@1/1"], StillDue),
        (["/само текст"], NothingCharged),
        ([], NothingCharged),
        (["", "  "], NothingCharged),
        (["-5", "3"], Refusal),
    ],
)
def test_a_text_that_is_refused_leaves_nothing(
    register: Register, lines: list[str], mistake: type[Exception]
) -> None:
    with pytest.raises(mistake):
        register.ring(lines)
    assert set(rows(register.store).values()) == {0}


def test_typed_lines_are_rung_like_text(register: Register) -> None:
    typed = register.ring([ChargeLine(price=Decimal("1.20")), "@"])
    assert typed.bill.total == 120


def test_the_same_key_again_gets_the_first_answer(register: Register) -> None:
    first = register.ring(["1.2", "@"], key="order-7")
    again = open_register(register.store).ring(["1.2", "@"], key="order-7")
    assert (again.id, again.unique_sale_number, again.job) == (first.id, first.unique_sale_number, first.job)
    assert again.repeated
    assert not first.repeated
    assert rows(register.store)["bill"] == 1


def test_another_request_under_the_same_key_is_refused(register: Register) -> None:
    register.ring(["1.2", "@"], key="order-7")
    with pytest.raises(KeyClash, match="order-7"):
        register.ring(["1.3", "@"], key="order-7")


def test_a_refused_request_does_not_use_up_its_key(register: Register) -> None:
    with pytest.raises(StillDue):
        register.ring(["1.2"], key="order-7")
    assert register.ring(["1.2", "@"], key="order-7").final


def test_a_parked_bill_is_gone_on_with(register: Register) -> None:
    parked = register.ring(["1.2", "/маса 4"], park=True)
    assert parked.parked
    assert parked.bill.state is State.OPEN
    closed = register.enter("@", parked.id)
    assert closed.final
    assert not closed.parked
    assert closed.job is not None


def test_a_refused_line_at_the_till_changes_nothing(register: Register) -> None:
    bill = register.enter("1.2")
    before = rows(register.store)
    with pytest.raises(Overpaid):
        register.enter("@2/5", bill.id)
    assert rows(register.store) == before
    assert register.read(bill.id).bill.due == 120


def test_the_sale_number_is_taken_with_the_first_charge(register: Register) -> None:
    bill = register.enter("*2")
    assert bill.unique_sale_number == ""
    bill = register.enter("*3", bill.id)
    bill = register.enter("1.2", bill.id)
    assert bill.unique_sale_number == "DT000600-0003-0000001"
    assert register.enter("*1", bill.id).unique_sale_number == "DT000600-0003-0000001"


def test_a_refused_bill_leaves_no_gap_in_the_sale_numbers(register: Register) -> None:
    register.ring(["1", "@"])
    with pytest.raises(Refusal):
        register.ring(["1", "#99999"])
    assert register.ring(["1", "@"]).unique_sale_number.endswith("-0000002")


def test_a_device_without_a_number_stops_the_first_charge(register: Register) -> None:
    remember(register.store, "printer", {"number": ""})
    with pytest.raises(DeviceNumberUnknown, match="device check printer"):
        register.ring(["1", "@"])
    assert rows(register.store)["bill"] == 0


def test_a_voided_bill_keeps_its_number_and_reason(register: Register) -> None:
    bill = register.ring(["1.2", "@2/1"], park=True)
    register.void(bill.id, "клиентът се отказа", operator=1)
    read = register.read(bill.id)
    assert read.bill.state is State.VOIDED
    assert read.void_reason == "клиентът се отказа"
    with register.store.read() as work:
        number = work.session().scalars(select(models.SaleNumber)).one()
        entry = work.session().scalars(select(models.JournalEntry)).one()
    assert (number.sale, number.void_reason) == (1, "клиентът се отказа")
    assert (entry.kind, entry.operator) == ("bill_voided", 1)


@pytest.mark.parametrize("reason", [" ", "x" * 256, "a\x00b"])
def test_voiding_takes_a_reason_that_can_be_kept(register: Register, reason: str) -> None:
    bill = register.ring(["1.2"], park=True)
    with pytest.raises(ReasonWrong):
        register.void(bill.id, reason)
    assert register.read(bill.id).bill.state is State.OPEN


@pytest.mark.parametrize("key", ["", "x" * 201, "a\nb", "a\x00b"])
def test_a_key_that_cannot_be_kept_is_wrong_usage(register: Register, key: str) -> None:
    with pytest.raises(KeyWrong) as caught:
        register.ring(["1.2", "@"], key=key)
    assert caught.value.exit_code == 2


def test_a_register_is_opened_by_an_operator_there_is(shop: Store) -> None:
    assert open_register(shop, operator=2).ring(["1", "@"]).unique_sale_number == "DT000600-0002-0000001"
    with pytest.raises(UnknownOperator):
        open_register(shop, operator=99)


def test_the_largest_amounts_are_kept_exactly(register: Register) -> None:
    bill = register.ring(["999999.999*999999999.9999@1", "@2"])
    assert register.read(bill.id).bill.total == 99999999899990000


def test_a_final_bill_is_not_voided(register: Register) -> None:
    bill = register.ring(["1.2", "@"])
    with pytest.raises(Finalized):
        register.void(bill.id, "грешка")


def test_a_withdrawn_payment_stays_as_a_record(register: Register) -> None:
    bill = register.ring(["10", "@2/4"], park=True)
    after = register.withdraw(bill.id, 2, operator=3)
    assert (after.bill.state, after.bill.due) == (State.OPEN, 1000)
    with register.store.read() as work:
        payment = work.session().scalars(select(models.Payment)).one()
    assert (payment.value, payment.withdrawn_by) == (400, 3)
    assert register.enter("@2/10", bill.id).final


def test_a_removed_charge_stays_as_a_record(register: Register) -> None:
    bill = register.ring(["10-10%", "2", "-50%"], park=True)
    assert register.remove(bill.id, 1).bill.total == 100
    assert register.read(bill.id).bill.total == 100
    assert rows(register.store)["charge"] == 2


def test_a_removed_bill_modifier_makes_room_for_another(register: Register) -> None:
    bill = register.ring(["10", "-50%"], park=True)
    register.remove(bill.id, 2)
    assert register.enter("-10%", bill.id).bill.total == 900


def test_the_modifiers_amount_follows_later_charges(register: Register) -> None:
    bill = register.ring(["10", "-10%"], park=True)
    register.enter("10", bill.id)
    with register.store.read() as work:
        assert work.session().scalars(select(models.Modifier)).one().amount == -200


def test_an_old_bill_keeps_name_price_and_rate(register: Register) -> None:
    bill = register.ring(["#23", "@"])
    with register.store.write() as work, work.session() as session:
        plu = session.scalars(select(models.Plu).where(models.Plu.number == 23)).one()
        plu.name, plu.price = "Круши", Decimal("9.99")
        session.flush()
    charge = next(iter(register.read(bill.id).bill.entries.values()))
    assert (charge.name, charge.price) == ("Ябълки", Decimal("1.6"))  # type: ignore[union-attr]  # it is a charge


def test_a_register_sees_a_change_of_the_nomenclature_with_its_next_bill(register: Register) -> None:
    register.ring(["#23", "@"])
    with register.store.write() as work, work.session() as session:
        session.scalars(select(models.Plu).where(models.Plu.number == 23)).one().price = Decimal("9.99")
        session.scalars(select(models.Nomenclature)).one().version += 1
        session.flush()
    assert register.ring(["#23", "@"]).bill.total == 999


def test_a_rate_that_differs_on_the_device_is_refused_with_both_values(register: Register) -> None:
    remember(register.store, "printer", {"capabilities": {"rates": {"1": "0", "2": "19.00", "4": "9"}}})
    with pytest.raises(RateDiffers, match=r"19\.00 % there and 20 % here"):
        register.ring(["1", "@"])


def test_a_payment_the_device_has_not_is_refused_and_the_bill_stays(register: Register) -> None:
    bill = register.ring(["10"], park=True)
    remember(register.store, "printer", {"capabilities": {"payments": ["cash", "card"]}})
    with pytest.raises(Unprintable, match="check"):
        register.enter("@3", bill.id)
    assert register.enter("@2", bill.id).final


def test_a_bill_of_non_fiscal_payments_has_no_fiscal_document(register: Register) -> None:
    bill = register.ring(["10", "@5"])
    assert bill.final
    assert bill.job is None
    assert bill.bill.state is State.FINAL


def test_a_bill_paid_at_another_device_voids_its_number_and_takes_one_of_that_device(
    register: Register,
) -> None:
    add_device(register.store, "other", "datecs-p:/dev/x", origin="bar", seen={"number": "DT000777"})
    bill = register.ring(["10"], park=True)
    paid = open_register(register.store, "bar").enter("@", bill.id)
    assert (paid.unique_sale_number, paid.origin) == ("DT000777-0001-0000001", "bar")
    with register.store.read() as work:
        numbers = work.session().scalars(select(models.SaleNumber).order_by(models.SaleNumber.id)).all()
    assert [(n.device_number, n.void_reason) for n in numbers] == [
        ("DT000600", "the bill ends on device DT000777"),
        ("DT000777", ""),
    ]


def test_an_unknown_origin_is_named_with_those_there_are(shop: Store) -> None:
    with pytest.raises(Missing, match="there is shop"):
        open_register(shop, "cellar")


def test_a_bill_that_is_not_there_is_missing(register: Register) -> None:
    with pytest.raises(Missing):
        register.read(999)


def test_a_bill_of_another_master_is_missing(register: Register) -> None:
    bill = register.ring(["1", "@"])
    other = Store(register.store.engine, 7, register.store.clock)
    with pytest.raises(Missing):
        Register(other).read(bill.id)


def test_a_bill_too_large_to_be_kept_is_refused(register: Register) -> None:
    with pytest.raises(AmountTooLarge):
        register.ring(["999999.999*999999999.9999@1"] * 100, park=True)
    assert rows(register.store)["bill"] == 0
