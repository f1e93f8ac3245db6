"""What was surely meant: slips of the hand that can be mended in one way only.

A repair is offered only if it makes the whole line readable; nothing is ever mended without asking.
"""

import re
import unicodedata
from collections.abc import Callable
from typing import Final

from billing.parser.grammar import Stopped, recognise

LIMIT: Final = 64
"""Longer lines get no suggestion."""

DASHES: Final = "\u2010\u2011\u2012\u2013\u2014\u2212\ufe63\uff0d"
SIGNS: Final = str.maketrans(
    dict.fromkeys(DASHES, "-")
    | {"\uff0b": "+", "\uff0a": "*", "\u00d7": "*", "\uff20": "@", "\uff03": "#", "\uff0f": "/"}
    | {"\uff05": "%", "\uff0e": ".", "\uff0c": ",", "\u066b": ".", "\u066a": "%", "\u00a0": " "}
)


def _keyboard_signs(text: str) -> str:
    """Turn typographic signs and other scripts' digits into those of the keyboard."""
    return "".join(
        str(unicodedata.decimal(character)) if character.isdecimal() else character
        for character in text.translate(SIGNS)
    )


def _close_up(text: str) -> str:
    """Drop blanks that cannot part two commands: after a sign, or before what only follows a number."""
    text = re.sub(r" +(?=[*@#+/-] )", "", text)
    text = re.sub(r"(?<=[*@#+/-]) +", "", text)
    return re.sub(r"(?<=[0-9]) +(?=%|[A-Z]{3}(?![A-Za-z]))", "", text)


def _capitals(text: str) -> str:
    """Write a currency in capitals."""
    return re.sub(r"(?<=[0-9])[A-Za-z]{3}(?![A-Za-z])", lambda found: found[0].upper(), text)


def _leading_zero(text: str) -> str:
    """Write the zero before a decimal point."""
    return re.sub(r"(?<![0-9])([.,][0-9])", r"0\1", text)


REPAIRS: Final[tuple[Callable[[str], str], ...]] = (_keyboard_signs, _close_up, _capitals, _leading_zero)


def repaired(line: str) -> str | None:
    """Return the line that was surely meant, or None; a text at its end stays as it is."""
    if len(line) > LIMIT:
        return None
    head, slash, text = line.partition("/")
    for repair in REPAIRS:
        mended = head = repair(head)
        whole = mended.rstrip(" ") + slash + text
        try:
            recognise(whole)
        except Stopped:
            continue
        return whole
    return None
