"""Versions of the nomenclature: every change of an item, by whom, and what it was before."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from billing.models.base import Base, Numbered


class NomenclatureChange(Numbered, Base):
    """One change of one item; ``before`` is None for a new one, ``after`` for a deleted one; plain JSON.

    ``version`` is the nomenclature's counter after it; all changes of one import share it.
    """

    __tablename__ = "nomenclature_change"
    __table_args__ = (Index("ix_nomenclature_change_item", "master_id", "item", "number"),)

    at: Mapped[datetime]
    made_by: Mapped[str] = mapped_column(String(120))
    item: Mapped[str] = mapped_column(String(30))
    """The item's table: ``plu``, ``tax_group`` ..."""
    number: Mapped[int]
    version: Mapped[int]
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True), default=None)
    after: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True), default=None)
