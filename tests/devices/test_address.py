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
    ],
)
def test_a_mistake_says_what_was_found_and_how_an_address_looks(text: str, why: str) -> None:
    with pytest.raises(AddressMistake, match=why):
        printer_at(Address.parse(text))


def test_a_driver_that_is_not_there_names_those_that_are() -> None:
    with pytest.raises(UnknownDriver, match=r"there is no driver 'epson'; there are .*datecs-p"):
        dialect_class("epson")


@pytest.mark.parametrize("name", sorted(drivers()))
def test_every_driver_has_the_name_it_is_found_by(name: str) -> None:
    kind = dialect_class(name)
    assert kind.name == name
    assert kind.models
    assert kind().capabilities().payments[PaymentCategory.CASH]
