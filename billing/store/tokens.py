"""Tokens as every request looks them up: by statements made once, which name the master."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Engine, bindparam, select
from sqlalchemy.exc import DBAPIError

from billing.models import ApiToken
from billing.store.compiled import Statement
from billing.store.mistakes import StoreTrouble
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


class TokenLook:
    """Says whether the master ever had a token, on a connection of its own to SQLite.

    One prepared SELECT outside any transaction takes a few microseconds and waits for no writer (WAL), so the
    event loop may ask itself. For one thread.
    """

    def __init__(self, engine: Engine, master_id: int) -> None:
        self._where = str(engine.url.database)
        self._errors = engine.dialect.loaded_dbapi.Error
        self._connection = engine.raw_connection()
        self._cursor = self._connection.cursor()
        self._master = master_id

    def there(self) -> bool:
        """Return whether there is one.

        Raises:
            StoreTrouble: the database fails.
        """
        try:
            self._cursor.execute("SELECT 1 FROM api_token WHERE master_id = ? LIMIT 1", (self._master,))
            return len(self._cursor.fetchall()) > 0
        except self._errors as error:
            raise StoreTrouble(self._where, DBAPIError("SELECT", None, error)) from error

    def close(self) -> None:
        """Give the connection back."""
        self._cursor.close()
        self._connection.close()


def token_there(work: Work) -> bool:
    """Return whether the master ever had a token."""
    return _ANY.first(work, {"master": work.master_id}) is not None
