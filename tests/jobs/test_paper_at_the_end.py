"""Paper that runs out once a payment is in: the receipt waits for it, and is finished, never made anew."""

from typing import Any

import pytest

from billing.devices.faults import DeviceError
from billing.documents import Answer, Printed
from billing.jobs.notebook import MemoryNotebook
from tests.devices.conformance import frames
from tests.devices.documents import RECEIPT
from tests.devices.isl_receipts import DRIVERS, receipt
from tests.devices.wired import Bench

DOCUMENTS: dict[str, dict[str, Any]] = {
    **{driver: receipt(driver) for driver in DRIVERS},
    **dict.fromkeys(("datecs-p", "tremol", "isl-icp"), RECEIPT),
}
EACH = pytest.mark.parametrize("driver", DOCUMENTS)


def ends(driver: str, missing: int) -> list[tuple[Bench, object]]:
    """Return what became of a receipt for each frame, from which on ``missing`` printings lack paper."""
    found: list[tuple[Bench, object]] = []
    for frame in frames(driver, DOCUMENTS[driver]):
        bench = Bench(driver, f"paper@{frame}:{missing}")
        found.append((bench, bench.ask(DOCUMENTS[driver], MemoryNotebook())))
    return found


@EACH
def test_paper_that_is_back_within_seconds_leaves_nothing_unknown(driver: str) -> None:
    for bench, outcome in ends(driver, 1):
        printed = getattr(outcome, "printed", None)
        assert printed in {Printed.YES, Printed.NO}
        assert bench.receipts == (printed is Printed.YES)


@EACH
def test_paper_that_stays_out_is_told_and_the_same_document_is_finished_later(driver: str) -> None:
    seen = set()
    for frame in frames(driver, DOCUMENTS[driver]):
        bench, notebook = Bench(driver, f"paper@{frame}:40"), MemoryNotebook()
        outcome = bench.ask(DOCUMENTS[driver], notebook)
        if isinstance(outcome, DeviceError) and outcome.printed is Printed.UNKNOWN:
            seen.add(outcome.code)
            assert "print the same again to finish it" in str(outcome)
        while not isinstance(outcome, Answer):
            outcome = bench.ask(DOCUMENTS[driver], notebook)
        assert (bench.receipts, bench.turnover) == (1, "24.24")
    assert seen == {"paper-out"}
