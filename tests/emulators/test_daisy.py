"""The emulated Daisy answers as the Daisy/Eltrade/Incotex page says, byte for byte where it shows bytes."""

from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest

from billing.emulators.daisy import Daisy
from billing.emulators.device import HangUp, Send, Wait
from billing.emulators.faults import Faults
from billing.emulators.isl_words import SettingMistake
from billing.emulators.memory import Memory
from billing.emulators.paper import Paper
from tests.emulators.isl_client import IslClient
from tests.emulators.isl_host import frame

OPEN = "1,1,DY000600-OP01-0000001"
SALE = "Сок\tБ2.40*2$-0.30"


class Client(IslClient[Daisy]):
    def __init__(self, faults: str = "", **settings: object) -> None:
        super().__init__(Daisy, "DY", faults, settings)

    def sell(self, *lines: str) -> None:
        assert self.ask(0x30, OPEN) == "000000,000000"
        for line in lines or (SALE,):
            assert self.ask(0x31, line) == ""
            assert not self.status[0] & 0x20

    def receipt(self, *lines: str) -> None:
        self.sell(*lines)
        assert self.ask(0x35, "\t").startswith("D0")
        self.ask(0x38)


@pytest.fixture
def client() -> Client:
    return Client()


def test_the_status_request_of_the_page_is_answered_with_its_bytes() -> None:
    client = Client(ready_bit=False)
    assert client.raw(bytes.fromhex("01 24 50 4A 05 30 30 3C 33 03")) == bytes.fromhex(
        "01 31 50 4A 88 80 80 80 80 B8 04 88 80 80 80 80 B8 05 30 37 35 34 03"
    )


def test_a_healthy_idle_device_may_print(client: Client) -> None:
    client.ask(0x4A)
    assert client.status.hex(" ") == "88 80 c0 80 80 b8"


def test_the_sale_of_the_page_is_accepted_with_its_bytes(client: Client) -> None:
    client.ask(0x30, OPEN)
    request = "01 35 25 31 D1 EE EA 09 C1 32 2E 34 30 2A 32 24 2D 30 2E 33 30 05 30 36 33 35 03"
    assert client.raw(bytes.fromhex(request)).hex(" ") == "01 2b 25 31 04 88 80 88 80 80 b8 05 30 33 3d 32 03"
    assert client.memory.receipt is not None
    assert client.memory.receipt.total == Decimal("4.50")


def test_a_disabled_group_is_refused_with_the_bytes_of_the_page(client: Client) -> None:
    client.ask(0x30, OPEN)
    client.memory.rates[1] = None
    request = "01 35 25 31 D1 EE EA 09 C1 32 2E 34 30 2A 32 24 2D 30 2E 33 30 05 30 36 33 35 03"
    assert client.raw(bytes.fromhex(request)).hex(" ") == "01 2b 25 31 04 a8 80 88 88 80 b8 05 30 33 3f 3a 03"


def test_a_whole_receipt_counts_six_digits_and_pays_with_decimals(client: Client) -> None:
    client.sell()
    assert client.ask(0x33, "00").split(",")[:3] == ["0000000450", "0000000000", "0000000450"]
    assert client.ask(0x35, "\tC2.00") == "D2.50"
    assert client.ask(0x35, "\tP5.00") == "R2.50"
    assert client.ask(0x38) == "000001,000001"
    assert client.ask(0x71) == "000001"
    assert client.ask(0x74) == "PF,0,36000600*0000001*2026-03-02*12:00:00*4.50"
    assert client.memory.cash == Decimal("2.50")


def test_the_paper_says_that_it_is_a_simulation(client: Client) -> None:
    client.receipt()
    assert "СИМУЛАЦИЯ / EMULATED" in client.printed[0]
    assert any("УНП: DY000600-OP01-0000001" in line for line in client.printed)


def test_an_unknown_command_sets_only_its_bit(client: Client) -> None:
    assert client.ask(0x3C) == ""
    assert client.status[:2].hex(" ") == "aa 80"


