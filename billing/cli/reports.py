"""``billing reports``: what became of each night, Z reports that were made, and all sale numbers."""

import sys
from collections.abc import Iterator
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from billing.cli.mishaps import give_up
from billing.cli.report_text import NEEDS_LOOKING, tell_z, write_csv, z_full_json
from billing.cli.store_option import Db, Json, Origin, opened
from billing.cli.text_input import write_json
from billing.errors import BillingError
from billing.services.closed_bills import BILL_COLUMNS, closed_bills
from billing.services.closings import list_z, read_z, z_gaps
from billing.services.sale_numbers import Account, account_for
from billing.services.schedules import Due, Outcome, list_schedules
from billing.services.unclosed import open_z, unclosed_since

app = typer.Typer(
    add_completion=False,
    rich_markup_mode=None,
    no_args_is_help=True,
    help="Reports that were made. Example: billing reports status",
)

Csv = Annotated[bool, typer.Option("--csv", help="Answer with lines of CSV.")]


@app.command()
def status(as_json: Json = False, db: Db = "") -> None:
    """Show how each origin's last night ended, a line each; exits with 3 when somebody has to look.

    That is: a night that was blocked, failed or missed, bills of an earlier day that no Z has taken (so also
    when no worker runs), a Z that does not agree and is not explained, a Z number that is missing.

    Example: billing reports status
    """
    with opened(db) as store:
        found = list_schedules(store)
        gaps, late, unexplained = z_gaps(store), unclosed_since(store), open_z(store)
    if as_json:
        write_json(
            {
                "origins": [_night(due) | {"unclosed_since": late.get(due.plan.origin)} for due in found],
                "missing_z_numbers": gaps,
                "open_reports": [each.report for each in unexplained],
            }
        )
    else:
        for due in found:
            since = late.get(due.plan.origin)
            why = f"; no Z has taken the bills since {since}: does a worker run?" if since else ""
            sys.stdout.write(_night_line(due) + why + "\n")
        for each in unexplained:
            sys.stdout.write(
                f"{each.whose}: the Z of {each.business_date} does not agree: "
                f"billing reports show {each.report}\n"
            )
        for device, numbers in gaps.items():
            sys.stdout.write(f"{device}: Z numbers missing here: {', '.join(map(str, numbers))}\n")
    if (
        gaps
        or late
        or unexplained
        or any(due.night is not None and not Outcome(due.night.state).good for due in found)
    ):
        raise typer.Exit(NEEDS_LOOKING)


@app.command("list")
def list_(
    origin: Origin = "",
    limit: Annotated[int, typer.Option("--limit", min=1, help="The newest so many.")] = 31,
    as_json: Json = False,
    db: Db = "",
) -> None:
    """List the Z reports of an origin's device, the oldest first.

    Example: billing reports list -o shop
    """
    with opened(db) as store:
        try:
            found = list_z(store, origin or None, limit=limit)
        except BillingError as error:
            give_up(error, as_json=as_json)
    if as_json:
        write_json({"reports": [z_full_json(each) for each in found]})
        return
    table = Table("report", "Z", "on the device", "day", "total", "state", "made by", "why", box=None)
    for each in found:
        table.add_row(
            str(each.report_id),
            str(each.ordinal),
            "" if each.z_number is None else str(each.z_number),
            each.business_date,
            each.figures["total"],
            each.state,
            each.made_by,
            each.explanation,
        )
    Console(file=sys.stdout).print(table)


@app.command()
def show(
    number: Annotated[int, typer.Argument(min=1, help="The report, as 'billing reports list' shows it.")],
    as_csv: Csv = False,
    as_json: Json = False,
    db: Db = "",
) -> None:
    """Show a Z with all that is kept of it.

    Example: billing reports show 7 --csv
    """
    with opened(db) as store:
        try:
            result = read_z(store, number)
        except BillingError as error:
            give_up(error, as_json=as_json)
    tell_z(result, as_csv=as_csv, as_json=as_json)


@app.command()
def bills(
    number: Annotated[int, typer.Argument(min=1, help="The report, as 'billing reports list' shows it.")],
    as_csv: Csv = False,
    as_json: Json = False,
    db: Db = "",
) -> None:
    """List the bills that a Z has closed; with --json one object a line.

    Example: billing reports bills 7 --csv
    """
    with opened(db) as store:
        try:
            rows = closed_bills(store, number)
            if as_csv:
                write_csv(rows, BILL_COLUMNS)
                return
            for row in rows:
                if as_json:
                    write_json(row)
                else:
                    sys.stdout.write(
                        f"{row['bill']} {row['origin']} {row['final_at']} {row['total']} "
                        f"{row['unique_sale_number'] or '-'} {row['reversal_reason']}".rstrip()
                        + "\n"
                    )
        except BillingError as error:
            give_up(error, as_json=as_json)


@app.command("sale-numbers")
def sale_numbers(
    device: Annotated[str, typer.Option("--device", help="Only of this device number.")] = "",
    as_csv: Csv = False,
    as_json: Json = False,
    db: Db = "",
) -> None:
    """Account for every unique sale number; exits with 3 when one is missing.

    Example: billing reports sale-numbers --csv
    """
    with opened(db) as store:
        found = account_for(store, device or None)
    if as_json:
        write_json({"devices": [_account_json(each) for each in found]})
    elif as_csv:
        write_csv(_number_rows(found), ("number", "bill", "state", "total", "taken_at", "reason"))
    else:
        for each in found:
            voided = sum(row.state == "void" for row in each.rows)
            missing = f"missing {', '.join(map(str, each.missing))}" if each.missing else "none is missing"
            sys.stdout.write(f"{each.device_number}: 1 to {each.last}, {voided} voided, {missing}\n")
            for part in each.ranges:
                sys.stdout.write(
                    f"  {part.first} to {part.last}: {part.till}, {part.next - part.first} used here, "
                    f"{part.left} left{', closed' if part.closed_at else ''}\n"
                )
    if any(each.missing for each in found):
        raise typer.Exit(NEEDS_LOOKING)


def _night(due: Due) -> dict[str, Any]:
    night = due.night
    return {
        "origin": due.plan.origin,
        "at": None if due.plan.off else due.at,
        "day": night.day if night else None,
        "outcome": night.state if night else None,
        "said": night.said if night else "",
        "tries": night.tries if night else 0,
        "report": night.report_id if night else None,
    }


def _night_line(due: Due) -> str:
    if due.night is None:
        return f"{due.plan.origin}: no night yet ({'never' if due.plan.off else 'closed at ' + due.at})"
    what, *each = (line.strip() for line in due.night.said.splitlines() or [""])
    said = f"{what} {'; '.join(each)}".rstrip()
    return f"{due.plan.origin}: {due.night.day} {due.night.state}: {said}"


def _account_json(account: Account) -> dict[str, Any]:
    return {
        "device_number": account.device_number,
        "last": account.last,
        "missing": list(account.missing),
        "numbers": list(_number_rows([account])),
        "ranges": [
            {
                "till": each.till,
                "first": each.first,
                "last": each.last,
                "next": each.next,
                "left": each.left,
                "closed": each.closed_at is not None,
            }
            for each in account.ranges
        ],
    }


def _number_rows(found: list[Account]) -> Iterator[dict[str, Any]]:
    for account in found:
        for row in account.rows:
            yield {
                "number": row.number,
                "bill": row.bill,
                "state": row.state,
                "total": row.total,
                "taken_at": row.taken_at.isoformat(),
                "reason": row.void_reason,
            }
