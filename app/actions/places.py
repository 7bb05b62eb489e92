"""The list beside the places map; its tiles are made in map_points.py."""

from __future__ import annotations

from dataclasses import dataclass

from app.errors import BadQuestionError
from app.queries import Session, places, themes
from app.queries.places import KINDS, PlaceRow
from app.queries.themes import ThemeRow

ROWS_PER_PAGE = 50


@dataclass(frozen=True)
class PlacesQuestion:
    """Which records to list; an empty text means all."""

    kind: str = ""
    theme: str = ""
    words: str = ""
    page: int = 1


@dataclass(frozen=True)
class PlacesAnswer:
    question: PlacesQuestion
    rows: tuple[PlaceRow, ...]
    counts: dict[str, int]
    total: int
    last_page: int
    themes: tuple[ThemeRow, ...]


def list_places(session: Session, question: PlacesQuestion) -> PlacesAnswer:
    """One page of the list, by name. Raises BadQuestionError for a theme or page that does not exist."""
    theme_rows = tuple(themes.list_themes(session))
    check_theme(theme_rows, question.theme)
    chosen: dict[str, str] = {"kind": question.kind, "theme": question.theme, "words": question.words}
    counts = places.count_places(session, **chosen)
    total = sum(counts.values())
    last_page = max(1, -(-total // ROWS_PER_PAGE))
    if question.page > last_page:
        raise BadQuestionError(
            f"There is no page {question.page:,}.", f"Choose a page from 1 to {last_page:,}.", field="page"
        )
    skip = (question.page - 1) * ROWS_PER_PAGE
    rows = tuple(places.list_places(session, **chosen, limit=ROWS_PER_PAGE, skip=skip))
    return PlacesAnswer(question, rows, counts, total, last_page, theme_rows)


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
]
