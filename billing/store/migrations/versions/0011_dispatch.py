"""PostgreSQL: Procrastinate's own schema, and a call for a worker beside every document that is queued.

The schema comes from Procrastinate's migration files, by name, so that a store made today and one that was
upgraded are the same. A newer Procrastinate whose files go on gets a migration of ours that runs the rest.
SQLite has no part in this: its documents are seen by the embedded loop.

A device has at most one call that waits (its queueing lock) and one that is carried out (its lock). Whoever
queues a document holds the device's row, so two of them cannot call at once; the waiting call stays locked
until their commit, so no worker takes it and looks before the document can be seen.
"""

from alembic import op

from billing.store.migrations.procrastinate_files import run, run_files

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

DEFER = """
CREATE FUNCTION billing_defer_drain(of_master bigint, of_device bigint, after_s double precision,
    hurry boolean) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    queue text := 'billing-' || of_master;
    device_lock text := of_master || '/' || of_device;
    waiting bigint;
BEGIN
    SELECT id INTO waiting FROM procrastinate_jobs
        WHERE queueing_lock = device_lock AND status = 'todo' FOR UPDATE;
    IF waiting IS NULL THEN
        BEGIN
            PERFORM procrastinate_defer_jobs_v1(ARRAY[ROW(
                queue, 'billing.drain', 0, device_lock, device_lock,
                (SELECT jsonb_build_object('device', name) FROM device
                    WHERE master_id = of_master AND id = of_device),
                CASE WHEN after_s > 0 THEN clock_timestamp() + make_interval(secs => after_s) END
            )]::procrastinate_job_to_defer_v1[]);
            RETURN;
        EXCEPTION WHEN unique_violation THEN
            waiting := 0;  -- somebody has called meanwhile
        END;
    END IF;
    IF hurry THEN
        UPDATE procrastinate_jobs SET scheduled_at = NULL
            WHERE queueing_lock = device_lock AND status = 'todo';
    END IF;
    PERFORM pg_notify('procrastinate_queue_v1#' || queue,
        json_build_object('type', 'job_inserted', 'job_id', waiting)::text);
END $$
"""

CALL = """
CREATE FUNCTION billing_call_worker() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM billing_defer_drain(NEW.master_id, NEW.device_id, 0, TG_OP = 'UPDATE');
    RETURN NULL;
END $$
"""

NEXT_CALL = """
CREATE FUNCTION billing_next_call() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('procrastinate_queue_v1#' || OLD.queue_name,
        json_build_object('type', 'job_inserted', 'job_id', OLD.id)::text);
    RETURN NULL;
END $$
"""

TRIGGERS = """
CREATE TRIGGER fiscal_document_call AFTER INSERT ON fiscal_document
    FOR EACH ROW EXECUTE FUNCTION billing_call_worker();
CREATE TRIGGER fiscal_document_call_again AFTER UPDATE OF state ON fiscal_document
    FOR EACH ROW WHEN (NEW.state = 'queued' AND OLD.state <> 'printing')
    EXECUTE FUNCTION billing_call_worker();
CREATE TRIGGER billing_next_call AFTER DELETE ON procrastinate_jobs
    FOR EACH ROW WHEN (OLD.status = 'doing') EXECUTE FUNCTION billing_next_call()
"""

OLD = """
DROP TRIGGER fiscal_document_tell_again ON fiscal_document;
DROP TRIGGER fiscal_document_tell ON fiscal_document;
DROP FUNCTION billing_tell_document()
"""


def upgrade() -> None:
    """Install Procrastinate's schema and the calls, in the place of the notice of 0005."""
    if op.get_bind().dialect.name != "postgresql":
        return
    run_files("", "03.04.00_50_post_add_retry_failed_job_procedure")
    for statements in (OLD, DEFER, CALL, NEXT_CALL, TRIGGERS):
        run(statements)


def downgrade() -> None:
    """Refuse: the store before this one had another way to tell its workers."""
    raise ValueError("the calls for workers cannot be taken back: restore a copy made before the upgrade")
