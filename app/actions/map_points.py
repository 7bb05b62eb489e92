"""The pins of the map: their tiles, kept while nothing changes, and what describes them."""

from __future__ import annotations

from app.actions.map_cells import lon_lat, morton
from app.actions.pin_tiles import (
    MOST_PINS_IN_DETAIL,
    NEAREST_ZOOM,
    TileShape,
    detailed_tile,
    lonely_cells,
    stacked_tile,
)
from app.actions.remembered import Remembered
from app.actions.tile_blocks import Json, Tile
from app.actions.tile_cache import TileCache
from app.queries import Session, map_points
from app.queries.map_points import CellCount, MapState
from app.queries.site import find_site_bounds
from app.vocabulary import AUDIENCES

BRITAIN = (-8.0, 49.9, 1.8, 59.0)
BOUNDS: Remembered[tuple[int, int, int, int] | None] = Remembered(4)


def make_tiles(
    session: Session,
    themes: list[str],
    wanted: Tile,
    *,
    audience: str = "",
    minute: int | None = None,
    words: str = "",
) -> list[Json | None]:
    """The pins of each tile, those for an audience, open at a minute of the week or with some words only; None
    where there are none. Open counts what is open then in term time only, too.

    ``themes`` are those of ``get_map_state``, in the order of their bits.

    Raises NotFoundError off the map.
    """
    shape = TileShape.at(wanted.zoom, themes)
    codes = [morton(x, y) for x, y in wanted.tiles()]
    if audience or minute is not None:
        audiences = [audience, "anyone"] if audience else None
        counts = map_points.count_live(
            session, shape.level, shape.ranges(codes), audiences=audiences, minute=minute, words=words
        )
        made = {code: stacked_tile(shape, found, {}) for code, found in shape.by_tile(counts).items()}
    else:
        made = _whole_tiles(session, shape, codes, words)
    return [made.get(code) for code in codes]


def _whole_tiles(session: Session, shape: TileShape, codes: list[int], words: str) -> dict[int, Json]:
    """Tiles of every pin (with ``words``), by their codes; in three statements at most, however many tiles."""
    counted: dict[int, list[CellCount]] = {}
    if map_points.LEAST_COUNTED_ZOOM <= shape.zoom <= map_points.MOST_COUNTED_ZOOM and not words:
        counted = shape.by_tile(map_points.list_counts(session, shape.zoom, shape.ranges(codes)))
        codes = list(counted)
    few = [code for code in codes if sum(c.pins for c in counted.get(code, ())) <= MOST_PINS_IN_DETAIL]
    most = MOST_PINS_IN_DETAIL + 1
    pins = shape.by_tile(map_points.list_pins(session, shape.level, shape.ranges(few), most, words=words))
    many = [code for code in few if len(pins.get(code, ())) > MOST_PINS_IN_DETAIL]
    if many:
        counted |= shape.by_tile(map_points.count_live(session, shape.level, shape.ranges(many), words=words))
    stacked = {code: counted[code] for code in counted if code not in pins or code in many}
    lonely = [] if words else [cell for counts in stacked.values() for cell in lonely_cells(counts)]
    single = {
        pin.cell: pin for pin in map_points.list_pins(session, shape.level, [(cell, cell) for cell in lonely], 1)
    }
    made = {code: stacked_tile(shape, counts, single) for code, counts in stacked.items()}
    return made | {code: detailed_tile(shape, pins[code]) for code in pins if code not in many}


def keep_tiles(session: Session, state: MapState, cache: TileCache, wanted: Tile) -> bytes:
    """A tile or a block of them as compressed JSON, from disk when the map has not changed since; empty bytes for
    a tile that is empty."""
    wanted.tiles()
    address = ("points", state.version, *wanted.address)
    kept = cache.find(*address)
    if kept is None:
        kept = wanted.pack_pins(make_tiles(session, state.themes, wanted))
        cache.keep(kept, *address)
    return kept


def plain(words: str) -> str:
    """``words`` for a place where some programs expect HTML: nothing in them is a tag, whoever reads them."""
    return words.replace("<", "‹").replace(">", "›")


def whole_map(session: Session) -> tuple[float, float, float, float]:
    """West, south, east, north of what there is to see: the site, else every pin, else Britain."""
    if found := find_site_bounds(session):
        return found
    box = _bounds(session, map_points.get_map_state(session))
    if box is None:
        return BRITAIN
    (west, north), (east, south) = lon_lat(box[0], box[1]), lon_lat(box[2], box[3])
    return (west, south, east, north)


def _bounds(session: Session, state: MapState) -> tuple[int, int, int, int] | None:
    return BOUNDS.get(state.version, lambda: map_points.find_bounds(session))


def describe_points(session: Session, address: str) -> Json:
    """TileJSON 3.0.0 of the pins; ``address`` is the template of a tile's address."""
    state = map_points.get_map_state(session)
    box = _bounds(session, state)
    west, north = lon_lat(box[0], box[1]) if box else (-180.0, 85.05112)
    east, south = lon_lat(box[2], box[3]) if box else (180.0, -85.05112)
    return {
        "tilejson": "3.0.0",
        "name": "Organisations, services and needs",
        "description": "Clusters far out, single records near; JSON, see docs/decisions/0010-tiles.md",
        "tiles": [address],
        "minzoom": map_points.LEAST_COUNTED_ZOOM,
        "maxzoom": NEAREST_ZOOM,
        "bounds": [west, south, east, north],
        "attribution": plain("; ".join(map_points.list_attributions(session))),
        "vector_layers": [],
        "version": "1.0.0",
        "data_version": state.version,
        "kinds": ["organisation", "service", "need"],
        "themes": state.themes,
        "audiences": list(AUDIENCES),
    }
