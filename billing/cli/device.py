"""``billing device``: which drivers there are, and how a device at an address is doing."""

import json
import sys
from typing import Annotated

import typer

from billing.devices.address import Address
from billing.devices.faults import NotSupported, Refused
from billing.devices.printer import Printer
from billing.devices.registry import dialect_class, drivers, printer_at
from billing.devices.standing import Identity
from billing.jobs.file_notebook import lease

app = typer.Typer(add_completion=False, no_args_is_help=True, help="List drivers, check and ask devices.")

AddressArgument = Annotated[str, typer.Argument(help="DRIVER:PORT?option=value, e.g. datecs-p:/dev/ttyUSB0")]
Json = Annotated[bool, typer.Option("--json", help="answer with one JSON object")]


@app.command("drivers")
def list_drivers(json_output: Json = False) -> None:
    """List the drivers and the models they are for.

    Example: billing device drivers
    """
    rows = {name: dialect_class(name).models for name in sorted(drivers())}
    if json_output:
        sys.stdout.write(json.dumps(rows, ensure_ascii=False) + "\n")
        return
    for name, models in rows.items():
        sys.stdout.write(f"{name:<12} {models}\n")


@app.command()
def check(address: AddressArgument, json_output: Json = False) -> None:
    """Connect and show who answers, its clock, tax rates and payment names; changes nothing.

    Example: billing device check datecs-p:socket://10.0.0.7:4999
    """
    where = Address.parse(address)
    printer = printer_at(where)
    with lease(where.port):
        try:
            found = _identity(printer.connect()) | _settings(printer)
        finally:
            printer.close()
    _show(found, json_output=json_output)


@app.command()
def status(address: AddressArgument, json_output: Json = False) -> None:
    """Show what is open on the device, its last document and what ails it; changes nothing.

    Example: billing device status datecs-p:/dev/ttyUSB0?baudrate=9600 --json
    """
    where = Address.parse(address)
    printer = printer_at(where)
    with lease(where.port):
        try:
            found = _identity(printer.connect()) | _standing(printer)
        finally:
            printer.close()
    _show(found, json_output=json_output)


def _identity(identity: Identity) -> dict[str, object]:
    return {
        "device_number": identity.device_number,
        "fiscal_memory_number": identity.fiscal_memory_number,
        "model": identity.model,
        "firmware": identity.firmware,
    }


def _settings(printer: Printer) -> dict[str, object]:
    found: dict[str, object] = {}
    dialect = printer.dialect
    questions = {"clock": dialect.clock, "rates": dialect.rates, "payment_names": dialect.payment_names}
    for name, question in questions.items():
        try:
            found[name] = printer.do(question())
        except (NotSupported, Refused):
            found[name] = None  # the family cannot tell
    return found


def _standing(printer: Printer) -> dict[str, object]:
    standing = printer.do(printer.dialect.standing())
    return {
        "open": standing.opened,
        "sales": standing.sales,
        "subtotal": standing.subtotal,
        "paid": standing.paid,
        "last_document": standing.last_document,
        "faults": [str(fault) for fault in standing.health.faults],
        "warnings": [str(fault) for fault in standing.health.warnings],
    }


def _show(found: dict[str, object], *, json_output: bool) -> None:
    if json_output:
        sys.stdout.write(json.dumps(found, ensure_ascii=False, default=str) + "\n")
        return
    for name, value in found.items():
        shown = "-" if value is None else value
        if isinstance(shown, dict):
            shown = ", ".join(f"{key} {'off' if each is None else each}" for key, each in shown.items())
        if isinstance(shown, list):
            shown = "; ".join(shown) or "none"
        sys.stdout.write(f"{name.replace('_', ' '):<22} {shown}\n")
