"""Cash, reports, registers, journal, parameters and items of the emulated Datecs X."""

import base64
from pathlib import Path

import pytest

from billing.emulators.memory import Memory
from billing.emulators.registry import make
from tests.emulators.datecs_x_host import IDLE, SALE_NUMBER, Host


@pytest.fixture
def host() -> Host:
    return Host()


def zeros(count: int) -> list[str]:
    return ["0.00"] * count


def test_cash_in_and_out_answer_with_the_sums(host: Host) -> None:
    assert host.ask(70, 0, "50.00").values == ["50.00", "50.00", "0.00"]
    assert host.ask(70, 1, "20.00").values == ["30.00", "50.00", "20.00"]
    assert host.ask(110, 5).values == ["1", "50.00", "1", "20.00", "0", "0.00", "0", "0.00"]


def test_amount_zero_only_reads_the_cash_even_in_a_receipt(host: Host) -> None:
    host.open()
    assert host.ask(70, 0, "0.00").values == zeros(3)
    assert host.ask(70, 0, "1.00").code == "-111015"
    assert host.memory.document_number == 0


def test_more_cash_out_than_there_is_is_refused(host: Host) -> None:
    assert host.ask(70, 1, "0.01").code == "-111017"


def test_an_x_report_names_the_next_z_and_changes_nothing(host: Host) -> None:
    host.receipt("1.50")
    first, second = host.ask(69, "X").values, host.ask(69, "X").values
    assert first == second == ["1", "0.00", "1.50", *zeros(14)]


def test_a_z_report_answers_its_number_and_zeroes_the_day(host: Host) -> None:
    host.receipt("1.50")
    assert host.ask(69, "Z").values[:3] == ["1", "0.00", "1.50"]
    assert host.ask(64, 0).values == ["1", "0.00", "1.50", *zeros(6), "24-11-26"]
    assert host.ask(64, 1).values[2] == "0.25"
    assert host.ask(65, 0).values == ["2", *zeros(8)]
    assert host.ask(255, "nZreport", 0, "").values == ["2"]
    assert host.ask(70, 0, "0.00").values[0] == "1.50"


def test_the_letters_of_older_protocols_make_no_report(host: Host) -> None:
    assert host.ask(69, "0").code == "-112201"
    assert host.ask(69, "2").code == "-112201"


def test_without_a_z_there_is_no_last_one(host: Host) -> None:
    assert host.ask(64, 0).code == "-100005"
    assert host.ask(95, 0, 1, 1).code == "-100110"


def test_period_reports_take_dates_or_numbers(host: Host) -> None:
    host.ask(69, "Z")
    assert host.ask(94, 0, "24-11-26", "24-11-26").code == "0"
    assert host.ask(94, 1, "", "").code == "0"
    assert host.ask(94, 0, "25-11-26", "24-11-26").code == "-112203"
    assert host.ask(94, 0, "24112026", "").code == "-112202"
    assert host.ask(95, 0, 1, 1).code == "0"
    assert host.ask(95, 1, "", "").code == "0"


def test_the_registers_of_the_day(host: Host) -> None:
    host.open()
    host.ask(49, "Хляб", 2, "2.00", "", 2, "10.00", 0)
    host.ask(49, "Сок", 4, "1.00", "", 3, "0.20", 0)
    host.ask(49, "Сок", 4, "-0.50", "", "", "", 0)
    host.ask(53, 1, "1.50", "")
    host.ask(53, 0, "5.00", "")
    host.ask(56)
    assert host.ask(110, 0).values == ["1.00", "1.50", *zeros(5)]
    assert host.ask(110, 2).values == ["1", "2.50"]
    assert host.ask(110, 3).values == ["1", "0.20", "1", "0.20"]
    assert host.ask(110, 4).values[:2] == ["1", "0.50"]
    assert host.ask(112, 1).values == ["1", "2.50", "1", "-0.20", "1", "+0.20", "1", "-0.50"]
    assert host.ask(112, 2).values == ["0", "0.00", "0", "0.00", "0", "0.00", "0", "0.00"]


