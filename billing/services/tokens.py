"""API tokens: made, listed, revoked, and recognised. A secret is shown once and kept only as its digest.

A secret is 256 random bits, so a plain SHA-256 keeps it; a slow hash is for what people choose.
"""

import hashlib
import re
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import select

from billing.errors import RuleError
from billing.models import ApiToken
from billing.store.engine import Store
from billing.store.mistakes import Missing
from billing.store.origins import read_origins
from billing.store.tokens import TokenRow, token_there, token_with
from billing.store.trail import journal

SECRET: Final = re.compile(r"billing_([0-9]{1,10})_([0-9A-Za-z_-]{43})")
"""A token as its holder has it: the master it is for, and the secret."""

USED_S: Final = 60
"""``last use`` is written at most this often, seconds."""


class Right(StrEnum):
    """What a token lets its holder do; ``admin`` holds all the others."""

    SELL = "sell"
    REVERSE = "reverse"
    REPORT = "report"
    CATALOGUE = "catalogue"
    RECURRING = "recurring"
    ADMIN = "admin"


class TokenNameTaken(RuleError):
    """There was a token of that name."""

    code = "name_taken"

    def __init__(self, name: str) -> None:
        super().__init__(f"there is or was a token {name!r}; choose another name")


class NoRight(RuleError):
    """A token without a right is of no use."""

    code = "no_right"

    def __init__(self) -> None:
        super().__init__(f"a token needs at least one right: {', '.join(Right)}")


@dataclass(frozen=True, slots=True)
class Token:
    """A token as the store knows it; ``origins`` None: every origin."""

    id: int
    name: str
    rights: frozenset[Right]
    origins: tuple[str, ...] | None
    created_at: datetime
    expires_at: datetime | None
    used_at: datetime | None
    revoked_at: datetime | None

    def may(self, rights: Iterable[Right]) -> bool:
        """Return whether it holds one of ``rights``."""
        return Right.ADMIN in self.rights or not self.rights.isdisjoint(rights)

    def alive(self, now: datetime) -> bool:
        """Return whether it is neither revoked nor expired."""
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)


def _token_of(row: ApiToken | TokenRow) -> Token:
    return Token(
        id=row.id,
        name=row.name,
        rights=frozenset(Right(right) for right in row.rights),
        origins=None if row.origins is None else tuple(row.origins),
        created_at=row.created_at,
        expires_at=row.expires_at,
        used_at=row.used_at,
        revoked_at=row.revoked_at,
    )


def create_token(
    store: Store,
    name: str,
    rights: Iterable[Right],
    *,
    origins: Sequence[str] | None = None,
    lives: timedelta | None = None,
) -> tuple[str, Token]:
    """Make a token; return it as its holder needs it (this once), and as it is kept.

    Args:
        store: the store and master it is for.
        name: what people call it; never used again.
        rights: at least one.
        origins: where it may be used; None: everywhere.
        lives: how long; None: until it is revoked.

    Raises:
        NoRight, TokenNameTaken: it cannot be made.
        Missing: there is no such origin.
    """
    wanted = sorted(set(rights))
    if not wanted:
        raise NoRight
    secret = secrets.token_urlsafe(32)
    with store.write() as work, work.session() as session:
        if session.scalars(select(ApiToken).where(ApiToken.name == name)).first() is not None:
            raise TokenNameTaken(name)
        known = [origin.name for origin in read_origins(work)]
        for origin in origins or ():
            if origin not in known:
                raise Missing("origin", origin, ", ".join(known))
        row = ApiToken(
            name=name,
            digest=_digest(secret),
            rights=[right.value for right in wanted],
            origins=None if origins is None else list(origins),
            created_at=work.now,
            expires_at=None if lives is None else work.now + lives,
        )
        session.add(row)
        session.flush()
        journal(work, "token_created", ("token", name), {"rights": row.rights, "origins": row.origins})
        token = _token_of(row)
    return f"billing_{store.master_id}_{secret}", token


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def list_tokens(store: Store) -> list[Token]:
    """Return all tokens, the oldest first, revoked ones too."""
    with store.read() as work:
        return [_token_of(row) for row in work.session().scalars(select(ApiToken).order_by(ApiToken.id))]


def any_token(store: Store) -> bool:
    """Return whether a token was ever made; from then on nobody is served without one."""
    with store.read() as work:
        return token_there(work)


def revoke_token(store: Store, name: str) -> Token:
    """Revoke a token; from the next request on it opens nothing.

    Raises:
        Missing: there is none of that name.
    """
    with store.write() as work, work.session() as session:
        row = session.scalars(select(ApiToken).where(ApiToken.name == name)).one_or_none()
        if row is None:
            raise Missing("token", name)
        if row.revoked_at is None:
            row.revoked_at = work.now
            session.flush()
            journal(work, "token_revoked", ("token", name), {})
        return _token_of(row)


def read_secret(secret: str) -> tuple[int, str] | None:
    """Return the master that a token is for and the digest of its secret; None: that is no token."""
    found = SECRET.fullmatch(secret)
    return None if found is None else (int(found[1]), _digest(found[2]))


def recognise(store: Store, digest: str) -> Token | None:
    """Return the token with this digest if it is alive, and note that it was used; else None."""
    with store.read() as work:
        row = token_with(work, digest)
        token = None if row is None else _token_of(row)
        if token is None or not token.alive(work.now):
            return None
        fresh = token.used_at is not None and (work.now - token.used_at).total_seconds() < USED_S
    if not fresh:
        _used(store, token.id)
    return token


def _used(store: Store, number: int) -> None:
    with store.write() as work, work.session() as session:
        row = session.get(ApiToken, number)
        if row is not None:
            row.used_at = work.now
            session.flush()
