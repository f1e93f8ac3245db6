"""Device addresses: ``DRIVER:PYSERIAL_URL?option=value&...``, as ``datecs-p:/dev/ttyUSB0?baudrate=115200``.

The options are ours: pyserial rejects them on paths and sockets, so they are taken off before it sees the
URL.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from billing.devices.dialect import Settings
from billing.documents import PaymentCategory
from billing.errors import UsageError

COMMON: Final = frozenset({"baudrate", "operator", "password", "till", "columns"})
"""Options every driver reads; besides, ``payment.CATEGORY=WORD`` and what the driver names itself."""


class AddressMistake(UsageError):
    """A device's address cannot be read."""

    code = "address"

    def __init__(self, address: str, why: str) -> None:
        masked = re.sub(r"(password[^=&]*=)[^&]*", r"\1***", address)
        super().__init__(
            f"device address {masked!r}: {why}; an address is DRIVER:PORT?option=value, "
            "such as datecs-p:/dev/ttyUSB0?baudrate=115200 or datecs-p:socket://10.0.0.7:4999"
        )


@dataclass(frozen=True)
class Address:
    """A driver's name, the port as pyserial knows it, and our options."""

    text: str
    driver: str
    url: str
    options: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def parse(cls, text: str) -> "Address":
        """Return the parts of ``text``.

        Raises:
            AddressMistake: the driver or the port is missing, a network address has no host or no port, or
                an option is no ``name=value``.
        """
        driver, colon, rest = text.strip().partition(":")
        url, _, query = rest.partition("?")
        if not colon or not driver:
            raise AddressMistake(text, "no driver before the first ':'")
        if not url:
            raise AddressMistake(text, "no port after the driver")
        try:
            pairs = parse_qsl(query, keep_blank_values=True, strict_parsing=bool(query))
        except ValueError as error:
            raise AddressMistake(text, f"the options cannot be read ({error})") from error
        if why := _wrong_socket(url):
            raise AddressMistake(text, why)
        return cls(text.strip(), driver, url, dict(pairs))

    @property
    def shown(self) -> str:
        """The address without its password, for sentences and logs."""
        options = "&".join(
            f"{name}={'***' if 'password' in name else value}" for name, value in self.options.items()
        )
        return f"{self.driver}:{self.url}" + (f"?{options}" if options else "")

    @property
    def port(self) -> str:
        """What two addresses of one device share: driver and port, without options."""
        return f"{self.driver}:{self.url}"

    def number(self, name: str, default: int) -> int:
        """Return option ``name`` as a whole number above zero."""
        value = self.options.get(name, str(default))
        if not value.isascii() or not value.isdigit() or not 0 < int(value) < 10_000_000:
            raise AddressMistake(self.shown, f"{name}={value!r} is not a whole number above zero")
        return int(value)

    def settings(self, own: frozenset[str]) -> Settings:
        """Return the options as settings of a dialect that reads ``own`` beside the common ones.

        Raises:
            AddressMistake: an option nobody reads, or a value out of range.
        """
        payments = {}
        rest = {}
        for name, value in self.options.items():
            if name.startswith("payment."):
                payments[self._category(name.removeprefix("payment."))] = value
            elif name in own:
                rest[name] = value
            elif name not in COMMON:
                raise AddressMistake(self.shown, f"there is no option {name!r}")
        return Settings(
            operator=self.options.get("operator", ""),
            password=self.options.get("password", ""),
            till=self.number("till", 1),
            columns=self.number("columns", 1) if "columns" in self.options else None,
            payments=payments,
            rest=rest,
        )

    def _category(self, name: str) -> PaymentCategory:
        try:
            return PaymentCategory(name)
        except ValueError as error:
            known = ", ".join(PaymentCategory)
            raise AddressMistake(self.shown, f"{name!r} is no payment category; there are {known}") from error


def _wrong_socket(url: str) -> str:
    """Return what is wrong with a network address; ``""`` for a right one, and for any other port."""
    if not url.startswith("socket:"):
        return ""
    expected = "socket://HOST:PORT is expected, with a port from 1 to 65535"
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return f"{url} has no port that can be read; {expected}"
    if not parts.hostname:
        return f"{url} names no host; {expected}"
    if not port:
        return f"{url} names no port; {expected}"
    if parts.path.strip("/") or parts.fragment or parts.username is not None:
        return f"{url} says more than a host and a port; {expected}"
    return ""
