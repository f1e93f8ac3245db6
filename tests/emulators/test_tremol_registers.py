"""Registers, reports, journal and programming of the emulated Tremol."""

import pytest

from tests.emulators.tremol_host import Host, sale


def article(host: Host, number: str = "00001", price: str = "2.50", option: str = "1") -> None:
    data = f"{number};#@1+$;{'Кафе':<34};{price};{option};Б;".encode("cp1251") + b"\x81;0"
    host.done(0x4B, data)


def test_daily_registers_after_a_day() -> None:
    host = Host().receipt("5.00").sold(sale("2.00", "А", ",-10"), sale("1.00", "Б", ":0.20"))
    host.done(0x35, "7;0;1.00")
    host.done(0x35, "0;0;5.00")
    host.done(0x38)
    assert host.say(0x6D).split(";")[:2] == ["1.80", "6.20"]
    assert host.say(0x6E, "1") == "1;2;1;0.20;1;0.20;0;0.00"
    assert host.say(0x6E, "0").split(";")[:2] == ["0", "7.00"]
    assert host.say(0x6E, "4").split(";")[1::7] == ["10.00", "1.00"]
    assert host.say(0x6E, "6").split(";")[1] == "3.00"
    assert host.say(0x6E, "7") == "7;8.00;1.03;0.00;0.00"
    assert len(host.say(0x6E, "2").split(";")) == 15
    assert host.say(0x6E, ":") == "00"
    assert host.say(0x6E, "8") == "04"


def test_z_zeroes_the_day_and_counts_a_block() -> None:
    host = Host().receipt("5.00")
    assert host.say(0x73) == "00-00-0000;0;0;000001;24-11-2026 12:00;01;0"
    assert host.say(0x6E, "9") == "?2"
    host.done(0x7C, "X")
    host.done(0x7C, "Z")
    assert host.say(0x73) == "24-11-2026;1;0;000003;24-11-2026 12:00;01;0"
    assert host.say(0x74) == "1824"
    assert host.say(0x6D).split(";")[8] == "0.00"
    assert host.say(0x6E, "0").split(";")[1] == "0.00"
    assert host.say(0x6E, "5") == "5;1;1;1;24-11-2026 12:00"
    assert host.say(0x6E, "7").split(";")[1] == "5.00"
    assert len(host.say(0x6E, "9")) == 42
    assert host.opened().say(0x7C, "Z") == "42"


def test_a_full_memory_takes_no_z() -> None:
    host = Host(settings={"memory_blocks": 1})
    host.done(0x7C, "Z")
    assert host.say(0x7C, "Z") == "82"
    assert host.say(0x7F, "Z") == "82"
    assert host.status[3] & 0x04


def test_operators_have_their_own_registers() -> None:
    host = Host().receipt("5.00")
    host.done(0x3B, "2;0000  ;0;3.00")
    assert host.say(0x6F, "1;1") == "1;1;1;0;0.00;0;0.00;0;0.00"
    assert host.say(0x6F, "2;2").split(";")[2:] == ["3.00", *["0.00"] * 11, "1"]
    assert host.say(0x6F, "4;1").split(";")[2] == "5.00"
    assert host.say(0x6F, "4;2").split(";")[2] == "0.00"
    host.done(0x7D, "Z;0")
    assert host.say(0x7D, "Z;1") == "04"
    assert host.say(0x6F, "4;1").split(";")[2] == "0.00"
    assert host.say(0x6F, "5;1") == "5;1;1;24-11-2026 12:00"
    assert host.say(0x6D).split(";")[8] == "5.00"


def test_v2_operators_registers_have_an_empty_field() -> None:
    host = Host(v2=True)
    host.done(0x3B, "1;0000  ;0;3.00")
    assert host.say(0x6F, "2;1") == "2;1;3.00;0.00;0.00;0.00;0.00;;1"


def test_articles_are_programmed_sold_and_read() -> None:
    host = Host()
    article(host)
    host.opened()
    host.done(0x32, "+00001*2")
    host.done(0x32, "+00001$3.00,-10")
    assert host.say(0x33, "0;0") == "7.70"
    assert host.say(0x32, "-00001*4") == "07"
    host.done(0x32, "-00001")
    assert host.say(0x32, "+00009") == "?2"
    assert host.say(0x32, "*00001") == "04"
    host.done(0x36)
    assert host.say(0x6B, "00001").split(";")[:6] == [
        "00001",
        f"{'Кафе':<20}",
        "2.50",
        "Б",
        "5.20",
        "2.000",
    ]
    assert host.raw(0x6B, "00001").endswith(b";0;00-00-0000 00:00;\x81")
    full = host.raw(0x6B, '00001;"').split(b";")
    assert (full[4], full[5], full[6]) == (b"\x81", b"\xc1", b"\x81")
    assert host.say(0x6B, "00001;4") == "00001;4;2.50;1"
    host.done(0x7E, "Z")
    assert host.say(0x6B, "00001").split(";")[4] == "0.00"


