"""The emulated Incotex answers as the Daisy/Eltrade/Incotex page says, byte for byte where it shows bytes."""

from decimal import Decimal
from pathlib import Path

import pytest

from billing.emulators.device import HangUp, Send, Wait
from billing.emulators.faults import Faults
from billing.emulators.incotex import Incotex
from billing.emulators.isl_words import SettingMistake
from billing.emulators.memory import Memory
from billing.emulators.paper import Paper
from tests.emulators.isl_client import IslClient
from tests.emulators.isl_host import frame

NUMBER = "IN000600-0001-0000017"
OPEN = f"1,{NUMBER},0"
SALE = "Сок\tБ2.40*2;-0.30"
CLIENT = "BG123456789\tПродавач\tПолучател\tКупувач\t123456789\tАдрес"
SYNTAX, WRONG_MOMENT = "a1 80 80 80", "a0 82 80 83"


class Client(IslClient[Incotex]):
    def __init__(self, faults: str = "", **settings: object) -> None:
        super().__init__(Incotex, "IN", faults, settings)

    def done(self, command: int, data: str = "") -> bool:
        """Tell whether the command was taken without any error bit."""
        self.ask(command, data)
        return self.status[:2] == b"\x80\x80" and self.status[3] == 0x80

    def refusal(self, command: int, data: str = "") -> str:
        """Return the first four status bytes of the answer in hex."""
        self.ask(command, data)
        return self.status[:4].hex(" ").replace(" 88 ", " 80 ").replace(" a0 8", " 80 8")

    def sell(self, *lines: str) -> None:
        assert self.ask(0x30, OPEN) == f"{self.memory.day.documents:04d},{self.device.fiscal_receipts:04d}"
        for line in lines or (SALE,):
            assert self.done(0x31, line)

    def receipt(self, *lines: str) -> None:
        self.sell(*lines)
        assert self.ask(0x35, "\t") == "D0.00"
        self.ask(0x38)


@pytest.fixture
def client() -> Client:
    return Client()


def test_the_status_comes_without_data(client: Client) -> None:
    assert client.ask(0x4A, "X") == ""
    assert client.status.hex(" ") == "80 80 80 80 80 b8"


def test_the_opening_frame_of_the_page_is_taken(client: Client) -> None:
    request = (
        "01 3D 21 30 31 2C 49 4E 31 32 33 34 35 36 2D 30 30 30 31 2D 30 30 30 30 30 31 37"
        "2C 30 05 30 35 38 3B 03"
    )
    assert client.raw(bytes.fromhex(request))[4:-13] == b"0000,0000"
    client.sequence = 0x30
    client.ask(0x4A)
    assert client.status[2] == 0x88


def test_the_close_reply_of_the_page_has_its_bytes(client: Client) -> None:
    client.memory.day.documents = 2
    client.memory.day.fiscal_receipts = 1
    client.ask(0x30, "1,IN123456-0001-0000017,0")
    client.ask(0x31, SALE)
    client.ask(0x35, "\t")
    assert client.raw(frame(0x38, b"", 0x2A)).hex(" ") == (
        "01 4a 2a 38 30 30 30 33 2c 30 30 30 32 2c 49 4e 31 32 33 34 35 36 2d 30 30 30 31 "
        "2d 30 30 30 30 30 31 37 04 80 80 80 80 80 b8 05 30 3a 30 39 03"
    )


def test_a_whole_receipt_speaks_decimals(client: Client) -> None:
    client.sell()
    assert client.ask(0x33, "00").split(",")[:3] == ["4.50", "0.00", "4.50"]
    assert client.ask(0x35, "\tC2.00") == "D2.50"
    assert client.ask(0x4C) == "1,1,4.50,2.00"
    assert client.ask(0x35, "\tP+5.00") == "R2.50"
    assert client.ask(0x38) == f"0001,0001,{NUMBER}"
    assert client.ask(0x71) == "1"
    assert client.ask(0x6E) == "2.50,2.00,0.00,0.00,0000,1"
    assert client.ask(0xAD) == "2.50,2.00,0.00,0.00,0.00,0000,1"


