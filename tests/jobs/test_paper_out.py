"""Paper that runs out when the money is already counted: the device tells whether it may be finished."""

from typing import Any

import pytest

from billing.documents import Printed
from tests.devices.conformance import frames, printed_once
from tests.devices.documents import RECEIPT
from tests.devices.wired import Bench

READ_BACK = 2
"""Frames behind the close."""


def receipt(driver: str) -> dict[str, Any]:
    """Return the plain receipt by the factory's operator."""
    return RECEIPT | {"operator": {"code": "1", "password": "1" if driver == "datecs-c" else "0000"}}


@pytest.mark.parametrize("back", range(1, 5))
@pytest.mark.parametrize("driver", ["datecs-c", "datecs-x"])
def test_paper_that_is_back_at_once_finishes_the_receipt_in_the_same_run(driver: str, back: int) -> None:
    """A print command that meets no paper changes nothing (Datecs P and C 3, bit 2.0)."""
    document = receipt(driver)
    bench = Bench(driver, f"paper@{frames(driver, document)[-back]}:1")
    assert bench.print(document).printed is Printed.YES
    assert printed_once(bench, document)


def test_a_datecs_x_that_ran_out_of_paper_at_the_close_says_that_it_is_printed() -> None:
    """Field 0 of the data decides: the receipt is in the memory, the status only warns (fiscal rules 13)."""
    document = receipt("datecs-x")
    bench = Bench("datecs-x", f"paper@{frames('datecs-x', document)[-1] - READ_BACK}:9")
    answer = bench.print(document)
    assert answer.printed is Printed.YES
    assert any("no paper" in warning for warning in answer.warnings)
