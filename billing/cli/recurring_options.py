"""What the commands of recurring plans share: options, instants with an offset, a request under a key."""

import sys
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, Final

import typer

from billing.cli.mishaps import give_up
from billing.cli.store_option import opened
from billing.cli.text_input import write_json
from billing.errors import BillingError, UsageError
from billing.services.idempotency import Answered, digest_of, once
from billing.store.engine import Store

ACTOR: Final = "command line"
"""Who asks, in the audit feed."""

Key = Annotated[
    str, typer.Option("--key", help="Your name of this request: the same again gets the first answer.")
]
SubscriptionId = Annotated[
    int, typer.Argument(metavar="SUBSCRIPTION", help="Its number.", min=1, max=2**63 - 1)
]

MOST: Final = 1_000_000
"""The most runs or boundaries that can be asked for."""

LONGEST_TRIAL_DAYS: Final = 36_500
"""A hundred years of trial."""

_LARGEST: Final = 10**12


class NotAnInstant(UsageError):
    """A time that does not say which moment it is."""

    code = "instant"

    def __init__(self, text: str) -> None:
        super().__init__(
            f"{text!r} is no time with an offset; expected one like 2026-01-31T09:00:00+02:00 or ...Z"
        )


class NotANumber(UsageError):
    """An amount that is no decimal number."""

    code = "number"

    def __init__(self, text: str) -> None:
        super().__init__(f"{text!r} is no decimal number; expected one like 12.50")


class NumberOutOfReach(UsageError):
    """An amount with more digits than anything costs."""

    code = "number"

    def __init__(self, text: str) -> None:
        super().__init__(f"{text!r} is out of reach; expected a number below {_LARGEST}")


def instant(text: str) -> datetime | None:
    """Return the moment that ``text`` names, in UTC to the second; None for an empty one.

    Raises:
        NotAnInstant: it cannot be read, or has no offset.
    """
    if not text:
        return None
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        raise NotAnInstant(text) from None
    if read.tzinfo is None:
        raise NotAnInstant(text)
    return read.astimezone(UTC).replace(microsecond=0)


def decimal(text: str) -> Decimal | None:
    """Return the number that ``text`` says; None for an empty one.

    Raises:
        NotANumber: it says none.
        NumberOutOfReach: it is larger than any price.
    """
    if not text:
        return None
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise NotANumber(text) from None
    if not number.is_finite():
        raise NotANumber(text)
    if abs(number) >= _LARGEST:
        raise NumberOutOfReach(text)
    return number


def ask(
    db: str, key: str, request: tuple[object, ...], act: Callable[[Store], dict[str, Any]]
) -> dict[str, Any]:
    """Do ``act`` once under ``key`` (empty: without one) and return its answer.

    Raises:
        BillingError: what ``act`` raises; nothing was changed.
    """
    with opened(db) as store:
        digest = digest_of("recurring", *request)
        return once(store, key or None, digest, lambda joined: Answered(200, act(joined))).answer


def answered(
    db: str, key: str, request: tuple[object, ...], act: Callable[[Store], dict[str, Any]], *, as_json: bool
) -> dict[str, Any]:
    """Do ``act`` as ``ask`` does; a mishap ends the command, an answer is shown as JSON if asked for."""
    try:
        answer = ask(db, key, request, act)
    except BillingError as error:
        give_up(error, as_json=as_json)
    if as_json:
        write_json(answer)
    return answer


def say(sentence: str) -> None:
    """Write one line on standard output."""
    sys.stdout.write(sentence + "\n")
