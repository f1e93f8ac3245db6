"""JSON as it comes and goes: UTF-8, no NaN, no half surrogates, no bottomless nesting."""

import json
import re
from typing import Any, Final

from starlette.responses import Response

from billing.errors import UsageError

_STRING: Final = re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL)
_BRACKETS: Final = re.compile(rb"[\[{]|[\]}]")


class NotJson(UsageError):
    """A body that is not the JSON we take."""

    code = "not_json"
    status = 400

    def __init__(self, why: str) -> None:
        super().__init__(f"the body is not JSON that can be taken: {why}")


def dump(value: Any) -> bytes:  # noqa: ANN401 JSON is anything
    """Return ``value`` as UTF-8 JSON."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "backslashreplace")


class Json(Response):
    """An answer of plain JSON; a text is JSON already."""

    media_type = "application/json"

    def render(self, content: Any) -> bytes:  # noqa: ANN401 JSON is anything
        """Return the body."""
        return content.encode("utf-8", "backslashreplace") if isinstance(content, str) else dump(content)


def check_body(body: bytes, depth_limit: int) -> None:
    """Judge a body before anybody reads it.

    Raises:
        NotJson: it is not UTF-8, not JSON, nests too deep, or says something that no text can hold.
    """
    deepest = depth = 0
    for sign in _BRACKETS.finditer(_STRING.sub(b'""', body)):
        depth += 1 if sign[0] in b"[{" else -1
        deepest = max(deepest, depth)
    if deepest > depth_limit:
        raise NotJson(f"it nests {deepest} deep; at most {depth_limit} is taken")
    try:
        value = json.loads(body.decode("utf-8"), parse_constant=_no_constant)
        if b"\\u" in body:
            dump_strictly(value)
    except UnicodeDecodeError as error:
        raise NotJson(f"byte {error.start + 1} is not UTF-8") from None
    except UnicodeEncodeError:
        raise NotJson("a text holds half of a surrogate pair") from None
    except RecursionError:
        raise NotJson("it nests too deep") from None
    except json.JSONDecodeError as error:
        raise NotJson(f"line {error.lineno}, column {error.colno}: {error.msg}") from None
    except ValueError as error:  # a whole number of thousands of digits
        raise NotJson(str(error)) from None


def dump_strictly(value: Any) -> None:  # noqa: ANN401 JSON is anything
    """Write ``value`` as UTF-8 and throw it away.

    Raises:
        UnicodeEncodeError: a text holds half of a surrogate pair.
    """
    json.dumps(value, ensure_ascii=False).encode()


def _no_constant(name: str) -> None:
    raise NotJson(f"{name} is no number")
