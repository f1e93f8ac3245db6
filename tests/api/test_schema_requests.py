"""Requests made from the API's own description: never a fault of the server, never an undocumented answer."""

from collections.abc import Iterator
from typing import Any

import hypothesis
import pytest
import schemathesis
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from billing.api import ApiSettings
from billing.store.engine import Store
from tests.api.running import running

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


BOUNDED = hypothesis.settings(
    max_examples=8,
    derandomize=True,
    deadline=None,
    database=None,
    phases=[hypothesis.Phase.generate],
    suppress_health_check=list(hypothesis.HealthCheck),
)


@pytest.fixture
def described(shop: Store) -> Iterator[object]:
    """The description of a running server."""
    with running(shop, ApiSettings(prints=False, wait_most_s=0)) as port:
        yield schemathesis.openapi.from_url(f"http://127.0.0.1:{port}/openapi.json")


@pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)
def test_the_server_answers_as_it_says(described: Any) -> None:  # noqa: ANN401 schemathesis tells no type
    routes = described.include(path_regex="^/v1/").exclude(path_regex="stream").get_all_operations()
    for route in routes:

        @BOUNDED
        @hypothesis.given(case=route.ok().as_strategy())
        def ask(case: Any) -> None:  # noqa: ANN401 as above
            case.call_and_validate(checks=CHECKS)

        ask()
