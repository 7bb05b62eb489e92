"""Links that let their holder do one thing; time is the database's."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session

from app.models import Link
from app.vocabulary import LinkPurpose


def add_link(session: Session, link: Link, life: timedelta) -> None:
    link.expires_at_utc = func.now() + life
    session.add(link)
    session.flush()


def find_link(session: Session, purpose: LinkPurpose, token_hash: str) -> Link | None:
    """Locked, so that two uses at one moment are one use."""
    statement = select(Link).where(Link.purpose == purpose, Link.token_hash == token_hash)
    return session.scalar(statement.with_for_update())


def has_expired(session: Session, link: Link) -> bool:
    return bool(session.scalar(select(func.now() >= Link.expires_at_utc).where(Link.id == link.id)))


def mark_used(session: Session, link: Link) -> None:
    session.execute(update(Link).where(Link.id == link.id).values(used_at_utc=func.now()))
    session.refresh(link)


def revoke_links(session: Session, purpose: LinkPurpose, **of: object) -> None:
    """Revoke all of a purpose that are still good, of a record_id, contact_id or account_id."""
    statement = update(Link).where(Link.purpose == purpose, Link.revoked_at_utc.is_(None)).filter_by(**of)
    session.execute(statement.values(revoked_at_utc=func.now()))


def remove_old_links(session: Session, days: int) -> int:
    """Remove what expired or was revoked or used up so many days ago; how many."""
    done = session.execute(
        text("""
        DELETE FROM link WHERE least(expires_at_utc, revoked_at_utc, CASE WHEN is_single_use THEN used_at_utc END)
          < now() - make_interval(days => :days)
        """),
        {"days": days},
    )
    return int(done.rowcount)  # type: ignore[attr-defined]
