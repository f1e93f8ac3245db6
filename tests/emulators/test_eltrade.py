"""The emulated Eltrade answers as the Daisy/Eltrade/Incotex page says, byte for byte where it shows bytes."""

from decimal import Decimal
from pathlib import Path

import pytest

from billing.emulators.device import HangUp, Send, Wait
from billing.emulators.eltrade import Eltrade
from billing.emulators.faults import Faults
from billing.emulators.isl_words import SettingMistake
from billing.emulators.memory import Memory
from billing.emulators.paper import Paper
from tests.emulators.isl_client import IslClient
from tests.emulators.isl_host import frame

OPEN = "Мария,ED000600-0001-0000017"
SALE = "Сок\tБ2.40*2;-0.30"
SYNTAX, NOT_ALLOWED = "a9 80", "a8 82"


class Client(IslClient[Eltrade]):
    def __init__(self, faults: str = "", **settings: object) -> None:
        super().__init__(Eltrade, "ED", faults, settings)

    def bits(self, command: int, data: str = "") -> str:
        """Return the first two status bytes of the answer in hex."""
        self.ask(command, data)
        return self.status[:2].hex(" ")

    def sell(self, *lines: str) -> None:
        self.ask(0x90, OPEN)
        for line in lines or (SALE,):
            assert self.bits(0x31, line) == "88 80"

    def receipt(self, *lines: str) -> None:
        self.sell(*lines)
        assert self.ask(0x35, "\t") == "D+000000000"
        self.ask(0x38)


@pytest.fixture
def client() -> Client:
    return Client()


def test_a_healthy_idle_printer_shows_the_page_s_status(client: Client) -> None:
    assert client.raw(frame(0x4A, b"X", 0x20))[4:10].hex(" ") == "88 80 80 80 86 9a"


def test_a_display_clears_its_bit() -> None:
    assert Client(display=True).bits(0x4A) == "80 80"


def test_the_opening_frame_of_the_page_is_taken() -> None:
    client = Client()
    request = (
        "01 3F 21 90 CC E0 F0 E8 FF 2C 45 44 31 32 33 34 35 36 2D 30 30 30 31 2D"
        "30 30 30 30 30 31 37 05 30 39 3D 35 03"
    )
    assert client.raw(bytes.fromhex(request))[4:-13] == b"0000,0000"
    assert client.memory.receipt is not None
    assert client.memory.receipt.operator == "Мария"


def test_the_payment_reply_of_the_page_has_its_bytes(client: Client) -> None:
    client.sell("Кафе\tБ2.70")
    reply = client.raw(frame(0x35, b"\tP10.00", 0x27))
    assert reply.hex(" ") == (
        "01 36 27 35 52 2b 30 30 30 30 30 30 37 33 30 04 88 80 88 80 86 9a 05 30 36 30 32 03"
    )


def test_a_whole_receipt(client: Client) -> None:
    client.sell()
    assert client.ask(0x33, "00").split(",")[:3] == ["0000000450", "0000000000", "0000000450"]
    assert client.ask(0x4C, "T") == "1,0001,+00000450,+00000000"
    assert client.ask(0x35, "\tL+2.00") == "D+000000250"
    assert client.ask(0x35, "\tP5") == "R+000000250"
    assert client.ask(0x38) == "0001,0001"
    assert client.ask(0x71) == "0000001"
    assert client.memory.day.payments == {"L": Decimal("2.00"), "cash": Decimal("2.50")}


def test_the_last_document_is_the_current_one_while_it_is_open(client: Client) -> None:
    client.sell()
    assert client.ask(0x71) == "0000001"


