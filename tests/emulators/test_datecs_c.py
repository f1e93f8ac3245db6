"""The emulated Datecs C register: what differs from P (Datecs P/C 5), against the fact sheet."""

import pytest

from tests.emulators.isl_host import Host, Reply

UNP = "DT000600-OP01-0001000"
OPEN = (0x30, f"1,1,{UNP},1")


def register(faults: str = "", **settings: object) -> Host:
    return Host("datecs-c", faults, **settings)


def selling(**settings: object) -> Host:
    host = register("", **settings)
    host.say(OPEN)
    return host


def hundredths(reply: Reply) -> list[int]:
    return [int(field) for field in reply.fields]


def test_a_healthy_idle_register_shows_no_switches() -> None:
    assert register().ask(0x3E).status == bytes.fromhex("88 80 80 80 86 9A")
    assert register(display=True).ask(0x3E).status == bytes.fromhex("80 80 80 80 86 9A")


def test_identity_has_the_order_of_real_devices() -> None:
    assert register().ask(0x5A, "1").data.endswith(",00000000,DT000600,02000600")


@pytest.mark.parametrize("data", [f"1,1,{UNP},1", f"30,30,{UNP},99999", "1,1,1", f"1,1,{UNP},1,I", "1,1,1,I"])
def test_it_opens_with_and_without_a_sale_number(data: str) -> None:
    reply = register().ask(0x30, data)
    assert reply.data == "000001,000001"
    assert reply.bit(2, 3)


@pytest.mark.parametrize("data", ["", f"1,1,1,{UNP}", "31,31,1", f"1,1,{UNP}", "1,1,0", f"1,1,{UNP},1,x"])
def test_a_badly_written_opening_is_f_and_a_syntax_error(data: str) -> None:
    reply = register().ask(0x30, data)
    assert (reply.data, reply.bit(0, 0)) == ("F", True)


def test_a_refused_opening_is_f_and_not_allowed() -> None:
    reply = selling().ask(*OPEN)
    assert (reply.data, reply.bit(1, 1)) == ("F", True)


def test_wrong_passwords_do_not_lock() -> None:
    host = register()
    for _ in range(4):
        assert host.ask(0x30, f"1,2,{UNP},1").data == "F"
    host.say(OPEN)


def test_a_ninth_operator_in_a_day_is_refused() -> None:
    host = register()
    for number in range(1, 9):
        host.say((0x30, f"{number},{number},1"), (0x31, "а\tБ1"), (0x35, "\t"), (0x38, ""))
    assert host.ask(0x30, "9,9,1").data == "F"
    host.say((0x30, "8,8,1"), (0x3C, ""), (0x45, "0"), (0x30, "9,9,1"))


@pytest.mark.parametrize("data", ["Хляб\tB1.50", "Хляб\tБ1.50*2#kg", "х" * 23 + "\tБ1", "Хляб\t10\t1.50"])
def test_what_only_p_takes_in_a_sale_is_a_syntax_error(data: str) -> None:
    assert selling().ask(0x31, data).bit(0, 0)


def test_sales_are_limited_to_120_and_articles_to_117() -> None:
    host = register()
    host.say((0x6B, "PБ1,1,1.00,1,Едно"), OPEN)
    for _ in range(117):
        assert host.ask(0x31, "\tБ1").accepted
    assert host.ask(0x3A, "1").bit(1, 1)
    for _ in range(3):
        assert host.ask(0x31, "\tБ1").accepted
    assert host.ask(0x31, "\tБ1").bit(1, 1)


def test_only_cash_may_exceed_the_sum() -> None:
    host = selling()
    host.say((0x31, "а\tБ5"))
    assert host.ask(0x35, "\tC5.01").data == "F"
    assert host.ask(0x35, "\tC3").data == "D000000200"
    assert host.ask(0x35, "\tP5").data == "R000000300"


def test_a_letter_that_is_not_live_prints_as_cash_when_set_so() -> None:
    host = selling(payment_letters="PLN", unknown_payment_is_cash=True)
    host.say((0x31, "а\tБ5"), (0x35, "\tC5"), (0x38, ""))
    assert hundredths_after(host) == [500, 0, 0, 0, 0, 0]


def hundredths_after(host: Host) -> list[int]:
    return [int(field) for field in host.ask(0x41, "4").fields]


