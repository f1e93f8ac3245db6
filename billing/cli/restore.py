"""``billing restore --check``: proves a copy of the store before it is needed."""

import sys
from typing import Annotated

import typer

from billing.cli.journal import proof_json, proof_lines
from billing.cli.mishaps import give_up
from billing.cli.store_option import Json
from billing.cli.text_input import write_json
from billing.errors import BillingError, UsageError
from billing.services.backups import check_copy

app = typer.Typer(add_completion=False, rich_markup_mode=None)


class OnlyChecks(UsageError):
    """Putting a copy in a store's place is a person's deed."""

    code = "only_checks"

    def __init__(self, where: str) -> None:
        super().__init__(
            f"say --check to prove the copy. To work with it: stop every till and worker, put {where} in the "
            "store's place (or name it with --db), and run 'billing init'"
        )


@app.command()
def restore(
    copy: Annotated[str, typer.Argument(help="The copy's file, or the URL of a restored database.")],
    check: Annotated[bool, typer.Option("--check", help="Prove the copy; nothing is changed.")] = False,
    as_json: Json = False,
) -> None:
    """Prove that a copy opens, its journal verifies, and its bills, taxes and payments add up (exit 3: no).

    Example: billing restore --check /mnt/copies/2026-11-24.db
    """
    if not check:
        raise OnlyChecks(copy)
    try:
        found = check_copy(copy)
    except BillingError as error:
        give_up(error, as_json=as_json)
    if as_json:
        journal = proof_json(found.proof)
        write_json(
            {"good": found.good, "bills": found.bills, "journal": journal, "faults": list(found.faults)}
        )
    else:
        for line in [f"{found.bills} bills", *proof_lines(found.proof), *found.faults]:
            sys.stdout.write(line + "\n")
    if not found.good:
        raise typer.Exit(3)