@pytest.mark.parametrize(
    ("data", "number"),
    [
        ("21,1,DY000600-OP01-0000001", 66),
        ("1,2,DY000600-OP01-0000001", 108),
        ("1,1", 120),
        ("1,1,", 120),
        ("1,1,DY000600-op01-0000001", 14),
        ("1,1,DY000600-OP01-000001", 14),
        ("1,1,1,DY000600-OP01-0000001", -1),
        (OPEN + "\tX", -1),
        (OPEN + "\tR0,1,01-03-26 10:00:00", -1),
        ("20,9999,DY000600-OP01-0000001\tR3,1,01-03-26 10:00:00\t36000600", 21),
        ("20,9999,DY000600-OP01-0000001\tR0,1,31-02-26 10:00:00\t36000600", 10),
        ("20,9999,DY000600-OP01-0000001\tC|1,0,1,01-03-26 10:00:00\t36000600", 14),
        (OPEN + "\tR0,1,01-03-26 10:00:00\t36000600", 118),
    ],
)
def test_an_opening_that_is_not_right_is_refused(client: Client, data: str, number: int) -> None:
    assert client.error(0x30, data) == number
    assert client.memory.receipt is None


def test_a_wrong_password_sets_its_own_bit(client: Client) -> None:
    client.error(0x30, "1,2,DY000600-OP01-0000001")
    assert client.status[1] == 0xC0


def test_a_bad_operator_shows_the_bytes_of_the_wire_log(client: Client) -> None:
    client.error(0x30, "99,1,DY000600-OP01-0000001")
    assert client.status[:4].hex(" ") == "a8 80 c0 c2"


def test_an_open_receipt_allows_no_second_one(client: Client) -> None:
    client.sell()
    assert client.error(0x30, OPEN) == 19
    assert client.status[1] == 0x82


@pytest.mark.parametrize(
    ("line", "number"),
    [
        ("Сок\tB2.40", 14),
        ("Сок\tБ", -1),
        ("Сок Б2.40", -1),
        ("Сок\tБ2.405", 15),
        ("Сок\tБ2..4", 11),
        ("Сок\tБ--2.4", 12),
        ("Сок\tБ2-4", 13),
        ("Сок\tБ2.4O", 14),
        ("Сок\tБ123456.789", 15),
        ("Сок\tБ1234567.89", 16),
        ("Сок\tБ2.40*1.2345", 15),
        ("Сок\tБ0", 5),
        ("Сок\tБ2.40*0", 5),
        ("Сок\tБ2.40;-0.30", 14),
        ("Сок\tБ2.40$-0.30,-5", -1),
        ("Сок\tБ2.40,-5$-0.30", -1),
        ("Сок\tБ2.40,-100.00", 21),
        ("Сок\tБ2.40$-2.41", 21),
        ("Сок\tД2.40", 8),
        ("Сок\tБ-2.40", 24),
    ],
)
def test_a_sale_that_is_not_right_changes_nothing(client: Client, line: str, number: int) -> None:
    client.ask(0x30, OPEN)
    assert client.error(0x31, line) == number
    assert client.ask(0x4C).split(",")[1:] == ["0000", "0000000000"]


def test_the_semicolon_of_other_makers_is_no_amount_modifier(client: Client) -> None:
    client.ask(0x30, OPEN)
    assert client.error(0x31, "Сок\tБ2.40;-0.30") == 14


def test_a_latin_letter_is_no_tax_group(client: Client) -> None:
    client.ask(0x30, OPEN)
    assert client.error(0x31, "Сок\tA2.40") == 14


def test_the_first_of_two_texts_is_a_comment_and_the_second_the_name(client: Client) -> None:
    client.sell("Промоция\nСок, 1л * $\tБ2.40")
    assert "#Промоция#\n" in client.printed
    assert client.memory.receipt is not None
    assert client.memory.receipt.lines[0].text == "Сок, 1л * $"


def test_a_correction_takes_back_the_last_equal_sale_with_its_discount(client: Client) -> None:
    client.sell("Сок\tБ2.40", "Сок\tБ2.40,-10", "Вода\tА1.00")
    client.ask(0x31, "Друго\tБ-2.40,-50")
    assert client.ask(0x33, "00") == ",".join(f"{n:010d}" for n in (340, 100, 240, 0, 0, 0, 0, 0, 0))


def test_a_correction_after_a_subtotal_modifier_is_error_23(client: Client) -> None:
    client.sell("Сок\tБ2.40")
    client.ask(0x33, "10,-10")
    assert client.error(0x31, "Сок\tБ-2.40") == 23


