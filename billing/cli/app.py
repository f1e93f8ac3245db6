"""The ``billing`` command: finds the module of a command by name and shows mishaps as one sentence.

A command's module is imported only when that command is asked for, so that ``billing ring`` starts fast.
"""

import contextlib
import importlib
import os
import sys
from pathlib import Path
from typing import Any, Final

import typer
from typer.core import TyperGroup

from billing.errors import BillingError

COMMANDS: Final[dict[str, tuple[str, str]]] = {
    "init": ("billing.cli.init", "create or migrate the store"),
    "ring": ("billing.cli.ring", "ring up a bill and print its receipt"),
    "bill": ("billing.cli.bill", "what can be done with a bill that is kept"),
    "reverse": ("billing.cli.reverse", "take back a final bill or lines of it"),
    "catalogue": ("billing.cli.catalogue", "import and export the nomenclature"),
    "currency": ("billing.cli.currency", "rates, and what new bills are in, by date"),
    "range": ("billing.cli.sale_range", "sale numbers set apart for a till that may be off line"),
    "price": ("billing.cli.price", "price bill text without keeping anything"),
    "parse": ("billing.cli.parse", "show how each line of bill text is understood"),
    "print": ("billing.cli.print_document", "print one document straight on a device"),
    "device": ("billing.cli.device", "list, add, check and ask devices"),
    "report": ("billing.cli.report", "X, Z and period reports of an origin, and cash"),
    "reports": ("billing.cli.reports", "how the nights ended, Z reports made, all sale numbers"),
    "origin": ("billing.cli.origin", "where sales come from: devices, time zone, texts"),
    "schedule": ("billing.cli.schedule", "when each origin's day is closed by itself"),
    "journal": ("billing.cli.journal", "prove and sign the journal of what happened"),
    "backup": ("billing.cli.backup", "copy the store while tills work"),
    "restore": ("billing.cli.restore", "prove that a copy opens, verifies and adds up"),
    "jobs": ("billing.cli.jobs", "list, show, retry and resolve print jobs"),
    "emulate": ("billing.cli.emulate", "run an emulated device"),
    "worker": ("billing.cli.worker", "print what waits and close each day, without the HTTP API"),
    "serve": ("billing.cli.serve", "HTTP API and the worker that prints"),
    "operator": ("billing.cli.operator", "operators and their PINs"),
    "token": ("billing.cli.token", "tokens of the HTTP API"),
    "plan": ("billing.cli.plan", "plans that can be subscribed to"),
    "customer": ("billing.cli.customer", "who is billed by plans"),
    "subscription": ("billing.cli.subscription", "who pays for what, and how that changes"),
    "recurring": ("billing.cli.recurring", "recurring plans that generate bills"),
}
"""Name of each command, the module that holds its ``app`` and its line in the help."""


class LazyGroup(TyperGroup):
    """A group of commands whose modules are imported on demand."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ANN401 Typer keeps click to itself
        """Return the names of all commands in the order of the help."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ANN401 Typer keeps click to itself
        """Return the command called ``cmd_name``, importing its module, or None."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        module: Any = importlib.import_module(COMMANDS[cmd_name][0])
        command = typer.main.get_command(module.app)
        command.name = cmd_name
        return command

    def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ANN401 Typer keeps click to itself
        """Write the list of commands without importing any of them."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])


app = typer.Typer(
    cls=LazyGroup,
    help="A point-of-sale fiscal billing engine. Exit codes: 0 done, 1 a bug, 2 wrong usage, "
    "3 refused by a rule, 4 a device, 5 printed or not is unknown.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
)


@app.callback()
def _root() -> None:
    """Name the program; the commands do the work."""


def main() -> None:
    """Run the command line; a mishap of ours becomes one sentence and its exit code."""
    _open_streams()
    try:
        app()
        sys.stdout.flush()
    except BillingError as error:
        sys.stderr.write(f"billing: {error}\n")
        sys.exit(error.exit_code)
    except OSError as error:  # a full disk behind standard output, an unreadable standard input
        where = f"{error.filename}: " if error.filename else ""
        sys.stderr.write(f"billing: {where}input or output failed: {error.strerror or error}\n")
        with contextlib.suppress(OSError):
            sys.stdout.close()
        sys.exit(2)


def _open_streams() -> None:
    """Put an empty file where the caller closed a standard stream."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115 for the whole run
