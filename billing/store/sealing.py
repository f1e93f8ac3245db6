"""The journal's chain: entries numbered per master without gaps, each with a keyed hash of the one before.

An entry's hash is HMAC-SHA256 over the hash before it and the entry itself, under a key that lies outside the
database: whoever has the database alone can change no entry unseen. Entries are written last in their
transaction, so the row that all of them count on is locked for as short a time as can be.
"""

import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from sqlalchemy import bindparam, update
from sqlalchemy.dialects import postgresql, sqlite

from billing.errors import StoreError
from billing.models import JournalEntry, JournalHead
from billing.settings import data_folder, read_settings
from billing.store.compiled import Insert, Statement
from billing.store.work import Work

KEY_BYTES: Final = 32
_ENTRIES: Final = Insert(JournalEntry)
_NEW: Final[dict[str, Any]] = {
    "master_id": bindparam("master"),
    "last": bindparam("count"),
    "hash": bindparam("empty"),
}
_MORE: Final = {"last": JournalHead.last + bindparam("count")}
_COUNT: Final = Statement(
    sqlite.insert(JournalHead)
    .values(_NEW)
    .on_conflict_do_update(index_elements=["master_id"], set_=_MORE)
    .returning(JournalHead.last, JournalHead.hash),
    postgresql=postgresql.insert(JournalHead)
    .values(_NEW)
    .on_conflict_do_update(index_elements=["master_id"], set_=_MORE)
    .returning(JournalHead.last, JournalHead.hash),
)
_MOVE: Final = Statement(
    update(JournalHead)
    .where(JournalHead.master_id == bindparam("master"))
    .values(hash=bindparam("head"))
    .returning(JournalHead.last)
)


class KeyUnusable(StoreError):
    """The journal's key cannot be read, made, or is none."""

    code = "journal_key"

    def __init__(self, where: str, why: str) -> None:
        super().__init__(f"the journal's key in {where} cannot be used: {why}")


@dataclass(frozen=True, slots=True)
class Key:
    """A key, and the name by which entries say that they were made with it."""

    secret: bytes

    @property
    def name(self) -> str:
        """Eight characters that tell keys apart and nothing of the key."""
        return hashlib.sha256(b"billing journal key" + self.secret).hexdigest()[:8]

    def after(self, before: str, entry: Mapping[str, Any]) -> str:
        """Return the hash of an entry that follows the one whose hash is ``before``; 64 hex digits."""
        return hmac.digest(self.secret, canonical(before, entry), "sha256").hex()


def canonical(before: str, entry: Mapping[str, Any]) -> bytes:
    """Return what is hashed: JSON of the hash before and the entry's own members, in one order."""
    at: datetime = entry["at"]
    said = [
        before,
        entry["master_id"],
        entry["number"],
        at.astimezone(UTC).isoformat(timespec="microseconds"),
        entry["kind"],
        entry["subject_type"],
        entry["subject"],
        entry["operator"],
        json.loads(json.dumps(entry["facts"])),
    ]
    return json.dumps(said, sort_keys=True, ensure_ascii=True, separators=(",", ":")).encode()


def key_file() -> Path:
    """Return the file of the journal's keys: the first line's writes, the others still verify."""
    return data_folder() / "journal.key"


def read_keys() -> list[Key]:
    """Return the keys of this user, the writing one first; the first is made where there is none.

    The setting ``journal_key`` (64 hex digits) beats the file: hosts that share a store share it.

    Raises:
        KeyUnusable: a key is not 64 hex digits, or the file cannot be read or made.
    """
    given = read_settings().journal_key
    file = key_file()
    where = "the setting journal_key" if given else str(file)
    try:
        lines = [given] if given else []
        if file.exists():
            lines += file.read_text("ascii").split()
        if not lines:
            lines = [_made(file)]
        return [Key(_bytes(line)) for line in lines]
    except OSError as error:
        raise KeyUnusable(where, error.strerror or str(error)) from None
    except ValueError:
        raise KeyUnusable(where, "64 hex digits are expected in each line") from None


def _bytes(text: str) -> bytes:
    secret = bytes.fromhex(text)
    if len(secret) != KEY_BYTES:
        raise ValueError(text)
    return secret


def _made(file: Path) -> str:
    """Make a key that only its user may read; the first of two processes wins."""
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = file.with_name(f"{file.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as stream:
        stream.write(secrets.token_hex(KEY_BYTES) + "\n")
    try:
        os.link(fresh, file)
    except FileExistsError:
        pass
    finally:
        fresh.unlink()
    return file.read_text("ascii").split()[0]


def seal(work: Work, key: Key) -> None:
    """Write the transaction's entries at the end of the chain."""
    entries = work.entries
    if not entries:
        return
    count = len(entries)
    row = _COUNT.first(work, {"master": work.master_id, "count": count, "empty": ""})
    assert row is not None, "the head's row is there"  # noqa: S101 a bug of ours, not a mishap
    number, head = int(row[0]) - count, str(row[1])
    rows = []
    for entry in entries:
        number += 1
        numbered = {**entry, "number": number}
        head = key.after(head, numbered)
        rows.append({**numbered, "hash": head, "key_id": key.name})
    _ENTRIES.rows(work, rows)
    _MOVE.first(work, {"master": work.master_id, "head": head})
    entries.clear()
