"""The nomenclature over HTTP: each item written once, with versions, or refused with its JSON path."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

from billing.services.tokens import Right
from billing.store.engine import Store
from tests.api.conftest import bearer

AT = "/v1/nomenclature"
ITEMS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "tax-groups/5": ({"name": "Д", "rates": {"2000-01-01": "5", "2099-01-01": "6.5"}}, {"rates": 2}),
    "departments/90": ({"name": "Bakery", "tax_group": 2}, {}),
    "plus/901": ({"name": "Tea", "price": "1.25", "department": 90, "barcode": "380"}, {"price": "1.25"}),
    "payment-types/9": ({"name": "Bank", "category": "bank", "fiscal": True}, {"cash": False}),
    "operators/9": ({"name": "Zoe", "code": "0099"}, {"role": "cashier"}),
    "profiles/99": ({"name": "Ivanov OOD", "identity": "121212121", "kind": "company"}, {}),
}


def test_every_kind_of_item_is_written_and_read(idle: TestClient) -> None:
    for path, (body, _) in ITEMS.items():
        written = idle.put(f"{AT}/{path}", json=body)
        assert (written.status_code, written.json()["added"]) == (200, 1), written.text
        found = idle.get(f"{AT}/{path}").json()
        assert {name: found[name] for name in body if name != "rates"} == {
            name: value for name, value in body.items() if name != "rates"
        }


def test_a_tax_group_has_its_rates_by_day(idle: TestClient) -> None:
    idle.put(f"{AT}/tax-groups/5", json=ITEMS["tax-groups/5"][0])
    assert idle.get(f"{AT}/tax-groups/5").json()["rates"] == {"2000-01-01": "5", "2099-01-01": "6.5"}


def test_what_is_left_out_stays_and_null_takes_away(idle: TestClient) -> None:
    idle.put(f"{AT}/plus/901", json={"name": "Tea", "price": "1.25", "tax_group": 2, "barcode": "380"})
    idle.put(f"{AT}/plus/901", json={"name": "Green tea", "barcode": None})
    found = idle.get(f"{AT}/plus/901").json()
    assert (found["name"], found["price"], found["barcode"]) == ("Green tea", "1.25", None)


def test_a_new_plu_is_sold_with_the_next_bill(idle: TestClient) -> None:
    idle.post("/v1/bills", json={"lines": ["#3"], "park": True})
    idle.put(f"{AT}/plus/901", json={"name": "Tea", "price": "1.25", "tax_group": 2})
    sold = idle.post("/v1/bills", json={"lines": ["#901", "@"]})
    assert sold.json()["total"] == "1.25"


def test_an_item_that_is_deleted_stays_as_a_row_and_is_found_by_no_line(idle: TestClient) -> None:
    assert idle.delete(f"{AT}/plus/3").json()["changed"] == 1
    assert idle.get(f"{AT}/plus/3").json()["deleted"] is True
    assert idle.post("/v1/bills", json={"lines": ["#3", "@"]}).status_code == 422


def test_an_item_that_is_not_there_is_neither_read_nor_deleted(idle: TestClient) -> None:
    assert {idle.get(f"{AT}/plus/999").status_code, idle.delete(f"{AT}/plus/999").status_code} == {404}


def test_every_change_keeps_who_and_what_was_before(idle: TestClient, shop: Store) -> None:
    headers = bearer(shop, "head-office", Right.CATALOGUE)
    idle.put(f"{AT}/plus/3", json={"price": "9.99"}, headers=headers)
    last = idle.get(f"{AT}/plus/3/versions", headers=headers).json()["versions"][-1]
    assert last["made_by"] == "token head-office"
    assert (last["before"]["price"], last["after"]["price"]) != ("9.99", "9.99")


def test_a_change_of_an_older_version_is_refused(idle: TestClient) -> None:
    tag = idle.get(f"{AT}/plus/3").headers["ETag"]
    first = idle.put(f"{AT}/plus/3", json={"price": "2"}, headers={"If-Match": tag})
    second = idle.put(f"{AT}/plus/3", json={"price": "3"}, headers={"If-Match": tag})
    assert (first.status_code, second.status_code, second.json()["code"]) == (200, 409, "version_changed")
    assert idle.get(f"{AT}/plus/3").json()["price"] == "2"


def test_the_same_request_under_its_key_gets_the_first_answer(idle: TestClient) -> None:
    headers = {"Idempotency-Key": "price-1"}
    first = idle.put(f"{AT}/plus/3", json={"price": "2"}, headers=headers)
    idle.put(f"{AT}/plus/3", json={"price": "3"})
    again = idle.put(f"{AT}/plus/3", json={"price": "2"}, headers=headers)
    assert (again.content, again.headers["Idempotency-Replayed"]) == (first.content, "true")
    assert idle.get(f"{AT}/plus/3").json()["price"] == "3"


def test_many_items_are_written_at_once(idle: TestClient) -> None:
    body = {
        "departments": [{"number": 91, "name": "Bar", "tax_group": 2}],
        "plus": [{"number": 911, "name": "Beer", "price": "3.50", "department": 91}],
        "default_operator": 2,
    }
    done = idle.post(AT, json=body).json()
    assert (done["added"], idle.get(AT).json()["default_operator"]) == (2, 2)


def test_every_mistake_has_its_json_path_and_nothing_is_changed(idle: TestClient) -> None:
    body = {
        "plus": [
            {"number": 911, "name": "Beer", "price": "3.50", "department": 77},
            {"number": 912, "name": "Wine", "price": "3.12345"},
        ],
        "default_operator": 77,
    }
    refused = idle.post(AT, json=body)
    assert (refused.status_code, refused.json()["path"]) == (422, "$.plus[0].department")
    assert [each["path"] for each in refused.json()["errors"]] == [
        "$.plus[0].department",
        "$.plus[1].price",
        "$.default_operator",
    ]
    assert idle.get(f"{AT}/plus/911").status_code == 404


@pytest.mark.parametrize(
    ("path", "body", "place"),
    [
        ("plus/3", {"price": "1.23456"}, "$.price"),
        ("plus/3", {"price": 1.5}, "$.price"),
        ("plus/3", {"colour": "red"}, "$.colour"),
        ("tax-groups/9", {"name": "x", "rates": {"2000-01-01": "5"}}, "$"),
        ("tax-groups/6", {"name": "x"}, "$.rates"),
        ("tax-groups/2", {"rates": {"2020-01-01": "5"}}, "$.rates"),
        ("operators/9", {"code": "12"}, "$.code"),
        ("operators/9", {"pin": "4711"}, "$.pin"),
    ],
)
def test_what_an_item_cannot_be_is_refused_with_its_place(
    idle: TestClient, path: str, body: dict[str, Any], place: str
) -> None:
    refused = idle.put(f"{AT}/{path}", json=body)
    assert (refused.status_code, refused.json()["path"]) == (422, place), refused.text


def test_a_list_goes_on_where_the_page_ended(idle: TestClient) -> None:
    first = idle.get(f"{AT}/tax-groups?limit=2").json()
    rest = idle.get(f"{AT}/tax-groups?cursor={first['next']}").json()
    numbers = [each["number"] for each in first["items"] + rest["items"]]
    assert numbers == sorted(set(numbers))
    assert rest["next"] is None


def test_an_origin_is_made_and_changed(idle: TestClient) -> None:
    made = idle.put("/v1/origins/web", json={"time_zone": "Europe/Berlin"})
    assert made.json() == {"origin": "web", "device": None, "time_zone": "Europe/Berlin", "live": False}
    changed = idle.put("/v1/origins/web", json={"device": "printer"})
    assert (changed.json()["device"], changed.json()["time_zone"]) == ("printer", "Europe/Berlin")


@pytest.mark.parametrize(
    ("body", "status"), [({"time_zone": "Mars/Base"}, 422), ({"device": "nowhere"}, 422)]
)
def test_an_origin_that_cannot_be_is_refused(idle: TestClient, body: dict[str, str], status: int) -> None:
    assert idle.put("/v1/origins/web", json=body).status_code == status
    assert "web" not in idle.get("/v1/origins").text