@pytest.mark.parametrize(
    "data",
    [
        f"1,{NUMBER}",
        f"1,1,{NUMBER},0",
        "1,0,0",
        "1,IN000600-0001-000017,0",
        f"99,{NUMBER},0",
        f"1,{NUMBER},5",
        f"1,{NUMBER},0,X",
        f"1,{NUMBER},1,R0,01-03-26 10:00:00,54000600",
        f"1,{NUMBER},1,RS0,01-03-26 10:00:00,54000600",
        f"1,{NUMBER},1,EE0,01-03-26 10:00:00,54000600",
        f"1,{NUMBER},1,RR0,01-03-26 10:00,54000600",
        f"1,{NUMBER},1,RR0,01-03-26 10:00:00,5400060",
        f"1,{NUMBER},0,RR0,01-03-26 10:00:00,54000600",
        f"1,{NUMBER},1,IR,01-03-26 10:00:00,54000600",
    ],
)
def test_an_opening_that_is_not_right_is_refused(client: Client, data: str) -> None:
    assert client.refusal(0x30, data) == SYNTAX
    assert client.memory.receipt is None


def test_an_open_receipt_allows_no_second_one_and_no_report(client: Client) -> None:
    client.sell()
    for command, data in ((0x30, OPEN), (0x26, ""), (0x45, "0"), (0x45, "2"), (0x69, "")):
        assert client.refusal(command, data) == WRONG_MOMENT


@pytest.mark.parametrize(
    ("line", "number"),
    [
        ("Сок\tB2.40", 37),
        ("Сок\tД2.40", 37),
        ("Сок\tБ0.00", 9),
        ("Сок\tБ2.40*0", 9),
        ("Сок\tБ2.40,-100", 13),
        ("Сок\tБ2.40;-2.41", 4),
        ("Сок\tБ2.40*1234567", 7),
        ("Сок\tБ2.405", -1),
        ("Сок\tБ2.40$-0.30", -1),
        ("Сок\tБ2.40,-5;-0.10", -1),
        ("Сок\tБ2.40@кубик", -1),
        ("Сок\t1\t2.40", -1),
        ("Сок", -1),
        ("Сок\tБ-2.40", 14),
    ],
)
def test_a_sale_that_is_not_right_changes_nothing(client: Client, line: str, number: int) -> None:
    client.ask(0x30, OPEN)
    assert client.error(0x31, line) == number
    assert client.ask(0x4C) == "1,0,0.00,0.00"


def test_the_unit_comes_last_and_the_first_of_two_texts_is_a_comment(client: Client) -> None:
    client.sell("Промоция\nДомати\tБ3.00*1.250,-10@кг")
    assert "#Промоция#\n" in client.printed
    assert client.memory.receipt is not None
    assert (client.memory.receipt.lines[0].text, client.memory.receipt.lines[0].unit) == ("Домати", "кг")
    assert client.memory.receipt.total == Decimal("3.37")


def test_a_correction_finds_the_first_equal_sale_by_command_and_name(client: Client) -> None:
    client.sell("Сок\tБ2.40,-10", "Сок\tБ2.40")
    assert client.error(0x31, "Вода\tБ-2.40") == 14
    assert client.error(0x34, "Сок\tБ-2.40") == 14
    assert client.done(0x31, "Сок\tБ-2.40;-1")
    assert client.ask(0x33, "00").split(",")[0] == "2.40"
    assert client.done(0x31, "Сок\tБ-2.40")
    assert client.error(0x31, "Сок\tБ-2.40") == 14


def test_a_department_correction_compares_price_and_quantity_only(client: Client) -> None:
    client.ask(0x30, OPEN)
    assert client.done(0x8A, "1*2@1.50")
    assert client.done(0x8A, "-2*2@1.50")
    assert client.ask(0x33, "00").split(",")[0] == "0.00"


def test_a_department_sells_its_price_or_a_free_one(client: Client) -> None:
    assert client.ask(0x83, "P5,Вестник\nБ1.20,1,10") == "P,95"
    client.ask(0x30, OPEN)
    assert client.done(0x8A, "5*2,-50")
    assert client.error(0x8A, "5@1.50") == 10
    assert client.error(0x8A, "1") == 9
    assert client.refusal(0x8A, "1@2*3") == SYNTAX
    assert client.ask(0x83, "R5") == "P,5,Вестник\nБ,1.20,0.000,0.00,1,10"
    assert client.ask(0x83, "R77") == "F"


