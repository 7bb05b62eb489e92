"""Offers and asks as people read them: the list, and one with what suits it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from app.actions.matches import Suited, list_suited
from app.actions.pages import Page, page_of
from app.actions.places import check_theme
from app.actions.spots import Spot, locate
from app.errors import NotFoundError
from app.queries import Session, themes
from app.queries import offers as queries
from app.queries.offers import OfferRow
from app.queries.themes import ThemeRow

ROWS_PER_PAGE = 30


@dataclass(frozen=True)
class OffersQuestion:
    """Which to list; an empty text means all. ``near`` is as somebody typed it."""

    direction: str = ""
    kind: str = ""
    theme: str = ""
    near: str = ""
    page: int = 1


@dataclass(frozen=True)
class OffersAnswer:
    question: OffersQuestion
    rows: tuple[OfferRow, ...]
    total: int
    page: Page
    spot: Spot | None
    themes: tuple[ThemeRow, ...]


@dataclass(frozen=True)
class OfferPage:
    offer: OfferRow
    suited: tuple[Suited, ...]


def list_offers(session: Session, question: OffersQuestion) -> OffersAnswer:
    """One page of the list. Raises BadQuestionError for a theme, place or page that does not exist."""
    theme_rows = tuple(themes.list_themes(session))
    check_theme(theme_rows, question.theme)
    spot = locate(session, question.near) if question.near else None
    chosen = {"direction": question.direction, "kind": question.kind, "theme": question.theme}
    total = queries.count_offers(session, **chosen)
    page = page_of(question.page, total, ROWS_PER_PAGE)
    near = (spot.lon, spot.lat) if spot else None
    rows = queries.list_offers(session, **chosen, near=near, limit=ROWS_PER_PAGE, skip=page.skip)
    return OffersAnswer(question, tuple(rows), total, page, spot, theme_rows)


def get_offer(session: Session, offer_id: UUID) -> OfferRow:
    """Raises NotFoundError for one that is over or was taken back, too."""
    found = queries.list_of_ids(session, [offer_id])
    if not found:
        raise NotFoundError("There is no such offer on this map.", "It may be over, or have been taken back.")
    return found[0]


def describe_offer(session: Session, offer_id: UUID) -> OfferPage:
    """One offer or ask, and what is on the list that suits it. Raises NotFoundError."""
    return OfferPage(get_offer(session, offer_id), list_suited(session, offer_id))
