"""Where the grammar lies and how a line is recognised: a Lark LALR parser, built once, on first use.

The only module that knows the parser, and no tree leaves it: while the parser reads it calls back for each
rule, and out comes the kind of the line with its parts. What a part means and which limits its number has
stand in ``reader.py``. The file is ``grammars/bill.lark``, inside the package in a wheel, beside the package
in a source tree.
"""

from collections.abc import Callable
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final, cast

from lark import Lark, Token, Transformer
from lark.exceptions import UnexpectedInput, UnexpectedToken
from lark.lexer import Lexer, LexerThread
from lark.parsers.lalr_parser_state import ParserState

Part = tuple[str, Any]
"""The name of a rule and its last token (``item`` and ``change``: all that it holds).

A token is a ``str`` whose ``start_pos`` counts from 0 in the line as it was given to ``recognise``.
"""

KINDS: Final = ("operator", "payment", "modifier", "charge", "comment", "item", "change")
FIELDS: Final = (
    "price",
    "currency",
    "department",
    "priced_plu",
    "plu",
    "tax",
    "name",
    "type",
    "value",
    "profile",
)


class Stopped(Exception):
    """A line has no form: reading stopped at ``offset`` (from 0) with the parser in ``state``."""

    def __init__(self, state: int, offset: int) -> None:
        super().__init__(state, offset)
        self.state = state
        self.offset = offset


def grammar_text(package: Traversable | None = None) -> str:
    """Return the grammar: from inside ``package`` (ours if None) as in a wheel, or from the source tree."""
    inside = (package or files("billing")) / "grammars" / "bill.lark"
    if inside.is_file():
        return inside.read_text("utf-8")
    return (Path(__file__).parents[2] / "grammars" / "bill.lark").read_text("utf-8")


def make_lark(callbacks: object = None, start: str = "line") -> Lark:
    """Return a parser of one line (of a whole text by rule ``start``).

    ``callbacks`` holds a function for each rule, called while it reads.
    """
    return Lark(
        grammar_text(),
        parser="lalr",
        lexer="contextual",
        start=start,
        keep_all_tokens=True,
        maybe_placeholders=False,
        transformer=cast("Transformer[Token, Any]", callbacks),  # Lark asks for no more than the names
    )


def _whole(kind: str) -> Callable[[list[Any]], Part]:
    return lambda parts: (kind, parts)


def _token(field: str, place: int) -> Callable[[list[Token]], Part]:
    return lambda tokens: (field, tokens[place])


@cache
def _parser() -> tuple[Callable[[LexerThread, str], Any], Lexer]:
    """Return the parser and its lexer apart: for short lines, what Lark wraps around them would show."""
    kinds = {kind: _whole(kind) for kind in KINDS}
    fields = {field: _token(field, -1) for field in FIELDS}
    frontend = make_lark(SimpleNamespace(**kinds, **fields, qty=_token("qty", 0))).parser
    return frontend.parser.parse, frontend.lexer


def recognise(text: str) -> tuple[str, list[Any]]:
    """Return the kind of the line ``text`` and its parts from left to right.

    Args:
        text: one line without the blanks at its ends, not empty.

    Raises:
        Stopped: ``text`` has the form of no line.
    """
    parse, lexer = _parser()
    try:
        return parse(LexerThread.from_text(lexer, text), "line")  # type: ignore[no-any-return]  # as the callbacks made it
    except UnexpectedInput as error:
        ended = isinstance(error, UnexpectedToken) and error.token.type == "$END"
        state: ParserState[int] = error.state
        raise Stopped(state.position, len(text) if ended else (error.pos_in_stream or 0)) from None
