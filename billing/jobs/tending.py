"""A technician's commands of one device, which is held while they run: they never part a job's frames."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar

from billing.devices.address import Address
from billing.devices.printer import Printer
from billing.devices.registry import printer_at
from billing.devices.talk import Talk
from billing.jobs.file_notebook import lease as port_lease
from billing.jobs.holding import holding
from billing.jobs.queue import Opener
from billing.services.devices import read_device
from billing.store.engine import Store

T = TypeVar("T")


def carry(printer: Printer, talk: Talk[T]) -> T:
    """Connect the device and return what ``talk`` comes to.

    What a family lacks is refused when the talk is asked for, so nothing was sent then.

    Raises:
        DeviceError: it cannot be reached, or refuses.
    """
    printer.connect()
    return printer.do(talk)


@contextmanager
def tended_at(address: str, *, opener: Opener = printer_at) -> Iterator[Printer]:
    """Hold the port at ``address`` and yield its device, on which ``carry`` says something.

    Raises:
        AddressMistake, UnknownDriver: the address is wrong.
        DeviceTaken: another of our programs holds the port.
    """
    where = Address.parse(address)
    printer = opener(where)
    with port_lease(where.port):
        try:
            yield printer
        finally:
            printer.close()


@contextmanager
def tended(store: Store, name: str, *, opener: Opener = printer_at) -> Iterator[Printer]:
    """Hold the store's device ``name`` and yield it.

    Raises:
        Missing: the store has no such device.
        DeviceHeld, DeviceTaken: another process prints on it.
    """
    row = read_device(store, name)
    with holding(store, name), tended_at(row.address, opener=opener) as printer:
        yield printer
