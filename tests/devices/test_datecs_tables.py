"""Datecs P, C and X beside their emulators: sales by PLU and department, tables, invoice numbers, journal."""

from decimal import Decimal
from typing import Any

import pytest

from billing.devices.faults import Refused
from billing.devices.printer import Printer
from billing.devices.tables import DevicePlu
from billing.documents import SaleLine
from tests.devices.documents import RECEIPT
from tests.devices.kinds import CASH_IN, changed, credit_note, invoice
from tests.devices.wired import Bench

DRIVERS = ("datecs-p", "datecs-c", "datecs-x")
each = pytest.mark.parametrize("driver", DRIVERS)
TEA = {"text": "Чай", "price": "2.00", "tax_group": 2}


def connected(bench: Bench) -> Printer:
    """Return a printer that is connected to the bench's device."""
    printer = bench.printer()
    printer.connect()
    return printer


def keeping(driver: str, **line: object) -> Bench:
    """Return a bench whose device has the tea as an article and department 3 in group Б."""
    bench = Bench(driver)
    printer = connected(bench)
    printer.do(printer.dialect.set_plu(7, SaleLine.model_validate(TEA | line)))
    printer.do(printer.dialect.set_department(3, "Бар", 2))
    return bench


def receipt(driver: str, *lines: dict[str, Any], total: str) -> dict[str, Any]:
    """Return a receipt of ``lines``, paid in cash, by the factory's operator."""
    password = "1" if driver == "datecs-c" else "0000"
    operator = {"code": "1", "password": password}
    said = changed(RECEIPT, lines=list(lines), modifier=None, total=total, operator=operator)
    return said | {"payments": [{"amount": total}]}


@each
def test_a_plu_that_the_device_has_is_sold_from_its_table(driver: str) -> None:
    bench = keeping(driver)
    line = TEA | {"plu": 7, "qty": "1.5", "modifier": {"kind": "percent", "value": "-10"}}
    answer = bench.print(receipt(driver, line, total="2.70"))
    assert answer.warnings == ()
    assert bench.device.memory.plus[7].sold == Decimal("1.5")
    assert bench.turnover == "2.70"


@each
def test_a_plu_without_a_text_is_called_what_the_device_calls_it(driver: str) -> None:
    bench = keeping(driver)
    line = {"plu": 7, "price": "2.00"}
    assert bench.print(receipt(driver, line, total="2.00")).warnings == ()
    assert bench.device.memory.plus[7].sold == 1


@each
def test_a_plu_that_the_device_lacks_is_sold_by_its_text_and_told(driver: str) -> None:
    bench = Bench(driver)
    answer = bench.print(receipt(driver, TEA | {"plu": 7}, total="2.00"))
    assert answer.warnings == ("PLU 7 is not programmed on the device: sold by its text",)
    assert (bench.receipts, bench.turnover) == (1, "2.00")


@each
@pytest.mark.parametrize(
    ("line", "why"),
    [
        ({"price": "3.00"}, "costs 3.00 on the device"),
        ({"tax_group": 4}, "is in tax group Г on the device"),
        ({"text": "Кафе"}, "is 'Кафе' on the device"),
    ],
)
def test_an_article_of_which_the_device_says_something_else_is_sold_by_its_text(
    driver: str, line: dict[str, object], why: str
) -> None:
    bench = keeping(driver, **line)
    answer = bench.print(receipt(driver, TEA | {"plu": 7}, total="2.00"))
    assert answer.warnings == (f"PLU 7 {why}: sold by its text",)
    assert bench.device.memory.plus[7].sold == 0


@each
def test_a_price_finer_than_the_device_takes_is_never_sold_by_its_number(driver: str) -> None:
    bench = keeping(driver)
    answer = bench.print(receipt(driver, TEA | {"plu": 7, "price": "1.995", "qty": "2"}, total="3.99"))
    assert answer.warnings == ("the PLU of $.lines[0] is left out: sold by its text",)


@each
def test_a_sale_in_a_department_counts_there(driver: str) -> None:
    bench = keeping(driver)
    assert bench.print(receipt(driver, TEA | {"department": 3}, total="2.00")).warnings == ()
    assert bench.device.memory.day.departments[3].total == Decimal("2.00")


@pytest.mark.parametrize("driver", ["datecs-p", "datecs-c"])
def test_a_department_of_another_tax_group_never_decides_the_tax(driver: str) -> None:
    """A sale by department is made in the department's own group (Datecs P and C 6, 31h)."""
    bench = keeping(driver)
    answer = bench.print(receipt(driver, TEA | {"department": 3, "tax_group": 4}, total="2.00"))
    told = "department 3 is in tax group Б on the device: sold in its tax group alone"
    assert answer.warnings == (told,)
    assert bench.device.memory.day.groups[3] == Decimal("2.00")


