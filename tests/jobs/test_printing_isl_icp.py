"""ISL ICP beside the emulated printer: every kind of document once, whatever breaks; the traps of its page."""

from decimal import Decimal
from typing import Any

import pytest

from billing.devices.faults import DeviceError, DocumentRefused, NotSupported
from billing.documents import Answer, Printed, SaleLine, read_document
from billing.jobs.mishaps import OutcomeUnknown
from billing.jobs.notebook import MemoryNotebook, Stage
from billing.jobs.printing import run
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
from tests.devices.kinds import (
    CASH_IN,
    SINGLES,
    changed,
    credit_note,
    done,
    invoice,
    reversal,
    single_survives_a_fault,
    single_survives_a_kill,
)
from tests.devices.wired import Bench, Killed

DRIVER = "isl-icp"
TOLD = SINGLES[:2]
"""A Z and cash: the device's counters tell whether they were done."""
UNTOLD = SINGLES[2:]
"""An X and free text: nothing the device can be asked tells."""


def test_a_receipt_is_printed_once_and_answered_with_the_devices_numbers() -> None:
    bench = Bench(DRIVER)
    answer = bench.print(RECEIPT)
    assert (bench.receipts, bench.turnover) == (1, RECEIPT["total"])
    assert (answer.document_number, str(answer.total)) == ("000001", RECEIPT["total"])
    assert (answer.device_number, answer.fiscal_memory_number) == ("IS000600", "02000600")
    assert answer.date_time is not None
    assert answer.warnings == ()


@pytest.mark.parametrize("kill_after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("frame", frames(DRIVER))
def test_a_program_killed_at_any_frame_leaves_one_receipt(frame: int, kill_after: bool) -> None:
    survives_a_kill(Bench(DRIVER), frame, kill_after=kill_after)


@pytest.mark.parametrize("kind", [*KINDS, "error:7"])
@pytest.mark.parametrize("frame", frames(DRIVER))
def test_one_fault_at_any_frame_never_makes_two_receipts_or_a_lie(frame: int, kind: str) -> None:
    survives_a_fault(Bench(DRIVER, fault_at(kind, frame)))


@pytest.mark.parametrize("seed", range(15))
def test_a_bad_line_never_makes_two_receipts_or_a_lie(seed: int) -> None:
    survives_a_bad_line(Bench(DRIVER, BAD_LINE, seed))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("frame", range(1, 13))
@pytest.mark.parametrize("document", TOLD, ids=lambda document: str(document["kind"]))
def test_one_fault_never_repeats_a_document_that_counters_tell_of(
    frame: int, kind: str, document: dict[str, Any]
) -> None:
    single_survives_a_fault(Bench(DRIVER, fault_at(kind, frame)), document)


@pytest.mark.parametrize("kill_after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("frame", range(1, 12))
@pytest.mark.parametrize("document", TOLD, ids=lambda document: str(document["kind"]))
def test_a_kill_never_repeats_a_document_that_counters_tell_of(
    frame: int, kill_after: bool, document: dict[str, Any]
) -> None:
    single_survives_a_kill(Bench(DRIVER), document, frame, kill_after=kill_after)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("frame", range(1, 14))
@pytest.mark.parametrize("document", UNTOLD, ids=lambda document: str(document["kind"]))
def test_one_fault_never_repeats_what_nothing_tells_of_and_says_so(
    frame: int, kind: str, document: dict[str, Any]
) -> None:
    bench, notebook = Bench(DRIVER, fault_at(kind, frame)), MemoryNotebook()
    for _ in range(3):
        answer = bench.ask(document, notebook)
    assert done(bench, document["kind"]) <= 1
    assert isinstance(answer, Answer) or getattr(answer, "printed", None) is Printed.UNKNOWN
