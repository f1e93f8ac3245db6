"""The store a command works on: ``--db``, or the environment, or the user's own."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

from billing.jobs.judging import judge
from billing.store.engine import Store, open_store

Db = Annotated[
    str,
    typer.Option(
        "--db", envvar="BILLING_DATABASE_URL", help="URL or file of the store (default: the user's own)."
    ),
]
Origin = Annotated[
    str, typer.Option("--origin", "-o", help="The origin; by default the store's default one.")
]
Json = Annotated[bool, typer.Option("--json", help="Answer with one JSON object.")]


@contextmanager
def opened(db: str) -> Iterator[Store]:
    """Open the store at ``db`` for one command and close it afterwards.

    Raises:
        StoreError: it is missing, of another version, or cannot be reached.
    """
    store = open_store(db or None)
    store.judge = judge
    try:
        yield store
    finally:
        store.close()
