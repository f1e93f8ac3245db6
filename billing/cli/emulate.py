"""``billing emulate``: run an emulated device on a pseudo-terminal or a TCP port until it is told to end."""

import contextlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated

import typer

from billing.emulators import registry
from billing.emulators.faults import FaultKind, Faults
from billing.emulators.paper import Paper
from billing.emulators.server import PtyLine, Stop, TcpLine, ended_by_signals, serve
from billing.errors import UsageError

app = typer.Typer(add_completion=False, rich_markup_mode=None)

FAULTS_HELP = (
    "What breaks and when: KIND@WHEN[:ARGUMENT], joined by commas. "
    f"KIND: {', '.join(FaultKind)}. WHEN: the number of a request, cmd=HEX (its first time), cmd=HEX#2, "
    "cmd=HEX#*, * (always) or p=PERCENT. ARGUMENT: seconds for late and busy, requests for paper, "
    "a code for error, silent for power. As drop@cmd=35,late@7:2.5."
)


class AddressMissing(UsageError):
    """Not exactly one of ``--tcp`` and ``--pty`` was given."""

    code = "emulator_address"

    def __init__(self) -> None:
        super().__init__("give either --tcp PORT or --pty LINK, one of the two")


class PaperMistake(UsageError):
    """The file for the paper cannot be written."""

    code = "paper_file"

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(f"paper file {path} cannot be written: {why}")
        self.path = path


@app.command(epilog="Example: billing emulate datecs-p --pty /tmp/printer --state printer.json")
def emulate(
    driver: Annotated[str, typer.Argument(help=f"One of {', '.join(registry.FAMILIES)}.")],
    tcp: Annotated[
        int | None, typer.Option(min=0, max=65535, help="Serve on 127.0.0.1:PORT; 0 takes a free port.")
    ] = None,
    pty: Annotated[Path | None, typer.Option(help="Serve on a pseudo-terminal found under LINK.")] = None,
    state: Annotated[Path | None, typer.Option(help="File that keeps the device's memory (JSON).")] = None,
    faults: Annotated[str, typer.Option(help=FAULTS_HELP)] = "",
    paper: Annotated[
        Path | None, typer.Option(help="File to which the print is added; standard output without it.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Seed of the faults' chance.")] = 0,
) -> None:
    """Run an emulated fiscal device; it says 'ready ADDRESS' and then serves until it is ended."""
    if (tcp is None) == (pty is None):
        raise AddressMissing
    plan = Faults.parse(faults, seed)
    stop = Stop()
    with _printing_to(paper) as write:
        device = registry.make(driver, state=state, faults=plan, paper=Paper(write))
        line = PtyLine(pty) if pty is not None else TcpLine(tcp or 0)
        try:
            with ended_by_signals(stop):
                serve(device, line, stop)
        finally:
            line.close()
            stop.close()


@contextlib.contextmanager
def _printing_to(path: Path | None) -> Iterator[Callable[[str], None]]:
    if path is None:
        yield _to_standard_output
        return
    try:
        file = path.open("a", encoding="utf-8")
    except OSError as error:
        raise PaperMistake(path, error.strerror or str(error)) from None
    with file:

        def write(text: str) -> None:
            file.write(text)
            file.flush()

        yield write


def _to_standard_output(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()
