"""The OpenAPI description: complete, kept in the repository, and true of what the routes answer."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from billing.api import shapes

ROOT = Path(__file__).parents[2]
KEPT = ROOT / "docs" / "api" / "openapi.json"

pytestmark = pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)


@pytest.fixture
def description(idle: TestClient) -> dict[str, Any]:
    """What the server says of itself."""
    said: dict[str, Any] = idle.get("/openapi.json").json()
    return said


def _operations(description: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in description["paths"].items():
        for method, operation in methods.items():
            yield method, path, operation


def test_the_description_in_the_repository_is_the_servers_own(description: dict[str, Any]) -> None:
    """``python -m billing.api.describe`` writes it anew."""
    assert json.loads(KEPT.read_text(encoding="utf-8")) == description


def test_every_route_documents_every_problem(description: dict[str, Any]) -> None:
    wanted = {"400", "401", "403", "404", "409", "413", "415", "422", "429", "500", "503"}
    lacking = [
        (method, path)
        for method, path, operation in _operations(description)
        if path.startswith("/v1/") and not wanted <= set(operation["responses"])
    ]
    assert lacking == []


def test_problems_are_described_in_their_own_media_type(description: dict[str, Any]) -> None:
    kinds = {
        kind for response in description["components"]["responses"].values() for kind in response["content"]
    }
    assert kinds == {"application/problem+json"}


def test_every_post_takes_an_idempotency_key(description: dict[str, Any]) -> None:
    """But those whose answer, a secret, is kept nowhere: logging in again makes another session."""
    without = [
        path
        for method, path, operation in _operations(description)
        if method == "post" and "Idempotency-Key" not in {p["name"] for p in operation.get("parameters", [])}
    ]
    assert without == ["/v1/operators/login", "/v1/operators/logout"]


def test_every_body_has_an_example_that_is_taken(description: dict[str, Any], idle: TestClient) -> None:
    for method, path, operation in _operations(description):
        if "requestBody" not in operation:
            continue
        reference = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"]
        schema = description["components"]["schemas"][reference.rpartition("/")[2]]
        if "examples" not in schema:
            assert schema["title"] == "ReportOf", schema["title"]
            continue
        at = path.format(
            bill=1, job=1, device="printer", webhook=1, number=5, origin="web", subscription=1, plan="gym"
        )
        answer = idle.request(method, at, json=schema["examples"][0])
        assert answer.json().get("code") != "invalid", (path, answer.text)


def test_every_route_says_what_it_does(description: dict[str, Any]) -> None:
    dumb = [
        path
        for _, path, operation in _operations(description)
        if not operation.get("summary") or not operation.get("description")
    ]
    assert dumb == []


ANSWERS = {
    "/v1/bills": "BillList",
    "/v1/bills/1": "BillOut",
    "/v1/bills/2": "BillOut",
    "/v1/jobs": "JobList",
    "/v1/jobs/1": "JobOut",
    "/v1/documents/1": "DocumentOut",
    "/v1/devices": "DeviceList",
    "/v1/devices/printer": "DeviceOut",
    "/v1/devices/printer/status": "CheckOut",
    "/v1/origins": "OriginList",
    "/v1/nomenclature": "NomenclatureOut",
    "/v1/nomenclature/plus": "PluList",
    "/v1/reports": "ReportList",
    "/v1/events": "EventList",
    "/v1/journal": "JournalList",
}


def test_answers_are_what_the_schemas_say(client: TestClient) -> None:
    """Answers are not run over their schemas when they are given; here they are, strictly."""
    bill = {"lines": ["2*#3-10%", "/Table", "-1%/Regular", "@1/10"]}
    parked = {"lines": ["#3", "@2/1"], "park": True}
    posted = {
        "/v1/bills?wait=20": (bill, "BillOut"),
        "/v1/bills": (parked, "BillOut"),
        "/v1/price": ({"lines": ["#3"]}, "PricedOut"),
        "/v1/parse": ({"lines": ["#3", "@@"]}, "ParsedOut"),
        "/v1/reports/x?wait=20": ({}, "ReportOut"),
        "/v1/devices/printer/check": (None, "CheckOut"),
        "/v1/cash?wait=20": ({"amount": "1.00"}, "JobOut"),
    }
    for path, (body, name) in posted.items():
        answer = client.post(path, json=body)
        assert answer.is_success, (path, answer.text)
        getattr(shapes, name).model_validate(answer.json())
    for path, name in ANSWERS.items():
        getattr(shapes, name).model_validate(client.get(path).json())
