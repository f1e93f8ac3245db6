"""The ICP frame: the page's bytes, cuts anywhere, junk, bounds; which answer belongs to the last command."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.devices.frames.events import Event, Garbage, Reply, Signal, SignalKind
from billing.devices.frames.icp import ACK, NACK, OURS, STALE, IcpCodec

BUSY = Signal(SignalKind.BUSY)
STATUS = bytes.fromhex("02 30 31 30 38 30 30 30 38 30 30 30 30 30 3c 35 33 03")
SALE = bytes.fromhex(
    "02 31 32 33 34 34 34 49 53 30 30 31 32 33 34 2d 30 30 30 31 2d 30 30 30 30 30 30 31"
    "30 30 30 30 32 35 30 30 39 39 39 39 39 39 39 39 30 30 30 30 30 31 35 30 30 32 30 30"
    "d5 eb ff e1 34 31 30 32 03"
)


def asked(code: int = 0xF8, data: bytes = b"0C", address: str = "1234") -> IcpCodec:
    """Return a codec that awaits the answer to one command."""
    codec = IcpCodec(address)
    codec.encode(0, code, data)
    return codec


def heard(codec: IcpCodec, data: bytes) -> list[Event]:
    return list(codec.decoder().feed(data))


@pytest.mark.parametrize(
    ("address", "code", "data", "frame"),
    [
        ("1234", 0x00, b"", bytes.fromhex("02 30 30 30 30 30 30 30 3c 38 3e 03")),
        ("1234", 0xF8, b"0C", bytes.fromhex("02 31 32 33 34 46 38 30 43 30 3e 32 3b 03")),
        ("0000", 0x47, b"01000", bytes.fromhex("02 30 30 30 30 34 37 30 31 30 30 30 31 31 38 30 03")),
        ("1234", 0x49, b"0", bytes.fromhex("02 31 32 33 34 34 39 30 30 3d 3d 36 03")),
        ("1234", 0x44, SALE[7:-5], SALE),
    ],
    ids=["discovery", "status", "discount", "payment", "sale"],
)
def test_the_worked_frames_of_the_page(address: str, code: int, data: bytes, frame: bytes) -> None:
    assert IcpCodec(address).encode(0, code, data) == frame


def test_a_frame_names_at_most_255_bytes() -> None:
    assert len(IcpCodec().encode(0, 0x81, b"x" * 243)) == 255
    with pytest.raises(ValueError, match="244 bytes of data, at most 243"):
        IcpCodec().encode(0, 0x81, b"x" * 244)


def test_the_pages_real_status_reply_is_handed_out_as_six_bytes() -> None:
    (reply,) = heard(asked(), STATUS)
    assert reply == Reply(b"010800080000", bytes.fromhex("010800080000"), seq=OURS)


def test_half_bytes_above_nine_are_read() -> None:
    (reply,) = heard(asked(), bytes.fromhex("02 30 3a 3f 30 30 30 30 30 30 30 30 30 30 3c 35 3b 03"))
    assert isinstance(reply, Reply)
    assert reply.status[:2] == bytes((0x0A, 0xF0))


def test_ack_ends_a_command_without_data_and_only_announces_data() -> None:
    assert heard(asked(0x45, b"0"), ACK) == [Reply(ACK, seq=OURS)]
    assert heard(asked(), ACK + STATUS)[0] == BUSY


def test_wait_is_a_sign_of_life_and_nack_an_answer() -> None:
    assert heard(asked(0x51, b"0"), b"\x05\x05" + NACK) == [BUSY, BUSY, Reply(NACK, seq=OURS)]


def test_data_is_no_proof_that_a_command_without_data_was_done() -> None:
    (reply,) = heard(asked(0x44, SALE[7:-5]), STATUS)
    assert isinstance(reply, Reply)
    assert reply.seq == STALE


def test_an_answer_of_another_form_belongs_to_an_older_query() -> None:
    (reply,) = heard(asked(0xF8, b"01"), STATUS)
    assert isinstance(reply, Reply)
    assert reply.seq == STALE


def test_the_texts_smallest_frame_counts_itself_whole() -> None:
    (reply,) = heard(asked(0x45), bytes.fromhex("02 30 36 36 38 03"))
    assert reply == Reply(b"", seq=STALE)


def test_a_wrong_sum_and_a_wrong_length_are_garbage() -> None:
    wrong_sum, wrong_length = bytearray(STATUS), bytearray(STATUS)
    wrong_sum[-2] ^= 1
    wrong_length[-4] ^= 1
    for frame in (wrong_sum, wrong_length):
        (event,) = heard(asked(), bytes(frame))
        assert isinstance(event, Garbage)


def test_a_frame_inside_a_frame_shows_the_first_was_cut_short() -> None:
    garbage, reply = heard(asked(), STATUS[:7] + STATUS)
    assert isinstance(garbage, Garbage)
    assert isinstance(reply, Reply)


def test_a_frame_without_end_is_given_up_in_bounded_space() -> None:
    events = heard(asked(), b"\x02" + b"0" * 5000 + STATUS)
    assert isinstance(events[0], Garbage)
    assert len(events[0].data) < 300
    assert events[-1] == Reply(b"010800080000", bytes.fromhex("010800080000"), seq=OURS)


@given(st.binary(max_size=40).filter(lambda junk: not set(junk) & {0x02, 0x05, 0x06, 0x15}), st.data())
def test_a_reply_is_found_after_junk_however_it_is_cut(junk: bytes, data: st.DataObject) -> None:
    stream = junk + STATUS
    cut = data.draw(st.integers(0, len(stream)))
    decoder = asked().decoder()
    events = [*decoder.feed(stream[:cut]), *decoder.feed(stream[cut:])]
    assert events == [Reply(b"010800080000", bytes.fromhex("010800080000"), seq=OURS)]


@given(st.binary(max_size=600))
def test_anything_may_come_and_nothing_breaks(noise: bytes) -> None:
    for event in heard(asked(), noise):
        assert isinstance(event, Reply | Signal | Garbage)
