"""The smaller fault matrix: every family in real time over a real pseudo-terminal.

The whole matrix runs in virtual time; here the same road meets the operating system's lines, clocks and
waits. No test measures time, so a slow machine only takes longer.
"""

from functools import cache
from pathlib import Path
from typing import Any

import pytest

from billing.devices.address import Address
from billing.devices.faults import DeviceError
from billing.devices.registry import printer_at
from billing.documents import Answer, Printed, read_document
from billing.emulators.faults import Faults
from billing.emulators.registry import FAMILIES, make
from billing.jobs.file_notebook import FileNotebook
from billing.jobs.printing import run
from tests.devices.documents import RECEIPT
from tests.devices.wired import Bench
from tests.jobs.terminal import on_terminal

DOCUMENT: dict[str, Any] = {name: value for name, value in RECEIPT.items() if name != "operator"}
FAULTS = {"noise": 0.2, "drop": 0.4, "corrupt": 0.6, "hangup": 0.8, "power-after": 0.9}
"""What breaks, and after which part of the exchange."""


@cache
def requests(driver: str) -> int:
    """Return how many requests a whole receipt takes; a ping is none."""
    bench = Bench(driver)
    bench.print(DOCUMENT)
    return sum(len(sent) > 1 for sent in bench.wire.sent)


def printed(address: str, folder: Path) -> Answer | DeviceError:
    """Print the receipt with a program of its own; return its answer, or how it failed."""
    document = read_document(DOCUMENT)
    printer = printer_at(Address.parse(address))
    try:
        return run(document, printer, FileNotebook(address, document, folder))
    except DeviceError as mishap:
        return mishap
    finally:
        printer.close()


@pytest.mark.parametrize("kind", FAULTS)
@pytest.mark.parametrize("driver", FAMILIES)
def test_one_fault_in_real_time_leaves_one_receipt_or_an_honest_mishap(
    driver: str, kind: str, tmp_path: Path
) -> None:
    place = max(1, int(requests(driver) * FAULTS[kind]))
    device = make(driver, faults=Faults.parse(f"{kind}@{place}"))
    address = f"{driver}:{tmp_path / 'tty'}"
    with on_terminal(device, tmp_path / "tty"):
        answer = printed(address, tmp_path)
        if isinstance(answer, DeviceError):
            assert answer.printed is not Printed.YES
            answer = printed(address, tmp_path)
        again = printed(address, tmp_path)
    assert isinstance(answer, Answer), answer
    assert again == answer
    day = device.memory.day
    assert (day.fiscal_receipts, str(sum(day.groups))) == (1, RECEIPT["total"])
