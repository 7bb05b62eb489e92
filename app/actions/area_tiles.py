"""Tiles of areas: drawn once per change of a layer, kept compressed, carrying numbers only.

A feature's id is the number of an area (its position in the order of codes) in a tile layer called ``areas``, or
of a group in one called ``groups-1``, ``groups-2`` …; nothing else is in it. ``describe_groups`` tells which group
each area is in, so that the browser adds up what it shows and colours tiles again without fetching any.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterator, Sequence
from hashlib import blake2s
from typing import Any

import numpy as np
import shapely

from app.actions.map_points import plain
from app.actions.tile_blocks import Tile
from app.actions.tile_cache import TileCache
from app.analysis import drawing
from app.analysis.drawing import Drawing, Grouping
from app.errors import BusyError, NotFoundError
from app.queries import Session, area_tiles
from app.queries.area_tiles import DrawingRow, LevelRow

FORMAT = "1"
"""Part of every version: change it when the same areas are drawn differently."""

MOST_TILE_BYTES = 100_000
"""Compressed. A tile that would be bigger is drawn as from farther away."""

Json = dict[str, Any]
_known: dict[tuple[str, str], DrawingRow] = {}
"""By layer and version: the statement that makes a tile checks whether they still hold."""


def refresh_area_shapes(session: Session, layer_id: int) -> str:
    """Draw a layer, as part of the caller's transaction; returns its version, the same for the same areas.

    Raises BusyError when somebody else is drawing it.
    """
    if not area_tiles.try_begin_drawing(session, layer_id):
        raise BusyError("This map is being drawn just now.", "Try again in a few seconds.")
    table = area_tiles.areas_table(session, layer_id)
    shapes = _projected(table["wkb"])
    middles = drawing.mercator(table[["lon", "lat"]].to_numpy(dtype=float))
    sizes = table["size_m2"].to_numpy(dtype=float)
    coarser = _groupings(session, layer_id, middles, sizes)
    drawn = drawing.draw(shapes, middles, coarser)
    version = _version(table, drawn)
    area_tiles.save_drawing(
        session,
        layer_id,
        version=version,
        area_count=len(table),
        bounds=[float(edge) for edge in shapely.total_bounds(shapely.from_wkb(table["wkb"].to_numpy()))],
        bands=[[band.first_zoom, band.last_zoom, band.level] for band in drawn.bands],
        levels=[
            LevelRow(number, level.name, level.count, level.groups.tolist())
            for number, level in enumerate(drawn.levels, 1)
        ],
        shapes=(
            (number, position, wkb)
            for number, band in enumerate(drawn.bands)
            for position, wkb in enumerate(shapely.to_wkb(shapely.set_srid(band.shapes, 3857), include_srid=True))
        ),
    )
    return version


def draw_all_layers(session: Session) -> Iterator[tuple[str, int]]:
    """Draw every layer that changed since it was drawn; yields key and number of areas, to commit after each."""
    for key in area_tiles.list_layers_to_draw(session):
        yield key, draw_layer(session, key).area_count


def find_drawing(session: Session, layer_key: str) -> DrawingRow | None:
    """The drawing of a layer; None when its areas changed since, or it was never drawn."""
    return area_tiles.find_drawing(session, layer_key)


def draw_layer(session: Session, layer_key: str) -> DrawingRow:
    """Draw a layer now (the caller commits).

    Raises NotFoundError for a layer that is not there, BusyError while somebody else draws it.
    """
    layer_id = area_tiles.find_layer_id(session, layer_key)
    if layer_id is None:
        raise NotFoundError("There is no such layer of areas.")
    refresh_area_shapes(session, layer_id)
    found = area_tiles.find_drawing(session, layer_key)
    assert found is not None
    return found


def make_tiles(session: Session, drawn: DrawingRow, cache: TileCache, wanted: Tile) -> bytes:
    """A tile or a block of them, compressed with gzip; empty bytes for a tile in which no area lies.

    Raises NotFoundError off the map, BusyError when the layer is drawn anew just now.
    """
    found = find_kept(cache, drawn.layer_key, drawn.version, wanted)
    if found is None:
        found = _keep_drawn(session, drawn, cache, wanted)
    if found is None:
        raise BusyError("This map is being drawn just now.", "Try again in a few seconds.")
    _known[drawn.layer_key, drawn.version] = drawn
    return found


def find_kept(cache: TileCache, layer_key: str, version: str, wanted: Tile) -> bytes | None:
    """As make_tiles, if it was asked for before: right for ever, so nobody needs to be asked about it."""
    wanted.tiles()
    return cache.find(layer_key, version, *wanted.address)


def draw_known(session: Session, cache: TileCache, layer_key: str, version: str, wanted: Tile) -> bytes | None:
    """As make_tiles, of a version that was met here before and still holds; else None."""
    drawn = _known.get((layer_key, version))
    found = _keep_drawn(session, drawn, cache, wanted) if drawn else None
    if found is None:
        _known.pop((layer_key, version), None)
    return found


def _keep_drawn(session: Session, drawn: DrawingRow, cache: TileCache, wanted: Tile) -> bytes | None:
    """None when ``drawn`` does not hold any more."""
    band = next(number for number, (first, last, _) in enumerate(drawn.bands) if first <= wanted.zoom <= last)
    tiles = _draw_tiles(session, drawn, band, wanted.zoom, wanted.tiles())
    if tiles is None:
        return None
    packed = wanted.pack_areas(tiles)
    cache.keep(packed, drawn.layer_key, drawn.version, *wanted.address)
    return packed


def _draw_tiles(
    session: Session, drawn: DrawingRow, band: int, zoom: int, tiles: Sequence[tuple[int, int]]
) -> list[bytes] | None:
    level = drawn.bands[band][2]
    name = f"groups-{level}" if level else "areas"
    drawn_tiles = area_tiles.list_area_tiles(session, drawn, band, name, zoom, tiles)
    heavy = [number for number, tile in enumerate(drawn_tiles or ()) if band and _is_heavy(tile)]
    if drawn_tiles is None or not heavy:
        return drawn_tiles
    lighter = _draw_tiles(session, drawn, band - 1, zoom, [tiles[number] for number in heavy])
    if lighter is None:
        return None
    for number, tile in zip(heavy, lighter, strict=True):
        drawn_tiles[number] = tile
    return drawn_tiles


def _is_heavy(tile: bytes) -> bool:
    return len(tile) > MOST_TILE_BYTES and len(gzip.compress(tile, 6)) > MOST_TILE_BYTES


def describe_areas(drawn: DrawingRow, address: str) -> Json:
    """TileJSON 3.0.0 of a layer; ``address`` is the template of a tile's address."""
    layers: dict[str, list[int]] = {}
    for first, last, level in drawn.bands:
        zooms = layers.setdefault(f"groups-{level}" if level else "areas", [first, last])
        zooms[0], zooms[1] = min(zooms[0], first), max(zooms[1], last)
    west, south, east, north = drawn.bounds
    return {
        "tilejson": "3.0.0",
        "name": plain(drawn.layer_name),
        "tiles": [address],
        "minzoom": 0,
        "maxzoom": drawing.MOST_ZOOM,
        "bounds": drawn.bounds,
        "center": [round((west + east) / 2, 5), round((south + north) / 2, 5), 8],
        "attribution": plain(drawn.attribution),
        "vector_layers": [
            {"id": name, "fields": {}, "minzoom": zooms[0], "maxzoom": zooms[1]} for name, zooms in layers.items()
        ],
        "version": "1.0.0",
        "data_version": drawn.version,
    }


