"""``billing subscription``: who pays for what, and how that changes. Reads, calls one service, shows."""

import sys
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from billing.cli.mishaps import give_up
from billing.cli.recurring_options import (
    ACTOR,
    LONGEST_TRIAL_DAYS,
    MOST,
    Key,
    SubscriptionId,
    answered,
    ask,
    decimal,
    instant,
    say,
)
from billing.cli.store_option import Db, Json, Origin, opened
from billing.cli.text_input import write_json
from billing.errors import BillingError
from billing.pricing.recurring.asked import (
    Cancel,
    ChangeTerms,
    Operation,
    Pause,
    Release,
    ReleasePolicy,
    Resume,
    ResumeMode,
    Rezone,
    Uncancel,
    When,
)
from billing.pricing.recurring.terms import Backfill, Discount, Frequency, ShareUnit, zone_named
from billing.services.recurring import subscriptions
from billing.services.recurring.answers import currency_of, subscription_json
from billing.services.recurring.company import company_catch_up, company_unit
from billing.store.engine import Store

app = typer.Typer(
    add_completion=False,
    rich_markup_mode=None,
    no_args_is_help=True,
    help="Subscriptions to plans. Example: billing subscription create gym 1017",
)

WhenOption = Annotated[When, typer.Option("--when", help="At once, or from the next boundary on.")]


@app.command()
def create(
    plan: Annotated[str, typer.Argument(help="The plan; its newest version.")],
    customer: Annotated[str, typer.Argument(help="Number or external id.")],
    quantity: Annotated[int, typer.Option("--quantity", "-q")] = 1,
    amount: Annotated[str, typer.Option("--amount", help="A price of its own.")] = "",
    start: Annotated[str, typer.Option("--start", help="With an offset; by default now.")] = "",
    zone: Annotated[str, typer.Option("--zone", help="IANA name; by default the origin's.")] = "",
    trial_days: Annotated[int | None, typer.Option("--trial-days", min=0, max=LONGEST_TRIAL_DAYS)] = None,
    origin: Origin = "",
    instrument: Annotated[str, typer.Option("--instrument", help="GATEWAY:TOKEN; none: the till.")] = "",
    external_id: Annotated[str, typer.Option("--external-id", help="Your own number for it.")] = "",
    discount: Annotated[str, typer.Option("--discount", help="Percent off.")] = "",
    discount_sum: Annotated[str, typer.Option("--discount-sum", help="An amount off; no percent then.")] = "",
    discount_runs: Annotated[
        int | None, typer.Option("--discount-runs", min=1, max=MOST, help="So often.")
    ] = None,
    proration: Annotated[
        ShareUnit | None, typer.Option("--proration", help="By default the company's.")
    ] = None,
    align_day: Annotated[int | None, typer.Option("--align-day", help="Bill on this day of month.")] = None,
    backfill: Annotated[Backfill | None, typer.Option("--backfill", help="For a start in the past.")] = None,
    ends_at: Annotated[str, typer.Option("--ends-at", help="With an offset.")] = "",
    max_runs: Annotated[int | None, typer.Option("--max-runs", min=1, max=MOST)] = None,
    max_catch_up: Annotated[int | None, typer.Option("--max-catch-up", min=0, max=MOST)] = None,
    key: Key = "",
    as_json: Json = False,
    db: Db = "",
) -> None:
    """Subscribe a customer to a plan; one that starts now is billed at once.

    Example: billing subscription create gym 1017 --start 2026-12-01T09:00:00+02:00 --quantity 2
    """
    request = {name: value for name, value in locals().items() if name not in {"key", "as_json", "db"}}

    def act(store: Store) -> dict[str, Any]:
        new = subscriptions.NewSubscription(
            plan=plan,
            customer=customer,
            quantity=quantity,
            amount=decimal(amount),
            start=instant(start),
            zone=zone or None,
            trial_days=trial_days,
            origin=origin or None,
            instrument=instrument,
            external_id=external_id or None,
            discount=_discount(store, discount, discount_sum, discount_runs),
            unit=proration or company_unit(),
            align_day=align_day,
            backfill=backfill,
            ends_at=instant(ends_at),
            max_runs=max_runs,
            max_catch_up=company_catch_up() if max_catch_up is None else max_catch_up,
        )
        return subscription_json(subscriptions.create(store, new, ACTOR), currency_of(store))

    _tell(answered(db, key, ("subscribe", request), act, as_json=as_json), as_json=as_json)


