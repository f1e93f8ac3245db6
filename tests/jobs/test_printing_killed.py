"""One receipt on every family whose program is killed four times, for real: it is on paper once."""

import json
import signal
from pathlib import Path
from typing import Any

import pytest

from billing.emulators.registry import FAMILIES
from tests.devices.documents import RECEIPT
from tests.jobs.killed import MOMENTS, deadly, killed, printed

DOCUMENT: dict[str, Any] = {name: value for name, value in RECEIPT.items() if name != "operator"}
"""With the operator and the password that each family's devices leave the factory with."""


@pytest.mark.parametrize("driver", FAMILIES)
def test_a_receipt_killed_at_four_places_is_in_fiscal_memory_once(
    driver: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before it opens, between sales, after a payment, and before the answer to its close."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    (receipt := tmp_path / "receipt.json").write_text(json.dumps(DOCUMENT), "utf-8")
    address = f"{driver}:{tmp_path / 'tty'}"
    with deadly(driver, tmp_path / "tty") as device:
        ends = {moment.name: killed(device, moment, address, receipt) for moment in MOMENTS}
        assert ends == dict.fromkeys(ends, -signal.SIGKILL)
        again = printed(address, receipt)
        once_more = printed(address, receipt)
    assert again.returncode == 0, again.stderr
    answer = json.loads(again.stdout)
    assert (answer["printed"], answer["total"]) == ("yes", RECEIPT["total"])
    assert once_more.stdout == again.stdout
    day = device.memory.day
    assert (day.fiscal_receipts, str(sum(day.groups))) == (1, RECEIPT["total"])
