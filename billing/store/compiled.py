"""Statements of the hot write path, compiled once for each database and then run by the driver.

Compiling, even from the cache, and SQLAlchemy's own bookkeeping cost more than SQLite needs to insert a row,
and a bill writes a dozen rows. So the SQL is compiled once and goes to the driver's cursor inside
SQLAlchemy's transaction. Types still go through the columns' own processors on the way in; results come as
the driver gives them; its errors are SQLAlchemy's.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, Final

from sqlalchemy import Column, Dialect, Executable, Table
from sqlalchemy.exc import DBAPIError

from billing.models import Base
from billing.models.base import Instant
from billing.store.work import Work

Process = Callable[[Any], Any]


class _Last:
    """A processor that knows its last value again: a transaction's moment stands in every row it writes."""

    __slots__ = ("process", "seen")

    def __init__(self, process: Process) -> None:
        self.process = process
        self.seen: tuple[Any, Any] = (None, None)

    def __call__(self, value: Any) -> Any:  # noqa: ANN401 whatever the column takes and the driver gets
        last, made = self.seen
        if value is last:
            return made
        made = self.process(value)
        self.seen = (value, made)  # one assignment: threads share the plan
        return made


@dataclass(frozen=True, slots=True)
class Plan:
    """An INSERT for one database: its SQL, the columns' defaults, and which values must be prepared.

    ``pick`` takes the values out of a row that has all columns, in their order.
    """

    sql: str
    defaults: Mapping[str, Any]
    pick: Callable[[Mapping[str, Any]], tuple[Any, ...]]
    processes: list[tuple[int, Process]]

    def values(self, row: Mapping[str, Any]) -> list[Any]:
        """Return the values of ``row`` in the order of the columns, as the driver takes them."""
        values = list(self.pick({**self.defaults, **row}))
        for place, process in self.processes:
            if (value := values[place]) is not None:
                values[place] = process(value)
        return values


class Insert:
    """An INSERT into the table of ``model``: rows are dictionaries, what they leave out takes its default."""

    def __init__(self, model: type[Base]) -> None:
        table = model.__table__
        assert isinstance(table, Table)  # noqa: S101 every model of ours has one
        self._table = table
        self._columns = [column for column in table.columns if column.name != "id"]
        self._plans: dict[str, Plan] = {}

    def _plan(self, dialect: Dialect) -> Plan:
        """Return the SQL for a database, and how a row becomes its values."""
        if dialect.name not in self._plans:
            mark = "?" if dialect.paramstyle == "qmark" else "%s"
            names = ", ".join(column.name for column in self._columns)
            marks = ", ".join(mark for _ in self._columns)
            defaults = [column.default for column in self._columns]
            processes = [_process_of(column, dialect) for column in self._columns]
            self._plans[dialect.name] = Plan(
                sql=f"INSERT INTO {self._table.name} ({names}) VALUES ({marks})",  # noqa: S608 our own names
                defaults={
                    column.name: default.arg if default is not None and default.is_scalar else None
                    for column, default in zip(self._columns, defaults, strict=True)
                },
                pick=itemgetter(*(column.name for column in self._columns)),
                processes=[
                    (place, process) for place, process in enumerate(processes) if process is not None
                ],
            )
        return self._plans[dialect.name]

    def rows(self, work: Work, rows: Iterable[Mapping[str, Any]]) -> None:
        """Insert all ``rows`` with one statement."""
        plan = self._plan(work.connection.dialect)
        values = [plan.values(row) for row in rows]
        if values:
            _run(work, plan.sql, values if len(values) > 1 else values[0], many=len(values) > 1)

    def row(self, work: Work, row: Mapping[str, Any]) -> None:
        """Insert one row."""
        plan = self._plan(work.connection.dialect)
        _run(work, plan.sql, plan.values(row))

    def new(self, work: Work, row: Mapping[str, Any]) -> int:
        """Insert one row and return the key that the database gave it."""
        plan = self._plan(work.connection.dialect)
        key: int = _run(work, f"{plan.sql} RETURNING id", plan.values(row)).fetchone()[0]
        return key


def _process_of(column: Column[Any], dialect: Dialect) -> Process | None:
    """Return what makes a column's value the driver's own, None where it is already."""
    process: Process | None = column.type.dialect_impl(dialect).bind_processor(dialect)
    if process is None or not isinstance(column.type, Instant):
        return process
    return _MOMENTS.setdefault(dialect.name, _Last(process))


_MOMENTS: Final[dict[str, _Last]] = {}
"""What makes a moment each database's own: one for all tables."""


def _run(work: Work, sql: str, values: Any, *, many: bool = False) -> Any:  # noqa: ANN401 what the driver takes and gives
    """Run ``sql`` on a cursor of the transaction's own connection; ``many``: for each of a list of rows."""
    connection = work.connection
    cursor = connection.connection.cursor()
    try:
        if many:
            cursor.executemany(sql, values)
        else:
            cursor.execute(sql, values)
    except connection.dialect.loaded_dbapi.Error as error:
        raise DBAPIError.instance(sql, None, error, connection.dialect.loaded_dbapi.Error) from error
    return cursor


class Statement:
    """Any statement with bound parameters; give one for each database where they are not the same."""

    def __init__(self, statement: Executable, **by_database: Executable) -> None:
        self._statement = statement
        self._by_database = by_database
        self._plans: dict[str, tuple[str, list[str] | None]] = {}

    def first(self, work: Work, parameters: Mapping[str, Any]) -> tuple[Any, ...] | None:
        """Run the statement with plain values for its parameters; return the first row of its result."""
        dialect = work.connection.dialect
        if dialect.name not in self._plans:
            statement: Any = self._by_database.get(dialect.name, self._statement)
            compiled = statement.compile(dialect=dialect)
            order = compiled.positiontup if dialect.paramstyle == "qmark" else None
            self._plans[dialect.name] = (str(compiled), order)
        sql, order = self._plans[dialect.name]
        values = dict(parameters) if order is None else tuple(parameters[name] for name in order)
        row: tuple[Any, ...] | None = _run(work, sql, values).fetchone()
        return row
