"""An API token: who may ask the HTTP API for what; its secret is not here, only its digest."""

from datetime import datetime

from sqlalchemy import JSON, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from billing.models.base import Base, Numbered, target


class ApiToken(Numbered, Base):
    """A token by name; ``digest`` is the SHA-256 of its secret in hex.

    ``origins`` None: all origins of the master. ``used_at`` is kept to the minute.
    """

    __tablename__ = "api_token"
    __table_args__ = (
        target(),
        UniqueConstraint("master_id", "name"),
        UniqueConstraint("master_id", "digest"),
    )

    name: Mapped[str] = mapped_column(String(60))
    digest: Mapped[str] = mapped_column(String(64))
    rights: Mapped[list[str]] = mapped_column(JSON, default=list)
    origins: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True), default=None)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None] = mapped_column(default=None)
    used_at: Mapped[datetime | None] = mapped_column(default=None)
    revoked_at: Mapped[datetime | None] = mapped_column(default=None)
