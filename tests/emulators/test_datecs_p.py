"""The emulated Datecs P printer against the fact sheet: bytes, states, refusals, faults (Datecs P/C)."""

import pytest

from billing.emulators.device import HangUp, Send, Wait
from tests.emulators.isl_host import Host, Reply, frame, sent, take_apart

UNP = "DT000600-OP01-0001000"
OPEN = (0x30, f"1,0000,1,{UNP}")
REVERSE = (0x2E, f"1,0000,1,{UNP},R17,{UNP},241126120000,02000600")
NAK, SYN = b"\x15", b"\x16"


def printer(faults: str = "", **settings: object) -> Host:
    return Host("datecs-p", faults, **settings)


def selling(faults: str = "", **settings: object) -> Host:
    host = printer(faults, **settings)
    host.say(OPEN)
    return host


def hundredths(reply: Reply) -> list[int]:
    return [int(field) for field in reply.fields]


# frames ------------------------------------------------------------------------------------------------


def test_the_worked_status_frame_is_answered_with_six_status_bytes() -> None:
    answer = sent(printer().device.feed(bytes.fromhex("01 24 20 4A 05 30 30 39 33 03")))
    assert answer == bytes.fromhex("01 31 20 4A 88 80 80 EA 86 9A 04 88 80 80 EA 86 9A 05 30 37 3C 38 03")


def test_the_worked_sale_frame_sells_two_at_ten_percent_off() -> None:
    host = selling()
    worked = "01 37 25 31 D5 EB FF E1 09 C1 31 2E 35 30 2A 32 2C 2D 31 30 2E 30 30 05 30 37 36 34 03"
    reply = take_apart(sent(host.device.feed(bytes.fromhex(worked))))
    assert reply == Reply(0x25, 0x31, "", bytes.fromhex("88 80 88 EA 86 9A"))
    assert hundredths(host.ask(0x33, "00"))[:3] == [270, 0, 270]


def test_the_worked_payment_answer_is_made_byte_for_byte() -> None:
    host = selling()
    host.say((0x31, "Хляб\tБ2.70"))
    answer = sent(host.device.feed(frame(0x35, b"\tP10.00", 0x27)))
    assert answer == bytes.fromhex(
        "01 35 27 35 52 30 30 30 30 30 30 37 33 30 04 88 80 88 EA 86 9A 05 30 36 34 30 03"
    )


def test_a_frame_may_come_in_single_bytes_after_junk() -> None:
    device = printer().device
    actions = [action for byte in b"junk" + frame(0x4A, b"", 0x30) for action in device.feed(bytes([byte]))]
    assert take_apart(sent(actions)).command == 0x4A


@pytest.mark.parametrize(
    "broken",
    [
        frame(0x4A, b"", 0x30).replace(b"\x30\x30\x3a", b"\x30\x30\x3b"),
        frame(0x4A, b"", 0x1F),
        frame(0x4A, b"", 0x80),
        frame(0x4A, b"W", 0x30).replace(b"\x01\x25", b"\x01\x26"),
        frame(0x31, b"a\x07b", 0x30),
        b"\x01\x24\x20\x4a\x03",
    ],
    ids=["checksum", "sequence low", "sequence high", "length", "control byte", "cut short"],
)
def test_a_bad_frame_gets_nak(broken: bytes) -> None:
    assert sent(printer().device.feed(broken)) == NAK


def test_a_new_preamble_gives_up_an_unfinished_frame() -> None:
    device = printer().device
    assert device.feed(frame(0x4A, b"", 0x30)[:-3]) == []
    assert take_apart(sent(device.feed(frame(0x3E, b"", 0x31)))).sequence == 0x31


def test_endless_bytes_without_an_end_get_nak_and_are_forgotten() -> None:
    device = printer().device
    assert sent(device.feed(b"\x01" + b"A" * 400)) == NAK
    assert take_apart(sent(device.feed(frame(0x4A, b"", 0x30)))).command == 0x4A


# the repeat rule -----------------------------------------------------------------------------------------


def test_an_equal_sequence_number_repeats_the_last_answer_without_executing() -> None:
    host = selling()
    first = sent(host.actions(0x31, "Хляб\tБ1.50"))
    assert sent(host.again(0x31, "Хляб\tБ1.50")) == first
    assert hundredths(host.ask(0x33, "00"))[0] == 150


def test_an_equal_number_repeats_whatever_command_it_carries() -> None:
    host = selling()
    first = sent(host.actions(0x31, "Хляб\tБ1.50"))
    assert sent(host.again(0x35, "\t")) == first
    assert host.ask(0x4C, "T").fields[3] == "+00000000"


