"""``billing recurring run``, ``preview``, ``check``, ``owed`` and ``feed``: the pass and what it made."""

import sys
import threading
from itertools import groupby
from typing import Annotated, Any, Final

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from billing.cli.mishaps import give_up
from billing.cli.recurring_options import SubscriptionId, answered, instant, say
from billing.cli.store_option import Db, Json, opened
from billing.cli.text_input import write_json
from billing.errors import BillingError
from billing.jobs.recurring import Recurring, settle_time
from billing.money import Currency
from billing.services.recurring import plans, previews, subscriptions, upkeep
from billing.services.recurring.answers import course_json, currency_of, line_json, owed_json
from billing.services.recurring.running import Worker, count_due
from billing.store.engine import Store
from billing.store.recurring_audit import Told

REFUSED: Final = 3
"""Exit code where something waits for a person."""
STOPPED: Final = 130
"""Exit code of a run that a person stopped (128 and the signal's number)."""


def run(
    now: Annotated[str, typer.Option("--now", help="With an offset; by default the clock.")] = "",
    batch: Annotated[int, typer.Option("--batch", min=1, help="Subscriptions in one commit.")] = 1000,
    as_json: Json = False,
    db: Db = "",
) -> None:
    """Bill everything that is due, batch by batch; stopped anywhere, the next run goes on.

    Ends with 3 if subscriptions were put on hold and wait for a person, with 130 if it was stopped.

    Example: billing recurring run
    """
    with opened(db) as store:
        try:
            made = _run(store, now, batch)
        except BillingError as error:
            give_up(error, as_json=as_json)
        except KeyboardInterrupt:
            sys.stderr.write("billing: stopped; what was billed is kept, the next run goes on\n")
            raise typer.Exit(STOPPED) from None
    if as_json:
        write_json(made)
    else:
        say(f"{made['generated']} periods of {made['subscriptions']} subscriptions, {made['held']} held")
    if made["held"]:
        sys.stderr.write("billing: look at 'billing subscription list' for those that are HELD\n")
        raise typer.Exit(REFUSED)


def work(
    every: Annotated[int, typer.Option("--every", min=1, help="Seconds between two rounds.")] = 60,
    db: Db = "",
) -> None:
    """Bill and collect round after round, until it is stopped; several may run at once.

    Example: billing recurring work --every 60
    """
    with opened(db) as store:
        rounds = Recurring(store, float(every))
        rounds.start()
        try:
            never = threading.Event()
            while not never.wait(0.5):  # a wait without an end may sleep over a signal
                continue
        except KeyboardInterrupt:
            rounds.stop()


def _run(store: Store, now: str, batch: int) -> dict[str, int]:
    """Run the pass with a progress bar on standard error where a person looks at it."""
    at = instant(now) or store.clock.now()
    made = {"generated": 0, "subscriptions": 0, "held": 0, "batches": 0}
    console = Console(file=sys.stderr)
    columns = (TextColumn("billing"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        task = progress.add_task("billing", total=count_due(store, at))
        for result in Worker(store).run_all(at, batch):
            made["generated"] += result.generated
            made["subscriptions"] += result.taken
            made["held"] += result.held
            made["batches"] += 1
            progress.advance(task, result.taken)
    settle_time(store)
    return made


def preview(
    subscription: SubscriptionId,
    count: Annotated[int, typer.Option("--count", min=1, max=previews.MOST)] = 12,
    until: Annotated[str, typer.Option("--until", help="With an offset; instead of a count.")] = "",
    as_json: Json = False,
    db: Db = "",
) -> None:
    """Show the coming boundaries and amounts, by the code of the pass; nothing is written.

    Example: billing recurring preview 7 --count 6
    """

    def act(store: Store) -> dict[str, Any]:
        end = instant(until)
        if end is None:
            course = previews.preview_next(store, subscription, count)
        else:
            course = previews.preview_until(store, subscription, end)
        return {"subscription": subscription, "coming": course_json(course, currency_of(store))}

    answer = answered(db, "", (), act, as_json=as_json)
    if as_json:
        return
    table = Table("at", "what", "until", "amount", box=None)
    for each in answer["coming"]:
        table.add_row(each["at"][:19], each["what"], each.get("until", "")[:19], each["amount"])
    Console(file=sys.stdout).print(table)


def check(
    mend: Annotated[bool, typer.Option("--mend", help="Write the computed next runs.")] = False,
    as_json: Json = False,
    db: Db = "",
) -> None:
    """Compare stored next runs with the rules, and follow the hashes of the audit feeds.

    Needed after an update of the time zone data. Ends with 3 if something differs and was not mended.

    Example: billing recurring check
    """
    with opened(db) as store:
        try:
            found = list(upkeep.check(store, mend=mend))
        except BillingError as error:
            give_up(error, as_json=as_json)
    if as_json:
        rows = [
            {
                "subscription": each.subscription,
                "what": each.what,
                "stored": each.stored,
                "computed": each.computed,
            }
            for each in found
        ]
        write_json({"differences": rows, "mended": mend})
    for each in found if not as_json else ():
        say(f"subscription {each.subscription}: {each.what} is {each.stored}, computed {each.computed}")
    left = [each for each in found if not (mend and each.what == "next_run")]
    if left:
        raise typer.Exit(REFUSED)
    if not as_json and not found:
        say("everything agrees")


def owed(as_json: Json = False, db: Db = "") -> None:
    """List the bills of plans that wait to be paid, at the till or by a gateway.

    Example: billing recurring owed
    """
    with opened(db) as store:
        currency = currency_of(store)
        found = plans.owed_by(store)
    rows = [owed_json(each, currency) for each in found]
    if as_json:
        write_json({"owed": rows, "currency": currency.code})
        return
    table = Table("bill", "subscription", "customer", "due", "state", "next try", box=None)
    for row in rows:
        cells = (row["bill"], row["subscription"], row["name"], row["due"], row["state"])
        table.add_row(*map(str, cells), str(row["next_try"] or "")[:19])
    Console(file=sys.stdout).print(table)


def feed(subscription: SubscriptionId, as_json: Json = False, db: Db = "") -> None:
    """Show what happened to a subscription, and each period as its invoice reads.

    Example: billing recurring feed 7
    """
    with opened(db) as store:
        try:
            lines = subscriptions.feed(store, subscription)
        except BillingError as error:
            give_up(error, as_json=as_json)
        currency = currency_of(store)
    if as_json:
        rows = [line_json(line, currency) for line in lines]
        write_json({"subscription": subscription, "lines": rows})
        return
    for (segment, k), group in groupby(lines, key=lambda line: (line.segment, line.k)):
        part = list(group)
        say("subscription" if segment < 0 else f"period {segment}/{k}")
        for line in part:
            say(_feed_line(line, currency))
        if segment >= 0:
            say(_sums(part, currency))


def _feed_line(line: Told, currency: Currency) -> str:
    amount = f"{currency.from_minor(line.amount):f}" if line.side else ""
    return f"  {line.number:3} {line.at:%Y-%m-%d %H:%M:%S} {line.type:<20} {amount:>12} {line.reference}"


def _sums(lines: list[Told], currency: Currency) -> str:
    billed, settled = (
        sum(line.amount for line in lines if line.side == side) for side in ("billed", "settled")
    )
    owed_now = currency.from_minor(billed - settled)
    return (
        f"      billed {currency.from_minor(billed):f}, settled {currency.from_minor(settled):f}, "
        f"owed {owed_now:f} {currency.code}"
    )