def test_the_last_receipt_stays_to_be_read(host: Host) -> None:
    assert host.ask(76).values == ["0", "0", "0", "0.00", "0.00"]
    host.receipt("1.50")
    assert host.ask(76).values == ["0", "1", "1", "1.50", "1.50"]
    assert host.raw(76, b"T").values == ["0", "1", "1", "1.50", "1.50"]


def test_the_duplicate_is_printed_once(host: Host) -> None:
    assert host.ask(109).code == "-101006"
    host.receipt()
    assert host.ask(109).code == "0"
    assert host.ask(109).code == "-101006"


def test_the_clock_is_read_and_set(host: Host) -> None:
    assert host.ask(62).values == ["24-11-26 10:30:00"]
    host.ask(69, "Z")
    assert host.ask(61, "24-11-26 10:29:59").code == "-102019"
    assert host.ask(61, "24-11-26 11:00:00").code == "0"
    assert host.ask(62).values == ["24-11-26 11:00:00"]


def test_summer_time_is_shown_behind_the_clock() -> None:
    host = Host()
    host.clock.move(200 * 86400)
    assert host.ask(62).values[0].endswith(" DST")


def test_identity_has_a_form_with_tabs_and_one_with_commas(host: Host) -> None:
    assert host.raw(90, b"1\t").values[0] == "FP-700X"
    assert host.raw(90, b"\t").values[-2:] == ["DT000600", "02000600"]
    assert host.raw(90).data == b"FP-700X,3.00 EMULATED 01Jun21 1042,6331,00000000,DT000600,02000600"


def test_device_information_has_four_kinds(host: Host) -> None:
    host.receipt()
    assert host.raw(123, b"1").values[:4] == ["DT000600", "02000600", "МАГАЗИН ЕМУЛАТОР", "СОФИЯ"]
    assert len(host.ask(123, 2).values) == 4
    assert host.ask(123, 3).values[:2] == ["1", "24-11-2026 10:30:00"]
    assert host.ask(123, 4).values == []
    assert host.ask(123, 5).code == "-112101"


def test_the_rates_are_read(host: Host) -> None:
    assert host.ask(50).values[1:9] == ["0.00", "20.00", "20.00", "9.00", *["100.00"] * 4]


def test_the_rates_are_set_only_straight_after_a_z(host: Host) -> None:
    rates = ["0.00", "20.00", "20.00", "9.00", "5.00", "100.00", "100.00", "100.00"]
    host.receipt()
    assert host.ask(83, *rates, 2).code == "-104000"
    host.ask(69, "Z")
    assert host.ask(83, *rates, 2).values == ["29"]
    assert host.ask(255, "valVat", 4, "").values == ["5.00"]


def test_an_error_code_is_explained(host: Host) -> None:
    assert host.ask(100, "-111016").values == ["-111016", "No receipt is open"]
    assert host.ask(100, "-112203").values[1] == "Parameter 3: wrong value"
    assert host.ask(100, "-1").code == "-100004"


def test_small_reads(host: Host) -> None:
    assert host.ask(45).values == []
    assert host.ask(68).values == ["1825"]
    assert host.ask(99).values == ["000000000"]
    assert host.ask(86).values == ["01-01-2026 00:00:00"]
    assert len(host.ask(71, 2).values) == 13
    assert len(host.ask(135, "M").values) == 4
    assert host.ask(74).status == IDLE


def test_departments_and_item_groups_are_read_by_number(host: Host) -> None:
    host.ask(107, "P", 7, "B", 3, 4, 0, "2.50", "", "", "", "", "", "", "Кафе")
    host.open()
    host.ask(58, 7, "2.000", "", "", "")
    host.ask(53, 0, "5.00", "")
    host.ask(56)
    assert host.ask(88, 3).values == ["2", "0.00", "2.000", "5.00", "0.000", "0.00", "ДЕПАРТАМЕНТ 3"]
    assert host.ask(87, 4).values == ["2.000", "5.00", "ГРУПА 4"]


def test_an_empty_department_prints_the_report_instead(host: Host) -> None:
    assert host.ask(88, "").values == []
    assert host.memory.journal[-1].kind == "department-report"


