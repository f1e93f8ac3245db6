"""The tables of Daisy, Eltrade, Incotex, Tremol and ISL ICP devices, and sales by PLU and department."""

from collections.abc import Sequence
from typing import Any

import pytest

from billing.devices.faults import NotSupported, Refused
from billing.devices.printer import Printer
from billing.devices.tables import DevicePlu
from billing.documents import Answer, SaleLine
from billing.emulators.datecs_p import DatecsP
from billing.jobs.acquaintance import examine
from tests.devices.documents import RECEIPT
from tests.devices.isl_receipts import receipt
from tests.devices.kinds import CASH_IN, changed, credit_note, invoice
from tests.devices.wired import Bench

ISL = ("daisy", "eltrade", "incotex")
DRIVERS = (*ISL, "tremol", "isl-icp")
EACH = pytest.mark.parametrize("driver", DRIVERS)
TEA = SaleLine.model_validate({"text": "Чай", "price": "2.00"})


def connected(driver: str) -> tuple[Bench, Printer]:
    bench = Bench(driver)
    printer = bench.printer()
    printer.connect()
    return bench, printer


def document(driver: str, *lines: dict[str, Any]) -> dict[str, Any]:
    """Return a receipt of ``lines``, paid with more cash than is due."""
    sold = receipt(driver) if driver in ISL else dict(RECEIPT)
    return changed(sold, lines=list(lines), modifier=None, total=None, payments=[{"amount": "100.00"}])


def paper(bench: Bench) -> Sequence[str]:
    """Return the lines of the last document."""
    return bench.device.memory.journal[-1].text


def units_sold(bench: Bench, number: int) -> str:
    """Return how much of an article was sold, by the device's own books."""
    printer = bench.printer()
    printer.connect()
    found = printer.do(printer.dialect.plu(number))
    assert found is not None
    return f"{found.sold.normalize():f}"


@EACH
def test_an_article_is_stored_and_read_back(driver: str) -> None:
    _, printer = connected(driver)
    dialect = printer.dialect
    assert printer.do(dialect.plu(7)) is None
    printer.do(dialect.set_plu(7, TEA))
    found = printer.do(dialect.plu(7))
    assert found is not None
    assert (found.number, found.name, found.price, found.tax_group) == (7, "Чай", TEA.price, 2)


@EACH
@pytest.mark.parametrize(
    ("modifier", "total"),
    [
        (None, "4.00"),
        ({"kind": "percent", "value": "-10"}, "3.60"),
        ({"kind": "fixed", "value": "-0.30"}, "3.70"),
    ],
    ids=["plain", "percent", "amount"],
)
def test_a_line_with_a_plu_is_sold_from_the_devices_table(
    driver: str, modifier: dict[str, str] | None, total: str
) -> None:
    bench, printer = connected(driver)
    printer.do(printer.dialect.set_plu(7, TEA))
    line = {"text": "Чай", "price": "2.00", "qty": "2", "plu": 7, "modifier": modifier}
    answer = bench.print(document(driver, line))
    assert (str(answer.total), answer.warnings) == (total, ())
    assert units_sold(bench, 7) == "2"


@EACH
def test_a_plu_of_which_the_device_says_another_price_or_group_is_sold_by_its_text(driver: str) -> None:
    """The device would print its own name, price and tax group (ISL ICP, trap 4)."""
    bench, printer = connected(driver)
    printer.do(printer.dialect.set_plu(7, TEA))
    dearer = {"text": "Чай", "price": "3.00", "plu": 7}
    other = {"text": "Чай", "price": "2.00", "tax_group": 4, "plu": 7}
    named = {"text": "Мляко", "price": "2.00", "plu": 7}
    unknown = {"text": "Нещо", "price": "1.00", "plu": 8}
    answer = bench.print(document(driver, dearer, other, named, unknown))
    assert str(answer.total) == "8.00"
    assert sum("sold by its text" in warning for warning in answer.warnings) == 4
    assert {"Мляко", "Нещо"} <= {line.strip() for line in paper(bench)}


@pytest.mark.parametrize("driver", ["daisy", "eltrade", "tremol", "isl-icp"])
def test_a_line_with_a_department_is_sold_in_it(driver: str) -> None:
    bench, printer = connected(driver)
    printer.do(printer.dialect.set_department(2, "Напитки", 2))
    line = {"text": "Чай", "price": "2.00", "department": 2, "modifier": {"kind": "percent", "value": "-10"}}
    answer = bench.print(document(driver, line))
    assert (str(answer.total), answer.warnings) == ("1.80", ())
    assert any("Чай" in line for line in paper(bench))


def test_a_daisy_prints_the_text_of_a_sale_by_department_before_it() -> None:
    """8Ah names no article; the department's own name follows (6.2)."""
    bench, printer = connected("daisy")
    printer.do(printer.dialect.set_department(2, "Напитки", 2))
    bench.print(document("daisy", {"text": "Чай", "price": "2.00", "department": 2}))
    lines = [line.strip() for line in paper(bench)]
    assert lines.index("#Чай#") + 1 == lines.index("Напитки")


