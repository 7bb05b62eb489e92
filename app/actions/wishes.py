"""Recording that somebody looked for something and found nothing: a theme, an area, a day; nothing they typed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from app.actions.find import FindAnswer
from app.actions.spots import Spot, locate
from app.actions.throttle import note_try
from app.errors import BadQuestionError, TooOftenError
from app.queries import Session, spots, themes, wishes
from app.vocabulary import AUDIENCES, WishKind

LEAST_SHOWN = 5
"""Fewer people than this are never told of."""

MOST_WISHES, MOST_MISSES, WITHIN_S = 10, 30, 3600
YEAR = timedelta(days=365)


@dataclass(frozen=True)
class NewWish:
    near: str
    theme: str
    audience: str


def record_wish(session: Session, wish: NewWish, *, key_of: Callable[[date | None], str], today: date) -> None:
    """Keep that nothing was near. Raises BadQuestionError for a theme or place nobody knows, TooOftenError."""
    if wish.theme and wish.theme not in {row.key for row in themes.list_themes(session)}:
        raise BadQuestionError("There is no such kind of help here.", "Choose one from the list.", field="theme")
    if wish.audience and wish.audience not in AUDIENCES:
        raise BadQuestionError("We do not know whom that is for.", "Choose from the list.", field="for")
    spot = locate(session, wish.near)
    note_try(session, "wish", key_of(None), most=MOST_WISHES, within_s=WITHIN_S)
    _add(session, WishKind.NOTHING_NEAR, spot, wish.theme, wish.audience, key_of(today), today)


def record_miss(
    session: Session, answer: FindAnswer, *, key_of: Callable[[date | None], str], today: date
) -> bool:
    """Keep that a search with a theme and a place found nothing; False when there is nothing to keep.

    Somebody who searches very often is no longer counted, and not told.
    """
    theme = answer.theme_asked
    if answer.spot is None or answer.total or not theme:
        return False
    try:
        note_try(session, "search_miss", key_of(None), most=MOST_MISSES, within_s=WITHIN_S)
    except TooOftenError:
        return False
    _add(session, WishKind.SEARCH_MISS, answer.spot, theme, answer.question.audience, key_of(today), today)
    return True


def count_others(session: Session, theme: str, today: date) -> int | None:
    """How many looked for a theme in the past year and found nothing; None when too few to tell of."""
    count = wishes.count_wishers(session, theme, today - YEAR) if theme else 0
    return count if count >= LEAST_SHOWN else None


def _add(
    session: Session, kind: WishKind, spot: Spot, theme: str, audience: str, visitor_key: str, today: date
) -> None:
    wishes.add_wish(
        session, kind, theme_key=theme or None, area_id=spots.find_base_area(session, spot.lon, spot.lat),
        audience=audience, visitor_key=visitor_key, asked_on=today,
    )  # fmt: skip


__all__ = ["NewWish", "count_others", "record_miss", "record_wish"]
