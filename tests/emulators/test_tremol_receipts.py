"""Receipts on the emulated Tremol: openings, sales, modifiers, payments, the end; each refusal."""

from decimal import Decimal

import pytest

from tests.emulators.tremol_host import OPEN, URN, Host, sale

STORNO = f"1;0000  ;1;1;@;1;000001;24-11-26 12:00:00;02000600;{URN}"
CLIENT = f"{'Купувач ООД':<26};{'Иван Иванов':<16};{'BG131234567':<13};{'131234567':<13};{'София':<30}"
INVOICE = f"1;0000  ;0;0;1;{CLIENT};0${URN}"
CREDIT_NOTE = f"1;0000  ;0;0;A;{CLIENT};0;2;0000000001;24-11-26 12:00:00;000001;02000600;{URN}"


def test_a_whole_receipt_with_change() -> None:
    host = Host().sold(sale("1.20", "Б", "*2.000"), sale("3.00", "А", ",-10.00"))
    assert host.say(0x33, "1;0") == "5.10"
    host.done(0x37, "Благодарим")
    host.done(0x35, "7;0;2.00")
    assert host.say(0x38) == "52"
    host.done(0x35, "0;0;10.00")
    assert host.fields[8:10] == ["1", "1"]
    assert host.fields[12] == "6.90"
    host.done(0x38)
    assert host.say(0x72, "B") == "02000600*000001*2026-11-24*12:00:00*5.10"
    assert host.say(0x72, "b;000001") == host.say(0x72, "B")
    assert host.say(0x72, "P").split(";")[:10] == ["P", "0", "10.00", *["0.00"] * 6, "2.00"]
    assert host.memory.cash == Decimal("3.10")


def test_the_open_receipt_is_read_with_twenty_fields() -> None:
    host = Host().sold(sale("1.20", "Б"), sale("3.00", "Г"))
    assert host.fields == [
        *("1", "002", "0.00", "1.20", "0.00", "0", "1", "1", "0", "0", "0", "0", "0.00", "0"),
        *("3.00", "0.00", "0.00", "0.00", "0.00", "000001"),
    ]
    host.done(0x39)
    assert host.fields[0] == "0"
    assert host.fields[19] == "000000"


@pytest.mark.parametrize(
    "opening",
    [
        "1;0000;1;1;0",
        "1;0000  ;0;0;2$",
        f"20;9999  ;1;1;4${URN}",
        "1;0000  ;1;0;8",
    ],
)
def test_a_sale_opens_in_every_print_type(opening: str) -> None:
    Host().opened(opening)


@pytest.mark.parametrize(
    ("opening", "codes"),
    [
        ("1;1111  ;1;1;0", "90"),
        ("21;0000  ;1;1;0", "04"),
        ("1;0000  ;2;1;0", "04"),
        ("1;0000  ;1;1;7", "04"),
        ("1;0000  ;1;1", "04"),
        ("1;0000  ;1;1;0$ZK000600-0001", "04"),
        ("1;0000  ;1;1;0;x", "04"),
        (STORNO.replace(";1;000001", ";3;000001"), "04"),
        (STORNO.replace("24-11-26 12:00:00", "24-11-26 12:00"), "04"),
        (STORNO.replace("02000600", "0200060"), "04"),
        (INVOICE, "?2"),
        (INVOICE.replace("София ", "София"), "04"),
        (INVOICE.replace("София  ", "София;$"), "04"),
        ("1;0000  ;0;0;1;#1", "?2"),
    ],
)
def test_a_bad_opening_is_refused(opening: str, codes: str) -> None:
    host = Host()
    assert host.say(0x30, opening) == codes
    assert host.fields[0] == "0"