@pytest.mark.parametrize("driver", ["daisy", "eltrade"])
def test_a_department_of_another_tax_group_is_left_out_and_told(driver: str) -> None:
    """These sell in the department's own group, whatever the line says."""
    bench, printer = connected(driver)
    printer.do(printer.dialect.set_department(2, "Напитки", 2))
    answer = bench.print(document(driver, {"text": "Чай", "price": "2", "department": 2, "tax_group": 4}))
    assert "department 2 is in tax group Б on the device" in answer.warnings[0]
    assert str(bench.device.memory.day.groups[3]) == "2.00"


def test_an_incotex_sells_in_no_department_and_says_so() -> None:
    """Its 8Ah takes no amount off, and a price only where the department allows one."""
    answer = Bench("incotex").print(document("incotex", {"text": "Чай", "price": "2.00", "department": 2}))
    assert answer.warnings == ("the department is left out: the tax group is what counts",)


def test_an_eltrade_names_department_and_plu_in_one_sale() -> None:
    bench, printer = connected("eltrade")
    printer.do(printer.dialect.set_plu(7, TEA))
    answer = bench.print(document("eltrade", {"text": "Чай", "price": "2.00", "plu": 7, "department": 2}))
    assert (str(answer.total), answer.warnings) == ("2.00", ())


@pytest.mark.parametrize("driver", ["daisy", "eltrade", "incotex"])
def test_all_articles_are_listed(driver: str) -> None:
    _, printer = connected(driver)
    dialect = printer.dialect
    assert printer.do(dialect.plus()) == []
    for number in (9, 7):
        printer.do(dialect.set_plu(number, TEA))
    assert sorted(each.number for each in printer.do(dialect.plus())) == [7, 9]


@pytest.mark.parametrize("driver", ["daisy", "incotex"])
def test_an_article_is_deleted(driver: str) -> None:
    _, printer = connected(driver)
    printer.do(printer.dialect.set_plu(7, TEA))
    printer.do(printer.dialect.delete_plu(7))
    assert printer.do(printer.dialect.plu(7)) is None


@EACH
def test_the_lines_above_and_below_a_receipt_are_stored_and_read_back_at_their_places(driver: str) -> None:
    _, printer = connected(driver)
    dialect = printer.dialect
    printer.do(dialect.set_header(["ЕТ Продавач", "", "Пловдив"]))
    printer.do(dialect.set_footer(["Довиждане"]))
    assert printer.do(dialect.header())[:3] == ["ЕТ Продавач", "", "Пловдив"]
    assert printer.do(dialect.footer())[0] == "Довиждане"


@pytest.mark.parametrize("driver", ["daisy", "incotex", "tremol"])
def test_an_operators_name_and_password_are_changed(driver: str) -> None:
    _, printer = connected(driver)
    dialect = printer.dialect
    password = "0000" if driver == "tremol" else "3"
    printer.do(dialect.set_operator("3", password, "Мария Петрова"))
    printer.do(dialect.set_password("3", password, "33"))
    assert printer.do(dialect.operator_name("3")) == "Мария Петрова"


def test_an_eltrade_stores_name_and_password_together() -> None:
    _, printer = connected("eltrade")
    printer.do(printer.dialect.set_operator("3", "3333", "Мария Петрова"))
    with pytest.raises(NotSupported):
        printer.do(printer.dialect.set_password("3", "3333", "4444"))


@EACH
def test_how_many_reports_still_fit_is_told(driver: str) -> None:
    _, printer = connected(driver)
    before = printer.do(printer.dialect.room()).reports
    printer.do(printer.dialect.z_report(None))  # type: ignore[arg-type]  # a dialect does not read it
    after = printer.do(printer.dialect.room()).reports
    assert before is not None
    assert after is not None
    assert after < before


@pytest.mark.parametrize("driver", ["tremol", "isl-icp"])
def test_a_range_of_invoice_numbers_is_stored_once_and_counted(driver: str) -> None:
    bench, printer = connected(driver)
    dialect = printer.dialect
    assert printer.do(dialect.invoice_range()).left == 0
    printer.do(dialect.set_invoice_range(5, 50))
    assert printer.do(dialect.invoice_range()).next == 5
    answer = bench.print(invoice(dict(RECEIPT)))
    assert answer.invoice_number == "0000000005"
    assert printer.do(dialect.invoice_range()).left == 45


def test_a_range_that_is_not_used_up_is_not_replaced_on_an_eltrade() -> None:
    _, printer = connected("eltrade")
    kept = printer.do(printer.dialect.invoice_range())
    with pytest.raises(Refused):
        printer.do(printer.dialect.set_invoice_range(5, 50))
    assert printer.do(printer.dialect.invoice_range()) == kept


@pytest.mark.parametrize("driver", ISL)
def test_an_invoice_and_its_credit_note_are_answered_with_the_numbers_the_device_gave(driver: str) -> None:
    bench = Bench(driver)
    bench.print(CASH_IN)
    sold = receipt(driver)
    del sold["operator"]
    first = bench.print(invoice(sold))
    note = bench.print(credit_note(sold, first))
    assert first.invoice_number == "0000000001"
    # An Eltrade counts its credit notes by themselves.
    assert note.invoice_number == ("0000000001" if driver == "eltrade" else "0000000002")
    assert numbers_of(bench, sold).invoice_number == ""