@pytest.mark.parametrize(
    "data",
    [
        "Мария",
        "Мария,",
        ",ED000600-0001-0000017",
        "Мария,0001",
        "Мария,ED000600-0001-000017",
        OPEN + ",",
        OPEN + ",,I",
        OPEN + ",R",
        OPEN + ",S,44000600,X,1,2026-03-01T10:00:00",
        OPEN + ",S,4400060,R,1,2026-03-01T10:00:00",
        OPEN + ",S,44000600,R,1,01-03-26 10:00:00",
        OPEN + ",S,44000600,R,1,2026-02-30T10:00:00",
        OPEN + ",S,44999999,O,1,2026-03-01T10:00:00",
    ],
)
def test_an_opening_that_is_not_right_is_refused(client: Client, data: str) -> None:
    assert client.bits(0x90, data) == SYNTAX
    assert client.memory.receipt is None


def test_there_is_no_opening_by_30h_and_no_cutter(client: Client) -> None:
    assert client.bits(0x30, "1,1," + OPEN) == "aa 80"
    assert client.bits(0x2D) == "aa 80"


def test_nothing_opens_over_an_open_receipt_without_header_or_taxpayer(client: Client) -> None:
    client.sell()
    assert client.bits(0x90, OPEN) == NOT_ALLOWED
    client.ask(0x3C)
    client.memory.header = ["един ред"]
    assert client.bits(0x90, OPEN) == NOT_ALLOWED
    client.memory.header = ["ред", "ред"]
    client.memory.taxpayer_number = ""
    assert client.bits(0x90, OPEN) == NOT_ALLOWED
    assert client.status[4] == 0x84


def test_in_a_managed_system_the_operator_code_stands_for_the_number() -> None:
    client = Client(managed=True)
    assert client.bits(0x90, OPEN) == SYNTAX
    assert client.bits(0x90, "Мария,0001") == "88 80"


@pytest.mark.parametrize(
    "line",
    [
        "Сок\tB2.40",
        "Сок\tБ+2.40",
        "Сок\tБ2.405",
        "Сок\tБ2,40*1",
        "Сок\tБ2.40$-0.30",
        "Сок\tБ2.40;-2.41",
        "Сок\tБ2.40,-99.01",
        "Сок\tБ2.40,-5;-0.10",
        "Сок\tБ 2.40",
        "Сок\tБ123456789",
        "Сок\tД2.40",
        "Сок\t61\t2.40",
        "Сок\t9\t2.40",
        "Сок",
    ],
)
def test_a_sale_that_is_not_right_changes_nothing(client: Client, line: str) -> None:
    client.ask(0x90, OPEN)
    assert client.bits(0x31, line) == SYNTAX
    assert client.ask(0x4C).split(",")[1] == "0000"


def test_a_line_of_more_than_eight_digits_overflows_and_changes_nothing(client: Client) -> None:
    client.ask(0x90, OPEN)
    assert client.bits(0x31, "Злато\tБ999999*999") == "a8 83"
    assert client.ask(0x4C).split(",")[1] == "0000"


def test_both_texts_are_lines_of_the_name(client: Client) -> None:
    client.sell("Мляко\n3,6 % * ;\tБ2.40")
    assert client.memory.receipt is not None
    assert client.memory.receipt.lines[0].text == "Мляко\n3,6 % * ;"


def test_a_sale_by_department_takes_its_group(client: Client) -> None:
    client.sell("Услуга\t1\t10.00*2,-10.00")
    assert client.ask(0x67).split(",")[1] == "+000001800"


def test_a_minus_is_a_sale_below_zero_that_no_group_sum_may_follow(client: Client) -> None:
    client.sell("Хляб\tА5.00", "Сок\tБ2.40")
    assert client.bits(0x31, "Друго\tБ-1.00*2") == "88 80"
    assert client.bits(0x31, "Сок\tБ-0.41") == NOT_ALLOWED
    assert client.ask(0x33, "00").split(",")[0] == "0000000540"


def test_an_article_is_sold_shown_and_in_a_department(client: Client) -> None:
    assert client.ask(0x6B, "PБ7,1,2.40,A10.000,Сок") == "P"
    client.ask(0x90, OPEN)
    assert client.bits(0x3A, "D7*2,-50") == "88 80"
    assert client.bits(0x3A, "7\t2\t*1;-0.40") == "88 80"
    assert client.bits(0x3A, "8") == SYNTAX
    assert client.ask(0x4C).split(",")[2] == "+00000440"
    client.ask(0x35, "\t")
    client.ask(0x38)
    assert client.ask(0x6B, "R7") == "P7,Б,1,2.40,4.40,3.000,7.000,Сок"
    assert client.ask(0x6B, "PБ7,1,2.40,1,Сок") == "F"


