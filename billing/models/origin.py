"""Where a sale comes from: a till, a counter, a web shop."""

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from billing.models.base import Base, Numbered, refers, target


class Origin(Numbered, Base):
    """An origin with its device, time zone and payment model; a ``live`` one refuses emulators."""

    __tablename__ = "origin"
    __table_args__ = (target(), UniqueConstraint("master_id", "name"), refers("device_id", "device"))

    name: Mapped[str] = mapped_column(String(40))
    device_id: Mapped[int | None] = mapped_column(default=None)
    time_zone: Mapped[str] = mapped_column(String(40), default="Europe/Sofia")
    payment_model: Mapped[str] = mapped_column(String(40), default="plain", server_default="plain")
    live: Mapped[bool] = mapped_column(default=False)
