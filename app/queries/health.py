"""What the database says of itself."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm import Session

from app.migrations import current_revision, head


def find_problem(session: Session) -> str | None:
    try:
        session.execute(text("SELECT postgis_lib_version()"))
        revision = current_revision(session.connection())
    except (OperationalError, PoolTimeoutError):
        return "the database does not answer"
    except DBAPIError:
        return "the database has no PostGIS: run scripts/flask db upgrade"
    if revision != head():
        return f"the database is at {revision}, this version needs {head()}: run scripts/flask db upgrade"
    return None
