"""Once a day, over all servers."""

from __future__ import annotations

from datetime import date

from app.queries import Session
from app.queries import jobs as queries


def begin_daily(session: Session, task: str, day: date) -> bool:
    """May this task be done now? False when it was done on ``day``; the note is kept when the caller commits."""
    return queries.begin_daily(session, task, day)
