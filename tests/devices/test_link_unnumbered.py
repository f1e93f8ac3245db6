"""The exchange with a device whose frames carry no number: late answers, and what is never said again."""

import pytest

from billing.devices.frames.icp import IcpCodec, halves
from billing.devices.link import Link, LinkLimits, LinkLost
from billing.devices.talk import Command, Repeat, ask
from tests.devices.test_link import Fake


def answer(data: bytes) -> bytes:
    summed = b"\x02" + data
    return summed + halves(len(data)) + halves(sum(summed) & 0xFF) + b"\x03"


def link_to(*answers: bytes | None) -> tuple[Link, Fake]:
    fake = Fake(list(answers))
    return Link(fake, IcpCodec(), LinkLimits(), fake.clock), fake


CLOCK = ask(0xF3, "clock")
EARLIER, NOW = answer(b"241126120000"), answer(b"241126120130")


def test_the_second_answer_to_a_repeated_query_is_waited_out_and_thrown_away() -> None:
    link, _ = link_to(None, EARLIER, EARLIER, None, NOW)
    link.exchange(CLOCK)
    assert link.exchange(CLOCK).data == b"241126120130"


def test_nothing_is_waited_out_while_no_answer_is_owed() -> None:
    link, fake = link_to(EARLIER, NOW)
    link.exchange(CLOCK)
    link.exchange(CLOCK)
    assert fake.clock.monotonic() == 0


@pytest.mark.parametrize("repeat", [Repeat.UNSAFE, Repeat.ONCE])
def test_what_changes_the_device_is_never_said_again_on_silence(repeat: Repeat) -> None:
    link, fake = link_to()
    with pytest.raises(LinkLost):
        link.exchange(Command(0x44, b"x", "sell", repeat, limit_s=5))
    assert len(fake.said) == 1


def test_an_old_answer_does_not_end_a_command_without_data() -> None:
    link, fake = link_to(EARLIER, b"\x06")
    assert link.exchange(Command(0x44, b"x", "sell")).data == b"\x06"
    assert len(fake.said) == 1