def test_a_subtotal_modifier_is_spread_over_the_groups(client: Client) -> None:
    client.sell("Хляб\tА1.00", "Сок\tБ2.00")
    assert client.ask(0x33, "10$-1.00").split(",")[:3] == ["0000000200", "0000000067", "0000000133"]
    assert client.error(0x33, "00,-5$-1.00") == -1


def test_after_the_first_payment_nothing_is_sold_summed_or_cancelled_but_text_goes(client: Client) -> None:
    client.sell()
    client.ask(0x35, "\tP1.00")
    assert client.error(0x31, SALE) == 6
    assert client.error(0x33, "00") == 6
    assert client.error(0x82) == 6
    assert client.error(0x38) == 20
    assert client.ask(0x36, "Благодарим") == ""
    assert client.status[0] == 0x88


@pytest.mark.parametrize(
    ("data", "reply"),
    [
        ("\tP4.50", "D0.00"),
        ("\t4.50", "D0.00"),
        ("\t", "D0.00"),
        ("\tU4.50", "D0.00"),
        ("\tE10.00", "R15.06"),
        ("текст\nдруг\tN1.00", "D3.50"),
        ("\tP", ""),
        ("\tP+4.50", "F"),
        ("\tL4.50", ""),
        ("\tP0", "F"),
        ("P4.50", ""),
    ],
)
def test_payments(client: Client, data: str, reply: str) -> None:
    client.sell()
    assert client.ask(0x35, data) == reply


def test_a_payment_without_sales_is_error_25(client: Client) -> None:
    client.ask(0x30, OPEN)
    assert client.error(0x35, "\t") == 25


def test_a_slot_with_rate_zero_is_switched_off(client: Client) -> None:
    client.ask(0x97, "P1,ЧЕК\t0,1")
    client.sell()
    assert client.error(0x35, "\tN1.00") == 22


def test_payment_slots_are_read_and_written_with_rate_and_tag(client: Client) -> None:
    assert client.ask(0x97, "R2") == "2,КАРТА\t1.000,7"
    assert client.ask(0x97, "R4") == "4,EURO\t1.95583,0"
    assert client.ask(0x97, "P4,ВАУЧЕР\t1.000,3") == ""
    assert client.ask(0x97, "R4") == "4,ВАУЧЕР\t1.000,3"
    assert client.error(0x97, "P0,ПАРИ") == 97
    assert client.error(0x97, "R9") == 21


def reversal(reason: int) -> str:
    return f"20,9999,DY000600-OP01-0000001\tR{reason},1,02-03-26 12:00:00\t36000600"


@pytest.mark.parametrize(
    ("code", "reason"), [(0, "refund"), (1, "operator-error"), (2, "tax-base-reduction")]
)
def test_the_reversal_codes_are_daisys_own(client: Client, code: int, reason: str) -> None:
    client.receipt()
    client.ask(0x30, reversal(code))
    client.ask(0x31, "Сок\tБ1.00")
    assert client.ask(0x35, "\tC1.00") == "F"
    assert client.ask(0x35, "\tP1.00") == "D0.00"
    client.ask(0x38)
    assert client.memory.day.reversals[reason].total == Decimal("1.00")
    assert client.memory.cash == Decimal("3.50")
    assert client.ask(0x41, "T").split(",")[1::8] == ["000000000450", "000000000100"]
    assert client.ask(0x74).split(",")[1] == str(code + 1)


def test_a_refund_above_the_cash_is_refused_at_the_sale_but_not_an_operators_error(client: Client) -> None:
    client.ask(0x30, reversal(0))
    assert client.error(0x31, "Сок\tБ1.00") == 28
    client.ask(0x82)
    client.ask(0x30, reversal(1))
    client.ask(0x31, "Сок\tБ1.00")
    assert not client.status[0] & 0x20


def test_the_right_to_reverse_is_granted_by_password_or_name(client: Client) -> None:
    assert client.error(0x30, reversal(1).replace("20,9999", "1,1")) == 118
    client.ask(0x66, "1,1,Мария\t0,1,0")
    client.ask(0x30, reversal(1).replace("20,9999", "1,1"))
    assert client.memory.receipt is not None


