"""What every driver must survive, as functions that its own test file calls with its name.

``tests/jobs/test_printing.py`` shows how, for Datecs P.
"""

from typing import Any, Final

from billing.devices.faults import DeviceError
from billing.documents import Answer, Printed, read_document
from billing.jobs.notebook import MemoryNotebook
from billing.jobs.printing import run
from tests.devices.documents import RECEIPT
from tests.devices.wired import Bench, Killed

KINDS: Final = (
    "refuse", "corrupt", "drop", "deaf", "late:3", "busy:5", "hangup", "hangup-before", "power",
    "power-after", "power:silent", "power-after:silent", "paper:1", "noise", "stale",
)  # fmt: skip
"""Faults of the emulators that need no code of a family."""

ENDS: Final[list[str]] = []
"""How the cells of the running test ended: ``once``, or what was first answered before it was asked again."""

BAD_LINE: Final = "drop@p=6,corrupt@p=6,refuse@p=6,deaf@p=6,noise@p=6,stale@p=4,hangup@p=3,power-after@p=2"
BAD_POWER: Final = "power-after@p=6:silent,power@p=6:silent,drop@p=5"
"""The power fails again and again while the line stays up: what the device remembers of it is lost."""


def frames(driver: str, document: dict[str, Any] = RECEIPT) -> range:
    """Return the numbers of the frames that printing ``document`` takes."""
    bench = Bench(driver)
    bench.print(document)
    return range(1, bench.transports[0].writes + 1)


def fault_at(kind: str, frame: int) -> str:
    """Return the plan in which a ``kind`` of ``KINDS`` strikes at the ``frame``-th request."""
    word, colon, argument = kind.partition(":")
    return f"{word}@{frame}{colon}{argument}"


def printed_once(bench: Bench, document: dict[str, Any] = RECEIPT) -> bool:
    """Return whether the device's own books hold the receipt, whole and once."""
    return (bench.receipts, bench.turnover) == (1, document["total"])


def survives_a_kill(
    bench: Bench, frame: int, *, kill_after: bool, document: dict[str, Any] = RECEIPT
) -> None:
    """Kill the program at one frame, run it again: one receipt, with the device's numbers in the answer."""
    notebook = MemoryNotebook()
    try:
        run(read_document(document), bench.printer(frame, kill_after=kill_after), notebook)
    except Killed:
        bench.wire.reopen()
    else:
        raise AssertionError(f"there is no frame {frame}")
    answer = run(read_document(document), bench.printer(), notebook)
    assert printed_once(bench, document)
    assert answer.document_number
    assert answer.total is not None
    ENDS.append("once")


def survives_a_fault(bench: Bench, document: dict[str, Any] = RECEIPT) -> None:
    """Print with ``bench.faults``: one receipt, or an honest mishap and one receipt when asked again."""
    notebook = MemoryNotebook()
    answer, end = bench.ask(document, notebook), "once"
    if isinstance(answer, DeviceError):
        assert bench.receipts == 0
        assert answer.printed is not Printed.YES
        end = f"printed: {answer.printed}, then once"
        answer = bench.ask(document, notebook)
    assert isinstance(answer, Answer)
    assert answer.printed is Printed.YES
    assert printed_once(bench, document)
    assert answer.document_number
    ENDS.append(end)


def survives_a_bad_line(bench: Bench, document: dict[str, Any] = RECEIPT) -> None:
    """Ask until there is an answer, killing the program now and then: never "no" of what was printed."""
    notebook = MemoryNotebook()
    for attempt in range(40):
        answer = bench.ask(document, notebook, kill_at=7 + attempt * 3 if attempt % 2 else 0)
        if isinstance(answer, Answer):
            break
        assert bench.receipts == 0 or getattr(answer, "printed", None) is not Printed.NO
    assert printed_once(bench, document)
    assert notebook.notes.answer is not None
    ENDS.append("once")
