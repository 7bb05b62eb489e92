"""Needs as people read them: one with what there is near it, and the list."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from app.actions.outlines import site_outlines
from app.actions.pages import Page, page_of
from app.actions.places import check_theme
from app.actions.spots import Spot, locate
from app.errors import NotFoundError
from app.queries import Session, needs, themes
from app.queries.needs import ClosedNeedRow, NearbyRow, NeedRow
from app.queries.themes import ThemeRow

ROWS_PER_PAGE = 30
NEAREST_SERVICES = 3
NEAREST_WITHIN_M = 8_000.0
ROUGH_CELL_M = 500.0
"""A rough pin may be this far from where it was put, so the map shows a circle and no pin."""
MOST_SIMILAR = 5
SIMILAR_WITHIN_M = 5_000.0


@dataclass(frozen=True)
class NeedPage:
    need: NeedRow
    nearby: tuple[NearbyRow, ...]


@dataclass(frozen=True)
class NeedsQuestion:
    """Which needs to list; an empty text means all. ``near`` is as somebody typed it."""

    theme: str = ""
    audience: str = ""
    status: str = ""
    near: str = ""
    page: int = 1


@dataclass(frozen=True)
class NeedsAnswer:
    question: NeedsQuestion
    rows: tuple[NeedRow, ...]
    total: int
    page: Page
    spot: Spot | None
    themes: tuple[ThemeRow, ...]


def get_need(session: Session, need_id: UUID) -> NeedRow:
    """Raises NotFoundError for one that is closed, too."""
    need = needs.find_need(session, need_id)
    if need is None:
        raise NotFoundError("There is no such need on this map.", "It may have been met and closed.")
    return need


def find_closed_need(session: Session, need_id: UUID) -> ClosedNeedRow | None:
    return needs.find_closed_need(session, need_id)


def describe_need(session: Session, need_id: UUID) -> NeedPage:
    """One need and the nearest services for it. Raises NotFoundError."""
    need = get_need(session, need_id)
    nearby: list[NearbyRow] = []
    if need.lon is not None and need.lat is not None:
        nearby = needs.list_nearest_services(
            session, need.theme_key, need.lon, need.lat, NEAREST_WITHIN_M, NEAREST_SERVICES
        )
    return NeedPage(need, tuple(nearby))


def need_outlines(session: Session, need_id: UUID) -> dict[str, Any]:
    """Where a need is about (``here`` is true) among the parts of the place, as a FeatureCollection."""
    get_need(session, need_id)
    collection = site_outlines(session)
    if where := needs.find_where_json(session, need_id, ROUGH_CELL_M):
        here = {"name": "", "here": True}
        feature = {"type": "Feature", "id": "here", "geometry": json.loads(where), "properties": here}
        return {**collection, "features": [*collection["features"], feature]}
    return collection


def list_needs(session: Session, question: NeedsQuestion) -> NeedsAnswer:
    """One page of the list. Raises BadQuestionError for a theme, place or page that does not exist."""
    theme_rows = tuple(themes.list_themes(session))
    check_theme(theme_rows, question.theme)
    spot = locate(session, question.near) if question.near else None
    chosen: dict[str, str] = {
        "theme": question.theme, "audience": question.audience, "status": question.status,
    }  # fmt: skip
    total = needs.count_needs(session, **chosen)
    page = page_of(question.page, total, ROWS_PER_PAGE)
    near = (spot.lon, spot.lat) if spot else None
    rows = needs.list_needs(session, **chosen, near=near, limit=ROWS_PER_PAGE, skip=page.skip)
    return NeedsAnswer(question, tuple(rows), total, page, spot, theme_rows)


def list_similar_needs(session: Session, theme: str, statement: str, lon: float, lat: float) -> list[NeedRow]:
    """What others have said already, near here and much the same."""
    return needs.list_similar(
        session, theme=theme, statement=statement, lon=lon, lat=lat, within_m=SIMILAR_WITHIN_M, limit=MOST_SIMILAR
    )