def test_a_fixed_or_limited_price_is_held() -> None:
    host = Host()
    article(host, option="0")
    article(host, "00002", option="2")
    host.opened()
    assert host.say(0x32, "+00001$3.00") == "?2"
    host.done(0x32, "+00001$2.50")
    assert host.say(0x32, "+00002$3.00") == "?2"
    host.done(0x32, "+00002$2.00")


def test_watched_stock_does_not_fall_below_zero() -> None:
    host = Host()
    article(host)
    host.done(0x4B, "00001;#@2+$;3.000;1")
    host.opened()
    assert host.say(0x32, "+00001*4") == "?2"
    host.done(0x32, "+00001*3")
    assert host.say(0x32, "+00001*0.001") == "?2"
    host.done(0x36)
    assert host.say(0x6B, "00001;2") == "00001;2;0.000;1"


def test_article_forms_barcode_price_and_erase() -> None:
    host = Host()
    article(host)
    host.done(0x4B, "00001;#@3+$;3800000000000")
    host.done(0x4B, "00001;#@4+$;1.99;0")
    assert host.say(0x6B, "00001;3") == "00001;3;3800000000000"
    assert host.say(0x6B, "00001;4") == "00001;4;1.99;0"
    host.done(0x4B, f"00002;{'Чай':<20};1.00;Б;")
    assert host.say(0x4B, "00000;#@$+$;0000  ") == "90"
    host.done(0x4B, "00000;#@$+$;9999  ")
    assert host.say(0x6B, "00001") == "?2"


def test_an_article_whose_department_changed_group_is_blocked() -> None:
    host = Host()
    article(host)
    host.done(0x47, f"01;{'Бар':<20};Г")
    host.opened()
    assert host.say(0x32, "+00001") == "?2"


def test_departments_are_programmed_and_read() -> None:
    host = Host()
    host.done(0x47, f"03;{'Кухня':<20};Г;5.00;2")
    assert host.say(0x67, "03") == f"03;{'Кухня':<20};Г;0.00;0.000;0;00-00-0000 00:00"
    full = host.say(0x67, '03;"').split(";")
    assert full[:6] == ["03", '"', f"{'Кухня':<34}", "Г", "5.00", "2"]
    assert host.say(0x67, "99") == "?2"
    assert host.say(0x67, "3") == "04"
    host.receipt()
    assert host.say(0x47, f"03;{'Кухня':<20};А") == "03"


@pytest.mark.parametrize(
    ("command", "data"),
    [
        (0x78, "0001;0002"),
        (0x78, "0001;0002;P"),
        (0x79, "0001;0001"),
        (0x7A, "231126;251126"),
        (0x7B, "231126;251126;P"),
        (0x76, "X"),
        (0x76, "Z"),
        (0x7E, "X"),
        (0x7F, "X"),
        (0x7F, "Z"),
        (0x7D, "X;1"),
        (0x77, ""),
        (0x77, "P"),
        (0x52, "X"),
        (0x22, ""),
        (0x23, "?"),
    ],
)
def test_every_report_is_printed_and_acknowledged(command: int, data: str) -> None:
    host = Host().receipt()
    host.done(0x7C, "Z")
    before = len(host.printed)
    host.done(command, data)
    assert "EMULATED" in "".join(host.printed[before:])
    assert Host().opened().say(command, data) == "42"


@pytest.mark.parametrize(
    ("command", "data"),
    [
        (0x7A, "251126;231126"),
        (0x7A, "251126"),
        (0x7B, "321126;321126"),
        (0x78, "1;2"),
        (0x79, "0002;0001"),
        (0x7C, "Q"),
        (0x7C, "J0;Q;1;2"),
        (0x7C, "j0;X;@;!;*"),
    ],
)
def test_a_bad_report_is_a_syntax_error(command: int, data: str) -> None:
    assert Host().say(command, data) == "04"


def test_the_journal_is_read_line_by_line() -> None:
    host = Host().receipt("5.00")
    host.done(0x3B, "1;0000  ;0;1.00")
    lines = host.all(0x7C, "J0;*")
    assert lines[0] == "00"
    assert lines[-1] == "@"
    assert lines[1:-1] == [line for each in host.memory.journal for line in each.text]
    assert host.all(0x7C, "J8;N;000001;000001") == ["00", "000001 sale 24-11-2026 12:00 5.00", "@"]
    assert len(host.all(0x7C, "J8;D;241126;241126")) == 4
    assert len(host.all(0x7C, "J8;Z;0002;0003")) == 2


