"""The queue of jobs, as the library has it; letters that may be held back for a while; one list of tries."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from alembic import op

revision = "0009_jobs"
down_revision = "0008_find"

REMOVE_QUEUE = """
    DROP TABLE procrastinate_events, procrastinate_periodic_defers, procrastinate_jobs,
        procrastinate_workers CASCADE;
    DO $$
    DECLARE found text;
    BEGIN
        FOR found IN SELECT oid::regprocedure::text FROM pg_proc
                     WHERE proname LIKE 'procrastinate%' AND pronamespace = current_schema()::regnamespace
        LOOP EXECUTE 'DROP FUNCTION ' || found || ' CASCADE'; END LOOP;
    END $$;
    DROP TYPE procrastinate_job_status, procrastinate_job_event_type, procrastinate_job_to_defer_v1 CASCADE;
"""


def upgrade() -> None:
    schema = files("procrastinate").joinpath("sql/schema.sql").read_text()
    run_as_it_stands(schema)
    op.execute(Path(__file__).with_suffix(".sql").read_text())


def downgrade() -> None:
    op.execute("DROP TABLE daily_done")
    op.execute("ALTER TABLE mail DROP COLUMN queued_at_utc, DROP COLUMN unsubscribe_address")
    run_as_it_stands(REMOVE_QUEUE)


def run_as_it_stands(statements: str) -> None:
    """Without looking for placeholders: what is a percent sign or a colon in it stays one."""
    with op.get_bind().connection.cursor() as cursor:
        cursor.execute(statements)
