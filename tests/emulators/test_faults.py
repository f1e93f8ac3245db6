"""The words of ``--faults`` and when a fault strikes."""

import pytest

from billing.emulators.faults import Fault, FaultKind, FaultMistake, Faults


def struck(spec: str, commands: list[int], seed: int = 0) -> list[list[str]]:
    plan = Faults.parse(spec, seed)
    return [[fault.kind.value for fault in plan.due(command)] for command in commands]


def test_a_number_counts_all_requests_from_one() -> None:
    assert struck("drop@2", [0x30, 0x31, 0x31]) == [[], ["drop"], []]


def test_a_command_without_a_count_strikes_the_first_time() -> None:
    assert struck("deaf@cmd=35", [0x30, 0x35, 0x35]) == [[], ["deaf"], []]


def test_a_command_is_hexadecimal_in_either_case() -> None:
    assert struck("deaf@cmd=4A,drop@cmd=4a", [0x4A]) == [["deaf", "drop"]]


def test_a_count_after_the_command_picks_that_time() -> None:
    assert struck("deaf@cmd=35#2", [0x35, 0x30, 0x35, 0x35]) == [[], [], ["deaf"], []]


def test_a_star_strikes_every_time() -> None:
    assert struck("refuse@*,drop@cmd=31#*", [0x30, 0x31, 0x31]) == [
        ["refuse"],
        ["refuse", "drop"],
        ["refuse", "drop"],
    ]


def test_chance_comes_from_the_seed() -> None:
    commands = [0x31] * 200
    first = struck("drop@p=10", commands, seed=7)
    assert first == struck("drop@p=10", commands, seed=7)
    assert first != struck("drop@p=10", commands, seed=8)
    assert 5 <= sum(map(len, first)) <= 40


def test_no_chance_and_full_chance_are_certain() -> None:
    assert struck("drop@p=0,deaf@p=100", [0x31] * 3) == [["deaf"]] * 3


def test_an_empty_plan_has_no_faults() -> None:
    assert struck("", [1, 2, 3]) == [[], [], []]


def test_an_argument_follows_a_colon() -> None:
    assert Fault.parse("late@7:2.5") == Fault(FaultKind.LATE, "2.5", nth=7)
    assert Fault.parse("late@7:2.5").seconds == 2.5


@pytest.mark.parametrize(
    "spec",
    [
        "explode@1",
        "drop",
        "drop@",
        "drop@0",
        "drop@cmd=XY",
        "drop@1:2",
        "late@1",
        "late@1:",
        "late@1:soon",
        "busy@1:-1",
        "paper@1:0",
        "power@1:loud",
        "error@1",
        "drop@p=101",
        "drop @1",
    ],
)
def test_what_cannot_be_read_is_named(spec: str) -> None:
    with pytest.raises(FaultMistake, match="expected") as mistake:
        Faults.parse(spec)
    assert mistake.value.found == spec
    assert mistake.value.exit_code == 2


@pytest.mark.parametrize("kind", list(FaultKind))
def test_every_kind_can_be_written(kind: FaultKind) -> None:
    argument = {"late": ":1", "busy": ":1", "error": ":1.1"}.get(kind.value, "")
    assert Fault.parse(f"{kind.value}@3{argument}").kind is kind
