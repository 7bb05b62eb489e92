"""A map alone, to stand in a page of somebody else: no cookies, no forms; WDW_EMBED_HOSTS says where it may."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, make_response, render_template, request, url_for

from app.actions.gap_scope import list_choices
from app.actions.gaps import answer_gap_question
from app.actions.places import list_themes_for
from app.db import db
from app.errors import NotFoundError
from app.forms.gaps import question_values, read_gap_question
from app.forms.places import read_places_question
from app.routes.answers import KEEP_S
from app.routes.gaps import draw
from app.routes.places import filter_values, map_values
from app.security import public

embed = Blueprint("embed", __name__, url_prefix="/embed")


@embed.get("/gaps")
@public
def show_gaps() -> Response:
    """The map of a gap question, asked as at /gaps."""
    choices = list_choices(db.session)
    if choices.defaults is None:
        raise NotFoundError("Nothing is loaded yet.", "Load areas and groups first; the first page says how.")
    answer = answer_gap_question(db.session, read_gap_question(request.args, choices.defaults))
    asked = question_values(answer.question)
    values_url, page = url_for("gaps.values", **asked), url_for("gaps.show", **asked)
    return alone("embed/gaps.html", answer=answer, choices=choices, drawing=draw(values_url), page=page)


@embed.get("/map")
@public
def show_map() -> Response:
    """The places map, filtered as at /map."""
    question = read_places_question(request.args)
    values = map_values(question, list_themes_for(db.session, question))
    return alone("embed/map.html", page=url_for("places.show_map", **filter_values(question)), **values)


def alone(template: str, **values: Any) -> Response:
    """The same for everybody, so no cookie is looked at."""
    answer = make_response(render_template(template, **values))
    answer.cache_control.public = True
    answer.cache_control.max_age = KEEP_S
    return answer
