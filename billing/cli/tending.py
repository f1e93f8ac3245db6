"""What the commands of a technician share: the device by name or address, a mishap as one sentence."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Annotated, Any

import typer

from billing.cli.mishaps import give_up
from billing.cli.store_option import opened
from billing.cli.text_input import write_json
from billing.devices.printer import Printer
from billing.errors import BillingError
from billing.jobs.tending import tended, tended_at

Name = Annotated[
    str, typer.Argument(help="A device's name in the store, or its address DRIVER:PORT?option=value.")
]


@contextmanager
def device(name: str, db: str, *, as_json: bool = False) -> Iterator[Printer]:
    """Yield the device ``name``, held; a mishap ends the command with its exit code."""
    try:
        if ":" in name:
            with tended_at(name) as printer:
                yield printer
        else:
            with opened(db) as store, tended(store, name) as printer:
                yield printer
    except BillingError as error:
        give_up(error, as_json=as_json)


def tell(facts: Mapping[str, Any], *, as_json: bool) -> None:
    """Show named facts, a line each, or as one JSON object."""
    if as_json:
        write_json(dict(facts))
        return
    for name, value in facts.items():
        sys.stdout.write(f"{name.replace('_', ' '):<22} {'-' if value in {None, ''} else value}\n")


def tell_lines(name: str, lines: Sequence[str], *, as_json: bool) -> None:
    """Show lines of text as they stand, or as one JSON object with a list ``name``."""
    if as_json:
        write_json({name: list(lines)})
        return
    for line in lines:
        sys.stdout.write(f"{line}\n")
