"""Devices as rows."""

import pytest

from billing.services.devices import (
    NameTaken,
    add_device,
    device_of_origin,
    list_devices,
    read_device,
    remember,
    set_password,
)
from billing.services.origins import set_origin
from billing.services.register import open_register
from billing.store.engine import Store
from billing.store.mistakes import Missing


def test_an_added_device_is_read_back_with_what_it_told(shop: Store) -> None:
    seen = {"number": "DT000777", "capabilities": {"payments": ["cash"]}}
    add_device(shop, "second", "datecs-p:/dev/x", origin="bar", seen=seen)
    device = read_device(shop, "second")
    assert (device.number, device.capabilities, device.origins) == (
        "DT000777",
        {"payments": ["cash"]},
        ("bar",),
    )
    assert device_of_origin(shop, "bar") == device
    assert [each.name for each in list_devices(shop)] == ["printer", "second"]


def test_two_devices_have_two_names(shop: Store) -> None:
    with pytest.raises(NameTaken, match="'printer'"):
        add_device(shop, "printer", "datecs-p:/dev/x")


def test_a_missing_device_is_named_with_those_there_are(shop: Store) -> None:
    with pytest.raises(Missing, match="there is printer"):
        read_device(shop, "lost")
    for ask in (lambda: remember(shop, "lost", {}), lambda: set_password(shop, "lost", "1", "x")):
        with pytest.raises(Missing):
            ask()


def test_what_is_not_told_again_stays(shop: Store) -> None:
    remember(shop, "printer", {"capabilities": {"max_sales": 50}})
    remember(shop, "printer", {"z_number": 4})
    device = read_device(shop, "printer")
    assert (device.number, device.z_number, device.capabilities["max_sales"]) == ("DT000600", 4, 50)
    assert "rates" in device.capabilities
    assert device.seen_at == shop.clock.now()


def test_a_register_takes_numbers_of_the_device_as_last_seen(shop: Store) -> None:
    register = open_register(shop)
    register.ring(["1", "@"])
    remember(shop, "printer", {"number": "DT000999"})
    assert register.ring(["1", "@"]).unique_sale_number == "DT000999-0001-0000001"


def test_a_password_is_kept_by_operator_code(shop: Store) -> None:
    set_password(shop, "printer", "1", "0000")
    set_password(shop, "printer", "2", "1111")
    device = read_device(shop, "printer")
    assert [device.password(code) for code in ("1", "2", "3")] == ["0000", "1111", ""]


def test_an_origin_without_a_device_has_none(shop: Store) -> None:
    set_origin(shop, "web", time_zone="Europe/London")
    assert device_of_origin(shop, "web") is None
    with pytest.raises(Missing):
        device_of_origin(shop, "cellar")


def test_a_device_is_live_when_an_origin_on_it_is(shop: Store) -> None:
    set_origin(shop, "shop", live=True)
    assert read_device(shop, "printer").live
