"""A patch: any ground a question is asked about that is no area of a layer. It lives in the address only.

``-2.31,53.42 -2.30,53.43 -2.29,53.41``  corners of a line drawn round it (longitude, latitude)
``ward: E05000829 E05000830``            areas of a layer joined together
``10 minutes of M33 2AA``                all that is no further than that on foot
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from app.actions.gap_answers import PATCH, TRAVEL_M_PER_MINUTE, AreaRef
from app.actions.spots import locate
from app.analysis.inputs import BoolArray, FloatArray, ReachSettings
from app.errors import BadQuestionError
from app.queries import Session, areas, spots
from app.queries import patches as queries
from app.queries.areas import AreaRow
from geodata.postcodes import normalise_postcode

LEAST_CORNERS, MOST_CORNERS = 3, 60
DECIMALS = 5
"""Of a degree: about one metre."""
MOST_JOINED = 60
MOST_MINUTES = 60
MOST_ACROSS_M = 100_000
MOST_LETTERS = 2_000
JOINED = re.compile(r"([\w-]{1,60}):((?: [\w.-]{1,40})+)")
AROUND = re.compile(r"(\d{1,3}) minutes of (\S.{0,118})")


@dataclass(frozen=True, eq=False)
class Patch:
    """A patch as the sums need it: ``shape`` in metres; ``drawn`` is GeoJSON in WGS84.

    People of ``area_ids`` are those counted towards these areas, so that joined wards hold exactly their people;
    without them, people at a point inside the shape.
    """

    name: str
    shape: Any
    drawn: dict[str, Any]
    area_ids: tuple[int, ...] = ()
    layer_id: int = 0

    @property
    def ref(self) -> AreaRef:
        return AreaRef(PATCH, PATCH, self.name)

    def holds(self, x_m: FloatArray, y_m: FloatArray) -> BoolArray:
        """Which points lie inside or on the border."""
        shapely.prepare(self.shape)
        inside: BoolArray = shapely.intersects_xy(self.shape, x_m, y_m)
        return inside


def read_patch(session: Session, text: str) -> Patch:
    """What an address says of a patch. Raises BadQuestionError (field patch) that says how to mend it."""
    if match := JOINED.fullmatch(text):
        return _joined(session, match[1], match[2].split())
    if match := AROUND.fullmatch(text):
        return _around(session, int(match[1]), match[2])
    return _drawn(session, read_corners(text))


def read_corners(text: str) -> list[tuple[float, float]]:
    """Corners (longitude, latitude), no two alike in a row. Raises BadQuestionError (field patch)."""
    corners: list[tuple[float, float]] = []
    for pair in text.split()[: MOST_CORNERS + 1]:
        try:
            lon, lat = (round(float(number), DECIMALS) for number in pair.split(","))
        except (ValueError, OverflowError):
            lon = lat = math.nan
        if not (-180 <= lon <= 180 and -90 <= lat <= 90):
            raise _wrong("The patch cannot be read.", "Draw it again on the map.")
        if not corners or corners[-1] != (lon, lat):
            corners.append((lon, lat))
    if len(corners) > 1 and corners[0] == corners[-1]:
        corners.pop()
    if not LEAST_CORNERS <= len(corners) <= MOST_CORNERS:
        count = "more than 60" if len(corners) > MOST_CORNERS else str(len(corners))
        raise _wrong(f"The patch has {count} corners.", f"Give it {LEAST_CORNERS} to {MOST_CORNERS}.")
    return corners


def write_corners(corners: list[tuple[float, float]]) -> str:
    """As read_corners reads them and an address holds them."""
    return " ".join(f"{lon:.{DECIMALS}f},{lat:.{DECIMALS}f}" for lon, lat in corners)


def _drawn(session: Session, corners: list[tuple[float, float]]) -> Patch:
    ring = shapely.Polygon(corners)
    if not ring.is_valid or not ring.area:
        raise _wrong(
            "The line round the patch crosses itself.", "Go round the edge once: take the last corners back."
        )
    return _patch("the patch you drew", queries.shape_of_corners(session, ring.wkb))


def _joined(session: Session, layer: str, codes: list[str]) -> Patch:
    if len(codes) > MOST_JOINED:
        raise _wrong(f"{len(codes)} areas are too many to join.", f"Join {MOST_JOINED} at most.")
    found = {row.area_code: row for code in dict.fromkeys(codes) for row in areas.find_areas(session, code, layer)}
    missing = [code for code in codes if code not in found]
    if missing:
        raise _wrong(f"There is no area with the code {missing[0]} in {layer}.", "Choose the areas again.")
    names = sorted(row.name for row in found.values())
    name = f"{', '.join(names[:-1])} and {names[-1]}" if 1 < len(names) <= 3 else names[0]
    if len(names) > 3:
        name = f"{names[0]}, {names[1]} and {len(names) - 2} more"
    ids = tuple(row.id for row in found.values())
    return _patch(name, queries.shape_of_areas(session, ids), ids, next(iter(found.values())).layer_id)


def _around(session: Session, minutes: int, near: str) -> Patch:
    if not 1 <= minutes <= MOST_MINUTES:
        raise _wrong(f"A walk of {minutes} minutes is not possible here.", f"Give 1 to {MOST_MINUTES} minutes.")
    spot = locate(session, near, field="patch")
    radius_m = minutes * TRAVEL_M_PER_MINUTE["foot"] / ReachSettings().detour
    name = f"a {minutes}-minute walk around {spot.label or 'that point'}"
    return _patch(name, queries.shape_around(session, spot.lon, spot.lat, radius_m))


def _patch(name: str, shapes: tuple[bytes, bytes], area_ids: tuple[int, ...] = (), layer_id: int = 0) -> Patch:
    metric, degrees = (shapely.from_wkb(wkb) for wkb in shapes)
    west, south, east, north = metric.bounds
    if not np.isfinite(metric.bounds).all() or max(east - west, north - south) > MOST_ACROSS_M:
        raise _wrong("The patch is too big.", f"Keep it within {MOST_ACROSS_M // 1000} km from side to side.")
    drawn = shapely.geometry.mapping(shapely.set_precision(degrees, 10**-DECIMALS, mode="pointwise"))
    return Patch(name, metric, drawn, area_ids, layer_id)


def _wrong(message: str, fix: str) -> BadQuestionError:
    return BadQuestionError(message, fix, field="patch")


def patch_of_corners(session: Session, text: str) -> str:
    """What an address holds of a drawn line. Raises BadQuestionError (field corners)."""
    try:
        written = write_corners(read_corners(text))
        read_patch(session, written)
    except BadQuestionError as error:
        raise BadQuestionError(error.message, error.fix, field="corners") from error
    return written


def patch_of_areas(session: Session, layer_key: str, names: Sequence[str]) -> str:
    """What an address holds of areas of a layer, each given by name, code, or a postcode that lies in it.

    Raises BadQuestionError (field join) that says which one is not known.
    """
    layer = next((row for row in areas.list_layers(session) if row.key == layer_key), None)
    if layer is None:
        raise BadQuestionError("Say what kind of areas to join.", "Choose one from the list.", field="join_layer")
    if not 1 <= len(names) <= MOST_JOINED:
        fix = f"Give 1 to {MOST_JOINED} names, codes or postcodes, with commas between them."
        raise BadQuestionError(f"{len(names) or 'No'} areas are named.", fix, field="join")
    rows = areas.list_layer_areas(session, layer.id)
    known = {row.area_code.casefold(): row for row in rows}
    for row in rows:
        known.setdefault(row.name.casefold(), row)
    by_id = {row.id: row for row in rows}
    chosen = [known.get(name.casefold()) or _area_at(session, name, layer.singular, by_id) for name in names]
    return f"{layer.key}: {' '.join(dict.fromkeys(row.area_code for row in chosen))}"


def _area_at(session: Session, typed: str, kind: str, by_id: Mapping[int, AreaRow]) -> AreaRow:
    spot = locate(session, typed, field="join") if normalise_postcode(typed) else None
    held = spots.list_areas_at(session, spot.lon, spot.lat) if spot else []
    row = next((by_id[area_id] for area_id in held if area_id in by_id), None)
    if row is None:
        raise BadQuestionError(
            f"“{typed[:60]}” is not the name, code or postcode of an area here ({kind}).",
            "Check how it is written, or choose another kind of area.",
            field="join",
        )
    return row


def patch_around(session: Session, near: str, minutes: int) -> str:
    """What an address holds of a walk around a place. Raises BadQuestionError (field near)."""
    if not near:
        raise BadQuestionError("No place is given.", "Type a postcode or the name of a place.", field="near")
    spot = locate(session, near, field="near")
    return f"{minutes} minutes of {spot.label or f'{spot.lat},{spot.lon}'}"


def typed_of(patch: str) -> dict[str, str]:
    """The fields of the form that would give this patch again."""
    if match := JOINED.fullmatch(patch):
        return {"how": "join", "join_layer": match[1], "join": ", ".join(match[2].split())}
    if match := AROUND.fullmatch(patch):
        return {"how": "near", "walk": match[1], "near": match[2]}
    return {"how": "draw", "corners": patch} if patch else {}
