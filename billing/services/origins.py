"""Origins: made and changed by name, with their devices by role, and which one is the default."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Final
from zoneinfo import available_timezones

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from billing.errors import RuleError, UsageError
from billing.models import Device, Nomenclature, Origin
from billing.services.keys import is_text
from billing.store.engine import Store
from billing.store.mistakes import Missing
from billing.store.nomenclature import count_version_up, read_defaults
from billing.store.trail import journal
from billing.store.work import Work

ROLES: Final[Mapping[str, str]] = {
    "device": "device_id",
    "print_device": "print_device_id",
    "transfer_device": "transfer_device_id",
}
"""Each role of a device at an origin, and its column."""

TEXTS: Final = 10
"""Lines of a header or a footer at most."""
TEXT_LENGTH: Final = 200
NAME_LENGTH: Final = 40


class ZoneUnknown(RuleError):
    """No time zone has this name."""

    code = "zone_unknown"

    def __init__(self, name: str) -> None:
        super().__init__(f"there is no time zone {name!r}; expected a name such as Europe/Sofia")


class OriginWrong(UsageError):
    """What an origin cannot be."""

    code = "origin_wrong"

    def __init__(self, name: str, why: str) -> None:
        super().__init__(f"origin {name[:40]!r}: {why}")


@dataclass(frozen=True, slots=True)
class OriginRow:
    """An origin as the store knows it; devices by name, empty where there is none."""

    name: str
    device: str
    print_device: str
    transfer_device: str
    time_zone: str
    live: bool
    payment_model: str
    header: tuple[str, ...]
    footer: tuple[str, ...]
    default: bool

    def json(self) -> dict[str, Any]:
        """Return it as data."""
        return {each.name: getattr(self, each.name) for each in fields(self)} | {
            "header": list(self.header),
            "footer": list(self.footer),
        }


def set_origin(  # noqa: PLR0913 an origin is all of these; what is None stays as it is
    store: Store,
    name: str,
    *,
    device: str | None = None,
    print_device: str | None = None,
    transfer_device: str | None = None,
    time_zone: str | None = None,
    live: bool | None = None,
    payment_model: str | None = None,
    header: Sequence[str] | None = None,
    footer: Sequence[str] | None = None,
) -> None:
    """Change an origin, or make it. What is None stays; an empty device is taken away, an empty text too.

    Args:
        store: where it is.
        name: what it is called, 1 to 40 printable characters.
        device: name of the device that prints its fiscal documents.
        print_device: name of the device that prints a slip of each final bill.
        transfer_device: name of the device that prints a slip of each bill that a room pays for.
        time_zone: where its days begin, such as Europe/Sofia.
        live: whether it refuses emulated devices.
        payment_model: the only one that it takes; ``plain``: any.
        header: lines before those of its fiscal documents.
        footer: lines after them.

    Raises:
        Missing: there is no such device.
        ZoneUnknown: there is no such time zone.
        OriginWrong: a name or a text that cannot be, or slips on the fiscal device.
    """
    said = {
        "time_zone": time_zone,
        "live": live,
        "payment_model": payment_model,
        "header": header,
        "footer": footer,
        "device": device,
        "print_device": print_device,
        "transfer_device": transfer_device,
    }
    with store.write() as work:
        change_origin(work, name, {key: value for key, value in said.items() if value is not None})
        count_version_up(work)


def change_origin(work: Work, name: str, said: Mapping[str, Any]) -> None:
    """Change an origin, or make it, in a transaction of the caller's, who counts the version up.

    Args:
        work: the transaction.
        name: what it is called.
        said: what is to be otherwise, by the names of ``set_origin``.

    Raises:
        Missing, ZoneUnknown, OriginWrong: as ``set_origin``.
    """
    texts = {key: list(said[key]) for key in ("header", "footer") if key in said}
    _judge(name, said.get("time_zone"), said.get("payment_model"), texts.values())
    with work.session() as session:
        origin = session.scalars(select(Origin).where(Origin.name == name)).first() or Origin(name=name)
        devices = {ROLES[role]: _device(session, said[role]) for role in ROLES if role in said}
        rest = {key: value for key, value in said.items() if key not in ROLES}
        for key, value in (rest | texts | devices).items():
            setattr(origin, key, value)
        if origin.device_id in {origin.print_device_id, origin.transfer_device_id} - {None}:
            session.expunge_all()
            raise OriginWrong(name, "slips do not go to the device that prints fiscal documents")
        session.add(origin)
        session.flush()
    journal(work, "origin_changed", ("origin", name), {**said, **texts})


def _judge(
    name: str, time_zone: str | None, payment_model: str | None, both: Iterable[Sequence[str]]
) -> None:
    """Judge what an origin is to be.

    Raises:
        ZoneUnknown, OriginWrong: it cannot be.
    """
    if time_zone is not None and time_zone not in available_timezones():
        raise ZoneUnknown(time_zone)
    if not name.strip() or not is_text(name, NAME_LENGTH):
        raise OriginWrong(name, "a name has 1 to 40 printable characters")
    if payment_model is not None and not is_text(payment_model, NAME_LENGTH):
        raise OriginWrong(name, "a payment model has 1 to 40 printable characters")
    for texts in both:
        if len(texts) > TEXTS or not all(is_text(text, TEXT_LENGTH) for text in texts):
            raise OriginWrong(name, f"a text has at most {TEXTS} lines of 1 to {TEXT_LENGTH} characters")


def _device(session: Session, name: str) -> int | None:
    """Return the key of the device called ``name``, None for an empty name."""
    if not name:
        return None
    key = session.scalars(select(Device.id).where(Device.name == name)).one_or_none()
    if key is None:
        raise Missing("device", name)
    return key


def origin_rows(store: Store) -> list[OriginRow]:
    """Return all origins, the oldest first."""
    with store.read() as work:
        return rows_of(work)


def rows_of(work: Work) -> list[OriginRow]:
    """Return all origins, the oldest first, as this transaction sees them."""
    session = work.session()
    names = {row.id: row.name for row in session.scalars(select(Device))}
    default = session.scalar(select(Nomenclature.default_origin))
    return [
        OriginRow(
            name=row.name,
            device=names.get(row.device_id or 0, ""),
            print_device=names.get(row.print_device_id or 0, ""),
            transfer_device=names.get(row.transfer_device_id or 0, ""),
            time_zone=row.time_zone,
            live=row.live,
            payment_model=row.payment_model,
            header=tuple(row.header or ()),
            footer=tuple(row.footer or ()),
            default=row.name == default,
        )
        for row in session.scalars(select(Origin).order_by(Origin.id))
    ]


def set_default_origin(store: Store, name: str) -> None:
    """Say where a sale is from that names no origin.

    Raises:
        Missing: there is no such origin.
        NomenclatureMissing: the store holds no nomenclature yet.
    """
    with store.write() as work, work.session() as session:
        read_defaults(work)
        if session.scalars(select(Origin.id).where(Origin.name == name)).first() is None:
            raise Missing("origin", name)
        session.execute(update(Nomenclature).values(default_origin=name))
        count_version_up(work)
        journal(work, "default_origin_set", ("origin", name), {})
