"""Working out gap questions that are too big to wait for."""

from __future__ import annotations

from app.actions import gap_runs
from app.db import db
from app.errors import WhosDoingWhatError


def run_gap(run_id: str) -> None:
    """Work one run out; a question that names nothing any more fails in words, anything else is also logged."""
    try:
        gap_runs.run(db.session, int(run_id), db.session.commit)
    except Exception as problem:
        db.session.rollback()
        gap_runs.note_failure(db.session, int(run_id), problem)
        db.session.commit()
        if not isinstance(problem, WhosDoingWhatError):
            raise
