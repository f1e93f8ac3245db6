"""Events: in order, with their numbers, from any point on, and as they happen."""

import threading
from contextlib import suppress

from fastapi.testclient import TestClient

from billing.clock import SetClock
from billing.store.engine import Store
from billing.store.outbox import read_outbox
from billing.store.trail import tell

BILL = {"lines": ["#3", "@"]}


def _kinds(client: TestClient, after: int = 0) -> list[str]:
    return [event["kind"] for event in client.get(f"/v1/events?after={after}").json()["events"]]


def test_events_are_read_from_any_point_on(client: TestClient) -> None:
    client.post("/v1/bills?wait=20", json=BILL)
    assert _kinds(client) == ["bill_final", "document_printed"]
    assert _kinds(client, after=1) == ["document_printed"]
    assert client.get("/v1/events?after=2").json() == {"events": [], "last": 2}


def test_who_waits_for_an_event_gets_it_when_it_comes(idle: TestClient) -> None:
    found: list[dict[str, object]] = []
    waiter = threading.Thread(target=lambda: found.append(idle.get("/v1/events?after=0&wait=20").json()))
    waiter.start()
    idle.post("/v1/bills", json=BILL)
    waiter.join()
    assert found[0]["last"] == 1


def test_waiting_for_nothing_ends(idle: TestClient) -> None:
    assert idle.get("/v1/events?after=0&wait=1").json() == {"events": [], "last": 0}


def test_an_event_behind_a_gap_waits_for_the_one_that_may_still_be_committed(store: Store) -> None:
    """On PostgreSQL a lower number may be committed after a higher one; a reader must not step over it."""
    with store.write() as first:
        tell(first, "one", ("bill", 1), {})
        if store.engine.dialect.name == "sqlite":
            return
        with store.write() as second:
            tell(second, "two", ("bill", 2), {})
        with store.read() as reading:
            assert read_outbox(reading, 0, 10) == []
    with store.read() as reading:
        assert [event.kind for event in read_outbox(reading, 0, 10)] == ["one", "two"]


def test_a_gap_that_stays_is_stepped_over(store: Store, clock: SetClock) -> None:
    with store.write() as work:
        tell(work, "one", ("bill", 1), {})
    with suppress(ZeroDivisionError), store.write() as work:
        tell(work, "lost", ("bill", 2), {})
        raise ZeroDivisionError
    with store.write() as work:
        tell(work, "two", ("bill", 3), {})
    clock.move(3)
    with store.read() as reading:
        assert [event.kind for event in read_outbox(reading, 0, 10)] == ["one", "two"]
