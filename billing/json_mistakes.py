"""What is wrong with a value in JSON, in our own words: what was expected and what stands there.

Pydantic finds the mistakes; its sentences are for programmers, so here each type of mistake has one for a
person. No document and no path is known here.
"""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

SHOWN: Final = 40
"""Characters of a wrong value that a sentence shows."""

PATTERNS: Final[Mapping[str, str]] = {
    r"^[0-9A-Za-z]{1,8}$": "1 to 8 letters and digits are expected",
    r"^[0-9A-Za-z]{1,14}$": "1 to 14 letters and digits are expected",
    r"^[0-9]{1,10}$": "1 to 10 digits are expected",
    r"^[0-9]{8}$": "8 digits are expected",
    r"^[A-Z]{3}$": "a currency's three letters such as 'EUR' are expected",
}
"""What a pattern of a text asks for."""

_WHOLE: Final = "a whole number is expected"
_TEXT: Final = "a text is expected"
_OBJECT: Final = "an object is expected"
_LIST: Final = "a list is expected"
_DECIMAL: Final = "a decimal string such as '1.50' is expected"
_DATE: Final = "a date such as '2026-11-24' is expected"
_TIME: Final = "the device's wall clock such as '2026-11-24T10:00:00' is expected, without a zone"
_FLAG: Final = "true or false is expected"

EXPECTED: Final[Mapping[str, str | Callable[[Mapping[str, Any]], str]]] = {
    "dict_type": _OBJECT,
    "model_type": _OBJECT,
    "model_attributes_type": _OBJECT,
    "string_type": _TEXT,
    "string_unicode": _TEXT,
    "string_sub_type": _TEXT,
    "string_too_long": lambda limits: f"at most {limits['max_length']} characters are expected",
    "string_too_short": lambda limits: f"at least {limits['min_length']} characters are expected",
    "string_pattern_mismatch": lambda limits: PATTERNS.get(limits["pattern"], "another form is expected"),
    "tuple_type": _LIST,
    "list_type": _LIST,
    "too_long": lambda limits: f"at most {limits['max_length']} entries are expected",
    "int_type": _WHOLE,
    "int_parsing": _WHOLE,
    "int_parsing_size": _WHOLE,
    "int_from_float": _WHOLE,
    "finite_number": _WHOLE,
    "greater_than_equal": lambda limits: f"at least {limits['ge']} is expected",
    "greater_than": lambda limits: f"more than {limits['gt']} is expected",
    "less_than_equal": lambda limits: f"at most {limits['le']} is expected",
    "less_than": lambda limits: f"less than {limits['lt']} is expected",
    "bool_type": _FLAG,
    "bool_parsing": _FLAG,
    "enum": lambda limits: f"{limits['expected']} is expected",
    "literal_error": lambda limits: f"{limits['expected']} is expected",
    "union_tag_invalid": lambda limits: f"one of {limits['expected_tags']} is expected",
    **dict.fromkeys(("decimal_type", "decimal_parsing", "is_instance_of"), _DECIMAL),
    **dict.fromkeys(("date_type", "date_parsing", "date_from_datetime_parsing"), _DATE),
    **dict.fromkeys(("date_from_datetime_inexact", "date_past", "date_future"), _DATE),
    **dict.fromkeys(("datetime_type", "datetime_parsing", "datetime_from_date_parsing"), _TIME),
    **dict.fromkeys(("datetime_object_invalid", "timezone_naive", "timezone_aware"), _TIME),
}
"""What was expected, by pydantic's type of mistake; a function makes the sentence of the limits."""

ALONE: Final[Mapping[str, str]] = {
    "missing": "it is missing",
    "extra_forbidden": "there is no such member",
    "union_tag_not_found": "it is missing, such as receipt or z-report",
    "too_short": "it is empty",
}
"""Mistakes whose sentence says enough without what was found."""

_PLACE: Final = re.compile(r"line (\d+) column (\d+)")


def sentence_of(mistake: Mapping[str, Any]) -> str:
    """Return one sentence for a mistake as ``ValidationError.errors()`` lists it, with its input.

    Passwords are never shown.
    """
    kind, limits = mistake["type"], mistake.get("ctx") or {}
    if kind == "value_error":
        return str(mistake["msg"]).removeprefix("Value error, ")
    if kind == "json_invalid":
        return unreadable(str(limits.get("error", "")), mistake.get("input"))
    if kind in ALONE:
        return ALONE[kind]
    expected = EXPECTED.get(kind, "another value is expected")
    said = expected if isinstance(expected, str) else expected(limits)
    found = limits.get("tag") if kind == "union_tag_invalid" else mistake.get("input")
    secret = "password" in mistake.get("loc", ())
    return said if secret else f"{said}, found {shown(found)}"


def unreadable(why: str, text: object) -> str:
    """Return why a text is no JSON, with the place that pydantic's ``why`` names."""
    if not text:
        return "it is empty, an object in JSON is expected"
    found = _PLACE.search(why)
    place = f" from line {found[1]}, column {found[2]} on" if found else ""
    return f"an object in JSON is expected; this is none{place}"


def shown(value: object) -> str:
    """Return a wrong value as JSON has it, cut to a length that a sentence bears."""
    try:
        text = json.dumps(value, ensure_ascii=False)
    except (TypeError, ValueError):
        text = str(value)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}..."


def said_twice(data: str | bytes) -> tuple[int | str, ...]:
    """Return where in the JSON text ``data`` a member stands twice in one object, ``()`` when none does.

    Parsers keep the last one and drop the other without a word; what is dropped may be a discount.
    """
    pairs = json.loads(data, object_pairs_hook=_Pairs)
    return _twice(pairs)


class _Pairs(list[tuple[str, Any]]):
    """The members of one object as they stand, in order."""


def _twice(value: object) -> tuple[int | str, ...]:
    if isinstance(value, _Pairs):
        seen: set[str] = set()
        for name, inner in value:
            found = () if name in seen else _twice(inner)
            if name in seen or found:
                return (name, *found)
            seen.add(name)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            if found := _twice(inner):
                return (index, *found)
    return ()
