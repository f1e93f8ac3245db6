"""The in-memory line: a virtual clock instead of waiting, and a line that can break."""

from datetime import UTC, datetime

import pytest

from billing.clock import SetClock
from billing.emulators import registry
from billing.emulators.faults import Faults
from billing.emulators.wire import Wire
from tests.emulators.isl_host import frame

ASK = frame(0x3E, b"", 0x30)


def wire(faults: str = "") -> Wire:
    clock = SetClock(datetime(2026, 11, 24, 10, 0, tzinfo=UTC))
    return Wire(registry.make("datecs-p", faults=Faults.parse(faults), clock=clock), clock)


def test_an_answer_comes_at_once_and_no_time_passes() -> None:
    line = wire()
    line.write(ASK)
    assert line.read(0.5)[:1] == b"\x01"
    assert line.clock.monotonic() == 0
    assert line.sent == [ASK]


def test_silence_takes_the_whole_limit() -> None:
    line = wire("deaf@1")
    line.write(ASK)
    assert line.read(0.5) == b""
    assert line.clock.monotonic() == pytest.approx(0.5)


def test_a_late_answer_comes_when_it_is_due() -> None:
    line = wire("late@1:2.5")
    line.write(ASK)
    assert line.read(1.0) == b""
    assert line.read(10.0)[:1] == b"\x01"
    assert line.clock.monotonic() == pytest.approx(2.5)


def test_busy_signals_come_one_by_one() -> None:
    line = wire("busy@1:0.12")
    line.write(ASK)
    assert [line.read(0.5) for _ in range(2)] == [b"\x16", b"\x16"]
    assert line.read(0.5)[:1] == b"\x01"
    assert line.clock.monotonic() == pytest.approx(0.12)


def test_a_second_request_is_answered_after_the_first_is_done() -> None:
    line = wire("late@1:2")
    line.write(ASK)
    line.clock.move(0.5)
    line.write(ASK)
    both = line.read(5.0)
    assert line.clock.monotonic() == pytest.approx(2.0)
    assert both == both[: len(both) // 2] * 2


def test_a_hung_up_line_is_an_error_until_it_is_opened_again() -> None:
    line = wire("hangup@1")
    line.write(ASK)
    for _ in range(2):
        with pytest.raises(OSError, match="closed"):
            line.read(0.5)
    with pytest.raises(OSError, match="closed"):
        line.write(ASK)
    line.reopen()
    line.write(ASK)
    assert line.read(0.5)[:1] == b"\x01"


def test_reopening_forgets_half_a_frame() -> None:
    line = wire()
    line.write(ASK[:4])
    line.reopen()
    line.write(ASK[4:])
    assert line.read(0.1) == b""


def test_an_unknown_name_is_refused_with_the_known_ones() -> None:
    with pytest.raises(registry.UnknownEmulator, match="datecs-p"):
        registry.make("abacus")