def numbers_of(bench: Bench, sold: dict[str, Any]) -> Answer:
    """Return the answer to a receipt, which has no invoice number."""
    number = sold["unique_sale_number"][:-1] + "9"
    return bench.print(changed(sold, unique_sale_number=number))


def test_an_external_article_of_an_isl_is_believed_for_all_of_it_comes_from_the_sale() -> None:
    bench = Bench("isl-icp")
    answer = bench.print(document("isl-icp", {"text": "Чай", "price": "2.00", "plu": 30001}))
    assert answer.warnings == ()


@pytest.mark.parametrize("driver", ["daisy", "incotex", "isl-icp", "datecs-x"])
def test_the_last_z_is_read_from_fiscal_memory(driver: str) -> None:
    """For a day that the device closed by itself."""
    bench = Bench(driver)
    bench.print(receipt(driver) if driver in ISL else RECEIPT)
    bench.print({"kind": "z-report", "key": "z"})
    printer = bench.printer()
    printer.connect()
    figures = printer.do(printer.dialect.last_z())
    assert (figures["total"], figures["group_2"], figures["group_4"]) == ("24.24", "23.33", "0.91")
    assert figures.get("z_number") == (None if driver == "isl-icp" else "1")


@pytest.mark.parametrize("driver", ["daisy", "incotex", "isl-icp", "datecs-x"])
def test_a_device_that_never_made_a_z_has_no_figures_of_one(driver: str) -> None:
    _, printer = connected(driver)
    assert printer.do(printer.dialect.last_z()) == {}


@pytest.mark.parametrize("driver", ["eltrade", "tremol"])
def test_a_family_without_a_question_for_the_last_z_says_so_before_the_first_byte(driver: str) -> None:
    printer = Bench(driver).printer()
    with pytest.raises(NotSupported):
        printer.dialect.last_z()


def test_an_article_row_of_a_daisy_is_read_whatever_its_name_holds() -> None:
    dialect = Bench("daisy").printer().dialect
    row = "P,000007,0,Б,2.00,3.500,7.00,Чай, зелен\n0,2,1,0.000"
    assert dialect.article(row) == DevicePlu(  # type: ignore[attr-defined]  # Daisy's own
        7, "Чай, зелен", TEA.price, 2, 2, TEA.qty * 7 / 2, TEA.price * 7 / 2
    )


@pytest.mark.parametrize(
    ("driver", "columns", "name"), [("daisy", 32, 22), ("incotex", 38, 24), ("isl-icp", 48, 40)]
)
def test_a_device_tells_its_columns_and_the_length_of_names(driver: str, columns: int, name: int) -> None:
    """80h, P9 and P11; F807."""
    printer = Bench(driver).printer()
    can = examine(printer).capabilities
    assert (can.columns, can.plu_name) == (columns, name)


def test_a_wide_daisy_taken_for_a_small_one_is_told_by_the_check() -> None:
    bench = Bench("daisy", options="?columns=48")
    seen = examine(bench.printer())
    assert (seen.columns, seen.capabilities.columns) == (48, 32)


def test_an_incotex_tells_how_many_sales_a_receipt_takes() -> None:
    assert examine(Bench("incotex").printer()).capabilities.max_sales == 300


@pytest.mark.parametrize("driver", ISL)
def test_a_device_without_articles_is_known_to_have_none(driver: str) -> None:
    """A bill then names none of them, and nothing is asked for at each receipt."""
    _, printer = connected(driver)
    assert printer.do(printer.dialect.plu_count()) == 0
    printer.do(printer.dialect.set_plu(7, TEA))
    with pytest.raises(NotSupported):
        printer.do(printer.dialect.plu_count())


def test_an_isl_article_that_is_not_programmed_is_asked_for_twice_and_leaves_no_error_waiting() -> None:
    bench, printer = connected("isl-icp")
    before = len(bench.wire.sent)
    assert printer.do(printer.dialect.plu(7)) is None
    asked = [bytes(frame)[5:7] for frame in bench.wire.sent[before:]]
    assert asked == [b"96", b"F8", b"B2"] * 2


def test_an_isl_model_without_the_flag_of_room_is_added_all_the_same() -> None:
    bench = Bench("isl-icp", faults="error@cmd=92#*:9")
    assert examine(bench.printer()).room is None


@pytest.mark.parametrize(
    ("told", "left"), [(b"17,1825", 17), (b"P,17,1825", 17), (b"plenty", None)], ids=["bare", "P", "words"]
)
def test_a_device_is_added_whatever_it_says_of_its_free_records(
    told: bytes, left: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing that is sold hangs on them; some answers of the family begin with ``P,``."""
    bench = Bench("datecs-p")
    commands = {**DatecsP.commands, 0x44: lambda _device, _data: told}
    monkeypatch.setattr(DatecsP, "commands", commands)
    room = examine(bench.printer()).room
    assert (room.reports if room else None) == left
