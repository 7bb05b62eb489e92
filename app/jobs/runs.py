"""Working out what is too big to wait for: gap questions, and the best plan there is."""

from __future__ import annotations

from types import ModuleType

from app.actions import gap_runs, plan_runs
from app.db import db
from app.errors import WhosDoingWhatError


def run_gap(run_id: str) -> None:
    _work_out(gap_runs, int(run_id))


def prove_plan(run_id: str) -> None:
    _work_out(plan_runs, int(run_id))


def _work_out(runs: ModuleType, run_id: int) -> None:
    """Work one run out; a question that names nothing any more fails in words, anything else is also logged."""
    try:
        runs.run(db.session, run_id, db.session.commit)
    except Exception as problem:
        db.session.rollback()
        runs.note_failure(db.session, run_id, problem)
        db.session.commit()
        if not isinstance(problem, WhosDoingWhatError):
            raise
