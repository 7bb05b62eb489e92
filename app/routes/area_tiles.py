"""Tiles of areas and what describes them (TileJSON). Files for maps: no cookies, no text."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

from flask import Blueprint, Response, current_app, request
from flask.typing import ResponseReturnValue

from app.actions import area_tiles as actions
from app.actions.tile_blocks import Block, Tile
from app.actions.tile_cache import TileCache
from app.config import ROOT
from app.db import db, read_at_once
from app.errors import BusyError, NotFoundError
from app.forms.values import refuse_unknown
from app.queries.area_tiles import DrawingRow
from app.routes.answers import YEAR_S, as_json, is_current, not_modified, packed
from app.security import public

area_tiles = Blueprint("area_tiles", __name__, url_prefix="/tiles")

MVT = "application/vnd.mapbox-vector-tile"
MVTS = "application/octet-stream"
JSON = "application/json"
LAYER = re.compile(r"[\w-]{1,80}", re.ASCII)
VERSION = re.compile(r"[0-9a-f]{16}")
ADDRESS = "{z}/{x}/{y}"


@area_tiles.get("/areas/<layer>.json")
@public
def area_tile_json(layer: str) -> Response:
    drawn = drawing_of(layer)
    address = f"{request.url_root}tiles/areas/{layer}/{drawn.version}/{ADDRESS}.mvt"
    return packed(as_json(actions.describe_areas(drawn, address), JSON, drawn.version))


@area_tiles.get("/areas/<layer>/groups.json")
@public
def groups(layer: str) -> Response:
    drawn = drawing_of(layer)
    if is_current(drawn.version):
        return not_modified(drawn.version)
    return packed(as_json(actions.describe_groups(db.session, drawn), JSON, drawn.version))


@area_tiles.get("/areas/<layer>/codes.json")
@public
def codes(layer: str) -> Response:
    drawn = drawing_of(layer)
    if is_current(drawn.version):
        return not_modified(drawn.version)
    return packed(as_json(actions.describe_codes(db.session, drawn), JSON, drawn.version))


@area_tiles.get("/areas/<layer>/<version>/<int:zoom>/<int:x>/<int:y>.mvt")
@public
def area_tile(layer: str, version: str, zoom: int, x: int, y: int) -> Response:
    """A tile of one version, right for ever. Numbers belong to their version: another one is not a substitute."""
    return of_version(layer, version, Tile(zoom, x, y))


@area_tiles.get("/areas/<layer>/<version>/<int:zoom>/<int:x>/<int:y>/<int:columns>x<int:rows>.mvts")
@public
def area_block(layer: str, version: str, zoom: int, x: int, y: int, columns: int, rows: int) -> Response:
    """Several tiles of one version at once, for our own maps."""
    return of_version(layer, version, Block(zoom, x, y, columns, rows), MVTS)


@area_tiles.get("/areas/<layer>/<int:zoom>/<int:x>/<int:y>.mvt")
@public
def newest_area_tile(layer: str, zoom: int, x: int, y: int) -> Response:
    """For other programs, which know no version."""
    drawn = drawing_of(layer)
    tile = actions.make_tiles(db.session, drawn, tile_cache(), Tile(zoom, x, y))
    answer = as_tile(tile, drawn.version)
    answer.cache_control.no_cache = True
    return answer


@area_tiles.errorhandler(BusyError)
def show_busy(error: BusyError) -> ResponseReturnValue:
    return Response(str(error), 503, {"Retry-After": "3"}, mimetype="text/plain")


def of_version(layer: str, version: str, wanted: Tile, mimetype: str = MVT) -> Response:
    """What was asked for before comes from disk; a drawing that is known takes one statement."""
    check_words(layer, version)
    found = actions.find_kept(tile_cache(), layer, version, wanted)
    if found is None:
        found = actions.draw_known(read_at_once(db.session), tile_cache(), layer, version, wanted)
    if found is None:
        db.session.commit()  # from here on in a transaction: the layer may have to be drawn
        drawn = drawing_of(layer)
        if drawn.version != version:
            raise NotFoundError("These areas have changed since the map was opened.", "Load the page again.")
        found = actions.make_tiles(db.session, drawn, tile_cache(), wanted)
    answer = as_tile(found, version, mimetype)
    answer.cache_control.max_age = YEAR_S
    answer.cache_control.immutable = True
    return answer


def check_words(layer: str, version: str = "") -> None:
    """Both name files on disk. Raises NotFoundError for what no layer or version is called."""
    refuse_unknown(request.args, ())
    if not LAYER.fullmatch(layer) or (version and not VERSION.fullmatch(version)):
        raise NotFoundError("There is no such layer of areas.")


def drawing_of(layer: str) -> DrawingRow:
    """The drawing of the layer in an address."""
    check_words(layer)
    return find_or_draw(layer)


def find_or_draw(layer: str) -> DrawingRow:
    """The drawing of a layer; kept in the database when it had to be drawn for this request."""
    drawn = actions.find_drawing(db.session, layer)
    if drawn is None:
        drawn = actions.draw_layer(db.session, layer)
        db.session.commit()
    return drawn


def tile_cache() -> TileCache:
    return TileCache(Path(current_app.config.get("TILE_FOLDER", ROOT / "var" / "tiles")))


def as_tile(tile: bytes, version: str, mimetype: str = MVT) -> Response:
    """A compressed tile as an answer: 204 when there is nothing in it, unpacked for who cannot read gzip."""
    answer = Response(tile, mimetype=mimetype) if tile else Response(status=204)
    if tile and request.accept_encodings.quality("gzip"):
        answer.headers["Content-Encoding"] = "gzip"
    elif tile:
        answer.data = gzip.decompress(tile)
    answer.vary.add("Accept-Encoding")
    answer.set_etag(version, weak=True)
    answer.cache_control.public = True
    answer.headers["Access-Control-Allow-Origin"] = "*"
    answer.make_conditional(request)
    return answer
