"""The table that the finder searches; see the 0008 revision for how the database keeps it up to date."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, text
from sqlalchemy.orm import Session


def rebuild_findable(session: Session | Connection) -> None:
    """Make it anew from the records; part of the caller's transaction."""
    session.execute(text("SET LOCAL statement_timeout = 0"))
    session.execute(text("SET LOCAL work_mem = '128MB'"))
    session.execute(text("SELECT rebuild_findable()"))


@contextmanager
def later(session: Session) -> Iterator[None]:
    """Let the rows wait while much is changed, table by table, and make them once at the end.

    Part of the caller's transaction; what fails inside fails with it.
    """
    session.execute(text("CREATE TEMP TABLE IF NOT EXISTS findable_waiting (id uuid PRIMARY KEY) ON COMMIT DROP"))
    session.execute(text("SET LOCAL wdw.finder_waits = 'on'"))
    yield
    session.execute(text("SET LOCAL wdw.finder_waits = 'off'"))
    session.execute(text("SELECT refresh_findable(ARRAY(SELECT id FROM pg_temp.findable_waiting ORDER BY id))"))
    session.execute(text("TRUNCATE pg_temp.findable_waiting"))


def list_differences(session: Session) -> list[str]:
    """The ids of rows that are not as one made anew; empty when all is well."""
    rows = session.execute(
        text("""
        WITH wanted AS MATERIALIZED (SELECT * FROM findable_of(ARRAY(SELECT id FROM organisation)))
        SELECT coalesce(f.id, w.id)::text AS id FROM findable f FULL JOIN wanted w ON w.id = f.id
        WHERE to_jsonb(f) IS DISTINCT FROM to_jsonb(w) ORDER BY 1
        """)
    )
    return [row.id for row in rows]