def describe_groups(session: Session, drawn: DrawingRow) -> Json:
    """Which group each area is in at each level, and at which zooms.

    ``{"version", "areas": how many, "zooms": [[first, last, level], …], "levels": [{"level", "name", "count",
    "groups": [of area 0, of area 1, …]}, …]}``; level 0 is each area by itself and is not listed.
    """
    levels = area_tiles.list_levels(session, drawn.layer_id)
    return {
        "version": drawn.version,
        "areas": drawn.area_count,
        "zooms": drawn.bands,
        "levels": [
            {"level": row.level, "name": row.name, "count": row.group_count, "groups": row.groups}
            for row in levels
        ],
    }


def describe_codes(session: Session, drawn: DrawingRow) -> Json:
    """The code of each area in the order of numbers: ``{"version", "codes": […]}``."""
    return {"version": drawn.version, "codes": area_tiles.list_area_codes(session, drawn.layer_id)}


def _projected(wkb: Any) -> drawing.Shapes:
    return drawing.only_polygons(shapely.transform(shapely.from_wkb(wkb.to_numpy()), drawing.mercator))


def _groupings(session: Session, layer_id: int, middles: drawing.Metres, sizes: drawing.Metres) -> list[Grouping]:
    """Layers that this one nests in, the finest first."""
    groupings = []
    for coarse_id, key in area_tiles.list_coarser_layers(session, layer_id, len(middles)):
        table = area_tiles.areas_table(session, coarse_id)
        coarse_sizes = table["size_m2"].to_numpy(dtype=float)
        grouping = drawing.nest(middles, sizes, _projected(table["wkb"]), coarse_sizes, key)
        if grouping is not None:
            groupings.append(grouping)
    return groupings


def _version(table: Any, drawn: Drawing) -> str:
    digest = blake2s(FORMAT.encode(), digest_size=8)
    for code, wkb in zip(table["area_code"], table["wkb"], strict=True):
        digest.update(code.encode() + b"\0" + wkb)
    for level in drawn.levels:
        digest.update(level.name.encode() + np.ascontiguousarray(level.groups).tobytes())
    return digest.hexdigest()
