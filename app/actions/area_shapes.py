"""Outlines of areas as GeoJSON: simplified together, so that neighbours still share their edges."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely

from app.actions.gap_answers import AreaGap, GapAnswer
from app.actions.gap_values import fill_of
from app.actions.remembered import Remembered
from app.errors import BadQuestionError
from app.queries import Session, areas
from app.queries.versions import AREAS, get_version

MOST_AREAS_DRAWN = 3_000
MOST_AREAS_IN_A_FILE = 300
SCREEN_PIXELS = 1_600
"""Detail finer than one pixel of a large screen is left out."""

_outlines: Remembered[dict[int, Any]] = Remembered(8)


def load_outlines(session: Session, area_ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """GeoJSON geometry (WGS84, 5 decimals, RFC 7946 ring order) by area id; BadQuestionError when too many."""
    if len(area_ids) > MOST_AREAS_DRAWN:
        raise BadQuestionError(
            f"{len(area_ids):,} areas are too many to draw at once.",
            f"Ask within a smaller area, or by bigger ones: {MOST_AREAS_DRAWN:,} areas is the most.",
            field="within",
        )
    version = get_version(session, [AREAS])
    key = (version, tuple(area_ids))
    return _outlines.get(key, lambda: _read_outlines(session, area_ids))


def _read_outlines(session: Session, area_ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    table = areas.area_shapes_table(session, area_ids)
    shapes = shapely.from_wkb(table["wkb"].to_numpy())
    if len(shapes):
        west, south, east, north = shapely.total_bounds(shapes)
        shapes = shapely.coverage_simplify(shapes, max(east - west, north - south) / SCREEN_PIXELS)
        shapes = shapely.set_precision(shapes, 1e-5, mode="pointwise")
        shapes = shapely.orient_polygons(shapes)
    return {int(i): _geometry(shape) for i, shape in zip(table["area_id"], shapes, strict=True)}


def _geometry(shape: Any) -> dict[str, Any]:
    polygons = [
        [np.round(shapely.get_coordinates(ring), 5).tolist() for ring in (p.exterior, *p.interiors)]
        for p in shapely.get_parts(shape)
    ]
    return {"type": "MultiPolygon", "coordinates": polygons}


def gap_geojson(session: Session, answer: GapAnswer) -> dict[str, Any]:
    """The rows of an answer as an RFC 7946 FeatureCollection; a feature's id is its area code."""
    outlines = load_outlines(session, [row.area.area_id for row in answer.rows])
    return {
        "type": "FeatureCollection",
        "features": [_feature(row, outlines) for row in answer.rows],
    }


def gap_shapes_for_a_file(session: Session, answer: GapAnswer) -> dict[str, Any]:
    """Name, sentence and fill of each area with its outline, to stand in a page that fetches nothing.

    Raises BadQuestionError when there are too many for a file that opens quickly.
    """
    if len(answer.rows) > MOST_AREAS_IN_A_FILE:
        raise BadQuestionError(
            f"{len(answer.rows):,} areas are too many for a map in one file.",
            f"Ask within a smaller area, or by bigger ones: {MOST_AREAS_IN_A_FILE} areas is the most. "
            "The table (CSV) and the map for map programs (GeoJSON) can be had with more.",
            field="within",
        )
    outlines = load_outlines(session, [row.area.area_id for row in answer.rows])
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "id": row.area.area_code,
                "geometry": outlines.get(row.area.area_id),
                "properties": {
                    "name": row.area.name,
                    "sentence": row.sentence,
                    "fill": fill_of(row.state, row.shortfall),
                    "at_edge": bool(row.edge),
                },
            }
            for row in answer.rows
        ],
    }


def _rounded(number: float | None, digits: int) -> float | None:
    return None if number is None else round(number, digits)


def _feature(row: AreaGap, outlines: dict[int, dict[str, Any]]) -> dict[str, Any]:
    return {
        "type": "Feature",
        "id": row.area.area_code,
        "geometry": outlines.get(row.area.area_id),
        "properties": {
            "layer": row.area.layer,
            "name": row.area.name,
            "rank": row.rank,
            "people": round(row.people),
            "provision_per_10000": _rounded(row.provision, 3),
            "services_in_reach": _rounded(row.services_in_reach, 2),
            "nearest_m": _rounded(row.nearest_m, 0),
            "shortfall": _rounded(row.shortfall, 4),
            "shortfall_low": _rounded(row.shortfall_low, 4),
            "shortfall_high": _rounded(row.shortfall_high, 4),
            "people_without": _rounded(row.people_without, 1),
            "state": row.state.value,
            "band": row.band.value if row.band else None,
            "sure": row.sure.value,
            "checked_on": row.checked_on.isoformat() if row.checked_on else None,
            "sentence": row.sentence,
            "disputed": row.disputed,
        },
    }