def test_the_journal_is_chosen_by_flags() -> None:
    host = Host().receipt("5.00")
    host.done(0x3B, "1;0000  ;0;1.00")
    host.done(0x7C, "X")
    assert host.all(0x7C, "j0;C;A;@;*") == ["00", "000001,24-11-2026 12:00:00,sale,5.00", "@"]
    assert "".join(host.all(0x7C, "j0;X;P;@;*")).count("СЛУЖЕБНО ВЪВЕДЕНИ") == 1
    assert "ДНЕВЕН ОТЧЕТ" in "".join(host.all(0x7C, "j0;X;@;D;*"))
    host.done(0x7C, "J1;*")
    host.done(0x7C, "J4;*")


def test_the_memory_is_dumped_block_by_block() -> None:
    host = Host().receipt("5.00")
    host.done(0x7C, "Z")
    found = host.all(0x75)
    assert found[0] == "00"
    assert found[1].startswith("0001001-01-2019 08:000ZK000600")
    assert found[3] == "0003424-11-2026 12:0000001;5.00;5.00"
    assert found[4] == "0004@"


def test_rates_are_written_after_a_z_with_the_password() -> None:
    rates = " 0.00;20.00;20.00; 9.00; 5.00; 0.00; 0.00; 0.00".replace(";", " ;") + " "
    fields = ";".join(each.strip().rjust(6) for each in rates.split(";"))
    host = Host()
    assert host.say(0x42, f"0000  ;{fields}") == "90"
    host.receipt()
    assert host.say(0x42, f"9999  ;{fields}") == "03"
    host.done(0x7C, "Z")
    host.done(0x42, f"9999  ;{fields}")
    assert host.say(0x62).split(";")[4] == "  5.00%"
    host.sold(sale("1.00", "Д"))


def test_payments_are_named_9_to_11_and_on_v2_devices_1_to_4() -> None:
    host = Host()
    host.done(0x44, f"9;{'НЗОК':<10}")
    host.done(0x44, f"11;{'ЛЕВА':<10};1.95583")
    assert host.say(0x64).split(";")[9::2] == [f"{'НЗОК':<10}", f"{'ЛЕВА':<10}"]
    assert host.say(0x64).split(";")[12] == "0001.95583"
    assert host.say(0x44, f"7;{'X':<10}") == "04"
    old = Host(v2=True)
    old.done(0x44, f"1;{'ВАУЧЕР':<10};1;3")
    assert old.raw(0x64).split(b";")[7] == b"3"
    assert old.say(0x44, f"4;{'USD':<10};1;3") == "04"


def test_texts_operators_and_parameters_are_set_and_read_back() -> None:
    host = Host()
    host.done(0x49, f"3;{'ХЕДЪР':<48}")
    assert host.say(0x69, "3") == f"3;{'ХЕДЪР':<48}"
    host.done(0x49, f"8;{'Довиждане':<48}")
    assert host.say(0x69, "8") == f"8;{'Довиждане':<48}"
    host.done(0x49, f"9;{'ЕИК':<12}")
    host.done(0x49, f"0;{'Здравейте':<20}")
    assert host.say(0x69, "0") == f"0;{'Здравейте':<20}"
    assert host.say(0x49, "3;къс") == "04"
    host.done(0x4A, f"2;{'Мария':<20};4321  ")
    assert host.say(0x6A, "2") == f"2;{'Мария':<20};4321  "
    host.opened("2;4321  ;1;1;0")
    host.done(0x36)
    host.done(0x45, "0007;1;1;1;0;0;0;0;0;0")
    assert host.say(0x65) == "0007;1;1;1;0;0;0;0;0;0"
    assert host.status[4] == 0x80 | 0x01 | 0x10 | 0x20
    assert host.say(0x45, "7;1") == "04"


def test_an_invoice_range_in_use_is_not_replaced() -> None:
    host = Host()
    assert host.say(0x70) == "0000000000;0000000000"
    host.done(0x50, "0000000010;0000000011")
    host.done(0x50, "0000000001;0000000002")
    host.memory.invoice_next = 2
    assert host.say(0x50, "0000000020;0000000021") == "?2"
    host.memory.invoice_next = 3
    host.done(0x50, "0000000020;0000000021")
    assert host.say(0x50, "20;21") == "04"


def test_service_commands_are_refused() -> None:
    host = Host()
    assert [host.say(each) for each in (0x41, 0x43, 0x56)] == ["02", "02", "02"]


def test_programming_needs_the_idle_state() -> None:
    host = Host().opened()
    for command, data in (
        (0x45, "0007;1;1;1;0;0;0;0;0;0"),
        (0x48, "24-11-26 13:00:00"),
        (0x44, f"9;{'X':<10}"),
    ):
        assert host.say(command, data) == "42"
