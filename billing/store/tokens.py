"""Tokens as every request looks them up: by statements made once, which name the master."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import bindparam, select

from billing.models import ApiToken
from billing.store.compiled import Statement
from billing.store.work import Work


@dataclass(frozen=True, slots=True)
class TokenRow:
    """A token's row, without its digest."""

    id: int
    name: str
    rights: list[str]
    origins: list[str] | None
    created_at: datetime
    expires_at: datetime | None
    used_at: datetime | None
    revoked_at: datetime | None


_BY_DIGEST: Final = select(*(getattr(ApiToken, name) for name in TokenRow.__dataclass_fields__)).where(
    ApiToken.master_id == bindparam("master"), ApiToken.digest == bindparam("digest")
)
_ANY: Final = Statement(select(ApiToken.id).where(ApiToken.master_id == bindparam("master")))


def token_with(work: Work, digest: str) -> TokenRow | None:
    """Return the token whose secret has this digest, or None."""
    found = work.connection.execute(_BY_DIGEST, {"master": work.master_id, "digest": digest}).one_or_none()
    return None if found is None else TokenRow(*found)


def token_there(work: Work) -> bool:
    """Return whether the master ever had a token."""
    return _ANY.first(work, {"master": work.master_id}) is not None
