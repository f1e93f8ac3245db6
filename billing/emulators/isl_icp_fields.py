"""Fields of an ISL ICP command, cut by position from the left, and the two ways a command is refused.

A refusal with a number is read back by ``F8 09`` and ``B2``; a field of the wrong form gives none and raises
status bit 1.4 instead (sheet isl-icp, section 3.2).
"""

from datetime import datetime
from typing import Final

DAY: Final = "%d%m%Y"
MOMENT: Final = "%d%m%Y%H%M%S"


class Refusal(Exception):
    """The command is refused with an error number of section 12."""

    def __init__(self, number: int) -> None:
        super().__init__(f"the device refuses with error {number}")
        self.number = number


class BadField(Exception):
    """A field has the wrong form; the command is refused without a number, bit 1.4 goes up."""

    def __init__(self, expected: str, found: str) -> None:
        super().__init__(f"expected {expected}, found {found!r}")


class Fields:
    """What follows the command's two characters, taken from the left."""

    def __init__(self, data: str) -> None:
        self._data = data

    @property
    def left(self) -> int:
        """How many characters are not taken yet."""
        return len(self._data)

    def take(self, count: int) -> str:
        """Return the next ``count`` characters.

        Raises:
            BadField: fewer are left.
        """
        if len(self._data) < count:
            raise BadField(f"{count} more characters", self._data)
        taken, self._data = self._data[:count], self._data[count:]
        return taken

    def number(self, count: int, empty: int | None = None) -> int:
        """Return the next ``count`` digits; ``empty`` stands for a field that was left out at the end.

        Raises:
            BadField: a character is no digit, or fewer are left.
        """
        if empty is not None and not self._data:
            return empty
        field = self.take(count)
        if not (field.isascii() and field.isdigit()):
            raise BadField(f"{count} digits", field)
        return int(field)

    def choice(self, allowed: str, empty: str | None = None) -> str:
        """Return the next character, one of ``allowed``.

        Raises:
            BadField: it is another, or none is left and ``empty`` is not given.
        """
        if empty is not None and not self._data:
            return empty
        field = self.take(1)
        if field not in allowed:
            raise BadField(f"one of {allowed}", field)
        return field

    def padded(self, count: int) -> str:
        """Return the next ``count`` characters without the blanks behind them."""
        return self.take(count).rstrip(" ")

    def rest(self, longest: int) -> str:
        """Return all that is left.

        Raises:
            BadField: it is longer than ``longest``.
        """
        if len(self._data) > longest:
            raise BadField(f"at most {longest} characters", self._data)
        return self.take(len(self._data))

    def end(self) -> None:
        """Check that nothing is left.

        Raises:
            BadField: something is.
        """
        if self._data:
            raise BadField("no more fields", self._data)

    def moment(self) -> datetime | None:
        """Return the wall-clock time of ``DDMMYYYYhhmmss``, None of digits that are no date.

        Raises:
            BadField: a character is no digit, or too few are left.
        """
        return _parsed(f"{self.number(14):014d}", MOMENT)

    def day(self) -> datetime | None:
        """Return midnight of ``DDMMYYYY``, None of digits that are no date.

        Raises:
            BadField: a character is no digit, or too few are left.
        """
        return _parsed(f"{self.number(8):08d}", DAY)


def _parsed(text: str, form: str) -> datetime | None:
    try:
        return datetime.strptime(text, form)  # noqa: DTZ007 the device knows no zone
    except ValueError:
        return None
