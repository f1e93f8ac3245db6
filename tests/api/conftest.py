"""An API over the sample shop, its device an emulator on a wire; and its callers."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from fastapi.testclient import TestClient

from billing.api import ApiSettings, create_app
from billing.services.tokens import Right, create_token
from billing.store.engine import Store
from tests.jobs.queued import Shop

LOCAL = ApiSettings(anonymous=True, look_s=0.02)
"""Served without a token, and looking often."""

Serve = Callable[..., "TestClient"]


@contextmanager
def client_of(store: Store, settings: ApiSettings = LOCAL, shop: Shop | None = None) -> Iterator[TestClient]:
    """Serve ``store`` to one client on this machine."""
    till = shop or Shop(store)
    with TestClient(create_app(store, settings, opener=till.opener), base_url="http://localhost") as client:
        yield client


@pytest.fixture
def client(shop: Store) -> Iterator[TestClient]:
    """A client of the sample shop, whose device prints."""
    with client_of(shop) as opened:
        yield opened


@pytest.fixture
def idle(shop: Store) -> Iterator[TestClient]:
    """A client of the sample shop, where nothing is printed."""
    with client_of(shop, ApiSettings(anonymous=True, look_s=0.02, prints=False)) as opened:
        yield opened


def bearer(store: Store, name: str, *rights: Right, origins: list[str] | None = None) -> dict[str, str]:
    """Return the headers of a new token's holder."""
    secret, _ = create_token(store, name, rights, origins=origins)
    return {"Authorization": f"Bearer {secret}"}
