"""``billing print ADDRESS FILE``: one document straight on a device, exactly once, with no store."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from billing.devices.address import Address
from billing.devices.registry import printer_at
from billing.documents import Answer, Printed, Value, read_document
from billing.errors import BillingError, UsageError
from billing.jobs.file_notebook import FileNotebook
from billing.jobs.mishaps import OutcomeUnknown
from billing.jobs.printing import run

app = typer.Typer(add_completion=False)


class FileMissing(UsageError):
    """The document's file cannot be read."""

    code = "file"

    def __init__(self, path: str, why: str) -> None:
        super().__init__(f"{path} cannot be read: {why}")


class ErrorFacts(Value):
    """What went wrong, and what is known of the paper."""

    code: str
    maker_code: str
    message: str
    printed: Printed


class ErrorAnswer(Value):
    """The answer of ``--json`` when nothing was printed or nobody knows."""

    error: ErrorFacts


@app.command()
def print_document(
    address: Annotated[str, typer.Argument(help="DRIVER:PORT?option=value, e.g. datecs-p:/dev/ttyUSB0")],
    file: Annotated[str, typer.Argument(help="the document as JSON; - reads standard input")],
    json_output: Annotated[bool, typer.Option("--json", help="answer with one JSON object")] = False,
) -> None:
    """Print one document and answer with the numbers the device gave.

    The same document again (the same key or sale number) gives the first answer and prints nothing.

    Example: billing print datecs-p:socket://10.0.0.7:4999 receipt.json --json
    """
    try:
        answer = _print(Address.parse(address), file)
    except BillingError as error:
        if json_output:
            sys.stdout.write(error_json(error) + "\n")
        sys.stderr.write(f"billing: {error}\n")
        raise typer.Exit(error.exit_code) from None
    sys.stdout.write((answer_json(answer) if json_output else sentence(answer)) + "\n")


def _print(address: Address, file: str) -> Answer:
    try:
        text = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    except OSError as error:
        raise FileMissing(file, error.strerror or str(error)) from None
    document = read_document(text)
    printer = printer_at(address)
    notebook = FileNotebook(address.port, document, let_go=printer.close)
    try:
        return run(document, printer, notebook)
    except OutcomeUnknown:
        notebook.forget()
        raise


def answer_json(answer: Answer) -> str:
    """Return an answer as JSON; a document that is no report has no registers."""
    return answer.model_dump_json(exclude=None if answer.registers else {"registers"})


def error_json(error: BillingError) -> str:
    """Return a mishap as ``{"error": {"code", "maker_code", "message", "printed"}}``."""
    printed: Printed = getattr(error, "printed", Printed.NO)
    maker_code: str = getattr(error, "maker_code", "")
    facts = ErrorFacts(code=error.code, maker_code=maker_code, message=str(error), printed=printed)
    return ErrorAnswer(error=facts).model_dump_json()


def sentence(answer: Answer) -> str:
    """Return an answer as a person reads it."""
    parts = [f"printed: document {answer.document_number or '?'}"]
    if answer.date_time:
        parts.append(f"{answer.date_time:%d-%m-%Y %H:%M:%S}")
    if answer.total is not None:
        parts.append(f"total {answer.total}")
    parts.append(f"device {answer.device_number}, fiscal memory {answer.fiscal_memory_number}")
    return "\n".join([", ".join(parts), *(f"warning: {warning}" for warning in answer.warnings)])
