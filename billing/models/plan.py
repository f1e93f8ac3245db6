"""What can be subscribed to: a plan, its versions, and the customer who is billed."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from billing.models.base import Base, Numbered, refers, target


class Plan(Numbered, Base):
    """A plan by its name; a closed one takes no new subscription, those it has go on."""

    __tablename__ = "plan"
    __table_args__ = (target(), UniqueConstraint("master_id", "name"))

    name: Mapped[str] = mapped_column(String(80))
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None] = mapped_column(default=None)


class PlanVersion(Numbered, Base):
    """What a plan charged from one moment on; a version never changes.

    ``amount`` is minor units a unit and period. ``content`` is bill text, a list of ``{"text", "price"}``
    with the price pinned where pricing is FIXED; ``amount`` is then what it came to. Without content one
    charge of ``amount`` is billed under ``text`` in ``tax_group``. ``calculator`` names who is asked where
    pricing is COMPUTED.
    """

    __tablename__ = "plan_version"
    __table_args__ = (target(), refers("plan_id", "plan"), UniqueConstraint("master_id", "plan_id", "number"))

    plan_id: Mapped[int]
    number: Mapped[int]
    kind: Mapped[str] = mapped_column(String(10))
    calculator: Mapped[str] = mapped_column(String(80), default="", server_default="")
    frequency: Mapped[str] = mapped_column(String(10))
    interval: Mapped[int]
    trial_days: Mapped[int] = mapped_column(default=0)
    amount: Mapped[int]
    text: Mapped[str] = mapped_column(String(255))
    tax_group: Mapped[int | None] = mapped_column(default=None)
    content: Mapped[list[dict[str, Any]] | None] = mapped_column(JSON(none_as_null=True), default=None)
    created_at: Mapped[datetime]


class Customer(Numbered, Base):
    """Who is billed; ``credit`` is what they have standing with us, minor units, never below zero."""

    __tablename__ = "customer"
    __table_args__ = (target(), UniqueConstraint("master_id", "external_id"))

    name: Mapped[str] = mapped_column(String(255))
    external_id: Mapped[str | None] = mapped_column(String(200), default=None)
    profile: Mapped[int | None] = mapped_column(default=None)
    credit: Mapped[int] = mapped_column(default=0, server_default="0")
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None] = mapped_column(default=None)
