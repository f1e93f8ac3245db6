"""The store's devices as the protocol's printers: their ids, and what is said of each (page, section 3)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from billing.devices.address import Address
from billing.devices.capabilities import Capabilities
from billing.devices.dialect import Dialect
from billing.devices.registry import dialect_class
from billing.services.devices import DeviceRow, list_devices
from billing.store.engine import Store

URI_DRIVERS: Final[Mapping[str, str]] = {
    "datecs-c": "bg.dt.c.isl",
    "datecs-p": "bg.dt.p.isl",
    "datecs-x": "bg.dt.x.isl",
    "daisy": "bg.dy.isl",
    "eltrade": "bg.ed.isl",
    "incotex": "bg.in.isl",
    "isl-icp": "bg.is.icp",
    "tremol": "bg.zk.zfp",
    "tremol-v2": "bg.zk.v2.zfp",
}
"""Our driver's name and the protocol's."""
MAKERS: Final[Mapping[str, str]] = {
    "datecs": "Datecs",
    "daisy": "Daisy",
    "eltrade": "Eltrade",
    "incotex": "Incotex",
    "isl": "ISL",
    "tremol": "Tremol",
}
PASSWORD_MOST: Final = 8
"""Characters of an operator's password that every family takes."""


@dataclass(frozen=True, slots=True)
class Printer:
    """A device under its id."""

    id: str
    row: DeviceRow
    dialect: Dialect
    """Asked what its family can say; it speaks to nobody."""

    @property
    def can(self) -> Capabilities:
        """What the device can say, as its address sets it."""
        return self.dialect.capabilities()

    def has_group(self, group: int) -> bool:
        """Return whether a tax group is there, and active as far as the device was asked."""
        rates = self.row.capabilities.get("rates")
        return group in self.can.tax_groups and (rates is None or rates.get(str(group)) is not None)


def printer_of(row: DeviceRow, number: int = 0) -> Printer:
    """Return a device as a printer; ``number`` counts further devices of one serial number."""
    address = Address.parse(row.address)
    kind = dialect_class(address.driver)
    name = (row.number or row.name).lower()
    return Printer(f"{name}_{number}" if number else name, row, kind(address.settings(kind.options)))


def list_printers(store: Store) -> dict[str, Printer]:
    """Return all devices that take fiscal documents, by id."""
    found: dict[str, Printer] = {}
    seen: dict[str, int] = {}
    for row in list_devices(store):
        if Address.parse(row.address).driver not in URI_DRIVERS:
            continue
        name = (row.number or row.name).lower()
        printer = printer_of(row, seen.get(name, 0))
        seen[name] = seen.get(name, 0) + 1
        found[printer.id] = printer
    return found


def find_printer(printers: Mapping[str, Printer], wanted: str) -> Printer | None:
    """Return the printer of an id (letter case counts), or the one whose device has that name here."""
    if wanted in printers:
        return printers[wanted]
    return next((printer for printer in printers.values() if printer.row.name == wanted), None)


def uri_of(address: Address) -> str:
    """Return an address as the protocol writes it: driver, transport and port."""
    driver = URI_DRIVERS.get(address.driver, address.driver)
    scheme, mark, rest = address.url.partition("://")
    if mark and scheme in {"socket", "rfc2217"}:
        return f"{driver}.tcp://{rest}"
    return f"{driver}.com://{address.url}"


def info_of(printer: Printer) -> dict[str, Any]:
    """Return what is said of a printer; every member is always there."""
    row, can = printer.row, printer.can
    address = Address.parse(row.address)
    maker = next((name for key, name in MAKERS.items() if address.driver.startswith(key)), address.driver)
    return {
        "uri": uri_of(address),
        "serialNumber": row.number,
        "fiscalMemorySerialNumber": row.fiscal_memory_number,
        "manufacturer": maker,
        "model": str(row.capabilities.get("model", "")),
        "firmwareVersion": str(row.capabilities.get("firmware", "")),
        "itemTextMaxLength": can.text_width * can.text_lines,
        "commentTextMaxLength": can.comment_width,
        "operatorPasswordMaxLength": PASSWORD_MOST,
        "taxIdentificationNumber": str(row.capabilities.get("tax_number", "")),
        "supportedPaymentTypes": [category.value for category in can.payments],
        "supportsSubTotalAmountModifiers": can.bill_fixed_modifiers,
        "subTotalAmountModifiersRequireTaxGroup": False,
        "supportsInvoice": can.invoices,
        "supportsCreditNote": can.credit_notes,
        "invoiceNumberAssignment": "device-assigned",
        "creditNoteNumberAssignment": "device-assigned",
        "supportPaymentTerminal": False,
        "usePaymentTerminal": False,
        "supportsPeriodReport": can.period_reports,
    }
