"""What holds for any commands sent to the emulated Tremol: an answer to each, sums that agree."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.emulators.tremol_host import OPEN, Host, sale

SAMPLES = (
    (0x30, OPEN.encode("ascii")),
    (0x30, b"1;0000  ;1;1;B;0;1;24-11-26 12:00:00;02000600"),
    (0x31, sale()),
    (0x31, sale("2.00", "А", "*1.5,-10")),
    (0x31, sale("-0.50")),
    (0x32, b"+00001*2"),
    (0x33, b"1;0,-10"),
    (0x34, sale().replace(";Б".encode("cp1251"), b";\x81")),
    (0x3D, sale(options="*1/3")),
    (0x3E, b"1;0,-5"),
    (0x35, b"0;0;1.00"),
    (0x35, b'7;0;"'),
    (0x36, b""),
    (0x37, b"text"),
    (0x38, b""),
    (0x39, b""),
    (0x3A, b""),
    (0x3B, b"1;0000  ;0;10.00"),
    (0x2E, b"1;0000  ;0;1"),
    (0x2F, b""),
    (0x4B, f"00001;#@1+$;{'Кафе':<34};2.50;1;Б;".encode("cp1251") + b"\x81;0"),
    (0x47, f"01;{'Бар':<20};Г".encode("cp1251")),
    (0x50, b"0000000001;0000000002"),
    (0x6B, b'00001;"'),
    (0x6F, b"1;1"),
    (0x72, b""),
    (0x72, b"B"),
    (0x7C, b"Z"),
    (0x7C, b"X"),
    (0x7C, b"J0;*"),
    (0x7F, b"Z"),
)
steps = st.lists(st.sampled_from(SAMPLES), max_size=25)
spoiled = st.builds(
    lambda step, place, byte: (step[0], step[1][:place] + byte + step[1][place + 1 :]),
    st.sampled_from(SAMPLES),
    st.integers(0, 60),
    st.binary(max_size=2).map(lambda raw: bytes(0x20 + each % 0xE0 for each in raw)),
)
anything = st.tuples(
    st.integers(0x20, 0x7F),
    st.binary(max_size=60).map(lambda raw: bytes(0x20 + each % 0xE0 for each in raw)),
)


@settings(max_examples=120, deadline=None)
@given(steps=st.lists(st.sampled_from(SAMPLES) | spoiled | anything, max_size=25))
def test_every_command_gets_a_sound_answer(steps: list[tuple[int, bytes]]) -> None:
    host = Host()
    for command, data in steps:
        assert host.all(command, data)


@settings(max_examples=120, deadline=None)
@given(steps=steps)
def test_the_registers_agree_with_the_receipts(steps: list[tuple[int, bytes]]) -> None:
    host = Host()
    host.done(0x3B, "1;0000  ;0;100.00")
    host.all(0x4B, SAMPLES[20][1])
    for command, data in steps:
        host.all(command, data)
    memory, day = host.memory, host.memory.day
    sums = host.say(0x6D).split(";")
    assert sum(map(Decimal, sums[:8])) == Decimal(sums[8]) == day.total
    assert sum(map(Decimal, sums[9:17])) == Decimal(sums[17])
    issued = [each.number for each in memory.journal if each.kind != "void"]
    assert issued == list(range(1, len(issued) + 1))
    kept = sum(day.payments.values(), Decimal(0))
    assert kept == day.total
    fields = host.fields
    assert (fields[0] == "1") == (memory.receipt is not None and memory.receipt.is_fiscal)


@settings(max_examples=80, deadline=None)
@given(steps=steps, broken=spoiled)
def test_a_refused_command_changes_nothing(steps: list[tuple[int, bytes]], broken: tuple[int, bytes]) -> None:
    host = Host()
    for command, data in steps:
        host.all(command, data)
    before = host.memory.model_dump(exclude={"settings"})
    found = host.all(*broken)
    if found[0] != "00" and len(found) == 1 and len(found[0]) == 2:
        assert host.memory.model_dump(exclude={"settings"}) == before


@pytest.mark.parametrize("command", range(0x20, 0x80))
def test_every_command_code_is_answered(command: int) -> None:
    assert Host().all(command)