@pytest.mark.parametrize(
    ("line", "codes"),
    [
        (sale(name="Хляб").replace(b" " * 32, b" " * 31), "04"),
        (sale(group="B"), "04"),
        (sale(group="*"), "?2"),
        (sale(group="Д"), "?2"),
        (sale("1.2345"), "04"),
        (sale("12345678.90"), "04"),
        (sale(options="*1.2345"), "04"),
        (sale(options="*0"), "06"),
        (sale(options=":-0.10,-5"), "04"),
        (sale(options=",-5:-0.10"), "04"),
        (sale(options=",-101"), "04"),
        (sale(options=":-2.00"), "07"),
        (sale("-1.20"), "07"),
        (sale(" -1.20"), "04"),
        (sale("1.20") + b"!\x80", "04"),
        (sale(group=" "), "04"),
    ],
)
def test_a_bad_sale_is_refused_and_changes_nothing(line: bytes, codes: str) -> None:
    host = Host().opened()
    assert host.say(0x31, line) == codes
    assert host.fields[1] == "000"


@pytest.mark.parametrize(
    ("options", "total"),
    [
        ("", "1.20"),
        ("*0.333", "0.40"),
        (",-10.00", "1.08"),
        (",-10.00%", "1.08"),
        (",10", "1.32"),
        (":-0.20", "1.00"),
        ("*2:0.05", "2.45"),
        (",0.0:0.0", "1.20"),
    ],
)
def test_a_sale_is_priced_half_up(options: str, total: str) -> None:
    assert Host().sold(sale("1.20", options=options)).say(0x33, "0;0") == total


def test_a_correction_is_a_price_below_zero_up_to_what_the_group_holds() -> None:
    host = Host().sold(sale("1.20", "Б"), sale("5.00", "А"))
    assert host.say(0x31, sale("-1.21", "Б")) == "07"
    assert host.say(0x31, sale("-1.00", "Б", ",-10")) == "04"
    host.done(0x31, sale("-1.20", "Б"))
    assert host.say(0x33, "0;0") == "5.00"
    host.done(0x36)
    assert host.say(0x6E, "1") == "1;1;0;0.00;0;0.00;1;1.20"


def test_a_fraction_is_sold_by_3dh_alone() -> None:
    host = Host().opened()
    host.done(0x3D, sale("3.00", options="*1/3"))
    assert host.say(0x33, "0;0") == "1.00"
    assert host.say(0x31, sale("3.00", options="*1/3")) == "04"
    assert host.say(0x3D, sale("3.00", options="*0.333")) == "04"


def test_departments_are_raw_bytes() -> None:
    host = Host().opened()
    host.done(0x31, sale("1.00", "А") + b"!\x81")
    host.done(0x31, sale("2.00", " ") + b"!\x81")
    host.done(0x34, f"{'Хляб':<36};".encode("cp1251") + b"\x82;4.00")
    host.done(0x34, f"{'Хляб':<36};".encode("cp1251") + b"\x82;8.00!\xc3")
    assert host.fields[2:4] == ["1.00", "6.00"]
    assert host.fields[14] == "8.00"
    host.done(0x36)
    assert host.say(0x67, "01").split(";")[2:5] == ["Б", "3.00", "2.000"]
    assert host.say(0x67, "02").split(";")[3:5] == ["12.00", "2.000"]
    assert host.say(0x34, sale()) == "04"


def test_a_subtotal_percentage_is_spread_and_a_value_needs_one_group() -> None:
    host = Host().sold(sale("1.00", "Б"), sale("2.00", "А"))
    assert host.say(0x33, "0;0:-1.00") == "02"
    assert host.say(0x33, "0;0,-10.00") == "2.70"
    assert host.fields[2:4] == ["1.80", "0.90"]
    host = Host().sold(sale("3.00", "Б"))
    assert host.say(0x33, "1;1:-1.00") == "2.00"


def test_a_modifier_falls_on_the_last_line_or_the_subtotal() -> None:
    host = Host().sold(sale("1.00"), sale("2.00"))
    host.done(0x3E, "0;0,-50")
    assert host.say(0x33, "0;0") == "2.00"
    assert host.say(0x3E, "0;0,-50") == "07"
    host.done(0x3E, "1;1,-50")
    assert host.say(0x33, "0;0") == "1.00"
    assert host.say(0x3E, "1;1") == "06"
    assert host.say(0x3E, "3;1,5") == "04"


