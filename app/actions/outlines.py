"""Borders to find one's way by: of the whole place, and of one area among its neighbours."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.actions.area_shapes import load_outlines
from app.actions.remembered import Remembered
from app.actions.tile_blocks import pack_json
from app.actions.versions import areas_version
from app.errors import NotFoundError
from app.queries import Session, areas
from app.queries.areas import AreaRow
from app.vocabulary import AreaLayerKind

FEWEST, MOST = 4, 80
"""Fewer areas than this say little about where one is; more would hide the map."""

_of_site: Remembered[dict[str, Any]] = Remembered(4)
_packed: Remembered[bytes] = Remembered(4)


def site_outlines(session: Session) -> dict[str, Any]:
    """The coarsest layer that shows the parts of the place, as a FeatureCollection with names: not to change."""
    return _of_site.get(areas_version(session), lambda: _find_site_outlines(session))


def packed_site_outlines(session: Session) -> bytes:
    """The same as compressed JSON: nearly every map asks for it."""
    return _packed.get(areas_version(session), lambda: pack_json(site_outlines(session)))


def _find_site_outlines(session: Session) -> dict[str, Any]:
    for layer in reversed(areas.list_layers(session)):
        if layer.kind == AreaLayerKind.DRAWN:
            continue  # what somebody drew need not cover the place
        rows = areas.list_layer_areas_within_site(session, layer.id)
        if FEWEST <= len(rows) <= MOST:
            return _collection(session, rows, here=None)
    return {"type": "FeatureCollection", "features": []}


def area_outlines(session: Session, layer: str, area_code: str) -> dict[str, Any]:
    """One area (``here`` is true) and those around it. Raises NotFoundError."""
    found = areas.find_areas(session, area_code, layer)
    if not found:
        raise NotFoundError("There is no such area.")
    around = areas.list_neighbours(session, found[0].id)
    own = _collection(session, [*around, found[0]], here=found[0].id)
    kinds = {row.id: row.kind for row in areas.list_layers(session)}
    if kinds[found[0].layer_id] == AreaLayerKind.DRAWN:  # it lies anywhere, so the borders of the place say where
        own["features"] = [*site_outlines(session)["features"], *own["features"]]
    return own


def _collection(session: Session, rows: Sequence[AreaRow], here: int | None) -> dict[str, Any]:
    outlines = load_outlines(session, sorted(row.id for row in rows))
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "id": row.area_code,
                "geometry": outlines[row.id],
                "properties": {"name": row.name, "here": row.id == here},
            }
            for row in rows
        ],
    }
