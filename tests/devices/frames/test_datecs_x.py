"""The codec of Datecs X: four digits of length and command, frames by length, judged by checksum."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.devices.frames.datecs_x import DatecsXCodec, digits, number
from billing.devices.frames.events import Event, Garbage, Reply, Signal, SignalKind

CODEC = DatecsXCodec()
PAYMENT = bytes.fromhex(
    "01 30 30 33 3C 2C 30 30 33 35 30 09 52 09 32 2E 38 34 09 04 80 80 88 80 86 9A 80 80 05 30 37 35 3D 03"
)
"""Datecs X, worked frame 4."""
PAID = Reply(b"0\tR\t2.84\t", bytes.fromhex("80 80 88 80 86 9A 80 80"), 0x2C, 53)
BUSY, REFUSED = Signal(SignalKind.BUSY), Signal(SignalKind.REFUSED)


def events(*pieces: bytes) -> list[Event]:
    decoder = CODEC.decoder()
    return [event for piece in pieces for event in decoder.feed(piece)]


def test_a_request_is_encoded_as_the_page_has_it() -> None:
    expected = bytes.fromhex("01 30 30 33 33 30 30 30 33 35 34 09 31 2E 35 33 09 31 09 05 30 33 30 3A 03")
    assert CODEC.encode(0x30, 53, b"4\t1.53\t1\t") == expected


def test_digits_above_nine_are_no_letters() -> None:
    assert digits(0x1AE3) == bytes.fromhex("31 3A 3E 33")


@given(st.integers(0, 0xFFFF))
def test_digits_and_number_undo_each_other(value: int) -> None:
    assert number(digits(value)) == value


def test_command_255_needs_two_digits() -> None:
    assert CODEC.encode(0x20, 255)[6:10] == bytes.fromhex("30 30 3F 3F")


def test_only_the_commands_that_need_it_take_more_than_213_bytes() -> None:
    with pytest.raises(ValueError, match="214 bytes of data, at most 213 fit a frame of command 49"):
        CODEC.encode(0x20, 49, b"x" * 214)
    assert len(CODEC.encode(0x20, 57, b"x" * 216)) == 216 + 16


def test_a_reply_is_read_with_its_number_command_data_and_status() -> None:
    assert events(PAYMENT) == [PAID]


def test_raw_status_bytes_inside_the_data_cut_no_frame() -> None:
    status = bytes.fromhex(
        "01 30 30 33 3D 20 30 30 34 3A 30 09 80 80 80 80 86 9A 80 80 04 80 80 80 80 86 9A 80 80 05"
    )
    sums = digits(sum(status[1:]))
    (reply,) = events(status + sums + b"\x03")
    assert isinstance(reply, Reply)
    assert reply.data == bytes.fromhex("30 09 80 80 80 80 86 9A 80 80")


def test_signals_are_read_before_between_and_behind_replies() -> None:
    assert events(b"\x16\x16" + PAYMENT + b"\x15" + PAYMENT) == [BUSY, BUSY, PAID, REFUSED, PAID]


def test_a_flipped_bit_is_garbage_with_both_checksums() -> None:
    damaged = bytearray(PAYMENT)
    damaged[12] ^= 1
    (garbage,) = events(bytes(damaged))
    assert isinstance(garbage, Garbage)
    assert garbage.why == "checksum 30 37 35 3d, expected 30 37 35 3e"


def test_a_frame_behind_half_a_frame_is_read() -> None:
    half, whole = events(PAYMENT[:9] + PAYMENT)
    assert isinstance(half, Garbage)
    assert whole == PAID


def test_the_older_frame_is_garbage_and_hides_nothing_behind_it() -> None:
    older = bytes.fromhex("01 35 27 35 52 30 30 30 30 30 30 37 33 30 04 88 80 88 ea 86 9a 05 30 36 34 30 03")
    found = events(older + PAYMENT)
    assert all(isinstance(event, Garbage) for event in found[:-1])
    assert found[-1] == PAID


@pytest.mark.parametrize("length", ["30 30 33 32", "3F 3F 3F 3F"])
def test_a_length_that_no_reply_has_is_garbage_at_once(length: str) -> None:
    garbage, *_ = events(b"\x01" + bytes.fromhex(length) + PAYMENT)
    assert isinstance(garbage, Garbage)
    assert events(b"\x01" + bytes.fromhex(length) + PAYMENT)[-1] == PAID


@given(st.lists(st.sampled_from([PAYMENT, b"\x16", b"\x15", b"zz"]), max_size=6), st.data())
def test_however_a_stream_is_cut_the_good_events_are_the_same(
    parts: list[bytes], data: st.DataObject
) -> None:
    stream = b"".join(parts)
    cuts = sorted(data.draw(st.sets(st.integers(0, len(stream)), max_size=8)))
    pieces = [stream[a:b] for a, b in zip([0, *cuts], [*cuts, len(stream)], strict=True)]

    def good(found: list[Event]) -> list[Event]:
        return [event for event in found if not isinstance(event, Garbage)]

    assert good(events(*pieces)) == good(events(stream))


@given(st.lists(st.binary(max_size=300), max_size=30))
def test_noise_never_fills_the_buffer_or_raises(pieces: list[bytes]) -> None:
    decoder = CODEC.decoder()
    for piece in pieces:
        list(decoder.feed(piece))
        assert len(decoder._buffer) <= 1030


@given(st.binary(max_size=300))
def test_a_reply_is_read_after_any_noise_that_holds_no_preamble(noise: bytes) -> None:
    assert events(noise.replace(b"\x01", b"") + PAYMENT)[-1] == PAID
