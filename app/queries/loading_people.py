"""What people say of the records of a list: what would help; and how to find a record by its reference."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.queries.loading import Changes, count_rows, merge


def merge_asks(session: Session, _source_id: int) -> Changes:
    """Make the asks of the source's own organisations those staged; of another source's they are left alone."""
    session.execute(text("DROP TABLE IF EXISTS pg_temp.ready_ask"))
    session.execute(
        text("""
        CREATE TEMP TABLE ready_ask ON COMMIT DROP AS
        SELECT DISTINCT o.organisation_id, s.kind, coalesce(s.words, '') AS words
        FROM stage_ask s JOIN stage_owner o ON o.source_ref = s.organisation_ref WHERE NOT o.is_linked
        """)
    )
    removed = count_rows(
        session,
        """
        DELETE FROM ask t USING stage_owner o WHERE o.organisation_id = t.organisation_id AND NOT o.is_linked
          AND NOT EXISTS (SELECT 1 FROM ready_ask r WHERE r.organisation_id = t.organisation_id
                          AND r.kind = t.kind AND r.words = t.words)
        """,
    )
    done = merge(session, "ask", "ready_ask", key=["organisation_id", "kind", "words"], columns=[])
    return Changes(done.added, 0, removed)


def find_record_ids(session: Session, source_key: str) -> dict[str, UUID]:
    """Organisations and services of a source: its reference to our id."""
    rows = session.execute(
        text("""
        SELECT source_ref, r.id FROM (SELECT id, source_id, source_ref FROM organisation
          UNION ALL SELECT id, source_id, source_ref FROM service) r
        JOIN source s ON s.id = r.source_id WHERE s.key = :key ORDER BY 1
        """),
        {"key": source_key},
    )
    return {row.source_ref: row.id for row in rows}


def find_hub_ids(session: Session, source_key: str) -> dict[str, UUID]:
    """Hubs of a source: its reference to our id."""
    rows = session.execute(
        text("SELECT h.source_ref, h.id FROM hub h JOIN source s ON s.id = h.source_id WHERE s.key = :key"),
        {"key": source_key},
    )
    return {row.source_ref: row.id for row in rows}


def has_hub_work(session: Session) -> bool:
    return bool(session.scalar(text("SELECT EXISTS (SELECT FROM plan) OR EXISTS (SELECT FROM member)")))


def set_plan_day(session: Session, plan_id: UUID, day: date) -> None:
    """Set back the day on which a plan was made: the invented borough has a past."""
    session.execute(text("UPDATE plan SET made_at_utc = :day WHERE id = :id"), {"day": day, "id": plan_id})