def test_an_invoice_needs_its_client_between_payment_and_close(client: Client) -> None:
    client.ask(0x30, OPEN + "\tI")
    client.ask(0x31, SALE)
    assert client.error(0x39, "123456789") == 20
    client.ask(0x35, "\t")
    assert client.error(0x38) == 120
    assert client.ask(0x67).split(",")[-2:] == ["1", "0000000002"]
    assert client.ask(0x39, "123456789\tBG123456789\tПродавач\tПолучател\tКупувач\tред 1\tред 2") == ""
    assert client.ask(0x38) == "000001,000001"
    assert client.ask(0x67).split(",")[-2:] == ["0", "0000000002"]


def test_without_an_invoice_range_no_invoice_opens() -> None:
    client = Client(invoice_range=False)
    assert client.error(0x30, OPEN + "\tI") == 9
    client.ask(0x96, "P18,100")
    client.ask(0x96, "P19,100")
    assert client.ask(0x96, "R18") == "18,100"
    client.ask(0x30, OPEN + "\tI")
    assert client.memory.receipt is not None


def test_a_credit_note_names_its_invoice_without_a_bar(client: Client) -> None:
    client.receipt()
    client.ask(0x30, "20,9999,DY000600-OP01-0000001\tC17,0,1,02-03-26 12:00:00\t36000600")
    assert client.memory.receipt is not None
    assert client.memory.receipt.kind == "credit-note"
    assert client.memory.receipt.original is not None
    assert client.memory.receipt.original.invoice == "17"


def test_cancel_before_payment_closes_with_nothing(client: Client) -> None:
    client.sell()
    assert client.ask(0x82) == "000001,000000"
    assert client.memory.day.total == 0
    assert client.error(0x82) == 20


def test_a_sale_by_department_needs_a_price_and_open_digits(client: Client) -> None:
    client.ask(0x83, "P5,Ток\nБ,0")
    client.ask(0x30, OPEN)
    assert client.ask(0x8A, "2@1.50*2,-10") == ""
    assert client.ask(0x4C).split(",")[2] == "0000000270"
    assert client.error(0x8A, "5@1.50") == 22
    assert client.error(0x8A, "2*2") == -1


def test_an_article_is_sold_by_number_or_bar_code_and_a_free_price_above_100(client: Client) -> None:
    assert client.ask(0x6B, "PБ101,2.40,Сок\n3800001101815,0,1,10.000") == "P,2999"
    assert client.ask(0x6B, "PБ7,1.00,Вода") == "P,2998"
    client.ask(0x30, OPEN)
    client.ask(0x3A, "3800001101815*2")
    client.ask(0x3A, "101@3.00")
    assert client.ask(0x4C).split(",")[2] == "0000000780"
    assert client.error(0x3A, "7@3.00") == 7
    assert client.error(0x3A, "8") == 44


def test_article_rows_end_with_f(client: Client) -> None:
    client.ask(0x6B, "PБ7,1.00,Вода")
    assert client.ask(0x6B, "F") == "P,7,02-03-2026 12:00:00,Б,1.00,0.000,0.00,Вода\n,0,1,0.000"
    assert client.ask(0x6B, "N") == "F"
    assert client.ask(0x6B, "R8") == "F"


def test_cash_is_refused_by_a_letter_alone(client: Client) -> None:
    assert client.ask(0x46, "10.00,Начална\nсума\t") == "P,10.00,10.00,0.00"
    assert client.ask(0x46, "-20") == "F,10.00,10.00,0.00"
    assert client.status[0] == 0x88
    assert client.ask(0x46) == "P,10.00,10.00,0.00"
    client.ask(0x30, OPEN)
    assert client.ask(0x46, "1").startswith("F")


def test_x_changes_nothing_and_z_zeroes_and_writes_a_block(client: Client) -> None:
    client.receipt()
    sums = ",".join(["000000000000", "000000000450"] + ["000000000000"] * 14)
    assert client.ask(0x45, "2") == f"0001,{sums}"
    assert client.ask(0x45, "0") == f"0001,{sums}"
    assert client.ask(0x45, "") == f"0002,{','.join(['000000000000'] * 16)}"
    assert client.ask(0x6E) == ",".join(["0000000000"] * 4 + ["0002", "000005", "0000000001"])


