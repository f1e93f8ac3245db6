"""Origins: devices for slips, and lines of text around those of their fiscal documents."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the devices by role and the texts."""
    with op.batch_alter_table("origin") as table:
        for name in ("print_device_id", "transfer_device_id"):
            table.add_column(sa.Column(name, sa.BigInteger(), nullable=True))
            table.create_foreign_key(
                f"fk_origin_master_id_{name}", "device", ["master_id", name], ["master_id", "id"]
            )
        for name in ("header", "footer"):
            table.add_column(sa.Column(name, sa.JSON(), nullable=True))


def downgrade() -> None:
    """Take them away; what is printed already stays."""
    with op.batch_alter_table("origin") as table:
        for name in ("print_device_id", "transfer_device_id"):
            table.drop_constraint(f"fk_origin_master_id_{name}", type_="foreignkey")
            table.drop_column(name)
        table.drop_column("header")
        table.drop_column("footer")
