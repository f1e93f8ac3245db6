"""Many rows of one table in one go: how the pass over recurring plans writes a batch.

Rows come as tuples in the order of the named columns, JSON as text. SQLite takes them with ``executemany``,
PostgreSQL by ``COPY``; where a key may be taken already, a conflicting row is left out and what was really
inserted is told. The number of statements does not depend on the number of rows.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import JSON, Dialect, Select, Table
from sqlalchemy.exc import DBAPIError
from sqlalchemy.types import TypeEngine

from billing.models import Base
from billing.store.work import Work

Process = Callable[[Any], Any]


class Bulk:
    """Inserts rows of the named columns of ``model``'s table."""

    def __init__(self, model: type[Base], *names: str) -> None:
        table = model.__table__
        assert isinstance(table, Table)  # noqa: S101 every model of ours has one
        self._name = table.name
        self._columns = [table.columns[name] for name in names]
        self._names = ", ".join(names)
        self._processes: dict[str, list[tuple[int, Process]]] = {}

    def write(self, work: Work, rows: Sequence[tuple[Any, ...]], *, ready: bool = False) -> None:
        """Insert all ``rows``; any conflict fails the transaction.

        Args:
            work: the transaction.
            rows: values in the order of the columns.
            ready: they are as the driver takes them already (see ``Ready``).
        """
        if not rows:
            return
        values = rows if ready else self.prepare(work.connection.dialect, rows)
        if work.connection.dialect.name == "sqlite":
            run_many(work, self._insert, values)
        else:
            _copy(work, f"COPY {self._name} ({self._names}) FROM STDIN", values)

    def write_new(self, work: Work, rows: Sequence[tuple[Any, ...]]) -> set[int]:
        """Insert those ready ``rows`` whose keys are not taken; return the first value (the id) of each.

        The ids are given, in ascending order, and nobody else uses any between the first and the last.
        """
        if not rows:
            return set()
        if work.connection.dialect.name == "sqlite":
            run_many(work, f"{self._insert} ON CONFLICT DO NOTHING", rows)
            found = run(
                work,
                f"SELECT id FROM {self._name} WHERE id BETWEEN ? AND ?",  # noqa: S608 our own name
                (rows[0][0], rows[-1][0]),
            )
        else:
            types = (column.type.compile(work.connection.dialect) for column in self._columns)
            arrays = ", ".join(f"%s::text::{type_}[]" for type_ in types)
            found = run(
                work,
                f"INSERT INTO {self._name} ({self._names}) SELECT * FROM unnest({arrays}) "  # noqa: S608
                "ON CONFLICT DO NOTHING RETURNING id",
                [array(values) for values in zip(*rows, strict=True)],
            )
        return {row[0] for row in found.fetchall()}

    def row_maker(self, work: Work, names: Sequence[str]) -> Callable[[Mapping[str, Any]], tuple[Any, ...]]:
        """Return what makes the ready values of ``names`` out of a dictionary."""
        dialect = work.connection.dialect
        types = {column.name: column.type for column in self._columns}
        processes = [(name, types[name].dialect_impl(dialect).bind_processor(dialect)) for name in names]

        def make(row: Mapping[str, Any]) -> tuple[Any, ...]:
            return tuple(row[name] if process is None else process(row[name]) for name, process in processes)

        return make

    @property
    def _insert(self) -> str:
        marks = ", ".join("?" for _ in self._columns)
        return f"INSERT INTO {self._name} ({self._names}) VALUES ({marks})"  # noqa: S608 our own names

    def prepare(self, dialect: Dialect, rows: Sequence[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
        """Return the rows as the driver takes them; equal values of a column are prepared once."""
        if dialect.name not in self._processes:
            processes = (
                None
                if isinstance(column.type, JSON)
                else column.type.dialect_impl(dialect).bind_processor(dialect)
                for column in self._columns
            )
            self._processes[dialect.name] = [
                (place, process) for place, process in enumerate(processes) if process is not None
            ]
        columns: list[Sequence[Any]] = list(zip(*rows, strict=True))
        for place, process in self._processes[dialect.name]:
            ready = {value: process(value) for value in set(columns[place]) if value is not None}
            columns[place] = [ready.get(value) for value in columns[place]]
        return list(zip(*columns, strict=True))


class Ready(dict[Any, Any]):
    """What the driver takes for values of one type, each prepared once: ``ready[instant]``."""

    def __init__(self, work: Work, type_: TypeEngine[Any]) -> None:
        super().__init__({None: None})
        dialect = work.connection.dialect
        self._process = type_.dialect_impl(dialect).bind_processor(dialect)

    def __missing__(self, value: Any) -> Any:  # noqa: ANN401 any type's value
        ready = self[value] = value if self._process is None else self._process(value)
        return ready


class Reader:
    """Runs one SELECT on the driver's own cursor and gives its rows as dictionaries of plain values.

    Equal values of a column are read once, which is most of them: instants, zones, rates.
    """

    def __init__(self, statement: Select[Any]) -> None:
        self._statement = statement
        self._names = [column.name for column in statement.selected_columns]
        self._types = [column.type for column in statement.selected_columns]
        self._plans: dict[str, tuple[str, list[str] | None, dict[str, Any]]] = {}

    def rows(self, work: Work, parameters: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Return the rows of the statement with these values for its parameters."""
        dialect = work.connection.dialect
        if dialect.name not in self._plans:
            compiled: Any = self._statement.compile(dialect=dialect)
            order = compiled.positiontup if dialect.paramstyle == "qmark" else None
            self._plans[dialect.name] = (str(compiled), order, compiled.params)
        sql, order, fixed = self._plans[dialect.name]
        given = {**fixed, **parameters}
        found = run(work, sql, given if order is None else [given[name] for name in order]).fetchall()
        if not found:
            return []
        columns: list[Sequence[Any]] = list(zip(*found, strict=True))
        for place, type_ in enumerate(self._types):
            process = type_.dialect_impl(dialect).result_processor(dialect, None)
            if process is not None and not isinstance(type_, JSON):
                read = {value: process(value) for value in set(columns[place])}
                columns[place] = [read[value] for value in columns[place]]
            elif process is not None:
                columns[place] = [value and process(value) for value in columns[place]]
        return [dict(zip(self._names, row, strict=True)) for row in zip(*columns, strict=True)]


def run(work: Work, sql: str, values: Sequence[Any] | Mapping[str, Any]) -> Any:  # noqa: ANN401 the driver's own cursor
    """Run ``sql`` on a cursor of the transaction's own connection and return the cursor."""
    cursor = work.connection.connection.cursor()
    try:
        cursor.execute(sql, values)
    except work.connection.dialect.loaded_dbapi.Error as error:
        raise _mishap(work, sql, error) from error
    return cursor


def run_many(work: Work, sql: str, rows: Sequence[Sequence[Any]]) -> int:
    """Run ``sql`` once for each of ``rows``; return how many rows of the table it touched."""
    cursor = work.connection.connection.cursor()
    try:
        cursor.executemany(sql, rows)
    except work.connection.dialect.loaded_dbapi.Error as error:
        raise _mishap(work, sql, error) from error
    touched: int = cursor.rowcount
    return touched


def _copy(work: Work, sql: str, rows: Sequence[tuple[Any, ...]]) -> None:
    cursor: Any = work.connection.connection.cursor()
    try:
        with cursor.copy(sql) as copy:
            for row in rows:
                copy.write_row(row)
    except work.connection.dialect.loaded_dbapi.Error as error:
        raise _mishap(work, sql, error) from error


def _mishap(work: Work, sql: str, error: Exception) -> Exception:
    mishap: Exception = DBAPIError.instance(sql, None, error, work.connection.dialect.loaded_dbapi.Error)
    return mishap


def array(values: Sequence[Any]) -> str:
    """Return ``values`` as PostgreSQL writes an array; the driver would quote each of them anew."""
    texts = {value: _element(value) for value in set(values)}
    return "{" + ",".join([texts[value] for value in values]) + "}"


def _element(value: object) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, int):
        return str(value)
    escaped = str(value).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def take_ids(work: Work, model: type[Base], count: int) -> list[int]:
    """Return ``count`` unused keys of ``model``'s table, ascending; this transaction may insert them."""
    name = model.__tablename__
    if work.connection.dialect.name == "sqlite":  # the writer's lock is ours
        last = run(work, f"SELECT coalesce(max(id), 0) FROM {name}", ()).fetchone()[0]  # noqa: S608
        return list(range(last + 1, last + 1 + count))
    found = run(
        work,
        "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
        (name, count),
    )
    return sorted(row[0] for row in found.fetchall())