def test_articles_are_read_both_ways(client: Client) -> None:
    for plu in (7, 9):
        client.ask(0x6B, f"PБ{plu},1,1.00,5,Сок")
    assert [client.ask(0x6B, item)[:2] for item in ("F", "N", "N", "L", "N", "N", "F8", "L8")] == [
        "P7", "P9", "F", "P9", "P7", "F", "P9", "P7",
    ]  # fmt: skip
    assert client.ask(0x6B, "I") == "P20000,2,36"


def test_the_subtotal_modifier_has_a_semicolon(client: Client) -> None:
    client.sell("Хляб\tА1.00", "Сок\tБ2.00")
    assert client.ask(0x33, "10;-1.00").split(",")[:3] == ["0000000200", "0000000067", "0000000133"]
    assert client.bits(0x33, "10$-1.00") == SYNTAX


def test_after_the_first_payment_only_paying_text_and_closing_are_left(client: Client) -> None:
    client.sell()
    client.ask(0x35, "\tP1.00")
    for command, data in ((0x31, SALE), (0x33, "00"), (0x3C, ""), (0x38, "")):
        assert client.bits(command, data) == NOT_ALLOWED
    assert client.bits(0x36, "Благодарим") == "88 80"


@pytest.mark.parametrize("letter", list("PNCDIJKLMQR"))
def test_every_payment_letter_is_taken(client: Client, letter: str) -> None:
    client.sell()
    assert client.ask(0x35, f"\t{letter}+4.50") == "D+000000000"


@pytest.mark.parametrize(
    ("data", "reply", "bits"),
    [
        ("\tB4.50", "", SYNTAX),
        ("\tL", "", SYNTAX),
        ("\tP-4.50", "", SYNTAX),
        ("P4.50", "", SYNTAX),
        ("\tP0", "F", NOT_ALLOWED),
    ],
)
def test_payments_that_are_not_right(client: Client, data: str, reply: str, bits: str) -> None:
    client.sell()
    assert client.ask(0x35, data) == reply
    assert client.status[:2].hex(" ") == bits


def test_a_payment_without_a_receipt_is_f(client: Client) -> None:
    assert client.ask(0x35, "\t") == "F"
    assert client.status[1] == 0x82


@pytest.mark.parametrize(
    ("letter", "reason"), [("O", "operator-error"), ("R", "refund"), ("T", "tax-base-reduction")]
)
def test_the_reversal_letters_are_eltrades_own(client: Client, letter: str, reason: str) -> None:
    client.receipt()
    client.ask(0x90, f"{OPEN},S,44000600,{letter},1,2026-03-02T12:00:00")
    client.ask(0x31, "Сок\tБ1.00")
    client.ask(0x35, "\tP1.00")
    assert client.ask(0x38) == "0002,0002"
    assert client.memory.day.reversals[reason].total == Decimal("1.00")
    assert client.ask(0x41).split(",")[1] == "+00000000450"


def test_another_device_s_receipt_is_reversed_for_a_refund(client: Client) -> None:
    assert client.bits(0x90, OPEN + ",S,44999999,R,1,2026-03-01T10:00:00") == "88 80"


def test_a_refund_is_not_paid_out_of_an_empty_drawer(client: Client) -> None:
    client.ask(0x90, OPEN + ",S,44000600,R,1,2026-03-01T10:00:00")
    client.ask(0x31, "Сок\tБ1.00")
    assert client.ask(0x35, "\tP1.00") == "F"
    client.ask(0x46, "1.00")
    assert client.ask(0x35, "\tP1.00") == "F"


