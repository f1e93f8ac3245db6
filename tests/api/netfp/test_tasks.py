"""Task ids: once for good, the first result whatever happened since, kept over a restart."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from fastapi.testclient import TestClient

from billing.clock import SetClock
from billing.documents import Printed
from billing.services import idempotency, jobs
from tests.api.conftest import LOCAL, client_of
from tests.api.netfp.conftest import PRINTER, codes, item, receipt
from tests.jobs.queued import Shop


@pytest.fixture
def idle(till: Shop) -> Iterator[TestClient]:
    """A client of a server that prints nothing."""
    with client_of(till.store, replace(LOCAL, prints=False), till) as opened:
        yield opened


def info(door: TestClient, task: str) -> dict[str, Any]:
    found: dict[str, Any] = door.get(f"/printers/taskinfo?id={task}").json()
    return found


def finished(door: TestClient, task: str) -> dict[str, Any]:
    """Return the result of a task, polled for as clients do."""
    while (found := info(door, task))["taskStatus"] != "finished":
        assert found["result"] == {}
    result: dict[str, Any] = found["result"]
    return result


def test_a_repeated_task_is_answered_with_the_first_result(door: TestClient, till: Shop) -> None:
    answers = [door.post(f"{PRINTER}/receipt?taskId=a", json=receipt()).json() for _ in range(3)]
    assert (answers[0]["ok"], answers[1], answers[2], len(till.sales)) == (True, answers[0], answers[0], 1)


def test_a_task_id_of_another_request_is_refused(door: TestClient, till: Shop) -> None:
    door.post(f"{PRINTER}/receipt?taskId=a", json=receipt())
    other = door.post(f"{PRINTER}/receipt?taskId=a", json=receipt(item(unitPrice=2))).json()
    elsewhere = door.post(f"{PRINTER}/zreport?taskId=a").json()
    assert (codes(other), codes(elsewhere), len(till.sales)) == (["E109"], ["E109"], 1)


def test_a_refused_receipt_uses_its_id_up(door: TestClient) -> None:
    first = door.post(f"{PRINTER}/receipt?taskId=a", json=receipt(item(text=""))).json()
    assert door.post(f"{PRINTER}/receipt?taskId=a", json=receipt(item(text=""))).json() == first
    assert codes(door.post(f"{PRINTER}/receipt?taskId=a", json=receipt()).json()) == ["E109"]
    assert info(door, "a") == {"taskStatus": "finished", "result": first}


def test_a_task_id_is_60_characters_without_control(door: TestClient) -> None:
    for task in ["x" * 61, "a%01b", "a%1Fb", "a%0Ab"]:
        answer = door.post(f"{PRINTER}/receipt?taskId={task}", json=receipt())
        assert (answer.status_code, codes(answer.json())) == (200, ["E110"])


def test_a_client_that_does_not_wait_polls_and_asks_more_than_once(door: TestClient) -> None:
    answer = door.post(f"{PRINTER}/receipt?taskId=mine&asyncTimeout=0", json=receipt()).json()
    assert answer in ({"taskId": "mine"}, finished(door, "mine"))
    assert finished(door, "mine")["receiptNumber"] == finished(door, "mine")["receiptNumber"] == "0000001"


def test_an_id_is_made_for_a_client_that_brings_none(idle: TestClient) -> None:
    answer = idle.post(f"{PRINTER}/receipt?asyncTimeout=0", json=receipt()).json()
    assert (list(answer), len(answer["taskId"])) == (["taskId"], 22)
    assert info(idle, answer["taskId"]) == {"taskStatus": "enqueued", "result": {}}


def test_a_result_that_is_late_is_a_task(idle: TestClient) -> None:
    answer = idle.post(f"{PRINTER}/receipt?taskId=a&asyncTimeout=100", json=receipt()).json()
    assert answer == {"taskId": "a"}


def test_parameters_of_the_query_take_any_letter_case(idle: TestClient) -> None:
    answer = idle.post(f"{PRINTER}/receipt?TASKID=a&ASYNCTIMEOUT=0", json=receipt()).json()
    assert answer == {"taskId": "a"}


def test_an_unknown_task_is_an_answer(door: TestClient) -> None:
    answer = door.get("/Printers/TaskInfo?ID=nobody")
    assert (answer.status_code, answer.json()) == (200, {"taskStatus": "unknown", "result": {}})


def test_a_task_without_an_id_is_a_400(door: TestClient) -> None:
    assert door.get("/printers/taskinfo").status_code == 400


def test_a_result_outlives_the_server(till: Shop) -> None:
    with client_of(till.store, shop=till) as door:
        first = door.post(f"{PRINTER}/receipt?taskId=a", json=receipt()).json()
    with client_of(till.store, shop=till) as door:
        assert finished(door, "a") == first
        assert door.post(f"{PRINTER}/receipt?taskId=a", json=receipt()).json() == first
    assert len(till.sales) == 1


def test_a_task_that_was_taken_before_a_restart_is_printed_after_it(till: Shop) -> None:
    with client_of(till.store, replace(LOCAL, prints=False), till) as door:
        door.post(f"{PRINTER}/receipt?taskId=a&asyncTimeout=0", json=receipt())
    with client_of(till.store, shop=till) as door:
        assert finished(door, "a")["ok"]
        assert door.post(f"{PRINTER}/receipt?taskId=a", json=receipt()).json()["receiptNumber"] == "0000001"
    assert len(till.sales) == 1


def test_many_clients_with_one_id_get_one_receipt(door: TestClient, till: Shop) -> None:
    def ask(_: int) -> dict[str, Any]:
        found: dict[str, Any] = door.post(f"{PRINTER}/receipt?taskId=one", json=receipt()).json()
        return found

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(ask, range(8)))
    assert (len(till.sales), {each["receiptNumber"] for each in answers}) == (1, {"0000001"})


def test_many_clients_with_their_own_ids_get_a_receipt_each(door: TestClient, till: Shop) -> None:
    def ask(number: int) -> dict[str, Any]:
        body = receipt(uniqueSaleNumber=f"DT000600-0001-{number:07d}")
        found: dict[str, Any] = door.post(f"{PRINTER}/receipt?taskId={number}", json=body).json()
        return found

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(ask, range(1, 9)))
    assert [each["messages"] for each in answers if not each["ok"]] == []
    assert {each["receiptNumber"] for each in answers} == {f"{n:07d}" for n in range(1, 9)}
    said = {each["uniqueSaleNumber"]: each["receiptNumber"] for each in answers}
    assert [said[number] for number, _ in till.sales] == [f"{n:07d}" for n in range(1, 9)]


def test_a_deadline_that_passed_in_the_queue_ends_the_task(idle: TestClient, clock: SetClock) -> None:
    idle.post(f"{PRINTER}/receipt?taskId=a&asyncTimeout=0&timeout=500ms", json=receipt())
    clock.move(1)
    result = info(idle, "a")["result"]
    assert (codes(result), result["receiptNumber"]) == (["E999"], "")
    assert idle.get("/v1/jobs/1").json()["state"] == "cancelled"
    assert idle.get("/v1/bills/1").json()["state"] == "voided"


@pytest.mark.parametrize("deadline", ["soon", "-1s", "0", "1h", ""])
def test_a_deadline_that_cannot_be_read_is_none(idle: TestClient, clock: SetClock, deadline: str) -> None:
    idle.post(f"{PRINTER}/receipt?taskId=a&asyncTimeout=0&timeout={deadline}", json=receipt())
    clock.move(7200)
    assert info(idle, "a")["taskStatus"] == "enqueued"


def lose(till: Shop, job: int) -> None:
    """Let a job end with nobody knowing whether it was printed."""
    lease = jobs.take_lease(till.store, "printer")
    attempt = jobs.begin_attempt(till.store, lease, job)
    error = {"code": "outcome-unknown", "maker_code": "", "message": "the line broke"}
    jobs.fail(till.store, attempt, error, Printed.UNKNOWN)
    jobs.release_lease(till.store, lease)


def test_what_nobody_knows_is_neither_yes_nor_no(idle: TestClient, till: Shop) -> None:
    """The client hears that it is not known, and its task goes on."""
    idle.post(f"{PRINTER}/receipt?taskId=a&asyncTimeout=0", json=receipt())
    lose(till, 1)
    answer = idle.post(f"{PRINTER}/receipt?taskId=a&asyncTimeout=50", json=receipt()).json()
    assert (answer["ok"], codes(answer), answer["taskId"]) == (False, ["E107"], "a")
    assert info(idle, "a") == {"taskStatus": "running", "result": {}}
    jobs.resolve_printed(till.store, 1, "0000009")
    assert finished(idle, "a")["receiptNumber"] == "0000009"


def test_behind_what_nobody_knows_nothing_is_printed(idle: TestClient, till: Shop) -> None:
    idle.post(f"{PRINTER}/receipt?taskId=a&asyncTimeout=0", json=receipt())
    lose(till, 1)
    answer = idle.post(f"{PRINTER}/receipt?taskId=b", json=receipt()).json()
    assert (answer["ok"], codes(answer)) == (False, ["E107"])
    assert idle.get("/v1/jobs/2").json()["state"] == "cancelled"


def test_what_needs_no_paper_is_kept_under_its_id_too(door: TestClient) -> None:
    first = door.get(f"{PRINTER}/cash?taskId=c").json()
    door.post(f"{PRINTER}/deposit", json={"amount": 5})
    assert (first["amount"], door.get(f"{PRINTER}/cash?taskId=c").json(), info(door, "c")["result"]) == (
        0.0,
        first,
        first,
    )
    assert door.get(f"{PRINTER}/cash").json()["amount"] == 5.0


def test_a_task_is_never_forgotten(door: TestClient, till: Shop, clock: SetClock) -> None:
    first = door.post(f"{PRINTER}/receipt?taskId=a", json=receipt()).json()
    clock.move(400 * 86_400)
    assert idempotency.forget(till.store, 30) == 0
    assert info(door, "a")["result"] == first