def test_a_new_number_executes_again() -> None:
    host = selling()
    host.say((0x31, "Хляб\tБ1.50"), (0x31, "Хляб\tБ1.50"))
    assert hundredths(host.ask(0x33, "00"))[0] == 300


def test_a_refusal_is_repeated_too() -> None:
    host = printer()
    first = sent(host.actions(0x38))
    assert sent(host.again(0x38)) == first


def test_a_power_cut_forgets_the_number_but_not_the_receipt() -> None:
    host = selling("power-after@cmd=31:silent")
    assert host.actions(0x31, "Хляб\tБ1.50") == []
    assert take_apart(sent(host.again(0x31, "Хляб\tБ1.50"))).accepted
    assert host.ask(0x4C, "T").fields == ["1", "000002", "+00000300", "+00000000"]


# status --------------------------------------------------------------------------------------------------


def test_an_idle_printer_shows_its_switches_and_no_error() -> None:
    assert printer().ask(0x3E).status == bytes.fromhex("88 80 80 EA 86 9A")


def test_open_documents_show_in_the_status() -> None:
    host = printer()
    assert host.ask(*OPEN).bit(2, 3)
    host.say((0x3C, ""))
    reversal = host.ask(*REVERSE)
    assert reversal.bit(2, 3)
    assert reversal.bit(1, 4)
    host.say((0x3C, ""))
    assert host.ask(0x26).bit(2, 5)


def test_an_unknown_command_sets_its_bit_and_the_general_one() -> None:
    reply = printer().ask(0x99)
    assert (reply.data, reply.status[0]) == ("", 0xAA)


def test_the_error_bits_are_clear_in_the_next_answer() -> None:
    host = printer()
    assert host.ask(0x38).bit(1, 1)
    assert host.ask(0x3E).accepted


def test_status_may_come_without_data() -> None:
    assert printer(status_data="none").ask(0x4A).data == ""


def test_a_full_journal_refuses_sales_but_not_the_way_out() -> None:
    host = selling()
    host.say((0x31, "Хляб\tБ1.50"))
    host.device.memory.settings["standing_bits"] = ["2.2"]
    refused = host.ask(0x31, "Хляб\tБ1.50")
    assert refused.bit(1, 1)
    assert refused.bit(2, 2)
    assert host.ask(0x35, "\t").data == "D000000000"
    assert host.ask(0x38).data == "000001,000001"


# opening -------------------------------------------------------------------------------------------------


def test_opening_answers_the_counters() -> None:
    assert printer().ask(*OPEN).data == "000001,000001"


def test_counters_may_have_another_width() -> None:
    assert printer(counter_digits=4).ask(*OPEN).data == "0001,0001"


def test_the_number_may_be_left_out_once_one_was_given() -> None:
    host = printer()
    assert host.ask(0x30, "1,0000,1").bit(1, 1)
    host.say(OPEN, (0x3C, ""), (0x30, "1,0000,1"), (0x3C, ""))
    assert host.device.memory.last_unique_sale_number == "DT000600-OP01-0001001"


def test_without_data_only_the_last_sale_number_is_answered() -> None:
    host = selling()
    host.say((0x3C, ""))
    reply = host.ask(0x30)
    assert reply.data == "0001000"
    assert not reply.bit(2, 3)


@pytest.mark.parametrize(
    "data",
    [
        f"1,0000,1, {UNP}",
        f"1,0000,1,{UNP[:-1]}",
        f"1,0000,0,{UNP}",
        f"17,0000,1,{UNP}",
        f"1,0000,1,{UNP},I",
        f"1,000,1,{UNP}",
        f"1,0000,1,,{UNP}",
        "1,0000",
    ],
)
def test_a_badly_written_opening_is_a_syntax_error(data: str) -> None:
    reply = printer().ask(0x30, data)
    assert reply.bit(0, 0)
    assert reply.data == ""
    assert not reply.bit(2, 3)


def test_nothing_opens_while_a_document_is_open() -> None:
    host = selling()
    assert host.ask(*OPEN).bit(1, 1)
    assert host.ask(*REVERSE).bit(1, 1)
    assert host.ask(0x26).bit(1, 1)


def test_three_wrong_passwords_lock_until_the_power_is_cut() -> None:
    host = printer("power@cmd=4A:silent")
    for _ in range(3):
        assert host.ask(0x30, f"1,1111,1,{UNP}").bit(1, 1)
    assert host.ask(*OPEN).bit(1, 1)
    host.actions(0x4A)
    assert host.ask(*OPEN).accepted


def test_a_right_password_starts_the_count_again() -> None:
    host = printer()
    for data in ("1111", "1111", "0000", "1111"):
        host.ask(0x66, f"1,{data},Мария")
    assert host.ask(*OPEN).accepted


