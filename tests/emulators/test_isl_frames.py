"""ISL requests are cut the same however they come in, and no bytes upset a device."""

from datetime import UTC, datetime
from typing import cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from billing.clock import SetClock
from billing.emulators import registry
from billing.emulators.device import Damaged, Device, Event, Request
from billing.emulators.isl_frames import RequestDecoder, checksum, encode_reply
from tests.emulators.isl_host import frame, sent, take_apart

DATA = st.binary(max_size=60).map(
    lambda data: bytes(byte for byte in data if byte >= 0x20 or byte in b"\t\n")
)
REQUEST = st.builds(
    frame,
    st.integers(0x20, 0xFF),
    DATA,
    st.integers(0x20, 0x7F),
)
JUNK = st.binary(max_size=12).map(lambda data: data.replace(b"\x01", b""))
FIELD = st.sampled_from(
    [*"0123456789-+*;,#.PDRWINFAБЯwE\t\n", *("10", "99", "1.50", "0000", "241126", "02000600", "х" * 30)]
)
TEXT = st.lists(FIELD, max_size=12).map("".join)
DEVICES = ("datecs-p", "datecs-c")


def test_the_checksum_is_four_nibbles_high_first() -> None:
    assert checksum(bytes([0xFF] * 26 + [0xFD])) == bytes.fromhex("31 3A 3E 33")  # 1AE3h
    assert checksum(bytes.fromhex("24 20 4A 05")) == b"0093"


def test_a_long_reply_says_ff_for_its_length() -> None:
    assert encode_reply(0x20, 0x40, b"x" * 219, bytes([0x80] * 6))[1] == 0xFF
    assert encode_reply(0x20, 0x40, b"x" * 212, bytes([0x80] * 6))[1] == 0xFF
    assert encode_reply(0x20, 0x40, b"x" * 211, bytes([0x80] * 6))[1] == 0xFE


@given(st.lists(st.tuples(JUNK, REQUEST), max_size=5), st.data())
def test_requests_are_cut_the_same_wherever_the_stream_is_split(
    parts: list[tuple[bytes, bytes]], data: st.DataObject
) -> None:
    stream = b"".join(junk + request for junk, request in parts)
    whole = list(RequestDecoder().feed(stream))
    assert [type(event) for event in whole] == [Request] * len(parts)
    decoder = RequestDecoder()
    split: list[Event] = []
    start = 0
    for end in [*sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=6))), len(stream)]:
        split += decoder.feed(stream[start:end])
        start = max(start, end)
    assert split == whole


@given(REQUEST, st.data())
def test_a_request_with_one_changed_byte_is_never_taken(request: bytes, data: st.DataObject) -> None:
    place = data.draw(st.integers(1, len(request) - 2))
    value = data.draw(st.integers(0, 255).filter(lambda byte: byte not in {request[place], 0x01}))
    events = list(RequestDecoder().feed(request[:place] + bytes([value]) + request[place + 1 :]))
    assert not any(isinstance(event, Request) for event in events)
    assert all(isinstance(event, Damaged) for event in events)


@given(st.binary(max_size=2000))
def test_no_bytes_upset_the_decoder_or_make_it_keep_much(data: bytes) -> None:
    decoder = RequestDecoder()
    list(decoder.feed(data))
    assert len(decoder._buffer) <= 301


def fresh(name: str) -> Device:
    return cast("Device", registry.make(name, clock=SetClock(datetime(2026, 11, 24, 10, 0, tzinfo=UTC))))


@pytest.mark.parametrize("name", DEVICES)
@settings(max_examples=50)
@given(
    commands=st.lists(
        st.tuples(st.integers(0x20, 0x80), TEXT | DATA.map(lambda d: d.decode("latin-1"))), max_size=25
    )
)
def test_any_commands_get_a_whole_answer(name: str, commands: list[tuple[int, str]]) -> None:
    device = fresh(name)
    for place, (command, text) in enumerate(commands):
        data = text.encode("cp1251", "replace")[:200]
        reply = take_apart(sent(device.feed(frame(command, data, 0x20 + place))))
        assert (reply.sequence, reply.command) == (0x20 + place, command)


SELLING = st.sampled_from(
    [
        (0x30, {"datecs-p": "1,0000,1,DT000600-OP01-0001000", "datecs-c": "1,1,DT000600-OP01-0001000,1"}),
        (0x31, "Хляб\tБ1.50*2,-10"),
        (0x31, "Сирене\tА12.33*0.357"),
        (0x31, "Хляб\tБ-1.50*2,-10"),
        (0x33, "10,-7.5"),
        (0x33, "00;0.99"),
        (0x35, "\t"),
        (0x35, "\tP1"),
        (0x35, "\tN0.50"),
        (0x38, ""),
        (0x3C, ""),
        (0x46, "10"),
        (0x46, "-3"),
        (0x45, "2"),
        (0x45, "0"),
        (0x26, ""),
        (0x27, ""),
    ]
)


@pytest.mark.parametrize("name", DEVICES)
@settings(max_examples=50)
@given(commands=st.lists(SELLING, max_size=60))
def test_the_registers_agree_with_the_journal_after_any_commands(
    name: str, commands: list[tuple[int, str | dict[str, str]]]
) -> None:
    device = fresh(name)
    for place, (command, data) in enumerate(commands):
        text = data if isinstance(data, str) else data[name]
        device.feed(frame(command, text.encode("cp1251"), 0x20 + place))
    memory = device.memory
    sold = [each.amount for each in memory.journal if each.receipt_number]
    assert memory.grand_total == sum(sold)
    assert memory.grand_total == sum(block.day.total for block in memory.z_blocks) + memory.day.total
    for day in [memory.day, *(block.day for block in memory.z_blocks)]:
        assert sum(day.payments.values()) == day.total
        assert min(day.groups) >= 0
    assert [each.number for each in memory.journal] == list(range(1, memory.document_number + 1))
