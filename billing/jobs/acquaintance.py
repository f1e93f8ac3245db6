"""Getting to know a device: what it says of itself, kept in the store, and held against it."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from billing.clock import SYSTEM_CLOCK, Clock
from billing.devices.address import Address
from billing.devices.capabilities import Capabilities
from billing.devices.faults import DeviceError, NotSupported, Refused
from billing.devices.printer import Nonsense, Printer
from billing.devices.registry import printer_at
from billing.devices.standing import Counters, Identity, Standing
from billing.devices.tables import Room
from billing.jobs.autonomous import notice
from billing.jobs.comparing import CLOCK_OFF, wall
from billing.jobs.file_notebook import lease as port_lease
from billing.jobs.queue import Opener
from billing.services import jobs
from billing.services.catalogue import rates_now
from billing.services.devices import DeviceRow, add_device, read_device, remember
from billing.services.receipts import RateDiffers
from billing.store.engine import Store
from billing.store.queue import DeviceHeld


class Verdict(StrEnum):
    """How a line of a check ended."""

    OK = "ok"
    DIFFERS = "differs"
    UNKNOWN = "cannot be asked"


@dataclass(frozen=True, slots=True)
class Line:
    """One thing compared: what the store says and what the device says."""

    what: str
    verdict: Verdict
    ours: str
    device: str


@dataclass(frozen=True, slots=True)
class Seen:
    """What a device told; None where its protocol has no such question."""

    identity: Identity
    capabilities: Capabilities
    standing: Standing
    columns: int | None = None
    """The characters of a line that the address, or the family, takes for granted."""
    rates: Mapping[int, Decimal | None] | None = None
    clock: datetime | None = None
    payment_names: Mapping[str, str] | None = None
    counters: Counters | None = None
    plu_count: int | None = None
    """Articles in the device's own table."""
    room: Room | None = None
    """What fiscal memory and journal can still keep."""

    def facts(self, now: datetime) -> dict[str, Any]:
        """Return what the store keeps of it at the moment ``now``, as plain JSON."""
        can = self.capabilities
        kept: dict[str, Any] = {
            "columns": can.columns,
            "payments": {category.value: word for category, word in can.payments.items()},
            "max_sales": can.max_sales,
            "price_max": str(can.price_max),
            "quantity_max": str(can.quantity_max),
            "invoices": can.invoices,
            "credit_notes": can.credit_notes,
            "reversals": [reason.value for reason in can.reversal_reasons],
            "emulated": self.identity.emulated,
        }
        if can.plus is not None and self.plu_count != 0:
            kept["plus"] = [can.plus[0], can.plus[-1]]
        if self.rates is not None:
            kept["rates"] = {str(n): None if rate is None else f"{rate:f}" for n, rate in self.rates.items()}
        kept["faults"] = [fault.code for fault in self.standing.health.faults]
        kept["warnings"] = [fault.code for fault in self.standing.health.warnings]
        if self.clock is not None:
            kept["clock_drift_s"] = round((self.clock - wall(now)).total_seconds())
        if self.room is not None:
            kept["z_reports_left"] = self.room.reports
            kept["journal_bytes"] = [self.room.journal_used, self.room.journal_size]
        facts: dict[str, Any] = {
            "number": self.identity.device_number,
            "fiscal_memory_number": self.identity.fiscal_memory_number,
            "capabilities": kept,
        }
        if self.counters is not None and self.counters.z_number is not None:
            facts["z_number"] = self.counters.z_number
        return facts


def examine(printer: Printer) -> Seen:
    """Return what the device says of itself; changes nothing and prints nothing.

    Raises:
        DeviceError: it cannot be reached.
    """
    identity, dialect = printer.connect(), printer.dialect
    seen: dict[str, Any] = {}
    for name in ("rates", "clock", "payment_names", "counters"):
        with suppress(NotSupported, Refused):  # a family that cannot tell
            seen[name] = printer.do(getattr(dialect, name)())
    for name in ("plu_count", "room"):  # nothing that is sold hangs on these
        with suppress(NotSupported, Refused, Nonsense):
            seen[name] = printer.do(getattr(dialect, name)())
    can = dialect.capabilities()
    with suppress(NotSupported, Refused, Nonsense):
        can = printer.do(dialect.measures())
    with suppress(NotSupported, Refused):
        can = replace(can, payments=printer.do(dialect.mapping()))
    columns = dialect.capabilities().columns
    return Seen(identity, can, printer.do(dialect.standing()), columns, **seen)


def examine_at(address: str, *, opener: Opener = printer_at) -> Seen:
    """Return what the device at ``address`` says of itself.

    Raises:
        AddressMistake, UnknownDriver: the address is wrong.
        DeviceError: it cannot be reached.
    """
    where = Address.parse(address)
    printer = opener(where)
    with port_lease(where.port):
        try:
            return examine(printer)
        finally:
            printer.close()


def clock_at(
    address: str, *, to_now: bool, opener: Opener = printer_at, clock: Clock = SYSTEM_CLOCK
) -> datetime:
    """Return the wall clock of the device at ``address``, after setting it to ours if ``to_now``.

    Raises:
        NotSupported: its protocol has no clock to read or set.
        DeviceError: it cannot be reached, or refuses the time.
    """
    where = Address.parse(address)
    printer = opener(where)
    with port_lease(where.port):
        try:
            printer.connect()
            if to_now:
                printer.do(printer.dialect.set_clock(wall(clock.now())))
            return printer.do(printer.dialect.clock())
        finally:
            printer.close()


