"""Finds drivers by name, through the entry points of group ``billing.drivers``; opens printers by address."""

from importlib.metadata import EntryPoint, entry_points
from importlib.util import find_spec
from typing import Final

from billing.clock import SYSTEM_CLOCK, Clock
from billing.devices.address import Address
from billing.devices.dialect import Dialect
from billing.devices.link import Link
from billing.devices.printer import Printer
from billing.devices.transport import SerialTransport, Transport
from billing.errors import UsageError

GROUP: Final = "billing.drivers"
"""Entry points of this group name a subclass of ``Dialect``; another package can bring one."""

OWN: Final = {
    "datecs-p": "billing.devices.drivers.datecs_p:DatecsP",
    "datecs-c": "billing.devices.drivers.datecs_c:DatecsC",
    "datecs-x": "billing.devices.drivers.datecs_x:DatecsX",
    "daisy": "billing.devices.drivers.daisy:Daisy",
    "eltrade": "billing.devices.drivers.eltrade:Eltrade",
    "incotex": "billing.devices.drivers.incotex:Incotex",
    "tremol": "billing.devices.drivers.tremol:Tremol",
    "tremol-v2": "billing.devices.drivers.tremol:TremolV2",
    "isl-icp": "billing.devices.drivers.isl_icp:IslIcp",
    "escpos": "billing.devices.drivers.escpos:Escpos",
}
"""The drivers of this tree, found also where its metadata is older than its code."""


class UnknownDriver(UsageError):
    """An address names a driver that is not installed."""

    code = "unknown-driver"

    def __init__(self, name: str, known: list[str]) -> None:
        super().__init__(f"there is no driver {name!r}; there are {', '.join(known)}")


def drivers() -> dict[str, EntryPoint]:
    """Return every installed driver by its name; none of them is imported yet."""
    found = {
        name: EntryPoint(name, place, GROUP)
        for name, place in OWN.items()
        if find_spec(place.partition(":")[0])
    }
    return found | {point.name: point for point in entry_points(group=GROUP)}


def dialect_class(name: str) -> type[Dialect]:
    """Return the driver called ``name``.

    Raises:
        UnknownDriver: there is none.
    """
    known = drivers()
    if name not in known:
        raise UnknownDriver(name, sorted(known))
    loaded: type[Dialect] = known[name].load()
    return loaded


def printer_at(address: Address, transport: Transport | None = None, clock: Clock = SYSTEM_CLOCK) -> Printer:
    """Return the device at ``address``, not yet connected.

    Args:
        address: driver, port and options.
        transport: the line to use in place of the address's port (tests).
        clock: measures the waits.

    Raises:
        UnknownDriver: the driver is not installed.
        AddressMistake: an option is wrong.
    """
    kind = dialect_class(address.driver)
    dialect = kind(address.settings(kind.options))
    line = transport or SerialTransport(address.url, address.number("baudrate", kind.baudrate))
    return Printer(dialect, Link(line, dialect.codec(), kind.limits, clock, address.shown), address.shown)
