"""The exchange with a protocol that pings and promises no memory of repeats (Tremol ZFP, section 3)."""

import pytest

from billing.devices.frames.zfp import ZfpCodec
from billing.devices.link import Link, LinkLimits, LinkLost
from billing.devices.talk import Command, Repeat, ask
from tests.devices.test_link import Fake

CODEC = ZfpCodec()
READY, BUSY, RETRY, NACK, PING = b"\x40", b"\x41", b"\x0e", b"\x15", b"\x09"
SELL = Command(0x31, b"x", "sell")
PAY = Command(0x35, b"x", "pay", Repeat.ONCE)
QUERY = ask(0x71, "last document number")
SOLD = CODEC.encode(0x20, 0x31, b"x")


def done(seq: int) -> bytes:
    """Return the acknowledgement of frame ``seq``: the two error characters cancel out in its checksum."""
    return bytes([0x06, seq, 0x30, 0x30, 0x30 + (seq >> 4), 0x30 + (seq & 0x0F), 0x0A])


def link_to(*answers: bytes | None) -> tuple[Link, Fake]:
    fake = Fake(list(answers))
    return Link(fake, CODEC, LinkLimits(reply_s=0.8), fake.clock), fake


def test_a_ping_goes_before_every_command() -> None:
    link, fake = link_to(READY, done(0x20))
    assert link.exchange(SELL).data == b"00"
    assert fake.said == [PING, SOLD]


def test_nothing_is_sent_while_the_ping_says_busy() -> None:
    link, fake = link_to(BUSY, BUSY, READY, done(0x20))
    link.exchange(SELL)
    assert fake.said == [PING, PING, PING, SOLD]


def test_retry_and_nack_mean_not_accepted_and_the_same_frame_goes_again() -> None:
    link, fake = link_to(READY, RETRY, NACK, done(0x20))
    link.exchange(SELL)
    assert fake.said == [PING, SOLD, SOLD, SOLD]


def test_a_silent_device_is_pinged_and_waited_for_while_it_is_busy() -> None:
    link, fake = link_to(READY, None, BUSY, None, BUSY, None, done(0x20))
    link.exchange(PAY)
    assert fake.said.count(PING) == 4
    assert len(fake.said) == 5


@pytest.mark.parametrize("command", [SELL, PAY])
def test_ready_without_an_answer_means_that_it_is_lost_and_nothing_is_sent_again(command: Command) -> None:
    link, fake = link_to(READY, None, READY)
    with pytest.raises(LinkLost):
        link.exchange(command)
    assert len(fake.said) == 3


def test_a_query_whose_answer_is_lost_is_asked_again_under_a_new_number() -> None:
    link, fake = link_to(READY, None, READY, CODEC.encode(0x21, 0x71, b"000017"))
    assert link.exchange(QUERY).data == b"000017"
    assert [frame[2] for frame in fake.said if frame != PING] == [0x20, 0x21]


def test_a_device_that_hears_pings_alone_is_given_up() -> None:
    link, fake = link_to(READY, *[None, READY] * 20)
    with pytest.raises(LinkLost):
        link.exchange(QUERY)
    assert len(fake.said) < 20


def test_the_pong_of_a_ping_before_the_frame_says_nothing_about_it() -> None:
    link, fake = link_to(None, READY + READY, done(0x20))
    assert link.exchange(PAY).data == b"00"
    assert fake.said == [PING, PING, CODEC.encode(0x20, 0x35, b"x")]


def test_our_number_with_another_command_answers_a_frame_of_long_ago() -> None:
    """Only a device with a memory of repeats takes a frame for one; here it would be carried out twice."""
    link, fake = link_to(READY, CODEC.encode(0x20, 0x71, b"000017"), done(0x20))
    link.exchange(SELL)
    assert fake.said == [PING, SOLD]
