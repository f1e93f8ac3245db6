"""The nomenclature's rows read and written whole, for an import, an export and the record of each change.

Core statements that name the master. Values are by column; references are keys here, not numbers.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import Date, Table, bindparam, insert, select, update

from billing import models
from billing.store.trail import journal
from billing.store.work import Work

ITEMS: Final[Mapping[str, type[models.Base]]] = {
    "tax_group": models.TaxGroup,
    "department": models.Department,
    "plu": models.Plu,
    "payment_type": models.PaymentType,
    "operator": models.Operator,
    "profile": models.Profile,
}

MANY: Final = 1000
"""Rows a statement."""
NAMED: Final = 50
"""Changed items that the journal names one by one."""

Told = Callable[[int], None]
"""Hears how many rows were written."""


def _unheard(rows: int) -> None:
    """Nobody listens."""
    del rows


def _table(model: type[models.Base]) -> Table:
    table = model.__table__
    assert isinstance(table, Table)  # noqa: S101 every model of ours has one
    return table


def read_items(work: Work, item: str) -> dict[int, dict[str, Any]]:
    """Return all rows of an item's table by number, deleted ones too."""
    table = _table(ITEMS[item])
    rows = work.connection.execute(
        select(table).where(table.c.master_id == work.master_id).order_by(table.c.number)
    )
    return {row["number"]: dict(row) for row in rows.mappings()}


def insert_items(work: Work, item: str, rows: Sequence[Mapping[str, Any]], told: Told) -> None:
    """Write new rows; ``told`` hears how many, batch by batch."""
    for start in range(0, len(rows), MANY):
        batch = rows[start : start + MANY]
        work.connection.execute(
            insert(_table(ITEMS[item])), [{"master_id": work.master_id, **row} for row in batch]
        )
        told(len(batch))


def update_items(work: Work, item: str, rows: Sequence[Mapping[str, Any]], told: Told) -> None:
    """Write changed rows; each has its ``id`` and the same columns. ``told`` hears how many, by batch."""
    if not rows:
        return
    table = _table(ITEMS[item])
    names = [name for name in rows[0] if name != "id"]
    statement = (
        update(table)
        .where(table.c.master_id == bindparam("of_master"), table.c.id == bindparam("of_id"))
        .values({name: bindparam(f"to_{name}", type_=table.c[name].type) for name in names})
    )
    for start in range(0, len(rows), MANY):
        work.connection.execute(
            statement,
            [
                {"of_master": work.master_id, "of_id": row["id"]}
                | {f"to_{name}": row[name] for name in names}
                for row in rows[start : start + MANY]
            ],
        )
        told(len(rows[start : start + MANY]))


def read_rates(work: Work) -> dict[int, dict[date, Decimal]]:
    """Return the rates of every tax group by the group's number and their first day, in order."""
    rates: dict[int, dict[date, Decimal]] = {}
    rows = work.connection.execute(
        select(models.TaxGroup.number, models.TaxRate.valid_from, models.TaxRate.percent)
        .join(
            models.TaxRate,
            (models.TaxRate.master_id == models.TaxGroup.master_id)
            & (models.TaxRate.tax_group_id == models.TaxGroup.id),
        )
        .where(models.TaxGroup.master_id == work.master_id)
        .order_by(models.TaxGroup.number, models.TaxRate.valid_from)
    )
    for number, day, percent in rows:
        rates.setdefault(number, {})[day] = percent
    return rates


def insert_rates(work: Work, rows: Iterable[tuple[int, date, Decimal]]) -> None:
    """Write new rates: the group's key, the first day, the percent."""
    values = [
        {"master_id": work.master_id, "tax_group_id": group, "valid_from": day, "percent": percent}
        for group, day, percent in rows
    ]
    if values:
        work.connection.execute(insert(_table(models.TaxRate)), values)


def change_rate(work: Work, group: int, day: date, percent: Decimal) -> None:
    """Write another percent for a rate that does not hold yet."""
    work.connection.execute(
        update(models.TaxRate)
        .where(
            models.TaxRate.master_id == work.master_id,
            models.TaxRate.tax_group_id == group,
            models.TaxRate.valid_from == bindparam("day", type_=Date()),
        )
        .values(percent=percent),
        {"day": day},
    )


def write_defaults(work: Work, columns: Mapping[str, Any], *, new: bool) -> None:
    """Write the nomenclature's own row, or columns of it."""
    table = _table(models.Nomenclature)
    if new:
        work.connection.execute(insert(table), {"master_id": work.master_id, **columns})
    else:
        work.connection.execute(
            update(models.Nomenclature)
            .where(models.Nomenclature.master_id == work.master_id)
            .values(**columns)
        )


def insert_changes(work: Work, rows: Sequence[Mapping[str, Any]], told: Told = _unheard) -> None:
    """Write the record of what changed, and one entry of the journal that vouches for it.

    The entry has the SHA-256 of the changes as they were made, and names the first of them. ``told`` hears
    how many are written, batch by batch.
    """
    if rows:
        text = json.dumps(list(map(dict, rows)), sort_keys=True, ensure_ascii=False, default=str)
        facts = {
            "changes": len(rows),
            "made_by": rows[0]["made_by"],
            "version": rows[0]["version"],
            "items": [f"{row['item']} {row['number']}" for row in rows[:NAMED]],
            "content": hashlib.sha256(text.encode()).hexdigest(),
        }
        journal(work, "nomenclature_changed", ("nomenclature", rows[0]["version"]), facts)
    for start in range(0, len(rows), MANY):
        work.connection.execute(
            insert(_table(models.NomenclatureChange)),
            [{"master_id": work.master_id, "at": work.now, **row} for row in rows[start : start + MANY]],
        )
        told(len(rows[start : start + MANY]))
