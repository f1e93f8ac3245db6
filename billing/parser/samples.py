"""Mistakes by example: each sentence stands beside sample lines that show the mistake.

The samples are read once by the parser itself; where reading stops, and on what sort of character, tells
which sentence a line gets. So no sentence can speak of a place the grammar does not have, and a change of the
grammar moves the sentences along. Suggestions stand in ``repairs.py``.
"""

import unicodedata
from functools import cache
from typing import Final

from billing.parser.grammar import Stopped, recognise
from billing.parser.lines import Source
from billing.parser.mistakes import SecondModifierMistake, SyntaxMistake, TextMistake
from billing.parser.repairs import repaired

SECOND_MODIFIER: Final = "a charge or bill takes one discount or surcharge"

ANYWHERE: Final = {
    "control": "a control character is a command to a device and cannot stand in a line",
    "broken": "half a character, or a byte that is no UTF-8, cannot stand in a line",
    "foreign digit": "numbers are written with the digits 0 to 9",
    "dash": "a discount is written with the minus sign of the keyboard",
    " ": "a blank may stand only inside a text; one command stands on a line",
    "semicolon": "one command stands on a line; there is no separator",
}
"""Sorts of characters that are wrong outside a text wherever they stand."""

SAMPLES: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    (
        "a line is a price, a PLU (#23), a comment (/text), a payment (@), an operator (*1), a discount (-5)",
        ("x", "$1"),
    ),
    ("a decimal point has digits on both sides", (".5", "-.5", "2*.5", "@2/.5")),
    ("an operator is named by a number, as in *1", ("*", "*x")),
    ("nothing follows an operator's number", ("*1x",)),
    ("after @ comes the number of a payment type, a profile (#36) or nothing", ("@x",)),
    ("a payment of a given value names its type, as in @1/10", ("@/10",)),
    ("after a payment type comes its value (/10), a profile (#36) or nothing", ("@1x",)),
    ("a payment's value is a number, as in @1/10", ("@1/", "@1/x", "@1/-")),
    ("after a payment's value comes a profile (#36) or nothing", ("@1/5x", "@1/5%")),
    ("a payment has no currency; it is in the bill's", ("@1/5EUR",)),
    ("a profile is named by a number, as in @#36", ("@#", "@#x", "@1#", "@1/5#")),
    ("nothing follows a profile's number", ("@#36x", "@1#36/")),
    ("a discount or surcharge has a value, as in -5 or +10%", ("-", "+", "-x", "-/text", "1.2-", "1.2-x")),
    ("after a discount or surcharge comes its text (/) or nothing", ("-5x", "-5%x", "1.2-5x", "1.2-5%x")),
    (
        "there are no refunds in a bill and no negative quantities; a reversal takes goods back",
        ("-2*5", "2*-5"),
    ),
    ("a discount or surcharge has no currency; it is in the bill's", ("-5EUR", "1.2-5EUR")),
    ("a quantity is followed by a price or a PLU (#23)", ("2*", "2*x", "2*@1", "2*/text")),
    ("a PLU is named by a number, as in #23", ("#", "#x", "2*#", "# note")),
    ("after a price come its PLU, tax group, discount or text, in this order", ("1.2!", "2*1.2!")),
    (
        "a number has one decimal point, with digits on both sides",
        ("5.", "2*5.", "-5.", "1.2-5.", "@2/5."),
    ),
    ("a percentage has a sign, as in -5%", ("5%", "2*5%")),
    ("one line has one quantity", ("2*4*5",)),
    ("a currency is three capitals, as in 1.20EUR", ("1.2e", "1.2E", "2*1.2E", "1.2$")),
    (
        "after the currency come the department, tax group, discount or text",
        ("1.2EURx", "1.2EURO"),
    ),
    ("a department is named by a number, as in 1.20#4", ("1.2#", "1.2#x", "1.2# ")),
    ("a PLU at a price is named by a number, as in 1.20##23", ("1.2##", "1.2##x")),
    ("a charge has a department or a PLU, not both", ("1.2#4#", "1.2#4##", "#23#", "#23##", "1.2##23#")),
    ("after a PLU come the tax group, discount or text", ("#23x", "1.2##23x")),
    ("after a department come the tax group, discount or text", ("1.2#4x",)),
    ("a tax group is named by a number, as in 1.20@2", ("1.2@", "1.2@x", "#23@")),
    ("after the tax group comes a discount or the text", ("1.2@2x",)),
    ("a department or PLU stands before the tax group", ("1.2@2#", "1.2@2##")),
    (SECOND_MODIFIER, ("1.2-5+", "1.2-5%+", "1.2-5-", "1.2-5%-", "-5+", "-5%+", "-5-", "-5%-")),
    ("a text follows the /", ("/", "1.2/", "-5/")),
    (ANYWHERE["control"], ("/\x01", "1.2/\x01", "-5/\x01", "/a\x01", "1.2/a\x01", "-5/a\x01")),
    (ANYWHERE["broken"], ("/\ud800", "1.2/\ud800", "-5/\ud800", "/a\ud800", "1.2/a\ud800")),
)
"""For a place that has no sample for the sort of character found, its first sample speaks."""


SIGNS: Final = dict.fromkeys("\u2212\u2010", "dash") | {".": "point", ",": "point", ";": "semicolon"}
CATEGORIES: Final = {"Cc": "control", "Zl": "control", "Zp": "control", "Cs": "broken", "Pd": "dash"}
"""Sorts by Unicode's general category."""


def sort_of(text: str, offset: int) -> str:
    """Return what sort of character stands at ``offset``; symbols and the end are sorts of their own."""
    character = text[offset : offset + 1]
    if character in {"", " ", "*", "@", "+", "-", "#", "/", "%", "$"}:
        return character
    category = unicodedata.category(character)
    if category[0] == "N":
        return "digit" if character.isascii() else "foreign digit"
    return SIGNS.get(character) or CATEGORIES.get(category) or category


@cache
def _sentences() -> dict[tuple[int, str], str]:
    """Return the sentence of each parser state and sort of character; an empty pair of quotes is no sort."""
    table: dict[tuple[int, str], str] = {}
    for sentence, samples in SAMPLES:
        for sample in samples:
            try:
                recognise(sample)
            except Stopped as stop:
                table.setdefault((stop.state, sort_of(sample, stop.offset)), sentence)
                table.setdefault((stop.state, "anything"), sentence)
    return table


def explain(stop: Stopped, body: str, source: Source, lead: int) -> TextMistake:
    """Return the mistake of a line that has no form.

    Args:
        stop: where reading stopped in ``body``.
        body: the line without the blanks at its ends.
        source: the line as given.
        lead: how many blanks stand before ``body``.
    """
    sort = sort_of(body, stop.offset)
    table = _sentences()
    sentence = table.get((stop.state, sort)) or ANYWHERE.get(sort) or table[stop.state, "anything"]
    column = lead + stop.offset + 1
    found = _shown(body[stop.offset : stop.offset + 1])
    if sentence is SECOND_MODIFIER:
        return SecondModifierMistake(source, column, f"{sentence}; found another")
    return SyntaxMistake(source, column, f"{sentence}; found {found}", repaired(body))


def _shown(character: str) -> str:
    if not character:
        return "the end of the line"
    if character == " ":
        return "a blank"
    if character.isascii() and character.isprintable():
        return f"'{character}'"
    code = f"U+{ord(character):04X}"
    return f"'{character}' ({code})" if character.isprintable() else code