def test_some_firmware_answers_a_bare_payment_of_a_reversal_emptily() -> None:
    client = Client(bare_payment_fails=True)
    client.ask(0x90, OPEN + ",S,44000600,O,1,2026-03-01T10:00:00")
    client.ask(0x31, "Сок\tБ1.00")
    client.ask(0x31, "Сок\tБ1.00")
    assert client.ask(0x35, "\t") == ""
    assert client.ask(0x35, "\tP2.00") == "D+000000000"


def test_an_invoice_needs_its_client_between_payment_and_close(client: Client) -> None:
    client.ask(0x90, OPEN + ",I")
    client.ask(0x31, SALE)
    assert client.bits(0x39, "123456789") == NOT_ALLOWED
    client.ask(0x35, "\t")
    assert client.bits(0x38) == NOT_ALLOWED
    assert client.ask(0x67).split(",")[-2:] == ["1", "0000000002"]
    assert client.bits(0x39, "12345678") == SYNTAX
    assert client.bits(0x39, "#1234567890\tП\tП\tК\tBG12345678\tред 1\nред 2") == "88 80"
    assert client.ask(0x38) == "0001,0001"
    assert client.ask(0x42) == "1,9999999999,0000000002"


def test_invoice_ranges_are_set_once_and_credit_notes_have_their_own() -> None:
    client = Client(invoice_range=False)
    assert client.bits(0x90, OPEN + ",I") == NOT_ALLOWED
    assert client.ask(0x42, "10,20") == "10,20,0000000010"
    assert client.bits(0x42, "30,40") == NOT_ALLOWED
    assert client.ask(0x42, "S5,6") == "5,6,0000000005"
    client.ask(0x90, OPEN + ",S,44000600,O,1,2026-03-01T10:00:00,17")
    client.ask(0x31, "Сок\tБ1.00")
    client.ask(0x35, "\t")
    client.ask(0x38)
    assert client.ask(0x42, "S") == "5,6,0000000006"
    assert client.ask(0x42) == "10,20,0000000010"


def test_cash_is_refused_by_a_letter_alone_and_pay_outs_are_negative(client: Client) -> None:
    assert client.ask(0x46, "10.00") == "P,10.00,10.00,0.00"
    assert client.ask(0x46, "-20") == "F,10.00,10.00,0.00"
    assert client.status[0] == 0x88
    assert client.ask(0x46, "-4") == "P,6.00,10.00,-4.00"
    assert client.ask(0x46) == "P,6.00,10.00,-4.00"
    assert client.ask(0x6E).split(",")[0] == "+000001000"


def test_a_service_receipt_refuses_with_a_code(client: Client) -> None:
    assert client.ask(0x26) == "0000"
    assert client.ask(0x26) == "0000,3"
    assert client.status[1:3].hex(" ") == "82 a0"
    client.ask(0x2A, "x" * 60)
    assert client.ask(0x27) == "0001"
    assert f"#{'x' * 46}#\n" in client.printed
    client.ask(0x90, OPEN)
    assert client.ask(0x26) == "0001,2"


def test_daily_reports(client: Client) -> None:
    client.receipt("Сок\tБ1.20", "Хляб\tА1.00")
    sums = ["+00000000200", "+00000000100", "+00000000120", *["+00000000000"] * 6]
    assert client.ask(0x45, "2") == ",".join(["0001", *sums])
    assert client.ask(0x41, "1").split(",")[1] == "+00000000020"
    assert client.ask(0x75, "0N") == ",".join(["0001", *sums])
    assert client.memory.day.operators["Мария"].receipts == 1
    assert client.ask(0x45, "0").startswith("0002,+00000000000")
    assert client.ask(0x6E, "11") == ",".join(["+000000000"] * 11 + ["0002", "0000005"])


