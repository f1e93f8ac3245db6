"""The sample shop behind the second door, its printer an emulator on a wire."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from billing.store.engine import Store
from tests.api.conftest import client_of
from tests.conftest import empty_store
from tests.devices.wired import Bench
from tests.jobs.queued import Shop

PRINTER = "/printers/dt000600"


def item(**members: object) -> dict[str, Any]:
    """Return a sale of 1.20 in group 2, with ``members`` changed."""
    return {"text": "Еспресо", "taxGroup": 2, "unitPrice": 1.20} | members


def receipt(*items: dict[str, Any], **members: object) -> dict[str, Any]:
    """Return a receipt of ``items`` (one by default), with ``members`` changed."""
    return {"uniqueSaleNumber": "DT000600-0001-0000042", "items": list(items) or [item()]} | members


def codes(answer: dict[str, Any]) -> list[str]:
    """Return the codes of the errors in an answer."""
    return [each["code"] for each in answer["messages"] if each["type"] == "error"]


@pytest.fixture(params=["sqlite"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of an empty store: SQLite, and PostgreSQL for the tests that ask for it."""
    yield from empty_store(request, tmp_path)


@pytest.fixture
def till(shop: Store) -> Shop:
    """The shop with its printer."""
    return Shop(shop)


@pytest.fixture
def door(till: Shop) -> Iterator[TestClient]:
    """A client on this machine."""
    with client_of(till.store, shop=till) as opened:
        yield opened


def paper(till: Shop, *, there: bool) -> None:
    """Take the paper out of the printer, or put it in."""
    device: Any = till.bench.device
    device._paper_out = 0 if there else -1


def failing(shop: Store, faults: str) -> Shop:
    """Return the shop with a printer on which ``faults`` strike."""
    return Shop(shop, Bench(faults=faults))
