"""The exchange: what is sent, repeated, waited for and given up, by the table."""

import logging
from dataclasses import dataclass, field

import pytest

from billing.clock import SetClock
from billing.devices.frames.isl import IslCodec, checksum
from billing.devices.link import FrameRefused, Link, LinkLimits, LinkLost, NoAnswer, masked
from billing.devices.link_table import TABLE, Event, State
from billing.devices.talk import Command, Repeat, ask
from tests.devices.wired import NOON

IMPOSSIBLE = {
    *((State.DONE, event) for event in Event),
    *((State.FAILED, event) for event in Event),
    *((state, Event.START) for state in (State.SENT, State.BUSY, State.DAMAGED)),
    *((State.IDLE, event) for event in Event if event is not Event.START),
}
"""Nothing follows an end, a start only begins, and before it nothing is read."""


def reply(seq: int, code: int = 0x31, data: bytes = b"") -> bytes:
    summed = bytes([0x2B + len(data), seq, code]) + data + b"\x04\x80\x80\x80\x80\x86\x9a\x05"
    return b"\x01" + summed + checksum(summed) + b"\x03"


@dataclass
class Fake:
    """A line whose answers are set before: bytes, or None for a silence."""

    answers: list[bytes | None]
    clock: SetClock = field(default_factory=lambda: SetClock(NOON))
    said: list[bytes] = field(default_factory=list)
    asked: bool = False

    def write(self, data: bytes) -> None:
        self.said.append(data)

    def read(self, limit_s: float) -> bytes:
        if limit_s == 0:
            return b""
        if self.answers and (answer := self.answers.pop(0)) is not None:
            return answer
        self.clock.move(limit_s)
        return b""

    def pause(self, seconds: float) -> None:
        self.clock.move(seconds)

    def reopen(self) -> None:
        pass

    def close(self) -> None:
        pass


SELL = Command(0x31, b"x", "sell")
PAY = Command(0x31, b"x", "pay", Repeat.ONCE)
QUERY = ask(0x31, "query", b"x")


def link_to(*answers: bytes | None, remembers: bool = True) -> tuple[Link, Fake]:
    fake = Fake(list(answers))
    codec = IslCodec(remembers=remembers)
    return Link(fake, codec, LinkLimits(), fake.clock), fake


def numbers(fake: Fake) -> list[int]:
    return [frame[2] for frame in fake.said]


def test_every_pair_of_state_and_event_is_listed_or_named_impossible() -> None:
    pairs = {(state, event) for state in State for event in Event}
    assert pairs - set(TABLE) == IMPOSSIBLE
    assert not set(TABLE) & IMPOSSIBLE


def test_each_command_has_a_number_of_its_own() -> None:
    link, fake = link_to(reply(0x20), reply(0x21))
    link.exchange(SELL)
    link.exchange(SELL)
    assert numbers(fake) == [0x20, 0x21]


def test_numbers_run_to_7f_and_begin_again() -> None:
    link, fake = link_to(*(reply(0x20 + count % 0x60) for count in range(0x61)))
    for _ in range(0x61):
        link.exchange(SELL)
    assert numbers(fake)[-2:] == [0x7F, 0x20]


def test_a_refused_frame_is_repeated_at_once_with_its_number() -> None:
    link, fake = link_to(b"\x15", reply(0x20))
    link.exchange(PAY)
    assert fake.said[0] == fake.said[1]
    assert fake.clock.monotonic() == 0


def test_a_frame_refused_for_ever_is_given_up() -> None:
    link, _ = link_to(*([b"\x15"] * 50))
    with pytest.raises(FrameRefused):
        link.exchange(SELL)


def test_silence_repeats_the_same_bytes() -> None:
    link, fake = link_to(None, None, reply(0x20))
    link.exchange(SELL)
    assert len(fake.said) == 3
    assert len(set(fake.said)) == 1


def test_a_damaged_answer_is_asked_for_again() -> None:
    link, fake = link_to(reply(0x20).replace(b"\x86", b"\x87"), None, reply(0x20))
    link.exchange(PAY)
    assert len(set(fake.said)) == 1


def test_half_an_answer_is_a_damaged_one() -> None:
    link, fake = link_to(reply(0x20)[:9], None, reply(0x20))
    link.exchange(PAY)
    assert len(set(fake.said)) == 1


def test_a_device_that_may_have_been_switched_off_is_not_sent_the_same_again() -> None:
    """After the time of a restart an unsafe command only waits."""
    link, fake = link_to()
    with pytest.raises(NoAnswer):
        link.exchange(SELL)
    assert len(fake.said) == 5
    assert fake.clock.monotonic() == SELL.limit_s


def test_a_payment_is_never_repeated_after_silence_but_probed() -> None:
    link, fake = link_to(None, reply(0x21, 0x4A))
    with pytest.raises(LinkLost):
        link.exchange(PAY)
    assert [frame[3] for frame in fake.said] == [0x31, 0x4A]


def test_a_silent_report_is_probed_ever_more_seldom() -> None:
    link, fake = link_to(*([None] * 200))
    with pytest.raises(NoAnswer):
        link.exchange(Command(0x45, b"0", "Z", Repeat.ONCE, limit_s=100))
    assert len(fake.said) == 1 + 8


def test_a_late_answer_to_a_payment_counts_after_a_probe() -> None:
    link, _ = link_to(None, reply(0x20, data=b"D0") + reply(0x21, 0x4A))
    assert link.exchange(PAY).data == b"D0"


def test_a_protocol_without_memory_repeats_only_queries_and_renumbers_them() -> None:
    link, fake = link_to(None, reply(0x21), remembers=False)
    link.exchange(QUERY)
    assert numbers(fake) == [0x20, 0x21]
    link, fake = link_to(remembers=False)
    with pytest.raises(NoAnswer):
        link.exchange(SELL)
    assert len(fake.said) == 1


def test_busy_signs_renew_the_limit() -> None:
    link, fake = link_to(*([b"\x16", None] * 30), reply(0x20))
    link.exchange(Command(0x31, b"x", "Z", Repeat.UNSAFE, limit_s=2))
    assert fake.clock.monotonic() > 10


def test_an_answer_to_another_number_is_passed_over() -> None:
    link, _ = link_to(reply(0x55, data=b"old"), reply(0x20, data=b"new"))
    assert link.exchange(SELL).data == b"new"


def test_our_number_with_another_command_is_said_anew_under_another_number() -> None:
    link, fake = link_to(reply(0x20, 0x38), reply(0x21))
    link.exchange(SELL)
    assert numbers(fake) == [0x20, 0x21]


def test_noise_without_end_is_given_up() -> None:
    link, fake = link_to(*([b"zz", None] * 200))
    with pytest.raises(LinkLost):
        link.exchange(SELL)
    assert fake.clock.monotonic() < 2 * SELL.limit_s


def test_passwords_are_masked_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    link, _ = link_to(reply(0x20, 0x30))
    with caplog.at_level(logging.DEBUG, "billing.devices.link"):
        link.exchange(Command(0x30, b"1,4711,1", "open", secrets=(b"4711",)))
    assert "34 37 31 31" not in caplog.text
    assert "31 2c ** ** ** ** 2c 31" in caplog.text


def test_an_empty_secret_masks_nothing() -> None:
    assert masked(b"ab", (b"",)) == "61 62"