def test_day_sums_by_payment_have_a_code_letter() -> None:
    host = selling()
    host.say((0x31, "а\tБ10"), (0x35, "\tN1"), (0x35, "\tC2"), (0x35, "\tD3"), (0x35, "\t"), (0x38, ""))
    zero = "0000000000"
    sums = ["0000000400", "0000000100", "0000000200", "0000000300", zero, zero]
    assert host.ask(0x6E).fields == ["P", *sums, "0", "0", "000000", "000002"]


def test_free_text_is_cut_to_36() -> None:
    host = selling()
    host.say((0x36, "т" * 40))
    assert f"#{'т' * 36}#\n" in host.printed


def test_service_text_may_be_higher() -> None:
    host = register()
    host.say((0x26, ""), (0x2A, "2\tГолямо"), (0x2A, "Малко"))
    assert "#Голямо#\n" in host.printed
    assert host.ask(0x2A, "4\tГолямо").bit(0, 0)


def test_there_is_no_paper_cut_and_no_last_error() -> None:
    host = register()
    for command in (0x2D, 0x20, 0x29, 0x5D):
        assert host.ask(command).bit(0, 1)


@pytest.mark.parametrize(
    ("number", "reason"), [(0, "operator-error"), (1, "refund"), (2, "tax-base-reduction")]
)
def test_a_reversal_names_its_original(number: int, reason: str) -> None:
    host = register()
    host.say((0x46, "100"))
    reply = host.ask(0x2E, f"1,1,{UNP},1,{number},17,2411261200,02000600")
    assert reply.data == "000002,000001"
    assert reply.bit(2, 3)
    assert not reply.bit(1, 4)
    assert host.ask(0x67).fields[-1] == str(number + 1)
    host.say((0x31, "а\tБ7.50"), (0x35, "\t"), (0x38, ""))
    assert host.device.memory.day.reversals[reason].count == 1
    assert hundredths(host.ask(0x41, "5"))[1] == 750
    assert hundredths(host.ask(0x41, "6"))[1] == 125
    assert hundredths(host.ask(0x41, "7"))[0] == 750
    assert host.ask(0x6E, "1").fields[1] == "0000000750"
    host.say((0x45, "0"))
    assert host.ask(0x40, "1").fields[3] == "+00000000750"
    assert host.ask(0x72, "1,7").fields[3] == "+00000000750"


@pytest.mark.parametrize(
    "data",
    [
        f"1,1,{UNP},1,3,17,2411261200,02000600",
        f"1,1,{UNP},1,1,0,2411261200,02000600",
        "1,1,1,1,17,2411261200,02000600",
        f"1,1,{UNP},1,1,17,3111261200,02000600",
        f"1,1,{UNP},1,1,17,2411261200,2000600",
        f"1,1,{UNP},1,1,17,2411261200,02000600,I,5",
    ],
)
def test_a_badly_written_reversal_is_f(data: str) -> None:
    reply = register().ask(0x2E, data)
    assert (reply.data, reply.bit(0, 0)) == ("F", True)


def test_a_reversal_of_a_receipt_without_a_sale_number_leaves_its_field_empty() -> None:
    assert register().ask(0x2E, "1,1,,1,0,17,241126120000,02000600").accepted


def test_a_credit_note_needs_its_client() -> None:
    host = register()
    host.say(
        (0x2E, f"1,1,{UNP},1,0,17,241126120000,02000600,I,5,върната стока"), (0x31, "а\tБ7"), (0x35, "\t")
    )
    assert host.ask(0x38).bit(1, 1)
    assert host.ask(0x39, "123456789").data == "F"
    assert host.ask(0x39, "123456789\t0\tПродавач\tПолучател\tКупувач\tBG123456789\tСофия").data == "P"
    host.say((0x38, ""))
    assert host.ask(0x7D, "0,1,8").fields == ["P", "1", "24-11-2026 22:00:00", "9", "1"]


def test_67_may_come_without_its_code_letter() -> None:
    assert register().ask(0x67).fields[:2] == ["P", "0"]
    assert register(sums_without_code=True).ask(0x67).fields[0] == "0"


