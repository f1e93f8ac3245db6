"""The origins of a catalogue file: read, compared with what is kept, written; each mistake with its line.

What an origin may be is ``origins``'s to judge. Devices are only named: one that this store does not have is
left out and told, so that a shop's catalogue also comes into a store whose devices are still to be added.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from billing.errors import BillingError
from billing.models import Device
from billing.services.catalogue_fields import ORIGIN, FieldWrong
from billing.services.catalogue_files import Item, Row
from billing.services.origins import ROLES, change_origin, rows_of
from billing.store.work import Work


@dataclass(slots=True)
class OriginsTaken:
    """How many origins were added, changed, and already as the file says; mistakes by line; what to know."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    mistakes: list[tuple[int, str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def take_origins(work: Work, said: Iterable[Row]) -> OriginsTaken:
    """Add and change origins as a file says; the caller rolls back where there are mistakes."""
    kept = dict(_kept(work))
    devices = set(work.session().scalars(select(Device.name)))
    taken = OriginsTaken()
    lines: dict[str, int] = {}
    for row in said:
        name = str(row.number).strip()
        if (first := lines.setdefault(name, row.line)) != row.line:
            taken.mistakes.append((row.line, f"origin {name} is there twice; first in line {first}", ""))
            continue
        values = _read(row, name, taken.mistakes)
        for role in ROLES:
            if values.get(role) and values[role] not in devices:
                left_out = values.pop(role)
                taken.notes.append(
                    f"origin {name}: there is no device {left_out!r} yet, so its {role} is left out; "
                    "add the device and import the file again"
                )
        before = kept.get(name)
        changes = {key: value for key, value in values.items() if before is None or before[key] != value}
        if before is not None and not changes:
            taken.unchanged += 1
            continue
        try:
            change_origin(work, name, changes)
        except BillingError as error:
            taken.mistakes.append((row.line, f"origin {name[:40]}: {error}", ""))
        taken.added += before is None
        taken.changed += before is not None
    return taken


def _read(row: Row, name: str, mistakes: list[tuple[int, str, str]]) -> dict[str, Any]:
    """Return the values of a row; whatever is wrong with them becomes a mistake of its line."""
    values: dict[str, Any] = {}
    for key, value in row.values.items():
        if key not in ORIGIN:
            why = value if key == "cells" else f"there is no {key!r}; there are {', '.join(ORIGIN)}"
            mistakes.append((row.line, f"origin {name}: {why}", key))
            continue
        try:
            values[key] = ORIGIN[key].read(value)
        except FieldWrong as error:
            mistakes.append((row.line, f"origin {name}: {key}: {error}", key))
    return values


def origin_items(work: Work) -> list[Item]:
    """Return the origins as a file says them, the oldest first."""
    return [("origin", name, values) for name, values in _kept(work)]


def _kept(work: Work) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for row in rows_of(work):
        yield row.name, {name: getattr(row, name) for name in ORIGIN}
