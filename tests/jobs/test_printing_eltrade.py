"""Traps that the page names for Eltrade, beside what ``test_printing_isl_family`` holds every driver to."""

from decimal import Decimal

import pytest

from billing.devices.drivers.eltrade import Eltrade
from billing.devices.faults import DeviceError, DocumentRefused, Fault, NotSupported
from billing.devices.standing import Standing
from billing.devices.talk import Reply
from billing.documents import PaymentCategory, Printed, read_document
from tests.devices.hearing import heard
from tests.devices.isl_receipts import receipt
from tests.devices.kinds import CASH_IN, changed, invoice
from tests.devices.wired import Bench

DRIVER = "eltrade"
DOCUMENT = receipt(DRIVER)
IDLE = "80 80 80 80 86 9a"


def answer(text: str = "", status: str = "80 80 88 80 86 9a") -> Reply:
    return Reply(text.encode("cp1251"), bytes.fromhex(status))


def test_the_bits_that_are_good_here_and_bad_on_a_daisy_are_no_mishap() -> None:
    health = Eltrade().health(bytes.fromhex("88 80 80 ff 86 9a"))
    assert (health.faults, health.warnings) == ((), ())


def test_a_fiscal_memory_that_cannot_be_read_lets_nothing_begin() -> None:
    """The bit says on its sisters that the numbers are set."""
    assert Eltrade().health(bytes.fromhex("80 80 80 80 86 ba")).faults == (Fault.FISCAL_READ,)


def test_a_receipt_printed_sideways_is_no_mishap() -> None:
    assert Eltrade().health(bytes.fromhex("80 a0 80 80 86 9a")).faults == ()


def test_switches_in_byte_3_are_no_error_number() -> None:
    dialect = Eltrade()
    heard(dialect, dialect.comment("Здравейте"), answer(status="80 80 88 95 86 9a"))


def test_a_percent_above_99_is_said_as_the_amount_it_makes() -> None:
    line = {"text": "Чай", "price": "200.00", "modifier": {"kind": "percent", "value": "-99.5"}}
    bench = Bench(DRIVER)
    bench.print(changed(DOCUMENT, lines=[line], modifier=None, total="1.00", payments=[{"amount": "1.00"}]))
    assert bench.turnover == "1.00"


def test_an_operators_name_with_a_comma_and_of_any_length_is_printed() -> None:
    bench = Bench(DRIVER, options="?operator=Мария,Петрова-Стоянова от втори щанд")
    document = changed(DOCUMENT)
    del document["operator"]
    assert bench.print(document).printed is Printed.YES


def test_an_invoice_for_a_number_of_another_length_is_refused_before_the_first_byte() -> None:
    bench = Bench(DRIVER)
    document = invoice(DOCUMENT)
    with pytest.raises(DocumentRefused) as refused:
        bench.print(document | {"client": document["client"] | {"number": "12345678"}})
    assert refused.value.path == "$.client.number"
    assert bench.transports[0].writes == 0


def test_all_eleven_categories_are_paid_with() -> None:
    bench = Bench(DRIVER)
    payments = [{"category": category.value, "amount": "1.00"} for category in PaymentCategory]
    payments[0]["amount"] = "14.24"
    bench.print(changed(DOCUMENT, payments=payments))
    assert (bench.receipts, bench.turnover) == (1, "24.24")


def test_the_rest_of_a_reversal_is_paid_with_letter_and_amount() -> None:
    """Some firmware takes a bare tab for nothing there (section 6.4)."""
    dialect = Eltrade()
    talk = dialect.pay_rest(Standing(subtotal=Decimal("6.40"), paid=Decimal("1.40")))
    assert next(talk).data == b"\tP5.00"


def test_what_is_paid_without_a_letter_in_the_answer_is_asked_for_and_not_guessed() -> None:
    bench = Bench(DRIVER, faults="error@cmd=35#1:1.1")
    with pytest.raises(DeviceError) as refused:
        bench.print(DOCUMENT)
    assert (refused.value.printed, bench.receipts) == (Printed.NO, 0)


def test_cash_put_in_is_not_taken_for_cash_sales() -> None:
    dialect = Eltrade()
    groups = answer(",".join(["+00000000000", "+00000000640", *["+00000000000"] * 6]), IDLE)
    day = answer(",".join(["+00000005640", *["+00000000000"] * 7, "0041", "0010"]), IDLE)
    drawer = answer("P,56.40,50.00,0.00", IDLE)
    figures = heard(
        dialect,
        dialect.registers(),
        groups,
        day,
        *[answer("0000012", IDLE), day, drawer] * 2,
    )
    assert (figures["payment_cash"], figures["total"]) == ("6.40", "6.40")


def test_the_number_of_an_open_receipt_is_not_taken_for_a_closed_one() -> None:
    """71h names the current receipt while it is open; the answer's number is read after the close."""
    bench = Bench(DRIVER)
    printer = bench.printer()
    printer.connect()
    document = read_document(DOCUMENT)
    printer.do(printer.dialect.open(document))  # type: ignore[arg-type]  # a receipt is a sale document
    assert printer.do(printer.dialect.standing()).last_document == 1
    printer.do(printer.dialect.cancel())
    assert bench.print(DOCUMENT).document_number == "0000002"


def test_there_is_no_cutter() -> None:
    with pytest.raises(NotSupported):
        Bench(DRIVER).printer().dialect.cut()


def test_512_sales_fit_and_513_are_refused_before_the_first_byte() -> None:
    lines = [{"text": "Чай", "price": "1.00"}] * 513
    bench = Bench(DRIVER)
    with pytest.raises(DocumentRefused, match="takes 512"):
        bench.print(
            changed(DOCUMENT, lines=lines, modifier=None, total="513.00", payments=[{"amount": "513.00"}])
        )
    assert bench.transports[0].writes == 0


def test_a_long_text_takes_two_lines_before_it_is_cut() -> None:
    line = {"text": "Сирене краве от Родопите, зряло шест месеца", "price": "1.00"}
    document = changed(DOCUMENT, lines=[line], modifier=None, total="1.00", payments=[{"amount": "1.00"}])
    assert Bench(DRIVER).print(document).warnings == ()


def test_cash_may_be_registered_before_any_sale() -> None:
    assert Bench(DRIVER).print(CASH_IN).printed is Printed.YES


def test_a_receipt_whose_close_was_lost_is_answered_in_the_devices_own_digits() -> None:
    bench = Bench(DRIVER, faults="power-after@cmd=38")
    whole = Bench(DRIVER).print(DOCUMENT).document_number
    assert bench.print(DOCUMENT).document_number == whole
    assert bench.receipts == 1
