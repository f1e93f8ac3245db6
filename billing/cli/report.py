"""``billing report``: the day of an origin, read (X) or closed (Z), held against its device."""

import sys
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import typer

from billing.cli.mishaps import give_up
from billing.cli.store_option import Db, Json, Origin, opened
from billing.cli.text_input import write_json
from billing.errors import BillingError
from billing.jobs.closing import XResult, close_day, read_day
from billing.services.answers import z_json
from billing.services.reports import Difference

app = typer.Typer(
    add_completion=False,
    rich_markup_mode=None,
    no_args_is_help=True,
    help="X and Z reports. Example: billing report z -o shop",
)


@app.command()
def x(origin: Origin = "", as_json: Json = False, db: Db = "") -> None:
    """Print an X report and show the day so far; changes nothing.

    Example: billing report x -o shop
    """
    with opened(db) as store:
        try:
            result = read_day(store, origin or None)
        except BillingError as error:
            give_up(error, as_json=as_json)
    if as_json:
        write_json(x_json(result))
        return
    _say([f"X report, device {result.day.device or 'none'}", *figure_lines(result.day.figures.json())])
    if result.answer is not None:
        _say(verdict(result.differences))


@app.command()
def z(origin: Origin = "", as_json: Json = False, db: Db = "") -> None:
    """Close the day: print the Z report, freeze its bills, compare with the device line by line.

    Example: billing report z -o shop
    """
    with opened(db) as store:
        try:
            result = close_day(store, origin or None)
        except BillingError as error:
            give_up(error, as_json=as_json)
    if as_json:
        write_json(z_json(result))
        return
    number = f", number {result.z_number} on the device" if result.z_number is not None else ""
    _say(
        [
            f"Z report {result.ordinal}, device {result.device or 'none'}{number}",
            *figure_lines(result.figures),
        ]
    )
    if result.device is not None:
        _say(verdict(result.differences))


def x_json(result: XResult) -> dict[str, Any]:
    """Return an X report as data."""
    return {
        "kind": "x",
        "device": result.day.device,
        "figures": result.day.figures.json(),
        "origins": {name: figures.json() for name, figures in result.day.origins.items()},
        "open_bills": result.day.open_bills,
        "device_figures": dict(result.answer.registers) if result.answer else None,
        "differences": [difference.json() for difference in result.differences],
        "printed": result.answer.printed.value if result.answer else None,
    }


def figure_lines(figures: Mapping[str, Any]) -> list[str]:
    """Return a day's figures as lines of text."""
    lines = [
        f"  bills {figures['bills']}, total {figures['total']} {figures['currency']}",
        f"  discounts {figures['discounts']['count']}: {figures['discounts']['sum']}",
        f"  surcharges {figures['surcharges']['count']}: {figures['surcharges']['sum']}",
    ]
    lines += [
        f"  tax group {group}: {tax['gross']} = net {tax['net']} + VAT {tax['vat']}"
        for group, tax in figures["tax"].items()
    ]
    lines += [
        f"  {payment['name'] or payment['category']}: {payment['count']}, {payment['sum']}"
        for payment in figures["payments"].values()
    ]
    lines += [
        f"  reversals, {reason}: {reversal['count']}, {reversal['sum']}"
        for reason, reversal in figures.get("reversals", {}).items()
    ]
    return lines


def verdict(differences: Sequence[Difference]) -> list[str]:
    """Return whether the device agrees, and each line where it does not."""
    if not differences:
        return ["the device agrees: every tax group and payment is the same"]
    return ["the device does not agree:"] + [
        f"  {row.line}: ours {row.ours:f}, device {row.device:f}, difference {_signed(row.device - row.ours)}"
        for row in differences
    ]


def _signed(amount: Decimal) -> str:
    return f"{amount:+f}"


def _say(lines: Sequence[str]) -> None:
    for line in lines:
        sys.stdout.write(line + "\n")
