"""What an operator proves who he is with: the hash of his PIN, and the sessions of who is logged in."""

from datetime import datetime

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from billing.models.base import Base, Numbered, refers


class OperatorPin(Numbered, Base):
    """The PIN of an operator as its argon2 hash, and how often in a row it was missed.

    Not part of the nomenclature: no catalogue file holds it. ``failures`` counts the tries since the last
    success, the one being judged among them; until ``locked_until`` no try is judged.
    """

    __tablename__ = "operator_pin"
    __table_args__ = (refers("operator_id", "operator"), UniqueConstraint("master_id", "operator_id"))

    operator_id: Mapped[int]
    hash: Mapped[str] = mapped_column(String(200))
    failures: Mapped[int] = mapped_column(default=0, server_default="0")
    locked_until: Mapped[datetime | None] = mapped_column(default=None)
    changed_at: Mapped[datetime]


class OperatorSession(Numbered, Base):
    """An operator who is logged in; ``digest`` is the SHA-256 of the session's secret in hex."""

    __tablename__ = "operator_session"
    __table_args__ = (
        refers("operator_id", "operator"),
        UniqueConstraint("master_id", "digest"),
    )

    operator_id: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None] = mapped_column(default=None)
