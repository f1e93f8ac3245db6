"""``billing catalogue``: the nomenclature out to a file and in from one, TOML or CSV, and its versions."""

import getpass
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from billing.cli.mishaps import give_up
from billing.cli.store_option import Db, Json, opened
from billing.cli.text_input import write_json
from billing.errors import BillingError, UsageError
from billing.services.catalogue_export import export_catalogue, history
from billing.services.catalogue_fields import FIELDS
from billing.services.catalogue_files import FileWrong, Said, read_csv, read_toml, write_csv, write_toml
from billing.services.catalogue_import import Imported, import_catalogue
from billing.store.engine import Store

app = typer.Typer(
    add_completion=False,
    rich_markup_mode=None,
    no_args_is_help=True,
    help="The nomenclature. Example: billing catalogue import plus.csv",
)

File = Annotated[Path, typer.Argument(help="A file ending in .toml or .csv.")]


class EndingWrong(UsageError):
    """A file whose name does not say what it holds."""

    code = "file_ending"

    def __init__(self, file: Path) -> None:
        super().__init__(f"{file} ends in neither .toml nor .csv")


class FileTrouble(UsageError):
    """A file that cannot be read or written."""

    code = "file"

    def __init__(self, file: Path, why: str) -> None:
        super().__init__(f"{file}: {why}")


@app.command("import")
def import_(
    file: File,
    by: Annotated[str, typer.Option("--by", help="Who does it, for the record.")] = "",
    as_json: Json = False,
    db: Db = "",
) -> None:
    """Add and change items as a file says; all of it, or nothing and every mistake with its line.

    Items that the file does not name stay as they are.

    Example: billing catalogue import plus.csv
    """
    with opened(db) as store:
        try:
            done = _import(store, _read(file), by or getpass.getuser())
        except BillingError as error:
            give_up(error, as_json=as_json)
    for note in done.notes:
        sys.stderr.write(f"billing: {note}\n")
    if as_json:
        write_json(
            {
                "added": done.added,
                "changed": done.changed,
                "unchanged": done.unchanged,
                "version": done.version,
                **({"notes": done.notes} if done.notes else {}),
            }
        )
        return
    sys.stdout.write(f"{done.added} added, {done.changed} changed, {done.unchanged} as they were\n")


def _import(store: Store, said: Said, made_by: str) -> Imported:
    """Import with a progress bar on a terminal."""
    with Progress(console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task("items", total=max(len(said.rows), 1))
        return import_catalogue(
            store, said, made_by, lambda done, total: bar.update(task, completed=done, total=max(total, 1))
        )


def _read(file: Path) -> Said:
    reader = {".toml": read_toml, ".csv": read_csv}.get(file.suffix.lower())
    if reader is None:
        raise EndingWrong(file)
    try:
        text = file.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise FileTrouble(file, error.strerror or "cannot be read") from None
    except UnicodeDecodeError as error:
        raise FileWrong(f"{file} is not UTF-8 at byte {error.start + 1}") from None
    return reader(text)


@app.command("export")
def export(file: File, db: Db = "") -> None:
    """Write the whole nomenclature to a file; importing it again changes nothing.

    CSV holds the items alone, TOML the defaults as well.

    Example: billing catalogue export catalogue.toml
    """
    if file.suffix.lower() not in {".toml", ".csv"}:
        raise EndingWrong(file)
    with opened(db) as store:
        defaults, items = export_catalogue(store)
    text = write_toml(defaults, items) if file.suffix.lower() == ".toml" else write_csv(items)
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise FileTrouble(file, error.strerror or "cannot be written") from None
    sys.stdout.write(f"{len(items)} items in {file}\n")


@app.command("history")
def history_(
    item: Annotated[str, typer.Argument(help=f"One of {', '.join(FIELDS)}.")],
    number: Annotated[int, typer.Argument(min=0, help="The item's number.")],
    db: Db = "",
) -> None:
    """Show every version of an item as JSON: who changed it, when, before and after.

    Example: billing catalogue history plu 23
    """
    with opened(db) as store:
        write_json({"item": item, "number": number, "versions": history(store, item, number)})