def introduce(
    store: Store, name: str, address: str, *, origin: str | None = None, opener: Opener = printer_at
) -> DeviceRow:
    """Ask the device at ``address`` who it is and add it to the store under ``name``.

    Raises:
        NameTaken: the store has one of that name.
        DeviceError: it cannot be reached; nothing was kept.
    """
    return add_device(
        store, name, address, origin=origin, seen=examine_at(address, opener=opener).facts(store.clock.now())
    )


def check(store: Store, name: str, *, opener: Opener = printer_at) -> tuple[Seen, list[Line]]:
    """Hold a device against what the store knows of it, line by line, and keep what it said.

    A device with another number is not kept: its sale numbers are not ours.

    Raises:
        Missing: the store has no such device.
        DeviceHeld: another process prints on it.
        DeviceError: it cannot be reached.
    """
    row = read_device(store, name)
    lease = jobs.take_lease(store, name)
    try:
        printer = opener(Address.parse(row.address))
        try:
            seen = examine(printer)
            if seen.identity.device_number == row.number:
                notice(store, printer, row)
        finally:
            printer.close()
    finally:
        jobs.release_lease(store, lease)
    lines = list(_compare(store, row, seen))
    if row.number in {"", seen.identity.device_number}:
        remember(store, name, seen.facts(store.clock.now()))
    return seen, lines


def look_again(store: Store, refused: RateDiffers, *, opener: Opener = printer_at) -> bool:
    """Return whether a device has other tax rates by now than those that a bill was refused for.

    It may have been corrected since it was last asked. A device that cannot be asked now changes nothing.
    """
    before = read_device(store, refused.device).capabilities.get("rates")
    try:
        check(store, refused.device, opener=opener)
    except (DeviceError, DeviceHeld):
        return False
    return bool(read_device(store, refused.device).capabilities.get("rates") != before)


def _compare(store: Store, row: DeviceRow, seen: Seen) -> list[Line]:
    return [
        _line("device number", row.number, seen.identity.device_number),
        _line("fiscal memory", row.fiscal_memory_number, seen.identity.fiscal_memory_number),
        *_rates(rates_now(store) or {}, seen.rates),
        _clock(store.clock.now(), seen.clock),
        _payments(row, seen),
        *_columns(seen),
        _z_number(row, seen),
        _live(row, seen),
    ]


def _line(what: str, ours: str, device: str) -> Line:
    same = ours in {"", device}
    return Line(what, Verdict.OK if same else Verdict.DIFFERS, ours or "not known yet", device)


def _rates(ours: Mapping[int, Decimal], device: Mapping[int, Decimal | None] | None) -> list[Line]:
    if device is None:
        return [Line("tax rates", Verdict.UNKNOWN, "", "")]
    return [
        Line(
            f"tax group {group}",
            Verdict.OK if device.get(group) == rate else Verdict.DIFFERS,
            f"{rate.normalize():f} %",
            "off" if (theirs := device.get(group)) is None else f"{theirs.normalize():f} %",
        )
        for group, rate in sorted(ours.items())
    ]


def _clock(now: datetime, device: datetime | None) -> Line:
    """Compare with the law's own zone: a device's wall clock has none."""
    if device is None:
        return Line("clock", Verdict.UNKNOWN, "", "")
    ours = wall(now)
    verdict = Verdict.OK if abs(device - ours) <= CLOCK_OFF else Verdict.DIFFERS
    return Line("clock", verdict, f"{ours:%Y-%m-%d %H:%M:%S}", f"{device:%Y-%m-%d %H:%M:%S}")


def _payments(row: DeviceRow, seen: Seen) -> Line:
    ours = row.capabilities.get("payments")
    words = {category.value: word for category, word in seen.capabilities.payments.items()}
    names = seen.payment_names or {}
    shown = ", ".join(f"{c}={w}" + (f" ({names[w]})" if names.get(w) else "") for c, w in words.items())
    verdict = Verdict.OK if ours is None or ours == words else Verdict.DIFFERS
    return Line("payments", verdict, "as mapped" if verdict is Verdict.OK else str(ours), shown)


def _columns(seen: Seen) -> list[Line]:
    """Return a line where the paper is wider or narrower than we take it for."""
    ours, device = seen.columns, seen.capabilities.columns
    if ours in {None, device}:
        return []
    advice = f"{device}: say columns={device} in the address"
    return [Line("columns", Verdict.DIFFERS, str(ours), advice)]


def _z_number(row: DeviceRow, seen: Seen) -> Line:
    found = seen.counters.z_number if seen.counters else None
    if found is None:
        return Line("Z number", Verdict.UNKNOWN, str(row.z_number or ""), "")
    return _line("Z number", "" if row.z_number is None else str(row.z_number), str(found))


def _live(row: DeviceRow, seen: Seen) -> Line:
    wrong = row.live and seen.identity.emulated
    kind = "an emulator" if seen.identity.emulated else "a device"
    return Line("kind", Verdict.DIFFERS if wrong else Verdict.OK, "live" if row.live else "not live", kind)
