"""ZFP frames, against the worked frames of the protocol sheet, section 2."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from billing.emulators.device import Damaged, Probe, Request
from billing.emulators.tremol_frames import Decoder, checksum, encode_ack, encode_data

STATUS = bytes.fromhex("02 23 20 20 32 33 0A")
OPEN = bytes.fromhex(
    "02 47 21 30 31 3B 30 30 30 30 20 20 3B 31 3B 31 3B 30 24 5A 4B 30 30 30 30 30 31 2D 4F 50 30 31"
    "2D 30 30 30 30 30 30 31 34 3C 0A"
)
SALE = bytes.fromhex(
    "02 5B 22 31 D5 EB FF E1"
    + "20" * 32
    + "3B C1 3B 31 2E 32 30 2A 32 2E 30 30 30 2C 2D 31 30 2E 30 30 39 3C 0A"
)


def test_the_status_request_of_the_sheet_is_read() -> None:
    assert list(Decoder().feed(STATUS)) == [Request(0x20, b"", 0x20)]


def test_the_opening_of_the_sheet_is_read() -> None:
    assert list(Decoder().feed(OPEN)) == [Request(0x30, b"1;0000  ;1;1;0$ZK000001-OP01-0000001", 0x21)]


def test_the_sale_of_the_sheet_is_read() -> None:
    name = "Хляб".ljust(36).encode("cp1251")
    assert list(Decoder().feed(SALE)) == [Request(0x31, name + b";\xc1;1.20*2.000,-10.00", 0x22)]


def test_the_checksum_is_two_halves_above_30h_and_no_hex_letters() -> None:
    assert checksum(b"\xb5") == b"\x3b\x35"


def test_the_answers_of_the_sheet_are_made() -> None:
    assert encode_ack(0x21, 0, 0) == bytes.fromhex("06 21 30 30 32 31 0A")
    assert encode_ack(0x21, 4, 2) == bytes.fromhex("06 21 34 32 32 37 0A")
    assert encode_ack(0x24, 15, 2) == bytes.fromhex("06 24 3F 32 32 39 0A")
    assert encode_data(0x25, 0x71, b"000017") == bytes.fromhex("02 29 25 71 30 30 30 30 31 37 37 3B 0A")


def test_a_spoiled_checksum_is_malformed() -> None:
    assert [type(e) for e in Decoder().feed(STATUS[:-2] + b"\x34\x0a")] == [Damaged]


def test_a_length_that_is_too_long_or_too_short_is_malformed_and_the_next_frame_is_read() -> None:
    for length in (0x22, 0x24, 0x9F, 0xFF):
        spoiled = STATUS[:1] + bytes((length,)) + STATUS[2:]
        events = list(Decoder().feed(spoiled + STATUS))
        assert events[-1] == Request(0x20, b"", 0x20), length
        assert Damaged in {type(e) for e in events}, length


def test_a_number_above_9fh_is_malformed() -> None:
    body = b"\x23\xa0\x20"
    assert [type(e) for e in Decoder().feed(b"\x02" + body + checksum(body) + b"\x0a")] == [Damaged]


def test_a_frame_whose_tail_was_lost_gives_way_to_the_next() -> None:
    assert list(Decoder().feed(OPEN[:20] + STATUS)) == [Request(0x20, b"", 0x20)]


def test_pings_and_bare_queries_are_told_from_junk() -> None:
    assert list(Decoder().feed(b"\x04\x09\x1dI\x1dMz")) == [
        Probe(0x04),
        Probe(0x09),
        Probe(0x49),
        Probe(0x4D),
    ]


def test_220_bytes_of_data_fit_a_frame() -> None:
    body = b"\xff\x20\x37" + b"x" * 220
    assert list(Decoder().feed(b"\x02" + body + checksum(body) + b"\x0a")) == [
        Request(0x37, b"x" * 220, 0x20)
    ]


@given(st.binary(max_size=300), st.lists(st.integers(0, 300)))
def test_any_split_gives_the_same_events(junk: bytes, cuts: list[int]) -> None:
    stream = junk + OPEN + SALE
    whole = list(Decoder().feed(stream))
    decoder = Decoder()
    edges = [0, *sorted({min(c, len(stream)) for c in cuts}), len(stream)]
    parts = [e for a, b in pairwise(edges) for e in decoder.feed(stream[a:b])]
    assert parts == whole
    assert whole[-1] == next(iter(Decoder().feed(SALE)))
