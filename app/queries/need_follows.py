"""Who follows a need, and what they have not been told yet."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from app.models import Contact, Need, NeedFollower
from app.queries.needs import WHERE
from app.queries.scopes import Scope, in_scope, scope_values
from app.vocabulary import NeedStatus, ReviewStatus


@dataclass(frozen=True)
class FollowedRow:
    """A need as its followers read of it, whether or not it is closed by now."""

    id: UUID
    theme_name: str
    statement: str
    status: NeedStatus
    status_note: str


@dataclass(frozen=True)
class NewsRow:
    """A follower who has to be told what became of a need."""

    need_id: UUID
    contact_id: UUID
    email: str
    theme_name: str
    statement: str
    status: NeedStatus
    status_note: str


def find_follower(session: Session, need_id: UUID, email: str) -> Contact | None:
    return session.scalar(
        select(Contact)
        .join(NeedFollower, NeedFollower.contact_id == Contact.id)
        .where(NeedFollower.need_id == need_id, Contact.email == email)
        .limit(1)
    )


def add_follower(session: Session, need_id: UUID, contact_id: UUID) -> None:
    session.add(NeedFollower(need_id=need_id, contact_id=contact_id))
    session.flush()


def find_followed(session: Session, need_id: UUID) -> FollowedRow | None:
    row = session.execute(
        text("""
        SELECT n.id, t.name AS theme_name, n.statement, n.status, n.status_note
        FROM need n JOIN theme t ON t.key = n.theme_key
        WHERE n.id = :id AND n.review_status = 'approved' AND n.privacy <> 'hidden'
        """),
        {"id": need_id},
    )
    found = row.mappings().one_or_none()
    return FollowedRow(**{**found, "status": NeedStatus(found["status"])}) if found else None


def find_need_to_change(session: Session, need_id: UUID, scope: Scope | None) -> Need | None:
    """The need, locked, if it is public or closed and in the scope."""
    is_mine = text(f"SELECT EXISTS (SELECT FROM need n WHERE n.id = :id AND {in_scope(WHERE)})")  # noqa: S608
    if not session.scalar(is_mine, {"id": need_id, **scope_values(scope)}):
        return None
    statement = select(Need).where(Need.id == need_id, Need.review_status == ReviewStatus.APPROVED)
    return session.scalar(statement.with_for_update().execution_options(populate_existing=True))


def set_status(session: Session, need: Need, status: NeedStatus, note: str) -> None:
    need.status, need.status_note = status, note
    need.status_changed_at_utc = func.now()
    session.flush()
    session.refresh(need)


def claim_news(session: Session, settled_s: int, limit: int) -> list[NewsRow]:
    """Followers to be told, marked as told; nobody else gets the same ones. Status must have stood a while."""
    rows = session.execute(
        text("""
        WITH due AS (
            SELECT f.need_id, f.contact_id FROM need_follower f
            JOIN need n ON n.id = f.need_id JOIN contact c ON c.id = f.contact_id
            WHERE n.status_changed_at_utc > f.told_at_utc
              AND n.status_changed_at_utc <= now() - make_interval(secs => :settled_s)
              AND c.email IS NOT NULL AND c.email_confirmed_at_utc IS NOT NULL AND n.review_status = 'approved'
            ORDER BY n.status_changed_at_utc, f.need_id, f.contact_id
            LIMIT :limit FOR UPDATE OF f SKIP LOCKED
        ), told AS (
            UPDATE need_follower f SET told_at_utc = now() FROM due
            WHERE f.need_id = due.need_id AND f.contact_id = due.contact_id RETURNING f.need_id, f.contact_id
        )
        SELECT n.id AS need_id, c.id AS contact_id, c.email, t.name AS theme_name, n.statement, n.status,
               n.status_note
        FROM told JOIN need n ON n.id = told.need_id JOIN contact c ON c.id = told.contact_id
        JOIN theme t ON t.key = n.theme_key ORDER BY n.id, c.id
        """),
        {"settled_s": settled_s, "limit": limit},
    )
    return [NewsRow(**{**row, "status": NeedStatus(row["status"])}) for row in rows.mappings()]