@pytest.mark.parametrize(
    ("name", "index", "value"),
    [
        ("Header", 2, "УЛ. ЗЕЛЕНА 1"),
        ("Footer", 9, "БЛАГОДАРИМ"),
        ("OperName", 0, "Мария"),
        ("PayName", 3, "ЧЕКОВЕ"),
        ("Dept_name", 98, "КАФЕ"),
        ("Dept_vat", 0, "4"),
        ("Dept_price", 0, "1.20"),
        ("PrintColumns", 0, "42"),
        ("AutoPaperCutting", 0, "0"),
        ("Unit_name", 19, "кг"),
    ],
)
def test_a_parameter_is_read_as_it_was_written(host: Host, name: str, index: int, value: str) -> None:
    assert host.ask(255, name, index, value).values == []
    assert host.ask(255, name, index, "").values == [value]


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        (("Nonsense", 0, ""), "-112201"),
        (("Header", 10, ""), "-112202"),
        (("Header", "", ""), "-112102"),
        (("Header", 0, "x" * 49), "-112203"),
        (("PrintColumns", 0, "50"), "-112203"),
        (("PayName", 0, "x" * 17), "-112203"),
        (("IDnumber", 0, "DT000601"), "-112203"),
        (("OperPasw", 0, "1234"), "-104001"),
        (("Dept_price", 0, "1.234"), "-112103"),
        (("Dept_vat", 0, "Б"), "-112203"),
    ],
)
def test_a_bad_parameter_is_refused(host: Host, fields: tuple[object, ...], code: str) -> None:
    assert host.ask(255, *fields).code == code


def test_a_parameter_is_not_written_in_a_receipt_but_read(host: Host) -> None:
    host.open()
    assert host.ask(255, "Header", 0, "X").code == "-111015"
    assert host.ask(255, "PrintColumns", 0, "").values == ["48"]


def test_counters_are_parameters(host: Host) -> None:
    host.ask(70, 0, "5.00")
    host.receipt()
    numbers = [host.ask(255, name, 0, "").values[0] for name in ("nBon", "nFBon", "nLastFiscalDoc", "UNP")]
    assert numbers == ["2", "1", "2", SALE_NUMBER]


def test_a_password_is_changed_by_the_old_one_or_an_administrators(host: Host) -> None:
    assert host.ask(101, 1, "9", "11").code == "-102002"
    assert host.ask(101, 1, "0000", "11").code == "0"
    assert host.ask(48, 1, "0000", 1, "").code == "-102002"
    assert host.ask(101, 1, "0000", "22").code == "0"
    assert host.ask(48, 1, "22", 1, "").code == "0"


@pytest.mark.parametrize("command", [72, 91, 98])
def test_service_commands_need_the_jumper(host: Host, command: int) -> None:
    assert host.ask(command).code == "-104001"


def test_items_are_programmed_walked_and_deleted(host: Host) -> None:
    for number in (9, 5):
        item = ("P", number, "B", 1, 2, 1, "2.50", "A", "3.000", "", "", "", "", f"Стока {number}", 2)
        assert host.ask(107, *item).code == "0"
    assert host.ask(107, "I").values == ["3000", "2", "72"]
    assert host.ask(107, "R", 5).values == [
        *("5", "B", "1", "2", "1", "2.50", "0.00", "0.000", "3.000", "", "", "", "", "Стока 5", "2")
    ]
    assert host.ask(107, "R", 6).code == "-103000"
    assert host.ask(107, "F", 1).values[0] == "5"
    assert host.ask(107, "N").values[0] == "9"
    assert host.ask(107, "N").code == "-100003"
    assert host.ask(107, "L", "").values[0] == "9"
    assert host.ask(107, "f", "").code == "-100003"
    assert host.ask(107, "X", 5).values == ["6"]
    assert host.ask(107, "x", 3000).values == ["3000"]
    assert host.ask(107, "A", 5, "1.500").code == "0"
    assert host.ask(107, "R", 5).values[8] == "4.500"
    assert host.ask(111, 2, 1, 3000).code == "0"
    assert host.ask(107, "D", 5, 5).code == "0"
    assert host.ask(107, "D", "A", "").code == "0"
    assert host.ask(107, "I").values[1] == "0"