def test_the_last_record_is_longer_than_len_can_say(client: Client) -> None:
    client.receipt()
    client.ask(0x45, "0")
    reply = client.raw(frame(0x40, b"T", 0x7E))
    assert reply[1] == 0xFF
    assert len(reply[4:-13]) == 219
    assert reply[4:-13].startswith(b"0001,000000000000,000000000450,")
    assert reply[4:-13].endswith(b",020326")


def test_sums_without_tax_are_the_default(client: Client) -> None:
    client.receipt("Сок\tБ1.20")
    assert client.ask(0x41).split(",")[1] == "000000000100"
    assert client.ask(0x41, "N").split(",")[1] == "000000000100"
    assert client.ask(0x41, "T").split(",")[1] == "000000000120"
    client.ask(0x45, "0")
    assert client.ask(0x72, "1,2").split(",")[:3] == ["P", "000000000000", "000000000020"]
    assert client.ask(0x92, "010326,4,030326").split(",")[2] == "000000000120"
    assert client.ask(0x72, "7,0") == "E"
    assert client.ask(0x72, "1,3") == "P,0.00,20.00,20.00,9.00,-1.00,-1.00,-1.00,-1.00"


def test_nothing_is_reported_while_a_receipt_is_open(client: Client) -> None:
    client.sell()
    for command, data in ((0x45, "0"), (0x45, "2"), (0x69, ""), (0x49, "1,1"), (0x26, ""), (0x6D, "1")):
        client.ask(command, data)
        assert client.status[1] & 0x02 or client.status[3] & 0x7F


def test_24_hours_without_a_z_report_stop_the_sale(client: Client) -> None:
    client.receipt()
    client.clock.move(24 * 3600)
    assert client.error(0x30, OPEN) == 82
    client.ask(0x45, "0")
    client.ask(0x30, OPEN)
    assert client.status[2] == 0x88


def test_a_service_receipt_shows_its_bit(client: Client) -> None:
    assert client.ask(0x26) == "000000"
    client.ask(0x2A, "x" * 60)
    assert client.status[2] == 0xA0
    assert client.ask(0x4C).startswith("1,")
    assert client.error(0x31, SALE) == 20
    assert client.ask(0x27) == "000001"
    assert "#" + "x" * 28 + "#\n" in client.printed
    assert client.ask(0x74) == "PS,XXXXX"


def test_a_duplicate_is_printed_once(client: Client) -> None:
    client.receipt()
    assert client.ask(0x6D, "1") == ""
    assert client.status[0] == 0x88
    assert client.error(0x6D, "1") == 7


def test_identity_needs_its_argument(client: Client) -> None:
    assert client.ask(0x5A) == ""
    assert client.ask(0x5A, "0") == "CompactM ONL01-4.01BG 29-10-2018 EMULATED,FFFF,00,6,DY000600,36000600"
    constants = client.ask(0x80).split(",")
    assert len(constants) == 26
    assert (constants[2], constants[3], constants[8:11]) == ("5", "8", ["32", "28", "22"])


def test_the_clock_is_set_without_seconds_and_never_back(client: Client) -> None:
    assert client.ask(0x3E) == "02-03-26 12:00:00"
    assert client.ask(0x3D, "02-03-26 13:10:45") == ""
    assert client.ask(0x3E) == "02-03-26 13:10:00"
    client.receipt()
    assert client.error(0x3D, "01-03-26 13:10:45") == 10


def test_a_ram_reset_is_a_standing_error_until_the_clock_is_set() -> None:
    client = Client(ram_reset=True)
    client.ask(0x61)
    assert client.status[:2].hex(" ") == "ac 84"
    assert client.error(0x30, OPEN) == 7
    client.ask(0x3D, "02-03-26 12:30")
    assert client.status[:2].hex(" ") == "88 80"


def test_settings_are_read_back(client: Client) -> None:
    client.ask(0x2B, "0Магазин")
    assert client.ask(0x2B, "I0") == "Магазин"
    assert client.ask(0x95, "R40") == "Магазин"
    client.ask(0x95, "P600,Честит празник")
    assert client.ask(0x95, "R600") == "Честит празник"
    assert client.error(0x2B, "P012") == 21
    assert client.ask(0x60, "0,20,20,-1") == "P"
    assert client.ask(0x61).split(",")[3] == "-1.00"
    assert client.ask(0x70, "20").startswith("0,0;0.00,0;0.00,0;0.00,0;0.00,ОПЕРАТОР 20\t1,1,1,0;0.00")


