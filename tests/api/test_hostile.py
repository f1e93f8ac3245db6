"""What no client of ours would send is refused with a problem, and the server goes on."""

from typing import Final

import pytest
from fastapi.testclient import TestClient

from billing.api import ApiSettings
from billing.store.engine import Store
from tests.api.conftest import client_of

pytestmark = pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)

JSON: Final = {"Content-Type": "application/json"}
GOOD: Final = b'{"lines":["#3"],"park":true}'

BODIES: Final[dict[str, tuple[bytes, int, str]]] = {
    "too large": (b'{"text":"' + b"x" * 1_000_000 + b'"}', 413, "too_large"),
    "no JSON": (b"2*#3", 400, "not_json"),
    "half a body": (GOOD[:-3], 400, "not_json"),
    "two values": (GOOD + GOOD, 400, "not_json"),
    "deep arrays": (b"[" * 100_000 + b"]" * 100_000, 400, "not_json"),
    "deep objects": (b'{"a":' * 30 + b"1" + b"}" * 30, 400, "not_json"),
    "latin-1": ('{"text":"кафе"}'.encode("cp1251"), 400, "not_json"),
    "utf-16": (GOOD.decode().encode("utf-16"), 400, "not_json"),
    "half a surrogate pair": (b'{"text":"/\\ud800"}', 400, "not_json"),
    "NaN": (b'{"lines":[{"kind":"charge","price":NaN}]}', 400, "not_json"),
    "a number of 5000 digits": (b'{"operator":' + b"9" * 5000 + b"}", 400, "not_json"),
    "a list": (b"[]", 422, "invalid"),
    "null": (b"null", 422, "invalid"),
    "nothing": (b"", 422, "invalid"),
    "an unknown member": (b'{"lines":["#3"],"prak":true}', 422, "invalid"),
    "a NUL in a line": (b'{"lines":["/a\\u0000b"]}', 422, "syntax"),
    "a NUL in a key": (b'{"lines":["#3"],"key":"a\\u0000b"}', 422, "invalid"),
    "two lines in one": (b'{"lines":["#3\\n#4"]}', 422, "syntax"),
    "an unknown form": (b'{"lines":[{"kind":"gift"}]}', 422, "invalid"),
    "lines that are numbers": (b'{"lines":[1,2]}', 422, "invalid"),
    "a fraction for a quantity": (b'{"lines":[{"kind":"charge","price":"1","qty":0.1}]}', 422, "invalid"),
    "a quantity of zero": (b'{"lines":[{"kind":"charge","price":"1","qty":"0"}]}', 422, "invalid"),
    "a huge price": (b'{"lines":[{"kind":"charge","price":"999999999999"}]}', 422, "number_range"),
    "an exponent": (b'{"lines":[{"kind":"charge","price":"1e9"}]}', 422, "invalid"),
    "lines and text": (b'{"lines":["#3"],"text":"#3"}', 422, "invalid"),
    "too many lines": (b'{"lines":[' + b'"#3",' * 600 + b'"@"]}', 413, "too_many_lines"),
}


@pytest.mark.parametrize("name", BODIES)
def test_a_body_that_cannot_be_taken_is_refused_and_the_next_one_is_served(
    idle: TestClient, name: str
) -> None:
    body, status, code = BODIES[name]
    refused = idle.post("/v1/bills", content=body, headers=JSON)
    assert (refused.status_code, refused.json()["code"], refused.json()["printed"]) == (status, code, "no")
    assert refused.headers["Content-Type"] == "application/problem+json"
    assert idle.post("/v1/bills", content=GOOD, headers=JSON).status_code == 201


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/xml", "application/json; charset=windows-1251", ""]
)
def test_another_type_of_body_is_refused(idle: TestClient, kind: str) -> None:
    refused = idle.post("/v1/bills", content=GOOD, headers={"Content-Type": kind})
    assert (refused.status_code, refused.json()["code"]) == (415, "not_json_type")


@pytest.mark.parametrize(
    "path",
    [
        "/v1/bills/0",
        "/v1/bills/-1",
        "/v1/bills/x",
        "/v1/bills/99999999999999999999",
        "/v1/bills?limit=1000",
        "/v1/bills?cursor=x",
        "/v1/bills?state=lost",
        "/v1/jobs/1e3",
        "/v1/events?after=-1",
        "/v1/devices/%0a",
        "/v1/bills?wait=1&key=%0a",
    ],
)
def test_an_address_that_says_nothing_is_refused(idle: TestClient, path: str) -> None:
    refused = idle.get(path)
    assert (refused.status_code, refused.json()["code"]) == (422, "invalid")


def test_a_nul_in_an_address_is_refused(idle: TestClient) -> None:
    assert idle.get("/v1/devices/a%00b").status_code == 400


def test_a_route_that_is_not_there_is_a_problem(idle: TestClient) -> None:
    missing, wrong = idle.get("/v1/nothing"), idle.put("/v1/bills")
    assert (missing.status_code, missing.json()["code"]) == (404, "no_such_route")
    assert (wrong.status_code, wrong.json()["code"]) == (405, "method_not_allowed")


@pytest.mark.parametrize("key", ["", " ", "a" * 201, "ключ".encode()])
def test_an_idempotency_key_that_cannot_be_kept_is_refused(idle: TestClient, key: str | bytes) -> None:
    said = key.encode() if isinstance(key, str) else key
    headers = [(b"Content-Type", b"application/json"), (b"Idempotency-Key", said)]
    refused = idle.post("/v1/bills", content=GOOD, headers=headers)
    assert (refused.status_code, refused.json()["path"]) == (422, "header.Idempotency-Key")


def test_a_mistake_of_ours_tells_nothing_of_the_inside(shop: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("the inside")

    monkeypatch.setattr("billing.services.listings.list_bills", broken)
    with client_of(shop, ApiSettings(anonymous=True, prints=False)) as client:
        failed = client.get("/v1/bills")
        assert (failed.status_code, failed.json()["code"], "inside" in failed.text) == (500, "bug", False)
        assert client.get("/healthz").status_code == 200
