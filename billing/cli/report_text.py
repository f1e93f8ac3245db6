"""Reports as lines of text, JSON and CSV; every amount as the decimal it is."""

import csv
import sys
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from billing.jobs.closing import XResult
from billing.services.reports import Difference, ZResult

COLUMNS = ("section", "line", "count", "sum", "net", "vat", "ours", "device", "difference")
"""The columns of a report as CSV; what a line does not have is empty."""


def x_json(result: XResult) -> dict[str, Any]:
    """Return an X report as data."""
    return {
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


def z_full_json(result: ZResult) -> dict[str, Any]:
    """Return a Z with all that is kept of it."""
    return {
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
    }


def z_head(result: ZResult) -> str:
    """Return a Z in one line."""
    number = f", number {result.z_number} on the device" if result.z_number is not None else ""
    day = f", day {result.business_date}" if result.business_date else ""
    which = f"Z report {result.ordinal} (report {result.report_id})"
    return f"{which}, device {result.device or 'none'}{number}{day}"


def z_lines(result: ZResult) -> list[str]:
    """Return a Z as lines of text, with how it was reconciled."""
    lines = [z_head(result), *figure_lines(result.figures), *detail_lines(result.details)]
    if result.counted is not None:
        lines.append(
            f"  drawer: counted {result.counted['counted']}, the device says "
            f"{result.counted['in_device'] or 'nothing'}"
        )
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


def verdict(differences: Sequence[Difference]) -> list[str]:
    """Return whether the device agrees, and each line where it does not."""
    if not differences:
        return ["the device agrees: every tax group and payment is the same"]
    return ["the device does not agree:"] + [
        f"  {row.line}: ours {row.ours:f}, device {row.device:f}, difference {_signed(row.device - row.ours)}"
        for row in differences
    ]


def csv_rows(
    figures: Mapping[str, Any], details: Mapping[str, Any], differences: Sequence[Difference] = ()
) -> Iterator[dict[str, Any]]:
    """Yield a report's lines as rows under ``COLUMNS``."""
    yield {
        "section": "bills",
        "line": figures["currency"],
        "count": figures["bills"],
        "sum": figures["total"],
    }
    for name in ("discounts", "surcharges"):
        yield {"section": name, **figures[name]}
    for group, tax in figures["tax"].items():
        yield {"section": "tax", "line": group, "sum": tax["gross"], "net": tax["net"], "vat": tax["vat"]}
    for number, payment in figures["payments"].items():
        shown = payment["name"] or number
        yield {"section": "payment", "line": shown, "count": payment["count"], "sum": payment["sum"]}
    for reason, reversal in figures.get("reversals", {}).items():
        yield {"section": "reversal", "line": reason, "count": reversal["count"], "sum": reversal["sum"]}
    for name, _ in ONES:
        if name in details:
            yield {"section": name, **details[name]}
    for name, shown in MANY:
        for which, each in details.get(name, {}).items():
            yield {"section": shown, "line": which, **each}
    for row in differences:
        yield {"section": "difference", **row.json()}


def write_csv(rows: Iterator[dict[str, Any]], columns: Sequence[str] = COLUMNS) -> None:
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