def test_names_wait_for_the_reports_that_the_error_asks_for(client: Client) -> None:
    client.receipt()
    assert client.error(0x66, "1,1,Мария") == 92
    assert client.error(0x60, "0,20,20,9") == 91
    client.ask(0x68, "0,9999")
    assert client.ask(0x66, "1,1,Мария") == ""
    assert client.status[0] == 0x88


def test_two_operators_may_not_have_one_password(client: Client) -> None:
    assert client.error(0x65, "1,1,2") == 108
    client.ask(0x65, "1,1,777")
    assert client.error(0x30, OPEN) == 108


def test_a_repeated_frame_is_answered_and_not_sold_again(client: Client) -> None:
    client.ask(0x30, OPEN)
    first = client.raw(frame(0x31, SALE.encode("cp1251"), 0x60))
    assert client.raw(frame(0x31, "Друго\tБ9.99".encode("cp1251"), 0x60)) == first
    assert client.ask(0x4C).split(",")[1] == "0001"


def test_another_command_under_the_same_number_is_executed(client: Client) -> None:
    client.raw(frame(0x4A, b"", 0x60))
    assert b"000000,000000" in client.raw(frame(0x30, OPEN.encode(), 0x60))


def test_power_loss_keeps_the_receipt_and_forgets_the_number() -> None:
    client = Client("power-after@cmd=31")
    client.ask(0x30, OPEN)
    sale = frame(0x31, SALE.encode("cp1251"), 0x60)
    assert client.device.feed(sale) == [HangUp()]
    client.raw(sale)
    assert client.ask(0x4C, "T").split(",") == ["1", "0002", "0000000900", "0000000000", "0000000900"]


def test_a_bad_checksum_is_refused_unexecuted(client: Client) -> None:
    request = bytearray(frame(0x30, OPEN.encode(), 0x60))
    request[-2] ^= 1
    assert client.raw(bytes(request)) == b"\x15"
    assert client.memory.receipt is None


def test_out_of_paper_changes_nothing() -> None:
    client = Client("paper@cmd=31:1")
    client.ask(0x30, OPEN)
    client.ask(0x31, SALE)
    assert client.status[:4].hex(" ") == "a8 80 89 80"
    client.ask(0x31, SALE)
    assert client.ask(0x4C).split(",")[1] == "0001"


@pytest.mark.parametrize(
    ("fault", "sales"),
    [
        ("refuse", "0000"),
        ("corrupt", "0001"),
        ("drop", "0001"),
        ("deaf", "0000"),
        ("hangup", "0001"),
        ("hangup-before", "0000"),
        ("noise", "0001"),
        ("stale", "0001"),
        ("late:2", "0001"),
        ("busy:0.2", "0001"),
        ("error:8", "0000"),
        ("power", "0000"),
        ("power-after", "0001"),
    ],
)
def test_every_fault_either_sold_or_did_not(fault: str, sales: str) -> None:
    word, _, argument = fault.partition(":")
    client = Client(f"{word}@cmd=31{':' + argument if argument else ''}")
    client.ask(0x30, OPEN)
    actions = client.device.feed(frame(0x31, SALE.encode("cp1251"), 0x60))
    assert client.ask(0x4C).split(",")[1] == sales
    if fault.startswith("busy"):
        assert actions[:2] == [Send(b"\x16"), Wait(0.06)]


def test_a_report_comes_over_the_line_when_it_was_asked_for_as_text(client: Client) -> None:
    client.receipt()
    client.ask(0x45, "0")
    client.ask(0x99)
    assert client.raw(frame(0x5F, b"1,1", 0x60)) == "\x1a1\tN\tОТЧЕТ НА ФП\r\n".encode("cp1251")
    assert client.raw(b"\x11") == b""
    assert client.raw(b"\x1a").startswith(b"\x1a2\tN\tZ 0001 02-03-2026")
    assert client.raw(b"\x1a") == b"\x1a\tE\r\n"
    assert client.raw(b"\x1a")[2:4] == b"\x60\x5f"
    assert client.raw(b"\x1a") == b""


