"""Addresses and the registry: driver, port, our options."""

import pytest

from billing.devices.address import Address, AddressMistake
from billing.devices.registry import UnknownDriver, dialect_class, drivers, printer_at
from billing.documents import PaymentCategory


def test_options_are_taken_off_the_port() -> None:
    address = Address.parse("datecs-p:socket://10.0.0.7:4999?baudrate=9600&payment.card=N")
    assert (address.driver, address.url) == ("datecs-p", "socket://10.0.0.7:4999")
    assert address.number("baudrate", 115200) == 9600
    assert address.settings(frozenset()).payments == {PaymentCategory.CARD: "N"}


def test_two_addresses_of_one_device_share_their_port() -> None:
    assert Address.parse("datecs-p:/dev/ttyUSB0?till=2").port == Address.parse("datecs-p:/dev/ttyUSB0").port


def test_a_password_is_not_shown() -> None:
    assert Address.parse("datecs-p:/dev/ttyUSB0?password=4711").shown == "datecs-p:/dev/ttyUSB0?password=***"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("/dev/ttyUSB0", "no driver"),
        ("datecs-p:", "no port"),
        ("datecs-p:/dev/ttyUSB0?baudrate", "cannot be read"),
        ("datecs-p:/dev/ttyUSB0?speed=9600", "there is no option 'speed'"),
        ("datecs-p:/dev/ttyUSB0?baudrate=fast", "not a whole number"),
        ("datecs-p:/dev/ttyUSB0?payment.gold=N", "no payment category"),
        ("datecs-p:socket://10.0.0.7", "names no port; socket://HOST:PORT is expected"),
        ("datecs-p:socket://10.0.0.7:0", "names no port"),
        ("datecs-p:socket://:4999", "names no host; socket://HOST:PORT is expected"),
        ("datecs-p:socket://", "names no host"),
        ("datecs-p:socket://10.0.0.7:fiscal", "has no port that can be read"),
        ("datecs-p:socket://10.0.0.7:70000", "has no port that can be read.* from 1 to 65535"),
        ("datecs-p:socket://10.0.0.7:4999/till", "says more than a host and a port"),
    ],
)
def test_a_mistake_says_what_was_found_and_how_an_address_looks(text: str, why: str) -> None:
    with pytest.raises(AddressMistake, match=why):
        printer_at(Address.parse(text))


def test_a_mistake_does_not_show_the_password() -> None:
    with pytest.raises(AddressMistake) as mistake:
        Address.parse("datecs-p:socket://10.0.0.7?password=4711&till=1")
    assert "4711" not in str(mistake.value)


@pytest.mark.parametrize("url", ["socket://till-1.local:4999", "socket://[::1]:9100", "/dev/ttyUSB0", "COM3"])
def test_a_right_port_is_taken_as_it_stands(url: str) -> None:
    assert Address.parse(f"datecs-p:{url}").url == url


def test_a_driver_that_is_not_there_names_those_that_are() -> None:
    with pytest.raises(UnknownDriver, match=r"there is no driver 'epson'; there are .*datecs-p"):
        dialect_class("epson")


@pytest.mark.parametrize("name", sorted(drivers()))
def test_every_driver_has_the_name_it_is_found_by(name: str) -> None:
    kind = dialect_class(name)
    assert kind.name == name
    assert kind.models
    assert kind().capabilities().payments[PaymentCategory.CASH]
