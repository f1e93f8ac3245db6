"""``billing origin``: where sales come from: devices by role, time zone, texts, payment model."""

import sys
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from billing.cli.mishaps import give_up
from billing.cli.store_option import Db, Json, opened
from billing.cli.text_input import write_json
from billing.errors import BillingError
from billing.services.origins import origin_rows, set_default_origin, set_origin

app = typer.Typer(
    add_completion=False,
    rich_markup_mode=None,
    no_args_is_help=True,
    help="Where sales come from. Example: billing origin set bar --device printer --footer 'Thank you'",
)

Name = Annotated[str, typer.Argument(help="The origin.")]
Texts = list[str] | None


@app.command("set")
def set_(
    name: Name,
    device: Annotated[str | None, typer.Option("--device", help="Prints its fiscal documents.")] = None,
    print_device: Annotated[
        str | None, typer.Option("--print-device", help="Prints a slip of each final bill.")
    ] = None,
    transfer_device: Annotated[
        str | None, typer.Option("--transfer-device", help="Prints a slip of what a room pays for.")
    ] = None,
    zone: Annotated[str | None, typer.Option("--zone", help="Time zone, such as Europe/Sofia.")] = None,
    live: Annotated[
        bool | None, typer.Option("--live/--not-live", help="Whether it refuses emulated devices.")
    ] = None,
    model: Annotated[
        str | None, typer.Option("--payment-model", help="The only one it takes; plain: any.")
    ] = None,
    header: Annotated[
        Texts, typer.Option("--header", help="A line before those of its receipts; again for more.")
    ] = None,
    footer: Annotated[
        Texts, typer.Option("--footer", help="A line after those of its receipts; again for more.")
    ] = None,
    as_json: Json = False,
    db: Db = "",
) -> None:
    """Change an origin, or make it. What is not named stays as it is; an empty word takes it away.

    Example: billing origin set bar --device printer --zone Europe/Sofia --footer 'Thank you'
    """
    with opened(db) as store:
        try:
            set_origin(
                store,
                name,
                device=device,
                print_device=print_device,
                transfer_device=transfer_device,
                time_zone=zone,
                live=live,
                payment_model=model,
                header=_texts(header),
                footer=_texts(footer),
            )
        except BillingError as error:
            give_up(error, as_json=as_json)
        row = next(each for each in origin_rows(store) if each.name == name)
    if as_json:
        write_json(row.json())
        return
    sys.stdout.write(f"origin {name}: device {row.device or 'none'}, {row.time_zone}\n")


def _texts(given: Texts) -> list[str] | None:
    """Return the lines that are not empty; None where the option was not given."""
    return [text for text in given if text] if given else None


@app.command("list")
def list_(as_json: Json = False, db: Db = "") -> None:
    """Show every origin with its devices; the default one has a star.

    Example: billing origin list
    """
    with opened(db) as store:
        found = origin_rows(store)
    if as_json:
        write_json({"origins": [row.json() for row in found]})
        return
    table = Table("origin", "device", "print", "transfer", "zone", "live", "model", "texts", box=None)
    for row in found:
        devices = (row.device, row.print_device, row.transfer_device)
        texts = " / ".join((*row.header, *row.footer))
        name, live = row.name + (" *" if row.default else ""), "live" if row.live else ""
        table.add_row(name, *devices, row.time_zone, live, row.payment_model, texts)
    Console(file=sys.stdout).print(table)


@app.command()
def default(name: Name, db: Db = "") -> None:
    """Say where a sale is from that names no origin.

    Example: billing origin default bar
    """
    with opened(db) as store:
        try:
            set_default_origin(store, name)
        except BillingError as error:
            give_up(error, as_json=False)
    sys.stdout.write(f"sales that name no origin are from {name}\n")