@pytest.mark.parametrize(
    ("command", "data", "bits"),
    [
        (0x49, "", "88 80"),
        (0x49, "#*1,2", "88 80"),
        (0x49, "1", SYNTAX),
        (0x5F, "1,2", "88 80"),
        (0x5E, "*010326,310326", "88 80"),
        (0x5E, "0326", "88 80"),
        (0x4F, "26", "88 80"),
        (0x4F, "320126,010326", SYNTAX),
    ],
)
def test_period_reports(client: Client, command: int, data: str, bits: str) -> None:
    client.ask(0x45, "0")
    assert client.bits(command, data) == bits


def test_a_z_report_waits_for_the_open_receipt(client: Client) -> None:
    client.sell()
    assert client.bits(0x45, "0") == NOT_ALLOWED


def test_a_duplicate_is_printed_once(client: Client) -> None:
    client.receipt()
    assert client.bits(0x6D, "1") == "88 80"
    assert client.bits(0x6D, "1") == NOT_ALLOWED


def test_identity_has_the_form_of_a_real_answer(client: Client) -> None:
    assert client.ask(0x5A) == ""
    assert client.ask(0x5A, "0") == "A3,ONLINE_BG,KL5301.1811.0.3 15Nov18 EMULATED,FFFF,00,ED000600,44000600"


def test_rates_are_set_only_before_the_first_receipt_of_the_day(client: Client) -> None:
    assert client.ask(0x61) == "00.00,20.00,20.00,09.00,00.00,00.00,00.00,00.00"
    assert client.ask(0x53) == f"0,2,EUR,11110000,{client.ask(0x61)}"
    assert client.ask(0x53, "0,2,EUR,11100000,0,20,20,9,0,0,0,0").startswith("0,2,EUR,11100000,")
    client.receipt()
    assert client.bits(0x53, "0,2,EUR,11110000,0,20,20,9,0,0,0,0") == NOT_ALLOWED


def test_payment_names(client: Client) -> None:
    assert client.ask(0x55, "L") == "КРЕДИТНИ/ДЕБИТНИ КАРТИ"
    assert client.ask(0x55, "L,КАРТА") == "P"
    assert client.ask(0x55, "L,123456789012345678901") == "F"
    assert client.ask(0x55, "L") == "КАРТА"


def test_department_sums_are_decimals_of_the_receipt_then_of_the_day(client: Client) -> None:
    client.ask(0x57, "7,Б,Бар\nград")
    client.receipt("Кафе\t7\t1.20")
    client.receipt("Кафе\t7\t2.00", "Сок\tБ3.00")
    assert client.ask(0x58, "7") == "PБ,1,2.00,2,3.20,Бар\nград"
    assert client.ask(0x58, "0") == "P1,3.00,1,3.00,"
    assert client.ask(0x58, "99") == "F"


def test_three_wrong_passwords_lock_until_power_off(client: Client) -> None:
    assert client.bits(0x66, "1,1234,Мария") == "88 80"
    for _ in range(3):
        assert client.bits(0x66, "1,9999,Мария") == NOT_ALLOWED
    assert client.bits(0x61) == NOT_ALLOWED
    client.device.forget()
    assert client.bits(0x61) == "88 80"


def test_options_are_read_back(client: Client) -> None:
    client.ask(0x2B, "X1")
    assert client.ask(0x2B, "IX") == "1"
    assert client.ask(0x2B, "IL") == "0,96"
    client.ask(0x2B, "E1,1.95583")
    client.ask(0x2B, "E0")
    assert client.ask(0x2B, "IE") == "0,1.95583"
    assert client.bits(0x2B, "D6") == SYNTAX
    client.ask(0x2B, "6" + "б" * 40)
    assert client.ask(0x2B, "I6") == "б" * 36


def test_the_clock_never_goes_before_the_last_document(client: Client) -> None:
    assert client.ask(0x3F) == client.ask(0x3E) == "02-03-26 12:00:00"
    client.receipt()
    assert client.bits(0x3D, "02-03-26 11:59:59") == SYNTAX
    assert client.bits(0x3D, "02-03-26 12:30:15") == "88 80"
    assert client.ask(0x3E) == "02-03-26 12:30:15"


