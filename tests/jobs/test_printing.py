"""One document, one paper: kills and faults at every frame, and the answers of the plain cases."""

import copy
from typing import Any

import pytest

from billing.devices.faults import DeviceError
from billing.documents import Answer, Printed, read_document
from billing.errors import BillingError
from billing.jobs.notebook import MemoryNotebook
from billing.jobs.printing import run
from tests.devices.documents import RECEIPT
from tests.devices.wired import Bench, Killed

TOTAL = "24.24"


def changed(**members: Any) -> dict[str, Any]:
    return copy.deepcopy(RECEIPT) | members


def killed_then_again(bench: Bench, kill_at: int, *, kill_after: bool) -> tuple[bool, Answer]:
    """Print with a program that dies at one frame, then with a new one; return whether the first died."""
    notebook = MemoryNotebook()
    document = read_document(RECEIPT)
    try:
        first = run(document, bench.printer(kill_at, kill_after=kill_after), notebook)
    except Killed:
        bench.wire.reopen()
        return True, run(document, bench.printer(), notebook)
    return False, first


def frames_of_a_receipt() -> int:
    bench = Bench()
    bench.print(RECEIPT)
    return bench.transports[0].writes


FRAMES = frames_of_a_receipt()


def test_a_receipt_is_printed_once_and_answered_with_the_devices_numbers() -> None:
    bench = Bench()
    answer = bench.print(RECEIPT)
    assert (bench.receipts, bench.turnover) == (1, TOTAL)
    assert answer.printed is Printed.YES
    assert (answer.document_number, str(answer.total)) == ("0000001", TOTAL)
    assert (answer.device_number, answer.fiscal_memory_number) == ("DT000600", "02000600")
    assert answer.date_time is not None


def test_the_same_document_again_gets_the_first_answer() -> None:
    bench, notebook = Bench(), MemoryNotebook()
    first = bench.print(RECEIPT, notebook)
    assert bench.print(RECEIPT, notebook) == first
    assert bench.receipts == 1


@pytest.mark.parametrize("kill_after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("frame", range(1, FRAMES + 1))
def test_a_program_killed_at_any_frame_leaves_one_receipt_after_the_next_run(frame: int, kill_after: bool) -> None:
    bench = Bench()
    died, answer = killed_then_again(bench, frame, kill_after=kill_after)
    assert died
    assert (bench.receipts, bench.turnover) == (1, TOTAL)
    assert answer.document_number
    assert answer.date_time is not None
    assert str(answer.total) == TOTAL


KINDS = [
    "refuse", "corrupt", "drop", "deaf", "late@:3", "busy@:5", "hangup", "hangup-before", "power", "power-after",
    "power@:silent", "power-after@:silent", "paper@:1", "noise", "stale", "error@:1.1",
]  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("frame", range(1, FRAMES + 1))
def test_one_fault_at_any_frame_never_makes_two_receipts_or_a_lie(frame: int, kind: str) -> None:
    word, _, argument = kind.partition("@:")
    bench = Bench(faults=f"{word}@{frame}" + (f":{argument}" if argument else ""))
    notebook = MemoryNotebook()
    try:
        answer = bench.print(RECEIPT, notebook)
    except BillingError as error:
        printed = getattr(error, "printed", None)
        assert bench.receipts == 0
        assert printed is not Printed.YES
        assert isinstance(error, DeviceError)
        answer = bench.print(RECEIPT, notebook)
    assert answer.printed is Printed.YES
    assert (bench.receipts, bench.turnover) == (1, TOTAL)
    assert answer.document_number


@pytest.mark.parametrize("seed", range(25))
def test_a_bad_line_never_makes_two_receipts_or_a_lie(seed: int) -> None:
    """Every kind of fault by chance, and a program that is killed now and then; asked until it answers."""
    plan = "drop@p=6,corrupt@p=6,refuse@p=6,deaf@p=6,noise@p=6,stale@p=4,hangup@p=3,power-after@p=2,error@p=1:1.1"
    bench, notebook = Bench(faults=plan, seed=seed), MemoryNotebook()
    document = read_document(RECEIPT)
    for attempt in range(40):
        try:
            answer = run(document, bench.printer(kill_at=7 + attempt * 3 if attempt % 2 else 0), notebook)
        except Killed:
            bench.wire.reopen()
        except BillingError as error:
            assert bench.receipts == 0 or getattr(error, "printed", None) is not Printed.NO
        else:
            break
    assert answer.printed is Printed.YES
    assert (bench.receipts, bench.turnover) == (1, TOTAL)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("frame", range(1, 9))
@pytest.mark.parametrize(
    "document",
    [
        {"kind": "z-report", "key": "z"},
        {"kind": "cash", "key": "c", "amount": "50.00"},
        {"kind": "x-report", "key": "x"},
        {"kind": "slip", "key": "s", "lines": ["Добър ден", "Довиждане"]},
    ],
    ids=lambda document: document["kind"],
)
def test_one_fault_never_repeats_a_document_of_one_command(frame: int, kind: str, document: dict[str, Any]) -> None:
    word, _, argument = kind.partition("@:")
    bench = Bench(faults=f"{word}@{frame}" + (f":{argument}" if argument else ""))
    notebook = MemoryNotebook()
    for _ in range(3):
        try:
            answer = bench.print(document, notebook)
            break
        except BillingError as error:
            assert getattr(error, "printed", None) is not Printed.YES
    assert answer.printed is Printed.YES
    assert done(bench, document["kind"]) == 1


def done(bench: Bench, kind: str) -> int:
    """How often the device carried a document out whole, by its own books."""
    memory = bench.device.memory
    counts = {
        "z-report": len(memory.z_blocks),
        "cash": memory.day.cash_in.count,
        "x-report": memory.day.x_reports,
        "slip": sum("Довиждане" in "".join(each.text) for each in memory.journal),
    }
    return counts[kind]
