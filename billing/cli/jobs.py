"""``billing jobs``: the documents on their way to paper: list, show, retry, resolve, cancel."""

import getpass
import sys
from collections.abc import Iterator, Sequence
from shutil import get_terminal_size
from textwrap import wrap
from typing import Annotated, Any, Final

import typer

from billing.cli.mishaps import give_up
from billing.cli.store_option import Db, Json, opened
from billing.cli.text_input import write_json
from billing.errors import BillingError, UsageError
from billing.jobs.queue import print_job
from billing.jobs.resolving import ask_device
from billing.services import jobs
from billing.services.answers import job_json
from billing.services.job_states import Job, State
from billing.services.operators import list_operators
from billing.store.engine import Store
from billing.store.mistakes import Missing

app = typer.Typer(
    add_completion=False,
    rich_markup_mode=None,
    no_args_is_help=True,
    help="Print jobs. Example: billing jobs list",
)

Number = Annotated[
    int, typer.Argument(min=1, max=2**63 - 1, help="The job's number, as 'billing jobs list' shows it.")
]

By = Annotated[
    int | None, typer.Option("--by", min=1, help="The operator who decides; by default this computer's user.")
]


class OneDecision(UsageError):
    """A job is resolved in one of two ways."""

    code = "resolve"

    def __init__(self) -> None:
        super().__init__("say either --printed NUMBER (the document number on the paper) or --not-printed")


@app.command("list")
def list_(
    device: Annotated[str, typer.Option("--device", help="Only jobs of this device.")] = "",
    state: Annotated[State | None, typer.Option("--state", help="Only jobs in this state.")] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, help="The newest so many.")] = 50,
    as_json: Json = False,
    db: Db = "",
) -> None:
    """List the newest jobs, oldest first.

    Example: billing jobs list --state unknown
    """
    with opened(db) as store:
        found = jobs.list_jobs(store, device=device or None, state=state, limit=limit)
    if as_json:
        write_json({"jobs": [_brief(job) for job in found]})
        return
    for line in table_of(found, get_terminal_size().columns):
        sys.stdout.write(line + "\n")


HEADS: Final = ("job", "device", "state", "document", "of", "number")


def table_of(found: Sequence[Job], width: int) -> Iterator[str]:
    """Yield a line for each job, and below it what happened to it, in lines of at most ``width``."""
    rows = [
        (
            str(job.number),
            job.device,
            job.state.value,
            job.kind,
            " ".join(job.subject),
            job.answer.document_number if job.answer else "",
        )
        for job in found
    ]
    widths = [max(map(len, column)) for column in zip(HEADS, *rows, strict=True)]
    indent = " " * (widths[0] + 2)
    for job, row in zip([None, *found], [HEADS, *rows], strict=True):
        cells = (cell.ljust(least) for cell, least in zip(row, widths, strict=True))
        yield "  ".join(cells).rstrip()
        if job is not None and job.error:
            what = " ".join(str(job.error["message"]).split())
            yield from wrap(what, max(width, 40), initial_indent=indent, subsequent_indent=indent)


def _brief(job: Job) -> dict[str, Any]:
    """Return a job as data without its attempts; ``billing jobs show`` has them."""
    return {name: value for name, value in job_json(job).items() if name != "attempts"}


@app.command()
def show(
    number: Number,
    frames: Annotated[bool, typer.Option("--frames", help="Also what was said on the line.")] = False,
    as_json: Json = False,
    db: Db = "",
) -> None:
    """Show a job with every attempt and what was written down before each step.

    Frames are hexadecimal, passwords are masked; they are kept for 'keep_frames_days' (30).

    Example: billing jobs show 7
    """
    with opened(db) as store:
        job = jobs.show_job(store, number)
    if as_json:
        write_json(job_json(job))
        return
    for line in _lines(job, frames=frames):
        sys.stdout.write(line + "\n")


