"""The dialogue of the emulated Datecs X: answers, status, the repeat rule, states, each fault once."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.emulators.datecs_x import DatecsX
from billing.emulators.datecs_x_machine import UnknownModel
from billing.emulators.device import HangUp, Send, Wait
from billing.emulators.memory import Memory
from tests.emulators.datecs_x_host import IDLE, SALE_NUMBER, Host, frame, take_apart

PAYMENT = bytes.fromhex("01 30 30 33 33 30 30 30 33 35 34 09 31 2E 35 33 09 31 09 05 30 33 30 3A 03")


def register() -> Memory:
    memory = Memory.fresh("DT")
    memory.settings["model"] = "DP-25X"
    return memory


def test_a_payment_without_a_receipt_is_answered_as_a_real_device_did() -> None:
    assert Host(memory=register()).send(PAYMENT) == bytes.fromhex(
        "16 01 30 30 33 3B 30 30 30 33 35 2D 31 31 31 30 31 36 09 0480 80 80 80 86 9A 80 80 05 30 37 34 3F 03"
    )


def test_the_worked_opening_frame_is_answered_with_the_document_number() -> None:
    opening = bytes.fromhex(
        "01 30 30 34 3A 2A 30 30 33 30 31 09 30 30 30 30 09 44 54 30 30 30 30 30 31 2D 4F 50 30 31 2D 30"
        "30 30 30 30 30 31 09 31 09 09 05 30 37 37 33 03"
    )
    reply = take_apart(Host().send(opening))
    assert (reply.seq, reply.command, reply.data) == (0x2A, 48, b"0\t1\t")


def test_text_in_a_slip_is_answered_as_the_document_shows() -> None:
    host = Host()
    host.ask(38)
    request = bytes.fromhex("01 30 30 32 3F 24 30 30 32 3A 54 65 73 74 09 05 30 33 36 3F 03")
    assert host.send(request) == bytes.fromhex(
        "01 30 30 33 35 24 30 30 32 3A 30 09 04 80 80 A0 80 86 9A 80 80 05 30 36 33 3A 03"
    )


def test_status_at_rest_is_the_one_of_a_healthy_device() -> None:
    reply = Host().ask(74)
    assert reply.status == IDLE
    assert reply.data == b"0\t" + IDLE + b"\t"


def test_a_refusal_stands_in_the_data_and_leaves_the_status_clean() -> None:
    reply = Host().ask(48, 1, "9999", SALE_NUMBER, 1, "")
    assert (reply.data, reply.status) == (b"-102002\t", IDLE)


@pytest.mark.parametrize("command", [113, 106, 116, 200])
def test_an_unknown_command_has_no_data_and_raises_its_bits(command: int) -> None:
    reply = Host().ask(command)
    assert (reply.data, reply.status[0]) == (b"", 0xA2)


@pytest.mark.parametrize("data", [b"1\t0000\t1\t", b"1\t0000\t1\t1\t1\t\t", b"1\t0000\t1\t\t1", b""])
def test_a_wrong_number_of_parameters_has_no_data_and_raises_its_bits(data: bytes) -> None:
    reply = Host().raw(48, data)
    assert (reply.data, reply.status[0]) == (b"", 0xA1)


def test_more_than_213_bytes_are_a_syntax_error_where_the_command_needs_no_more() -> None:
    assert Host().raw(54, b"x" * 213 + b"\t").status[0] == 0xA1
    host = Host()
    host.ask(38)
    assert host.ask(84, 6, "x" * 300, "").code == "0"


def test_the_bits_of_one_answer_are_gone_in_the_next() -> None:
    host = Host()
    host.ask(200)
    assert host.ask(45).status == IDLE


def test_a_wrong_parameter_is_named_by_its_code() -> None:
    assert Host().ask(48, "x", "0000", 1, "").code == "-112101"
    assert Host().ask(48, 31, "0000", 1, "").code == "-112201"


def test_commands_that_only_other_models_have_are_unknown() -> None:
    assert Host().ask(46).code == "0"
    assert Host(memory=register()).ask(46).status[0] == 0xA2


def test_a_register_has_the_operators_own_number_as_password() -> None:
    host = Host(memory=register())
    assert host.ask(48, 3, "0000", 1, "").code == "-102002"
    assert host.ask(48, 3, "3", 1, "").code == "0"


def test_a_repeated_sequence_number_is_answered_from_memory() -> None:
    host = Host()
    host.open()
    sale = frame(49, "Хляб\t2\t1.50\t\t\t\t0\t".encode("cp1251"), 0x60)
    assert host.send(sale) == host.send(sale)
    assert host.ask(76).values[2] == "1"


def test_the_repeat_rule_looks_at_the_number_alone() -> None:
    host = Host()
    first = host.send(frame(62, b"", 0x40))
    assert host.send(frame(70, b"0\t5.00\t", 0x40)) == first
    assert host.memory.cash == 0


def test_a_refused_frame_does_not_use_up_its_sequence_number() -> None:
    host = Host()
    good = frame(70, b"0\t5.00\t", 0x41)
    spoiled = good[:-2] + bytes([good[-2] ^ 1]) + good[-1:]
    assert host.send(spoiled) == b"\x15"
    assert take_apart(host.send(good)).values[0] == "5.00"


def test_power_loss_forgets_the_sequence_number_and_keeps_the_receipt() -> None:
    host = Host("power@3")
    host.open()
    host.sell()
    sale = frame(49, "Хляб\t2\t1.50\t\t\t\t0\t".encode("cp1251"), host.seq)
    assert host.feed(sale) == [HangUp()]
    assert take_apart(host.send(sale)).code == "0"
    assert host.ask(76).values == ["1", "1", "2", "3.00", "0.00"]


def test_the_status_shows_the_open_receipt() -> None:
    host = Host()
    assert host.open().status[2] == 0x88
    host.sell()
    host.ask(60)
    assert host.ask(38).status[2] == 0xA0


NO_FISCAL = (49, 58, 51, 53, 54, 56, 57, 60)
IDLE_ONLY = (48, 43, 69, 94, 95, 105, 109, 111, 61, 83)


@pytest.mark.parametrize("command", NO_FISCAL)
def test_what_needs_a_receipt_is_refused_without_one(command: int) -> None:
    host = Host()
    assert host.ask(command).code == "-111016"
    host.ask(38)
    assert host.ask(command).code == "-111016"


@pytest.mark.parametrize("command", IDLE_ONLY)
def test_what_needs_rest_is_refused_in_a_receipt_and_in_a_slip(command: int) -> None:
    host = Host()
    host.ask(38)
    assert host.ask(command).code == "-111046"
    host.ask(39)
    host.open()
    assert host.ask(command).code == "-111015"


@pytest.mark.parametrize("command", [49, 58, 51, 60, 84, 92])
def test_after_a_payment_nothing_is_sold_or_cancelled(command: int) -> None:
    host = Host()
    host.open()
    host.sell()
    host.ask(53, 0, "1.00", "")
    assert host.ask(command).code == "-111018"
    host.ask(53, 0, "0.50", "")
    assert host.ask(command).code == "-111018"


@pytest.mark.parametrize("command", [74, 76, 65, 110, 103, 90, 99, 50, 62])
def test_reading_is_legal_in_a_receipt(command: int) -> None:
    host = Host()
    host.open()
    data = b"0\t" if command in {65, 110} else b""
    assert host.raw(command, data).status[0] == 0x80


def test_without_paper_a_printing_command_is_refused_and_changes_nothing() -> None:
    host = Host("paper@2:1")
    host.open()
    refused = host.sell()
    assert (refused.code, refused.status[0], refused.status[2]) == ("-112006", 0xA0, 0x89)
    assert host.ask(76).values[2] == "0"
    assert host.sell().code == "0"


def test_paper_out_at_the_close_answers_0_with_the_number_and_the_receipt_is_kept() -> None:
    host = Host("paper@cmd=38")
    host.open()
    host.sell()
    host.ask(53, 0, "1.50", "")
    reply = host.ask(56)
    assert (reply.data, reply.status[0], reply.status[2]) == (b"0\t1\t", 0xA0, 0x81)
    assert host.memory.journal[-1].amount == host.memory.day.total


def test_drop_executes_and_a_repeat_gets_the_lost_answer() -> None:
    host = Host("drop@1")
    deposit = frame(70, b"0\t5.00\t", 0x50)
    assert host.feed(deposit) == []
    assert take_apart(host.send(deposit)).values == ["5.00", "5.00", "0.00"]


def test_deaf_does_not_execute() -> None:
    host = Host("deaf@1")
    assert host.feed(frame(70, b"0\t5.00\t", 0x50)) == []
    assert host.memory.cash == 0


def test_refuse_answers_nak_and_does_not_execute() -> None:
    host = Host("refuse@1")
    assert host.send(frame(70, b"0\t5.00\t", 0x50)) == b"\x15"
    assert host.memory.cash == 0


def test_busy_sends_a_signal_every_60_ms() -> None:
    assert Host("busy@1:0.12").feed(frame(62, b"", 0x50))[:4] == [
        Send(b"\x16"),
        Wait(0.06),
        Send(b"\x16"),
        Wait(0.06),
    ]


def test_a_report_is_busy_before_it_answers() -> None:
    assert Host().feed(frame(69, b"X\t", 0x50))[0] == Send(b"\x16")


def test_late_waits_before_the_answer() -> None:
    assert Host("late@1:2").feed(frame(62, b"", 0x50))[0] == Wait(2.0)


def test_hangup_executes_and_closes_the_line() -> None:
    host = Host("hangup@1")
    assert host.feed(frame(70, b"0\t5.00\t", 0x50)) == [HangUp()]
    assert host.memory.cash == 5


def test_hangup_before_does_not_execute() -> None:
    host = Host("hangup-before@1")
    assert host.feed(frame(70, b"0\t5.00\t", 0x50)) == [HangUp()]
    assert host.memory.cash == 0


def test_power_after_executes_and_forgets_the_sequence_number() -> None:
    host = Host("power-after@1")
    deposit = frame(70, b"0\t5.00\t", 0x50)
    assert host.feed(deposit) == [HangUp()]
    host.send(deposit)
    assert host.memory.cash == 10


def test_stale_sends_the_previous_answer_first() -> None:
    host = Host("stale@2")
    first = host.send(frame(62, b"", 0x50))
    assert host.send(frame(45, b"", 0x51)).startswith(first)


def test_noise_comes_before_the_answer() -> None:
    reply = Host("noise@1").send(frame(45, b"", 0x51))
    assert reply[0] != 1
    assert take_apart(reply[reply.index(1) :]).data == b"0\t"


def test_corrupt_spoils_the_answer_and_a_repeat_gets_a_good_one() -> None:
    host = Host("corrupt@1")
    request = frame(70, b"0\t5.00\t", 0x50)
    spoiled, good = host.send(request), host.send(request)
    assert spoiled != good
    assert take_apart(good).values[0] == "5.00"


def test_error_refuses_with_the_code_and_does_not_execute() -> None:
    host = Host("error@1:-111024")
    assert host.ask(70, 0, "5.00").data == b"-111024\t"
    assert host.memory.cash == 0


def test_every_document_is_headed_as_a_simulation() -> None:
    host = Host()
    host.receipt()
    assert "EMULATED" in host.printed[0]


def test_an_unknown_model_is_named() -> None:
    memory = Memory.fresh("DT")
    memory.settings["model"] = "FP-1"
    with pytest.raises(UnknownModel, match="'FP-1'"):
        Host(memory=memory)


FIELDS = st.lists(
    st.sampled_from(["", "0", "1", "2", "I", "Z", "A", "0000", "1.00", "-1.00", "24-11-26", "Ж", "x" * 80]),
    max_size=11,
)


@given(st.lists(st.tuples(st.sampled_from(sorted(DatecsX.commands)), FIELDS), max_size=12))
def test_any_fields_of_any_command_are_answered(exchanges: list[tuple[int, list[str]]]) -> None:
    host = Host()
    host.open()
    host.sell()
    for command, fields in exchanges:
        reply = host.ask(command, *fields)
        assert (reply.seq, reply.command) == (host.seq, command)
