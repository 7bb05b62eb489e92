"""The list beside the places map; its tiles are made in map_points.py."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from app.actions.clock import minute_of_week
from app.actions.map_cells import metres_at, world_position
from app.actions.pages import Page, page_of
from app.actions.remembered import Remembered
from app.actions.versions import places_version
from app.errors import BadQuestionError
from app.queries import Session, places, themes
from app.queries.map_points import get_map_state
from app.queries.places import KINDS, MOST_COUNTED, Kept, PlaceRow
from app.queries.themes import ThemeRow

ROWS_PER_PAGE = 50
COUNTS: Remembered[tuple[dict[str, int], dict[str, int]]] = Remembered(500)


@dataclass(frozen=True)
class PlacesQuestion:
    """Which records to list; an empty text means all."""

    kind: str = ""
    theme: str = ""
    audience: str = ""
    is_open_now: bool = False
    words: str = ""
    middle: tuple[float, float] | None = None
    """Longitude and latitude the map looks at: the nearest come first."""
    page: int = 1
    hidden: frozenset[str] = frozenset()
    """Kinds that the map beside the list does not show."""


@dataclass(frozen=True)
class PlacesAnswer:
    question: PlacesQuestion
    rows: tuple[PlaceRow, ...]
    away_m: dict[str, float]
    """How far each row with a point is from the middle of the map, by its id; empty without a middle."""
    counts: dict[str, int]
    """Of each kind, counted up to one more than MOST_COUNTED."""
    unsaid: dict[str, int]
    """How many may fit, but nobody has said for whom they are (``audiences``) or when they open (``minute``)."""
    total: int
    """How many the pages hold: no more than MOST_COUNTED of each kind."""
    page: Page
    themes: tuple[ThemeRow, ...]
    most_counted: ClassVar = MOST_COUNTED

    @property
    def has_more(self) -> bool:
        """Are there more than the pages hold?"""
        return self.total < sum(self.counts.values())


def list_places(session: Session, question: PlacesQuestion) -> PlacesAnswer:
    """One page of the list, by name, or the nearest to the middle of the map first.

    Raises BadQuestionError for a theme or page that does not exist.
    """
    theme_rows = list_themes_for(session, question)
    minute = minute_of_week() if question.is_open_now else None
    kept = Kept(question.kind, question.theme, question.audience, minute, question.words, question.hidden)
    counts, unsaid = _count(session, kept)
    total = sum(min(count, MOST_COUNTED) for count in counts.values())
    page = page_of(question.page, total, ROWS_PER_PAGE)
    near = world_position(*question.middle) if question.middle else None
    rows = tuple(places.list_places(session, kept, counts, near=near, limit=ROWS_PER_PAGE, skip=page.skip))
    scale = metres_at(question.middle[1]) if question.middle else 0
    away_m = {row.id: row.away * scale for row in rows if row.away is not None}
    return PlacesAnswer(question, rows, away_m, counts, unsaid, total, page, theme_rows)


def _count(session: Session, kept: Kept) -> tuple[dict[str, int], dict[str, int]]:
    """Counted once for each state of the data: moving the map asks for the same counts again and again."""
    version = (places_version(session), get_map_state(session).version)
    return COUNTS.get(
        (*version, kept), lambda: (places.count_places(session, kept), places.count_unsaid(session, kept))
    )


def list_themes_for(session: Session, question: PlacesQuestion) -> tuple[ThemeRow, ...]:
    """Every theme; raises BadQuestionError when the question names another."""
    theme_rows = tuple(themes.list_themes(session))
    check_theme(theme_rows, question.theme)
    return theme_rows


def check_theme(theme_rows: tuple[ThemeRow, ...], theme: str) -> None:
    if theme and theme not in {row.key for row in theme_rows}:
        raise BadQuestionError(
            f"There is no theme called “{theme[:60]}”.", "Choose one from the list.", field="theme"
        )


__all__ = [
    "KINDS",
    "PlacesAnswer",
    "PlacesQuestion",
    "list_places",
    "list_themes_for",
]
