"""Request bodies read as leniently as the protocol: any-case names, numbers in strings, unknown members.

A body that does not bind is refused with every mistake by its path, as a dictionary of lists of sentences.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

Errors = dict[str, list[str]]

NUMBER: Final = re.compile(r"[+-]?(?:[0-9]{1,12}(?:\.[0-9]{0,20})?|\.[0-9]{1,20})(?:[eE][+-]?[0-9]{1,2})?")
LARGEST: Final = 10**9
"""No amount, price or quantity of a receipt reaches this."""
UNSET: Final = datetime(1, 1, 1)  # noqa: DTZ001 the wire's own word for a date that is not given
MOMENT: Final = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[T ]([0-9]{2}:[0-9]{2}(?::[0-9]{2})?)(?:\.[0-9]+)?)?"
    r"(Z|[+-][0-9]{2}:?[0-9]{2})?",
    re.IGNORECASE,
)


class NotBound(Exception):
    """A body or parameter that does not hold what its route needs; ``errors`` by member path."""

    def __init__(self, errors: Errors) -> None:
        super().__init__("; ".join(f"{path}: {' '.join(said)}" for path, said in errors.items()))
        self.errors = errors


@dataclass
class Place:
    """Where a value stands, and the mistakes found so far in the whole body."""

    errors: Errors
    path: str = "$"

    def at(self, part: str | int) -> "Place":
        """Return the place of a member or an element."""
        return Place(self.errors, f"{self.path}[{part}]" if isinstance(part, int) else f"{self.path}.{part}")

    def wrong(self, sentence: str) -> None:
        """Keep a mistake."""
        self.errors.setdefault(self.path, []).append(sentence)


Reader = Callable[[Any, Place], Any]
"""Reads one JSON value; a mistake is kept in the place, and anything comes back."""

REQUIRED: Final = object()
"""The default of a member that must be there."""


@dataclass(frozen=True)
class Member:
    """One member of an object: its wire name, the value's reader, and what a missing one stands for."""

    wire: str
    reader: Reader
    default: Any = REQUIRED
    lenient_null: bool = False
    """A null is as if left out."""


@dataclass(frozen=True)
class Shape:
    """An object: its members, and what is made of them (called with the attributes by keyword)."""

    make: Callable[..., Any]
    members: Mapping[str, Member] = field(default_factory=dict)
    """By attribute."""

    def __call__(self, value: Any, place: Place) -> Any:  # noqa: ANN401 JSON is anything
        """Read an object."""
        if not isinstance(value, dict):
            place.wrong("an object is expected")
            return None
        given = {name.lower(): each for name, each in value.items()}
        found: dict[str, Any] = {}
        for attribute, member in self.members.items():
            here = place.at(member.wire)
            if member.wire.lower() in given and not (
                member.lenient_null and given[member.wire.lower()] is None
            ):
                found[attribute] = member.reader(given[member.wire.lower()], here)
            elif member.default is REQUIRED:
                here.wrong("it is missing")
            else:
                found[attribute] = member.default
        return None if place.errors else self.make(**found)


def parse(body: bytes) -> Any:  # noqa: ANN401 JSON is anything
    """Return what a body says; fractions come as decimals.

    Raises:
        NotBound: it is no JSON in UTF-8, or empty.
    """
    try:
        value = json.loads(body.decode("utf-8-sig"), parse_float=_fraction, parse_constant=_no_constant)
        json.dumps(value, default=str).encode()
    except UnicodeDecodeError:
        raise NotBound({"$": ["the body is not UTF-8"]}) from None
    except (ValueError, RecursionError) as error:
        said = "it nests too deep" if isinstance(error, RecursionError) else str(error)
        raise NotBound({"$": ["the body is empty" if not body.strip() else said]}) from None
    if value is None:
        raise NotBound({"$": ["a body is needed"]})
    return value


def read(reader: Reader, value: Any) -> Any:  # noqa: ANN401 JSON is anything
    """Return ``value`` as ``reader`` understands it.

    Raises:
        NotBound: with every mistake.
    """
    errors: Errors = {}
    found = reader(value, Place(errors))
    if errors:
        raise NotBound(errors)
    return found


def _fraction(text: str) -> Decimal | str:
    return Decimal(text) if NUMBER.fullmatch(text) else text


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no number")


def text(value: Any, place: Place) -> str:  # noqa: ANN401 JSON is anything
    """Read a string; a number is taken for its digits."""
    if isinstance(value, str):
        if any(0xD800 <= ord(letter) <= 0xDFFF for letter in value):
            place.wrong("a half of a surrogate pair is no text")
            return ""
        return value
    if isinstance(value, (int, Decimal)) and not isinstance(value, bool):
        return f"{value:f}" if isinstance(value, Decimal) else str(value)
    place.wrong("a string is expected")
    return ""


def number(value: Any, place: Place) -> Decimal:  # noqa: ANN401 JSON is anything
    """Read a number, also one in a string."""
    found: Decimal | None = None
    if isinstance(value, str) and NUMBER.fullmatch(value.strip()):
        found = Decimal(value.strip())
    elif isinstance(value, (int, Decimal)) and not isinstance(value, bool):
        found = Decimal(value)
    if found is None or abs(found) >= LARGEST:
        place.wrong("a number is expected" if found is None else f"a number below {LARGEST} is expected")
        return Decimal(0)
    return found


def whole(value: Any, place: Place) -> int:  # noqa: ANN401 JSON is anything
    """Read a whole number, also one in a string."""
    found = number(value, place)
    if found != found.to_integral_value():
        place.wrong("a whole number is expected")
        return 0
    return int(found)


def flag(value: Any, place: Place) -> bool:  # noqa: ANN401 JSON is anything
    """Read a boolean, also one in a string."""
    said = value.lower() if isinstance(value, str) else value
    if said in {"true", "false"} or isinstance(said, bool):
        return said in {True, "true"}
    place.wrong("true or false is expected")
    return False


def moment(value: Any, place: Place) -> datetime:  # noqa: ANN401 JSON is anything
    """Read a date with a time; one with a zone keeps it. A blank may stand for the ``T``."""
    found = MOMENT.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is not None:
        day, time, zone = found.groups()
        zone = "+00:00" if zone and zone.upper() == "Z" else zone or ""
        try:
            return datetime.fromisoformat(f"{day}T{time or '00:00:00'}{zone}")
        except ValueError:
            pass
    place.wrong("a date and time such as 2026-05-31T18:06:00 is expected")
    return UNSET


def one_of(words: Mapping[str, Any], numbers: Mapping[int, Any]) -> Reader:
    """Return the reader of an enumeration: by its wire name or C# name in any case, or by number."""

    def reader(value: Any, place: Place) -> Any:  # noqa: ANN401 JSON is anything
        if isinstance(value, str):
            key = value.strip().lower()
            if key in words:
                return words[key]
            if re.fullmatch(r"-?[0-9]{1,9}", key) and int(key) in numbers:
                return numbers[int(key)]
        elif isinstance(value, (int, Decimal)) and not isinstance(value, bool) and value in numbers:
            return numbers[int(value)]
        place.wrong(f"one of {', '.join(sorted(word for word in words if word))} is expected")
        return None

    return reader


def listed(reader: Reader) -> Reader:
    """Return the reader of an array."""

    def read_all(value: Any, place: Place) -> tuple[Any, ...]:  # noqa: ANN401 JSON is anything
        if not isinstance(value, list):
            place.wrong("an array is expected")
            return ()
        return tuple(reader(each, place.at(index)) for index, each in enumerate(value))

    return read_all
