"""Runs of big gap questions: asked for, at work, done."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import delete, select, text
from sqlalchemy.orm import Session

from app.models import GapRun
from app.vocabulary import GapRunState


def add_run(session: Session, run: GapRun) -> GapRun:
    session.add(run)
    session.flush()
    return run


def find_run(session: Session, run_id: int, *, lock: bool = False) -> GapRun | None:
    return session.get(GapRun, run_id, with_for_update=lock, populate_existing=True)


def list_runs(session: Session, most: int) -> Sequence[GapRun]:
    """The newest first; without their results."""
    return session.scalars(select(GapRun).order_by(GapRun.id.desc()).limit(most)).all()


def find_same(session: Session, question_key: str, data_version: str) -> GapRun | None:
    """A run of the same question that is waiting or at work, or was done with the same data."""
    open_or_done = (GapRun.state.in_([GapRunState.WAITING, GapRunState.RUNNING])) | (
        (GapRun.state == GapRunState.DONE) & (GapRun.data_version == data_version)
    )
    same = select(GapRun).where(GapRun.question_key == question_key, open_or_done)
    return session.scalars(same.order_by(GapRun.id.desc()).limit(1)).first()


def find_result(session: Session, question_key: str, data_version: str, since: datetime) -> bytes | None:
    """The kept answer of a question made from this data, if it was made since; the newest."""
    kept = select(GapRun.result).where(
        GapRun.question_key == question_key,
        GapRun.data_version == data_version,
        GapRun.state == GapRunState.DONE,
        GapRun.done_at_utc >= since,
    )
    return session.scalars(kept.order_by(GapRun.id.desc()).limit(1)).first()


def forget_runs(session: Session, keep: int) -> None:
    """Only the newest runs are kept."""
    newest = select(GapRun.id).order_by(GapRun.id.desc()).limit(keep)
    session.execute(delete(GapRun).where(GapRun.id.not_in(newest)))


def allow_long(session: Session) -> None:
    """No time limit for the statements of this transaction."""
    session.execute(text("SET LOCAL statement_timeout = 0"))


def now() -> datetime:
    return datetime.now(UTC)
