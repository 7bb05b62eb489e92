"""Forms that people are filling in."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.models import Draft
from app.vocabulary import DraftKind


def add_draft(session: Session, draft: Draft) -> None:
    session.add(draft)
    session.flush()


def find_draft(session: Session, draft_id: UUID, kind: DraftKind, *, lock: bool = False) -> Draft | None:
    """As it stands in the database; ``lock`` makes others who ask for the same wait until the transaction ends."""
    statement = select(Draft).where(Draft.id == draft_id, Draft.kind == kind)
    if lock:
        statement = statement.with_for_update()
    return session.scalar(statement.execution_options(populate_existing=True))


def merge_answers(session: Session, draft: Draft, answers: dict[str, Any]) -> None:
    draft.answers = {**draft.answers, **answers}
    session.flush()
    session.execute(text("UPDATE draft SET updated_at_utc = now() WHERE id = :id"), {"id": draft.id})


def remove_old_drafts(session: Session, days: int) -> int:
    """Remove drafts that nobody touched for so many days; how many."""
    done = session.execute(
        text("DELETE FROM draft WHERE updated_at_utc < now() - make_interval(days => :days)"), {"days": days}
    )
    return int(done.rowcount)  # type: ignore[attr-defined]
