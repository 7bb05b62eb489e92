"""The outlines of a pack's areas: kept with it, so that its maps can be drawn when the areas are others."""

from __future__ import annotations

import shapely

from app.actions.evidence_store import pack_shapes
from app.actions.gap_answers import GapAnswer
from app.actions.remembered import Remembered
from app.queries import Session, areas
from app.queries.versions import AREAS, get_version

DETAIL = 4_000
"""An outline keeps what can be seen when the whole map is this many dots wide."""


_shapes: Remembered[dict[str, bytes]] = Remembered(8)


def load_shapes(session: Session, answer: GapAnswer) -> dict[str, bytes]:
    """Outlines (WKB, WGS84) of the answer's areas by code, simplified together so that neighbours still meet."""
    key = (get_version(session, [AREAS]), tuple(sorted(row.area.area_id for row in answer.rows)))
    return _shapes.get(key, lambda: _read_shapes(session, answer))


def kept_shapes(session: Session, answer: GapAnswer) -> bytes:
    """The same as a part of a pack."""
    return pack_shapes(load_shapes(session, answer))


def _read_shapes(session: Session, answer: GapAnswer) -> dict[str, bytes]:
    code_of = {row.area.area_id: row.area.area_code for row in answer.rows}
    table = areas.area_shapes_table(session, list(code_of))
    shapes = shapely.from_wkb(table["wkb"].to_numpy())
    if len(shapes):
        west, south, east, north = shapely.total_bounds(shapes)
        shapes = shapely.coverage_simplify(shapes, max(east - west, north - south) / DETAIL)
        shapes = shapely.set_precision(shapes, 1e-6, mode="pointwise")
    codes = [code_of[int(ident)] for ident in table["area_id"]]
    return dict(zip(codes, shapely.to_wkb(shapes), strict=True))
