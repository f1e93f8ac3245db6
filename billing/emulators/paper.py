"""What an emulated device printed, as lines of text at the device's width.

Every document is headed as a simulation, so that no print can be taken for a fiscal receipt. What is printed
is decided by the families; this only lays out lines and hands them to ``write``.
"""

from collections.abc import Callable, Iterator
from typing import Final

HEADING: Final = "СИМУЛАЦИЯ / EMULATED"


def cut_lines(text: str, columns: int) -> Iterator[str]:
    """Yield ``text`` in pieces of at most ``columns`` characters, at least one piece."""
    yield text[:columns]
    for start in range(columns, len(text), columns):
        yield text[start : start + columns]


class Paper:
    """A roll of paper ``columns`` wide; ``write`` gets each printed line, with its line end."""

    def __init__(self, write: Callable[[str], object] | None = None, columns: int = 48) -> None:
        self.columns = columns
        self._write = write

    def line(self, text: str = "") -> str:
        """Print one line, cut to the width, and return what was printed."""
        printed = text[: self.columns].rstrip()
        if self._write is not None:
            self._write(printed + "\n")
        return printed

    def heading(self) -> str:
        """Print the line that marks a document as a simulation and return it."""
        return self.line(HEADING.center(self.columns))

    def two(self, left: str, right: str) -> str:
        """Print ``left`` and ``right`` at the two edges; the left side is cut when both do not fit."""
        room = max(self.columns - len(right) - 1, 0)
        return self.line(f"{left[:room]:<{room}} {right}")