def test_after_a_payment_nothing_is_sold_or_modified() -> None:
    host = Host().sold(sale("2.00"))
    host.done(0x35, "0;0;1.00")
    assert host.say(0x31, sale()) == "72"
    assert host.say(0x33, "0;0,-10") == "72"
    assert host.say(0x3E, "1;0,-10") == "72"
    assert host.say(0x30, OPEN) == "72"
    assert host.fields[5] == "1"


@pytest.mark.parametrize(
    ("payment", "codes"),
    [
        ("12;0;1.00", "04"),
        ("0;2;1.00", "04"),
        ("0;0;-1.00", "04"),
        ("0;0;1.001", "04"),
        ("0;0;0", "06"),
        ('0;1;"', "04"),
        ("0;0;1.00;3", "04"),
        ("0;0;1.00*0", "04"),
        ("0;0", "04"),
    ],
)
def test_a_bad_payment_is_refused(payment: str, codes: str) -> None:
    host = Host().sold()
    assert host.say(0x35, payment) == codes
    assert host.fields[8] == "0"


def test_an_exact_payment_is_a_quotation_mark_and_a_bare_star_is_passed_over() -> None:
    host = Host().sold()
    host.done(0x35, '7;0;"')
    host.done(0x38)
    host.sold()
    host.done(0x35, "0;0;1.20*")
    assert host.say(0x35, "0;0;1.00") == "72"
    host.done(0x38)


def test_without_change_what_is_above_the_sum_is_kept() -> None:
    host = Host().sold()
    host.done(0x35, "3;1;5.00")
    assert host.fields[12] == "0.00"
    host.done(0x38)
    assert host.say(0x6E, "0").split(";")[1:5] == ["0.00", "0.00", "0.00", "5.00"]


def test_change_may_be_given_as_the_payment() -> None:
    host = Host().sold()
    host.done(0x35, "7;0;5.00;1")
    assert host.fields[12:14] == ["3.80", "1"]
    host.done(0x38)
    assert host.say(0x6E, "0").split(";")[8] == "1.20"
    assert host.say(0x6E, "6").split(";")[8] == "3.80"


def test_change_in_cash_needs_cash_in_the_drawer() -> None:
    assert Host().sold().say(0x35, "7;0;5.00") == "08"


def test_currency_is_paid_at_its_rate() -> None:
    host = Host(settings={"rate": "1.95583"}).sold(sale("3.90"))
    host.done(0x35, "11;0;2.00;2")
    assert host.fields[12] == "0.01"


def test_v2_devices_take_payments_0_to_4() -> None:
    host = Host(v2=True).sold()
    assert host.say(0x35, "7;0;1.20") == "04"
    host.done(0x35, "1;0;1.20")
    host.done(0x38)
    assert host.say(0x6E, "0") == "0;0.00;1.20;0.00;0.00;0.00"


def test_closing_with_a_rest_is_52_and_without_a_payment_too() -> None:
    host = Host().sold()
    assert host.say(0x38) == "52"
    host.done(0x35, "0;0;1.00")
    assert host.say(0x38) == "52"


def test_36h_pays_the_rest_in_cash_and_closes() -> None:
    host = Host().sold(sale("2.00"))
    host.done(0x35, "7;0;1.50")
    host.done(0x36)
    assert host.fields[0] == "0"
    assert host.memory.cash == Decimal("0.50")


def test_cancelling_voids_before_a_payment_and_issues_nothing() -> None:
    host = Host().sold()
    host.done(0x39)
    assert host.say(0x71) == "000000"
    assert host.say(0x72, "B") == "?2"
    assert host.say(0x6D).split(";")[8] == "0.00"


def test_cancelling_after_a_payment_finishes_it_and_closes() -> None:
    host = Host().sold(sale("2.00"))
    host.done(0x35, "7;0;0.50")
    host.done(0x39)
    assert host.say(0x71) == "000001"
    assert host.say(0x72, "B").endswith("*2.00")
    assert host.say(0x72, "P").split(";")[2] == "1.50"