def test_an_article_sells_its_price_or_a_free_one(client: Client) -> None:
    assert client.ask(0x6B, "PБ7,2.40,Сок,0,0,1") == "P,2999"
    assert client.ask(0x6B, "PБ8,0.00,Разни,0,1,1") == "P,2998"
    client.ask(0x30, OPEN)
    assert client.done(0x3A, "7*2;-0.30")
    assert client.error(0x3A, "7@3.00") == 10
    assert client.error(0x3A, "8") == 9
    assert client.done(0x3A, "8@3.00")
    assert client.error(0x3A, "9") == 15
    assert client.ask(0x4C).split(",")[2] == "7.50"
    client.ask(0x35, "\t")
    client.ask(0x38)
    assert client.ask(0x6B, "R7") == "P,7,02-03-2026 12:00:00,Б,2.40,2.000,4.50,Сок\n,0,0,1"
    assert client.error(0x6B, "PБ7,2.40,Сок,0,0,1") == 33
    assert [client.ask(0x6B, item)[:3] for item in ("F", "N", "N")] == ["P,7", "P,8", "F"]
    assert client.ask(0x6B, "DA") == "P,2998"


def test_after_the_first_payment_only_paying_and_closing_are_left(client: Client) -> None:
    client.sell()
    client.ask(0x35, "\tP1.00")
    for command, data in ((0x31, SALE), (0x33, "00"), (0x36, "текст"), (0x82, ""), (0x38, "")):
        assert client.refusal(command, data) == WRONG_MOMENT


@pytest.mark.parametrize(
    ("data", "reply", "number"),
    [
        ("\tN4.50", "D0.00", 0),
        ("текст\nвтори\tB+4.50", "D0.00", 0),
        ("\tC5.00", "F", 42),
        ("\tP0", "F", 5),
        ("\tL4.50", "", -1),
        ("\tP", "", -1),
        ("\tP-4.50", "", -1),
        ("P4.50", "", -1),
    ],
)
def test_payments(client: Client, data: str, reply: str, number: int) -> None:
    client.sell()
    assert client.ask(0x35, data) == reply
    assert (client.status[3] & 0x7F, client.status[0] & 1) == (max(number, 0), int(number < 0))


def test_overpaying_by_card_is_a_setting() -> None:
    client = Client(overpay=True)
    client.sell()
    assert client.ask(0x35, "\tC5.00") == "R0.50"


def test_a_payment_without_sales_is_error_18(client: Client) -> None:
    client.ask(0x30, OPEN)
    assert client.error(0x35, "\t") == 18


@pytest.mark.parametrize(
    ("letter", "reason"), [("R", "operator-error"), ("S", "refund"), ("V", "tax-base-reduction")]
)
def test_the_reversal_letters_stand_twice(client: Client, letter: str, reason: str) -> None:
    client.receipt()
    client.ask(0x30, f"1,{NUMBER},1,{letter}{letter}0,02-03-26 12:00:00,54000600")
    client.ask(0x31, "Сок\tБ1.00")
    assert client.ask(0x35, "\t") == "D0.00"
    assert client.ask(0x38) == f"0002,0002,{NUMBER}"
    assert client.memory.day.reversals[reason].total == Decimal("1.00")
    places = {"refund": 5, "tax-base-reduction": 6, "operator-error": 7}
    assert client.ask(0x70, "1").split(",")[places[reason]] == "1:1.00"


def test_an_original_without_number_is_named_by_zero(client: Client) -> None:
    assert client.done(0x30, "1,0,1,RR0,02-03-26 12:00:00,54000600")


def test_a_refund_needs_the_cash(client: Client) -> None:
    client.ask(0x30, f"1,{NUMBER},1,SS0,02-03-26 12:00:00,54000600")
    client.ask(0x31, "Сок\tБ1.00")
    assert client.error(0x35, "\t") == 21


