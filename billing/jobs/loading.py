"""Stores the catalogue's PLUs in a device's own table."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from billing.devices.faults import Refused
from billing.devices.printer import Printer
from billing.devices.registry import printer_at
from billing.documents import SaleLine
from billing.errors import UsageError
from billing.jobs.acquaintance import examine
from billing.jobs.queue import Opener
from billing.jobs.tending import carry, tended
from billing.services.devices import remember
from billing.services.listings import list_plus, nomenclature
from billing.store.engine import Store


class PluWrong(UsageError):
    """What should be an article of a device is none."""

    code = "plu"
    exit_code = 3

    def __init__(self, number: int, found: str) -> None:
        super().__init__(f"PLU {number}: {found}")


@dataclass
class Loaded:
    """Which PLUs a device took, and why it did not take others."""

    stored: list[int] = field(default_factory=list)
    refused: dict[int, str] = field(default_factory=dict)


def load_plus(store: Store, name: str, numbers: Sequence[int] = (), *, opener: Opener = printer_at) -> Loaded:
    """Store PLUs of the catalogue on device ``name``: those of ``numbers``, or all that are not banned.

    From then on the device is known to have articles, and bills name their PLUs to it.

    Raises:
        Missing: the store has no such device.
        NotSupported: its protocol has no articles.
        DeviceError: it cannot be reached; what was stored until then stays.
    """
    rows, loaded = {row["number"]: row for row in _catalogue(store)}, Loaded()
    wanted = numbers or [number for number, row in rows.items() if not row["banned"]]
    with tended(store, name, opener=opener) as printer:
        for number in wanted:
            try:
                _store(printer, number, rows.get(number))
            except (PluWrong, Refused) as why:
                loaded.refused[number] = str(why)
            else:
                loaded.stored.append(number)
        remember(store, name, examine(printer).facts(store.clock.now()))
    return loaded


def _store(printer: Printer, number: int, row: Mapping[str, Any] | None) -> None:
    if row is None:
        raise PluWrong(number, "the catalogue has none of this number")
    numbers = printer.dialect.capabilities().plus
    if numbers is not None and number not in numbers:
        raise PluWrong(number, f"the device has articles {numbers[0]} to {numbers[-1]}")
    carry(printer, printer.dialect.set_plu(number, line_of(number, row)))


def _catalogue(store: Store) -> Iterator[dict[str, Any]]:
    """Yield the catalogue's PLUs, each with the tax group it is sold in."""
    shop = nomenclature(store)
    groups = {row["number"]: row["tax_group"] for row in shop["departments"]}
    after = 0
    while page := list_plus(store, after=after):
        for row in page:
            group = row["tax_group"] or groups.get(row["department"]) or shop["default_tax_group"]
            yield {**row, "tax_group": group, "department": None}
        after = page[-1]["number"]


def line_of(number: int, row: Mapping[str, Any]) -> SaleLine:
    """Return the sale that an article stands for: ``name``, ``price``, ``tax_group``, ``department``.

    Raises:
        PluWrong: a device cannot keep it.
    """
    if row["price"] is None:
        raise PluWrong(number, "it has no price")
    members = {"text": row["name"], "price": row["price"], "tax_group": row["tax_group"]}
    try:
        line = SaleLine.model_validate({**members, "department": row["department"]})
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        why = f"{'.'.join(map(str, first['loc']))}: {first['msg'].removeprefix('Value error, ')}"
        raise PluWrong(number, why) from None
    if line.price != round(line.price, 2):
        raise PluWrong(number, f"a device takes prices of two decimals, {line.price} found")
    return line
