"""What the maps fetch: tiles of places, and outlines. Answered from the visitor's copy while nothing changed."""

from __future__ import annotations

from flask import Blueprint, Response, request

from app.actions import map_points
from app.actions.outlines import area_outlines, packed_site_outlines
from app.actions.tile_blocks import Block, Tile
from app.actions.versions import areas_version, places_version
from app.db import db, read_at_once
from app.errors import NotFoundError
from app.forms.values import read_choice, read_code, read_text, read_whole_number, refuse_unknown
from app.queries.map_points import get_map_state
from app.routes.answers import (
    KEEP_S,
    as_json,
    ask_again,
    is_current,
    keep_for_this_visitor,
    not_modified,
    packed,
)
from app.routes.area_tiles import as_tile, tile_cache
from app.security import public
from app.vocabulary import AUDIENCES

tiles = Blueprint("tiles", __name__, url_prefix="/tiles")

JSON = "application/json"
MINUTES_OF_A_WEEK = 7 * 1440


@tiles.get("/places/")
@public
def index() -> Response:
    """The folder of the tiles; the map adds zoom, column and row."""
    raise NotFoundError("A map tile has a zoom, a column and a row.", "The map page fetches them by itself.")


@tiles.get("/places.json")
@public
def places_json() -> Response:
    refuse_unknown(request.args, ())
    found = map_points.describe_points(db.session, f"{request.url_root}tiles/places/{{z}}/{{x}}/{{y}}.json")
    return ask_again(packed(as_json(found, JSON, found["data_version"])))


@tiles.get("/places/<int:zoom>/<int:x>/<int:y>.json")
@public
def places(zoom: int, x: int, y: int) -> Response:
    """Never kept without asking: what is hidden leaves every map at once."""
    return place_tile(zoom, x, y)


@tiles.get("/places/<version>/<int:zoom>/<int:x>/<int:y>.json")
@public
def places_of_version(version: str, zoom: int, x: int, y: int) -> Response:
    """For our own pages, which name the version they were made from. When another one holds by now, its tile is
    the answer: what was hidden since is not in it."""
    return place_tile(zoom, x, y, version)


@tiles.get("/places/<version>/<int:zoom>/<int:x>/<int:y>/<int:columns>x<int:rows>.json")
@public
def places_block(version: str, zoom: int, x: int, y: int, columns: int, rows: int) -> Response:
    """Several tiles at once, for our own maps; kept as one is."""
    refuse_unknown(request.args, ())
    wanted = Block(zoom, x, y, columns, rows)
    wanted.tiles()
    state = get_map_state(read_at_once(db.session))
    keep = keep_for_this_visitor if version == state.version else ask_again
    if is_current(state.version):
        return keep(not_modified(state.version))
    return keep(as_tile(map_points.keep_tiles(db.session, state, tile_cache(), wanted), state.version, JSON))


def place_tile(zoom: int, x: int, y: int, version: str = "") -> Response:
    refuse_unknown(request.args, ("q", "audience", "open"))
    words = read_text(request.args, "q")
    audience = read_choice(request.args, "audience", ("", *AUDIENCES), "")
    minute = read_whole_number(request.args, "open", None, most=MINUTES_OF_A_WEEK - 1)
    wanted = Tile(zoom, x, y)
    wanted.tiles()
    state = get_map_state(read_at_once(db.session))
    # Descriptions are searched and are no part of a pin.
    current = f"{state.version}-{places_version(db.session)}" if words else state.version
    keep = keep_for_this_visitor if version == current else ask_again
    if is_current(current):
        return keep(not_modified(current))
    if words or audience or minute is not None:
        made = map_points.make_tiles(
            db.session, state.themes, wanted, audience=audience, minute=minute, words=words
        )
        tile = wanted.pack_pins(made)
    else:
        tile = map_points.keep_tiles(db.session, state, tile_cache(), wanted)
    return keep(as_tile(tile, current, JSON))


@tiles.get("/outlines.json")
@public
def borders() -> Response:
    refuse_unknown(request.args, ())
    version = areas_version(db.session)
    if is_current(version):
        return not_modified(version)
    answer = as_tile(packed_site_outlines(db.session), version, JSON)
    answer.cache_control.max_age = KEEP_S
    return answer


@tiles.get("/outlines/<layer>/<area_code>.json")
@public
def area(layer: str, area_code: str) -> Response:
    refuse_unknown(request.args, ())
    version = areas_version(db.session)
    if is_current(version):
        return not_modified(version)
    return as_json(area_outlines(db.session, read_code(layer), read_code(area_code)), JSON, version)
