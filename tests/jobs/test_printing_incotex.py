"""Traps that the page names for Incotex, beside what ``test_printing_isl_family`` holds every driver to."""

import pytest

from billing.devices.drivers.incotex import Incotex
from billing.devices.faults import DocumentRefused, Fault, Refused
from billing.devices.standing import Opened
from billing.devices.talk import Reply
from billing.documents import Printed, SaleDocument, SaleLine, read_document
from tests.devices.hearing import heard
from tests.devices.isl_receipts import receipt
from tests.devices.kinds import CASH_IN, changed, credit_note, invoice, reversal
from tests.devices.wired import Bench

DRIVER = "incotex"
DOCUMENT = receipt(DRIVER)
UNKNOWN = "a2 80 80 80 80 b8"


def answer(text: str = "", status: str = "80 80 80 80 80 b8") -> Reply:
    return Reply(text.encode("cp1251"), bytes.fromhex(status))


def test_unset_invoice_numbers_raise_the_general_error_of_a_device_that_sells_well() -> None:
    dialect = Incotex()
    health = dialect.health(bytes.fromhex("a0 88 80 80 80 b8"))
    assert (health.faults, health.warnings) == ((), ())
    heard(dialect, dialect.comment("Здравейте"), answer(status="a0 88 88 80 80 b8"))


def test_an_invoice_without_numbers_left_is_refused_and_names_the_cause() -> None:
    dialect, document = Incotex(), read_document(invoice(DOCUMENT))
    assert isinstance(document, SaleDocument)
    with pytest.raises(Refused, match=r"something the device needs is missing \[error 43\]"):
        heard(dialect, dialect.open(document), answer(), answer(status="a0 88 80 ab 80 b8"))


def test_reserved_bits_are_not_read() -> None:
    health = Incotex().health(bytes.fromhex("90 91 96 80 86 9a"))
    assert (health.faults, health.warnings) == ((), (Fault.FISCAL_WARNING,))


def test_a_bad_record_of_the_memory_is_a_warning_where_eltrade_says_the_numbers_are_set() -> None:
    assert Incotex().health(bytes.fromhex("80 80 80 80 84 b8")).warnings == (Fault.FISCAL_WARNING,)


def test_the_fourth_field_is_what_was_paid_and_the_third_the_sum() -> None:
    dialect = Incotex()
    standing = heard(
        dialect,
        dialect.standing(),
        answer("12", "80 80 88 80 80 b8"),
        answer("1,0003,24.24,10.00"),
    )
    assert (standing.opened, standing.sales, standing.last_document) == (Opened.RECEIPT, 3, 12)
    assert (str(standing.subtotal), str(standing.paid)) == ("24.24", "10.00")


def test_the_days_payments_stand_in_another_order_than_on_a_daisy() -> None:
    dialect = Incotex()
    day = answer("1.00,2.00,3.00,4.00,0041,0010")
    figures = heard(
        dialect,
        dialect.registers(),
        answer("0.00,0.00,5.33,0.00,0.00,0.00,0.00,0.00,0.00"),
        day,
        answer("12"),
        day,
        answer("P,1.00,0.00,0.00"),
    )
    names = ("cash", "card", "check", "reserved1")
    assert [figures[f"payment_{name}"] for name in names] == ["1.00", "2.00", "3.00", "4.00"]


def test_the_days_groups_are_without_vat_and_called_so() -> None:
    bench = Bench(DRIVER)
    bench.print(DOCUMENT)
    printer = bench.printer()
    printer.connect()
    figures = printer.do(printer.dialect.registers())
    assert (figures["net_group_2"], figures["net_group_4"]) == ("19.44", "0.83")
    assert "group_2" not in figures


def test_a_unit_is_cut_to_four_characters_and_another_alphabet_does_no_harm() -> None:
    dialect = Incotex()
    line = SaleLine.model_validate({"text": "Плат", "price": "2", "unit": "метра"})
    assert next(dialect.sell(line)).data.endswith("2.00@метр".encode("cp1251"))
    foreign = line.model_copy(update={"unit": "㎏"})
    assert next(dialect.sell(foreign)).data.endswith(b"2.00@?")


def test_a_mark_of_units_inside_a_name_is_printed() -> None:
    line = {"text": "Чай @ дома, 2*3;$", "price": "1.00", "unit": "бр"}
    bench = Bench(DRIVER)
    bench.print(changed(DOCUMENT, lines=[line], modifier=None, total="1.00", payments=[{"amount": "1.00"}]))
    assert bench.turnover == "1.00"


def test_a_reversal_needs_no_number_of_the_sale() -> None:
    bench = Bench(DRIVER)
    bench.print(CASH_IN)
    document = reversal(DOCUMENT, bench.print(DOCUMENT), "refund") | {"unique_sale_number": ""}
    document["original"]["unique_sale_number"] = ""
    assert bench.print(document).printed is Printed.YES


def test_a_receipt_without_a_number_is_refused_before_the_first_byte() -> None:
    bench = Bench(DRIVER)
    with pytest.raises(DocumentRefused) as refused:
        bench.print(changed(DOCUMENT, unique_sale_number=""))
    assert refused.value.path == "$.unique_sale_number"
    assert bench.transports[0].writes == 0


def test_a_credit_note_goes_on_where_its_client_is_refused() -> None:
    dialect = Incotex()
    sold = Bench(DRIVER).print(DOCUMENT)
    document = read_document(credit_note(DOCUMENT, sold))
    assert isinstance(document, SaleDocument)
    heard(dialect, dialect.open(document), answer(status=UNKNOWN), answer("0003,0002"))


def test_no_password_is_asked_for() -> None:
    bench = Bench(DRIVER)
    bench.print(changed(DOCUMENT, operator={"code": "1", "password": "wrong"}))
    assert bench.receipts == 1


def test_paper_is_fed_in_commands_of_20_lines() -> None:
    assert [command.data for command in Incotex().feed(45)] == [b"20", b"20", b"5"]


@pytest.mark.parametrize(("options", "warnings"), [("", 1), ("?columns=56", 0)])
def test_a_name_is_cut_to_the_devices_width_with_a_warning(options: str, warnings: int) -> None:
    line = {"text": "Сирене краве от Родопите, зряло шест месеца", "price": "1.00"}
    document = changed(DOCUMENT, lines=[line], modifier=None, total="1.00", payments=[{"amount": "1.00"}])
    assert len(Bench(DRIVER, options=options).print(document).warnings) == warnings