def test_fewer_than_two_header_lines_refuse_to_open() -> None:
    host = printer()
    host.say((0x2B, "1"))
    assert host.ask(*OPEN).bit(1, 1)
    host.say((0x2B, "1ул. Първа 1"), OPEN)


# sales ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "total"),
    [
        ("Хляб\tБ1.50", 150),
        ("Сирене\tБ12.00*0.350,-10.00", 378),
        ("Мляко\n3,6 %\tБ2.40*2;-0.30", 450),
        ("Кафе; чай * 2 # 1\tА1.00*1.5#kg", 150),
        ("\tB1", 100),
        ("Хляб\tБ1,50", 150),
        ("Такса\tГ10.00,5", 1050),
        ("Празно\tБ0.00", 0),
    ],
)
def test_a_sale_adds_price_times_quantity_and_its_modifier(data: str, total: int) -> None:
    host = selling()
    host.say((0x31, data))
    assert hundredths(host.ask(0x33, "00"))[0] == total


@pytest.mark.parametrize(
    "data",
    [
        "Хляб Б1.50",
        "Хляб\t Б1.50",
        "Хляб\tБ1.505",
        "Хляб\tБ1.50*1.2345",
        "Хляб\tБ1.50*0",
        "Хляб\tБ1.50*-1",
        "Хляб\tБ1.50,-99.01",
        "Хляб\tБ1.50,-10;-1",
        "Хляб\tБ1234567.89",
        "Хляб\tИ1.50",
        "Хляб\tб1.50",
        "Хляб\tБ1.50\t",
        "а\nб\nв\tБ1.50",
        "х" * 43 + "\tБ1.50",
        "Хляб\tБ1.50*1#килограми1",
        "Хляб\t61\t1.50",
    ],
)
def test_a_badly_written_sale_is_a_syntax_error_and_sells_nothing(data: str) -> None:
    host = selling()
    assert host.ask(0x31, data).bit(0, 0)
    assert host.ask(0x4C, "T").fields[1:3] == ["000000", "+00000000"]


@pytest.mark.parametrize(
    "data", ["Хляб\tД1.50", "Хляб\tБ1.50;-1.51", "Хляб\tБ-1.50", "Хляб\t7\t1.50"], ids=range(4)
)
def test_a_sale_that_may_not_be_is_not_allowed(data: str) -> None:
    host = selling()
    assert host.ask(0x31, data).bit(1, 1)


def test_a_sale_without_a_receipt_is_not_allowed() -> None:
    assert printer().ask(0x31, "Хляб\tБ1.50").bit(1, 1)


def test_too_much_for_eight_digits_overflows_and_changes_nothing() -> None:
    host = selling()
    reply = host.ask(0x31, "Хляб\tБ999999.99*2")
    assert reply.bit(1, 0)
    assert reply.bit(1, 1)
    assert hundredths(host.ask(0x33, "00"))[0] == 0


def test_a_correction_takes_a_sale_back() -> None:
    host = selling()
    host.say((0x31, "Хляб\tБ1.50"), (0x31, "Хляб\tБ-1.50"))
    assert hundredths(host.ask(0x33, "00"))[0] == 0


def test_more_than_512_sales_are_refused() -> None:
    host = selling()
    for _ in range(512):
        assert host.ask(0x31, "\tБ1").accepted
    assert host.ask(0x31, "\tБ1").bit(1, 1)


def test_selling_to_the_display_takes_twenty_characters_in_one_line() -> None:
    host = selling()
    host.say((0x34, "х" * 20 + "\tБ1.50"))
    assert host.ask(0x34, "х" * 21 + "\tБ1.50").bit(0, 0)
    assert host.ask(0x34, "х\nх\tБ1.50").bit(0, 0)


def test_a_department_sells_in_its_own_group() -> None:
    host = printer()
    host.say((0x57, "3,Г,Услуги"), OPEN, (0x31, "Услуга\t3\t10.00"))
    assert hundredths(host.ask(0x33, "00"))[4] == 1000


def test_an_article_brings_its_name_price_and_group() -> None:
    host = printer()
    assert host.ask(0x6B, "PБ23,1,2.40,A5,Мляко").data == "P"
    host.say(OPEN, (0x3A, "23*2"), (0x3A, "D23,-50"))
    assert hundredths(host.ask(0x33, "00"))[:3] == [600, 0, 600]
    assert host.ask(0x3A, "24").bit(1, 1)


# subtotal, payment, close --------------------------------------------------------------------------------


