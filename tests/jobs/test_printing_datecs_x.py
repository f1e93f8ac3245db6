"""What only Datecs X has: two results in an answer, its journal, the traps of its page."""

import pytest

from billing.devices.drivers.datecs_x import DatecsX
from billing.devices.faults import DeviceError, DocumentRefused, Fault, NotSupported
from billing.devices.standing import Opened
from billing.devices.talk import Command, Reply
from billing.documents import Printed, SaleLine
from tests.devices.documents import RECEIPT
from tests.devices.hearing import heard
from tests.devices.kinds import (
    CASH_IN,
    CLIENT,
    changed,
    invoice,
    reversal,
)
from tests.devices.wired import Bench

DRIVER = "datecs-x"
DOCUMENT = RECEIPT
SALE_NUMBER = DOCUMENT["unique_sale_number"]


def with_invoices(bench: Bench) -> Bench:
    """Give the device a range of invoice numbers (66)."""
    memory = bench.device.memory
    memory.invoice_start, memory.invoice_end, memory.invoice_next = 1, 99, 1
    return bench


def answer(text: str, status: str = "80 80 88 80 86 9a 80 80") -> Reply:
    return Reply(text.replace("|", "\t").encode("cp1251"), bytes.fromhex(status))


@pytest.mark.parametrize("state", ["2", "3", "4"])
def test_a_storno_is_told_by_its_reason_and_its_number_counts_once_it_is_closed(state: str) -> None:
    dialect = DatecsX()
    standing = heard(dialect, dialect.standing(), answer(f"0|{state}|18|1|1.00|0.00|"))
    assert (standing.opened, standing.last_document) == (Opened.REVERSAL, 17)


@pytest.mark.parametrize("state", ["0", "5"])
def test_a_slip_is_told_by_the_status_and_in_later_firmware_by_5(state: str) -> None:
    dialect = DatecsX()
    said = answer(f"0|{state}|17|3|6.40|6.40|", "80 80 a0 80 86 9a 80 80")
    assert heard(dialect, dialect.standing(), said).opened is Opened.SLIP


def test_0_is_done_whatever_the_status_shows() -> None:
    """Paper that runs out at the close answers an error bit and the receipt's number: it is printed."""
    dialect = DatecsX()
    out = answer("0|17|", "a0 80 81 80 86 9a 80 80")
    assert dialect.judge(Command(56), out) is None
    assert dialect.health(out.status).faults == (Fault.PAPER_OUT,)


def test_a_code_refuses_whatever_the_status_shows() -> None:
    """A wrong password comes with a clean status; reading that alone took it for a printed receipt."""
    refused = DatecsX().judge(Command(48), answer("-102002|", "80 80 80 80 86 9a 80 80"))
    assert refused is not None
    assert (refused.code, refused.maker_code) == ("password", "-102002")


def test_an_answer_without_a_result_is_no_success() -> None:
    dialect = DatecsX()
    with pytest.raises((ValueError, IndexError)):
        heard(dialect, dialect.cancel(), answer(""))


HEAD = answer("0|17|17|24-11-26 10:30:00|1|1|")
NONE_LEFT = answer("-100003|")


def test_a_cancelled_document_of_the_journal_is_type_8() -> None:
    dialect = DatecsX()
    head = answer("0|17|17|24-11-26 10:30:00|8|1|")
    assert heard(dialect, dialect.find(SALE_NUMBER, [17]), head) is None


def test_a_device_without_records_is_read_by_its_text() -> None:
    dialect = DatecsX()
    lines = [answer("0|ХЛЯБ|"), answer(f"0|УНП: {SALE_NUMBER}|"), NONE_LEFT]
    answers = [HEAD, *[answer("-112000|")] * 4, HEAD, *lines]
    assert heard(dialect, dialect.find(SALE_NUMBER, [17]), *answers) is not None


