"""A request that was answered under its caller's key, with the answer it was given."""

from datetime import datetime

from sqlalchemy import String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from billing.models.base import Base, Numbered


class RequestKey(Numbered, Base):
    """Written in the transaction of the request's effect: no effect without its key, no key without it.

    ``digest`` tells another request under the same key. While the first caller still waits for paper,
    ``owner`` names its process and ``busy_until`` the end of its patience.
    """

    __tablename__ = "request_key"
    __table_args__ = (UniqueConstraint("master_id", "key"),)

    key: Mapped[str] = mapped_column(String(200))
    digest: Mapped[str] = mapped_column(String(64))
    status: Mapped[int]
    answer: Mapped[str] = mapped_column(Text)
    job: Mapped[int | None] = mapped_column(default=None)
    owner: Mapped[str] = mapped_column(String(120), default="", server_default="")
    busy_until: Mapped[datetime | None] = mapped_column(default=None)
    created_at: Mapped[datetime]