def test_a_subtotal_discount_is_spread_over_the_groups() -> None:
    host = selling()
    host.say((0x31, "а\tА1.00"), (0x31, "б\tБ1.00"), (0x31, "в\tВ1.00"))
    reply = hundredths(host.ask(0x33, "10;-1.00"))
    assert reply[0] == 200
    assert sum(reply[1:4]) == 200
    assert set(reply[1:4]) == {66, 67}


@pytest.mark.parametrize("data", ["", "0", "22", "00,-5,-5", "00 ,-5", "00,-99.5"])
def test_a_badly_written_subtotal_is_a_syntax_error(data: str) -> None:
    host = selling()
    host.say((0x31, "а\tА1.00"))
    assert host.ask(0x33, data).bit(0, 0)


def test_payments_answer_what_is_due_and_then_the_change() -> None:
    host = selling()
    host.say((0x31, "Хляб\tБ7.00"))
    assert host.ask(0x35, "\tD5.00").data == "D000000200"
    assert host.ask(0x35, "В брой\n\tP+10").data == "R000000800"


def test_exactly_paid_is_d_and_zero_and_a_tab_pays_the_rest() -> None:
    host = selling()
    host.say((0x31, "Хляб\tБ7.00"))
    assert host.ask(0x35, "\t").data == "D000000000"


@pytest.mark.parametrize("data", ["", "\tP", "\tX1.00", "\tP-1.00", "\tP1.005", "\tP 1.00", "\tP12345678901"])
def test_a_badly_written_payment_is_f_and_a_syntax_error(data: str) -> None:
    host = selling()
    host.say((0x31, "Хляб\tБ7.00"))
    reply = host.ask(0x35, data)
    assert reply.data == "F"
    assert reply.bit(0, 0)
    assert host.ask(0x4C, "T").fields[3] == "+00000000"


def test_after_a_payment_no_sale_no_subtotal_and_no_cancel() -> None:
    host = selling()
    host.say((0x31, "Хляб\tБ7.00"), (0x35, "\tP1.00"))
    for command, data in ((0x31, "Хляб\tБ1.00"), (0x34, "Хляб\tБ1.00"), (0x33, "00"), (0x3C, "")):
        assert host.ask(command, data).bit(1, 1)
    host.say((0x36, "още текст"))


def test_closing_is_refused_until_fully_paid() -> None:
    host = selling()
    host.say((0x31, "Хляб\tБ7.00"))
    assert host.ask(0x38).bit(1, 1)
    host.say((0x35, "\tP1.00"))
    assert host.ask(0x38).bit(1, 1)
    host.say((0x35, "\t"))
    assert host.ask(0x38).data == "000001,000001"


def test_a_cancelled_receipt_takes_a_document_number() -> None:
    host = selling()
    host.say((0x31, "Хляб\tБ7.00"), (0x3C, ""))
    assert host.ask(0x71).data == "0000001"
    assert hundredths(host.ask(0x41))[1] == 0
    assert host.ask(0x3C).bit(1, 1)


def test_a_closed_receipt_is_read_back_by_4c() -> None:
    host = selling()
    host.say((0x31, "Хляб\tБ7.00"), (0x35, "\tP10"), (0x38, ""))
    assert host.ask(0x4C, "T").fields == ["0", "000001", "+00000700", "+00001000"]


def test_67_tells_whether_a_correction_is_possible() -> None:
    host = selling()
    assert host.ask(0x67).fields[0] == "0"
    host.say((0x31, "Хляб\tБ7.00"))
    assert host.ask(0x67).fields[:3] == ["1", "0000000000", "0000000700"]


def test_an_invoice_needs_its_client_after_payment() -> None:
    host = printer()
    host.say((0x42, "100,200"), (0x30, f"1,0000,1,I,{UNP}"), (0x31, "Хляб\tБ7.00"))
    client = "#8001010000\tПродавач\tПолучател\tКупувач\tBG123456789\tСофия\nул. Първа"
    assert host.ask(0x39, client).bit(1, 1)
    host.say((0x35, "\t"))
    assert host.ask(0x38).bit(1, 1)
    host.say((0x39, client))
    assert host.ask(0x39, client).bit(1, 1)
    host.say((0x38, ""))
    assert host.ask(0x42).data == "0000000100,0000000200,0000000101"


def test_client_data_outside_an_invoice_is_not_allowed() -> None:
    host = selling()
    host.say((0x31, "Хляб\tБ7.00"), (0x35, "\t"))
    assert host.ask(0x39, "123456789").bit(1, 1)


