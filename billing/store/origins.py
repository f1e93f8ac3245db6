"""Origins and devices as a register needs them: plain facts, read in one statement."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import bindparam, select

from billing.models import Device, Origin
from billing.store.mistakes import Missing
from billing.store.work import Work


@dataclass(frozen=True, slots=True)
class DeviceFacts:
    """A device as last seen; ``capabilities`` is plain JSON."""

    id: int
    name: str
    number: str
    address: str
    capabilities: Mapping[str, Any] = field(default_factory=dict)
    seen_at: datetime | None = None
    unseen_hours: int | None = None
    """For how long sales are opened without the device having been seen; None: for ever."""


@dataclass(frozen=True, slots=True)
class OriginFacts:
    """An origin and its device, None for one that prints nowhere."""

    id: int
    name: str
    time_zone: str
    live: bool
    device: DeviceFacts | None = None
    """What prints its fiscal documents."""
    payment_model: str = "plain"
    """The only model of payment that it takes; ``plain``: any."""
    header: tuple[str, ...] = ()
    footer: tuple[str, ...] = ()
    """Lines before and after those of its fiscal documents."""
    print_device: int | None = None
    """Key of the device that prints a slip of every final bill."""
    transfer_device: int | None = None
    """Key of the device that prints a slip of each bill that a room pays for."""


_ORIGINS: Final = (
    select(
        Origin.id,
        Origin.name,
        Origin.time_zone,
        Origin.live,
        Origin.payment_model,
        Origin.header,
        Origin.footer,
        Origin.print_device_id,
        Origin.transfer_device_id,
        Device.id.label("device_id"),
        Device.name.label("device_name"),
        Device.number,
        Device.address,
        Device.capabilities,
        Device.seen_at,
        Device.settings,
    )
    .outerjoin(Device, (Device.master_id == Origin.master_id) & (Device.id == Origin.device_id))
    .where(Origin.master_id == bindparam("master"))
    .order_by(Origin.id)
)


def read_origins(work: Work) -> list[OriginFacts]:
    """Return all origins of the master, oldest first."""
    return [
        OriginFacts(
            row.id,
            row.name,
            row.time_zone,
            row.live,
            None
            if row.device_id is None
            else DeviceFacts(
                row.device_id,
                row.device_name,
                row.number,
                row.address,
                row.capabilities or {},
                row.seen_at,
                (row.settings or {}).get("unseen_hours"),
            ),
            row.payment_model,
            tuple(row.header or ()),
            tuple(row.footer or ()),
            row.print_device_id,
            row.transfer_device_id,
        )
        for row in work.connection.execute(_ORIGINS, {"master": work.master_id})
    ]


def read_origin(work: Work, name: str | None, default: str | None) -> OriginFacts:
    """Return the origin called ``name``, else the default one, else the only one there is.

    Raises:
        Missing: there is none of that name, or none to choose.
    """
    origins = read_origins(work)
    wanted = name or default
    for origin in origins:
        if origin.name == wanted:
            return origin
    known = ", ".join(origin.name for origin in origins) or "none"
    if wanted is None and len(origins) == 1:
        return origins[0]
    raise Missing("origin", wanted or "named, and not just one", known)


def origin_of(work: Work, origin_id: int) -> OriginFacts:
    """Return the origin with this key.

    Raises:
        Missing: there is none.
    """
    for origin in read_origins(work):
        if origin.id == origin_id:
            return origin
    raise Missing("origin with key", origin_id)
