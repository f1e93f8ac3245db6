"""Datecs C beside the emulated register: what every driver must survive."""

import pytest

from tests.devices.conformance import (
    BAD_LINE,
    KINDS,
    fault_at,
    frames,
    survives_a_bad_line,
    survives_a_fault,
    survives_a_kill,
)
from tests.devices.documents import RECEIPT
from tests.devices.wired import Bench

DRIVER = "datecs-c"
DOCUMENT = RECEIPT | {"operator": {"code": "1", "password": "1"}}


def test_a_receipt_is_printed_once() -> None:
    bench = Bench(DRIVER)
    answer = bench.print(DOCUMENT)
    assert (bench.receipts, bench.turnover) == (1, RECEIPT["total"])
    assert answer.warnings == ()


@pytest.mark.parametrize("kill_after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("frame", frames(DRIVER, DOCUMENT))
def test_a_program_killed_at_any_frame_leaves_one_receipt(frame: int, kill_after: bool) -> None:
    survives_a_kill(Bench(DRIVER), frame, kill_after=kill_after, document=DOCUMENT)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("frame", frames(DRIVER, DOCUMENT))
def test_one_fault_at_any_frame_never_makes_two_receipts_or_a_lie(frame: int, kind: str) -> None:
    survives_a_fault(Bench(DRIVER, fault_at(kind, frame)), DOCUMENT)


@pytest.mark.parametrize("seed", range(10))
def test_a_bad_line_never_makes_two_receipts_or_a_lie(seed: int) -> None:
    survives_a_bad_line(Bench(DRIVER, BAD_LINE, seed), DOCUMENT)
