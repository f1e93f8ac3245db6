"""``billing customer``: who is billed by plans. Reads, calls one service, shows."""

import sys
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from billing.cli.mishaps import give_up
from billing.cli.recurring_options import Key, answered, say
from billing.cli.store_option import Db, Json, opened
from billing.cli.text_input import write_json
from billing.errors import BillingError
from billing.services.recurring import plans
from billing.services.recurring.answers import currency_of, customer_json, owed_json
from billing.store.engine import Store

app = typer.Typer(
    add_completion=False,
    rich_markup_mode=None,
    no_args_is_help=True,
    help="Customers of plans. Example: billing customer create 'Hotel Sea' --external-id H-12",
)


@app.command()
def create(
    name: Annotated[str, typer.Argument(help="Their name.")],
    external_id: Annotated[str, typer.Option("--external-id", help="Your own number for them.")] = "",
    profile: Annotated[int | None, typer.Option("--profile", help="Whom invoices are made out to.")] = None,
    key: Key = "",
    as_json: Json = False,
    db: Db = "",
) -> None:
    """Make a customer.

    Example: billing customer create 'Anna Petrova' --external-id 1017
    """

    def act(store: Store) -> dict[str, Any]:
        made = plans.create_customer(store, name, external_id or None, profile)
        return customer_json(made, currency_of(store))

    answer = answered(db, key, ("customer", name, external_id, profile), act, as_json=as_json)
    if not as_json:
        say(f"customer {answer['customer']}: {name}")


@app.command("list")
def list_customers(as_json: Json = False, db: Db = "") -> None:
    """List customers, the oldest first.

    Example: billing customer list
    """
    with opened(db) as store:
        currency = currency_of(store)
        found = [customer_json(each, currency) for each in plans.list_customers(store)]
    if as_json:
        write_json({"customers": found})
        return
    table = Table("customer", "name", "external id", "credit", box=None)
    for each in found:
        table.add_row(str(each["customer"]), each["name"], each["external_id"], each["credit"])
    Console(file=sys.stdout).print(table)


@app.command()
def show(
    customer: Annotated[str, typer.Argument(help="Number or external id.")],
    as_json: Json = False,
    db: Db = "",
) -> None:
    """Show a customer with what they owe.

    Example: billing customer show 1017
    """
    with opened(db) as store:
        try:
            found = plans.show_customer(store, customer)
            owed = plans.owed_by(store, found.id)
        except BillingError as error:
            give_up(error, as_json=as_json)
        currency = currency_of(store)
    bills = [owed_json(each, currency) for each in owed]
    answer = customer_json(found, currency) | {"owes": bills}
    if as_json:
        write_json(answer)
        return
    say(f"customer {found.id}: {found.name}, credit {answer['credit']} {currency.code}")
    for bill in bills:
        say(f"  bill {bill['bill']}: {bill['due']} {currency.code} {bill['state']}")
