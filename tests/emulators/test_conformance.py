"""What every emulated device owes, whatever it speaks: state, framing, each fault, marked paper.

A family takes part with one ``Sample``: a reading, a cash-in of 10.00 and a Z, framed here by hand from its
sheet.
"""

import importlib.util
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from functools import reduce
from operator import xor
from pathlib import Path
from typing import Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from billing.clock import SetClock
from billing.emulators.device import Action, Device, HangUp, Send, Wait
from billing.emulators.faults import FaultKind, Faults
from billing.emulators.paper import Paper
from billing.emulators.registry import FAMILIES, make
from billing.emulators.wire import Wire

NOON: Final = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
TEN: Final = Decimal("10.00")


@dataclass(frozen=True)
class Sample:
    """A family's frame and three of its commands; ``error`` is one of its error codes."""

    frame: Callable[[int, bytes, int], bytes]
    reading: tuple[int, bytes]
    cash_in: tuple[int, bytes]
    z: tuple[int, bytes]
    error: str
    clear: tuple[int, bytes] | None = None
    """What must follow a refusal before the device goes on (ISL ICP 3.2)."""


def isl(command: int, data: bytes, number: int) -> bytes:
    body = bytes((0x24 + len(data), 0x20 + number, command)) + data + b"\x05"
    return b"\x01" + body + nibbles(sum(body)) + b"\x03"


def datecs_x(command: int, data: bytes, number: int) -> bytes:
    body = nibbles(0x2A + len(data)) + bytes((0x20 + number,)) + nibbles(command) + data + b"\x05"
    return b"\x01" + body + nibbles(sum(body)) + b"\x03"


def nibbles(value: int) -> bytes:
    return bytes(0x30 + (value >> shift & 15) for shift in (12, 8, 4, 0))


def isl_icp(command: int, data: bytes, number: int) -> bytes:
    del number
    head = b"\x020600" + f"{command:02X}".encode("ascii") + data
    head += nibbles(len(head) + 5)[2:]
    return head + nibbles(sum(head))[2:] + b"\x03"


def tremol(command: int, data: bytes, number: int) -> bytes:
    body = bytes((0x23 + len(data), 0x20 + number, command)) + data
    return b"\x02" + body + nibbles(reduce(xor, body))[2:] + b"\x0a"


ISL: Final = Sample(isl, (0x4A, b""), (0x46, b"10.00"), (0x45, b"0"), "1")
TREMOL: Final = Sample(tremol, (0x71, b""), (0x3B, b"1;0000  ;0;10.00"), (0x7C, b"Z"), "42")
SAMPLES: Final = {
    "datecs-p": ISL,
    "datecs-c": ISL,
    "datecs-x": Sample(datecs_x, (0x4A, b""), (0x46, b"0\t10.00\t"), (0x45, b"Z\t"), "-111016"),
    "daisy": ISL,
    "eltrade": ISL,
    "incotex": ISL,
    "tremol": TREMOL,
    "tremol-v2": TREMOL,
    "isl-icp": Sample(
        isl_icp, (0xF8, b"0C"), (0x61, b"000000000001000"), (0x51, b"0"), "28", clear=(0xB2, b"")
    ),
}
PRESENT: Final = [name for name in FAMILIES if importlib.util.find_spec(FAMILIES[name].module) is not None]
every_family = pytest.mark.parametrize("name", PRESENT)


class Bench:
    """One device under test, with what it printed."""

    def __init__(self, name: str, faults: str = "", state: Path | None = None) -> None:
        self.sample = SAMPLES[name]
        self.clock = SetClock(NOON)
        self.printed: list[str] = []
        device = make(
            name,
            state=state,
            faults=Faults.parse(faults, seed=7),
            clock=self.clock,
            paper=Paper(self.printed.append),
        )
        assert isinstance(device, Device)
        self.device = device

    def reading(self, number: int = 1) -> bytes:
        return self.sample.frame(*self.sample.reading, number)

    def cash_in(self, number: int = 2) -> bytes:
        return self.sample.frame(*self.sample.cash_in, number)

    @property
    def executed(self) -> bool:
        """Whether the cash-in was carried out."""
        assert self.device.memory.cash in {Decimal(0), TEN}
        return self.device.memory.cash == TEN


def told(actions: list[Action]) -> bytes:
    return b"".join(each.data for each in actions if isinstance(each, Send))


def answer(actions: list[Action]) -> bytes:
    """Return the last thing sent: the answer itself, without the busy signals before it."""
    return next(each.data for each in reversed(actions) if isinstance(each, Send))


