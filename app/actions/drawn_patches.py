"""A patch that a hub draws itself: an area like any other, in a layer of the hub's own, claimed like any other."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import geopandas as gpd
import shapely

from app.actions.hubs import claim_area, get_own_hub
from app.actions.loading import SourceCard, save_source
from app.actions.patches import read_patch
from app.actions.plans import Planner
from app.errors import BadQuestionError
from app.queries import Session, areas, loading_areas
from app.queries import drawn_patches as queries
from app.queries.hubs import HubRow
from app.queries.uploaded_areas import delete_layer, list_users_of_layer
from app.queries.versions import AREAS, bump_versions
from app.vocabulary import AreaLayerKind
from geodata.readers.areas import make_slug

MOST_DRAWN = 30
LONGEST_NAME = 80


def draw_patch(session: Session, hub_id: UUID, name: str, patch: str, planner: Planner) -> date:
    """Keep what was drawn, as an address says it (app.actions.patches), and claim it; until when.

    Raises NotFoundError for a hub that is not the planner's, BadQuestionError (field name, or none).
    """
    hub = get_own_hub(session, hub_id, planner)
    if not name.strip():
        raise BadQuestionError("The patch has no name.", "Say what people call it.", field="name")
    wkb = _shape(session, patch)
    queries.lock_hub(session, hub_id)
    layer_id = _layer(session, hub)
    rows = areas.list_layer_areas(session, layer_id)
    _refuse(session, layer_id, name, wkb, [row.name for row in rows])
    area_id = queries.add_area(session, layer_id, _code(name, {row.area_code for row in rows}), name, wkb)
    loading_areas.refresh_sort_order(session, layer_id)
    bump_versions(session, [AREAS])
    return claim_area(session, hub_id, area_id, planner)


def forget_patch(session: Session, hub_id: UUID, area_id: int) -> None:
    """After a hub left an area: if it drew that itself, and nothing else rests on it, the area goes."""
    key = layer_key(hub_id)
    layer = loading_areas.find_layer(session, key)
    if layer is None or queries.find_layer_of_area(session, area_id) != key:
        return
    queries.lock_hub(session, hub_id)
    left = [row for row in areas.list_layer_areas(session, layer.id) if row.id != area_id]
    loading_areas.stage_areas(session, _as_frame(session, left))
    if loading_areas.list_users_of_removed(session, layer.id):
        return
    loading_areas.remove_areas_not_staged(session, layer.id)
    if not left and not list_users_of_layer(session, layer.id):
        delete_layer(session, layer.id)
    bump_versions(session, [AREAS])


def layer_key(hub_id: UUID) -> str:
    return f"hub-{hub_id.hex[:12]}"


def _shape(session: Session, patch: str) -> bytes:
    try:
        shape = shapely.geometry.shape(read_patch(session, patch).drawn)
    except BadQuestionError as error:
        raise BadQuestionError(error.message, error.fix) from error  # no field of the form is called so
    if not shape.is_valid or not shape.area:
        raise BadQuestionError("The line round the patch crosses itself.", "Draw it again, a little simpler.")
    wkb = bytes(shapely.to_wkb(shape))
    if queries.has_nobody(session, wkb):
        raise BadQuestionError(
            "Nobody lives inside what was drawn, as far as this map knows.", "Draw it round people’s homes."
        )
    return wkb


def _layer(session: Session, hub: HubRow) -> int:
    key = layer_key(hub.id)
    title = f"Patches drawn by {hub.name}"
    source_id = save_source(
        session, SourceCard(key, title, hub.name, note="Drawn on a map by those who run this hub.")
    )
    return loading_areas.merge_layer(
        session,
        {"key": key, "name": title, "singular": f"Patch drawn by {hub.name}", "vintage": "as drawn",
         "kind": AreaLayerKind.DRAWN.value, "source_id": source_id},
    )  # fmt: skip


def _refuse(session: Session, layer_id: int, name: str, wkb: bytes, names: list[str]) -> None:
    if len(names) >= MOST_DRAWN:
        raise BadQuestionError(
            f"The hub has drawn {len(names)} patches already.", "Leave one that is no longer needed first."
        )
    if name.casefold() in {other.casefold() for other in names}:
        raise BadQuestionError(f"“{name}” is drawn already.", "Give this one another name.", field="name")
    overlapping = queries.find_overlapping(session, layer_id, wkb)
    if overlapping is not None:
        raise BadQuestionError(
            f"It lies on “{overlapping}”, so people would be counted twice.",
            "Draw it beside that, or leave that one to others first.",
        )


def _code(name: str, taken: set[str]) -> str:
    """A code people can read: harbour-estate, harbour-estate-2."""
    slug = make_slug(name)[:40].strip("-") or "patch"
    numbered = (f"{slug}-{number}" for number in range(2, MOST_DRAWN + 3))
    return next(code for code in (slug, *numbered) if code not in taken)


def _as_frame(session: Session, rows: list[areas.AreaRow]) -> gpd.GeoDataFrame:
    """As areas are staged: area_code, name, geometry."""
    shapes = areas.area_shapes_table(session, [row.id for row in rows]).set_index("area_id")["wkb"]
    codes = {"area_code": [row.area_code for row in rows], "name": [row.name for row in rows]}
    return gpd.GeoDataFrame(codes, geometry=[shapely.from_wkb(shapes[row.id]) for row in rows])
