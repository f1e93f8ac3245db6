"""The caller's own names of requests: what one may look like, and when it came with another request."""

import hashlib
import json
from collections.abc import Sequence
from typing import Final

from billing.errors import RuleError, UsageError

KEY_LENGTH: Final = 200


class KeyClash(RuleError):
    """The same key came with another request."""

    code = "key_clash"

    def __init__(self, key: str, bill_id: int) -> None:
        super().__init__(f"key {key!r} was used for bill {bill_id} with other lines; use a new key")
        self.key = key
        self.bill_id = bill_id


class KeyWrong(UsageError):
    """A key that cannot be kept."""

    code = "key_wrong"

    def __init__(self, found: str) -> None:
        super().__init__(f"key {found[:40]!r} is not 1 to {KEY_LENGTH} printable characters")


def check_key(key: str | None) -> None:
    """Refuse a key that cannot be kept; None is no key.

    Raises:
        KeyWrong: it is empty, too long or not printable.
    """
    if key is not None and not is_text(key, KEY_LENGTH):
        raise KeyWrong(key)


def is_text(text: str, length: int) -> bool:
    """Return whether ``text`` is 1 to ``length`` printable characters."""
    return 0 < len(text) <= length and text.isprintable()


def digest_of(said: Sequence[object]) -> str:
    """Return what tells one request from another under the same key; ``said`` is plain JSON."""
    return hashlib.sha256(json.dumps(said).encode("utf-8", "surrogatepass")).hexdigest()
