"""``billing device plu``: the articles in a device's own table, read, written, deleted, loaded."""

import sys
from typing import Annotated, Any

import typer

from billing.cli.mishaps import give_up
from billing.cli.store_option import Db, Json, opened
from billing.cli.tending import Name, device, tell
from billing.cli.text_input import write_json
from billing.devices.tables import DevicePlu
from billing.errors import BillingError
from billing.jobs.loading import PluWrong, line_of, load_plus
from billing.jobs.tending import carry

app = typer.Typer(
    add_completion=False,
    rich_markup_mode=None,
    no_args_is_help=True,
    help="The articles in a device's own table. Example: billing device plu list bar",
)

Number = Annotated[int, typer.Argument(min=1, max=999_999_999, help="The article's number.")]


@app.command("list")
def list_(name: Name, as_json: Json = False, db: Db = "") -> None:
    """List every article of the device's table.

    Example: billing device plu list bar
    """
    with device(name, db, as_json=as_json) as printer:
        found = carry(printer, printer.dialect.plus())
    if as_json:
        write_json({"plus": [plu_json(plu) for plu in found]})
        return
    for plu in found:
        price = "the till's" if plu.price is None else f"{plu.price:f}"
        sys.stdout.write(f"{plu.number:<9} {plu.name:<36} {price:>10}  group {plu.tax_group}\n")


@app.command()
def read(name: Name, number: Number, as_json: Json = False, db: Db = "") -> None:
    """Show one article of the device's table; exits with 3 when it is not programmed.

    Example: billing device plu read bar 7
    """
    with device(name, db, as_json=as_json) as printer:
        if (found := carry(printer, printer.dialect.plu(number))) is None:
            raise PluWrong(number, "it is not programmed on the device")
    tell(plu_json(found), as_json=as_json)


@app.command()
def write(
    name: Name,
    number: Number,
    price: Annotated[str, typer.Argument(help="The price of one unit.")],
    text: Annotated[str, typer.Argument(help="Its name on the receipt.")],
    tax_group: Annotated[int, typer.Option(min=1, max=8, help="1 to 8 for А to З.")] = 2,
    department: Annotated[int | None, typer.Option(min=1, help="Its department.")] = None,
    as_json: Json = False,
    db: Db = "",
) -> None:
    """Store an article in the device's table; a device refuses it while the article has sales.

    Example: billing device plu write bar 7 2.50 'Чай' --tax-group 2
    """
    row = {"name": text, "price": price, "tax_group": tax_group, "department": department}
    with device(name, db, as_json=as_json) as printer:
        carry(printer, printer.dialect.set_plu(number, line_of(number, row)))


@app.command()
def delete(name: Name, number: Number, as_json: Json = False, db: Db = "") -> None:
    """Take an article out of the device's table; a device refuses that while it has sales.

    Example: billing device plu delete bar 7
    """
    with device(name, db, as_json=as_json) as printer:
        carry(printer, printer.dialect.delete_plu(number))


@app.command()
def load(
    name: Annotated[str, typer.Argument(help="A device's name in the store.")],
    numbers: Annotated[
        list[int] | None, typer.Argument(help="Only these PLUs; by default all of the catalogue.")
    ] = None,
    as_json: Json = False,
    db: Db = "",
) -> None:
    """Store the catalogue's PLUs in the device's table, and let bills name them to it from now on.

    One that the device refuses (it has sales since the registers were zeroed, say) is told, and the rest go
    on. Exits with 3 when one was not stored.

    Example: billing device plu load bar
    """
    with opened(db) as store:
        try:
            loaded = load_plus(store, name, numbers or [])
        except BillingError as error:
            give_up(error, as_json=as_json)
    if as_json:
        write_json({"stored": loaded.stored, "refused": loaded.refused})
    else:
        for number, why in loaded.refused.items():
            sys.stderr.write(f"PLU {number}: {why}\n")
        sys.stdout.write(f"{len(loaded.stored)} PLUs are stored on {name}\n")
    if loaded.refused:
        raise typer.Exit(3)


def plu_json(plu: DevicePlu) -> dict[str, Any]:
    """Return an article as data; amounts and quantities are decimal strings."""
    return {
        "number": plu.number,
        "name": plu.name,
        "price": None if plu.price is None else f"{plu.price:f}",
        "tax_group": plu.tax_group,
        "department": plu.department,
        "sold": f"{plu.sold:f}",
        "turnover": f"{plu.turnover:f}",
    }
