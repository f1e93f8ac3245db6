"""Devices as rows: added by name and address, remembered as last seen, given to origins. Speaks to none."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from billing.errors import RuleError
from billing.models import Device, FiscalDocument, Origin
from billing.store.engine import Store
from billing.store.mistakes import Missing
from billing.store.nomenclature import count_version_up
from billing.store.queue import WAITING
from billing.store.trail import journal


class NameTaken(RuleError):
    """There is a device or origin of that name already."""

    code = "name_taken"

    def __init__(self, what: str, name: str) -> None:
        super().__init__(f"there is a {what} {name!r} already; choose another name")


class DeviceInUse(RuleError):
    """A device that something still depends on is not taken away."""

    code = "device_in_use"

    def __init__(self, name: str, why: str) -> None:
        super().__init__(f"device {name!r} is not taken away: {why}")


@dataclass(frozen=True, slots=True)
class DeviceRow:
    """A device as the store knows it; ``settings`` holds operators' passwords: never show it whole."""

    id: int
    name: str
    address: str
    number: str
    fiscal_memory_number: str
    z_number: int | None
    capabilities: Mapping[str, Any]
    settings: Mapping[str, Any]
    seen_at: datetime | None
    origins: tuple[str, ...]
    live: bool
    """An origin on it is marked live: an emulated device is refused."""

    def password(self, operator_code: str) -> str:
        """Return the password of an operator of the device, empty if none was set."""
        found = self.settings.get("operators", {}).get(operator_code, "")
        return str(found)


def _row_of(device: Device, origins: list[Origin]) -> DeviceRow:
    mine = [origin for origin in origins if origin.device_id == device.id]
    return DeviceRow(
        id=device.id,
        name=device.name,
        address=device.address,
        number=device.number,
        fiscal_memory_number=device.fiscal_memory_number,
        z_number=device.z_number,
        capabilities=device.capabilities,
        settings=device.settings,
        seen_at=device.seen_at,
        origins=tuple(origin.name for origin in mine),
        live=any(origin.live for origin in mine),
    )


def list_devices(store: Store) -> list[DeviceRow]:
    """Return all devices by name."""
    with store.read() as work:
        session = work.session()
        origins = list(session.scalars(select(Origin).order_by(Origin.id)))
        devices = session.scalars(
            select(Device).where(Device.removed_at.is_(None)).order_by(Device.name)
        ).all()
        return [_row_of(device, origins) for device in devices]


def read_device(store: Store, name: str) -> DeviceRow:
    """Return the device called ``name``.

    Raises:
        Missing: there is none; says which there are.
    """
    devices = list_devices(store)
    for device in devices:
        if device.name == name:
            return device
    raise Missing("device", name, ", ".join(device.name for device in devices) or "none yet")


def device_of_origin(store: Store, origin: str) -> DeviceRow | None:
    """Return the device of an origin, None if it has none.

    Raises:
        Missing: there is no such origin.
    """
    with store.read() as work:
        row = work.session().scalars(select(Origin).where(Origin.name == origin)).one_or_none()
    if row is None:
        raise Missing("origin", origin)
    return next((device for device in list_devices(store) if device.id == row.device_id), None)


def add_device(
    store: Store, name: str, address: str, *, origin: str | None = None, seen: Mapping[str, Any] | None = None
) -> DeviceRow:
    """Add a device, and give it to an origin, which is made where there is none of that name.

    Args:
        store: where to.
        name: its name, new in the store.
        address: ``DRIVER:PYSERIAL_URL``.
        origin: whose device it is from now on; None: nobody's yet.
        seen: what it told, as for ``remember``.

    Raises:
        NameTaken: there is a device of that name.
    """
    with store.write() as work, work.session() as session:
        if session.scalars(select(Device).where(Device.name == name)).first() is not None:
            raise NameTaken("device", name)
        device = Device(name=name, address=address, capabilities={}, settings={})
        session.add(device)
        _remember(device, seen or {}, work.now if seen else None)
        session.flush()
        if origin is not None:
            _origin(session, origin).device_id = device.id
        session.flush()
        count_version_up(work)
        journal(work, "device_added", ("device", name), {"address": address, "number": device.number})
    return read_device(store, name)


