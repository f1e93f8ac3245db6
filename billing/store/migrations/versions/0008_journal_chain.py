"""The journal is numbered per master and chained by keyed hashes; signatures of it have a table.

Entries that are there get their numbers; they keep no hash, for whoever migrates cannot vouch for them.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns, number what is there, and begin the chain behind it."""
    op.add_column("journal_entry", sa.Column("number", sa.BigInteger(), server_default="0", nullable=False))
    op.add_column("journal_entry", sa.Column("hash", sa.String(64), server_default="", nullable=False))
    op.add_column("journal_entry", sa.Column("key_id", sa.String(8), server_default="", nullable=False))
    _number()
    op.create_index("uq_journal_entry_number", "journal_entry", ["master_id", "number"], unique=True)
    _journal_head()
    _journal_seal()
    op.execute(
        "INSERT INTO journal_head (master_id, last, hash) "
        "SELECT master_id, max(number), '' FROM journal_entry GROUP BY master_id"
    )


def downgrade() -> None:
    """Refuse: the journal is only added to."""
    raise ValueError("the journal's chain cannot be taken back: fiscal records are never deleted")


def _number() -> None:
    """Number the entries in the order they were written, with the guard against changes lifted."""
    numbering = (
        "UPDATE journal_entry SET number = (SELECT count(*) FROM journal_entry AS before "
        "WHERE before.master_id = journal_entry.master_id AND before.id <= journal_entry.id)"
    )
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER journal_entry_no_update")
        op.execute(numbering)
        op.execute(
            "CREATE TRIGGER journal_entry_no_update BEFORE UPDATE ON journal_entry "
            "BEGIN SELECT RAISE(ABORT, 'the journal is only added to'); END"
        )
        return
    op.execute("ALTER TABLE journal_entry DISABLE TRIGGER journal_entry_append_only")
    op.execute(
        "UPDATE journal_entry SET number = counted.number FROM (SELECT id, row_number() OVER "
        "(PARTITION BY master_id ORDER BY id) AS number FROM journal_entry) AS counted "
        "WHERE counted.id = journal_entry.id"
    )
    op.execute("ALTER TABLE journal_entry ENABLE TRIGGER journal_entry_append_only")


def _id() -> tuple[sa.Column[int], sa.Column[int]]:
    return (
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("master_id", sa.BigInteger(), server_default="0", nullable=False),
    )


def _journal_head() -> None:
    op.create_table(
        "journal_head",
        sa.Column("last", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("hash", sa.String(64), server_default="", nullable=False),
        *_id(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal_head")),
        sa.UniqueConstraint("master_id", name=op.f("uq_journal_head_master_id")),
    )


def _journal_seal() -> None:
    op.create_table(
        "journal_seal",
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("signature", sa.String(128), nullable=False),
        sa.Column("public_key", sa.String(64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        *_id(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal_seal")),
        sa.UniqueConstraint("master_id", "number", name=op.f("uq_journal_seal_master_id_number")),
    )
