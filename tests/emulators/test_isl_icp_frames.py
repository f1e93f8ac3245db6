"""Frames of the ISL ICP device: the worked frames of the sheet, and what a broken line makes of them."""

from hypothesis import given
from hypothesis import strategies as st

from billing.emulators.device import Damaged, Request
from billing.emulators.isl_icp_frames import Decoder, digits, encode_reply, number

DISCOVERY = bytes.fromhex("02 30 30 30 30 30 30 30 3c 38 3e 03")
STATUS = bytes.fromhex("02 31 32 33 34 46 38 30 43 30 3e 32 3b 03")
SALE = bytes.fromhex(
    "02 31 32 33 34 34 34 49 53 30 30 31 32 33 34 2d 30 30 30 31 2d 30 30 30 30 30 30 31"
    "30 30 30 30 32 35 30 30 39 39 39 39 39 39 39 39 30 30 30 30 30 31 35 30 30 32 30 30"
    "d5 eb ff e1 34 31 30 32 03"
)


def events(data: bytes, address: str = "1234") -> list[Request | Damaged]:
    return list(Decoder(address).feed(data))


def test_the_discovery_frame_of_the_sheet_is_read() -> None:
    assert events(DISCOVERY) == [Request(0x00, b"")]


def test_the_status_frame_of_the_sheet_is_read() -> None:
    assert events(STATUS) == [Request(0xF8, b"0C")]


def test_the_discount_frame_of_the_document_is_read() -> None:
    frame = bytes.fromhex("02 30 30 30 30 34 37 30 31 30 30 30 31 31 38 30 03")
    assert events(frame, "0000") == [Request(0x47, b"01000")]


def test_the_payment_frame_of_the_sheet_is_read() -> None:
    assert events(bytes.fromhex("02 31 32 33 34 34 39 30 30 3d 3d 36 03")) == [Request(0x49, b"0")]


def test_the_sale_frame_of_the_sheet_is_read() -> None:
    assert events(SALE) == [
        Request(0x44, b"IS001234-0001-00000010000250099999999000001500200\xd5\xeb\xff\xe1")
    ]


def test_the_status_reply_of_the_document_counts_its_data_only() -> None:
    assert encode_reply(b"010800080000") == bytes.fromhex(
        "02 30 31 30 38 30 30 30 38 30 30 30 30 30 3c 35 33 03"
    )


@given(st.integers(0, 255))
def test_digits_and_number_undo_each_other(value: int) -> None:
    assert number(digits(value)) == value


@given(st.lists(st.integers(0, len(SALE + STATUS)), max_size=4).map(sorted))
def test_a_stream_cut_anywhere_gives_the_same_events(cuts: list[int]) -> None:
    stream = SALE + STATUS
    decoder, found = Decoder("1234"), list[Request | Damaged]()
    for first, last in zip([0, *cuts], [*cuts, len(stream)], strict=True):
        found += decoder.feed(stream[first:last])
    assert found == events(stream)


def test_a_wrong_sum_is_refused_and_the_next_frame_read() -> None:
    spoiled = bytearray(SALE)
    spoiled[30] ^= 1
    found = events(bytes(spoiled) + STATUS)
    assert isinstance(found[0], Damaged)
    assert found[1] == Request(0xF8, b"0C")


def test_a_length_of_the_data_alone_is_refused() -> None:
    body = b"\x021234F80C"
    frame = body + digits(2)
    assert isinstance(events(frame + digits(sum(frame) & 0xFF) + b"\x03")[0], Damaged)


def test_a_frame_for_another_address_is_no_event() -> None:
    assert events(STATUS, "1235") == []


def test_a_command_in_small_letters_is_refused() -> None:
    body = b"\x021234f80C"
    frame = body + digits(14)
    assert isinstance(events(frame + digits(sum(frame) & 0xFF) + b"\x03")[0], Damaged)


def test_a_frame_cut_short_gives_way_to_the_next_one() -> None:
    assert events(SALE[:20] + STATUS) == [Request(0xF8, b"0C")]


def test_service_bytes_inside_a_frame_are_ignored() -> None:
    assert events(STATUS[:5] + b"\x00\x1b" + STATUS[5:]) == [Request(0xF8, b"0C")]


def test_a_frame_without_an_end_is_refused_at_255_bytes() -> None:
    found = events(b"\x02" + b"0" * 300 + STATUS)
    assert isinstance(found[0], Damaged)
    assert found[-1] == Request(0xF8, b"0C")


@given(st.binary(max_size=200))
def test_any_bytes_leave_the_decoder_able_to_read_the_next_frame(junk: bytes) -> None:
    decoder = Decoder("1234")
    list(decoder.feed(junk))
    assert list(decoder.feed(STATUS))[-1] == Request(0xF8, b"0C")
