"""The nomenclature as a file: TOML with a table for each item, or CSV with a row for each.

Reading finds rows and their lines and looks nothing up; numbers never pass through a binary float.
"""

import csv
import io
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from billing.errors import UsageError
from billing.services.catalogue_fields import DEFAULTS, FIELDS, ORIGIN, RATE

ITEMS: Final = {**FIELDS, "origin": ORIGIN}
"""What a file has a table or rows of."""

TABLES: Final[Mapping[str, str]] = {item: f"{item}s" for item in ITEMS}
"""The table of an item in TOML: ``plus``, ``tax_groups`` ..."""

COLUMNS: Final = (
    "item",
    "number",
    *dict.fromkeys(name for fields in FIELDS.values() for name in fields),
    *RATE,
    *ORIGIN,
)
"""The columns that an export to CSV has."""


class FileWrong(UsageError):
    """A file that cannot be read as a catalogue at all."""

    code = "catalogue_file"

    def __init__(self, why: str) -> None:
        super().__init__(f"the catalogue cannot be read: {why}")


@dataclass(frozen=True, slots=True)
class Row:
    """What a file says of one item, unread: table, number (of an origin: its name), values, line."""

    item: str
    number: object
    values: Mapping[str, object]
    line: int


@dataclass(frozen=True, slots=True)
class Said:
    """What a file says: rows in its order, and what stands above them."""

    rows: Sequence[Row]
    defaults: Mapping[str, object] = field(default_factory=dict)
    lines: Mapping[str, int] = field(default_factory=dict)


_HEADER: Final = re.compile(
    r"\s*\[\s*([A-Za-z_]+)\s*\.\s*(?:\"([^\"]*)\"|'([^']*)'|([^\]'\"\s]+))\s*\]\s*(#.*)?"
)
_KEY: Final = re.compile(r"\s*([A-Za-z_]+)\s*=")


def read_toml(text: str) -> Said:
    """Return what a TOML file says.

    Raises:
        FileWrong: it is no TOML, or holds a table that is none of a catalogue.
    """
    try:
        data = tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise FileWrong(str(error)) from None
    lines = _lines_of(text)
    rows: list[Row] = []
    known = {table: item for item, table in TABLES.items()}
    defaults = {name: value for name, value in data.items() if name not in known}
    if unknown := [name for name in defaults if name not in DEFAULTS]:
        raise FileWrong(
            f"there is no {unknown[0]!r} in a catalogue; there are {', '.join([*DEFAULTS, *known])}"
        )
    for table, item in known.items():
        found = data.get(table, {})
        if not isinstance(found, dict):
            raise FileWrong(f"{table} is no table")
        for number, values in found.items():
            line = lines.get(f"{table}.{number}", lines.get(table, 0))
            if not isinstance(values, dict):
                raise FileWrong(f"line {line}: {table}.{number} is no table")
            rows += _rows_of(item, number, values, line)
    return Said(rows, defaults, lines)


def _rows_of(item: str, number: object, values: Mapping[str, object], line: int) -> Iterator[Row]:
    """Yield a TOML table as rows: a tax group's ``rates`` by day become a row each."""
    rates = values.get("rates") if item == "tax_group" else None
    if not isinstance(rates, dict) or not rates:
        yield Row(item, number, values, line)
        return
    rest = {name: value for name, value in values.items() if name != "rates"}
    for valid_from, rate in rates.items():
        yield Row(item, number, rest | {"rate": rate, "valid_from": valid_from}, line)


def _lines_of(text: str) -> dict[str, int]:
    """Return the lines of the headers ``[table.number]``, and of the keys above them."""
    lines: dict[str, int] = {}
    table = ""
    for place, line in enumerate(text.split("\n"), start=1):
        if header := _HEADER.fullmatch(line.rstrip("\r")):
            table = f"{header[1]}.{header[2] or header[3] or header[4]}"
            lines.setdefault(table, place)
        elif not table and (key := _KEY.match(line)):
            lines.setdefault(key[1], place)
    return lines


