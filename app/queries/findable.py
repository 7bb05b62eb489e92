"""The table that the finder searches; see the 0008 revision for how the database keeps it up to date."""

from __future__ import annotations

from sqlalchemy import Connection, text
from sqlalchemy.orm import Session


def rebuild_findable(session: Session | Connection) -> None:
    """Make it anew from the records; part of the caller's transaction."""
    session.execute(text("SET LOCAL statement_timeout = 0"))
    session.execute(text("SET LOCAL work_mem = '128MB'"))
    session.execute(text("SELECT rebuild_findable()"))


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
