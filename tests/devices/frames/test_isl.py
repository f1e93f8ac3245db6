"""The ISL codec: frames by length, judged by checksum; garbage is an event."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.devices.frames.events import Event, Garbage, Reply, Signal, SignalKind
from billing.devices.frames.isl import IslCodec

CODEC = IslCodec()
PAYMENT = bytes.fromhex("01 35 27 35 52 30 30 30 30 30 30 37 33 30 04 88 80 88 ea 86 9a 05 30 36 34 30 03")
"""Datecs P and C 2.3."""
PAID = Reply(b"R000000730", bytes.fromhex("88 80 88 ea 86 9a"), 0x27, 0x35)
BUSY, REFUSED = Signal(SignalKind.BUSY), Signal(SignalKind.REFUSED)


def events(*pieces: bytes) -> list[Event]:
    decoder = CODEC.decoder()
    return [event for piece in pieces for event in decoder.feed(piece)]


def test_a_request_is_encoded_as_the_page_has_it() -> None:
    assert CODEC.encode(0x20, 0x4A) == bytes.fromhex("01 24 20 4a 05 30 30 39 33 03")


def test_more_data_than_a_frame_takes_is_refused() -> None:
    with pytest.raises(ValueError, match="214 bytes of data, at most 213"):
        CODEC.encode(0x20, 0x31, b"x" * 214)


def test_a_reply_is_read_with_its_number_command_data_and_status() -> None:
    assert events(PAYMENT) == [PAID]


def test_signals_are_read_before_between_and_behind_replies() -> None:
    assert events(b"\x16\x16" + PAYMENT + b"\x15" + PAYMENT) == [BUSY, BUSY, PAID, REFUSED, PAID]


def test_a_flipped_bit_is_garbage_with_both_checksums() -> None:
    damaged = bytearray(PAYMENT)
    damaged[6] ^= 1
    (garbage,) = events(bytes(damaged))
    assert isinstance(garbage, Garbage)
    assert garbage.why == "checksum 30 36 34 30, expected 30 36 34 31"


def test_a_frame_behind_half_a_frame_is_read() -> None:
    half, whole = events(PAYMENT[:9] + PAYMENT)
    assert isinstance(half, Garbage)
    assert whole == PAID


def test_a_reply_without_its_separator_is_garbage() -> None:
    moved = bytearray(PAYMENT)
    moved[14], moved[13] = moved[13], moved[14]
    (garbage,) = events(bytes(moved))
    assert isinstance(garbage, Garbage)


def test_a_length_too_short_for_a_reply_is_garbage() -> None:
    garbage, *_ = events(b"\x01\x24 J\x050093\x03")
    assert isinstance(garbage, Garbage)


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
        assert len(decoder._buffer) <= 300


@given(st.binary(max_size=300))
def test_a_reply_is_read_after_any_noise_that_holds_no_preamble(noise: bytes) -> None:
    assert events(noise.replace(b"\x01", b"") + PAYMENT)[-1] == PAID
