"""Cash, reports, fiscal memory, copies, programming and flags of the emulated ISL ICP."""

import pytest

from tests.emulators.isl_icp_host import ACK, NEUTRAL, SALE_NUMBER, Host, article, frame, take_apart


@pytest.fixture
def host() -> Host:
    return Host()


def test_cash_is_put_in_and_taken_out_with_two_digits_of_payment(host: Host) -> None:
    host.ok("61", "000000000005000")
    host.ok("61", "100000000002000")
    assert host.read("F8", "0D")[:10] == "0000003000"


def test_other_payments_are_moved_too(host: Host) -> None:
    host.ok("61", "001000000005000")
    assert host.read("F8", "0D")[10:20] == "0000005000"
    assert host.refused("61", "100000000000001") == "030"


@pytest.mark.parametrize(
    ("data", "error"),
    [
        ("011000000005000", "025"),
        ("000000000000000", "028"),
        ("000001000000000", "028"),
        ("100000000000001", "030"),
        ("00000000005000", "000"),
    ],
)
def test_a_bad_cash_movement_is_refused(host: Host, data: str, error: str) -> None:
    assert host.refused("61", data) == error


@pytest.mark.parametrize("command", ["51", "53", "55", "56", "61", "63", "71", "73", "75", "A8", "AA"])
def test_reports_and_programming_are_refused_in_a_receipt(host: Host, command: str) -> None:
    host.ok("44", article())
    assert host.refused(command) == "054"


def test_an_x_report_changes_nothing_and_a_z_zeroes_the_day(host: Host) -> None:
    host.ok("44", article(300, single=1))
    host.ok("51", "1")
    assert host.read("F8", "03")[10:20] == "0000000300"
    host.ok("51", "0")
    assert host.read("F8", "03") == "0" * 160
    assert host.status()[1] == 0
    assert host.read("F8", "0D")[:10] == "0000000300"


def test_the_last_block_runs_ahead_of_the_z_number(host: Host) -> None:
    host.ok("44", article(300, single=1))
    assert host.read("F8", "02")[4:8] == "0001"
    host.ok("51", "0")
    assert host.memory.z_blocks[-1].number == 1
    assert host.read("F8", "02")[4:8] == "0002"


def test_a_block_tells_whether_it_is_a_z_and_of_when(host: Host) -> None:
    host.ok("44", article(300, single=1))
    host.ok("51", "01")
    assert host.read("FA", "0001") == "0001801012026000000"
    block = host.read("FA", "0002")
    assert len(block) == 4 + 1 + 14 + 160 + 30 + 6
    assert block[:19] == "0002124112026103000"
    assert block[29:39] == "0000000300"
    assert block[-6:] == "000001"
    assert host.read("FA", "0003")[4] == "E"


def test_the_totals_of_the_fiscal_memory_are_gross_and_net(host: Host) -> None:
    host.ok("44", article(300, single=1))
    host.ok("51", "0")
    assert host.read("F8", "04") == "000000000300" + "000000000250" + "0" * 24


def test_modifiers_of_the_day_are_counted(host: Host) -> None:
    host.ok("44", article(300))
    host.ok("46", "000000050")
    host.ok("44", article(300))
    host.ok("47", "11000")
    host.ok("49", "0")
    assert host.read("F8", "05") == "0001" + "00000050" + "0001" + "00000030"


def test_a_department_tells_its_day(host: Host) -> None:
    host.ok("44", article(300, department=3, quantity=2000))
    host.ok("45", "100001000")
    host.ok("49", "0")
    assert host.read("F8", "063") == " " * 12 + "00001000" + "00000300"


@pytest.mark.parametrize(
    ("command", "data", "error"),
    [
        ("55", "013212202624112026", "041"),
        ("55", "012512202624112026", "043"),
        ("55", "022411202624112026", "000"),
        ("56", "0200020001", "043"),
        ("56", "0100010002", "000"),
    ],
)
def test_a_bad_period_is_refused(host: Host, command: str, data: str, error: str) -> None:
    assert host.refused(command, data) == error


@pytest.mark.parametrize(
    ("command", "data"),
    [
        ("55", "012411202624112026"),
        ("55", "312411202624112026"),
        ("56", "1200010002"),
        ("53", "1"),
        ("54", "1"),
        ("57", "0"),
        ("95", "0000100100"),
        ("A8", "02026112420261124"),
        ("A8", "226112400002611242359"),
        ("A8", "30000000100000002"),
        ("60", "03"),
        ("97", "2"),
        ("62", ""),
        ("B3", ""),
        ("B0", "110"),
        ("63", "01"),
        ("92", "032"),
    ],
)
def test_reports_and_paper_commands_are_done(host: Host, command: str, data: str) -> None:
    host.ok("44", article(single=1))
    host.ok("51", "0")
    host.ok(command, data)


def test_a_report_by_departments_may_zero_them(host: Host) -> None:
    host.ok("44", article(300, department=3, single=1))
    host.ok("53", "0")
    assert host.memory.day.departments == {}


def test_the_duplicate_comes_once_and_straight_after_the_receipt(host: Host) -> None:
    assert host.refused("AA") == "000"
    host.ok("44", article())
    host.ok("49", "0")
    host.read("F8", "01")
    host.ok("AA")
    assert host.refused("AA") == "000"
    host.ok("AC")
    host.ok("AC")
    host.ok("44", article(single=1))
    host.ok("AC")
    assert host.refused("AA") == "000"
    host.ok("44", article(single=1))
    host.ok("81", f"{NEUTRAL}текст")
    assert host.refused("AA") == "000"


