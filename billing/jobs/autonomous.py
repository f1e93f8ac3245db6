"""Z reports that nobody here asked for: found by the device's own count, read from its memory, and filed.

A device closes its day by itself at 23:59:59, and anybody may press its keys (N-18 art. 39(1)). Such a Z is
never printed again.
"""

import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from decimal import Decimal

from billing.devices.address import Address
from billing.devices.faults import NotSupported, Refused
from billing.devices.printer import Printer
from billing.devices.registry import printer_at
from billing.jobs.holding import holding
from billing.services.closings import file_autonomous
from billing.services.devices import DeviceRow, read_device, remember
from billing.services.reports import ZResult
from billing.store.engine import Store

logger = logging.getLogger(__name__)


def z_number_of(printer: Printer) -> int | None:
    """Return the number of the device's last Z; None: its protocol does not tell."""
    with suppress(NotSupported, Refused):
        return printer.do(printer.dialect.counters()).z_number
    return None


def keep_z_number(store: Store, printer: Printer, row: DeviceRow) -> DeviceRow:
    """Keep the number that the device now stands at, and return its row."""
    now = z_number_of(printer)
    return row if now in {None, row.z_number} else remember(store, row.name, {"z_number": now})


def made_by_itself(printer: Printer, row: DeviceRow) -> int:
    """Return how many Z reports the device has made since we last knew its number."""
    now = z_number_of(printer)
    return 0 if now is None or row.z_number is None else max(0, now - row.z_number)


def since_then(printer: Printer) -> Decimal | None:
    """Return what the device has sold since its last Z; None: it does not tell."""
    with suppress(NotSupported, Refused):
        registers = printer.do(printer.dialect.registers())
        groups = [Decimal(value) for name, value in registers.items() if name.startswith("group_")]
        return Decimal(registers["total"]) if "total" in registers else sum(groups, Decimal(0))
    return None


def block_of(printer: Printer) -> Mapping[str, str]:
    """Return what fiscal memory says of the last Z, by our names; empty where it cannot be read."""
    with suppress(NotSupported, Refused):
        return printer.do(printer.dialect.last_z())
    return {}


def notice(store: Store, printer: Printer, row: DeviceRow) -> list[ZResult]:
    """File every Z that the connected device made since we last knew its number, and return them.

    The device's lease is held by the caller.
    """
    count = made_by_itself(printer, row)
    filed = []
    if count and row.z_number is not None and row.origins:
        sold = since_then(printer)
        for number in range(row.z_number + 1, row.z_number + count + 1):
            block = block_of(printer) if number == row.z_number + count else {}
            result = file_autonomous(store, row.name, number, block, sold)
            if result is not None:
                logger.warning("device %s has made Z %d by itself", row.name, number)
                filed.append(result)
    keep_z_number(store, printer, row)
    return filed


def look_for(store: Store, device: str, opener: Callable[[Address], Printer] = printer_at) -> list[ZResult]:
    """Connect to a device and file what it closed by itself.

    Raises:
        DeviceHeld: another process prints on it.
        DeviceError: it cannot be reached.
    """
    row = read_device(store, device)
    with holding(store, device):
        printer = opener(Address.parse(row.address))
        try:
            if printer.connect().device_number != row.number:
                return []  # another device: its Z numbers are not ours
            return notice(store, printer, row)
        finally:
            printer.close()
