"""The routes of the server itself."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

from billing.documents import XReport
from billing.services import jobs
from tests.api.netfp.conftest import PRINTER
from tests.jobs.queued import Shop


def test_the_variables_are_all_there(door: TestClient) -> None:
    found = door.get("/service/vars").json()
    assert {name: type(value) for name, value in found.items()} == {
        "version": str,
        "serverId": str,
        "autoDetect": bool,
        "udpBeaconPort": int,
        "excludePortList": str,
        "detectionTimeout": int,
        "webAccess": dict,
    }
    assert door.get("/Service/Vars/").json() == found


def test_detection_is_switched(door: TestClient) -> None:
    assert [door.get("/service/toggleautodetect").json()["autoDetect"] for _ in range(2)] == [True, False]


@pytest.mark.parametrize(
    ("body", "kept"),
    [({"ExcludePortList": "com1;com2, com3"}, "COM1, COM2, COM3"), ({"excludeportlist": "com1"}, "")],
)
def test_ports_are_kept_in_capitals_under_that_spelling_alone(
    door: TestClient, body: dict[str, str], kept: str
) -> None:
    assert door.post("/service/excludeports", json=body).json()["excludePortList"] == kept


@pytest.mark.parametrize(("said", "kept"), [("45", 45), ("0", 30), ("-1", 30), ("long", 30)])
def test_a_detection_time_is_above_zero(door: TestClient, said: str, kept: int) -> None:
    answer = door.post("/service/detectiontimeout", json={"DetectionTimeout": said})
    assert answer.json()["detectionTimeout"] == kept


def test_detection_asks_every_device(door: TestClient) -> None:
    assert door.get("/service/detect").status_code == 200
    assert door.get(PRINTER).json()["model"]


def test_detection_is_locked_while_documents_wait(door: TestClient, till: Shop) -> None:
    till.bench.faults = "deaf@*"
    with door.app.state.service.master(1).worker.hold("printer"):  # type: ignore[attr-defined]  # the app is ours
        jobs.put_document(till.store, XReport(), ("test", 1), "printer")
        assert door.get("/service/detect").status_code == 423


def test_a_printer_is_configured_and_taken_away(door: TestClient) -> None:
    body = {"id": "bar", "uri": "bg.zk.zfp.tcp://10.0.0.5:8000"}
    assert door.post("/service/printers/configure", json=body).status_code == 200
    assert door.get("/service/printers").json()["bar"] == body
    assert door.get("/printers").json()["bar"]["manufacturer"] == "Tremol"
    assert door.post("/service/printers/configure", json=body).status_code == 500
    assert door.post("/service/printers/delete", json={"id": "bar"}).status_code == 200
    assert "bar" not in door.get("/printers").json()


def test_what_cannot_be_configured_is_locked(door: TestClient) -> None:
    for body in [
        {},
        {"id": "a"},
        {"uri": "bg.dt.p.isl.com://COM1"},
        {"id": "a", "uri": "bg.sis.json.http://x"},
        {"id": "a", "uri": "x"},
    ]:
        assert door.post("/service/printers/configure", json=body).status_code == 423


def test_a_printer_that_is_unknown_or_in_use_stays(door: TestClient) -> None:
    for wanted in ["nobody", "dt000600", ""]:
        assert door.post("/service/printers/delete", json={"id": wanted}).status_code == 423
        assert "dt000600" in door.get("/printers").json()


def test_payment_words_are_told_by_serial_number(door: TestClient) -> None:
    found: dict[str, Any] = door.get("/service/printersprops").json()["DT000600"]
    assert found["paymentTypeMappings"]["cash"] == "P"
    assert set(found) == {"paymentTypeMappings", "printerConstants", "printerOptions"}
    assert door.post("/service/printersprops", json={}).status_code == 423


def test_nobody_stops_the_server(door: TestClient) -> None:
    assert door.get("/service/stop").status_code == 404