def test_an_invoice_takes_the_client_named_before_it(client: Client) -> None:
    assert client.refusal(0x30, OPEN + ",I") == WRONG_MOMENT
    assert client.refusal(0x39, CLIENT.replace("\tАдрес", "")) == SYNTAX
    assert client.done(0x39, CLIENT)
    assert client.done(0x30, OPEN + ",I")
    assert client.refusal(0x39, CLIENT) == WRONG_MOMENT
    assert client.ask(0x67).split(",")[-2:] == ["1", "0000000002"]
    client.ask(0x31, SALE)
    client.ask(0x35, "\t")
    assert client.done(0x38)
    assert "ЕИК: 123456789\n" in client.printed
    assert client.refusal(0x30, OPEN + ",I") == WRONG_MOMENT


def test_a_client_without_vat_number_begins_with_a_tab(client: Client) -> None:
    assert client.done(0x39, CLIENT.removeprefix("BG123456789"))
    client.ask(0x30, OPEN + ",I")
    assert client.memory.receipt is not None
    assert client.memory.receipt.client is not None
    assert "ЗДДС" not in client.memory.receipt.client


def test_the_client_may_be_taken_after_the_payment_by_a_setting() -> None:
    client = Client(client_after_payment=True)
    client.ask(0x30, OPEN + ",I")
    client.ask(0x31, SALE)
    client.ask(0x35, "\t")
    assert client.refusal(0x38) == WRONG_MOMENT
    assert client.done(0x39, CLIENT)
    assert client.done(0x38)


def test_a_credit_note_names_the_invoice_after_the_reason(client: Client) -> None:
    client.receipt()
    assert client.done(0x30, f"1,{NUMBER},1,IS17,02-03-26 12:00:00,54000600")
    assert client.memory.receipt is not None
    assert client.memory.receipt.original is not None
    assert (client.memory.receipt.kind, client.memory.receipt.original.invoice) == ("credit-note", "17")
    client.ask(0x31, "Сок\tБ1.00")
    client.ask(0x35, "\t")
    assert client.done(0x38)


def test_an_unset_invoice_range_is_an_error_in_every_reply_of_a_device_that_sells() -> None:
    client = Client(invoice_range=False)
    client.ask(0x30, OPEN)
    assert client.status.hex(" ") == "a0 88 88 80 80 b8"
    client.ask(0x82)
    client.ask(0x39, CLIENT)
    assert client.error(0x30, OPEN + ",I") == 43
    client.ask(0xB4, "1\n1")
    assert client.status[:2].hex(" ") == "80 80"
    assert client.done(0x30, OPEN + ",I")


def test_a_range_is_not_changed_before_it_is_used_up(client: Client) -> None:
    assert client.refusal(0xB4, "5\n9") == WRONG_MOMENT
    assert client.refusal(0xB4, "9\n5") == SYNTAX


def test_cancel_before_payment_answers_the_number(client: Client) -> None:
    client.sell()
    assert client.ask(0x82) == NUMBER
    assert client.memory.day.total == 0
    assert client.refusal(0x82) == WRONG_MOMENT


@pytest.mark.parametrize("command", [0x3C, 0x74, 0x2E, 0x64, 0x99, 0x90])
def test_commands_of_the_other_makers_are_unknown(client: Client, command: int) -> None:
    client.ask(command)
    assert client.status[:2].hex(" ") == "a2 80"


def test_cash_movements(client: Client) -> None:
    assert client.ask(0x46, "10.00,1") == "P,10.00,10.00,0.00"
    assert client.ask(0x46, "-4") == "P,6.00,10.00,4.00"
    assert client.ask(0x46, "0") == "P,6.00,10.00,4.00"
    assert client.ask(0x46, "-20") == "F,6.00,10.00,4.00"
    assert client.status[3] == 0x80 | 21
    assert client.refusal(0x46, "") == SYNTAX
    client.ask(0x30, OPEN)
    assert client.ask(0x46, "1").startswith("F,")
    assert client.status[1] == 0x82