def test_a_document_is_read_row_by_row() -> None:
    host = selling()
    host.say((0x31, "Хляб\tБ1.50*2,-10"), (0x33, "00;1"), (0x35, "\t"), (0x38, ""))
    assert host.ask(0x7D, "0,1,0").data == "P,1,24-11-2026 22:00:00,1,1"
    assert [host.ask(0x7D, "5").data for _ in range(6)] == [
        f"P,3,1,1,{UNP},2",
        "P,4,150,2000,300,2,Хляб",
        "P,5,-30,ОТСТЪПКА",
        "P,5,100,НАДБАВКА",
        "P,6,370",
        "F",
    ]
    assert host.ask(0x7D, "1").data.strip().endswith("СИМУЛАЦИЯ / EMULATED")


def test_a_reversal_row_tells_the_reason_numbered_from_zero() -> None:
    host = register()
    host.say(
        (0x46, "50"),
        (0x2E, f"1,1,{UNP},1,2,17,2411261200,02000600"),
        (0x31, "а\tБ7"),
        (0x35, "\t"),
        (0x38, ""),
    )
    host.say((0x7D, "0,2,7"))
    assert [host.ask(0x7D, "5").data for _ in range(4)][-1] == "P,7,17,2,"


@pytest.mark.parametrize(
    ("asked", "number", "answered"), [(3, 1, "3"), (4, 2, "5"), (2, 3, "2"), (5, 1, "3")]
)
def test_types_are_asked_and_answered_under_different_numbers(asked: int, number: int, answered: str) -> None:
    host = register()
    host.say((0x46, "5"), (0x45, "2"), (0x45, "0"))
    assert host.ask(0x7D, f"0,1,{asked},9").fields[1:4:2] == [str(number), answered]


def test_a_document_that_is_not_there_is_f() -> None:
    host = register()
    assert host.ask(0x7D, "0,1,0").data == "F"
    assert host.ask(0x7D, "5").data == "F"


def test_documents_are_searched_by_date_and_by_z() -> None:
    host = register()
    host.say((0x46, "5"), (0x45, "0"), (0x46, "6"))
    assert host.ask(0x7C, "D,3,241126,241126").data == "P,1,3"
    assert host.ask(0x7C, "Z,0,2,2").data == "P,3,3"
    assert host.ask(0x7C, "D,1,250126,260126").data == "F"
    assert host.ask(0x77, "R,A241126,241126").data.startswith("P,")


def test_counters_of_the_day_are_read_in_three_parts() -> None:
    host = selling()
    host.say((0x31, "а\tБ10,-10"), (0x31, "б\tБ1,10"), (0x35, "\t"), (0x38, ""), (0x46, "5"), (0x46, "-1"))
    assert hundredths(host.ask(0x41, "2")) == [1, 1010, 10, 1, 100, 1, 0, 0, 0, 0]
    assert hundredths(host.ask(0x41, "3")) == [0, 1010, 500, 1, 100, 1, 0, 0, 0, 0]


def test_the_total_of_a_report_is_that_of_all_sales() -> None:
    host = selling()
    host.say((0x31, "а\tБ12"), (0x35, "\t"), (0x38, ""))
    assert hundredths(host.ask(0x45, "0"))[:2] == [1, 1200]


def test_a_card_terminal_is_not_set_up() -> None:
    host = register()
    assert host.ask(0x37, "13\t1\t").data == "F,-111557"
    host.say(OPEN, (0x31, "а\tБ1"))
    assert host.ask(0x35, "\tC1*1").data == "F"


def test_operators_sums_have_a_code_letter() -> None:
    host = selling()
    host.say((0x31, "а\tБ12,-10"), (0x35, "\t"), (0x38, ""))
    assert host.ask(0x70, "1").data == "P,1,1;10.80,1;1.20,0;0.00,0;0.00,"
    assert host.ask(0x70, "1,1").data == "P,0,0;0.00,0;0.00,0;0.00,0;0.00,"


def test_unsent_documents_are_a_condition_and_no_error() -> None:
    reply = register(standing_bits=["1.5"]).ask(0x3E)
    assert reply.bit(1, 5)
    assert reply.accepted


def test_the_repeat_rule_holds_here_too() -> None:
    host = selling()
    first = host.actions(0x31, "а\tБ1")
    assert host.again(0x31, "а\tБ1") == first
    assert hundredths(host.ask(0x33, "00"))[0] == 100