@pytest.mark.parametrize("kind", ["", "#", "*", "^"])
def test_the_prefix_tells_the_kind_of_the_clients_number(kind: str) -> None:
    host = printer()
    host.say((0x30, f"1,0000,1,I,{UNP}"), (0x31, "Хляб\tБ7.00"), (0x35, "\t"))
    host.say((0x39, f"{kind}123456789"), (0x38, ""), (0x77, "W,1"))
    rows = [host.ask(0x77, "w").data for _ in range(8)]
    assert f"I,0,123456789,{['', '#', '*', '^'].index(kind)}" in rows


def test_invoice_numbers_are_set_once_and_again_when_used_up() -> None:
    host = printer()
    host.say((0x42, "5,5"))
    assert host.ask(0x42, "6,9").bit(1, 1)
    host.say(
        (0x30, f"1,0000,1,I,{UNP}"), (0x31, "Хляб\tБ7.00"), (0x35, "\t"), (0x39, "123456789"), (0x38, "")
    )
    assert host.ask(0x30, f"1,0000,1,I,{UNP}").bit(1, 1)
    host.say((0x42, "6,9"))


def test_free_text_stands_between_number_signs_and_is_cut_without_a_word() -> None:
    host = selling()
    host.say((0x36, "т" * 60), (0x36, "\t1BH,тлъсто"), (0x36, "а,б"))
    assert f"#{'т' * 46}#\n" in host.printed
    assert "#тлъсто#\n" in host.printed
    assert "#а,б#\n" in host.printed
    assert host.ask(0x36, "\t1BB,два пъти").bit(0, 0)


# reversal ------------------------------------------------------------------------------------------------


def test_a_reversal_is_sold_paid_and_closed_and_kept_apart() -> None:
    host = printer()
    host.say((0x46, "100"))
    assert (
        host.ask(0x2E, f"1,0000,1,{UNP},T17,{UNP},241126120000,02000600#грешна цена").data == "000002,000001"
    )
    host.say((0x31, "Хляб\tБ7.00"), (0x35, "\t"), (0x38, ""))
    memory = host.device.memory
    assert memory.day.total == 0
    assert str(memory.day.reversals["tax-base-reduction"].total) == "7.00"
    assert host.ask(0x46).data == "P,0000009300,0000010000,0000000000"


def test_a_return_without_the_cash_is_f_but_an_operators_error_is_taken() -> None:
    host = printer()
    host.say(REVERSE, (0x31, "Хляб\tБ7.00"))
    assert host.ask(0x35, "\t").data == "F"
    host.say((0x3C, ""), (0x2E, REVERSE[1].replace("R17", "E17")), (0x31, "Хляб\tБ7.00"))
    assert host.ask(0x35, "\t").data == "D000000000"


def test_the_short_form_reverses_a_document_of_its_own_journal_at_once() -> None:
    host = selling()
    host.say((0x31, "Хляб\tБ7.00*2,-10"), (0x35, "\t"), (0x38, ""))
    reply = host.ask(0x2E, "1,0000,1,E0000001")
    assert reply.data == "000002,000001"
    assert not reply.bit(2, 3)
    assert str(host.device.memory.day.reversals["operator-error"].total) == "12.60"
    assert host.ask(0x2E, "1,0000,1,E99").bit(1, 1)


@pytest.mark.parametrize(
    "data",
    [
        f"1,0000,1,117,{UNP},241126120000,02000600",
        f"1,0000,1,R17,{UNP},241326120000,02000600",
        f"1,0000,1,R17,{UNP},241126120000",
        "1,0000,1,R17,,241126120000,02000600",
        f"1,0000,1,R17,{UNP},241126120000,02000600#{'х' * 31}",
    ],
)
def test_a_badly_written_reversal_is_a_syntax_error(data: str) -> None:
    assert printer().ask(0x2E, data).bit(0, 0)


# service documents and reports ---------------------------------------------------------------------------


def test_a_service_receipt_is_opened_written_and_closed() -> None:
    host = printer()
    assert host.ask(0x26).data == "000001"
    host.say((0x2A, "Здравейте"), (0x5C, "1"), (0x5C, "W1"))
    assert host.ask(0x38).bit(1, 1)
    assert host.ask(0x27).data == "000001"
    assert host.ask(0x2A, "късно").bit(1, 1)


def test_cash_that_is_not_there_is_f_without_an_error_bit() -> None:
    host = printer()
    assert host.ask(0x46, "50.00").data == "P,0000005000,0000005000,0000000000"
    reply = host.ask(0x46, "-50.01")
    assert reply.data.startswith("F,0000005000")
    assert reply.accepted
    assert host.ask(0x46, "-20").data == "P,0000003000,0000005000,0000002000"
    assert host.ask(0x71).data == "0000002"


def test_cash_does_not_move_while_a_receipt_is_open() -> None:
    assert selling().ask(0x46, "1").data.startswith("F")