def test_daily_reports(client: Client) -> None:
    client.receipt("Сок\tБ1.20", "Хляб\tА1.00")
    client.ask(0x30, f"1,{NUMBER},1,RR0,02-03-26 12:00:00,54000600")
    client.ask(0x31, "Сок\tБ1.20")
    client.ask(0x35, "\t")
    client.ask(0x38)
    sales = ["0001", "0.00", "1.00", "1.20", *["0.00"] * 6]
    back = ["1.00", "0.00", "1.20", *["0.00"] * 6]
    assert client.ask(0x41) == ",".join(["0.00", "1.00", "1.00", *["0.00"] * 6])
    assert client.ask(0x43) == "0.00,0.00,2.20,0002,0002"
    assert client.ask(0x45, "2") == ",".join([*sales, *back])
    assert client.ask(0x6C, "2") == ",".join(sales)
    assert client.ask(0x45, "0") == ",".join([*sales, *back])
    assert client.ask(0x40) == ",".join([*sales, "020326"])
    assert client.ask(0x72, "1").split(",")[:3] == ["P", "1.00", "1.20"]
    assert client.ask(0x72, "1,2").split(",")[:3] == ["P", "0.00", "0.20"]
    assert client.ask(0x72, "1,4,9").split(",")[9:11] == ["0.00", "1.20"]
    assert client.ask(0x72, "5,0") == "E"
    assert client.ask(0x72, "1,3").startswith("P,00.00,20.00,20.00,09.00,-1.00")
    assert client.ask(0x45, "8").split(",")[2:4] == ["1.00", "1.20"]
    assert client.ask(0x45, "9").split(",")[2:4] == ["0.00", "0.00"]
    assert client.ask(0x45, "").startswith("0002,0.00,0.00")


def test_period_reports_need_records(client: Client) -> None:
    assert client.error(0x49, "1,9") == 25
    client.ask(0x45, "0")
    for command, data in ((0x49, "1,9"), (0x5F, "1,1"), (0x5E, "010326,310326"), (0x4F, "010326,310326")):
        assert client.done(command, data)
    assert client.refusal(0x4F, "0326") == SYNTAX


def test_a_duplicate_is_printed_once(client: Client) -> None:
    client.receipt()
    assert client.done(0x6D, "1")
    assert client.error(0x6D, "1") == 28


def test_a_service_receipt(client: Client) -> None:
    assert client.ask(0x26) == "0000"
    assert client.done(0x2A, "x" * 60)
    assert client.status[2] == 0xA0
    assert client.ask(0x27) == "0001"
    assert f"#{'x' * 34}#\n" in client.printed
    assert client.refusal(0x27) == WRONG_MOMENT


def test_the_wide_printer_takes_longer_texts() -> None:
    client = Client(model="300s")
    client.ask(0x26)
    client.ask(0x2A, "x" * 60)
    assert f"#{'x' * 52}#\n" in client.printed
    constants = client.ask(0x80).split(",")
    assert (len(constants), constants[8:10], constants[23]) == (27, ["56", "52"], "500")


def test_identity_has_the_form_of_a_real_answer(client: Client) -> None:
    expected = "2.11 Jan 22 2019 EMULATED,DB44EEAD,0000,06,IN000600,54000600,284010000000000"
    assert client.ask(0x5A, "1") == expected
    assert client.ask(0x5A) == ""


def test_the_header_and_rates_want_a_zero_day(client: Client) -> None:
    assert client.done(0x2B, "0Магазин")
    assert client.ask(0x2B, "I0") == "Магазин"
    assert client.ask(0x60, "0.00,20.00,20.00,9.00,-1.00,-1.00,-1.00,-1.00") == "P"
    assert client.ask(0x60, "0,20,20,9,-1,-1,-1,-1") == "F"
    client.receipt()
    assert client.error(0x2B, "0Магазин") == 33
    assert client.done(0x2B, "8Благодарим")
    assert client.done(0x2B, "W1")
    assert client.error(0x60, "0.00,20.00,20.00,9.00,-1.00,-1.00,-1.00,-1.00") == 33