def test_the_journal_is_sent_without_frames_and_ends_with_ack(host: Host) -> None:
    host.ok("44", article(single=1))
    journal = host.send("92", "10")
    assert journal.endswith(b"\n" + ACK)
    assert "Хляб" in journal.decode("cp1251")
    assert Host(model="ISL756-KL").refused("92", "10") == "000"


def test_diagnostics_print_a_page_and_return_its_rows(host: Host) -> None:
    host.ok("51", "0")
    rows = take_apart(host.send("63")).split("\n")
    assert len(rows) == 18
    assert rows[12:15] == ["IS000600", "02000600", "1"]


def test_the_operator_is_set_before_the_receipt(host: Host) -> None:
    host.ok("75", f"{'Мария':<12}05")
    host.ok("44", article(single=1))
    assert host.memory.day.operators["5"].receipts == 1
    assert host.refused("75", "11") == "000"
    host.ok("75", f"{'Гост':<24}11")
    assert host.refused("75", "00") == "000"


@pytest.mark.parametrize(
    ("command", "data", "error"),
    [
        ("71", "00ЗАГЛАВИЕ", "037"),
        ("73", "24112026120000", "039"),
        ("74", "0000" * 8 + "1", "048"),
        ("92", "1300200", "038"),
        ("92", "1251", "038"),
    ],
)
def test_programming_needs_a_z_report(host: Host, command: str, data: str, error: str) -> None:
    host.ok("44", article(single=1))
    assert host.refused(command, data) == error


def test_head_and_clock_are_programmed_after_a_z(host: Host) -> None:
    host.ok("71", "21МАГАЗИН")
    assert host.read("F1", "2") == "1МАГАЗИН"
    host.ok("71", "60БЛАГОДАРИМ")
    assert host.read("F1", "6") == "0БЛАГОДАРИМ"
    host.ok("73", "24112026120000")
    assert host.read("F3") == "241126120000"
    assert host.refused("73", "31022026120000") == "000"


def test_rates_are_set_in_service_mode_only() -> None:
    rates = "0000" + "2000" * 2 + "0900" + "0500" * 4 + "1"
    assert Host().refused("74", rates) == "000"
    host = Host(service_mode=True)
    host.ok("74", rates)
    assert host.read("F4") == rates


def test_payments_other_than_cash_are_named(host: Host) -> None:
    host.ok("76", f"7{'КАРТИ':<24}")
    assert host.read("F6", "7") == f"{'КАРТИ':<12}"
    assert host.refused("76", f"0{'ПАРИ':<12}") == "000"


def test_the_meaning_of_a_payment_is_programmed(host: Host) -> None:
    host.ok("92", "1D0307")
    assert host.read("92", "1D03") == "07"
    assert host.refused("92", "1D0311") == "000"


def test_a_department_is_programmed_with_its_group_counted_from_0(host: Host) -> None:
    host.ok("AB", "0003" + "3" + "1" + "00000250" + "Вестници")
    host.ok("41", f"{SALE_NUMBER}3")
    assert host.groups()[3] == 250


def test_a_group_can_only_be_switched_on(host: Host) -> None:
    host.ok("92", "1251")
    assert host.read("92", "12") == "51607080"
    host.ok("44", article(group=5))
    host.ok("45", "0")
    assert host.refused("92", "1250") == "000"


def test_the_number_of_internal_articles_is_limited(host: Host) -> None:
    host.ok("92", "1320000")
    assert host.read("92", "13") == "20000"
    assert host.refused("92", "1320001") == "067"


@pytest.mark.parametrize(("name", "value"), [("17", "3"), ("18", "100060"), ("1A", "5"), ("16", "1")])
def test_a_flag_is_read_as_it_was_set(host: Host, name: str, value: str) -> None:
    host.ok("92", name + value)
    assert host.read("92", name) == value


@pytest.mark.parametrize("data", ["176", "1A0", "18500060", "ZZ1"])
def test_a_bad_flag_is_refused(host: Host, data: str) -> None:
    assert host.refused("92", data) == "000"


def test_flags_are_read_in_a_receipt_and_not_set(host: Host) -> None:
    host.ok("44", article())
    assert host.read("92", "17") == "0"
    assert host.refused("92", "173") == "054"


def test_logo_and_knife_are_taken(host: Host) -> None:
    host.ok("78", "0010" + "0" * 96)
    host.ok("79", "1")
    host.ok("88", "00100")
    assert host.refused("78", "0010" + "0" * 50) == "000"


def test_the_device_closes_the_day_by_itself_24_hours_after_the_first_sale(host: Host) -> None:
    host.ok("44", article(300, single=1))
    host.clock.move(23 * 3600)
    assert host.read("F8", "02")[4:8] == "0001"
    host.clock.move(3600)
    assert host.read("F8", "02")[4:8] == "0002"
    assert host.read("FA", "0002")[5:19] == "25112026103000"


def test_an_open_receipt_holds_the_automatic_z_back(host: Host) -> None:
    host.ok("44", article(300, single=1))
    host.ok("44", article(300))
    host.clock.move(25 * 3600)
    assert host.read("F8", "02")[4:8] == "0001"
    host.ok("49", "0")
    assert host.read("F8", "02")[4:8] == "0002"


def test_every_document_is_headed_as_a_simulation(host: Host) -> None:
    host.feed(frame("44", article()))
    assert "EMULATED" in host.printed[0]


def test_summer_time_is_bit_4_7(host: Host) -> None:
    host.clock.move(200 * 86400)
    assert host.status()[4] == 0x80
