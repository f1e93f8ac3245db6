"""Every emulated device says that it is one, so that an origin marked live refuses it."""

import pytest

from billing.devices.registry import drivers
from tests.devices.wired import Bench


@pytest.mark.parametrize("driver", sorted(set(drivers()) - {"escpos", "lark-fp"}))
def test_an_emulated_device_is_known_as_one(driver: str) -> None:
    identity = Bench(driver).printer().connect()
    assert identity.emulated, identity
