"""The dialogue of the emulated Tremol: answers, pings, RETRY, status, power, identity, each fault once."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from billing.emulators.device import HangUp, Send, Wait
from billing.emulators.memory import StateMistake
from billing.emulators.wire import Wire
from tests.emulators.tremol_host import OPEN, Host, ack, frame, replies, sale

SHEET_STATUS = bytes.fromhex("02 23 20 20 32 33 0A")
SHEET_OPEN = bytes.fromhex(
    "02 47 21 30 31 3B 30 30 30 30 20 20 3B 31 3B 31 3B 30 24 5A 4B 30 30 30 30 30 31 2D 4F 50 30 31"
    "2D 30 30 30 30 30 30 31 34 3C 0A"
)
SHEET_SALE = bytes.fromhex(
    "02 5B 22 31 D5 EB FF E1"
    + "20" * 32
    + "3B C1 3B 31 2E 32 30 2A 32 2E 30 30 30 2C 2D 31 30 2E 30 30 39 3C 0A"
)


def test_the_worked_frames_of_the_sheet_make_a_sale_of_2_16() -> None:
    host = Host()
    assert host.feed(SHEET_STATUS) == [
        Send(bytes.fromhex("02 2A 20 20 80 80 80 F0 80 80 80") + bytes((0x3D, 0x3A)) + b"\x0a")
    ]
    assert host.feed(SHEET_OPEN) == [Send(bytes.fromhex("06 21 30 30 32 31 0A"))]
    assert host.feed(SHEET_SALE) == [Send(ack("00", 0x22))]
    assert host.say(0x33, "0;0") == "2.16"


def test_an_opening_in_an_open_receipt_is_answered_42() -> None:
    assert Host().opened().say(0x30, OPEN) == "42"


def test_nothing_open_is_answered_with_3fh_and_32h() -> None:
    host = Host()
    assert [host.say(code) for code in (0x38, 0x39, 0x36, 0x2F)] == ["?2"] * 4
    assert host.say(0x31, sale()) == "?2"


def test_the_last_number_is_six_digits_in_a_data_reply() -> None:
    host = Host().receipt()
    assert host.feed(frame(0x71, number=0x25)) == [
        Send(bytes.fromhex("02 29 25 71 30 30 30 30 30 31 37 3C 0A"))
    ]


def test_an_unknown_command_is_answered_01() -> None:
    assert Host().say(0x5A) == "01"


def test_data_where_none_belong_are_a_syntax_error() -> None:
    assert Host().say(0x21, "x") == "04"


def test_a_spoiled_frame_is_answered_with_nack_alone() -> None:
    assert Host().feed(SHEET_STATUS[:-2] + b"\x34\x0a") == [Send(b"\x15")]


def test_junk_before_a_frame_is_passed_over() -> None:
    assert Host().feed(b"\x00AT\r\n\xff" + SHEET_STATUS)[-1] == Host().feed(SHEET_STATUS)[-1]


def test_a_repeated_number_is_no_repetition_the_frame_is_executed_again() -> None:
    host = Host().opened()
    for _ in range(2):
        assert host.feed(frame(0x31, sale(), 0x40)) == [Send(ack("00", 0x40))]
    assert host.say(0x33, "0;0") == "2.40"


def test_pings_are_answered_with_one_byte() -> None:
    assert Host().feed(b"\x04\x09") == [Send(b"\x04"), Send(b"\x40")]


def test_the_ping_says_that_paper_is_out() -> None:
    host = Host(faults="paper@1")
    host.status  # noqa: B018 the request at which the paper runs out
    assert host.feed(b"\x09") == [Send(b"\x42")]
    assert host.status[1] & 1
    assert host.raw(0x66) == b"Y;\x08\x00\x08\x00; "


def test_while_a_command_runs_pings_say_busy_and_frames_get_retry() -> None:
    host = Host(settings={"busy_s": {"7c": 20.0}})
    wire = Wire(host.device, host.clock)
    wire.write(frame(0x7C, b"Z"))
    assert wire.read(5.0) == b""
    wire.write(b"\x09")
    assert wire.read(0.1) == b"\x41"
    wire.write(frame(0x71, number=0x21))
    assert wire.read(0.1) == b"\x0e"
    assert wire.read(30.0) == ack("00")
    wire.write(b"\x09")
    assert wire.read(0.1) == b"\x40"
    assert host.memory.next_z == 2


def test_gs_queries_are_answered_bare() -> None:
    assert Host().feed(b"\x1dI") == [Send(b"I48;10000;19;20;8;07;12;10;00;512;1000\n")]
    assert Host(v2=True).feed(b"\x1dI") == [Send(b"I48;10000;19;20;8;07;05;10;00;512;1000\n")]
    assert Host(settings={"columns": 32}).feed(b"\x1dM")[0].data.split(b";")[14:17] == [b"32", b"30", b"36"]  # type: ignore[union-attr]  # a Send


def test_the_line_password_is_asked_for_first() -> None:
    host = Host(settings={"line_password": "1234"})
    assert host.feed(b"\x09") == [Send(b"\x50")]
    assert host.feed(SHEET_STATUS[:-1] + b"\x0a") == []
    assert host.feed(b"\x09") == [Send(b"\x70")]
    assert host.feed(b"1234\n\x09") == [Send(b"\x40")]
    host.device.line_closed()
    assert host.feed(b"\x09") == [Send(b"\x50")]


def test_status_bytes_tell_the_open_receipt() -> None:
    host = Host()
    assert host.status == bytes.fromhex("80 80 80 F0 80 80 80")
    host.opened()
    assert host.status == bytes.fromhex("80 80 8E F0 80 80 80")
    host.done(0x39)
    host.done(0x2E, "1;0000  ")
    assert host.status[2] == 0x81


def test_status_bytes_tell_what_is_not_zeroed() -> None:
    host = Host().receipt()
    assert host.status[1] == 0x80 | 0x08 | 0x20
    host.done(0x7C, "Z")
    assert host.status[1] == 0x80


def test_a_power_cut_in_a_receipt_is_told_until_the_status_is_read() -> None:
    host = Host(faults="power@3").sold()
    assert host.feed(frame(0x38)) == [HangUp()]
    assert host.say(0x72) == "=2"
    assert host.status[0] == 0x82
    assert host.fields[0] == "1"
    assert host.fields[10] == "1"
    host.done(0x36)
    assert host.status[0] == 0x80


def test_a_power_cut_with_nothing_open_is_not_told() -> None:
    host = Host(faults="power@1")
    host.feed(frame(0x71))
    assert host.say(0x71) == "000000"


def test_a_restart_keeps_the_open_receipt_and_tells_of_the_cut(tmp_path: Path) -> None:
    host = Host(state=tmp_path / "state.json").sold()
    host.start()
    assert host.say(0x71) == "=2"
    assert host.status[0] == 0x82
    assert host.say(0x33, "0;0") == "1.20"


def test_every_print_is_marked_as_a_simulation() -> None:
    host = Host().receipt()
    assert host.printed[0].strip() == "СИМУЛАЦИЯ / EMULATED"
    assert any("ФИСКАЛЕН БОН" in line for line in host.printed)


@pytest.mark.parametrize(
    ("fault", "answer"),
    [
        ("refuse@1", [Send(b"\x15")]),
        ("deaf@1", []),
        ("drop@1", []),
        ("hangup@1", [HangUp()]),
        ("hangup-before@1", [HangUp()]),
        ("power@1", [HangUp()]),
        ("power-after@1", [HangUp()]),
        ("late@1:2", [Wait(2.0), Send(ack("00"))]),
        ("error@1:42", [Send(ack("42"))]),
        ("error@1:d2", [Send(ack("=2"))]),
    ],
)
def test_each_fault_strikes(fault: str, answer: list[object]) -> None:
    assert Host(faults=fault).feed(frame(0x30, OPEN.encode("ascii"))) == answer


@pytest.mark.parametrize(
    ("fault", "opened"),
    [("deaf@1", 0), ("refuse@1", 0), ("hangup-before@1", 0), ("power@1", 0), ("drop@1", 1), ("hangup@1", 1)],
)
def test_a_fault_executes_or_not_as_it_says(fault: str, opened: int) -> None:
    host = Host(faults=fault)
    host.feed(frame(0x30, OPEN.encode("ascii")))
    assert host.fields[0] == str(opened)


def test_busy_is_silence_and_then_the_answer() -> None:
    actions = Host(faults="busy@1:0.12").feed(frame(0x71))
    assert actions[-1] == Send(frame(0x71, b"000000"))
    assert all(isinstance(each, Wait) for each in actions[:-1])


def test_a_corrupt_answer_fails_its_checksum() -> None:
    (sent,) = Host(faults="corrupt@1").feed(frame(0x71))
    assert isinstance(sent, Send)
    assert sent.data != frame(0x71, b"000000")


def test_noise_and_a_stale_answer_come_first() -> None:
    assert len(Host(faults="noise@1").feed(frame(0x71))) == 2
    host = Host(faults="stale@2")
    host.feed(frame(0x71, number=0x30))
    assert host.feed(frame(0x71, number=0x31))[0] == Send(frame(0x71, b"000000", 0x30))


def test_paper_out_refuses_what_prints_and_reads_go_on() -> None:
    host = Host(faults="paper@1:2")
    assert host.say(0x30, OPEN) == "12"
    assert host.say(0x71) == "000000"
    host.opened()


def test_identity_is_answered_as_real_devices_do() -> None:
    host = Host()
    assert host.say(0x21) == "1;784;04-02-2019 08:00;TREMOL M20; Ver. 1.01 EMULATED;"
    assert host.say(0x60) == "ZK000600;02000600"
    assert host.say(0x61) == "000000000    ;0;123456;01-01-2019 08:00"
    assert host.say(0x62) == "  0.00%; 20.00%; 20.00%;  9.00%;  0.00%;  0.00%;  0.00%;  0.00%"
    assert host.say(0x63) == "2"
    assert host.say(0x68) == "24-11-2026 12:00"
    assert host.say(0x65) == "0001;0;0;0;0;0;0;0;0;0"
    assert host.say(0x4F, "H;R") == "H;R;0"


def test_twelve_payment_names_of_ten_and_a_rate() -> None:
    fields = Host().say(0x64).split(";")
    assert [len(each) for each in fields[:12]] == [10] * 12
    assert fields[7].strip() == "КАРТА"
    assert fields[12:] == ["0001.00000"]


def test_v2_devices_have_five_payments_with_codes() -> None:
    raw = Host(v2=True).raw(0x64)
    assert [each.strip() for each in raw.decode("cp1251").split(";")[:5]] == [
        "В БРОЙ",
        "КАРТА",
        "ЧЕК",
        "ТАЛОН",
        "ВАЛУТА",
    ]
    assert raw.split(b";")[6:] == [b"\xff", b"7", b"1", b"2", b"\xff"]


def test_sending_state_names_the_first_unsent_receipt() -> None:
    host = Host(settings={"unsent": 1}).receipt().receipt()
    fields = host.say(0x4E, "R;R;R").split(";")
    assert fields[:4] == ["1", "24-11-2026 12:00", "2", "24-11-2026 12:00"]
    assert Host().say(0x4E, "R;R;R") == "0;00-00-0000 00:00;0;00-00-0000 00:00;"
    assert Host().opened().say(0x4E, "R;R;R") == "42"


def test_24_hours_without_a_z_block_sales_until_it_is_made() -> None:
    host = Host().receipt()
    host.clock.move(24 * 3600 + 1)
    assert host.say(0x30, OPEN) == ";2"
    assert host.say(0x3B, "1;0000  ;0;1.00") == ";2"
    host.done(0x7C, "Z")
    host.opened()


def test_an_automatic_z_closes_yesterday_in_silence() -> None:
    host = Host(settings={"automatic_z": True}).receipt()
    before = len(host.printed)
    host.clock.move(13 * 3600)
    host.opened()
    assert host.memory.z_blocks[0].at == datetime(2026, 11, 24, 23, 59, 59)  # noqa: DTZ001 device's wall clock
    assert "ДНЕВЕН" not in "".join(host.printed[before:])


def test_a_wrong_clock_refuses_with_32_until_it_is_set() -> None:
    host = Host(settings={"clock_wrong": True})
    assert host.say(0x30, OPEN) == "32"
    assert host.status[0] == 0x90
    host.done(0x48, "24-11-26 13:00:00")
    host.opened()
    assert host.say(0x68) == "24-11-2026 13:00"


def test_the_clock_is_not_set_back_behind_a_document() -> None:
    assert Host().receipt().say(0x48, "24-11-26 11:00:00") == "32"


def test_the_display_and_the_drawer_are_taken() -> None:
    host = Host()
    for command, length in ((0x24, 0), (0x25, 20), (0x26, 20), (0x27, 40), (0x28, 0), (0x2A, 0), (0x2B, 0)):
        host.done(command, "x" * length)
    assert host.say(0x25, "short") == "04"


def test_state_survives_a_restart(tmp_path: Path) -> None:
    host = Host(state=tmp_path / "state.json").receipt("5.00")
    host.start()
    assert host.say(0x71) == "000001"
    assert host.say(0x72, "B") == "02000600*000001*2026-11-24*12:00:00*5.00"


def test_the_clock_is_the_zone_of_the_device() -> None:
    host = Host()
    host.clock.instant = datetime(2026, 7, 1, 10, 0, tzinfo=UTC) + timedelta(seconds=30)
    assert host.say(0x68) == "01-07-2026 13:00"


def test_many_frames_in_one_piece_are_answered_one_by_one() -> None:
    sent = Host().feed(frame(0x71, number=0x21) + b"\x09" + frame(0x63, number=0x22))
    assert sent[1] == Send(b"\x40")
    assert replies(b"".join(each.data for each in (sent[0], sent[2]) if isinstance(each, Send))) == [
        b"000000",
        b"2",
    ]


def test_a_hot_print_head_and_a_missing_display_are_told() -> None:
    host = Host(settings={"overheated": True, "display_missing": True})
    assert host.feed(b"\x09") == [Send(b"\x4c")]
    assert host.status[0] == 0x84
    assert host.say(0x30, OPEN) == "<2"
    assert host.say(0x24) == ":2"
    assert host.raw(0x66) == b"N;\x00\x40\x00\x00; "


def test_paper_near_its_end_makes_a_line_end_inside_a_frame() -> None:
    host = Host(faults="paper@1", settings={"paper_near_end": True})
    assert host.raw(0x66) == b"Y;\x08\x00\x0a\x00; "
    assert host.status[6] & 0x10


def test_a_device_not_fiscalised_leaves_memory_number_and_amount_out_of_the_qr_text() -> None:
    host = Host(settings={"fiscalised": False}).receipt()
    assert host.say(0x72, "B") == "*000001*2026-11-24*12:00:00*"
    assert not host.status[3] & 0x20


def test_a_wrong_setting_is_one_sentence() -> None:
    with pytest.raises(StateMistake, match=r"settings\.columns"):
        Host(settings={"columns": "wide"})
