"""Where a sale comes from: a till, a counter, a web shop."""

from sqlalchemy import JSON, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from billing.models.base import Base, Numbered, refers, target


class Origin(Numbered, Base):
    """An origin with its devices, time zone, payment model and texts; a ``live`` one refuses emulators.

    Of its devices, ``device_id`` prints fiscal documents, ``print_device_id`` a slip of every final bill, and
    ``transfer_device_id`` a slip of each that a room pays for. With another ``payment_model`` than ``plain``
    it takes payments of that model alone. ``header`` and ``footer`` are lines of text that stand before and
    after the lines of its fiscal documents.
    """

    __tablename__ = "origin"
    __table_args__ = (
        target(),
        UniqueConstraint("master_id", "name"),
        refers("device_id", "device"),
        refers("print_device_id", "device"),
        refers("transfer_device_id", "device"),
    )

    name: Mapped[str] = mapped_column(String(40))
    device_id: Mapped[int | None] = mapped_column(default=None)
    time_zone: Mapped[str] = mapped_column(String(40), default="Europe/Sofia")
    payment_model: Mapped[str] = mapped_column(String(40), default="plain", server_default="plain")
    live: Mapped[bool] = mapped_column(default=False)
    print_device_id: Mapped[int | None] = mapped_column(default=None)
    transfer_device_id: Mapped[int | None] = mapped_column(default=None)
    header: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True), default=None)
    footer: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True), default=None)
