"""The ZFP codec: frames by length, judged by checksum; letters inside garbage are no pongs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.devices.frames.events import Event, Garbage, Reply, Signal, SignalKind
from billing.devices.frames.zfp import ZfpCodec, checksum

CODEC = ZfpCodec()
NUMBER = bytes.fromhex("02 29 25 71 30 30 30 30 31 37 37 3B 0A")
"""Section 2, the data reply to 71h."""
DONE = bytes.fromhex("06 21 30 30 32 31 0A")
REFUSED = bytes.fromhex("06 21 34 32 32 37 0A")
SEVENTEEN = Reply(b"000017", b"", 0x25, 0x71)


def events(*pieces: bytes, codec: ZfpCodec = CODEC) -> list[Event]:
    decoder = codec.decoder()
    return [event for piece in pieces for event in decoder.feed(piece)]


def signal(kind: SignalKind) -> Signal:
    return Signal(kind)


def test_a_request_is_encoded_as_the_page_has_it() -> None:
    assert CODEC.encode(0x20, 0x20) == bytes.fromhex("02 23 20 20 32 33 0A")


def test_220_bytes_of_data_fit_and_221_are_refused() -> None:
    assert CODEC.encode(0x20, 0x30, b"x" * 220)[1] == 0xFF
    with pytest.raises(ValueError, match="221 bytes of data, at most 220"):
        CODEC.encode(0x20, 0x30, b"x" * 221)


def test_a_network_password_goes_bare_before_the_status_query() -> None:
    assert CODEC.encode(0x20, 0x20, b"secret\n") == b"secret\n" + CODEC.encode(0x20, 0x20)


def test_a_data_reply_carries_its_number_and_command() -> None:
    assert events(NUMBER) == [SEVENTEEN]


def test_an_acknowledgement_carries_its_two_characters_and_no_command() -> None:
    assert events(DONE, REFUSED) == [Reply(b"00", b"", 0x21), Reply(b"42", b"", 0x21)]


def test_the_status_bytes_are_the_data_of_the_status_reply() -> None:
    status = bytes.fromhex("80 80 8a f0 80 80 90")
    assert events(CODEC._frame(0x20, 0x20, status)) == [Reply(status, status, 0x20, 0x20)]


def test_a_line_end_inside_a_frame_does_not_end_it() -> None:
    """Section 2: the reply to 66h holds 0Ah where the paper is near its end and at its end."""
    data = b"Y;\x80\x80\x0a\x80;J"
    assert events(CODEC._frame(0x30, 0x66, data)) == [Reply(data, b"", 0x30, 0x66)]


@pytest.mark.parametrize(
    ("pong", "kind"),
    [
        (0x40, SignalKind.READY),
        (0x41, SignalKind.BUSY),
        (0x42, SignalKind.READY),
        (0x43, SignalKind.BUSY),
        (0x49, SignalKind.BUSY),
    ],
)
def test_a_pong_is_busy_by_its_lowest_bit(pong: int, kind: SignalKind) -> None:
    assert events(bytes([pong])) == [signal(kind)]


def test_pongs_are_read_before_a_frame() -> None:
    assert events(b"\x41\x40" + DONE) == [
        signal(SignalKind.BUSY),
        signal(SignalKind.READY),
        Reply(b"00", b"", 0x21),
    ]


def test_refused_and_busy_with_the_command_before_are_told_apart() -> None:
    assert events(b"\x15", b"\x0e") == [signal(SignalKind.REFUSED), signal(SignalKind.LATER)]


def test_a_refusal_with_bytes_behind_it_is_noise_and_repeats_nothing() -> None:
    garbage, reply = events(b"\x15" + DONE)
    assert isinstance(garbage, Garbage)
    assert reply == Reply(b"00", b"", 0x21)


def test_letters_of_a_damaged_frame_are_no_pongs() -> None:
    damaged = bytearray(CODEC._frame(0x30, 0x64, b"ABC@"))
    damaged[5] ^= 1
    assert all(isinstance(event, Garbage) for event in events(bytes(damaged)))


def test_a_flipped_bit_is_garbage_with_both_checksums() -> None:
    damaged = bytearray(NUMBER)
    damaged[6] ^= 1
    (garbage,) = events(bytes(damaged))
    assert isinstance(garbage, Garbage)
    assert garbage.why == "checksum 37 3b, expected 37 3a"


def test_a_frame_behind_half_a_frame_is_read() -> None:
    half, *_, whole = events(NUMBER[:9] + NUMBER)
    assert isinstance(half, Garbage)
    assert whole == SEVENTEEN


@pytest.mark.parametrize("sign", [b"\x50", b"\x60", b"\x70"])
def test_what_only_a_network_answers_is_garbage_with_its_meaning(sign: bytes) -> None:
    (garbage,) = events(sign)
    assert isinstance(garbage, Garbage)
    assert "password" in garbage.why or "another connection" in garbage.why


def test_a_device_that_waits_for_a_password_we_have_is_ready_for_it() -> None:
    assert events(b"\x50", codec=ZfpCodec(locked=True)) == [signal(SignalKind.READY)]


@given(st.lists(st.sampled_from([NUMBER, DONE, b"\x40", b"\x41"]), max_size=6), st.data())
def test_however_a_stream_is_cut_the_events_are_the_same(parts: list[bytes], data: st.DataObject) -> None:
    stream = b"".join(parts)
    cuts = sorted(data.draw(st.sets(st.integers(0, len(stream)), max_size=8)))
    pieces = [stream[a:b] for a, b in zip([0, *cuts], [*cuts, len(stream)], strict=True)]
    assert events(*pieces) == events(stream)


SUMS = b";".join([b"9999999999.99"] * 18)
"""Section 10, 6Dh with sums of 13 symbols: more than LEN can say."""


def outgrown(code: int) -> bytes:
    """Return a reply of 251 bytes whose LEN began anew."""
    summed = bytes([(0x23 + len(SUMS)) & 0xFF, 0x25, code]) + SUMS
    return b"\x02" + summed + checksum(summed) + b"\n"


def test_the_days_sums_are_read_though_they_outgrow_the_length_byte() -> None:
    assert events(outgrown(0x6D) + NUMBER) == [Reply(SUMS, b"", 0x25, 0x6D), SEVENTEEN]


def test_any_other_answer_with_so_small_a_length_is_junk() -> None:
    *junk, whole = events(outgrown(0x6E) + NUMBER)
    assert all(isinstance(event, Garbage) for event in junk)
    assert whole == SEVENTEEN


@given(st.binary(max_size=220), st.integers(0x20, 0x9F), st.integers(0x21, 0x7F))
def test_what_is_encoded_is_decoded(data: bytes, seq: int, code: int) -> None:
    assert events(CODEC.encode(seq, code, data)) == [Reply(data, b"", seq, code)]


@given(st.lists(st.binary(max_size=300), max_size=30))
def test_noise_never_fills_the_buffer_or_raises(pieces: list[bytes]) -> None:
    decoder = CODEC.decoder()
    for piece in pieces:
        list(decoder.feed(piece))
        assert len(decoder._buffer) <= 300


@given(st.binary(max_size=300))
def test_a_reply_is_read_after_any_noise_that_holds_no_beginning(noise: bytes) -> None:
    clean = noise.replace(b"\x02", b"").replace(b"\x06", b"")
    assert events(clean + NUMBER)[-1] == SEVENTEEN
