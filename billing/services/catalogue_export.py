"""The nomenclature read whole: for a file, and the versions of each item."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import select

from billing.models import NomenclatureChange, Plu
from billing.services.catalogue_fields import DEFAULTS, FIELDS
from billing.services.catalogue_files import Item
from billing.services.catalogue_origins import origin_items
from billing.store import catalogue_rows as rows
from billing.store.engine import Store
from billing.store.mistakes import Missing
from billing.store.nomenclature import read_defaults

NUMBERED: Final[Mapping[str, str]] = {"tax_group": "tax_group", "department": "department"}
"""The fields that refer to another item by its number, and which."""

Kept = dict[str, dict[int, dict[str, Any]]]
"""The rows of every item, by number."""


def export_catalogue(store: Store) -> tuple[dict[str, Any], list[Item]]:
    """Return what stands above the tables of a file, and every item with its values.

    Raises:
        NomenclatureMissing: the store holds none.
    """
    with store.read() as work:
        defaults = read_defaults(work)
        rates = rows.read_rates(work)
        kept = {item: rows.read_items(work, item) for item in FIELDS}
        numbers = numbers_of(kept)
        items: list[Item] = []
        for item, found in kept.items():
            for number, row in found.items():
                values = values_of(item, row, numbers)
                if item == "tax_group":
                    values["rates"] = {day.isoformat(): rate for day, rate in rates.get(number, {}).items()}
                items.append((item, number, values))
        items += origin_items(work)
        return {name: getattr(defaults, name) for name in DEFAULTS}, items


def read_items(
    store: Store, item: str, *, after: int = 0, limit: int | None = None, number: int | None = None
) -> tuple[int, list[dict[str, Any]]]:
    """Return the nomenclature's version, and items as plain JSON in the order of their numbers.

    Args:
        store: where they are.
        item: which table: ``plu``, ``tax_group`` ...
        after: only those with higher numbers.
        limit: how many at most; None: all.
        number: only this one.

    Raises:
        NomenclatureMissing: the store holds none.
        Missing: there is no item ``number``.
    """
    with store.read() as work:
        version = read_defaults(work).version
        rates = rows.read_rates(work) if item == "tax_group" else {}
        kept = {name: rows.read_items(work, name) for name in {item, *NUMBERED.values()}}
        numbers = numbers_of(kept)
        wanted = [each for each in kept[item] if each > after] if number is None else [number]
        if number is not None and number not in kept[item]:
            raise Missing(item.replace("_", " "), number)
        return version, [
            {
                "number": each,
                **(plain_values(values_of(item, kept[item][each], numbers), rates.get(each, {})) or {}),
            }
            for each in wanted[:limit]
        ]


def history(store: Store, item: str, number: int) -> list[dict[str, Any]]:
    """Return the versions of an item, the oldest first: who, when, before, after."""
    with store.read() as work:
        found = work.session().scalars(
            select(NomenclatureChange)
            .where(NomenclatureChange.item == item, NomenclatureChange.number == number)
            .order_by(NomenclatureChange.id)
        )
        return [
            {
                "at": row.at.isoformat(),
                "made_by": row.made_by,
                "version": row.version,
                "before": row.before,
                "after": row.after,
            }
            for row in found
        ]


def plu_of_barcode(store: Store, barcode: str) -> int | None:
    """Return the number of the PLU with this barcode, None where there is none that may be sold."""
    with store.read() as work:
        return work.session().scalar(
            select(Plu.number).where(Plu.barcode == barcode, Plu.deleted_at.is_(None), Plu.banned.is_(False))
        )


def numbers_of(kept: Kept) -> dict[str, dict[int, int]]:
    """Return the numbers of what can be referred to, by key."""
    return {item: {row["id"]: number for number, row in kept[item].items()} for item in NUMBERED.values()}


def values_of(item: str, row: Mapping[str, Any], numbers: Mapping[str, Mapping[int, int]]) -> dict[str, Any]:
    """Return a row as a file says it: references by number, deleted or not."""
    values: dict[str, Any] = {}
    for name in FIELDS[item]:
        if name == "deleted":
            values[name] = row["deleted_at"] is not None
        elif name in NUMBERED:
            key = row[f"{name}_id"]
            values[name] = None if key is None else numbers[NUMBERED[name]][key]
        else:
            values[name] = row[name]
    return values


def plain_values(values: Mapping[str, Any] | None, rates: Mapping[date, Decimal]) -> dict[str, Any] | None:
    """Return an item's values as plain JSON, for the record."""
    if values is None:
        return None
    said = {name: format(v, "f") if isinstance(v, Decimal) else v for name, v in values.items()}
    if rates:
        said["rates"] = {day.isoformat(): format(rate, "f") for day, rate in rates.items()}
    return said
