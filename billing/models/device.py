"""A fiscal device as last seen, its settings, and who holds it now."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from billing.models.base import Base, Numbered, target


class Device(Numbered, Base):
    """A device by name and address.

    ``capabilities`` is plain JSON as the driver last told it (``rates``, ``payment_categories`` and more);
    ``settings`` holds what is ours to say to it, operators' passwords among it. ``last_job`` counts its
    jobs. The lease: ``lease_owner`` holds the device until ``lease_until``; every new holder counts
    ``lease_fence`` up, so a holder that came back from the dead finds its number stale.
    """

    __tablename__ = "device"
    __table_args__ = (target(), UniqueConstraint("master_id", "name"))

    name: Mapped[str] = mapped_column(String(40))
    address: Mapped[str] = mapped_column(String(255))
    number: Mapped[str] = mapped_column(String(8), default="", server_default="")
    fiscal_memory_number: Mapped[str] = mapped_column(String(8), default="", server_default="")
    z_number: Mapped[int | None] = mapped_column(default=None)
    capabilities: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    settings: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    seen_at: Mapped[datetime | None] = mapped_column(default=None)
    last_job: Mapped[int] = mapped_column(default=0, server_default="0")
    lease_owner: Mapped[str] = mapped_column(String(120), default="", server_default="")
    lease_until: Mapped[datetime | None] = mapped_column(default=None)
    lease_fence: Mapped[int] = mapped_column(default=0, server_default="0")
    removed_at: Mapped[datetime | None] = mapped_column(default=None)
