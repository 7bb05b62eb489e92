"""What the maps fetch: tiles of places, and outlines. Answered from the visitor's copy while nothing changed."""

from __future__ import annotations

from flask import Blueprint, Response, request

from app.actions.outlines import area_outlines, site_outlines
from app.actions.places import make_tile
from app.actions.versions import areas_version, places_version
from app.db import db
from app.errors import NotFoundError
from app.forms.values import read_code, read_text, refuse_unknown
from app.routes.answers import as_json, is_current, not_modified
from app.security import public

tiles = Blueprint("tiles", __name__, url_prefix="/tiles")

JSON = "application/json"


@tiles.get("/places/")
@public
def index() -> Response:
    """The folder of the tiles; the map adds zoom, column and row."""
    raise NotFoundError("A map tile has a zoom, a column and a row.", "The map page fetches them by itself.")


@tiles.get("/places/<int:zoom>/<int:x>/<int:y>.json")
@public
def places(zoom: int, x: int, y: int) -> Response:
    refuse_unknown(request.args, ("q",))
    words = read_text(request.args, "q")
    version = places_version(db.session)
    if is_current(version):
        return not_modified(version)
    tile = make_tile(db.session, zoom, x, y, words)
    return as_json(tile, JSON, version)


@tiles.get("/outlines.json")
@public
def borders() -> Response:
    refuse_unknown(request.args, ())
    version = areas_version(db.session)
    if is_current(version):
        return not_modified(version)
    return as_json(site_outlines(db.session), JSON, version)


@tiles.get("/outlines/<layer>/<area_code>.json")
@public
def area(layer: str, area_code: str) -> Response:
    refuse_unknown(request.args, ())
    version = areas_version(db.session)
    if is_current(version):
        return not_modified(version)
    return as_json(area_outlines(db.session, read_code(layer), read_code(area_code)), JSON, version)
