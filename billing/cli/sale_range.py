"""``billing range``: sale numbers set apart for a till that may be off line, and what became of them."""

import sys
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from billing.cli.mishaps import give_up
from billing.cli.store_option import Db, Json, Origin, opened
from billing.cli.text_input import write_json
from billing.errors import BillingError
from billing.services.sale_ranges import Range, adopt_range, close_range, lease_range, ranges

app = typer.Typer(
    add_completion=False,
    rich_markup_mode=None,
    no_args_is_help=True,
    help="Sale numbers set apart for a till. Example: billing range lease van 500",
)

Till = Annotated[str, typer.Argument(help="Name of the till: 'billing ring --till NAME'.")]


@app.command()
def lease(
    till: Till,
    count: Annotated[int, typer.Argument(min=1, help="How many numbers.")],
    origin: Origin = "",
    as_json: Json = False,
    db: Db = "",
) -> None:
    """Set the next numbers of an origin's device apart for a till; nobody else gets them.

    Example: billing range lease van 500
    """
    with opened(db) as store:
        try:
            given = lease_range(store, till, count, origin or None)
        except BillingError as error:
            give_up(error, as_json=as_json)
    if as_json:
        write_json(range_json(given))
        return
    numbers = f"{given.device_number} {given.first} {given.last}"
    sys.stdout.write(
        f"{till}: {given.first} to {given.last} of device {given.device_number}; "
        f"in a store of the till's own: billing range adopt {till} {numbers}\n"
    )


@app.command()
def adopt(
    till: Till,
    device: Annotated[str, typer.Argument(help="The device's own number, such as DT000600.")],
    first: Annotated[int, typer.Argument(min=1, help="First number of the range.")],
    last: Annotated[int, typer.Argument(min=1, help="Last number of the range.")],
    db: Db = "",
) -> None:
    """Tell a till's own store of the range that another one set apart for it.

    Example: billing range adopt van DT000600 1001 1500
    """
    with opened(db) as store:
        try:
            adopt_range(store, Range(device, till, first, last, first))
        except BillingError as error:
            give_up(error, as_json=False)
    sys.stdout.write(f"{till}: {first} to {last} of device {device}\n")


@app.command("list")
def list_(as_json: Json = False, db: Db = "") -> None:
    """Show every range, and how many of its numbers are left.

    Example: billing range list
    """
    with opened(db) as store:
        found = ranges(store)
    if as_json:
        write_json({"ranges": [range_json(each) for each in found]})
        return
    table = Table("till", "device", "first", "last", "next", "left", "closed", box=None)
    for each in found:
        numbers = (each.first, each.last, each.next, each.left)
        closed = f"{each.closed_at:%Y-%m-%d %H:%M}" if each.closed_at else ""
        table.add_row(each.till, each.device_number, *map(str, numbers), closed)
    Console(file=sys.stdout).print(table)


@app.command()
def close(
    device: Annotated[str, typer.Argument(help="Name of the device.")],
    till: Till,
    db: Db = "",
) -> None:
    """Take what is left of a till's numbers for good, so that every number is accounted for.

    Example: billing range close printer van
    """
    with opened(db) as store:
        try:
            left = close_range(store, device, till)
        except BillingError as error:
            give_up(error, as_json=False)
    sys.stdout.write(f"{till}: {left} numbers will never be used\n")


def range_json(given: Range) -> dict[str, Any]:
    """Return a range as data."""
    return {
        "till": given.till,
        "device_number": given.device_number,
        "first": given.first,
        "last": given.last,
        "next": given.next,
        "left": given.left,
        "closed_at": given.closed_at.isoformat() if given.closed_at else None,
    }