def test_after_five_seconds_the_report_is_printed_again(client: Client) -> None:
    client.ask(0x45, "0")
    client.ask(0x99)
    client.clock.move(6)
    assert client.ask(0x5F, "1,1") == ""


def test_zeroing_reports_are_refused_as_text(client: Client) -> None:
    client.ask(0x99)
    assert client.ask(0x6F, "Z") == "F"


def test_the_journal_is_sent_line_by_line(client: Client) -> None:
    client.receipt()
    answer = client.raw(frame(0xC3, b"R21,1,9,1", 0x60))
    assert "СИМУЛАЦИЯ" in answer.decode("cp1251")
    lines = 0
    while not answer.startswith(b"\x01"):
        lines += 1
        answer = client.raw(b"\x11")
    assert lines == len(client.memory.journal[0].text)


@pytest.mark.parametrize(
    ("data", "refused"),
    [("1,1234567", 0), ("1,123456", 16), ("2,123456789012\tC,2,10,1", 0), ("14,1", 21), ("3;A", -1)],
)
def test_bar_codes(client: Client, data: str, refused: int) -> None:
    client.ask(0x30, OPEN)
    client.ask(0x54, data)
    assert (client.status[3] & 0x7F, client.status[0] & 1) == (max(refused, 0), int(refused < 0))


@pytest.mark.parametrize(
    ("command", "data", "reply"),
    [
        (0x21, "", ""),
        (0x23, "ред", ""),
        (0x2F, "ред", ""),
        (0x2E, "1,ред", ""),
        (0x64, "\x10\x5bK", ""),
        (0x3F, "", ""),
        (0x2C, "3", ""),
        (0x2D, "1", "P"),
        (0x2D, "3", "F"),
        (0x6A, "100", ""),
        (0x47, "", ""),
        (0xA6, "", "P"),
        (0xA5, "", "P"),
        (0x6F, "0", "P"),
        (0xC2, "W", "0,OK"),
        (0x63, "", "000000000      "),
        (0x44, "", "3650,3650"),
        (0x32, "", "P,0.00,20.00,20.00,9.00,-1.00,-1.00,-1.00,-1.00,010326"),
        (0x74, "", "F"),
    ],
)
def test_small_commands(client: Client, command: int, data: str, reply: str) -> None:
    assert client.ask(command, data) == reply
    assert client.status[0] == 0x88


def test_an_unknown_model_is_named() -> None:
    with pytest.raises(SettingMistake, match="found 'x', expected one of"):
        Client(model="x")


def test_a_bit_that_is_none_is_named() -> None:
    with pytest.raises(SettingMistake, match="expected a bit such as"):
        Client(standing_bits=["9.9"])


def test_little_paper_shows_in_every_answer() -> None:
    client = Client(standing_bits=["2.1"])
    client.ask(0x4A)
    assert client.status[2] & 0x02


def test_a_full_journal_opens_no_receipt() -> None:
    client = Client(standing_bits=["2.2"])
    client.ask(0x30, OPEN)
    assert client.status[1] & 0x02
    assert client.memory.receipt is None


def test_the_state_file_keeps_the_open_receipt_over_a_restart(client: Client, tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    client.memory.kept_in(state)
    client.sell()
    client.memory.save()
    again = Daisy(Memory.load(state, "DY"), Faults(), client.clock, Paper())
    reply = b"".join(each.data for each in again.feed(frame(0x35, b"\t", 0x70)) if isinstance(each, Send))
    assert reply[4:6] == b"D0" or reply[4:6] == b"D+"


def test_old_firmware_numbers_cash_one_and_takes_no_amount_off_the_subtotal() -> None:
    client = Client(first_payment=1, subtotal_amount=False)
    assert client.error(0x97, "R0") == 21
    assert client.ask(0x97, "R1").startswith("1,В БРОЙ\t1.000,0")
    client.sell()
    assert client.error(0x33, "10$-1.00") == -1


def test_a_day_that_is_over_is_closed_by_the_device_itself() -> None:
    client = Client(auto_z=True)
    client.receipt()
    client.clock.move(13 * 3600)
    assert client.ask(0x40, "T").endswith(",020326")
    assert client.memory.z_blocks[0].at == datetime(2026, 3, 2, 23, 59, 59)  # noqa: DTZ001 a wall clock
    assert client.ask(0x6E).split(",")[4] == "0001"
