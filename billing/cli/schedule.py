"""``billing schedule``: when each origin's day is closed by itself."""

import sys
from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from rich.console import Console
from rich.table import Table

from billing.cli.mishaps import give_up
from billing.cli.store_option import Db, Json, opened
from billing.cli.text_input import write_json
from billing.errors import BillingError
from billing.services.schedules import Due, list_schedules, next_after, set_schedule

app = typer.Typer(
    add_completion=False,
    rich_markup_mode=None,
    no_args_is_help=True,
    help="When each day is closed by itself. Example: billing schedule set shop 23:30",
)

OriginName = Annotated[str, typer.Argument(help="The origin.")]


@app.command("set")
def set_(
    origin: OriginName,
    at: Annotated[str, typer.Argument(help="Time of day in the origin's own zone, such as 23:30.")],
    as_json: Json = False,
    db: Db = "",
) -> None:
    """Close an origin's day at this time from now on; a running worker or server does it.

    Example: billing schedule set shop 23:30
    """
    with opened(db) as store:
        try:
            set_schedule(store, origin, at)
        except BillingError as error:
            give_up(error, as_json=as_json)
        due = next(each for each in list_schedules(store) if each.plan.origin == origin)
        now = store.clock.now()
    if as_json:
        write_json(due_json(due, now))
        return
    sys.stdout.write(f"{origin} is closed at {due.at}, {due.plan.time_zone}\n")


@app.command()
def off(origin: OriginName, as_json: Json = False, db: Db = "") -> None:
    """Leave an origin's day to people, and to its device.

    Example: billing schedule off shop
    """
    with opened(db) as store:
        try:
            set_schedule(store, origin, None)
        except BillingError as error:
            give_up(error, as_json=as_json)
    if as_json:
        write_json({"origin": origin, "at": None})
        return
    sys.stdout.write(f"{origin} is not closed by itself any more\n")


@app.command("list")
def list_(as_json: Json = False, db: Db = "") -> None:
    """Show when each origin's day is closed.

    Example: billing schedule list
    """
    with opened(db) as store:
        found, now = list_schedules(store), store.clock.now()
    if as_json:
        write_json({"schedules": [due_json(due, now) for due in found]})
        return
    table = Table("origin", "at", "zone", "next", box=None)
    for due in found:
        at = "never" if due.plan.off else due.at
        table.add_row(due.plan.origin, at, due.plan.time_zone, _local(due, now))
    Console(file=sys.stdout).print(table)


def due_json(due: Due, now: datetime) -> dict[str, object]:
    """Return a schedule as data."""
    return {
        "origin": due.plan.origin,
        "at": None if due.plan.off else due.at,
        "time_zone": due.plan.time_zone,
        "today": None if due.plan.off else due.moment.isoformat(),
        "next": None if (coming := next_after(due, now)) is None else coming.isoformat(),
    }


def _local(due: Due, now: datetime) -> str:
    coming = next_after(due, now)
    return "" if coming is None else f"{coming.astimezone(ZoneInfo(due.plan.time_zone)):%Y-%m-%d %H:%M}"
