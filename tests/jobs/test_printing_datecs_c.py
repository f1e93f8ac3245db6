"""What only Datecs C has: the register's limits, its journal, the traps of its page."""

import pytest

from billing.devices.drivers.datecs_c import DatecsC
from billing.devices.faults import DeviceError, DocumentRefused, NotSupported
from billing.devices.standing import Opened
from billing.devices.talk import Reply
from billing.documents import SaleLine
from tests.devices.documents import RECEIPT
from tests.devices.hearing import heard
from tests.devices.kinds import (
    CLIENT,
    changed,
    invoice,
)
from tests.devices.wired import Bench

DRIVER = "datecs-c"
DOCUMENT = RECEIPT | {"operator": {"code": "1", "password": "1"}}
SALE_NUMBER = DOCUMENT["unique_sale_number"]


def test_the_factory_password_is_the_operators_number() -> None:
    bench = Bench(DRIVER)
    bench.print(changed(DOCUMENT, operator={"code": "3"}))
    assert bench.receipts == 1


def answer(text: str, status: str = "80 80 88 80 86 9a") -> Reply:
    return Reply(text.encode("cp1251"), bytes.fromhex(status))


def test_a_register_whose_67_is_refused_still_shows_an_open_receipt() -> None:
    dialect = DatecsC()
    opened, sums = answer("0000012"), answer("1,000001,+00000000640,+00000000000")
    assert heard(dialect, dialect.standing(), opened, sums, answer("F")).opened is Opened.RECEIPT


def test_a_document_that_cannot_be_read_is_no_proof_that_ours_was_not_printed() -> None:
    dialect = DatecsC()
    with pytest.raises(DeviceError):
        heard(dialect, dialect.find(SALE_NUMBER, [12]), answer("F"))
    head = answer("P,12,24-11-2026 22:00:00,1,1")
    with pytest.raises(DeviceError):
        heard(dialect, dialect.find(SALE_NUMBER, [12]), head, *[answer("F"), head] * 6)


HEAD, ROW = answer("P,12,241126220000,1,1"), answer(f"P,3,1,12,{SALE_NUMBER},2")
END = answer("P,              ФИСКАЛЕН БОН")


def test_a_cancelled_document_says_so_between_equal_signs() -> None:
    dialect = DatecsC()
    text = [answer("P,Чай"), answer("P,   = А Н У Л И Р А Н ="), END, answer("F")]
    assert heard(dialect, dialect.find(SALE_NUMBER, [12]), HEAD, ROW, HEAD, *text) is None


def test_a_text_that_ends_as_a_receipt_does_is_read_once() -> None:
    dialect = DatecsC()
    text = [answer("P,Чай"), END, answer("F")]
    assert heard(dialect, dialect.find(SALE_NUMBER, [12]), HEAD, ROW, HEAD, *text) is not None


def test_a_text_that_breaks_off_is_read_again() -> None:
    dialect = DatecsC()
    text = [answer("P,Чай"), answer("F"), HEAD, answer("P,Чай"), answer("P,АНУЛИРАНО"), answer("F")]
    assert heard(dialect, dialect.find(SALE_NUMBER, [12]), HEAD, ROW, HEAD, *text) is None


def test_a_unit_and_the_end_of_a_long_text_are_left_out_with_a_warning() -> None:
    line = {"text": "о" * 60, "price": "1.00", "unit": "кг"}
    long = changed(DOCUMENT, lines=[line], modifier=None, total="1.00", payments=[{"amount": "1.00"}])
    assert len(Bench(DRIVER).print(long).warnings) == 2


def test_a_client_number_the_device_does_not_take_is_refused_before_the_first_byte() -> None:
    bench = Bench(DRIVER)
    with pytest.raises(DocumentRefused) as refused:
        bench.print(invoice(DOCUMENT) | {"client": {"number": "12345678"}})
    assert (refused.value.path, bench.transports[0].writes) == ("$.client.number", 0)


def test_the_longest_client_fits_a_frame_and_what_is_cut_is_told() -> None:
    long = dict.fromkeys(("name", "seller", "receiver", "address"), "щ" * 90)
    client = CLIENT | long | {"number": "1234567890123", "vat_number": "BG123456789012"}
    bench = Bench(DRIVER)
    answer = bench.print(invoice(DOCUMENT) | {"client": client})
    assert [warning.partition(" is cut")[0] for warning in answer.warnings] == [
        "$.client.seller",
        "$.client.receiver",
        "$.client.name",
        "$.client.address",
    ]


def test_120_sales_fit_and_121_are_refused_before_the_first_byte() -> None:
    lines = [{"text": "Чай", "price": "1.00"}] * 121
    many = changed(DOCUMENT, lines=lines, modifier=None, total="121.00", payments=[{"amount": "121.00"}])
    bench = Bench(DRIVER)
    with pytest.raises(DocumentRefused, match="takes 120"):
        bench.print(many)
    assert bench.transports[0].writes == 0


def test_there_is_no_cutter() -> None:
    with pytest.raises(NotSupported):
        Bench(DRIVER).printer().dialect.cut()


def test_settings_and_small_services_are_taken() -> None:
    bench = Bench(DRIVER)
    printer = bench.printer()
    printer.connect()
    dialect = printer.dialect
    assert printer.do(dialect.rates())[2] == 20
    now = printer.do(dialect.clock())
    printer.do(dialect.set_clock(now))
    assert printer.do(dialect.payment_names())["C"]
    printer.do(dialect.set_operator("2", "2", "Мария Петрова"))
    printer.do(dialect.set_plu(7, SaleLine.model_validate({"text": "Чай с лимон и много мед", "price": "2"})))
    printer.do(dialect.set_header(["Магазин", "София"]))
    printer.do(dialect.show("Здравейте", "0.00"))
    printer.do(dialect.feed(2))
    printer.do(dialect.drawer())
    bench.print(DOCUMENT)
    lines = printer.do(dialect.journal(now.date(), now.date()))
    assert any(SALE_NUMBER in line for line in lines)
