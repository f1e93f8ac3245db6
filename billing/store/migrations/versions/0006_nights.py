"""What more a closing report holds, when an origin's day is closed, and what became of each night."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the report's columns and the tables of schedules and nights."""
    op.add_column("report", sa.Column("business_date", sa.String(10), server_default="", nullable=False))
    op.add_column("report", sa.Column("details", sa.JSON(), server_default="{}", nullable=False))
    op.add_column("report", sa.Column("counted", sa.JSON(), nullable=True))
    op.add_column("report", sa.Column("explanation", sa.String(255), server_default="", nullable=False))
    _schedule()
    _night()


def downgrade() -> None:
    """Refuse: reports are fiscal history."""
    raise ValueError("reports cannot be taken back: fiscal records are never deleted")


def _id() -> tuple[sa.Column[int], sa.Column[int]]:
    return (
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("master_id", sa.BigInteger(), server_default="0", nullable=False),
    )


def _schedule() -> None:
    op.create_table(
        "schedule",
        sa.Column("origin_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.String(5), nullable=False),
        sa.Column("off", sa.Boolean(), nullable=False),
        *_id(),
        sa.ForeignKeyConstraint(
            ["master_id", "origin_id"],
            ["origin.master_id", "origin.id"],
            name=op.f("fk_schedule_master_id_origin_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_schedule")),
        sa.UniqueConstraint("master_id", "origin_id", name=op.f("uq_schedule_master_id_origin_id")),
    )


def _night() -> None:
    op.create_table(
        "night",
        sa.Column("origin_id", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("tries", sa.BigInteger(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("report_id", sa.BigInteger(), nullable=True),
        sa.Column("said", sa.String(1000), server_default="", nullable=False),
        *_id(),
        sa.ForeignKeyConstraint(
            ["master_id", "origin_id"],
            ["origin.master_id", "origin.id"],
            name=op.f("fk_night_master_id_origin_id"),
        ),
        sa.ForeignKeyConstraint(
            ["master_id", "report_id"],
            ["report.master_id", "report.id"],
            name=op.f("fk_night_master_id_report_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_night")),
        sa.UniqueConstraint("master_id", "origin_id", "day", name=op.f("uq_night_master_id_origin_id_day")),
    )