def test_a_text_that_breaks_off_is_read_again() -> None:
    dialect = DatecsX()
    cut, whole = [answer("0|ХЛЯБ|"), NONE_LEFT], [answer("0|ХЛЯБ|"), answer(f"0|{SALE_NUMBER}|"), NONE_LEFT]
    answers = [HEAD, *[answer("-112000|")] * 4, HEAD, *cut, HEAD, *whole]
    assert heard(dialect, dialect.find(SALE_NUMBER, [17]), *answers) is not None


def test_a_document_that_cannot_be_read_is_no_proof_that_ours_was_not_printed() -> None:
    dialect = DatecsX()
    with pytest.raises(NotSupported):
        heard(dialect, dialect.find(SALE_NUMBER, [17]), answer("-100004|"))


def test_a_long_text_fits_and_a_unit_is_said() -> None:
    line = {"text": "о" * 72, "price": "1.00", "unit": "кг"}
    long = changed(DOCUMENT, lines=[line], modifier=None, total="1.00", payments=[{"amount": "1.00"}])
    assert Bench(DRIVER).print(long).warnings == ()


def test_the_cash_parts_of_a_reversal_are_paid_back_in_one() -> None:
    bench = Bench(DRIVER)
    bench.print(CASH_IN)
    parts = [{"category": "cash", "amount": "20.00"}, {"category": "cash", "amount": "4.24"}]
    answer = bench.print(reversal(DOCUMENT, bench.print(DOCUMENT)) | {"payments": parts})
    assert answer.printed is Printed.YES


def test_too_little_cash_for_a_reversal_prints_nothing() -> None:
    bench = Bench(DRIVER)
    sold = bench.print(DOCUMENT)
    with pytest.raises(DeviceError) as refused:
        bench.print(reversal(DOCUMENT, sold, "refund"))
    assert (refused.value.code, refused.value.printed) == ("cash-short", Printed.NO)
    assert bench.device.memory.day.reversals["refund"].count == 0


def test_a_client_number_the_device_does_not_take_is_refused_before_the_first_byte() -> None:
    bench = Bench(DRIVER)
    with pytest.raises(DocumentRefused) as refused:
        bench.print(invoice(DOCUMENT) | {"client": {"number": "1234567"}})
    assert (refused.value.path, bench.transports[0].writes) == ("$.client.number", 0)


def test_an_invoice_without_a_range_prints_nothing() -> None:
    bench = Bench(DRIVER)
    with pytest.raises(DeviceError) as refused:
        bench.print(invoice(DOCUMENT))
    assert (refused.value.maker_code, refused.value.printed) == ("-111025", Printed.NO)


def test_the_longest_client_fits_a_frame_and_what_is_cut_is_told() -> None:
    long = dict.fromkeys(("name", "seller", "receiver", "address"), "щ" * 90)
    client = CLIENT | long | {"number": "1234567890123", "vat_number": "BG123456789012"}
    bench = with_invoices(Bench(DRIVER))
    answer = bench.print(invoice(DOCUMENT) | {"client": client})
    assert [warning.partition(" is cut")[0] for warning in answer.warnings] == [
        "$.client.seller",
        "$.client.receiver",
        "$.client.name",
        "$.client.address",
    ]


def test_settings_and_small_services_are_taken() -> None:
    bench = Bench(DRIVER)
    printer = bench.printer()
    printer.connect()
    dialect = printer.dialect
    assert printer.do(dialect.rates())[2] == 20
    now = printer.do(dialect.clock())
    printer.do(dialect.set_clock(now))
    assert printer.do(dialect.payment_names())["0"]
    printer.do(dialect.set_operator("2", "2", "Мария Петрова"))
    printer.do(dialect.cut())
    printer.do(dialect.set_plu(7, SaleLine.model_validate({"text": "Чай с лимон и много мед", "price": "2"})))
    printer.do(dialect.set_header(["Магазин", "София"]))
    printer.do(dialect.show("Здравейте", "0.00"))
    printer.do(dialect.feed(2))
    bench.print(DOCUMENT)
    lines = printer.do(dialect.journal(now.date(), now.date()))
    assert any(SALE_NUMBER in line for line in lines)
