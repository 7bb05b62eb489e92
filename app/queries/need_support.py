"""Who said the same: the row and the count change together."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session


def has_support(session: Session, need_id: UUID, supporter_key: str) -> bool:
    found = session.scalar(
        text("SELECT EXISTS (SELECT FROM need_support WHERE need_id = :id AND supporter_key = :key)"),
        {"id": need_id, "key": supporter_key},
    )
    return bool(found)


def add_support(session: Session, need_id: UUID, supporter_key: str) -> None:
    """Adds one, unless this key was counted before; right however many do so at once."""
    session.execute(
        text("""
        WITH added AS (
            INSERT INTO need_support (need_id, supporter_key) VALUES (:id, :key)
            ON CONFLICT DO NOTHING RETURNING need_id
        )
        UPDATE need SET support_count = support_count + 1 FROM added WHERE need.id = added.need_id
        """),
        {"id": need_id, "key": supporter_key},
    )


def remove_support(session: Session, need_id: UUID, supporter_key: str) -> None:
    session.execute(
        text("""
        WITH removed AS (
            DELETE FROM need_support WHERE need_id = :id AND supporter_key = :key RETURNING need_id
        )
        UPDATE need SET support_count = greatest(0, support_count - 1) FROM removed WHERE need.id = removed.need_id
        """),
        {"id": need_id, "key": supporter_key},
    )
