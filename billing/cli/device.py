"""``billing device``: which drivers there are; devices in the store, added, listed, checked and asked.

A device is named by its name in the store, or straight by its address (which has a ``:``).
"""

import sys
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from billing.cli import device_plu, device_service, device_tables
from billing.cli.device_finding import detect, record
from billing.cli.mishaps import give_up
from billing.cli.store_option import Db, Json, opened
from billing.cli.text_input import write_json
from billing.devices.registry import dialect_class, drivers
from billing.errors import BillingError
from billing.jobs.acquaintance import Line, Seen, Verdict, clock_at, examine_at, introduce
from billing.jobs.acquaintance import check as check_named
from billing.jobs.holding import holding
from billing.services.devices import DeviceRow, add_device, list_devices, read_device, set_unseen_limit

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="List drivers, check and ask devices. Example: billing device check datecs-p:/dev/ttyUSB0",
)

app.command()(detect)
app.command()(record)
for command in (
    *(device_service.journal, device_service.registers, device_service.rates, device_service.room),
    *(device_service.drawer, device_service.feed, device_service.cut, device_service.show),
    *(device_tables.department, device_tables.operator, device_tables.header, device_tables.footer),
    device_tables.invoices,
):
    app.command()(command)
app.add_typer(device_plu.app, name="plu")

Name = Annotated[
    str, typer.Argument(help="A device's name in the store, or its address DRIVER:PORT?option=value.")
]


@app.command("drivers")
def list_drivers(as_json: Json = False) -> None:
    """List the drivers and the models they are for.

    Example: billing device drivers
    """
    rows = {name: dialect_class(name).models for name in sorted(drivers())}
    if as_json:
        write_json(rows)
        return
    for name, models in rows.items():
        sys.stdout.write(f"{name:<12} {models}\n")


@app.command("list")
def list_(as_json: Json = False, db: Db = "") -> None:
    """List the store's devices with their numbers and origins.

    Example: billing device list
    """
    with opened(db) as store:
        rows = list_devices(store)
    if as_json:
        write_json({"devices": [device_json(row) for row in rows]})
        return
    table = Table("name", "address", "device", "fiscal memory", "last Z", "origins", "seen", box=None)
    for row in rows:
        seen = f"{row.seen_at:%Y-%m-%d %H:%M} UTC" if row.seen_at else "never"
        z_number = "" if row.z_number is None else str(row.z_number)
        table.add_row(
            row.name,
            shown(row.address),
            row.number,
            row.fiscal_memory_number,
            z_number,
            ", ".join(row.origins),
            seen,
        )
    Console(file=sys.stdout).print(table)


@app.command()
def add(
    name: Annotated[str, typer.Argument(help="Its name in the store.")],
    address: Annotated[str, typer.Argument(help="DRIVER:PORT?option=value, as datecs-p:/dev/ttyUSB0.")],
    origin: Annotated[
        str, typer.Option("--origin", "-o", help="Whose device it is; a new origin is made.")
    ] = "",
    offline: Annotated[bool, typer.Option("--offline", help="Do not ask the device now.")] = False,
    as_json: Json = False,
    db: Db = "",
) -> None:
    """Ask a device who it is and keep it in the store under a name.

    Example: billing device add bar datecs-p:socket://10.0.0.7:4999 -o shop
    """
    with opened(db) as store:
        try:
            if offline:
                row = add_device(store, name, address, origin=origin or None)
            else:
                row = introduce(store, name, address, origin=origin or None)
        except BillingError as error:
            give_up(error, as_json=as_json)
    if as_json:
        write_json(device_json(row))
        return
    known = (
        f"device {row.number}, fiscal memory {row.fiscal_memory_number}" if row.number else "not asked yet"
    )
    sys.stdout.write(f"{row.name}: {known}, origins {', '.join(row.origins) or 'none'}\n")


@app.command()
def check(name: Name, as_json: Json = False, db: Db = "") -> None:
    """Compare a device with the store: numbers, tax rates, clock, payments, Z; a verdict a line.

    Exits with 3 when something differs. By address it only shows what the device says.

    Example: billing device check bar
    """
    try:
        if ":" in name:
            seen, lines = examine_at(name), list[Line]()
        else:
            with opened(db) as store:
                seen, lines = check_named(store, name)
    except BillingError as error:
        give_up(error, as_json=as_json)
    if as_json:
        write_json(seen_json(seen) | {"lines": [line_json(line) for line in lines]})
    else:
        _show(seen_json(seen) if ":" in name else {}, lines)
    if any(line.verdict is Verdict.DIFFERS for line in lines):
        raise typer.Exit(3)


