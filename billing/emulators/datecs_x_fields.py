"""Parameters of a Datecs X command: fields, each followed by TAB, read into numbers and texts.

A wrong number of fields is the whole command's syntax error (status bits, no data); a wrong field is a code
that names the parameter (-1121nn syntax, -1122nn value; sheet datecs-x, sections 4 and 11).
"""

import re
from datetime import datetime
from decimal import Decimal
from typing import Final

from billing.emulators.datecs_x_codes import WRONG_SYNTAX, WRONG_VALUE

_DECIMAL: Final = re.compile(r"-?[0-9]{1,10}(?:\.([0-9]{1,5}))?")
_CONTROL: Final = re.compile("[\x00-\x1f]")
_DATE_TIME: Final = re.compile(r"(\d\d-\d\d-\d\d \d\d:\d\d:\d\d)( DST)?", re.ASCII)


class Refusal(Exception):
    """The device answers with an error code; ``fields`` follow it in the few answers that have any."""

    def __init__(self, maker_code: int, *fields: str) -> None:
        super().__init__(f"the device answers {maker_code}")
        self.maker_code = maker_code
        self.fields = fields


class BadSyntax(Exception):
    """The data of a command have the wrong form; the answer is empty, bits 0.0 and 0.5 are up."""

    def __init__(self, found: str) -> None:
        super().__init__(f"the data of the command have the wrong form: {found}")


def bad_syntax(place: int) -> Refusal:
    """Return the refusal of parameter ``place`` (from 1) for its syntax."""
    return Refusal(WRONG_SYNTAX - place)


def bad_value(place: int) -> Refusal:
    """Return the refusal of parameter ``place`` (from 1) for its value."""
    return Refusal(WRONG_VALUE - place)


class Fields:
    """The parameters of one command, asked for by place (from 1); a place that was left off is empty."""

    def __init__(self, values: tuple[str, ...]) -> None:
        self.values = values

    @classmethod
    def read(cls, data: bytes, *counts: int) -> "Fields":
        """Return the parameters of ``data`` (CP1251), which may be as many as one of ``counts``.

        Raises:
            BadSyntax: the count is another, or the last parameter has no TAB behind it.
        """
        *values, rest = data.decode("cp1251", "replace").split("\t")
        if rest:
            raise BadSyntax("no TAB after the last parameter")
        if len(values) not in counts:
            raise BadSyntax(f"{len(values)} parameters")
        return cls(tuple(values))

    def __len__(self) -> int:
        return len(self.values)

    def text(self, place: int, longest: int, shortest: int = 0) -> str:
        """Return a text of ``shortest`` to ``longest`` characters without control characters."""
        value = self.values[place - 1] if place <= len(self.values) else ""
        if _CONTROL.search(value):
            raise bad_syntax(place)
        if not shortest <= len(value) <= longest:
            raise bad_value(place)
        return value

    def number(self, place: int, low: int, high: int, empty: int | None = None) -> int:
        """Return a whole number ``low``..``high``; ``empty`` stands for an empty field, where one may be."""
        value = self.text(place, 255)
        if not value and empty is not None:
            return empty
        if not (value.isascii() and value.isdigit()):
            raise bad_syntax(place)
        if not low <= int(value) <= high:
            raise bad_value(place)
        return int(value)

    def choice(self, place: int, allowed: str, empty: str | None = None) -> str:
        """Return one of the characters ``allowed``; ``empty`` stands for an empty field, where one may be."""
        value = self.text(place, 255)
        if not value and empty is not None:
            return empty
        if len(value) != 1:
            raise bad_syntax(place)
        if value not in allowed:
            raise bad_value(place)
        return value

    def decimal(
        self,
        place: int,
        high: Decimal,
        *,
        places: int = 2,
        empty: Decimal | None = None,
        signed: bool = False,
    ) -> Decimal:
        """Return a number with a point and at most ``places`` decimals, zero to ``high`` without its sign."""
        value = self.text(place, 255)
        if not value and empty is not None:
            return empty
        match = _DECIMAL.fullmatch(value)
        if match is None or len(match[1] or "") > places or (value.startswith("-") and not signed):
            raise bad_syntax(place)
        if abs(number := Decimal(value)) > high:
            raise bad_value(place)
        return number

    def moment(self, place: int) -> datetime:
        """Return the wall-clock time of ``DD-MM-YY hh:mm:ss``, with or without `` DST`` behind it."""
        match = _DATE_TIME.fullmatch(self.text(place, 255))
        if match is None:
            raise bad_syntax(place)
        try:
            return datetime.strptime(match[1], "%d-%m-%y %H:%M:%S")  # noqa: DTZ007 the device knows no zone
        except ValueError:
            raise bad_value(place) from None
