"""``billing init``: creates or migrates the store, the only command that loads Alembic."""

import json
import sys
from pathlib import Path
from typing import Annotated, Final

import typer

from billing.errors import UsageError
from billing.services.sample import sample_shop
from billing.settings import data_folder, database_url
from billing.store.engine import Store, open_store
from billing.store.upgrade import upgrade

app = typer.Typer(add_completion=False, rich_markup_mode=None)

SAMPLES: Final = {"shop": sample_shop}


class SampleUnknown(UsageError):
    """There is no sample of that name."""

    code = "sample"

    def __init__(self, name: str) -> None:
        super().__init__(f"there is no sample {name!r}; there is {', '.join(SAMPLES)}")


def folder_of(store: Store) -> Path:
    """Return the folder next to the store: that of its file, else the user's data folder."""
    file = store.engine.url.database
    if store.engine.dialect.name == "sqlite" and file:
        return Path(file).parent
    return data_folder()


@app.command()
def init(
    db: Annotated[
        str, typer.Option("--db", envvar="BILLING_DATABASE_URL", help="URL or file of the store.")
    ] = "",
    sample: Annotated[str, typer.Option("--sample", help="Fill the empty store with a sample: shop.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Answer with one JSON object.")] = False,
) -> None:
    """Create the store, or bring an older one to this program's schema.

    Example: billing init --sample shop
    """
    if sample and sample not in SAMPLES:
        raise SampleUnknown(sample)
    url = database_url(db)
    before, after = upgrade(url)
    store = open_store(url)
    answer: dict[str, object] = {"store": store.where, "schema": after, "before": before}
    try:
        if sample:
            folder = folder_of(store)
            folder.mkdir(parents=True, exist_ok=True)  # beside PostgreSQL nothing has made it yet
            origin, address = SAMPLES[sample](store, folder)
            answer |= {"sample": sample, "origin": origin, "device": address}
    finally:
        store.close()
    if as_json:
        sys.stdout.write(json.dumps(answer, ensure_ascii=False) + "\n")
        return
    done = {None: "created", after: "was up to date"}.get(before, f"migrated from schema {before}")
    sys.stdout.write(f"store {store.where}: {done}\n")
    if sample:
        driver, _, line = str(answer["device"]).partition(":")
        sys.stdout.write(f"sample {sample}: origin {answer['origin']}, device {answer['device']}\n")
        sys.stdout.write(f"start its printer: billing emulate {driver} --pty {line} --state {line}.json\n")
