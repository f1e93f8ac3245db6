"""The nomenclature changed from a file or by a program: all of it in one transaction, or every mistake named.

Every change of an item leaves a version: who, when, before, after. What is the same changes nothing.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Final
from zoneinfo import ZoneInfo

from billing.errors import RuleError
from billing.pricing.currencies import KNOWN_CURRENCIES
from billing.services.catalogue_export import NUMBERED, Kept, numbers_of, plain_values, values_of
from billing.services.catalogue_fields import DEFAULTS, FIELDS, RATE, FieldWrong
from billing.services.catalogue_files import ITEMS, Row, Said
from billing.services.catalogue_origins import take_origins
from billing.store import catalogue_rows as rows
from billing.store.engine import Store
from billing.store.nomenclature import Defaults, NomenclatureMissing, count_version_up, read_defaults
from billing.store.origins import read_origins
from billing.store.work import Work

ALWAYS: Final = date(2000, 1, 1)
"""From when the first rate of a new tax group holds, where the file does not say."""

GROUPS: Final = range(1, 9)
"""Numbers of the tax groups in fiscal memory."""

STEP: Final = 1000
"""Rows between two reports of progress."""

PASSES: Final = 3
"""Steps of a row: it is read, it is written, its version is written; one that stays as it was has one."""

Progress = Callable[[int, int], None]


class CatalogueMistakes(RuleError):
    """A catalogue with mistakes; nothing of it was taken."""

    code = "catalogue"

    def __init__(self, mistakes: Sequence[tuple[int, str, str]]) -> None:
        self.mistakes = tuple((line, said) for line, said, _ in sorted(mistakes))
        self.fields = tuple(name for _, _, name in sorted(mistakes))
        """Which value of its row each mistake is about; empty: the row as a whole."""
        lines = "\n".join(f"  line {line}: {said}" if line else f"  {said}" for line, said in self.mistakes)
        count = "1 mistake" if len(self.mistakes) == 1 else f"{len(self.mistakes)} mistakes"
        super().__init__(f"{count} found, nothing was changed:\n{lines}")


@dataclass(slots=True)
class Imported:
    """How many items were added, changed, and already as the file says; the nomenclature's version now.

    ``notes`` are sentences on what was left out because the store has no such device.
    """

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    version: int = 0
    notes: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Wanted:
    """An item as the file wants it: what it says, and where."""

    line: int
    values: dict[str, Any]
    rates: dict[date, Decimal] = field(default_factory=dict)


class VersionChanged(RuleError):
    """Somebody changed the nomenclature since it was read."""

    code = "version_changed"

    def __init__(self, expected: int, found: int) -> None:
        super().__init__(f"the nomenclature has version {found} now, not {expected}; read it again")


def import_catalogue(
    store: Store, said: Said, made_by: str, progress: Progress | None = None, *, version: int | None = None
) -> Imported:
    """Add and change items as a file says; items that it does not name stay as they are.

    Args:
        store: where to.
        said: what the file says.
        made_by: who does it, for the record.
        progress: told how many steps of how many are done: reading a row, writing it, writing its version.
        version: the version that it is a change of; None: whichever there is.

    Raises:
        CatalogueMistakes: every mistake with its line; nothing was changed.
        VersionChanged: the nomenclature has another version.
    """
    with store.write() as work:
        if version is not None and (found := read_defaults(work).version) != version:
            raise VersionChanged(version, found)
        return _Import(work, said, made_by, progress).run()


def change_item(store: Store, item: str, number: int, values: Mapping[str, object], made_by: str) -> Imported:
    """Add or change one item (``plu``, ``tax_group`` ...); ``{"deleted": True}`` takes it out of use.

    Raises:
        CatalogueMistakes: it cannot be so.
    """
    return import_catalogue(store, Said([Row(item, number, values, 0)]), made_by)


def _unseen(done: int, total: int) -> None:
    """Nobody watches."""
    del done, total


class _Import:
    """One file on its way into the store."""

    def __init__(self, work: Work, said: Said, made_by: str, progress: Progress | None) -> None:
        self.work = work
        self.said = said
        self.made_by = made_by
        self.progress = progress or _unseen
        self.mistakes: list[tuple[int, str, str]] = []
        self.wanted: dict[str, dict[int, _Wanted]] = {item: {} for item in FIELDS}
        self.kept: Kept = {item: rows.read_items(work, item) for item in FIELDS}
        self.numbers = numbers_of(self.kept)
        self.rates = rows.read_rates(work)
        self.done = Imported()
        self.changes: list[dict[str, Any]] = []
        self.steps = 0
        origins = read_origins(work)
        zone = ZoneInfo(origins[0].time_zone if origins else "Europe/Sofia")
        self.today = work.now.astimezone(zone).date()
        self.origins = {origin.name for origin in origins}

    def run(self) -> Imported:
        for place, row in enumerate(self.said.rows):
            if place % STEP == 0:
                self._done(STEP if place else 0)
            if row.item != "origin":
                self._read(row)
        written = self._take_origins()
        defaults = self._defaults()
        for item, wanted in self.wanted.items():
            self._judge(item, wanted)
        if self.mistakes:
            raise CatalogueMistakes(self.mistakes)
        written |= self._write_defaults(defaults)
        for item, wanted in self.wanted.items():
            self._write(item, wanted)
        if (self.changes or written) and self.before is not None:
            count_version_up(self.work)
        self.done.version = read_defaults(self.work).version
        rows.insert_changes(
            self.work, [row | {"version": self.done.version} for row in self.changes], self._done
        )
        total = max(PASSES * len(self.said.rows), 1)
        self.progress(total, total)
        return self.done

    def _done(self, count: int) -> None:
        """Tell how far it is: each row of the file is read, written, and its version written."""
        self.steps += count
        total = PASSES * len(self.said.rows)
        self.progress(min(self.steps, total), total)

    def _wrong(self, line: int, said: str, name: str = "") -> None:
        self.mistakes.append((line, said, name))

    def _take_origins(self) -> bool:
        """Write the origins of the file, which its defaults may name; return whether any is otherwise now."""
        said = [row for row in self.said.rows if row.item == "origin"]
        if not said:
            return False
        taken = take_origins(self.work, said)
        self.mistakes += taken.mistakes
        self.done.notes += taken.notes
        self.origins |= {str(row.number).strip() for row in said}
        self.done.added += taken.added
        self.done.changed += taken.changed
        self.done.unchanged += taken.unchanged
        return bool(taken.added or taken.changed)

    # Reading

    def _read(self, row: Row) -> None:
        """Read a row's values; whatever is wrong with it becomes a mistake of its line."""
        if row.item not in FIELDS:
            self._wrong(row.line, f"there is no item {row.item[:40]!r}; there are {', '.join(ITEMS)}")
            return
        said = str(row.number).strip()
        if not (said.isascii() and said.isdecimal() and len(said) <= 9):
            self._wrong(row.line, f"{row.item}: {said[:40]!r} is no number of at most 9 digits")
            return
        number = int(said)
        if row.item == "tax_group" and number not in GROUPS:
            self._wrong(row.line, f"tax_group {number}: fiscal memory has groups 1 to 8")
        fields = {**FIELDS[row.item], **(RATE if row.item == "tax_group" else {})}
        values: dict[str, Any] = {}
        for name, value in row.values.items():
            if name not in fields:
                why = value if name == "cells" else f"there is no {name!r}; there are {', '.join(fields)}"
                self._wrong(row.line, f"{row.item} {number}: {why}", name)
                continue
            try:
                values[name] = fields[name].read(value)
            except FieldWrong as error:
                self._wrong(row.line, f"{row.item} {number}: {name}: {error}", name)
        self._want(row, number, values)

    def _want(self, row: Row, number: int, values: dict[str, Any]) -> None:
        rate, day = values.pop("rate", None), values.pop("valid_from", None)
        before = self.wanted[row.item].get(number)
        if before is not None and (rate is None or not before.rates):
            self._wrong(row.line, f"{row.item} {number} is there twice; first in line {before.line}")
            return
        wanted = before or _Wanted(row.line, values)
        self.wanted[row.item][number] = wanted
        if rate is not None:
            self._want_rate(row.line, number, wanted, (day, rate))

    def _want_rate(self, line: int, number: int, wanted: _Wanted, rate: tuple[date | None, Decimal]) -> None:
        """Take a rate of a tax group: nothing that holds already is changed."""
        day, percent = rate
        kept = self.rates.get(number, {})
        if day is None and kept:
            day = max((first for first in kept if first <= self.today), default=min(kept))
            if kept[day] != percent:
                self._wrong(
                    line, f"tax_group {number}: say from which day {percent} % holds (valid_from)", "rate"
                )
                return
        day = day or ALWAYS
        if day in wanted.rates:
            self._wrong(line, f"tax_group {number}: there are two rates from {day}", "rate")
        elif kept and kept.get(day) != percent and day <= self.today:
            was = f", kept is {kept[day]} %" if day in kept else ""
            self._wrong(line, f"tax_group {number}: a rate from {day} would be dated back{was}", "rate")
        wanted.rates[day] = percent

    # Judging

    def _judge(self, item: str, wanted: Mapping[int, _Wanted]) -> None:
        for number, each in wanted.items():
            for name, other in NUMBERED.items():
                reference = each.values.get(name)
                if reference is not None and not self._usable(other, reference):
                    self._wrong(each.line, f"{item} {number}: there is no {other} {reference}", name)
            if item == "tax_group" and not each.rates and number not in self.rates:
                self._wrong(each.line, f"tax_group {number}: a new group needs its rate", "rate")
        for name in ("barcode", "code"):
            if name in FIELDS[item]:
                self._judge_unique(item, name)

    def _usable(self, item: str, number: int) -> bool:
        """Return whether item ``number`` will be there, not deleted, when all is written."""
        wanted, kept = self.wanted[item].get(number), self.kept[item].get(number)
        if wanted is not None and "deleted" in wanted.values:
            return not wanted.values["deleted"]
        return wanted is not None if kept is None else kept["deleted_at"] is None

    def _judge_unique(self, item: str, name: str) -> None:
        """Refuse a value that two items would have; only items of the file are at fault."""
        holders = {
            row[name]: number
            for number, row in self.kept[item].items()
            if row[name] is not None and row["deleted_at"] is None and number not in self.wanted[item]
        }
        for number, each in self.wanted[item].items():
            kept = self.kept[item].get(number)
            value = each.values.get(name, kept[name] if kept else self._new(item, name, number))
            if value is None or not self._usable(item, number):
                continue
            if (other := holders.setdefault(value, number)) != number:
                self._wrong(each.line, f"{item} {number}: {name} {value!r} is that of {item} {other}", name)

    @staticmethod
    def _new(item: str, name: str, number: int) -> Any:  # noqa: ANN401 any value of a field
        """Return what a new item has where the file says nothing; a code follows its number."""
        return f"{number % 10_000:04d}" if name == "code" else FIELDS[item][name].new

    def _defaults(self) -> dict[str, Any]:
        """Return what the file says above its tables, and judge it."""
        try:
            self.before: Defaults | None = read_defaults(self.work)
        except NomenclatureMissing:
            self.before = None
        found: dict[str, Any] = {}
        for name, value in self.said.defaults.items():
            line = self.said.lines.get(name, 0)
            try:
                found[name] = DEFAULTS[name].read(value)
            except FieldWrong as error:
                self._wrong(line, f"{name}: {error}", name)
                continue
            item = name.removeprefix("default_")
            if item in FIELDS and found[name] is not None and not self._usable(item, found[name]):
                self._wrong(line, f"{name}: there is no {item} {found[name]}", name)
            if item == "origin" and found[name] is not None and found[name] not in self.origins:
                self._wrong(line, f"{name}: there is no origin {found[name]!r}", name)
        self._judge_currency(found.get("currency"))
        self._judge_kept_defaults(found)
        return found

    def _judge_kept_defaults(self, said: Mapping[str, Any]) -> None:
        """Refuse to delete what every bill falls back on, unless the file says another."""
        for item in FIELDS:
            name = f"default_{item}"
            number = said.get(name, getattr(self.before, name, None))
            wanted = self.wanted[item].get(number) if number is not None else None
            if wanted is not None and name not in said and wanted.values.get("deleted"):
                self._wrong(wanted.line, f"{item} {number}: it is the default; name another first", "deleted")

    def _judge_currency(self, currency: str | None) -> None:
        line = self.said.lines.get("currency", 0)
        if currency is None and self.before is None:
            self._wrong(0, "the store has no nomenclature yet: the file must say its currency", "currency")
        elif currency is not None and currency not in KNOWN_CURRENCIES:
            self._wrong(line, f"currency: {currency!r} is none", "currency")
        elif currency is not None and self.before is not None and currency != self.before.currency:
            self._wrong(
                line,
                f"currency: the shop sells in {self.before.currency}; another one is set by date",
                "currency",
            )

    # Writing

    def _write_defaults(self, defaults: dict[str, Any]) -> bool:
        """Write what changed of the nomenclature's own row; return whether anything did."""
        if self.before is None:
            rows.write_defaults(self.work, defaults, new=True)
            return True
        changed = {name: v for name, v in defaults.items() if v != getattr(self.before, name)}
        if changed:
            rows.write_defaults(self.work, changed, new=False)
        return bool(changed)

    def _write(self, item: str, wanted: Mapping[int, _Wanted]) -> None:
        new: list[dict[str, Any]] = []
        changed: list[dict[str, Any]] = []
        rated: list[tuple[int, _Wanted]] = []
        for number, each in wanted.items():
            kept = self.kept[item].get(number)
            before = None if kept is None else values_of(item, kept, self.numbers)
            base = before or {name: self._new(item, name, number) for name in FIELDS[item]}
            after = base | each.values
            rates = self.rates.get(number, {}) if item == "tax_group" else {}
            if before == after and all(rates.get(day) == rate for day, rate in each.rates.items()):
                self.done.unchanged += 1
                continue
            row = self._row(after, kept)
            if kept is None:
                new.append(row | {"number": number, "type": "plain"})
                self.done.added += 1
            else:
                changed.append(row | {"id": kept["id"]})
                self.done.changed += 1
            rated.append((number, each))
            self.changes.append(
                {
                    "made_by": self.made_by,
                    "item": item,
                    "number": number,
                    "before": plain_values(before, rates),
                    "after": plain_values(after, rates | each.rates),
                }
            )
        rows.insert_items(self.work, item, new, self._done)
        rows.update_items(self.work, item, changed, self._done)
        if item in NUMBERED.values() and new:
            self.kept[item] = rows.read_items(self.work, item)
        if item == "tax_group":
            self._write_rates(rated)

    def _row(self, values: Mapping[str, Any], kept: Mapping[str, Any] | None) -> dict[str, Any]:
        """Return the columns of an item's row."""
        row: dict[str, Any] = {}
        for name, value in values.items():
            if name == "deleted":
                since = kept["deleted_at"] if kept else None
                row["deleted_at"] = (since or self.work.now) if value else None
            elif name in NUMBERED:
                row[f"{name}_id"] = None if value is None else self.kept[NUMBERED[name]][value]["id"]
            else:
                row[name] = value
        return row

    def _write_rates(self, rated: list[tuple[int, _Wanted]]) -> None:
        new = []
        for number, each in rated:
            key, kept = self.kept["tax_group"][number]["id"], self.rates.get(number, {})
            for day, percent in each.rates.items():
                if day not in kept:
                    new.append((key, day, percent))
                elif kept[day] != percent:
                    rows.change_rate(self.work, key, day, percent)
        rows.insert_rates(self.work, new)
