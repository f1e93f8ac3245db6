"""Holds a device just connected against what the store knows of it; on a difference nothing prints.

Who answers is compared at every connection; the clock and the Z number, which cost exchanges, once a minute.
"""

from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from billing.devices.faults import DeviceError, Fault, NotSupported, Refused
from billing.devices.printer import Printer
from billing.devices.standing import Identity
from billing.jobs.autonomous import z_number_of
from billing.services.devices import DeviceRow, remember
from billing.store.engine import Store

CLOCK_OFF: Final = timedelta(hours=2)
"""The most a device's clock may be off (N-18 art. 25(12))."""
LAW_ZONE: Final = ZoneInfo("Europe/Sofia")
"""The zone of a fiscal device's wall clock, which has none of its own."""
FRESH: Final = timedelta(minutes=1)
"""How long a comparison of clock and Z number holds."""


class DeviceChanged(DeviceError):
    """Another device answers than the one the sale numbers were taken for."""

    def __init__(self, name: str, ours: str, found: str) -> None:
        super().__init__(Fault.OTHER_DEVICE, f"device {name!r} is {ours} here, and {found} answers", found)


class EmulatorRefused(DeviceError):
    """An origin marked live met an emulated device."""

    def __init__(self, name: str) -> None:
        super().__init__(Fault.EMULATED, f"device {name!r}")


class ClockDiffers(DeviceError):
    """The device would date its documents wrongly."""

    def __init__(self, ours: datetime, device: datetime) -> None:
        super().__init__(
            Fault.CLOCK_OFF, f"it is {device:%d-%m-%Y %H:%M} there and {ours:%d-%m-%Y %H:%M} here"
        )


class ZNumberBack(DeviceError):
    """The device has made fewer Z reports than we know of."""

    def __init__(self, ours: int, device: int) -> None:
        super().__init__(Fault.Z_BACK, f"its last Z is {device} there and {ours} here")


def compared(store: Store, row: DeviceRow, printer: Printer, identity: Identity) -> DeviceRow:
    """Return the device's row as the store keeps it from now on.

    Raises:
        DeviceChanged, EmulatorRefused, ClockDiffers, ZNumberBack: what does not agree, both values shown.
        DeviceError: the device cannot be asked.
    """
    if not row.number:
        seen = {"number": identity.device_number, "fiscal_memory_number": identity.fiscal_memory_number}
        row = remember(store, row.name, seen)
    if identity.device_number != row.number:
        raise DeviceChanged(row.name, row.number, identity.device_number)
    if row.live and identity.emulated:
        raise EmulatorRefused(row.name)
    now = store.clock.now()
    built: dict[str, Any] = {"model": identity.model, "firmware": identity.firmware}
    if row.seen_at is not None and now - row.seen_at < FRESH:
        same = row.capabilities.get("firmware") == identity.firmware
        return row if same else remember(store, row.name, {"capabilities": built})
    with suppress(NotSupported, Refused):
        device, ours = printer.do(printer.dialect.clock()), wall(now)
        if abs(device - ours) > CLOCK_OFF:
            raise ClockDiffers(ours, device)
        built["clock_drift_s"] = round((device - ours).total_seconds())
    z_number = z_number_of(printer)
    if z_number is not None and row.z_number is not None and z_number < row.z_number:
        raise ZNumberBack(row.z_number, z_number)
    known = {} if z_number is None or row.z_number is not None else {"z_number": z_number}
    return remember(store, row.name, {**known, "capabilities": built})


def wall(now: datetime) -> datetime:
    """Return an instant as a fiscal device's wall clock shows it, without a zone."""
    return now.astimezone(LAW_ZONE).replace(tzinfo=None)
