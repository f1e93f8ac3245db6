"""Closing reports: one row for the device, and one for each origin on it."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from billing.models.base import Base, Numbered, refers, target


class Report(Numbered, Base):
    """An X or Z report with its figures (fiscal rules 11).

    The device's row has no ``origin_id``; the rows of its origins name it as their ``parent_id``.
    ``figures`` are ours, ``device_figures`` the device's, ``differences`` what did not agree; all plain
    JSON, amounts as decimal strings. ``details`` holds who the device was, its registers before, and the
    journal's head; ``counted`` what a person counted in the drawer; ``explanation`` why the two differ.
    """

    __tablename__ = "report"
    __table_args__ = (
        target(),
        refers("device_id", "device"),
        refers("origin_id", "origin"),
        refers("parent_id", "report"),
        UniqueConstraint("master_id", "device_id", "origin_id", "kind", "ordinal"),
    )

    kind: Mapped[str] = mapped_column(String(10))
    device_id: Mapped[int | None] = mapped_column(default=None)
    origin_id: Mapped[int | None] = mapped_column(default=None)
    parent_id: Mapped[int | None] = mapped_column(default=None)
    ordinal: Mapped[int]
    """Our own number of the report, from 1 for each device (or origin without one) and kind."""
    state: Mapped[str] = mapped_column(String(12))
    z_number: Mapped[int | None] = mapped_column(default=None)
    opened_at: Mapped[datetime | None] = mapped_column(default=None)
    closed_at: Mapped[datetime]
    made_by: Mapped[str] = mapped_column(String(120), default="", server_default="")
    figures: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    device_figures: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True), default=None)
    differences: Mapped[list[dict[str, Any]] | None] = mapped_column(JSON(none_as_null=True), default=None)
    business_date: Mapped[str] = mapped_column(String(10), default="", server_default="")
    """The day that was closed, as a date in the origin's zone."""
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict, server_default="{}")
    counted: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True), default=None)
    explanation: Mapped[str] = mapped_column(String(255), default="", server_default="")
