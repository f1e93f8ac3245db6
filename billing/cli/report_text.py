"""Reports as lines of text, JSON and CSV; every amount as the decimal it is."""

import csv
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from billing.cli.text_input import write_json
from billing.jobs.closing import XResult
from billing.services.closing_fields import COLUMNS, Field, fields_of
from billing.services.closings import Period
from billing.services.reports import Difference, ZResult

NEEDS_LOOKING: Final = 3
"""Exit code when what was asked for is done, and somebody has to look at it; for people and cron alike."""
SHOWN_APART: Final = frozenset(
    {"turnover", "discounts", "payments", "payment types", "reconciliation", "job"}
)
"""Groups of fields that have lines of their own in a report as text."""


def x_json(result: XResult) -> dict[str, Any]:
    """Return an X report as data, and every field of it."""
    told = {
        "kind": "x",
        "device": result.day.device,
        "figures": result.day.figures.json(),
        "details": dict(result.day.details),
        "origins": {name: figures.json() for name, figures in result.day.origins.items()},
        "open_bills": result.day.open_bills,
        "device_figures": dict(result.answer.registers) if result.answer else None,
        "differences": [difference.json() for difference in result.differences],
        "printed": result.answer.printed.value if result.answer else None,
    }
    return told | {"fields": list(csv_rows(told))}


def period_json(period: Period) -> dict[str, Any]:
    """Return a period as data, and every field of it."""
    told = {
        "kind": "period",
        "device": period.device,
        "figures": period.figures.json(),
        "details": dict(period.details),
        "reports": [z_full_json(each) for each in period.reports],
    }
    return told | {"fields": list(csv_rows(told))}


def z_full_json(result: ZResult) -> dict[str, Any]:
    """Return a Z with all that is kept of it; ``open_lines`` are those that nobody has explained."""
    told = {
        "kind": "z",
        "report": result.report_id,
        "ordinal": result.ordinal,
        "device": result.device,
        "z_number": result.z_number,
        "state": result.state,
        "explanation": result.explanation,
        "business_date": result.business_date,
        "closed_at": None if result.closed_at is None else result.closed_at.isoformat(),
        "made_by": result.made_by,
        "figures": dict(result.figures),
        "details": dict(result.details),
        "device_figures": None if result.device_figures is None else dict(result.device_figures),
        "counted": None if result.counted is None else dict(result.counted),
        "differences": [difference.json() for difference in result.differences],
        "open_lines": [row.line for row in result.differences] if result.state == "open" else [],
    }
    return told | {"fields": list(csv_rows(told))}


def z_head(result: ZResult) -> str:
    """Return a Z in one line."""
    number = f", number {result.z_number} on the device" if result.z_number is not None else ""
    day = f", day {result.business_date}" if result.business_date else ""
    which = f"Z report {result.ordinal} (report {result.report_id})"
    return f"{which}, device {result.device or 'none'}{number}{day}"


def z_lines(result: ZResult) -> list[str]:
    """Return a Z as lines of text, with how it was reconciled."""
    told = z_full_json(result)
    lines = [z_head(result), *figure_lines(result.figures), *detail_lines(result.details), *more_lines(told)]
    lines += [f"  warning: {said}" for said in result.details.get("device", {}).get("warnings", [])]
    if result.device is not None:
        lines += verdict(result.differences)
        if result.explanation:
            lines.append(f"  explained: {result.explanation}")
    return lines


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


ONES = (
    ("corrections", "corrections"),
    ("voided", "voided bills"),
    ("cash_in", "cash in"),
    ("cash_out", "cash out"),
)
MANY = (("operators", "operator"), ("departments", "department"), ("hours", "hour"))


def detail_lines(details: Mapping[str, Any]) -> list[str]:
    """Return who sold, what was corrected, and cash in and out, as lines of text."""
    lines = [
        f"  {shown}: {details[name]['count']}, {details[name]['sum']}"
        for name, shown in ONES
        if name in details
    ]
    lines += [
        f"  {shown} {which or 'none'}: {each['count']}, {each['sum']}"
        for name, shown in MANY
        for which, each in details.get(name, {}).items()
    ]
    if details.get("journal", {}).get("hash"):
        lines.append(f"  journal {details['journal']['number']}, {details['journal']['hash']}")
    if details.get("first_sale_number"):
        lines.append(f"  sale numbers {details['first_sale_number']} to {details['last_sale_number']}")
    return lines


def more_lines(told: Mapping[str, Any]) -> list[str]:
    """Return the fields that have no lines of their own and say something, a line each."""
    shown = {"operator", "department", "hour", *SHOWN_APART}
    return [
        f"  {field.group}: {' '.join(part for part in (field.name, field.of) if part)} {_said(field)}"
        for field in fields_of(told)
        if field.group not in shown and _said(field)
    ]


def _said(field: Field) -> str:
    """Return the values of a field; empty where nobody told any."""
    if field.ours and field.ours == field.device:
        return field.ours
    values = (("", field.ours), ("device ", field.device), ("counted ", field.counted))
    return ", ".join(f"{who}{value}" for who, value in values if value)


def verdict(differences: Sequence[Difference]) -> list[str]:
    """Return whether the device agrees, and each line where it does not."""
    if not differences:
        return ["the device agrees: every tax group and payment is the same"]
    return ["the device does not agree:"] + [
        f"  {row.line}: ours {row.ours:f}, device {row.device:f}, difference {_signed(row.device - row.ours)}"
        for row in differences
    ]


def csv_rows(told: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield every field of a report that was told as data, as rows under ``COLUMNS``."""
    return (field.json() for field in fields_of(told))


def tell_z(result: ZResult, *, as_csv: bool = False, as_json: bool = False) -> None:
    """Write a Z to standard output as text, as CSV or as JSON."""
    if as_json:
        write_json(z_full_json(result))
    elif as_csv:
        write_csv(csv_rows(z_full_json(result)))
    else:
        say(z_lines(result))


def write_csv(rows: Iterable[dict[str, Any]], columns: Sequence[str] = COLUMNS) -> None:
    """Write rows as CSV with a head to standard output."""
    writer = csv.DictWriter(sys.stdout, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)


def say(lines: Sequence[str]) -> None:
    """Write lines of text to standard output."""
    for line in lines:
        sys.stdout.write(line + "\n")


def _signed(amount: Decimal) -> str:
    return f"{amount:+f}"
