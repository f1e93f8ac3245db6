"""How a command shows what went wrong: one sentence on standard error, or one object with ``--json``."""

import sys
from typing import Any, NoReturn

import typer

from billing.cli.text_input import write_json
from billing.errors import BillingError
from billing.parser.mistakes import TextMistake, caret
from billing.pricing.refusals import Refusal


def mishap_json(error: BillingError) -> dict[str, Any]:
    """Return a mishap as data: its code, its sentence, and whatever of place and paper it knows."""
    facts: dict[str, Any] = {"code": error.code, "message": str(error)}
    if isinstance(error, (TextMistake, Refusal)):
        return facts | {"kind": error.code, "line": error.line, "column": error.column}
    facts |= {"maker_code": getattr(error, "maker_code", ""), "printed": getattr(error, "printed", "no")}
    if (path := getattr(error, "path", None)) is not None:
        facts["path"] = str(path)
    return facts


def show_mistake(error: TextMistake | Refusal) -> str:
    """Return the sentence of a refused line, with a caret under the place where there is one."""
    place = f"line {error.line}" if error.line else ""
    if error.line and error.column:
        place += f", column {error.column}"
    sentence = f"{place}: {error.code}: {error}" if place else str(error)
    if error.column:
        return f"{sentence}\n{caret(error.text, error.column)}"
    return sentence


def give_up(error: BillingError, *, as_json: bool, **more: object) -> NoReturn:
    """Show ``error`` and end the command with its exit code.

    Args:
        error: what went wrong.
        as_json: put one object with ``error`` on standard output as well.
        more: what else that object holds.
    """
    if as_json:
        write_json({**more, "error": mishap_json(error)})
    said = show_mistake(error) if isinstance(error, (TextMistake, Refusal)) else str(error)
    sys.stderr.write(f"billing: {said}\n")
    raise typer.Exit(error.exit_code) from None