def test_z_answers_its_number_and_sums_and_zeroes_the_day() -> None:
    host = selling()
    host.say((0x31, "Хляб\tБ12.00"), (0x35, "\tD12.00"), (0x38, ""))
    x = host.ask(0x45, "2")
    assert hundredths(x)[:4] == [1, 1000, 0, 1200]
    assert host.ask(0x45, "0").data == x.data
    assert hundredths(host.ask(0x41))[1] == 0
    assert host.ask(0x40).fields[:4] == ["P", "000001", "+00000000000", "+00000001200"]
    assert host.ask(0x40, "1").fields[3] == "+00000000200"
    assert host.ask(0x72, "1,1").fields[:5] == ["P", "000001", "000001", "+00000000000", "+00000001200"]
    assert host.ask(0x72, "2,1").data == "E"
    assert host.ask(0x71).data == "0000003"


def test_z_is_refused_while_a_receipt_is_open() -> None:
    assert selling().ask(0x45, "0").bit(1, 1)


def test_40_without_a_record_is_f() -> None:
    assert printer().ask(0x40).data == "F"


def test_payments_of_the_day_are_read_by_their_kind() -> None:
    host = selling()
    host.say((0x31, "Хляб\tБ12.00"), (0x35, "\tC1"), (0x35, "\tN2"), (0x35, "\tm3"), (0x35, "\t"), (0x38, ""))
    sums = hundredths(host.ask(0x6E, "*"))
    assert sums[:4] == [600, 200, 0, 100]
    assert sums[10:] == [300, 0, 0, 0, 0, 0, 0]


def test_modifiers_of_the_day_are_counted() -> None:
    host = selling()
    host.say((0x31, "Хляб\tБ10.00,-10"), (0x31, "Хляб\tБ10.00;1"), (0x35, "\t"), (0x38, ""))
    assert host.ask(0x5D).data == "000001,0000000100,000001,0000000100"


@pytest.mark.parametrize(
    ("command", "data"),
    [
        (0x49, "1,1"),
        (0x49, "#*1,1"),
        (0x49, ""),
        (0x5E, "011126,301126"),
        (0x5E, "1126"),
        (0x5F, "1,9"),
        (0x4F, "26"),
        (0x69, ""),
        (0x47, ""),
    ],
)
def test_a_report_takes_a_document_number_and_answers_nothing(command: int, data: str) -> None:
    host = printer()
    host.say((0x45, "0"))
    assert host.ask(command, data).data == ""
    assert host.ask(0x71).data == "0000002"


def test_one_duplicate_for_each_receipt() -> None:
    host = selling()
    host.say((0x31, "Хляб\tБ12.00"), (0x35, "\t"), (0x38, ""), (0x6D, "1"))
    assert host.ask(0x6D, "1").bit(1, 1)


# reading and settings ------------------------------------------------------------------------------------


def test_identity_has_the_order_of_real_devices() -> None:
    host = printer()
    assert host.ask(0x5A).data == "FP-2000,1.00BG 23NOV18 EMULATED,FFFF,01010111,DT000600,02000600"
    assert host.ask(0x5A, "*1").fields[3] == "0101011100000000"


def test_the_clock_is_read_and_set_but_not_back_before_a_document() -> None:
    host = printer()
    assert host.ask(0x3E).data == "24-11-26 22:00:00"
    host.say((0x3D, "25-11-26 08:30"), (0x46, "1"))
    assert host.ask(0x3E).data == "25-11-26 08:30:00"
    assert host.ask(0x3D, "25-11-26 08:29:59").bit(1, 1)
    assert host.ask(0x3D, "31-02-27 08:00").bit(0, 0)


def test_rates_are_read_and_set_only_before_the_days_first_receipt() -> None:
    host = printer()
    assert host.ask(0x61).data == "00.00,20.00,20.00,09.00,00.00,00.00,00.00,00.00"
    values = "0,2,EUR,11111000,0.00,20.00,20.00,9.00,5.00,0.00,0.00,0.00"
    assert host.ask(0x53, values).data == "0,2,EUR,11111000,00.00,20.00,20.00,09.00,05.00,00.00,00.00,00.00"
    assert host.ask(0x32, "011126,301126").data == "P00.00,20.00,20.00,09.00,05.00,DT,DT,DT,241126"
    host.say(OPEN, (0x31, "Хляб\tД1"), (0x35, "\t"), (0x38, ""))
    assert host.ask(0x53, values).bit(1, 1)


