"""Plans that are worked out in full: asked for, at work, done."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.models import PlanRun
from app.vocabulary import GapRunState


def add_run(session: Session, run: PlanRun) -> PlanRun:
    session.add(run)
    session.flush()
    return run


def find_run(session: Session, run_id: int, *, lock: bool = False) -> PlanRun | None:
    return session.get(PlanRun, run_id, with_for_update=lock, populate_existing=True)


def find_newest(session: Session, question_key: str, data_version: str) -> PlanRun | None:
    """The newest run of a question that did not fail, asked of these data."""
    same = select(PlanRun).where(
        PlanRun.question_key == question_key,
        PlanRun.data_version == data_version,
        PlanRun.state != GapRunState.FAILED,
    )
    return session.scalars(same.order_by(PlanRun.id.desc()).limit(1)).first()


def forget_runs(session: Session, keep: int) -> None:
    """Only the newest runs are kept."""
    newest = select(PlanRun.id).order_by(PlanRun.id.desc()).limit(keep)
    session.execute(delete(PlanRun).where(PlanRun.id.not_in(newest)))


def now() -> datetime:
    return datetime.now(UTC)
