"""The profile of one area."""

from __future__ import annotations

from flask import Blueprint, render_template, request, url_for

from app.actions.areas import describe_area
from app.actions.gap_scope import LEAST_REACH_M, LIST_YEARS, MOST_REACH_M
from app.db import db
from app.forms.values import read_choice, read_code, read_whole_number
from app.maps.render import area_map
from app.security import public

areas = Blueprint("areas", __name__)


@areas.get("/areas/<layer>/<area_code>")
@public
def show(layer: str, area_code: str) -> str:
    reach_m = read_whole_number(request.args, "reach_m", 1200, least=LEAST_REACH_M, most=MOST_REACH_M)
    years = read_choice(request.args, "list_years", tuple(map(str, LIST_YEARS)), str(LIST_YEARS[0]))
    profile = describe_area(db.session, read_code(layer), read_code(area_code), reach_m or 1200, int(years))
    outlines = url_for("tiles.area", layer=layer, area_code=area_code)
    return render_template("areas/show.html", profile=profile, drawing=area_map(outlines, label_id="map-label"))
