"""From text to typed lines. The grammar alone knows the form; the limits of numbers stand in limits.py."""

from collections.abc import Iterator

from billing.parser.lines import Line


def split_lines(text: str) -> Iterator[str]:
    """Yield the lines of ``text``, cut at LF, CRLF and CR and nothing else."""
    yield text


def read_line(text: str, number: int = 1) -> Line | None:
    """Return what one line of text says, or None for an empty line.

    Raises:
        TextMistake: the line cannot be read.
    """


def read_text(text: str) -> Iterator[Line]:
    """Yield the lines of a bill text; empty lines are skipped but counted."""
    yield from ()


def check_decimals(line: Line, exponent: int) -> None:
    """Refuse more decimals than a currency of ``exponent`` decimals takes."""
