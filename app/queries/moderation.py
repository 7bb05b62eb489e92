"""The queue of moderators: what waits, in their areas."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session


def hide_organisation(session: Session, organisation_id: UUID) -> int:
    """Take a group off the map; its new version."""
    version = session.scalar(
        text("""
        UPDATE organisation SET review_status = 'hidden', version = version + 1, updated_at_utc = now()
        WHERE id = :id RETURNING version
        """),
        {"id": organisation_id},
    )
    session.expire_all()
    return int(version or 0)


def hide_need(session: Session, need_id: UUID) -> None:
    session.execute(text("UPDATE need SET review_status = 'hidden' WHERE id = :id"), {"id": need_id})
    session.expire_all()