def read_csv(text: str) -> Said:
    """Return what a CSV file says; a file without a column ``item`` holds PLUs.

    The first row names the columns; ``,`` or ``;`` parts them.

    Raises:
        FileWrong: it has no columns, one twice, or one that is none of a catalogue.
    """
    head = text.split("\n", 1)[0]
    rows = csv.reader(
        io.StringIO(text, newline=""), delimiter=";" if head.count(";") > head.count(",") else ","
    )
    columns = [name.strip() for name in next(rows, [])]
    if "number" not in columns:
        raise FileWrong("line 1: the first row names the columns, 'number' among them")
    if unknown := [name for name in columns if name not in COLUMNS]:
        raise FileWrong(f"line 1: there is no column {unknown[0]!r}; there are {', '.join(COLUMNS)}")
    if twice := [name for name in columns if columns.count(name) > 1]:
        raise FileWrong(f"line 1: column {twice[0]!r} is there twice")
    found: list[Row] = []
    try:
        before = rows.line_num
        for cells in rows:
            line, before = before + 1, rows.line_num
            if not any(cell.strip() for cell in cells):
                continue
            values: dict[str, object] = dict(zip(columns, cells, strict=False))
            if len(cells) != len(columns):
                values["cells"] = f"{len(cells)} cells found, the first row has {len(columns)}"
            item = str(values.pop("item", "") or "plu").strip()
            number = values.pop("number", "")
            if item == "origin":
                number = values.pop("name", "")
            found.append(Row(item, number, _meant(item, values), line))
    except csv.Error as error:
        raise FileWrong(f"line {rows.line_num}: {error}") from None
    return Said(found)


def _meant(item: str, values: Mapping[str, object]) -> dict[str, object]:
    """Leave out the empty cells of columns that are another item's."""
    own = {*ITEMS.get(item, {}), *(RATE if item == "tax_group" else ())}
    return {name: value for name, value in values.items() if name in own or value != ""}


Item = tuple[str, int | str, Mapping[str, Any]]
"""An item on its way into a file: its table, its number, its values; a tax group has ``rates`` by day.

An origin has its name for a number.
"""


def write_toml(defaults: Mapping[str, Any], items: Iterable[Item]) -> str:
    """Return the catalogue as TOML; what is as on a new item is left out."""
    lines = [f"{name} = {_toml(value)}" for name, value in defaults.items() if value is not None]
    for item, number, values in items:
        lines += ["", f"[{TABLES[item]}.{_toml(number)}]"]
        for name, value in values.items():
            if name == "rates":
                said = ", ".join(f'"{day}" = {_toml(rate)}' for day, rate in value.items())
                lines.append(f"rates = {{{said}}}")
            elif name == "name" or value != ITEMS[item][name].new:
                lines.append(f"{name} = {_toml(value)}")
    return "\n".join(lines) + "\n"


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, tuple):
        return f"[{', '.join(map(_toml, value))}]"
    said = format(value, "f") if isinstance(value, Decimal) else str(value)
    return '"' + said.replace("\\", "\\\\").replace('"', '\\"') + '"'


def write_csv(items: Iterable[Item]) -> str:
    """Return the items as CSV, a row each; a tax group has one for each of its rates."""
    out = io.StringIO(newline="")
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow(COLUMNS)
    for item, number, values in items:
        rates = values.get("rates") or {"": ""}
        for day, rate in rates.items():
            row = {**values, "item": item, "number": number, "rate": rate, "valid_from": day}
            row |= {"number": "", "name": number} if item == "origin" else {}
            rows.writerow([_cell(row.get(name)) for name in COLUMNS])
    return out.getvalue()


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return "\n".join(value)
    return format(value, "f") if isinstance(value, Decimal) else str(value)
