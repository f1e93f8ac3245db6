"""``billing device``: a device's own tables: departments, operators, lines of the seller, invoice numbers."""

import getpass
import sys
from collections.abc import Sequence
from typing import Annotated

import typer

from billing.cli.device_service import PartMissing
from billing.cli.store_option import Db, Json
from billing.cli.tending import Name, device, tell, tell_lines
from billing.jobs.tending import carry

Number = Annotated[int, typer.Argument(min=1, help="Its number on the device.")]
Lines = Annotated[
    list[str] | None, typer.Argument(help="The lines, from the first on; without: those it has are shown.")
]


def department(
    name: Name,
    number: Number,
    called: Annotated[str, typer.Option("--name", help="Store it under this name.")] = "",
    tax_group: Annotated[int, typer.Option(min=1, max=8, help="Its tax group, 1 to 8 for А to З.")] = 2,
    as_json: Json = False,
    db: Db = "",
) -> None:
    """Show a department of the device, or store it.

    Example: billing device department bar 3 --name Кухня --tax-group 2
    """
    with device(name, db, as_json=as_json) as printer:
        if called:
            carry(printer, printer.dialect.set_department(number, called, tax_group))
        found = carry(printer, printer.dialect.department(number))
    tell(
        {
            "number": number,
            "name": found.name if found else None,
            "tax_group": found.tax_group if found else None,
        },
        as_json=as_json,
    )


def operator(
    name: Name,
    number: Number,
    called: Annotated[str, typer.Option("--name", help="Store this name.")] = "",
    new_password: Annotated[
        bool, typer.Option("--new-password", help="Ask for the password and the new one, and change it.")
    ] = False,
    as_json: Json = False,
    db: Db = "",
) -> None:
    """Show an operator's name on the device, store it, or change the password.

    The password is that of the address (``password=``) or the factory's, unless ``--new-password`` asks.

    Example: billing device operator bar 2 --name Мария
    """
    secrets = _passwords() if new_password else ("", "")
    with device(name, db, as_json=as_json) as printer:
        dialect = printer.dialect
        if new_password:
            carry(printer, dialect.set_password(str(number), *secrets))
        if called:
            own = secrets[1] or dialect.settings.password or dialect.default_password or str(number)
            carry(printer, dialect.set_operator(str(number), own, called))
        found = carry(printer, dialect.operator_name(str(number)))
    tell({"number": number, "name": found}, as_json=as_json)


def header(name: Name, lines: Lines = None, as_json: Json = False, db: Db = "") -> None:
    """Show the lines above every receipt, or store them.

    Example: billing device header bar 'Кафе Витоша' 'София, бул. Витоша 1'
    """
    with device(name, db, as_json=as_json) as printer:
        if lines:
            carry(printer, printer.dialect.set_header(lines))
        found = carry(printer, printer.dialect.header())
    _tell_lines(found, as_json=as_json)


def footer(name: Name, lines: Lines = None, as_json: Json = False, db: Db = "") -> None:
    """Show the lines below every receipt, or store them.

    Example: billing device footer bar 'Заповядайте отново'
    """
    with device(name, db, as_json=as_json) as printer:
        if lines:
            carry(printer, printer.dialect.set_footer(lines))
        found = carry(printer, printer.dialect.footer())
    _tell_lines(found, as_json=as_json)


def invoices(
    name: Name,
    first: Annotated[int | None, typer.Argument(min=1, help="The first number of a new range.")] = None,
    last: Annotated[int | None, typer.Argument(min=1, help="The last number of a new range.")] = None,
    as_json: Json = False,
    db: Db = "",
) -> None:
    """Show the device's range of invoice numbers and the next one, or give it a range.

    Example: billing device invoices bar 1001 2000
    """
    if first is not None and last is None:
        raise PartMissing("a range has a first and a last number")
    with device(name, db, as_json=as_json) as printer:
        if first is not None and last is not None:
            carry(printer, printer.dialect.set_invoice_range(first, last))
        found = carry(printer, printer.dialect.invoice_range())
    facts = {"first": found.first, "last": found.last, "next": found.next, "left": found.left}
    tell(facts, as_json=as_json)


def _tell_lines(lines: Sequence[str], *, as_json: bool) -> None:
    tell_lines("lines", lines, as_json=as_json)


def _passwords() -> tuple[str, str]:
    """Return the old password and the new one: asked for, or two lines of standard input."""
    if sys.stdin.isatty():
        return getpass.getpass("password now: "), getpass.getpass("new password: ")
    return sys.stdin.readline().rstrip("\n"), sys.stdin.readline().rstrip("\n")
