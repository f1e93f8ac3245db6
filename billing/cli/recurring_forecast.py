"""``billing recurring forecast``: what the coming months bring, as a table, CSV, JSON, or a picture."""

import csv
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from billing.cli.mishaps import give_up
from billing.cli.store_option import Db, Json, opened
from billing.cli.text_input import write_json
from billing.errors import BillingError, UsageError
from billing.money import Currency
from billing.services.recurring.answers import currency_of, expected_json
from billing.services.recurring.upkeep import Expected, forecast_months


class NoPlotting(UsageError):
    """A picture was asked for without the package that draws it."""

    code = "no_plotting"

    def __init__(self) -> None:
        super().__init__("a picture needs matplotlib: install it with 'pip install billing[plot]'")


def show_forecast(
    months: Annotated[int, typer.Option("--months", min=1, max=120, help="How far to look.")] = 12,
    as_csv: Annotated[bool, typer.Option("--csv", help="Answer with CSV.")] = False,
    plot: Annotated[Path | None, typer.Option("--plot", help="Draw it into this PNG file.")] = None,
    as_json: Json = False,
    db: Db = "",
) -> None:
    """Show what plans bring, by month and plan, if nothing changes; nothing is written.

    Example: billing recurring forecast --months 12 --plot forecast.png
    """
    with opened(db) as store:
        try:
            found = forecast_months(store, months)
            currency = currency_of(store)
            if plot is not None:
                _draw(found, currency, plot)
        except BillingError as error:
            give_up(error, as_json=as_json)
    if as_json:
        write_json({"forecast": [expected_json(each, currency) for each in found], "currency": currency.code})
    elif as_csv:
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(("month", "plan", "periods", "amount", "currency", "unpriced"))
        for each in found:
            row = expected_json(each, currency)
            writer.writerow((*list(row.values())[:4], currency.code, each.unpriced))
    else:
        _table(found, currency)


def _table(found: Sequence[Expected], currency: Currency) -> None:
    table = Table("month", "plan", "periods", f"amount {currency.code}", box=None)
    for each in found:
        row = expected_json(each, currency)
        table.add_row(each.month, each.plan, str(each.periods), row["amount"])
    total = currency.from_minor(sum(each.amount for each in found))
    table.add_row("", "together", str(sum(each.periods for each in found)), f"{total:f}")
    Console(file=sys.stdout).print(table)


def _draw(found: Sequence[Expected], currency: Currency, file: Path) -> None:
    """Draw stacked bars, a month each, into a PNG file.

    Raises:
        NoPlotting: matplotlib is not installed.
    """
    try:
        from matplotlib.figure import Figure  # noqa: PLC0415 optional, and slow to import
    except ImportError:
        raise NoPlotting from None
    months = sorted({each.month for each in found})
    figure = Figure(figsize=(10, 5), layout="constrained")
    axes = figure.add_subplot()
    above, below = [0.0] * len(months), [0.0] * len(months)
    for plan in sorted({each.plan for each in found}):
        amounts = {each.month: each.amount for each in found if each.plan == plan}
        heights = [float(currency.from_minor(amounts.get(month, 0))) for month in months]
        base = below if any(height < 0 for height in heights) else above
        axes.bar(months, heights, bottom=list(base), label=plan)
        base[:] = [low + height for low, height in zip(base, heights, strict=True)]
    axes.set_ylabel(currency.code)
    axes.tick_params(axis="x", rotation=45)
    if found:
        axes.legend()
    figure.savefig(file, format="png")