@pytest.mark.parametrize("driver", ["datecs-p", "datecs-c"])
def test_a_department_that_is_not_programmed_is_left_out_and_told(driver: str) -> None:
    answer = Bench(driver).print(receipt(driver, TEA | {"department": 3}, total="2.00"))
    assert "department 3 is not programmed on the device" in answer.warnings[0]


@each
def test_articles_are_listed_counted_and_deleted(driver: str) -> None:
    printer = connected(keeping(driver))
    dialect = printer.dialect
    printer.do(dialect.set_plu(9, SaleLine.model_validate(TEA | {"text": "Кафе, дълго", "price": "1.50"})))
    coffee = DevicePlu(9, "Кафе, дълго", Decimal("1.50"), 2)
    assert printer.do(dialect.plu_count()) == 2
    assert [found.number for found in printer.do(dialect.plus())] == [7, 9]
    assert printer.do(dialect.plu(9)) == coffee
    printer.do(dialect.delete_plu(7))
    assert printer.do(dialect.plu(7)) is None
    assert printer.do(dialect.plus()) == [coffee]


@each
def test_an_article_with_sales_is_not_deleted(driver: str) -> None:
    bench = keeping(driver)
    bench.print(receipt(driver, TEA | {"plu": 7}, total="2.00"))
    printer = connected(bench)
    with pytest.raises(Refused):
        printer.do(printer.dialect.delete_plu(7))


@each
def test_header_and_footer_are_read_as_they_were_stored(driver: str) -> None:
    printer = connected(Bench(driver))
    dialect = printer.dialect
    printer.do(dialect.set_header(["Магазин @ Витоша", "София"]))
    printer.do(dialect.set_footer(["Заповядайте"]))
    assert [line.strip() for line in printer.do(dialect.header())][:2] == ["Магазин @ Витоша", "София"]
    assert printer.do(dialect.footer())[0] == "Заповядайте"


@each
def test_an_operator_gets_a_name_and_a_password(driver: str) -> None:
    bench = Bench(driver)
    printer = connected(bench)
    dialect = printer.dialect
    factory = "0000" if driver != "datecs-c" else "2"
    printer.do(dialect.set_operator("2", factory, "Мария"))
    printer.do(dialect.set_password("2", factory, "4711"))
    assert printer.do(dialect.operator_name("2")) == "Мария"
    said = receipt(driver, TEA, total="2.00") | {"operator": {"code": "2", "password": "4711"}}
    assert bench.print(said).document_number


@each
def test_an_invoice_is_answered_with_the_number_of_its_range(driver: str) -> None:
    bench = Bench(driver)
    printer = connected(bench)
    printer.do(printer.dialect.set_invoice_range(17, 99))
    bench.print(CASH_IN)
    sold = bench.print(invoice(receipt(driver, TEA, total="2.00")))
    assert int(sold.invoice_number) == 17
    found = connected(bench)
    left = found.do(found.dialect.invoice_range())
    assert (left.first, left.last, left.next, left.left) == (17, 99, 18, 82)
    note = bench.print(credit_note(receipt(driver, TEA, total="2.00"), sold, sold.invoice_number))
    assert int(note.invoice_number) == 18


@each
def test_a_receipt_has_no_invoice_number(driver: str) -> None:
    assert Bench(driver).print(receipt(driver, TEA, total="2.00")).invoice_number == ""


@each
def test_a_document_is_read_back_from_the_journal(driver: str) -> None:
    bench = Bench(driver)
    bench.print(receipt(driver, TEA, total="2.00"))
    bench.print(CASH_IN)
    printer = connected(bench)
    lines = printer.do(printer.dialect.journal_document(1))
    assert any(RECEIPT["unique_sale_number"] in line for line in lines)
    assert any("ЧАЙ" in line.upper() for line in lines)
    assert printer.do(printer.dialect.journal_document(99)) == []


@each
def test_the_room_left_is_told(driver: str) -> None:
    printer = connected(Bench(driver))
    reports = printer.do(printer.dialect.room()).reports
    assert reports is not None
    assert reports > 0


@pytest.mark.parametrize("driver", ["datecs-p", "datecs-c"])
def test_a_group_that_is_off_is_not_a_rate_of_zero(driver: str) -> None:
    """61h shows both as 00.00; 53h says which groups are on."""
    printer = connected(Bench(driver))
    rates = printer.do(printer.dialect.rates())
    assert (rates[1], rates[5]) == (Decimal("0.00"), None)