def test_text_fields_hold_units_payments_and_a_label(client: Client) -> None:
    assert client.ask(0x95, "R1") == "1,кг"
    assert client.ask(0x95, "R10") == "10,КАРТА"
    assert client.done(0x95, "P11,ЧЕКОВЕ")
    assert client.ask(0x95, "R11") == "11,ЧЕКОВЕ"
    assert client.ask(0x95, "R14") == "14,ЕИК"
    assert client.refusal(0x95, "R15") == SYNTAX


def test_three_wrong_passwords_in_a_row_set_their_bit(client: Client) -> None:
    assert client.done(0x66, "1,1,Мария")
    for _ in range(3):
        assert client.error(0x65, "1,9,2") == 3
    assert client.status[1] == 0xA2
    assert client.done(0x65, "1,1,222")
    assert client.error(0x68, "1,1") == 3
    assert client.done(0x68, "1,222")


def test_the_clock_never_goes_before_the_last_document(client: Client) -> None:
    assert client.ask(0x3E) == "02-03-26 12:00:00"
    client.receipt()
    assert client.refusal(0x3D, "02-03-26 11:59:59") == SYNTAX
    assert client.done(0x3D, "02-03-26 12:30")


def test_a_repeated_number_is_answered_from_memory_whatever_it_says(client: Client) -> None:
    client.ask(0x30, OPEN)
    first = client.raw(frame(0x31, SALE.encode("cp1251"), 0x60))
    assert client.raw(frame(0x35, b"\t", 0x60)) == first
    assert client.ask(0x4C) == "1,1,4.50,0.00"


def test_out_of_paper_changes_nothing() -> None:
    client = Client("paper@cmd=31:1")
    client.ask(0x30, OPEN)
    client.ask(0x31, SALE)
    assert client.status[:3].hex(" ") == "a0 80 89"
    assert client.ask(0x4C) == "1,0,0.00,0.00"


@pytest.mark.parametrize(
    ("fault", "sales"),
    [
        ("refuse", 0),
        ("corrupt", 1),
        ("drop", 1),
        ("deaf", 0),
        ("hangup", 1),
        ("hangup-before", 0),
        ("noise", 1),
        ("stale", 1),
        ("late:2", 1),
        ("busy:0.2", 1),
        ("error:37", 0),
        ("power", 0),
        ("power-after", 1),
    ],
)
def test_every_fault_either_sold_or_did_not(fault: str, sales: int) -> None:
    word, _, argument = fault.partition(":")
    client = Client(f"{word}@cmd=31{':' + argument if argument else ''}")
    client.ask(0x30, OPEN)
    actions = client.device.feed(frame(0x31, SALE.encode("cp1251"), 0x60))
    assert client.ask(0x4C).split(",")[1] == str(sales)
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
        (0x3F, "", ""),
        (0x2C, "20", ""),
        (0x2D, "", "P"),
        (0x6A, "150", ""),
        (0x47, "1,0", ""),
        (0x54, "3,123456789012,1", ""),
        (0x6F, "1", "P"),
        (0x6F, "2", "F"),
        (0x63, "", "IN000600,000000000"),
        (0x44, "", "3650,3650"),
        (0x61, "", "00.00,20.00,20.00,09.00,-1.00,-1.00,-1.00,-1.00"),
        (0x32, "", "P00.00,20.00,20.00,09.00,-1.00,-1.00,-1.00,-1.00,010326"),
        (0x32, "010120,010121", "F"),
        (0xAC, "9,5", ""),
    ],
)
def test_small_commands(client: Client, command: int, data: str, reply: str) -> None:
    assert client.ask(command, data) == reply
    assert client.status[:2].hex(" ") == "80 80"


@pytest.mark.parametrize(
    ("command", "data"), [(0x2C, "21"), (0x6A, "151"), (0x54, "3,12345678901,1"), (0x4A, "Q"), (0xAC, "9")]
)
def test_small_commands_out_of_range(client: Client, command: int, data: str) -> None:
    assert client.refusal(command, data) == SYNTAX


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
    again = Incotex(Memory.load(state, "IN"), Faults(), client.clock, Paper())
    reply = b"".join(each.data for each in again.feed(frame(0x35, b"\t", 0x70)) if isinstance(each, Send))
    assert reply[4:6] == b"D0" or reply[4:6] == b"D+"
