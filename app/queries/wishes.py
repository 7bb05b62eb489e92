"""What people looked for and did not find: by theme and area, never by word."""

from __future__ import annotations

from datetime import date

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.models import Wish
from app.vocabulary import WishKind


def add_wish(
    session: Session,
    kind: WishKind,
    *,
    theme_key: str | None,
    area_id: int | None,
    audience: str,
    visitor_key: str,
    asked_on: date,
) -> None:
    """Keep it; the same from one visitor on one day counts once."""
    statement = insert(Wish).values(
        kind=kind,
        theme_key=theme_key,
        area_id=area_id,
        audience=audience,
        visitor_key=visitor_key,
        asked_on=asked_on,
    )
    session.execute(statement.on_conflict_do_nothing())


def count_wishers(session: Session, theme_key: str, since: date) -> int:
    """How many visitors, each once a day, looked for a theme anywhere on the map and found nothing."""
    visits = select(Wish.visitor_key, Wish.asked_on).where(Wish.theme_key == theme_key, Wish.asked_on >= since)
    return session.scalar(select(func.count()).select_from(visits.distinct().subquery())) or 0
