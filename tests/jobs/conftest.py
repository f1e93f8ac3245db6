"""Keeps how each cell of the fault matrix ended, for the line that the whole run prints at its end."""

from collections.abc import Generator

import pytest

from tests.devices.conformance import ENDS


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, None, None]:
    """Put what the test's cells ended with on its report."""
    ENDS.clear()
    try:
        return (yield)
    finally:
        item.user_properties += [("cell", end) for end in ENDS]
