"""Looking for the best plan there is."""

from __future__ import annotations

from app.actions import plan_runs
from app.db import db
from app.errors import WhosDoingWhatError


def prove_plan(run_id: str) -> None:
    """Work one run out; a question that names nothing any more fails in words, anything else is also logged."""
    try:
        plan_runs.run(db.session, int(run_id), db.session.commit)
    except Exception as problem:
        db.session.rollback()
        plan_runs.note_failure(db.session, int(run_id), problem)
        db.session.commit()
        if not isinstance(problem, WhosDoingWhatError):
            raise