def test_bar_codes_need_a_receipt_and_their_length(client: Client) -> None:
    assert client.bits(0x54, "1,1234567") == NOT_ALLOWED
    client.ask(0x26)
    assert client.bits(0x54, "6;https://example.bg") == "88 80"
    assert client.bits(0x54, "2,123") == SYNTAX
    assert client.status[2] == 0xA0


def test_refusals_may_say_why() -> None:
    client = Client(error_text=True)
    assert client.ask(0x31, SALE) == "E:not_open"


def test_a_repeated_number_is_answered_from_memory_whatever_it_says(client: Client) -> None:
    client.ask(0x90, OPEN)
    first = client.raw(frame(0x31, SALE.encode("cp1251"), 0x60))
    assert client.raw(frame(0x35, b"\t", 0x60)) == first
    assert client.ask(0x4C, "T").endswith("+00000000")


def test_a_sequence_number_above_7f_is_no_good_frame(client: Client) -> None:
    assert client.raw(frame(0x4A, b"", 0x80)) == b"\x15"


def test_out_of_paper_changes_nothing() -> None:
    client = Client("paper@cmd=31:1")
    client.ask(0x90, OPEN)
    client.ask(0x31, SALE)
    assert client.status[:3].hex(" ") == "a8 80 89"
    assert client.ask(0x4C).split(",")[1] == "0000"


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
        ("error:1.1", "0000"),
        ("power", "0000"),
        ("power-after", "0001"),
    ],
)
def test_every_fault_either_sold_or_did_not(fault: str, sales: str) -> None:
    word, _, argument = fault.partition(":")
    client = Client(f"{word}@cmd=31{':' + argument if argument else ''}")
    client.ask(0x90, OPEN)
    actions = client.device.feed(frame(0x31, SALE.encode("cp1251"), 0x60))
    assert client.ask(0x4C).split(",")[1] == sales
    if fault.startswith("busy"):
        assert actions[:2] == [Send(b"\x16"), Wait(0.06)]
    if fault.startswith("power"):
        assert actions == [HangUp()]


@pytest.mark.parametrize(
    ("command", "data", "reply"),
    [
        (0x21, "", ""),
        (0x23, "ред", ""),
        (0x2F, "ред", ""),
        (0x64, "\x10\x5bK", ""),
        (0x2C, "99", ""),
        (0x6A, "5", ""),
        (0x47, "", ""),
        (0x63, "", "000000000,ЕИК"),
        (0x44, "", "3650,3650"),
        (0x76, "2", ",".join(["0001"] + ["+00000000000"] * 9)),
    ],
)
def test_small_commands(client: Client, command: int, data: str, reply: str) -> None:
    assert client.ask(command, data) == reply
    assert client.status[:2].hex(" ") == "88 80"


@pytest.mark.parametrize(("command", "data"), [(0x2C, "100"), (0x6A, "101"), (0x23, "x" * 21), (0x4A, "Q")])
def test_small_commands_out_of_range(client: Client, command: int, data: str) -> None:
    assert client.bits(command, data) == SYNTAX


def test_a_bit_that_is_none_is_named() -> None:
    with pytest.raises(SettingMistake, match="expected a bit such as"):
        Client(standing_bits=["9.9"])


def test_little_paper_shows_in_every_answer() -> None:
    client = Client(standing_bits=["2.1"])
    client.ask(0x4A)
    assert client.status[2] & 0x02


def test_a_full_journal_opens_no_receipt() -> None:
    client = Client(standing_bits=["2.2"])
    client.ask(0x90, OPEN)
    assert client.status[1] & 0x02
    assert client.memory.receipt is None


def test_the_state_file_keeps_the_open_receipt_over_a_restart(client: Client, tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    client.memory.kept_in(state)
    client.sell()
    client.memory.save()
    again = Eltrade(Memory.load(state, "ED"), Faults(), client.clock, Paper())
    reply = b"".join(each.data for each in again.feed(frame(0x35, b"\t", 0x70)) if isinstance(each, Send))
    assert reply[4:6] == b"D0" or reply[4:6] == b"D+"