def test_a_storno_takes_money_out_and_leaves_the_turnover() -> None:
    host = Host().receipt("5.00").opened(STORNO)
    assert host.fields[11] == "4"
    host.done(0x31, sale("2.00"))
    assert host.say(0x38) == "42"
    host.done(0x35, "0;0;2.00")
    host.done(0x38)
    assert host.memory.cash == Decimal("3.00")
    fields = host.say(0x6D).split(";")
    assert (fields[1], fields[8], fields[10], fields[17]) == ("5.00", "5.00", "2.00", "2.00")
    assert host.say(0x73).split(";")[6] == "4"


def test_a_storno_from_an_empty_drawer_is_08_but_for_an_operator_error() -> None:
    host = Host().opened(STORNO)
    host.done(0x31, sale("2.00"))
    assert host.say(0x35, "0;0;2.00") == "08"
    assert host.say(0x36) == "08"
    host.done(0x39)
    host.opened(STORNO.replace(";1;000001", ";0;000001"))
    host.done(0x31, sale("2.00"))
    host.done(0x36)


def test_a_drawer_below_zero_still_takes_money() -> None:
    host = Host().opened(STORNO.replace(";1;000001", ";0;000001"))
    host.done(0x31, sale("2.00"))
    host.done(0x36)
    host.receipt("0.50")
    host.done(0x3B, "1;0000  ;0;1.00")
    assert host.memory.cash == Decimal("-0.50")


def test_a_storno_without_lines_prints_zero() -> None:
    host = Host().opened(STORNO)
    host.done(0x36)
    assert host.say(0x72, "B").endswith("*0.00")


def test_the_fp_28_does_not_take_reversals_off_its_cash_register() -> None:
    host = Host(settings={"cash_ignores_reversals": True}).receipt("5.00").opened(STORNO)
    host.done(0x31, sale("2.00"))
    host.done(0x36)
    assert host.say(0x6E, "0").split(";")[1] == "5.00"
    assert host.memory.cash == Decimal("3.00")


def test_an_invoice_takes_the_next_number_of_the_range() -> None:
    host = Host()
    host.done(0x50, "0000000001;0000000002")
    host.opened(INVOICE)
    assert host.status[2] & 0x10
    host.done(0x31, sale())
    host.done(0x36)
    assert host.say(0x70) == "0000000002;0000000002"
    assert host.say(0x73).split(";")[6] == "1"
    host.opened(CREDIT_NOTE)
    host.done(0x31, sale("1.00"))
    host.done(0x36)
    assert host.say(0x73).split(";")[6] == "5"
    assert host.say(0x30, INVOICE) == "?2"
    assert host.memory.journal[-1].receipt.client["name"] == "Купувач ООД"  # type: ignore[index, union-attr]  # it is there


def test_an_invoice_for_a_customer_of_the_device() -> None:
    host = Host()
    host.done(0x50, "0000000001;0000000009")
    host.done(0x52, f"P;0007;{CLIENT};0")
    assert host.say(0x52, "R;0007") == f"0007;{CLIENT};0"
    host.opened("1;0000  ;0;0;5;#7")
    host.done(0x31, sale())
    host.done(0x36)
    host.opened("1;0000  ;0;0;C;#7;0;0000000001;24-11-26 12:00:00;1;02000600")
    assert host.fields[11] == "7"


def test_a_non_fiscal_receipt_takes_text_only() -> None:
    host = Host()
    host.done(0x2E, "1;0000  ;0;0")
    host.done(0x37, "Текст")
    assert host.say(0x31, sale()) == "62"
    assert host.say(0x39) == "62"
    assert host.say(0x30, OPEN) == "62"
    assert host.fields[0] == "0"
    host.done(0x2F)
    host.done(0x2E, "1;0000  ")
    host.done(0x38)
    assert host.say(0x71) == "000002"
    assert "#Текст#\n" in host.printed
    assert host.opened().say(0x2F) == "42"


