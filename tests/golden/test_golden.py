"""Every bill of ``examples/day``: how it is priced, and the paper it leaves, held against files.

``make golden`` writes the files anew; read the difference before you commit it.
"""

import json
from pathlib import Path

import pytest

from billing.cli.mishaps import show_mistake
from billing.clock import SetClock
from billing.emulators.device import Device
from billing.emulators.paper import Paper
from billing.errors import BillingError
from billing.jobs.queue import print_job
from billing.parser.mistakes import TextMistake
from billing.parser.reader import split_lines
from billing.pricing.answers import answer_of
from billing.pricing.refusals import Refusal
from billing.services.register import open_register
from billing.services.sample import sample_shop
from billing.store.engine import open_store
from tests.devices.wired import NOON, Bench
from tests.jobs.queued import Shop

HERE = Path(__file__).parent
DAY = HERE.parents[1] / "examples" / "day"


@pytest.mark.parametrize("bill", sorted(DAY.glob("*.txt")), ids=lambda path: path.stem)
def test_a_bill_of_the_day_is_priced_and_printed_as_before(
    bill: Path, sqlite_template: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    found = _ring(bill, sqlite_template, tmp_path)
    for name, text in found.items():
        file = HERE / bill.stem / name
        if request.config.getoption("--renew-golden"):
            file.parent.mkdir(exist_ok=True)
            file.write_text(text)
        assert file.read_text() == text, name
    assert {file.name for file in (HERE / bill.stem).iterdir()} == set(found)


def _ring(bill: Path, template: Path, folder: Path) -> dict[str, str]:
    """Return ``bill.json`` and ``receipt.txt`` of a bill, or its ``mistake.txt``."""
    (folder / "billing.db").write_bytes(template.read_bytes())
    clock = SetClock(NOON)
    with open_store(f"sqlite:///{folder / 'billing.db'}", clock=clock) as store:
        sample_shop(store, folder)
        printed: list[str] = []
        shop = Shop(store, Bench(clock=clock))
        assert isinstance(shop.bench.device, Device)
        shop.bench.device.paper = Paper(printed.append)
        try:
            stored = open_register(store).ring([line for line in split_lines(bill.read_text()) if line])
        except (TextMistake, Refusal) as mistake:
            return {"mistake.txt": show_mistake(mistake) + "\n"}
        except BillingError as error:
            return {"mistake.txt": f"{error}\n"}
        assert stored.job is not None
        print_job(store, stored.job, opener=shop.opener)
        answer = json.dumps(answer_of(stored.bill), ensure_ascii=False, indent=1)
        return {"bill.json": answer + "\n", "receipt.txt": "".join(printed)}