@app.command()
def retry(number: Number, as_json: Json = False, db: Db = "") -> None:
    """Try a job again now; the device is asked where it stands before anything is sent.

    Example: billing jobs retry 7
    """
    with opened(db) as store:
        try:
            jobs.retry(store, number, getpass.getuser())
            answer = print_job(store, number)
        except BillingError as error:
            give_up(error, as_json=as_json, job=number)
    if as_json:
        write_json({"job": number, "receipt": answer.model_dump(mode="json", exclude={"registers"})})
        return
    sys.stdout.write(f"job {number} is printed: document {answer.document_number or '?'}\n")


@app.command()
def resolve(
    number: Number,
    printed: Annotated[
        str | None, typer.Option("--printed", help="It is on paper, under this document number.")
    ] = None,
    not_printed: Annotated[bool, typer.Option("--not-printed", help="It is not on paper.")] = False,
    by: By = None,
    as_json: Json = False,
    db: Db = "",
) -> None:
    """Say what became of an unknown job, after the device was asked; without an option only ask and show.

    Example: billing jobs resolve 7 --printed 0000123
    """
    with opened(db) as store:
        try:
            if printed is not None and not_printed:
                raise OneDecision
            witness = ask_device(store, number)
            job = _decide(store, number, printed, _who(store, by), not_printed=not_printed)
        except BillingError as error:
            give_up(error, as_json=as_json, job=number)
    if as_json:
        write_json(job_json(job) | {"device_says": witness.lines()})
        return
    for line in [*witness.lines(), f"job {number} is {job.state}"]:
        sys.stdout.write(line + "\n")


@app.command()
def cancel(
    number: Number,
    reason: Annotated[str, typer.Option("--reason", help="Why it will never be printed.")],
    by: By = None,
    as_json: Json = False,
    db: Db = "",
) -> None:
    """Give up a job that was not printed, with a reason that is kept.

    Example: billing jobs cancel 7 --reason 'the device was sold'
    """
    with opened(db) as store:
        try:
            job = jobs.cancel(store, number, reason, _who(store, by))
        except BillingError as error:
            give_up(error, as_json=as_json, job=number)
    if as_json:
        write_json(job_json(job))
        return
    sys.stdout.write(f"job {number} is {job.state}\n")


def _who(store: Store, by: int | None) -> int | str:
    """Return who decides: the operator named, else this computer's user.

    Raises:
        Missing: there is no such operator.
    """
    if by is None:
        return getpass.getuser()
    if by not in {operator.number for operator in list_operators(store)}:
        raise Missing("operator", by)
    return by


def _decide(store: Store, number: int, printed: str | None, by: jobs.By, *, not_printed: bool) -> Job:
    if printed is not None:
        return jobs.resolve_printed(store, number, printed, by)
    if not_printed:
        return jobs.resolve_not_printed(store, number, by)
    return jobs.show_job(store, number)


def _lines(job: Job, *, frames: bool) -> list[str]:
    what = f"job {job.number}: {job.kind} of {' '.join(job.subject)} on {job.device}"
    lines = [f"{what}, turn {job.sequence}: {job.state}"]
    if job.answer is not None:
        lines.append(f"  document {job.answer.document_number}, device {job.answer.device_number}")
    if job.error:
        lines.append(f"  {job.error['message']}")
    for attempt in job.attempts:
        ended = f"ended {attempt.outcome}" if attempt.outcome else "did not end"
        lines.append(f"  attempt {attempt.number} {attempt.started_at:%Y-%m-%d %H:%M:%S} UTC: {ended}")
        lines += [f"    {note.at:%H:%M:%S} {note.stage} {_facts(note.facts)}" for note in attempt.notes]
        lines += [f"    {frame}" for frame in attempt.frames if frames]
    return lines


def _facts(facts: Any) -> str:  # noqa: ANN401 a note's own JSON
    known = ("last_document", "z_number", "sales", "subtotal", "attempts")
    return ", ".join(
        f"{name.replace('_', ' ')} {facts[name]}" for name in known if facts.get(name) is not None
    )