def usual(name: str) -> bytes:
    """Return the answer to the cash-in of a device without faults."""
    bench = Bench(name)
    sent = answer(bench.device.feed(bench.cash_in()))
    assert bench.executed
    return sent


def test_every_family_has_its_sample() -> None:
    assert set(SAMPLES) == set(FAMILIES)


@every_family
def test_a_cash_in_is_registered_once_and_filed(name: str) -> None:
    bench = Bench(name)
    bench.device.feed(bench.cash_in())
    assert bench.executed
    assert [each.kind for each in bench.device.memory.journal] == ["cash-in"]


@every_family
def test_every_print_begins_as_a_simulation(name: str) -> None:
    bench = Bench(name)
    bench.device.feed(bench.cash_in())
    assert "СИМУЛАЦИЯ / EMULATED" in bench.printed[0]
    assert "EMULATED" in bench.device.memory.journal[0].text[0]


@every_family
def test_state_survives_a_restart(name: str, tmp_path: Path) -> None:
    first = Bench(name, state=tmp_path / "state.json")
    first.device.feed(first.cash_in())
    second = Bench(name, state=tmp_path / "state.json")
    assert second.executed
    left, right = first.device.memory, second.device.memory
    for member in ("cash", "document_number", "journal", "day", "device_number", "rates", "z_blocks"):
        assert getattr(left, member) == getattr(right, member), member


@every_family
def test_bytes_one_by_one_do_what_the_whole_does(name: str) -> None:
    whole, single = Bench(name), Bench(name)
    stream = whole.reading() + whole.cash_in() + whole.reading(3)
    one_by_one = [action for byte in stream for action in single.device.feed(bytes((byte,)))]
    assert told(one_by_one) == told(whole.device.feed(stream))
    assert single.executed


@every_family
@pytest.mark.parametrize("junk", [b"\xff\xfe\xfd", b"ATZ\r\n", b"\x00\x00", b"\x7f"])
def test_junk_before_a_frame_is_passed_over_or_refused(name: str, junk: bytes) -> None:
    clean, dirty = Bench(name), Bench(name)
    sent = told(dirty.device.feed(junk + dirty.cash_in()))
    after = told(clean.device.feed(clean.cash_in()))
    assert sent.endswith(after)
    assert set(sent.removesuffix(after)) <= set(dirty.device.refusal)
    assert dirty.executed


@every_family
def test_a_spoiled_frame_is_not_executed_and_the_next_one_is(name: str) -> None:
    bench = Bench(name)
    good = bench.cash_in()
    spoiled = good[:-2] + bytes((good[-2] ^ 1,)) + good[-1:]
    assert told(bench.device.feed(spoiled)) == bench.device.refusal
    assert not bench.executed
    bench.device.feed(good)
    assert bench.executed


@every_family
def test_half_a_frame_is_forgotten_when_the_client_leaves(name: str) -> None:
    bench = Bench(name)
    bench.device.feed(bench.reading()[:-3])
    bench.device.line_closed()
    assert answer(bench.device.feed(bench.cash_in())) == usual(name)


@every_family
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(junk=st.binary(max_size=80))
def test_no_bytes_break_it(name: str, junk: bytes) -> None:
    bench = Bench(name)
    bench.device.feed(junk)
    bench.device.line_closed()
    bench.device.feed(bench.cash_in())
    assert bench.executed


NOT_EXECUTED: Final = {
    "refuse@1",
    "deaf@1",
    "hangup-before@1",
    "power@1",
    "power@1:silent",
    "paper@1",
    "error@1",
}
EXECUTED: Final = {
    "corrupt@1",
    "drop@1",
    "late@1:2.5",
    "busy@1:0.5",
    "hangup@1",
    "power-after@1",
    "power-after@1:silent",
    "noise@1",
}
HANGS_UP: Final = {"hangup@1", "hangup-before@1", "power@1", "power-after@1"}
SILENT: Final = {"drop@1", "deaf@1", "power@1:silent", "power-after@1:silent"}


def struck(name: str, fault: str) -> tuple[Bench, list[Action]]:
    spec = f"{fault}:{SAMPLES[name].error}" if fault.startswith("error") else fault
    bench = Bench(name, spec)
    return bench, bench.device.feed(bench.cash_in())


def test_every_kind_of_fault_is_tried() -> None:
    kinds = {fault.partition("@")[0] for fault in NOT_EXECUTED | EXECUTED} | {"stale"}
    assert kinds == {kind.value for kind in FaultKind}


@every_family
@pytest.mark.parametrize("fault", sorted(NOT_EXECUTED | EXECUTED))
def test_a_fault_executes_or_not(name: str, fault: str) -> None:
    bench, _ = struck(name, fault)
    assert bench.executed == (fault in EXECUTED)


