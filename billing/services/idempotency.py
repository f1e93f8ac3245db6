"""A request under its caller's key has its effect once: key, effect and answer are one transaction.

The same key with the same request gets the first answer, for ever or as long as answers are kept. A request
that was refused changed nothing and is not kept: its key is free, so a refusal whose cause was mended
(a PLU added, a rate corrected) is no dead end.
"""

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from sqlalchemy.exc import IntegrityError

from billing.errors import RuleError
from billing.services.jobs import is_dead, this_thread
from billing.store import request_keys
from billing.store.engine import Store
from billing.store.request_keys import KeyRow
from billing.store.work import Work


class KeyReused(RuleError):
    """The key came with another request."""

    code = "key_reused"

    def __init__(self, key: str) -> None:
        super().__init__(f"key {key!r} was used for another request; use a new key")
        self.key = key


class KeyInUse(RuleError):
    """The first request under the key still runs."""

    code = "key_in_use"

    def __init__(self, key: str) -> None:
        super().__init__(f"the first request under key {key!r} still runs; ask again when it has ended")
        self.key = key


@dataclass(frozen=True, slots=True)
class Answered:
    """What a request is answered: HTTP status, plain JSON, and the job its caller may wait for."""

    status: int
    answer: dict[str, Any]
    job: int | None = None
    repeated: bool = False
    said: str = ""
    """``answer`` as the JSON text that was kept, so that it is written once only; empty: not written yet."""


class Raced(Exception):
    """Another process wrote the same unique row first."""


class JoinedStore(Store):
    """A store whose transactions are part of one that somebody else commits.

    Each service call in it is a savepoint, so that what a service undoes and tries again is undone here too.
    """

    def __init__(self, store: Store, work: Work) -> None:
        vars(self).update(vars(store))
        self._open = work

    @contextmanager
    def write(self) -> Iterator[Work]:
        """Hand out the open transaction, at a savepoint."""
        entries, told = len(self._open.entries), len(self._open.told)
        try:
            with self._open.connection.begin_nested():
                yield self._open
        except BaseException:
            del self._open.entries[entries:]  # they are not written yet, so the savepoint does not hold them
            del self._open.told[told:]
            raise

    @contextmanager
    def read(self) -> Iterator[Work]:
        """Hand out the open transaction."""
        yield self._open


@contextmanager
def tried(store: Store) -> Iterator[Work]:
    """Hand out a transaction that may fail alone: what is done in it is undone, what was done before stays.

    For a caller that is inside a transaction without savepoints and goes on otherwise after a refusal.
    """
    with store.write() as work, JoinedStore(store, work).write():
        yield work


class _WholeStore(JoinedStore):
    """A joined store without savepoints: whatever fails in it undoes the whole transaction.

    A service that would try again after another process was first cannot do so inside an open transaction:
    it is told ``Raced`` instead, and ``once`` does all of it again.
    """

    @contextmanager
    def write(self) -> Iterator[Work]:
        """Hand out the open transaction.

        Raises:
            Raced: another process wrote the same unique row first.
        """
        try:
            yield self._open
        except IntegrityError as error:
            raise Raced from error


def digest_of(*parts: object) -> str:
    """Return what tells one request from another: a digest of its route and body (plain JSON)."""
    said = json.dumps(parts, sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(said.encode()).hexdigest()


def once(
    store: Store, key: str | None, digest: str, act: Callable[[Store], Answered], *, wait_s: int = 0
) -> Answered:
    """Do ``act`` in one transaction and keep its answer under ``key``, or return what was answered first.

    Args:
        store: where to.
        key: the caller's name of the request; None: it is done without being kept.
        digest: of the request.
        act: does it, in the store it is given.
        wait_s: how long the caller will then wait for paper; meanwhile the key is in use.

    Raises:
        KeyReused: the key was used for another request.
        KeyInUse: the first request under it still runs.
        BillingError: what ``act`` raises; nothing was changed.
    """
    try:
        return _once(store, key, digest, act, wait_s)
    except (Raced, IntegrityError):  # another process was first
        return _once(store, key, digest, act, wait_s)


def _once(
    store: Store, key: str | None, digest: str, act: Callable[[Store], Answered], wait_s: int
) -> Answered:
    with store.write() as work:
        if key is None:
            return act(_WholeStore(store, work))
        found = request_keys.find_key(work, key)
        if found is not None:
            return _repeat(work, key, found, digest)
        answered = act(_WholeStore(store, work))
        waits = wait_s > 0 and answered.job is not None
        said = json.dumps(answered.answer, ensure_ascii=False, separators=(",", ":"))
        row = KeyRow(
            digest=digest,
            status=answered.status,
            answer=said,
            job=answered.job,
            owner=this_thread() if waits else "",
            busy_until=work.now + timedelta(seconds=wait_s + 5) if waits else None,
        )
        request_keys.insert_key(work, key, row)
        return replace(answered, said=said)


def _repeat(work: Work, key: str, found: KeyRow, digest: str) -> Answered:
    if found.digest != digest:
        raise KeyReused(key)
    busy = found.busy_until is not None and found.busy_until > work.now
    if busy and not is_dead(found.owner):
        raise KeyInUse(key)
    return Answered(found.status, json.loads(found.answer), found.job, repeated=True)


def look_up(store: Store, key: str, digest: str) -> Answered | None:
    """Return what was answered under ``key`` before, or None.

    Raises:
        KeyReused, KeyInUse: as ``once``.
    """
    with store.read() as work:
        found = request_keys.find_key(work, key)
        return None if found is None else _repeat(work, key, found, digest)


def settle(store: Store, key: str, answered: Answered) -> Answered:
    """Keep the answer that the caller is given after waiting; it is the one that counts from now on."""
    columns = {
        "status": answered.status,
        "answer": json.dumps(answered.answer, ensure_ascii=False),
        "owner": "",
        "busy_until": None,
    }
    with store.write() as work:
        request_keys.update_key(work, key, columns)
    return replace(answered)


def let_go(store: Store, key: str) -> None:
    """Say that the first request no longer runs; its first answer stays."""
    with store.write() as work:
        request_keys.update_key(work, key, {"owner": "", "busy_until": None})


def forget(store: Store, days: int) -> int:
    """Forget answers older than ``days``; return how many."""
    with store.write() as work:
        return request_keys.delete_keys(work, work.now - timedelta(days=days))
