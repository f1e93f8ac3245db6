"""Tremol beside the emulated devices: every kind of document once, whatever breaks; the traps of its page."""

from typing import Any

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
from tests.devices.kinds import SINGLES, single_survives_a_fault, single_survives_a_kill
from tests.devices.wired import Bench

DRIVER = "tremol"
DOCUMENT: dict[str, Any] = RECEIPT | {"unique_sale_number": "ZK000600-0001-0001000"}


@pytest.mark.parametrize("kill_after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("frame", frames(DRIVER, DOCUMENT))
@pytest.mark.parametrize("driver", [DRIVER, "tremol-v2"])
def test_a_program_killed_at_any_frame_leaves_one_receipt(driver: str, frame: int, kill_after: bool) -> None:
    survives_a_kill(Bench(driver), frame, kill_after=kill_after, document=DOCUMENT)


REQUESTS = range(1, len(frames(DRIVER, DOCUMENT)) // 2 + 1)
"""Every other write is a ping, which no fault counts."""


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("frame", REQUESTS)
def test_one_fault_at_any_frame_never_makes_two_receipts_or_a_lie(frame: int, kind: str) -> None:
    survives_a_fault(Bench(DRIVER, fault_at(kind, frame)), DOCUMENT)


@pytest.mark.parametrize("seed", range(25))
def test_a_bad_line_never_makes_two_receipts_or_a_lie(seed: int) -> None:
    survives_a_bad_line(Bench(DRIVER, BAD_LINE, seed), DOCUMENT)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("frame", range(1, 19))
@pytest.mark.parametrize("document", SINGLES, ids=lambda document: str(document["kind"]))
def test_one_fault_never_repeats_a_document_of_one_command(
    frame: int, kind: str, document: dict[str, Any]
) -> None:
    single_survives_a_fault(Bench(DRIVER, fault_at(kind, frame)), document)


@pytest.mark.parametrize("kill_after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("frame", range(9, 35))
@pytest.mark.parametrize("document", SINGLES, ids=lambda document: str(document["kind"]))
def test_a_kill_never_repeats_a_document_of_one_command(
    frame: int, kill_after: bool, document: dict[str, Any]
) -> None:
    single_survives_a_kill(Bench(DRIVER), document, frame, kill_after=kill_after)
