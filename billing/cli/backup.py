"""``billing backup``: a consistent copy of the store while tills work."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from billing.cli.mishaps import give_up
from billing.cli.store_option import Db, Json, opened
from billing.cli.text_input import write_json
from billing.errors import BillingError
from billing.services.backups import back_up

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(help="The copy: a file that is not there yet.")],
    as_json: Json = False,
    db: Db = "",
) -> None:
    """Copy the store to a file while tills work; for PostgreSQL it names the tool that does so.

    The journal's keys are not in the copy: keep 'journal.key' and 'journal.ed25519' of the data folder apart.

    Example: billing backup /mnt/copies/2026-11-24.db
    """
    with opened(db) as store:
        try:
            size = back_up(store, file)
        except BillingError as error:
            give_up(error, as_json=as_json)
    if as_json:
        write_json({"file": str(file), "bytes": size})
        return
    sys.stdout.write(f"{file}: {size:,} bytes; 'billing restore --check {file}' proves it\n")