def _origin(session: Session, name: str) -> Origin:
    origin = session.scalars(select(Origin).where(Origin.name == name)).first()
    if origin is None:
        origin = Origin(name=name)
        session.add(origin)
    return origin


def remove_device(store: Store, name: str) -> None:
    """Take a device away; its row and its documents stay as a record.

    Raises:
        Missing: there is no such device.
        DeviceInUse: an origin has it, or a document waits for it.
    """
    row = read_device(store, name)
    if row.origins:
        raise DeviceInUse(name, f"origin {row.origins[0]!r} prints on it; give the origin another first")
    with store.write() as work, work.session() as session:
        waiting = session.scalars(
            select(FiscalDocument.id)
            .where(FiscalDocument.device_id == row.id, FiscalDocument.state.in_(WAITING))
            .limit(1)
        ).first()
        if waiting is not None:
            raise DeviceInUse(name, f"job {waiting} waits for it")
        device = session.get_one(Device, row.id)
        device.removed_at = work.now
        session.flush()
        count_version_up(work)
        journal(work, "device_removed", ("device", name), {"number": row.number})


def remember(store: Store, name: str, seen: Mapping[str, Any]) -> DeviceRow:
    """Keep what a device told at the last connection; registers see it with their next bill.

    Args:
        store: where it is kept.
        name: the device.
        seen: ``number``, ``fiscal_memory_number``, ``z_number`` and ``capabilities`` (plain JSON: ``rates``
            by group as decimal strings, ``payments``, ``max_sales``, ``price_max``, ``quantity_max``,
            ``percent_max`` ...); what is absent stays as it was.

    Raises:
        Missing: there is no such device.
    """
    with store.write() as work, work.session() as session:
        device = session.scalars(select(Device).where(Device.name == name)).one_or_none()
        if device is None:
            raise Missing("device", name)
        before = device.number
        _remember(device, seen, work.now)
        session.flush()
        count_version_up(work)
        if device.number != before:
            journal(
                work, "device_number_changed", ("device", name), {"before": before, "after": device.number}
            )
    return read_device(store, name)


def _remember(device: Device, seen: Mapping[str, Any], now: datetime | None) -> None:
    device.number = seen.get("number", device.number or "")
    device.fiscal_memory_number = seen.get("fiscal_memory_number", device.fiscal_memory_number or "")
    device.z_number = seen.get("z_number", device.z_number)
    device.capabilities = {**(device.capabilities or {}), **seen.get("capabilities", {})}
    device.seen_at = now or device.seen_at


def set_unseen_limit(store: Store, name: str, hours: int | None) -> None:
    """Open sales only for ``hours`` after the device was last seen; None: always.

    A program on the authority's list says 2 (fiscal rules 2, A29 p.8).

    Raises:
        Missing: there is no such device.
    """
    with store.write() as work, work.session() as session:
        device = session.scalars(select(Device).where(Device.name == name)).one_or_none()
        if device is None:
            raise Missing("device", name)
        rest = {key: value for key, value in (device.settings or {}).items() if key != "unseen_hours"}
        device.settings = rest if hours is None else rest | {"unseen_hours": hours}
        session.flush()
        count_version_up(work)
        journal(work, "device_unseen_limit", ("device", name), {"hours": hours})


def set_password(store: Store, name: str, operator_code: str, password: str) -> None:
    """Keep the password of an operator of the device; no document ever holds it.

    Raises:
        Missing: there is no such device.
    """
    with store.write() as work, work.session() as session:
        device = session.scalars(select(Device).where(Device.name == name)).one_or_none()
        if device is None:
            raise Missing("device", name)
        operators = {**device.settings.get("operators", {}), operator_code: password}
        device.settings = {**device.settings, "operators": operators}
        session.flush()
        journal(work, "device_password_set", ("device", name), {"operator_code": operator_code})