def _discount(store: Store, percent: str, off: str, runs: int | None) -> Discount:
    part, amount = decimal(percent), decimal(off)
    if part is None and amount is None:
        return Discount()
    minor = 0 if amount is None else currency_of(store).exact_minor(amount)
    return Discount(part or Decimal(0), runs, minor)


def _tell(answer: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        return
    price = f"{answer['quantity']} x {answer['amount']} {answer['currency']} {answer['frequency'].lower()}"
    following = f", next run {answer['next_run']}" if answer["next_run"] else ""
    held = f" ({answer['held_because']})" if answer["held_because"] else ""
    say(f"subscription {answer['subscription']} is {answer['state']}{held}: {price}{following}")


def _operate(
    subscription: int,
    request: tuple[object, ...],
    make: Callable[[Store, datetime], Operation],
    *,
    key: str,
    as_json: bool,
    db: str,
) -> None:
    """Carry out one operation and show what the subscription is now."""

    def act(store: Store) -> dict[str, Any]:
        shown = subscriptions.operate(store, subscription, lambda now: make(store, now), ACTOR)
        return subscription_json(shown, currency_of(store))

    answer = answered(db, key, (*request, subscription), act, as_json=as_json)
    _tell(answer, as_json=as_json)


@app.command()
def change(
    subscription: SubscriptionId,
    plan: Annotated[str, typer.Option("--plan", help="The newest version of this plan.")] = "",
    amount: Annotated[str, typer.Option("--amount", help="A price of its own.")] = "",
    quantity: Annotated[int | None, typer.Option("--quantity", "-q")] = None,
    frequency: Annotated[Frequency | None, typer.Option("--frequency", "-f", case_sensitive=False)] = None,
    interval: Annotated[int | None, typer.Option("--interval")] = None,
    when: WhenOption = When.NOW,
    key: Key = "",
    as_json: Json = False,
    db: Db = "",
) -> None:
    """Change plan, price, quantity or rhythm; a change at once is settled by share of the period.

    Example: billing subscription change 7 --quantity 3 --when period_end
    """

    def make(store: Store, now: datetime) -> Operation:
        asked = subscriptions.change_of_terms(store, decimal(amount), quantity, frequency, interval)
        if plan:
            asked = asked.over(subscriptions.change_to_plan(store, plan))
        return ChangeTerms(now, when, asked)

    request = ("change", plan, amount, quantity, frequency, interval, when)
    _operate(subscription, request, make, key=key, as_json=as_json, db=db)


@app.command()
def pause(subscription: SubscriptionId, key: Key = "", as_json: Json = False, db: Db = "") -> None:
    """Bill no boundary from now on; the paid part stays paid.

    Example: billing subscription pause 7
    """
    _operate(subscription, ("pause",), lambda _, now: Pause(now), key=key, as_json=as_json, db=db)


@app.command()
def resume(
    subscription: SubscriptionId,
    mode: Annotated[ResumeMode, typer.Option("--mode", help="Old grid, or a new one from today.")] = (
        ResumeMode.KEEP
    ),
    partial: Annotated[bool, typer.Option("--partial", help="Bill the rest of a skipped period.")] = False,
    key: Key = "",
    as_json: Json = False,
    db: Db = "",
) -> None:
    """Go on after a pause; skipped boundaries are never billed later.

    Example: billing subscription resume 7 --mode keep --partial
    """
    _operate(
        subscription,
        ("resume", mode, partial),
        lambda _, now: Resume(now, mode, partial),
        key=key,
        as_json=as_json,
        db=db,
    )


@app.command()
def cancel(
    subscription: SubscriptionId,
    when: WhenOption = When.PERIOD_END,
    refund: Annotated[str, typer.Option("--refund", help="none, prorated, or a sum.")] = "none",
    keep_open: Annotated[bool, typer.Option("--keep-open", help="Let unpaid bills stand.")] = False,
    key: Key = "",
    as_json: Json = False,
    db: Db = "",
) -> None:
    """End a subscription, at once or with the period that is paid for.

    Example: billing subscription cancel 7 --when now --refund prorated
    """

    def make(store: Store, now: datetime) -> Operation:
        prorated = refund == "prorated"
        amount = Decimal(0) if prorated or refund == "none" else decimal(refund) or Decimal(0)
        return Cancel(now, when, currency_of(store).exact_minor(amount), prorated, keep_open)

    request = ("cancel", when, refund, keep_open)
    _operate(subscription, request, make, key=key, as_json=as_json, db=db)


@app.command()
def uncancel(subscription: SubscriptionId, key: Key = "", as_json: Json = False, db: Db = "") -> None:
    """Undo a cancel at period end that still lies ahead.

    Example: billing subscription uncancel 7
    """
    _operate(subscription, ("uncancel",), lambda _, now: Uncancel(now), key=key, as_json=as_json, db=db)


@app.command()
def release(
    subscription: SubscriptionId,
    policy: Annotated[
        ReleasePolicy, typer.Option("--policy", help="What becomes of the boundaries kept back.")
    ] = ReleasePolicy.ALL,
    key: Key = "",
    as_json: Json = False,
    db: Db = "",
) -> None:
    """Let a held subscription go on.

    Example: billing subscription release 7 --policy last
    """
    _operate(
        subscription,
        ("release", policy),
        lambda _, now: Release(now, policy),
        key=key,
        as_json=as_json,
        db=db,
    )


@app.command()
def rezone(
    subscription: SubscriptionId,
    zone: Annotated[str, typer.Argument(help="IANA name.")],
    key: Key = "",
    as_json: Json = False,
    db: Db = "",
) -> None:
    """Read the boundaries to come in another time zone.

    Example: billing subscription rezone 7 Europe/Athens
    """
    _operate(
        subscription,
        ("rezone", zone),
        lambda _, now: Rezone(now, zone_named(zone)),
        key=key,
        as_json=as_json,
        db=db,
    )


@app.command()
def usage(
    subscription: SubscriptionId,
    used: Annotated[str, typer.Argument(help="How much was used, three decimals at most.")],
    key: Annotated[str, typer.Option("--key", help="Your name of this event; the same again is not kept.")],
    at: Annotated[str, typer.Option("--at", help="With an offset; by default now.")] = "",
    db: Db = "",
) -> None:
    """Tell metered use, for a plan whose price is computed from it.

    Example: billing subscription usage 7 12.5 --key meter-2026-11-24
    """
    with opened(db) as store:
        try:
            amount = decimal(used) or Decimal(0)
            fresh = subscriptions.tell_usage(store, subscription, key, amount, instant(at))
        except BillingError as error:
            give_up(error, as_json=False)
    say("kept" if fresh else "known already")


@app.command()
def show(subscription: SubscriptionId, as_json: Json = False, db: Db = "") -> None:
    """Show a subscription as it stands.

    Example: billing subscription show 7 --json
    """

    def act(store: Store) -> dict[str, Any]:
        return subscription_json(subscriptions.show(store, subscription), currency_of(store))

    _tell(answered(db, "", (), act, as_json=as_json), as_json=as_json)


@app.command("list")
def list_subscriptions(as_json: Json = False, db: Db = "") -> None:
    """List subscriptions.

    Example: billing subscription list
    """

    def act(store: Store) -> dict[str, Any]:
        currency = currency_of(store)
        found = subscriptions.list_subscriptions(store)
        return {"subscriptions": [subscription_json(shown, currency) for shown in found]}

    try:
        answer = ask(db, "", (), act)
    except BillingError as error:
        give_up(error, as_json=as_json)
    if as_json:
        write_json(answer)
        return
    table = Table("subscription", "customer", "state", "price", "rhythm", "next run", box=None)
    for each in answer["subscriptions"]:
        table.add_row(
            str(each["subscription"]),
            str(each["customer"]),
            each["state"],
            f"{each['quantity']} x {each['amount']} {each['currency']}",
            each["frequency"].lower(),
            (each["next_run"] or "")[:19],
        )
    Console(file=sys.stdout).print(table)