def test_header_lines_and_options_are_set_and_read() -> None:
    host = printer()
    host.say((0x2B, "6Благодарим"), (0x2B, "X1"))
    assert host.ask(0x2B, "I6").data == "Благодарим"
    assert host.ask(0x2B, "IX").data == "1"
    assert host.ask(0x2B, "0" + "х" * 49).bit(0, 0)


def test_payment_names_are_set_and_read() -> None:
    host = printer()
    assert host.ask(0x55, "m,ТАЛОНИ").data == "P"
    assert host.ask(0x55, "m").data == "ТАЛОНИ"
    assert host.ask(0x55, f"m,{'х' * 25}").data == "F"


def test_operators_change_password_and_name() -> None:
    host = printer()
    host.say((0x65, "2,0000,1234"), (0x66, "2,1234,Мария"), (0x30, f"2,1234,1,{UNP}"))
    assert host.ask(0x70, "2").data == "0,0;0.00,0;0.00,0;0.00,0;0.00,Мария"


def test_articles_are_programmed_walked_and_deleted() -> None:
    host = printer()
    host.say((0x6B, "PБ1,1,1.00,A10,Едно"), (0x6B, "PА7,2,2.50,3,Седем"))
    assert host.ask(0x6B, "R7").data == "P7,А,2,2.50,0.00,0.000,3.000,Седем"
    assert host.ask(0x6B, "F").data.endswith("Едно")
    assert host.ask(0x6B, "N").data.endswith("Седем")
    assert host.ask(0x6B, "N").data == "F"
    assert host.ask(0x6B, "X").data == "P2"
    assert host.ask(0x6B, "I").data == "P3000,2,36"
    assert host.ask(0x6B, "D1").data == "P"
    assert host.ask(0x6B, "R1").data == "F"


def test_the_last_error_is_kept_until_cleared() -> None:
    host = printer()
    host.ask(0x38)
    assert host.ask(0x20).data == "56,-2,24-11-26 22:00:00"
    assert host.ask(0x20, "CLEAR").data.startswith("0,0,")


def test_the_journal_tells_a_receipt_in_rows() -> None:
    host = selling()
    host.say((0x31, "Хляб\nбял\tБ1.50*2,-10.00"), (0x31, "Хляб\tБ1"), (0x31, "Хляб\tБ-1"))
    host.say((0x33, "10,-5"), (0x35, "\tD1"), (0x35, "\t"), (0x38, ""))
    rows = [host.ask(0x77, "W,1").data] + [host.ask(0x77, "w").data for _ in range(10)]
    assert rows == [
        f"U,{UNP},1,1,0,1",
        "V,1,2,0.00,20.00,20.00,9.00,0.00,0.00,0.00,0.00",
        "R,2,20.00,1.50,2.000,-0.30,3.00,Хляб\tбял",
        "R,2,20.00,1.00,1.000,0.00,1.00,Хляб",
        "R,2,20.00,-1.00,-1.000,0.00,-1.00,Хляб",
        "M,-0.14,-5.00,2.56",
        "T,2,0.44,0,0.00,1,1.00,3,2.56,0.00,2.56,0.00,0.00,0.00,0.00,0.00,0.00",
        "P,1.56,0.00,1.00,0.00" + ",0.00" * 11,
        "D,24-11-2026 22:00:00,24-11-2026 22:00:00",
        "*,",
        "F",
    ]


def test_the_journal_tells_a_reversal_and_a_z() -> None:
    host = printer()
    host.say(
        (0x2E, REVERSE[1].replace("R17", "E17")), (0x31, "Хляб\tБ7"), (0x35, "\t"), (0x38, ""), (0x45, "0")
    )
    rows = [host.ask(0x77, "W,1,2").data] + [host.ask(0x77, "w").data for _ in range(9)]
    assert f"S,0,17,24-11-2026 12:00:00,02000600,{UNP},0" in rows
    assert "Z,1,2,1,24-11-2026 22:00:00,0.00,7.00,-7.00" in rows


def test_the_journal_gives_its_text_and_prints_copies() -> None:
    host = printer()
    host.say((0x46, "5"))
    first = host.ask(0x77, "R,#I,1,9").data
    assert first == "P," + "СИМУЛАЦИЯ / EMULATED".center(48).rstrip()
    assert host.ask(0x77, "P,1").data == "1"
    assert host.ask(0x77, "R,#Z,1,9").data == "F"


# paper and faults ----------------------------------------------------------------------------------------


def test_without_paper_a_print_is_refused_and_changes_nothing() -> None:
    host = selling("paper@cmd=31:2")
    refused = host.ask(0x31, "Хляб\tБ1.50")
    assert refused.bit(2, 0)
    assert refused.bit(0, 5)
    assert host.ask(0x4C, "T").fields[1:3] == ["000000", "+00000000"]
    host.say((0x31, "Хляб\tБ1.50"))


