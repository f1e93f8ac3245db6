"""What the routers have in common: documented errors, page parameters, identifiers."""

from typing import Annotated, Any, Final

from fastapi import Path, Query

from billing.api.problems import Problem

Responses = dict[int | str, dict[str, Any]]

_ERRORS: Final[dict[int, str]] = {
    400: "The request cannot be read: not JSON, not UTF-8, nests too deep.",
    401: "No token, or one that is unknown, expired or revoked.",
    403: "The token is good, but not for this route or this origin.",
    404: "There is no such thing.",
    408: "The body did not arrive in time.",
    409: "The state of things does not allow it, or the key was used for another request or is in use.",
    413: "The body is too large, or has too many lines.",
    415: "The body is not application/json.",
    422: "A value is not what its place needs, or a rule refuses it; nothing was changed.",
    429: "Too many requests; Retry-After says when to try again.",
    500: "A mistake in the program.",
    503: "The store cannot be reached; nothing was changed.",
}
ERRORS: Final[Responses] = {
    status: {"model": Problem, "description": text} for status, text in _ERRORS.items()
}
"""Every problem that any route may answer with."""

ON_PAPER: Final = "It is done, and what there was to print is on paper."
WAITING: Final = "It is done; its document still waits for its device: ask for the job."

LAST_KEY: Final = 2**53 - 1
"""The largest number that every JSON reader keeps exact."""

Number = Annotated[int, Path(ge=1, le=LAST_KEY)]
PathName = Annotated[str, Path(min_length=1, max_length=40, pattern=r"^[^\x00-\x1f\x7f]+$")]
Limit = Annotated[int, Query(ge=1, le=100, description="How many rows at most.")]
Before = Annotated[int | None, Query(ge=1, le=LAST_KEY, description="The cursor: 'next' of the page before.")]
After = Annotated[int, Query(ge=0, le=LAST_KEY, description="The cursor: 'next' of the page before.")]


def next_of(rows: list[dict[str, Any]], name: str, limit: int) -> int | None:
    """Return the cursor of the page after ``rows``, None where there is none."""
    return rows[-1][name] if len(rows) == limit else None