@every_family
@pytest.mark.parametrize("fault", sorted(HANGS_UP))
def test_a_fault_that_closes_the_line_says_nothing(name: str, fault: str) -> None:
    _, actions = struck(name, fault)
    assert actions == [HangUp()]


@every_family
@pytest.mark.parametrize("fault", sorted(SILENT))
def test_a_silent_fault_says_nothing(name: str, fault: str) -> None:
    _, actions = struck(name, fault)
    assert actions == []


@every_family
def test_a_refused_frame_gets_the_refusal_alone_and_then_goes_through(name: str) -> None:
    bench, actions = struck(name, "refuse@1")
    assert told(actions) == bench.device.refusal
    assert answer(bench.device.feed(bench.cash_in())) == usual(name)


@every_family
def test_a_corrupt_answer_differs_in_one_bit(name: str) -> None:
    _, actions = struck(name, "corrupt@1")
    pairs = zip(answer(actions), usual(name), strict=True)
    flipped = sum((one ^ other).bit_count() for one, other in pairs)
    assert flipped == 1 or len(usual(name)) < 3


@every_family
@pytest.mark.parametrize(("fault", "seconds"), [("late@1:2.5", 2.5), ("busy@1:0.5", 0.5)])
def test_a_slow_answer_comes_after_its_time(name: str, fault: str, seconds: float) -> None:
    _, actions = struck(name, fault)
    assert sum(each.seconds for each in actions if isinstance(each, Wait)) >= seconds - 1e-6
    assert actions[-1] == Send(usual(name))


@every_family
def test_noise_and_the_stale_answer_come_before_the_right_one(name: str) -> None:
    _, actions = struck(name, "noise@1")
    assert len(told(actions)) > len(usual(name))
    bench = Bench(name, "stale@2")
    before = answer(bench.device.feed(bench.reading()))
    assert told(bench.device.feed(bench.cash_in())).endswith(before + usual(name))


@every_family
@pytest.mark.parametrize("fault", ["paper@1", "error@1"])
def test_a_refusal_by_the_device_is_another_answer(name: str, fault: str) -> None:
    _, actions = struck(name, fault)
    assert answer(actions) != usual(name)


@every_family
def test_paper_that_comes_back_lets_the_next_request_print(name: str) -> None:
    bench = Bench(name, "paper@1:1")
    bench.device.feed(bench.cash_in())
    assert not bench.executed
    bench.device.feed(bench.sample.frame(*(bench.sample.clear or bench.sample.reading), 3))
    bench.device.feed(bench.cash_in(4))
    assert bench.executed


@every_family
def test_a_client_on_the_wire_waits_without_sleeping(name: str) -> None:
    bench = Bench(name, "late@1:1.5")
    wire = Wire(bench.device, bench.clock)
    wire.write(bench.cash_in())
    got = b""
    while not got.endswith(usual(name)) and bench.clock.elapsed_s < 10:
        got += wire.read(0.5)
    assert got.endswith(usual(name))
    assert bench.clock.elapsed_s >= 1.5


@every_family
def test_a_closed_line_is_an_error_on_the_wire_until_it_is_opened_again(name: str) -> None:
    bench = Bench(name, "hangup-before@1")
    wire = Wire(bench.device, bench.clock)
    wire.write(bench.cash_in())
    with pytest.raises(OSError, match="closed"):
        wire.read(1.0)
    with pytest.raises(OSError, match="closed"):
        wire.write(bench.cash_in())
    wire.reopen()
    wire.write(bench.cash_in())
    assert bench.executed


@every_family
def test_a_z_writes_one_block_and_zeroes_the_day(name: str, tmp_path: Path) -> None:
    bench = Bench(name, state=tmp_path / "state.json")
    bench.device.feed(bench.cash_in())
    bench.device.feed(bench.sample.frame(*bench.sample.z, 3))
    memory = Bench(name, state=tmp_path / "state.json").device.memory
    assert [block.number for block in memory.z_blocks] == [1]
    assert memory.z_blocks[0].day.cash_in.total == TEN
    assert memory.day.cash_in.total == 0
    assert memory.next_z == 2


@every_family
def test_a_z_cut_off_before_it_began_writes_nothing(name: str) -> None:
    bench = Bench(name, "power@2,drop@3")
    z = bench.sample.frame(*bench.sample.z, 3)
    bench.device.feed(bench.cash_in())
    bench.device.feed(z)
    assert bench.device.memory.z_blocks == []
    bench.device.feed(z)
    assert len(bench.device.memory.z_blocks) == 1
