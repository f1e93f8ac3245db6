"""Where the commands that read bill text get it from: arguments, standard input, a nomenclature file."""

import json
import os
import sys
import tomllib
from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import typer

from billing.errors import UsageError
from billing.parser.reader import split_lines
from billing.pricing.tables import PLAIN, Tables


class FileUnreadable(UsageError):
    """A file named on the command line cannot be read."""

    code = "file"

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(f"{path}: {why}")
        self.path = path


class OptionUnknown(UsageError):
    """An argument looks like an option, and there is none of that name."""

    code = "usage"

    def __init__(self, found: str) -> None:
        super().__init__(f"there is no option {found.partition('=')[0]}; '--help' lists them")


class NotJson(UsageError):
    """What should be JSON is not."""

    code = "syntax"

    def __init__(self, why: str) -> None:
        super().__init__(f"JSON is expected: {why}")


def lines_of(arguments: Sequence[str]) -> Iterator[str]:
    """Yield the lines given as arguments, or else those of standard input.

    Standard input is UTF-8; a byte that is not becomes a lone surrogate, which no line can hold, so that the
    mistake is shown at its place.
    """
    if arguments:
        for argument in arguments:
            if argument.startswith("--"):  # no line of bill text begins so
                raise OptionUnknown(argument)
        yield from arguments
    else:
        yield from split_lines(sys.stdin.buffer.read().decode("utf-8", "surrogateescape"))


def read_json(data: bytes) -> Any:  # noqa: ANN401 JSON is anything
    """Return what the UTF-8 JSON text ``data`` says; fractions become ``Decimal``, never binary floats.

    Raises:
        NotJson: it says nothing, or NaN, or nests too deep.
    """
    try:
        return json.loads(data.decode("utf-8-sig"), parse_float=Decimal, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:  # UnicodeDecodeError is a ValueError as well
        raise NotJson(str(error)) from None


def _no_constant(name: str) -> None:
    raise NotJson(f"{name} is no number")


def shop_of(path: Path | None) -> Tables:
    """Return the nomenclature in the file at ``path`` (TOML by its ending, else JSON), or a plain shop.

    Raises:
        FileUnreadable: the file is not there, or is neither TOML nor JSON.
        TablesMistake: it holds something else than a nomenclature.
    """
    if path is None:
        return Tables(PLAIN)
    try:
        data = path.read_bytes()
        if path.suffix.lower() == ".toml":
            return Tables(tomllib.loads(data.decode("utf-8"), parse_float=Decimal))
        return Tables(read_json(data))
    except OSError as error:
        raise FileUnreadable(path, error.strerror or "cannot be read") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, NotJson) as error:
        raise FileUnreadable(path, str(error)) from None


def write_json(answer: object) -> None:
    """Write ``answer`` as one line of JSON to standard output, at once.

    Half a surrogate pair cannot be written as UTF-8 and goes out as its JSON escape.
    """
    text = json.dumps(
        answer, ensure_ascii=False, default=float
    )  # only an id of the caller's holds a fraction
    try:
        sys.stdout.buffer.write(text.encode("utf-8", "backslashreplace") + b"\n")
        sys.stdout.buffer.flush()
    except BrokenPipeError:  # the reader, `head` say, has had enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(0) from None