def test_an_item_with_turnover_is_not_deleted(host: Host) -> None:
    host.ask(107, "P", 7, "B", 1, 1, 0, "2.50", "", "", "", "", "", "", "Кафе")
    host.open()
    host.ask(58, 7, "", "", "", "")
    host.ask(53, 0, "2.50", "")
    host.ask(56)
    assert host.ask(107, "D", 7, 7).code == "-103004"
    assert host.ask(107, "f", "").values[0] == "7"


def test_the_journal_gives_a_document_line_by_line_until_there_is_no_more(host: Host) -> None:
    number = host.receipt()
    chosen = host.ask(125, 0, number, 1).values
    assert chosen == ["1", "1", "24-11-26 10:30:00", "1", "1"]
    lines = []
    while (reply := host.ask(125, 1, "", "")).code == "0":
        lines += reply.values
    assert reply.code == "-100003"
    assert any("1.50" in line for line in lines)
    record = host.ask(125, 2, "", "").values[0]
    assert "EMULATED" in base64.b64decode(record).decode("cp1251")


def test_the_journal_is_searched_by_time_and_type(host: Host) -> None:
    host.receipt()
    host.ask(69, "Z")
    host.open()
    host.ask(60)
    day = ("24-11-26 00:00:00", "24-11-26 23:59:59")
    at = "24-11-26 10:30:00"
    assert host.ask(124, *day, 0).values == [at, at, "1", "3"]
    assert host.ask(124, *day, 8).values[2:] == ["3", "3"]
    assert host.ask(124, *day, 2).values[2:] == ["1", "1"]
    assert host.ask(124, *day, 7).code == "-100005"
    assert host.ask(125, 0, 3, 1).code == "-100004"


def test_the_journal_gives_sold_lines_in_14_fields(host: Host) -> None:
    host.receipt("1.50")
    host.ask(125, 9, 1, 1)
    row = host.ask(125, 8).values
    assert len(row) == 14
    assert row[:9] == ["DT000600", "1", "1", SALE_NUMBER, "Хляб", "1.50", "1.000", "1.50", "1.50"]
    assert host.ask(125, 8).code == "-100003"


def test_a_journal_document_is_printed_again(host: Host) -> None:
    assert host.ask(125, 3, "", "").code == "-100004"
    host.receipt()
    host.ask(125, 0, 1, 0)
    assert host.ask(125, 3, "", "").code == "0"


def test_a_logo_block_is_answered_without_a_closing_tab(host: Host) -> None:
    assert host.ask(202, "AAEC").code == "-101006"
    assert host.ask(202, "START").data == b"0\t"
    assert host.raw(202, b"AAEC\t").data == b"0\t3"
    assert host.raw(202, b"STOP\t").data == b"0\t3"


@pytest.mark.parametrize(
    ("command", "fields"),
    [(44, (3,)), (46, ()), (47, ("ОБЩО 1.50",)), (35, ("x" * 20,)), (33, ()), (63, ()), (80, (440, 100))],
)
def test_paper_display_and_sound_are_taken(host: Host, command: int, fields: tuple[object, ...]) -> None:
    assert host.ask(command, *fields).code == "0"


def test_no_pin_pad_is_connected(host: Host) -> None:
    assert host.ask(55, 9).code == "-111555"


def test_the_state_file_brings_the_open_receipt_back(tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    host = Host(memory=Memory.load(path))
    host.open()
    host.sell()
    again = Host(memory=Memory.load(path))
    assert again.ask(76).values == ["1", "1", "1", "1.50", "0.00"]


def test_the_registry_makes_the_device() -> None:
    assert type(make("datecs-x")).__name__ == "DatecsX"


def test_a_day_that_is_over_is_closed_by_the_device_when_it_is_set_so(host: Host) -> None:
    host.memory.settings["auto_z"] = True
    host.receipt("1.50")
    host.clock.move(86400)
    assert host.ask(64, 0).values == ["1", "0.00", "1.50", *zeros(6), "24-11-26"]
    assert host.ask(86).values == ["24-11-2026 23:59:59"]
