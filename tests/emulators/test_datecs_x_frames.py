"""Frames of the Datecs X device: the worked frames of the sheet, and what a broken line makes of them."""

from hypothesis import given
from hypothesis import strategies as st

from billing.emulators.datecs_x_frames import Decoder, digits, encode_answer, number
from billing.emulators.device import Damaged, Request

STATUS = bytes.fromhex("01 30 30 32 3A 20 30 30 34 3A 05 30 31 3B 3F 03")
OPEN = bytes.fromhex(
    "01 30 30 34 3A 2A 30 30 33 30 31 09 30 30 30 30 09 44 54 30 30 30 30 30 31 2D 4F 50 30 31 2D 30"
    "30 30 30 30 30 31 09 31 09 09 05 30 37 37 33 03"
)
PAYMENT = bytes.fromhex("01 30 30 33 33 30 30 30 33 35 34 09 31 2E 35 33 09 31 09 05 30 33 30 3A 03")
IDLE = bytes.fromhex("80 80 80 80 86 9A 80 80")


def events(data: bytes) -> list[Request | Damaged]:
    return list(Decoder().feed(data))


def test_the_status_frame_of_the_sheet_is_read() -> None:
    assert events(STATUS) == [Request(74, b"", 0x20)]


def test_the_opening_frame_of_the_sheet_is_read() -> None:
    assert events(OPEN) == [Request(48, b"1\t0000\tDT000001-OP01-0000001\t1\t\t", 0x2A)]


def test_the_payment_frame_logged_from_a_real_device_is_read() -> None:
    assert events(PAYMENT) == [Request(53, b"4\t1.53\t1\t", 0x30)]


def test_the_answer_logged_from_a_real_device_is_written() -> None:
    assert encode_answer(0x30, 53, b"-111016\t", IDLE) == bytes.fromhex(
        "01 30 30 33 3B 30 30 30 33 35 2D 31 31 31 30 31 36 09 04 80 80 80 80 86 9A 80 80 05 30 37 34 3F 03"
    )


def test_the_answer_to_a_payment_with_the_receipt_open_is_written() -> None:
    status = bytes.fromhex("80 80 88 80 86 9A 80 80")
    assert encode_answer(0x2C, 53, b"0\tR\t2.84\t", status) == bytes.fromhex(
        "01 30 30 33 3C 2C 30 30 33 35 30 09 52 09 32 2E 38 34 09 04 80 80 88 80 86 9A 80 80 0530 37 35 3D 03"
    )


def test_digits_above_nine_are_3a_to_3f_and_no_letters() -> None:
    assert digits(0x1AE3) == bytes.fromhex("31 3A 3E 33")


@given(st.integers(0, 0xFFFF))
def test_digits_and_number_undo_each_other(value: int) -> None:
    assert number(digits(value)) == value


@given(st.lists(st.integers(0, len(OPEN + PAYMENT)), max_size=4).map(sorted))
def test_a_stream_cut_anywhere_gives_the_same_events(cuts: list[int]) -> None:
    stream = OPEN + PAYMENT
    decoder, found = Decoder(), list[Request | Damaged]()
    for first, last in zip([0, *cuts], [*cuts, len(stream)], strict=True):
        found += decoder.feed(stream[first:last])
    assert found == events(stream)


def test_a_flipped_bit_is_refused_and_the_next_frame_read() -> None:
    spoiled = bytearray(PAYMENT)
    spoiled[12] ^= 1
    found = events(bytes(spoiled) + STATUS)
    assert isinstance(found[0], Damaged)
    assert found[1] == Request(74, b"", 0x20)


def test_junk_before_a_frame_is_skipped() -> None:
    assert events(b"\x00xyz" + STATUS) == [Request(74, b"", 0x20)]


def test_a_frame_cut_short_gives_way_to_the_next_one() -> None:
    assert events(PAYMENT[:9] + STATUS) == [Request(74, b"", 0x20)]


def test_a_frame_cut_inside_its_length_gives_way_to_the_next_one() -> None:
    assert events(PAYMENT[:3] + STATUS) == [Request(74, b"", 0x20)]


def test_the_older_protocol_with_one_byte_of_length_is_refused() -> None:
    found = events(bytes.fromhex("01 24 20 4A 05 30 30 39 33 03"))
    assert isinstance(found[0], Damaged)


def test_letters_as_digits_are_refused() -> None:
    assert isinstance(events(STATUS.replace(b"\x3a", b"A"))[0], Damaged)


def test_a_length_beyond_the_limit_is_refused_at_once() -> None:
    assert isinstance(events(b"\x01" + digits(0x20 + 10 + 497))[0], Damaged)


@given(st.binary(max_size=200))
def test_any_bytes_leave_the_decoder_able_to_read_the_next_frame(junk: bytes) -> None:
    decoder = Decoder()
    list(decoder.feed(junk))
    again = [*decoder.feed(STATUS), *decoder.feed(STATUS)]
    assert Request(74, b"", 0x20) in again


@given(st.integers(0x20, 0xFF), st.binary(min_size=0, max_size=213))
def test_answers_have_the_length_and_sum_of_the_sheet(seq: int, data: bytes) -> None:
    frame = encode_answer(seq, 48, data, IDLE)
    assert number(frame[1:5]) == 19 + len(data) + 0x20
    assert number(frame[-5:-1]) == sum(frame[1:-5]) & 0xFFFF
