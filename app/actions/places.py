"""What is on the places map: the list beside it, and the tiles it draws."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import Any

from app.errors import BadQuestionError, NotFoundError
from app.queries import Session, places, themes, tiles
from app.queries.places import KINDS, PlaceRow
from app.queries.themes import ThemeRow
from app.queries.tiles import CellGroup

ROWS_PER_PAGE = 50
LEAST_ZOOM, MOST_ZOOM = 4, 17
SINGLES_FROM_ZOOM = 13
CELLS_FAR, CELLS_NEAR = 4, 8
"""Cells along one side of a 256-pixel tile: 64 pixels wide for clusters, 32 once single places show."""


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


def make_tile(session: Session, zoom: int, x: int, y: int, words: str = "") -> dict[str, Any]:
    """The cells of one tile, for the browser to filter and draw.

    ``{"n": cells along a side, "cells": [[column, row, lon, lat, groups, items], …]}`` where a group is
    ``[kind, theme bits, count]`` and an item ``[kind, theme bits, id, name, lon, lat]``. Items are given for a
    cell that holds one record, and for every cell once single places show. Raises NotFoundError off the map.
    """
    if not LEAST_ZOOM <= zoom <= MOST_ZOOM or not (0 <= x < 2**zoom and 0 <= y < 2**zoom):
        raise NotFoundError("There is no such map tile.")
    is_near = zoom >= SINGLES_FROM_ZOOM
    cells = CELLS_NEAR if is_near else CELLS_FAR
    groups = tiles.list_cell_groups(session, zoom, x, y, cells=cells, with_items=is_near, words=words)
    by_cell = groupby(groups, key=lambda group: (group.column, group.row))
    return {"n": cells, "cells": [_cell(list(members), is_near) for _, members in by_cell]}


def _cell(groups: list[CellGroup], with_items: bool) -> list[Any]:
    count = sum(group.count for group in groups)
    lon = round(sum(group.lon_sum for group in groups) / count, 5)
    lat = round(sum(group.lat_sum for group in groups) / count, 5)
    cell = [groups[0].column, groups[0].row, lon, lat, [[g.kind, g.themes, g.count] for g in groups]]
    if with_items or count == 1:
        cell.append([item for group in groups for item in _items(group)])
    return cell


def _items(group: CellGroup) -> list[list[Any]]:
    return [
        [group.kind, group.themes, ident, name, round(lon, 5), round(lat, 5)]
        for ident, name, lon, lat in zip(group.ids, group.names, group.lons, group.lats, strict=True)
    ]


__all__ = [
    "KINDS",
    "PlacesAnswer",
    "PlacesQuestion",
    "list_places",
    "make_tile",
]