@app.command()
def status(name: Name, as_json: Json = False, db: Db = "") -> None:
    """Show what is open on a device, its last document and what ails it; changes nothing.

    Example: billing device status 'datecs-p:/dev/ttyUSB0?baudrate=9600' --json
    """
    try:
        if ":" in name:
            seen = examine_at(name)
        else:
            with opened(db) as store, holding(store, name):
                seen = examine_at(read_device(store, name).address)
    except BillingError as error:
        give_up(error, as_json=as_json)
    found = identity_json(seen) | standing_json(seen)
    if as_json:
        write_json(found)
    else:
        _show(found, [])


@app.command()
def clock(
    name: Name,
    to_now: Annotated[bool, typer.Option("--set", help="Set it to this computer's time.")] = False,
    as_json: Json = False,
    db: Db = "",
) -> None:
    """Show a device's clock, or set it; a device refuses a time before its last document.

    Example: billing device clock bar --set
    """
    try:
        if ":" in name:
            found = clock_at(name, to_now=to_now)
        else:
            with opened(db) as store, holding(store, name):
                found = clock_at(read_device(store, name).address, to_now=to_now)
    except BillingError as error:
        give_up(error, as_json=as_json)
    if as_json:
        write_json({"clock": found.isoformat(" ")})
    else:
        sys.stdout.write(f"{found:%d-%m-%Y %H:%M:%S}\n")


@app.command()
def unseen(
    name: Name,
    hours: Annotated[
        int | None, typer.Argument(min=1, max=8760, help="Hours after it was last seen; without: no limit.")
    ] = None,
    db: Db = "",
) -> None:
    """Open no sale when the device was not seen for so many hours; bills that are open are paid.

    Example: billing device unseen bar 2
    """
    with opened(db) as store:
        set_unseen_limit(store, name, hours)
    limit = "always" if hours is None else f"for {hours} hours after it was last seen"
    sys.stdout.write(f"device {name}: sales are opened {limit}\n")


def shown(address: str) -> str:
    """Return an address without the password it may hold."""
    port, question, options = address.partition("?")
    kept = [
        each if "password" not in each.partition("=")[0] else "password=***" for each in options.split("&")
    ]
    return port + question + "&".join(kept)


def device_json(row: DeviceRow) -> dict[str, Any]:
    """Return a device of the store as data, without passwords."""
    return {
        "name": row.name,
        "address": shown(row.address),
        "device_number": row.number,
        "fiscal_memory_number": row.fiscal_memory_number,
        "z_number": row.z_number,
        "origins": list(row.origins),
        "live": row.live,
        "seen_at": row.seen_at.isoformat() if row.seen_at else None,
        "capabilities": dict(row.capabilities),
    }


def identity_json(seen: Seen) -> dict[str, Any]:
    """Return who a device is, as data."""
    who = seen.identity
    return {
        "device_number": who.device_number,
        "fiscal_memory_number": who.fiscal_memory_number,
        "model": who.model,
        "firmware": who.firmware,
    }


def standing_json(seen: Seen) -> dict[str, Any]:
    """Return where a device stands, as data; amounts are decimal strings."""
    now = seen.standing
    return {
        "open": now.opened.value,
        "sales": now.sales,
        "subtotal": None if now.subtotal is None else f"{now.subtotal:f}",
        "paid": None if now.paid is None else f"{now.paid:f}",
        "last_document": now.last_document,
        "faults": [str(fault) for fault in now.health.faults],
        "warnings": [str(fault) for fault in now.health.warnings],
    }


def seen_json(seen: Seen) -> dict[str, Any]:
    """Return what a device says of itself, as data; None where its protocol has no such question."""
    rates = None
    if seen.rates is not None:
        rates = {str(n): None if rate is None else f"{rate:f}" for n, rate in seen.rates.items()}
    return identity_json(seen) | {
        "clock": seen.clock.isoformat(" ") if seen.clock else None,
        "rates": rates,
        "payments": {category.value: word for category, word in seen.capabilities.payments.items()},
        "payment_names": dict(seen.payment_names) if seen.payment_names is not None else None,
        "z_number": seen.counters.z_number if seen.counters else None,
    }


def line_json(line: Line) -> dict[str, str]:
    """Return a line of a check as data."""
    return {"what": line.what, "verdict": line.verdict.value, "ours": line.ours, "device": line.device}


def _show(found: Mapping[str, Any], lines: Sequence[Line]) -> None:
    for name, value in found.items():
        sys.stdout.write(f"{name.replace('_', ' '):<22} {_words(value)}\n")
    for line in lines:
        said = (
            f"{line.device}"
            if line.verdict is Verdict.OK
            else f"ours {line.ours or '-'}, device {line.device or '-'}"
        )
        sys.stdout.write(f"{line.what:<16} {line.verdict:<16} {said}\n")


def _words(value: Any) -> str:  # noqa: ANN401 any part of the answer
    if value is None or value == "":
        return "-"
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {'off' if each is None else each}" for key, each in value.items()) or "none"
    if isinstance(value, list):
        return "; ".join(value) or "none"
    return str(value)
