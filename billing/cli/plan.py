"""``billing plan``: what can be subscribed to. Reads, calls one service, shows."""

import sys
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from billing.cli.recurring_options import LONGEST_TRIAL_DAYS, Key, answered, decimal, say
from billing.cli.store_option import Db, Json, opened
from billing.cli.text_input import write_json
from billing.pricing.recurring.terms import Frequency, Kind
from billing.services.recurring import plans
from billing.services.recurring.answers import currency_of, plan_json
from billing.store.engine import Store

app = typer.Typer(
    add_completion=False,
    rich_markup_mode=None,
    no_args_is_help=True,
    help="Plans that can be subscribed to. Example: billing plan create gym --amount 25",
)


Name = Annotated[str, typer.Argument(help="What you call the plan.")]
Lines = Annotated[list[str] | None, typer.Argument(metavar="LINE", help="Bill text: what each bill says.")]
Rhythm = Annotated[Frequency, typer.Option("--frequency", "-f", case_sensitive=False)]
Text = Annotated[str, typer.Option("--text", help="What the bill's line says; by default the name.")]
Calculator = Annotated[
    str, typer.Option("--calculator", help="Who is asked the price: live-price, metered-usage, ...")
]


@app.command()
def create(
    name: Name,
    lines: Lines = None,
    amount: Annotated[str, typer.Option("--amount", help="Price of a unit and period.")] = "",
    kind: Annotated[Kind, typer.Option("--kind", case_sensitive=False)] = Kind.DEBIT,
    frequency: Rhythm = Frequency.MONTHLY,
    interval: Annotated[int, typer.Option("--interval", help="Every so many of them.")] = 1,
    trial_days: Annotated[int, typer.Option("--trial-days", min=0, max=LONGEST_TRIAL_DAYS)] = 0,
    text: Text = "",
    tax_group: Annotated[int | None, typer.Option("--tax-group", help="Of an amount.")] = None,
    calculator: Calculator = "",
    key: Key = "",
    as_json: Json = False,
    db: Db = "",
) -> None:
    """Make a plan, or the next version of one; a version never changes.

    Example: billing plan create gym '1*#34' '25/Gym monthly@2' --frequency monthly
    """

    def act(store: Store) -> dict[str, Any]:
        terms = plans.PlanTerms(
            kind=kind,
            frequency=frequency,
            interval=interval,
            trial_days=trial_days,
            amount=decimal(amount),
            text=text,
            tax_group=tax_group,
            content=tuple(lines or ()),
            calculator=calculator,
        )
        return plan_json(plans.create_plan(store, name, terms), currency_of(store))

    request = (
        "plan",
        name,
        lines,
        amount,
        kind,
        frequency,
        interval,
        trial_days,
        text,
        tax_group,
        calculator,
    )
    answer = answered(db, key, request, act, as_json=as_json)
    if not as_json:
        price = f"{answer['amount']} {answer['currency']}"
        say(f"plan {name} version {answer['version']}: {price}, {_rhythm(answer)}")


@app.command("list")
def list_plans(as_json: Json = False, db: Db = "") -> None:
    """List every version of every plan.

    Example: billing plan list
    """
    with opened(db) as store:
        currency = currency_of(store)
        found = [plan_json(version, currency) for version in plans.list_plans(store)]
    if as_json:
        write_json({"plans": found})
        return
    table = Table("plan", "version", "kind", "price", "rhythm", "content", "closed", box=None)
    for plan in found:
        content = "; ".join(plan["content"]) or plan["text"]
        price = f"{plan['amount']} {plan['currency']}" if not plan["calculator"] else plan["calculator"]
        closed = (plan["closed_at"] or "")[:10]
        table.add_row(plan["plan"], str(plan["version"]), plan["kind"], price, _rhythm(plan), content, closed)
    Console(file=sys.stdout).print(table)


@app.command()
def close(name: Annotated[str, typer.Argument(help="The plan.")], as_json: Json = False, db: Db = "") -> None:
    """Close a plan to new subscriptions; those it has go on.

    Example: billing plan close gym
    """

    def act(store: Store) -> dict[str, Any]:
        plans.close_plan(store, name)
        return {"plan": name, "closed": True}

    answered(db, "", (), act, as_json=as_json)
    if not as_json:
        say(f"plan {name} takes nobody new")


def _rhythm(plan: dict[str, Any]) -> str:
    unit = str(plan["frequency"]).lower()
    return unit if plan["interval"] == 1 else f"{unit} x {plan['interval']}"
