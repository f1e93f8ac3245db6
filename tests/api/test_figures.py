"""Figures for a monitor: from what the store knows last; a scrape asks no device."""

import pytest
from fastapi.testclient import TestClient

from billing.clock import SetClock
from billing.services.devices import remember
from billing.store.engine import Store

pytestmark = pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)


def _figures(client: TestClient) -> dict[str, float]:
    lines = client.get("/metrics").text.splitlines()
    return {
        name: float(value)
        for name, _, value in (line.rpartition(" ") for line in lines if not line.startswith("#"))
    }


def test_what_a_device_told_last_is_told(idle: TestClient, shop: Store) -> None:
    told = {
        "clock_drift_s": -90,
        "z_reports_left": 1700,
        "journal_bytes": ["250", "1000"],
        "faults": ["paper-out"],
        "warnings": ["journal-nearly-full"],
    }
    remember(shop, "printer", {"capabilities": told})
    found = _figures(idle)
    at = 'device="printer"'
    assert found[f"billing_device_clock_drift_seconds{{{at}}}"] == -90
    assert found[f"billing_device_z_reports_left{{{at}}}"] == 1700
    assert found[f"billing_device_journal_used_ratio{{{at}}}"] == 0.25
    assert found[f"billing_device_up{{{at}}}"] == 1
    assert found[f'billing_device_condition{{condition="paper-out",{at},severity="fault"}}'] == 1
    assert found[f'billing_device_condition{{condition="journal-nearly-full",{at},severity="warning"}}'] == 1


def test_bills_jobs_and_the_oldest_job_are_told(idle: TestClient, clock: SetClock) -> None:
    idle.post("/v1/bills", json={"lines": ["#3", "@"]})
    clock.move(60)
    found = _figures(idle)
    assert found['billing_bills{state="handed_over"}'] == 1
    assert found['billing_jobs{device="printer",state="queued"}'] == 1
    assert found['billing_oldest_job_seconds{device="printer"}'] == 60


def test_a_device_that_is_not_reached_is_down(idle: TestClient, shop: Store) -> None:
    idle.post("/v1/bills", json={"lines": ["#3", "@"]})
    with shop.write() as work:
        work.connection.exec_driver_sql("""UPDATE fiscal_document SET error = '{"code": "no-answer"}'""")
    found = _figures(idle)
    assert found['billing_device_up{device="printer"}'] == 0
    assert found['billing_device_condition{condition="no-answer",device="printer",severity="fault"}'] == 1
