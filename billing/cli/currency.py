"""``billing currency``: what currencies are worth, and what new bills are in, each from a day on."""

import getpass
import sys
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from billing.cli.mishaps import give_up
from billing.cli.store_option import Db, Json, opened
from billing.cli.text_input import write_json
from billing.errors import BillingError, UsageError
from billing.services import currencies
from billing.services.currencies import Policy, Rate

app = typer.Typer(
    add_completion=False,
    rich_markup_mode=None,
    no_args_is_help=True,
    help="Rates and the currency of new bills, by date. Example: billing currency rate USD EUR 0.9137",
)

Code = Annotated[str, typer.Argument(help="A currency code, such as USD.")]
By = Annotated[str, typer.Option("--by", help="Who does it, for the record.")]
From = Annotated[str, typer.Option("--from", help="The first day, YYYY-MM-DD; by default today.")]


class DayWrong(UsageError):
    """Text that is no day."""

    code = "day_wrong"

    def __init__(self, found: str) -> None:
        super().__init__(f"{found[:40]!r} is no day; expected YYYY-MM-DD, such as 2026-01-01")


class NumberWrong(UsageError):
    """Text that is no rate."""

    code = "rate_wrong"

    def __init__(self, found: str) -> None:
        super().__init__(f"{found[:40]!r} is no rate; expected a number such as 0.9137")


@app.command("list")
def list_(as_json: Json = False, db: Db = "") -> None:
    """Show every rate and every change of currency, by first day.

    Example: billing currency list
    """
    with opened(db) as store:
        rates, policies = currencies.rates(store), currencies.policies(store)
    if as_json:
        write_json({"rates": list(map(rate_json, rates)), "policies": list(map(policy_json, policies))})
        return
    table = Table("from", "what", box=None)
    for rate in rates:
        table.add_row(str(rate.valid_from), f"1 {rate.code} = {rate.rate:f} {rate.currency}")
    for policy in policies:
        table.add_row(str(policy.valid_from), _said(policy))
    Console(file=sys.stdout).print(table)


@app.command()
def rate(
    code: Code,
    currency: Annotated[str, typer.Argument(help="The currency that it is worth something in.")],
    worth: Annotated[str, typer.Argument(help="How much of it one unit is worth, such as 0.9137.")],
    day: From = "",
    by: By = "",
    db: Db = "",
) -> None:
    """Say what one unit of a currency is worth in another from a day on; never dated back.

    Example: billing currency rate USD EUR 0.9137 --from 2026-11-25
    """
    with opened(db) as store:
        try:
            first = _day(day) or currencies.today(store)
            currencies.set_rate(store, (code, currency), _number(worth), first, by or getpass.getuser())
        except BillingError as error:
            give_up(error, as_json=False)
    sys.stdout.write(f"1 {code} = {worth} {currency} from {first}\n")


@app.command()
def policy(
    currency: Annotated[str, typer.Argument(help="What new bills are in.")],
    day: Annotated[str, typer.Option("--from", help="The first day, YYYY-MM-DD.", show_default=False)],
    second: Annotated[str, typer.Option("--second", help="The currency that totals are shown in too.")] = "",
    per_unit: Annotated[
        str, typer.Option("--rate", help="How much of the second currency one unit is, as fixed by law.")
    ] = "",
    by: By = "",
    db: Db = "",
) -> None:
    """Say what new bills are in from a day to come; bills that are there keep their currency.

    Example: billing currency policy EUR --from 2027-01-01
    """
    with opened(db) as store:
        try:
            said = Policy(_required(day), currency, second or None, _number(per_unit) if per_unit else None)
            currencies.set_policy(store, said, by or getpass.getuser())
        except BillingError as error:
            give_up(error, as_json=False)
    sys.stdout.write(f"from {said.valid_from}: {_said(said)}\n")


@app.command()
def euro(by: By = "", db: Db = "") -> None:
    """Write the euro's changeover in Bulgaria: both totals, the first day, the fixed rate of 1.95583.

    Example: billing currency euro
    """
    with opened(db) as store:
        try:
            currencies.euro_changeover(store, by or getpass.getuser())
        except BillingError as error:
            give_up(error, as_json=False)
        policies = currencies.policies(store)
    sys.stdout.writelines(f"from {each.valid_from}: {_said(each)}\n" for each in policies)


def rate_json(rate: Rate) -> dict[str, Any]:
    """Return a rate as data."""
    return {
        "code": rate.code,
        "currency": rate.currency,
        "rate": f"{rate.rate:f}",
        "from": rate.valid_from.isoformat(),
    }


def policy_json(policy: Policy) -> dict[str, Any]:
    """Return as data what new bills are in from a day on."""
    return {
        "from": policy.valid_from.isoformat(),
        "currency": policy.currency,
        "second_currency": policy.second_currency,
        "second_rate": None if policy.second_rate is None else f"{policy.second_rate:f}",
        "second_per_unit": policy.second_per_unit,
    }


def _said(policy: Policy) -> str:
    """Return what a policy says, in words."""
    if policy.second_currency is None or policy.second_rate is None:
        return f"bills in {policy.currency}"
    one, other = policy.currency, policy.second_currency
    if not policy.second_per_unit:
        one, other = other, one
    return (
        f"bills in {policy.currency}, totals in {policy.second_currency} too: "
        f"1 {one} = {policy.second_rate:f} {other}"
    )


def _day(text: str) -> date | None:
    return _required(text) if text else None


def _required(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise DayWrong(text) from None


def _number(text: str) -> Decimal:
    whole, point, rest = text.replace(",", ".").partition(".")
    if not (text.isascii() and whole.isdecimal() and (rest.isdecimal() if point else not rest)):
        raise NumberWrong(text)
    return Decimal(f"{whole}.{rest or 0}")
