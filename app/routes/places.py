"""The map of who is doing what, and the same as a list."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.actions.places import PlacesQuestion, list_places
from app.actions.themes import list_themes
from app.db import db
from app.errors import BadQuestionError
from app.forms.places import FIELDS, read_places_question
from app.forms.values import typed_values
from app.maps.render import places_map
from app.queries.map_points import get_map_state
from app.security import public

places = Blueprint("places", __name__)


@places.get("/map")
@public
def show_map() -> ResponseReturnValue:
    try:
        answer = list_places(db.session, read_places_question(request.args))
    except BadQuestionError as error:
        typed = typed_values(request.args, FIELDS)
        return render_template("places/error.html", error=error, typed=typed, themes=list_themes(db.session)), 400
    return render_template(
        "places/map.html",
        answer=answer,
        typed=filter_values(answer.question),
        page_link=lambda page: url_for("places.show_map", **filter_values(answer.question), page=page),
        drawing=places_map(
            f"{url_for('tiles.index')}{get_map_state(db.session).version}/",
            url_for("tiles.borders"),
            url_for("home.index"),
            label_id="map-label",
        ),
    )


def filter_values(question: PlacesQuestion) -> dict[str, Any]:
    return {"kind": question.kind, "theme": question.theme, "q": question.words}
