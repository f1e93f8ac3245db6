"""What every registered driver does with its emulated device; one without an emulator fails here."""

import pytest

from billing.devices.registry import drivers
from tests.devices.documents import RECEIPT
from tests.devices.wired import Bench

DRIVERS = sorted(set(drivers()) - {"escpos", "lark-fp"})
"""All but receipts without a fiscal device, and the example of another package, which tests itself."""
DOCUMENT = {name: value for name, value in RECEIPT.items() if name != "operator"}


@pytest.mark.parametrize("driver", DRIVERS)
def test_an_emulated_device_is_known_as_one(driver: str) -> None:
    """So that an origin marked live refuses it."""
    identity = Bench(driver).printer().connect()
    assert identity.emulated, identity


@pytest.mark.parametrize("driver", DRIVERS)
def test_every_driver_prints_the_same_receipt(driver: str) -> None:
    bench = Bench(driver)
    answer = bench.print(DOCUMENT)
    assert (bench.receipts, bench.turnover) == (1, RECEIPT["total"])
    assert str(answer.total) == RECEIPT["total"]
    assert answer.document_number


@pytest.mark.parametrize("driver", DRIVERS)
def test_a_device_that_gives_signs_of_life_is_waited_for(driver: str) -> None:
    """A limit is counted from the last sign: each command here takes longer than any limit of a receipt."""
    bench = Bench(driver, "busy@*:80")
    answer = bench.print({"kind": "z-report"})
    assert answer.printed == "yes"
    assert bench.clock.monotonic() > 80
    assert len(bench.device.memory.z_blocks) == 1
