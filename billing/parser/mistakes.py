"""Every way a line cannot be read: one class for each kind, built from facts, with its place.

``column`` counts code points of the line as given, from 1: where reading stopped, or where the offending
number starts. Which sentence a syntax mistake gets stands in ``samples.py``. Protocol semantics 5 and 6.
"""

import unicodedata
from typing import Final

from billing.errors import TextError
from billing.parser.lines import Source


class TextMistake(TextError):
    """A line that cannot be read; ``str()`` is the sentence, ``code`` the kind."""

    code = "syntax"

    def __init__(self, source: Source, column: int, sentence: str) -> None:
        super().__init__(sentence)
        self.source = source
        self.line = source.line
        self.text = source.text
        self.column = column


class SyntaxMistake(TextMistake):
    """The line has not the form of any line; ``suggestion`` is the line that was surely meant, or None."""

    def __init__(self, source: Source, column: int, sentence: str, suggestion: str | None = None) -> None:
        super().__init__(source, column, f"{sentence}; write {suggestion}" if suggestion else sentence)
        self.suggestion = suggestion


class SecondModifierMistake(TextMistake):
    """A line with two modifiers."""

    code = "second_modifier"


class TooLong(TextMistake):
    """A line or a text of more characters than the limit."""

    code = "too_long"

    def __init__(self, source: Source, column: int, what: str, found: int, limit: int) -> None:
        super().__init__(source, column, f"a {what} of {found} characters; at most {limit} are taken")
        self.found = found
        self.limit = limit


class NumberMistake(TextMistake):
    """A number of the right form that is outside its limits."""


class NumberRange(NumberMistake):
    """More digits before the point than the limit."""

    code = "number_range"

    def __init__(self, source: Source, column: int, what: str, digits: int, limit: int) -> None:
        super().__init__(
            source, column, f"a {what} of {digits} digits before the point; at most {limit} are taken"
        )
        self.digits = digits
        self.limit = limit


class Precision(NumberMistake):
    """More digits after the point than the limit."""

    code = "precision"

    def __init__(self, source: Source, column: int, what: str, digits: int, limit: int) -> None:
        super().__init__(
            source, column, f"a {what} with {digits} digits after the point; at most {limit} are taken"
        )
        self.digits = digits
        self.limit = limit


class ZeroQuantity(NumberMistake):
    """A quantity of zero."""

    code = "zero_quantity"

    def __init__(self, source: Source, column: int) -> None:
        super().__init__(source, column, "a quantity of zero charges nothing; a quantity is above zero")


class ZeroModifier(NumberMistake):
    """A discount or surcharge of zero."""

    code = "zero_modifier"

    def __init__(self, source: Source, column: int) -> None:
        super().__init__(source, column, "a discount or surcharge of zero changes nothing; leave it out")


SHOWN: Final = 40
"""How many characters of a long line are shown on either side of a mistake."""


def printable(text: str) -> str:
    """Return ``text`` with one visible sign for each character that a terminal would act upon."""
    return "".join(sign if sign.isprintable() else "\ufffd" for sign in text)


def caret(text: str, column: int) -> str:
    """Return what stands around ``column`` of ``text`` with a caret under it, on two lines."""
    start = max(0, column - 1 - SHOWN)
    shown = printable(text[start : column + SHOWN])
    return f"{shown}\n{' ' * _width(shown[: column - 1 - start])}^"


def _width(text: str) -> int:
    """Return how many cells of a terminal ``text`` takes: wide letters two, combining marks none."""
    return sum(
        0 if unicodedata.combining(sign) else 1 + (unicodedata.east_asian_width(sign) in "WF")
        for sign in text
    )
