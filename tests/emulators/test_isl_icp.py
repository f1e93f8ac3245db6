"""The dialogue of the emulated ISL ICP: replies, the waiting error, status, queries, each fault once."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.emulators.device import HangUp, Send, Wait
from billing.emulators.isl_icp import IslIcp
from billing.emulators.isl_icp_machine import UnknownModel
from billing.emulators.memory import Memory
from billing.emulators.registry import make
from tests.emulators.isl_icp_host import ACK, NACK, SALE_NUMBER, Host, article, frame, take_apart


@pytest.fixture
def host() -> Host:
    return Host()


def test_discovery_is_answered_whatever_the_address() -> None:
    host = Host()
    actions = host.feed(bytes.fromhex("02 30 30 30 30 30 30 30 3c 38 3e 03"))
    assert isinstance(actions[0], Send)
    data = take_apart(actions[0].data)
    assert len(data) == 46
    assert data[:16] == "IS00060002000600"


def test_a_frame_for_another_device_is_not_answered(host: Host) -> None:
    assert host.feed(frame("F8", "0C", address="0601")) == []


def test_the_status_of_a_device_with_turnover_is_the_printed_example() -> None:
    host = Host(model="ISL753-KL")
    host.ok("44", article(single=1))
    assert host.send("F8", "0C") == bytes.fromhex("02 30 31 30 38 30 30 30 38 30 30 30 30 30 3c 35 33 03")


def test_a_command_without_data_is_answered_by_ack_alone(host: Host) -> None:
    assert host.send("44", article()) == ACK


def test_a_repeated_sale_is_a_second_sale(host: Host) -> None:
    host.ok("44", article())
    host.ok("44", article())
    assert host.groups()[1] == 300


def test_a_damaged_frame_leaves_the_error_at_000(host: Host) -> None:
    spoiled = bytearray(frame("44", article()))
    spoiled[40] ^= 1
    assert host.feed(bytes(spoiled)) == [Send(NACK)]
    assert host.error() == "000"
    assert not host.is_open()


def test_a_refusal_waits_and_blocks_all_but_queries_and_text(host: Host) -> None:
    assert host.send("44", article(group=9)) == NACK
    assert host.send("44", article()) == NACK
    assert host.error() == "007"
    assert host.read("F4")[:8] == "00002000"
    assert host.send("81", f"{SALE_NUMBER}текст") == ACK
    assert host.send("61", "000000000000500") == NACK
    assert host.clear() == "007"
    assert host.clear() == "000"
    host.ok("44", article())


@pytest.mark.parametrize("mode", ["2", "3", "4", "5"])
def test_in_the_other_error_modes_the_next_command_is_taken(mode: str) -> None:
    host = Host()
    host.ok("92", f"17{mode}")
    assert host.send("44", article(group=9)) == NACK
    assert host.error() == "007"
    host.ok("44", article())
    assert host.error() == "000"


def test_an_error_raises_its_status_bits_until_an_ack(host: Host) -> None:
    host.ok("92", "173")
    host.send("44", article(group=9))
    assert host.status()[0] == 0xA0
    host.ok("44", article())
    assert host.status()[0] == 0


def test_a_bad_field_raises_bit_1_4_and_has_no_number(host: Host) -> None:
    assert host.send("44", article(flag="x")) == NACK
    assert host.error() == "000"
    assert host.status()[1] & 0x10
    host.ok("44", article())
    assert not host.status()[1] & 0x10


def test_a_refused_query_changes_no_state(host: Host) -> None:
    assert host.send("96", "00000001") == NACK
    assert host.send("92", "01") == NACK
    assert host.status()[0] == 0


def test_an_older_model_does_not_know_b2() -> None:
    host = Host(model="ISL3818")
    host.send("44", article(group=9))
    assert host.send("B2") == NACK
    assert host.error() == "007"


def test_an_unknown_command_gets_the_last_reply_again(host: Host) -> None:
    clock = host.send("F3")
    assert host.send("99") == clock
    assert Host().send("99") == NACK


def test_the_queries_of_a_fresh_device(host: Host) -> None:
    assert host.read("F3") == "241126103000"
    assert host.read("F4") == "0000" + "2000" * 2 + "0900" + "0000" * 4 + "1"
    assert host.read("F6", "0") == f"{'В БРОЙ':<12}"
    assert host.read("F6", "A") == f"{'РЕЗЕРВ 2':<12}"
    assert host.read("F1", "0") == "0МАГАЗИН ЕМУЛАТОР"
    assert host.read("F8", "00") == "0"
    assert host.read("F8", "01") == "0" * 24
    assert host.read("F8", "02")[4:8] == "0001"
    assert host.read("F8", "03") == "0" * 160
    assert host.read("F8", "04") == "0" * 48
    assert host.read("F8", "05") == "0" * 24
    assert host.read("F8", "06" + "1") == " " * 12 + "0" * 16
    assert host.read("F8", "07") == "ISL5011S-KL BG R1 21.01.201948"
    assert host.read("F8", "0B") == "0" * 80
    assert host.read("F8", "0D") == "0" * 110
    assert host.read("B1") == "0"
    assert host.read("92", "17") == "0"
    assert host.read("92", "1D07") == "07"
    assert host.read("92", "11") == "0" * 20
    assert host.read("92", "12") == "50607080"
    assert host.read("92", "13") == "00100"
    assert host.read("92", "1B0035") == "0001(curr) of 1900(max)"


def test_queries_are_legal_in_a_receipt(host: Host) -> None:
    host.ok("44", article())
    assert host.numbers() == ("000000", "00000150", "0000000000")
    assert host.status()[1:3] == [0x04, 0x40]


def test_the_number_of_a_receipt_is_known_only_after_closing(host: Host) -> None:
    host.ok("44", article())
    assert host.numbers()[0] == "000000"
    host.ok("49", "0")
    assert host.numbers() == ("000001", "00000000", "0000000000")


def test_a_cancelled_receipt_was_not_issued(host: Host) -> None:
    host.ok("44", article())
    host.ok("45", "0")
    assert host.numbers()[0] == "000000"


def test_lost_power_is_told_while_the_receipt_is_open() -> None:
    host = Host("power@2")
    host.ok("44", article())
    assert host.feed(frame("44", article())) == [HangUp()]
    assert host.status()[0] == 0x02
    assert host.groups()[1] == 150
    host.ok("49", "0")
    assert host.status()[0] == 0


def test_without_paper_error_68_and_nothing_sold() -> None:
    host = Host("paper@1:3")
    assert host.send("44", article()) == NACK
    assert host.status()[0] == 0xB0
    assert host.read("B1") == "1"
    assert host.clear() == "068"
    host.ok("44", article())


def test_drop_executes_without_a_reply() -> None:
    host = Host("drop@1")
    assert host.feed(frame("44", article())) == []
    assert host.groups()[1] == 150


def test_deaf_does_not_execute() -> None:
    host = Host("deaf@1")
    assert host.feed(frame("44", article())) == []
    assert not host.is_open()


def test_refuse_leaves_the_error_at_000() -> None:
    host = Host("refuse@1")
    assert host.send("44", article()) == NACK
    assert host.error() == "000"
    assert not host.is_open()


def test_busy_sends_wait_every_100_ms() -> None:
    actions = Host("busy@1:0.2").feed(frame("44", article()))
    assert actions == [Send(b"\x05"), Wait(0.1), Send(b"\x05"), Wait(0.1), Send(ACK)]


def test_a_z_report_waits_before_its_ack(host: Host) -> None:
    assert host.feed(frame("51", "0"))[0] == Send(b"\x05")


def test_late_waits_before_the_reply() -> None:
    assert Host("late@1:2").feed(frame("F3"))[0] == Wait(2.0)


def test_hangup_executes_and_closes_the_line() -> None:
    host = Host("hangup@1")
    assert host.feed(frame("44", article())) == [HangUp()]
    assert host.is_open()


def test_hangup_before_does_not_execute() -> None:
    host = Host("hangup-before@1")
    assert host.feed(frame("44", article())) == [HangUp()]
    assert not host.is_open()


def test_power_after_executes_without_a_reply() -> None:
    host = Host("power-after@1")
    assert host.feed(frame("44", article())) == [HangUp()]
    assert host.groups()[1] == 150


def test_stale_sends_the_previous_reply_first() -> None:
    host = Host("stale@2")
    first = host.send("F3")
    assert host.send("B1") == first + host.send("B1")


def test_noise_comes_before_the_reply() -> None:
    reply = Host("noise@1").send("B1")
    assert reply[0] != 2
    assert take_apart(reply[reply.index(2) :]) == "0"


def test_corrupt_spoils_a_data_reply() -> None:
    host = Host("corrupt@1")
    assert host.send("F3") != host.send("F3")


def test_error_refuses_with_the_number() -> None:
    host = Host("error@1:87")
    assert host.refused("44", article()) == "087"
    assert not host.is_open()


def test_an_unknown_model_is_named() -> None:
    with pytest.raises(UnknownModel, match="'ISL1'"):
        Host(model="ISL1")


def test_the_state_file_brings_the_open_receipt_back(tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    Host(memory=Memory.load(path, "IS")).ok("44", article())
    again = Host(memory=Memory.load(path, "IS"))
    assert again.groups()[1] == 150


def test_the_registry_makes_the_device() -> None:
    device = make("isl-icp")
    assert (type(device).__name__, device.memory.device_number) == ("IslIcp", "IS000600")


PIECES = st.lists(
    st.sampled_from(["0", "1", "9", "A", "00", "000001", "00000100", SALE_NUMBER, "24112026", "Ж", " "]),
    max_size=10,
).map("".join)


@given(st.lists(st.tuples(st.sampled_from(sorted(IslIcp.commands)), PIECES), max_size=12))
def test_any_data_of_any_command_are_answered(exchanges: list[tuple[int, str]]) -> None:
    host = Host()
    host.ok("44", article())
    for command, data in exchanges:
        assert host.send(f"{command:02X}", data)
