"""Cash, reports, clock, duplicates, raw commands: what each answers."""

from datetime import datetime

import pytest
from fastapi.testclient import TestClient

from billing.services.devices import read_device
from tests.api.netfp.conftest import PRINTER, codes, receipt
from tests.jobs.queued import Shop


def test_cash_goes_in_and_out_and_is_told(door: TestClient) -> None:
    assert door.post(f"{PRINTER}/deposit", json={"amount": "12.34"}).json() == {"ok": True, "messages": []}
    assert door.post(f"{PRINTER}/withdraw", json={"AMOUNT": 2.34}).json()["ok"]
    assert door.get(f"{PRINTER}/cash").json() == {"ok": True, "messages": [], "amount": 10.0}


def test_more_cash_than_there_is_does_not_come_out(door: TestClient) -> None:
    answer = door.post(f"{PRINTER}/withdraw", json={"amount": 5}).json()
    assert (answer["ok"], codes(answer)) == (False, ["E403"])


def test_an_amount_is_required(door: TestClient) -> None:
    for body in [{}, {"amount": None}, {"amount": "much"}]:
        assert door.post(f"{PRINTER}/deposit", json=body).status_code == 400


def test_reports_take_credentials_or_nothing(door: TestClient) -> None:
    for body in [None, {}, {"operator": "1", "operatorPassword": "0000"}]:
        assert door.post(f"{PRINTER}/xreport", json=body).json()["ok"]


def test_a_duplicate_repeats_the_last_receipt(door: TestClient) -> None:
    door.post(f"{PRINTER}/receipt", json=receipt())
    assert door.post(f"{PRINTER}/duplicate").json() == {"ok": True, "messages": []}


def test_a_duplicate_of_nothing_is_no_ok(door: TestClient) -> None:
    assert not door.post(f"{PRINTER}/duplicate").json()["ok"]


@pytest.mark.parametrize(
    ("said", "wall"),
    [
        ("2026-11-24T12:06:00", "2026-11-24T12:06:00"),
        ("2026-11-24 12:06:00", "2026-11-24T12:06:00"),
        ("2026-11-24T10:06:00Z", "2026-11-24T12:06:00"),
        ("2026-11-24T11:06:00+01:00", "2026-11-24T12:06:00"),
    ],
)
def test_the_clock_is_set_to_the_device_s_own_zone(door: TestClient, said: str, wall: str) -> None:
    assert door.post(f"{PRINTER}/datetime", json={"deviceDateTime": said}).json() == {
        "ok": True,
        "messages": [],
    }
    assert door.get(f"{PRINTER}/status").json()["deviceDateTime"] == wall


def test_the_server_s_own_time_is_set_where_none_is_said(door: TestClient) -> None:
    assert door.post(f"{PRINTER}/datetime", json={}).json()["ok"]
    found = datetime.fromisoformat(door.get(f"{PRINTER}/status").json()["deviceDateTime"])
    assert found == datetime.fromisoformat("2026-11-24T12:00:00")


def test_a_raw_command_is_answered_with_the_device_s_own_words(door: TestClient) -> None:
    """``>`` is command 3Eh of a Datecs P: the clock."""
    answer = door.post(f"{PRINTER}/rawrequest", json={"rawRequest": ">"}).json()
    assert answer == {"ok": True, "messages": [], "rawResponse": "24-11-26 12:00:00"}


def test_a_raw_command_that_is_refused_is_no_ok(door: TestClient) -> None:
    assert not door.post(f"{PRINTER}/rawrequest", json={"rawRequest": "8"}).json()["ok"]


def test_a_period_is_printed_from_fiscal_memory(door: TestClient, till: Shop) -> None:
    door.post(f"{PRINTER}/receipt", json=receipt())
    door.post(f"{PRINTER}/zreport")
    body = {"type": "detailed", "startDate": "2026-11-01T00:00:00", "endDate": "2026-11-30T00:00:00"}
    assert door.post(f"{PRINTER}/periodreport", json=body).json()["ok"]
    assert len(till.sales) == 1


def test_a_raw_command_too_long_for_a_frame_is_refused(door: TestClient) -> None:
    answer = door.post(f"{PRINTER}/rawrequest", json={"rawRequest": ">" * 1000}).json()
    assert (codes(answer), answer["rawResponse"]) == (["E401"], "")


def test_an_operators_password_is_kept_for_the_device_and_stands_in_no_document(
    door: TestClient, till: Shop
) -> None:
    body = receipt(operator="1", operatorPassword="0000")
    assert door.post(f"{PRINTER}/receipt?taskId=a", json=body).json()["ok"]
    assert read_device(till.store, "printer").password("1") == "0000"
    assert "0000" not in str(door.get("/v1/jobs/1").json()["document"]["operator"])


@pytest.mark.parametrize("path", ["deposit", "withdraw", "xreport", "duplicate"])
def test_a_password_that_the_device_did_not_check_is_not_kept(
    door: TestClient, till: Shop, path: str
) -> None:
    door.post(f"{PRINTER}/deposit", json={"amount": 50})
    door.post(f"{PRINTER}/receipt", json=receipt())
    body = {"amount": 5, "operator": "1", "operatorPassword": "1"}
    assert door.post(f"{PRINTER}/{path}", json=body).json()["ok"]
    assert read_device(till.store, "printer").password("1") == ""
    assert door.post(f"{PRINTER}/receipt", json=receipt(uniqueSaleNumber="")).json()["ok"]


def test_a_password_that_the_device_refuses_is_forgotten(door: TestClient, till: Shop) -> None:
    answer = door.post(f"{PRINTER}/receipt", json=receipt(operatorPassword="9876")).json()
    assert not answer["ok"]
    assert read_device(till.store, "printer").password("1") == ""
    assert door.post(f"{PRINTER}/receipt", json=receipt()).json()["ok"]
