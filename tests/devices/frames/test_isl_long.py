"""The ISL codec of long answers: a full length byte is cut by form; garbage is an event."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.devices.frames.events import Event, Garbage, Reply
from billing.devices.frames.isl import checksum
from billing.devices.frames.isl_long import LONGEST, LongIslCodec

STATUS = bytes.fromhex("80 80 80 80 80 b8")
LAST_Z = b"0042," + b",".join([b"000000012345"] * 16) + b",241126"
"""Daisy 9.2, 40h: more than 212 bytes."""


def reply(data: bytes, length: int | None = None) -> bytes:
    said = 0x2B + len(data) if length is None else length
    summed = bytes([said, 0x21, 0x40]) + data + b"\x04" + STATUS + b"\x05"
    return b"\x01" + summed + checksum(summed) + b"\x03"


LONG = reply(LAST_Z, 0xFF)
READ = Reply(LAST_Z, STATUS, 0x21, 0x40)
SHORT = reply(b"0042")


def events(*pieces: bytes) -> list[Event]:
    decoder = LongIslCodec().decoder()
    return [event for piece in pieces for event in decoder.feed(piece)]


def test_an_answer_that_does_not_fit_its_length_is_read_to_its_end() -> None:
    assert len(LAST_Z) > 212
    assert events(LONG) == [READ]


def test_a_length_that_began_anew_at_zero_is_read_by_form() -> None:
    """Firmware that writes only the low byte of a length over FFh."""
    assert events(reply(LAST_Z, (0x2B + len(LAST_Z)) & 0xFF)) == [READ]


def test_an_answer_that_just_fits_is_read_as_ever() -> None:
    just = b"1" * 212
    assert events(reply(just)) == [Reply(just, STATUS, 0x21, 0x40)]


def test_a_short_answer_is_cut_by_its_length() -> None:
    assert events(SHORT + LONG) == [Reply(b"0042", STATUS, 0x21, 0x40), READ]


@given(st.integers(1, len(LONG) - 1))
def test_a_long_answer_may_be_split_anywhere(place: int) -> None:
    assert events(LONG[:place], LONG[place:]) == [READ]


def test_a_flipped_bit_is_garbage_and_the_next_answer_is_read() -> None:
    damaged = bytearray(LONG)
    damaged[40] ^= 1
    garbage, whole = events(bytes(damaged) + LONG)
    assert isinstance(garbage, Garbage)
    assert whole == READ


@pytest.mark.parametrize("half", [LONG[:2], LONG[:9], LONG[:230]])
def test_an_answer_behind_half_of_one_is_read(half: bytes) -> None:
    assert events(half + LONG)[-1] == READ


@pytest.mark.parametrize("tail", [b"\x03", b"\x21\x05\x30\x30\x30\x30\x03"])
def test_an_end_that_comes_too_early_is_garbage(tail: bytes) -> None:
    assert all(isinstance(event, Garbage) for event in events(b"\x01\xff" + tail))


def test_an_end_that_never_comes_is_not_waited_for() -> None:
    *garbage, whole = events(b"\x01\xff" + b"x" * 5 * LONGEST, LONG)
    assert all(isinstance(event, Garbage) for event in garbage)
    assert whole == READ
