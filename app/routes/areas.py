"""The profile of one area."""

from __future__ import annotations

from flask import Blueprint, render_template, request, url_for

from app.actions.areas import ANY_QUESTION, MOST_AREAS_FOR_ALL_THEMES, describe_area
from app.actions.gap_demand import list_wished
from app.actions.grants import describe_last_years
from app.actions.members import list_public_hubs_of
from app.db import db
from app.forms.gaps import how_values, read_gap_question
from app.forms.values import read_code
from app.maps.render import area_map
from app.routes.why_words import FILTERS
from app.security import public

areas = Blueprint("areas", __name__)
for name, function in FILTERS.items():
    areas.add_app_template_filter(function, name)


@areas.get("/areas/<layer>/<area_code>")
@public
def show(layer: str, area_code: str) -> str:
    asked = read_gap_question(request.args, ANY_QUESTION)
    profile = describe_area(
        db.session, read_code(layer), read_code(area_code), asked, most_areas=MOST_AREAS_FOR_ALL_THEMES
    )
    drawing = area_map(url_for("tiles.area", layer=layer, area_code=area_code), label_id="map-label")
    return render_template(
        "areas/show.html",
        profile=profile,
        asked=how_values(asked),
        drawing=drawing,
        hubs=list_public_hubs_of(db.session, profile.area.area_id),
        wished=list_wished(db.session, profile.area.area_id),
        funding=describe_last_years(db.session, profile.area.area_id),
    )
