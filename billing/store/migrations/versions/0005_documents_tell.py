"""PostgreSQL tells its listeners of every new document in a queue; SQLite counts commits by itself."""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the trigger; what it says is the master whose queues have grown."""
    if op.get_bind().dialect.name != "postgresql":
        return
    op.execute(
        "CREATE FUNCTION billing_tell_document() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN PERFORM pg_notify('billing_document', NEW.master_id::text); RETURN NULL; END $$"
    )
    op.execute(
        "CREATE TRIGGER fiscal_document_tell AFTER INSERT ON fiscal_document "
        "FOR EACH ROW EXECUTE FUNCTION billing_tell_document()"
    )
    op.execute(
        "CREATE TRIGGER fiscal_document_tell_again AFTER UPDATE OF state ON fiscal_document "
        "FOR EACH ROW WHEN (NEW.state = 'queued' AND OLD.state <> 'printing') "
        "EXECUTE FUNCTION billing_tell_document()"
    )


def downgrade() -> None:
    """Take the triggers away."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER fiscal_document_tell_again ON fiscal_document")
        op.execute("DROP TRIGGER fiscal_document_tell ON fiscal_document")
        op.execute("DROP FUNCTION billing_tell_document()")
