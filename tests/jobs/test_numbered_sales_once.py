"""A receipt whose lines are sold by PLU and by department is printed once as well, whatever breaks."""

from typing import Any

import pytest

from billing.documents import Answer, SaleLine, read_document
from billing.emulators.device import Device
from billing.emulators.faults import Faults
from billing.jobs.notebook import MemoryNotebook
from billing.jobs.printing import run
from tests.devices.conformance import fault_at
from tests.devices.documents import RECEIPT
from tests.devices.isl_receipts import PREFIXES, receipt
from tests.devices.kinds import changed
from tests.devices.wired import Bench, Killed

DRIVERS = ("daisy", "eltrade", "incotex", "tremol", "isl-icp")
LINES = [
    {"text": "Чай", "price": "2.00", "qty": "2", "plu": 7, "modifier": {"kind": "percent", "value": "-10"}},
    {"text": "Хляб", "price": "1.50", "department": 2},
    {"text": "Мляко", "price": "2.40"},
]
TOTAL = "7.50"


def document(driver: str) -> dict[str, Any]:
    sold = receipt(driver) if driver in PREFIXES else RECEIPT
    paid = [{"category": "card", "amount": "5.00"}, {"amount": "10.00"}]
    return changed(dict(sold), lines=LINES, modifier=None, total=TOTAL, payments=paid)


def programmed(driver: str, faults: str = "") -> Bench:
    """Return a device with article 7 and department 2; the faults begin after that."""
    bench = Bench(driver)
    printer = bench.printer()
    printer.connect()
    printer.do(printer.dialect.set_plu(7, SaleLine.model_validate({"text": "Чай", "price": "2.00"})))
    if driver != "incotex":
        printer.do(printer.dialect.set_department(2, "Храни", 2))
    assert isinstance(bench.device, Device)
    bench.device.faults = Faults.parse(faults)
    return bench


def frames(driver: str) -> range:
    bench = programmed(driver)
    bench.print(document(driver))
    return range(1, bench.transports[-1].writes + 1)


FRAMES = [(driver, frame) for driver in DRIVERS for frame in frames(driver)]


def once(bench: Bench) -> bool:
    return (bench.receipts, bench.turnover) == (1, TOTAL)


@pytest.mark.parametrize(("driver", "frame"), FRAMES)
def test_a_program_killed_after_any_frame_leaves_one_receipt(driver: str, frame: int) -> None:
    bench, notebook = programmed(driver), MemoryNotebook()
    with pytest.raises(Killed):
        run(read_document(document(driver)), bench.printer(frame, kill_after=True), notebook)
    bench.wire.reopen()
    bench.print(document(driver), notebook)
    assert once(bench)


@pytest.mark.parametrize("kind", ["drop", "power-after"])
@pytest.mark.parametrize(("driver", "frame"), FRAMES)
def test_one_fault_at_any_frame_never_makes_two_receipts(driver: str, frame: int, kind: str) -> None:
    bench, notebook = programmed(driver, fault_at(kind, frame)), MemoryNotebook()
    outcome = bench.ask(document(driver), notebook)
    if not isinstance(outcome, Answer):
        assert bench.receipts == 0
        bench.print(document(driver), notebook)
    assert once(bench)