def test_free_text_fits_the_line_less_two() -> None:
    host = Host(settings={"columns": 32}).opened()
    host.done(0x37, "x" * 30)
    assert host.say(0x37, "x" * 31) == "04"
    assert host.say(0x37) == "04"
    host.done(0x36)
    assert host.say(0x37, "x") == "?2"


def test_a_duplicate_is_printed_once_straight_after_the_receipt() -> None:
    host = Host()
    assert host.say(0x3A) == "?2"
    host.receipt()
    host.done(0x3A)
    assert host.status[1] & 0x40
    assert host.say(0x3A) == "?2"
    host.receipt()
    assert not host.status[1] & 0x40
    host.done(0x3B, "1;0000  ;0;1.00")
    assert host.say(0x3A) == "?2"
    assert Host(settings={"duplicates": False}).receipt().say(0x3A) == "?2"


def test_cash_goes_in_and_out_of_the_drawer() -> None:
    host = Host()
    host.done(0x3B, "1;0000  ;0;10.00$1;Начална сума")
    host.done(0x3B, "1;0000  ;0;-4.00;Изплатени")
    assert host.say(0x3B, "1;0000  ;0;-7.00") == "08"
    assert host.say(0x3B, "1;0000  ;0;0") == "06"
    assert host.say(0x3B, "1;1234  ;0;1.00") == "90"
    assert host.say(0x6E, "2").split(";")[1::12] == ["10.00", "1"]
    assert host.say(0x6E, "3").split(";")[13:] == ["1", "4.00"]
    assert host.opened().say(0x3B, "1;0000  ;0;1.00") == "42"


def test_postponed_printing_prints_at_the_end_and_ends_by_itself_after_5_seconds() -> None:
    host = Host()
    host.opened("1;0000  ;1;1;2")
    host.done(0x31, sale())
    assert host.printed == []
    host.clock.move(4.0)
    assert host.fields[0] == "1"
    host.clock.move(6.0)
    assert host.fields[0] == "0"
    assert host.say(0x71) == "000000"
    host.opened("1;0000  ;1;1;2")
    host.done(0x31, sale())
    host.done(0x35, "7;0;1.00")
    host.clock.move(6.0)
    assert host.say(0x72, "B").endswith("*1.20")


def test_buffered_printing_needs_paper_only_at_the_close() -> None:
    host = Host(faults="paper@1:4")
    host.opened("1;0000  ;1;1;4")
    host.done(0x31, sale())
    host.done(0x35, "0;0;1.20")
    assert host.say(0x38) == "12"
    host.done(0x38)
    assert host.printed[0].strip() == "СИМУЛАЦИЯ / EMULATED"


def test_an_electronic_receipt_is_read_back_and_never_printed() -> None:
    host = Host().opened("1;0000  ;1;1;8")
    host.done(0x31, sale())
    host.done(0x36)
    assert host.printed == []
    lines = host.all(0x72, "e;000001")
    assert lines[0] == "00"
    assert lines[-2:] == ["02000600*000001*2026-11-24*12:00:00*1.20", "@"]
    assert host.all(0x72, "e;000009") == ["?2"]


def test_too_many_sales_overflow_the_registers() -> None:
    host = Host(settings={"sales_limit": 2}).sold(sale(), sale())
    assert host.say(0x31, sale()) == "22"


def test_a_barcode_is_printed_in_an_open_document() -> None:
    host = Host()
    assert host.say(0x51, "P;2;13;3800000000000") == "?2"
    host.opened()
    host.done(0x51, "P;2;13;3800000000000")
    assert host.say(0x51, "P;2;12;3800000000000") == "04"
    assert host.say(0x51, "P;Q;13;3800000000000") == "04"


def test_the_whole_qr_text_stands_on_narrow_paper() -> None:
    host = Host(settings={"columns": 32}).receipt()
    assert host.say(0x72, "B") in "".join(line.strip() for line in host.printed)
