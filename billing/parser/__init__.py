"""parser: text in, typed lines out; or a mistake with its kind and place.

What must not live here: a catalogue, a currency's table, money, or anything that looks a number up.
"""

from billing.parser.canonical import write_line, write_number
from billing.parser.lines import (
    ChargeLine,
    CommentLine,
    Line,
    ModifierLine,
    ModifierValue,
    OperatorLine,
    PaymentLine,
    Source,
)
from billing.parser.mistakes import SyntaxMistake, TextMistake, caret
from billing.parser.reader import check_decimals, read_line, read_lines, read_text, split_lines

__all__ = [
    "ChargeLine",
    "CommentLine",
    "Line",
    "ModifierLine",
    "ModifierValue",
    "OperatorLine",
    "PaymentLine",
    "Source",
    "SyntaxMistake",
    "TextMistake",
    "caret",
    "check_decimals",
    "read_line",
    "read_lines",
    "read_text",
    "split_lines",
    "write_line",
    "write_number",
]
