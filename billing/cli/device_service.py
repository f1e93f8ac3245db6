"""``billing device``: what a technician reads of a device, and its drawer, paper and display."""

import sys
from datetime import datetime
from typing import Annotated, Final

import typer

from billing.cli.store_option import Db, Json
from billing.cli.tending import Name, device, tell, tell_lines
from billing.errors import UsageError
from billing.jobs.tending import carry

DAYS: Final = ["%Y-%m-%d", "%d-%m-%Y"]


class PartMissing(UsageError):
    """A command was given too little to do."""

    code = "usage"

    def __init__(self, wanted: str) -> None:
        super().__init__(f"{wanted}; '--help' shows an example")


def journal(
    name: Name,
    document: Annotated[
        int | None, typer.Option("--document", min=1, help="The number of one document.")
    ] = None,
    first: Annotated[datetime | None, typer.Option("--from", formats=DAYS, help="The first day.")] = None,
    last: Annotated[datetime | None, typer.Option("--to", formats=DAYS, help="The last day.")] = None,
    as_json: Json = False,
    db: Db = "",
) -> None:
    """Show a document, or all of some days, as the device's electronic journal has it; prints nothing.

    Says so and exits with 3 when the journal has none.

    Example: billing device journal bar --document 17
    """
    if document is None and (first is None or last is None):
        raise PartMissing("name a document with --document, or days with --from and --to")
    with device(name, db, as_json=as_json) as printer:
        if document is not None:
            lines = carry(printer, printer.dialect.journal_document(document))
        elif first is not None and last is not None:
            lines = carry(printer, printer.dialect.journal(first.date(), last.date()))
    tell_lines("lines", lines, as_json=as_json)
    if not lines:
        sought = f"document {document}" if document is not None else "documents of these days"
        sys.stderr.write(f"billing: the device's journal has no {sought}\n")
        raise typer.Exit(3)


def registers(
    name: Name,
    last_z: Annotated[bool, typer.Option("--last-z", help="Those of the last Z in fiscal memory.")] = False,
    as_json: Json = False,
    db: Db = "",
) -> None:
    """Show the day's figures by tax group and payment as the device counts them; prints nothing.

    Example: billing device registers bar --json
    """
    with device(name, db, as_json=as_json) as printer:
        dialect = printer.dialect
        figures = carry(printer, dialect.last_z() if last_z else dialect.registers())
    tell(figures, as_json=as_json)


def rates(name: Name, as_json: Json = False, db: Db = "") -> None:
    """Show the percent of each tax group, as the device has them; a group that is off has none.

    Example: billing device rates bar
    """
    with device(name, db, as_json=as_json) as printer:
        found = carry(printer, printer.dialect.rates())
    tell(
        {str(group): None if rate is None else f"{rate:f}" for group, rate in found.items()}, as_json=as_json
    )


def room(name: Name, as_json: Json = False, db: Db = "") -> None:
    """Show how many Z reports the fiscal memory still takes, and how full the journal is.

    Example: billing device room bar
    """
    with device(name, db, as_json=as_json) as printer:
        left = carry(printer, printer.dialect.room())
    facts = {"reports": left.reports, "journal_size": left.journal_size, "journal_used": left.journal_used}
    tell(facts, as_json=as_json)


def drawer(name: Name, as_json: Json = False, db: Db = "") -> None:
    """Open the cash drawer.

    Example: billing device drawer bar
    """
    with device(name, db, as_json=as_json) as printer:
        carry(printer, printer.dialect.drawer())


def feed(
    name: Name,
    lines: Annotated[int, typer.Argument(min=1, max=99, help="How many lines.")] = 1,
    as_json: Json = False,
    db: Db = "",
) -> None:
    """Move the paper.

    Example: billing device feed bar 3
    """
    with device(name, db, as_json=as_json) as printer:
        carry(printer, printer.dialect.feed(lines))


def cut(name: Name, as_json: Json = False, db: Db = "") -> None:
    """Cut the paper, on a device with a cutter.

    Example: billing device cut bar
    """
    with device(name, db, as_json=as_json) as printer:
        carry(printer, printer.dialect.cut())


def show(
    name: Name,
    upper: Annotated[str, typer.Argument(help="The upper line.")],
    lower: Annotated[str, typer.Argument(help="The lower line.")] = "",
    as_json: Json = False,
    db: Db = "",
) -> None:
    """Show two lines on the customer's display.

    Example: billing device show bar 'Добър ден' '12.50'
    """
    with device(name, db, as_json=as_json) as printer:
        carry(printer, printer.dialect.show(upper, lower))
