"""Text and figures on their way to a device: code pages, widths, decimals. No protocol lives here."""

import textwrap
import unicodedata
from decimal import Decimal
from typing import Final

PLAIN: Final = str.maketrans(
    {"“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "–": "-", "—": "-", "…": "...", "\u00a0": " "}
)
"""Characters that are typed without meaning them; their plain form is in every code page."""


def fit(text: str, encoding: str) -> tuple[str, set[str]]:
    """Return ``text`` in characters that ``encoding`` holds, one byte each, and those that it does not.

    A letter with an accent loses the accent, anything else becomes ``?``; control characters become blanks.
    """
    lost: set[str] = set()
    shown = []
    for character in unicodedata.normalize("NFC", text).translate(PLAIN):
        if ord(character) < 0x20 or 0x7F <= ord(character) < 0xA0:
            shown.append(" ")
        elif _holds(encoding, character):
            shown.append(character)
        else:
            lost.add(character)
            base = unicodedata.normalize("NFKD", character)[0]
            shown.append(base if _holds(encoding, base) else "?")
    return "".join(shown), lost


def _holds(encoding: str, character: str) -> bool:
    try:
        character.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def wrap(text: str, width: int) -> list[str]:
    """Return ``text`` in lines of at most ``width`` characters, parted at blanks where there are some."""
    if len(text) <= width:
        return [text] if text else []
    return textwrap.wrap(text, width, drop_whitespace=True, break_on_hyphens=False)


def decimals(value: Decimal, most: int, least: int = 0) -> str:
    """Return ``value`` with a point and at most ``most`` decimals, trailing zeros cut down to ``least``.

    ``value`` has been checked to have no more than ``most``.
    """
    whole, _, part = format(value.quantize(Decimal(1).scaleb(-most)), "f").partition(".")
    part = part.rstrip("0").ljust(least, "0")
    return f"{whole}.{part}" if part else whole


def hundredths(field: str) -> Decimal:
    """Return an amount as ISL devices answer it: with a point as it stands, without one in hundredths.

    Raises:
        ValueError: it is no number.
    """
    digits = field.strip()
    bare = digits.lstrip("+-")
    if not bare.replace(".", "", 1).isdigit() or not bare.isascii():
        raise ValueError(f"{field!r} is not an amount")
    return Decimal(digits) if "." in digits else Decimal(digits).scaleb(-2)