def test_paper_stays_out_for_good_without_a_number() -> None:
    host = printer("paper@1")
    for _ in range(3):
        assert host.ask(*OPEN).bit(2, 0)


def test_a_refused_frame_is_not_executed_and_may_come_again() -> None:
    host = selling("refuse@cmd=31")
    assert host.actions(0x31, "Хляб\tБ1.50") == [Send(NAK)]
    assert take_apart(sent(host.again(0x31, "Хляб\tБ1.50"))).accepted
    assert hundredths(host.ask(0x33, "00"))[0] == 150


def test_a_deaf_device_executes_only_the_second_frame() -> None:
    host = selling("deaf@cmd=31")
    assert host.actions(0x31, "Хляб\tБ1.50") == []
    host.again(0x31, "Хляб\tБ1.50")
    assert hundredths(host.ask(0x33, "00"))[0] == 150


def test_a_dropped_answer_is_repeated_under_the_same_number() -> None:
    host = selling("drop@cmd=31")
    assert host.actions(0x31, "Хляб\tБ1.50") == []
    assert take_apart(sent(host.again(0x31, "Хляб\tБ1.50"))).accepted
    assert hundredths(host.ask(0x33, "00"))[0] == 150


def test_a_corrupt_answer_differs_in_one_bit() -> None:
    host = printer("corrupt@1")
    broken = sent(host.actions(0x3E))
    whole = sent(host.again(0x3E))
    assert len(broken) == len(whole)
    assert sum((a ^ b).bit_count() for a, b in zip(broken, whole, strict=True)) == 1


def test_a_late_answer_waits() -> None:
    wait, answer = printer("late@1:2.5").actions(0x3E)
    assert wait == Wait(2.5)
    assert isinstance(answer, Send)


def test_a_busy_device_says_syn_every_60_ms() -> None:
    actions = printer("busy@1:0.15").actions(0x3E)
    assert actions[:4:2] == [Send(SYN), Send(SYN)]
    assert sum(action.seconds for action in actions if isinstance(action, Wait)) == pytest.approx(0.15)
    assert isinstance(actions[-1], Send)
    assert len(actions[-1].data) > 1


def test_hanging_up_comes_after_or_before_the_work() -> None:
    host = selling("hangup@cmd=31#1,hangup-before@cmd=31#2")
    assert host.actions(0x31, "Хляб\tБ1.50") == [HangUp()]
    assert host.actions(0x31, "Хляб\tБ1.50") == [HangUp()]
    assert hundredths(host.ask(0x33, "00"))[0] == 150


def test_a_power_cut_before_the_work_closes_the_line_and_does_nothing() -> None:
    host = selling("power@cmd=31")
    assert host.actions(0x31, "Хляб\tБ1.50") == [HangUp()]
    assert host.ask(0x4C, "T").fields == ["1", "000000", "+00000000", "+00000000"]


def test_noise_comes_before_the_answer() -> None:
    noise, answer = printer("noise@1").actions(0x3E)
    assert isinstance(noise, Send)
    assert isinstance(answer, Send)
    assert 1 not in noise.data
    assert take_apart(answer.data).command == 0x3E


def test_a_stale_answer_comes_first() -> None:
    host = printer("stale@2")
    first = host.actions(0x71)
    assert host.actions(0x3E)[0] == first[0]


def test_an_error_is_answered_with_the_named_bit_and_nothing_is_done() -> None:
    host = selling("error@cmd=35:4.4")
    host.say((0x31, "Хляб\tБ1.50"))
    reply = host.ask(0x35, "\t")
    assert (reply.data, reply.bit(4, 4)) == ("F", True)
    assert host.ask(0x4C, "T").fields[3] == "+00000000"


def test_a_slow_command_is_a_setting() -> None:
    actions = printer(busy_s={"45": 20.0}).actions(0x45, "0")
    assert sum(action.seconds for action in actions if isinstance(action, Wait)) == pytest.approx(20.0)


def test_an_overdue_z_is_made_by_itself_when_set_so() -> None:
    host = printer(auto_z=True)
    host.say((0x46, "5"))
    host.clock.move(86_400)
    host.say((0x4A, ""))
    assert host.ask(0x40).fields[-1] == "241126"


def test_the_paper_says_that_it_is_a_simulation() -> None:
    host = selling()
    assert host.printed[0].strip() == "СИМУЛАЦИЯ / EMULATED"
    host.say((0x31, "Хляб\tБ1.50"), (0x35, "\t"), (0x38, ""))
    assert "QR 02000600*0000001*2026-11-24*22:00:00*1.50\n" in host.printed
