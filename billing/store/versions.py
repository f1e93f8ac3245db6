"""Versions of the nomenclature where a host writes its rows through a session, whoever's classes they are.

Each flush that changes an item leaves a version (who, when, before, after) and counts the nomenclature up, so
that every till sees it with its next bill. An item that is deleted stays as a row with ``deleted_at``; many
rows changed by one statement would leave no version and are refused. An import writes its own versions.
"""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import Table, event, select
from sqlalchemy.orm import ORMExecuteState, Session

from billing import models
from billing.errors import StoreError
from billing.models.nomenclature import Item
from billing.store.catalogue_rows import ITEMS, insert_changes
from billing.store.nomenclature import NomenclatureMissing, count_version_up, read_defaults
from billing.store.work import Work

REFERENCES: Final[Mapping[str, str]] = {"tax_group_id": "tax_group", "department_id": "department"}
"""Columns that refer to another item; a version names its number."""
HIDDEN: Final = frozenset({"id", "master_id", "type", "number", "deleted_at"})

Key = tuple[str, int]
"""An item's table and its row's key."""


class ManyAtOnce(StoreError):
    """One statement would change many items, and none of them would leave a version."""

    code = "many_at_once"

    def __init__(self, model: str) -> None:
        super().__init__(
            f"rows of {model} are changed one by one in a session, or by an import, "
            "so that each leaves a version"
        )


def watch(session: Session, work: Work, made_by: str) -> None:
    """Keep a version of every change that ``session`` makes to the nomenclature; ``made_by`` made it."""
    seen = _Seen(work, made_by)
    event.listen(session, "before_flush", seen.before_flush)
    event.listen(session, "after_flush", seen.after_flush)
    event.listen(session, "do_orm_execute", _refuse_many)


def _refuse_many(state: ORMExecuteState) -> None:
    if not (state.is_insert or state.is_update or state.is_delete) or state.bind_mapper is None:
        return
    model = state.bind_mapper.class_
    if issubclass(model, (Item, models.TaxRate)):
        raise ManyAtOnce(model.__name__)


class _Seen:
    """What a session changes, from before its flush until after it."""

    def __init__(self, work: Work, made_by: str) -> None:
        self.work = work
        self.made_by = made_by
        self.before: dict[Key, dict[str, Any] | None] = {}
        self.new: list[Item] = []

    def before_flush(self, session: Session, *_: object) -> None:
        """Keep what each item is before the flush; take a deleted one out of use instead."""
        for row in list(session.deleted):
            if isinstance(row, Item):
                session.add(row)
                row.deleted_at = row.deleted_at or self.work.now
        self.before, self.new = {}, []
        for row in (*session.new, *session.dirty, *session.deleted):
            if isinstance(row, models.TaxRate):
                self._keep("tax_group", row.tax_group_id)
            elif isinstance(row, Item) and row in session.new:
                self.new.append(row)
            elif isinstance(row, Item) and session.is_modified(row):
                self._keep(_item_of(row), row.id)

    def _keep(self, item: str, key: int) -> None:
        if (item, key) not in self.before:
            self.before[item, key] = self._values(item, key)

    def after_flush(self, *_: object) -> None:
        """Write a version of each item that is not as it was; a nomenclature's beginning is no change."""
        self.before |= {(_item_of(row), row.id): None for row in self.new}
        changes = []
        for (item, key), before in self.before.items():
            after = self._values(item, key)
            if after is not None and after != before:
                number = after.pop("number")
                known = {name: value for name, value in (before or {}).items() if name != "number"}
                changes.append({"item": item, "number": number, "before": known or None, "after": after})
        self.before, self.new = {}, []
        if not changes:
            return
        try:
            read_defaults(self.work)
        except NomenclatureMissing:
            return
        count_version_up(self.work)
        version = read_defaults(self.work).version
        insert_changes(self.work, [{"made_by": self.made_by, "version": version, **row} for row in changes])

    def _values(self, item: str, key: int) -> dict[str, Any] | None:
        """Return an item as the store has it now, as an import's versions say it; None: there is none."""
        table = _table(ITEMS[item])
        row = self._one(table, key)
        if row is None:
            return None
        values = {"number": row["number"]}
        for name, value in row.items():
            if name in REFERENCES:
                other = None if value is None else self._one(_table(ITEMS[REFERENCES[name]]), value)
                values[REFERENCES[name]] = other and other["number"]
            elif name not in HIDDEN:
                values[name] = _plain(value)
        values["deleted"] = row["deleted_at"] is not None
        if item == "tax_group":
            values["rates"] = self._rates(key)
        return values

    def _one(self, table: Table, key: int) -> dict[str, Any] | None:
        found = self.work.connection.execute(
            select(table).where(table.c.master_id == self.work.master_id, table.c.id == key)
        )
        row = found.mappings().one_or_none()
        return None if row is None else dict(row)

    def _rates(self, group: int) -> dict[str, str]:
        rate = models.TaxRate
        rows = self.work.connection.execute(
            select(rate.valid_from, rate.percent)
            .where(rate.master_id == self.work.master_id, rate.tax_group_id == group)
            .order_by(rate.valid_from)
        )
        return {day.isoformat(): format(percent, "f") for day, percent in rows}


def _item_of(row: Item) -> str:
    """Return the name of the item's table, of a host's subclass too."""
    return next(item for item, model in ITEMS.items() if isinstance(row, model))


def _table(model: type[models.Base]) -> Table:
    table = model.__table__
    assert isinstance(table, Table)  # noqa: S101 every model of ours has one
    return table


def _plain(value: Any) -> Any:  # noqa: ANN401 any value of a column
    """Return a value as JSON keeps it."""
    if isinstance(value, Decimal):
        return format(value, "f")
    return value.isoformat() if isinstance(value, (date, datetime)) else value
