"""The map of who is doing what, and the same as a list."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from flask import Blueprint, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.actions.map_points import whole_map
from app.actions.places import KINDS, PlacesAnswer, PlacesQuestion, list_places
from app.actions.themes import list_themes
from app.config import Settings
from app.db import db
from app.errors import BadQuestionError
from app.forms.places import FIELDS, read_places_question
from app.forms.values import typed_values
from app.maps.csp_map import MapParts, Pictures
from app.maps.render import places_map
from app.queries.map_points import get_map_state
from app.queries.themes import ThemeRow
from app.security import public
from app.vocabulary import AUDIENCES

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
        page_link=page_link(answer),
        **map_values(answer.question, answer.themes),
    )


@places.get("/map/list")
@public
def show_list() -> ResponseReturnValue:
    """The list alone, for the page to put in when the map has moved or the filters have changed."""
    answer = list_places(db.session, read_places_question(request.args))
    return render_template("places/list.html", answer=answer, page_link=page_link(answer))


def page_link(answer: PlacesAnswer) -> Callable[..., str]:
    """The address of a page of the list, with the same filters and the map where it is, or with ``changes``."""
    kept = filter_values(answer.question)
    if answer.question.middle:
        kept["at"] = request.args["at"]
    if answer.question.hidden:
        kept["hide"] = request.args["hide"]
    return lambda page, **changes: url_for("places.show_map", **{**kept, "page": page, **changes})


def map_values(question: PlacesQuestion, theme_rows: Sequence[ThemeRow]) -> dict[str, Any]:
    """What the template of a places map needs; the map keeps from the start what the list does."""
    themes = [theme.key for theme in theme_rows]
    return {
        "themes": theme_rows,
        "keep": {
            "kind": KINDS.index(question.kind) if question.kind else None,
            "theme": themes.index(question.theme) if question.theme else None,
            "audience": AUDIENCES.index(question.audience) if question.audience else None,
            "open": question.is_open_now or None,
            "words": question.words,
        },
        "drawing": draw_places(),
    }


def draw_places() -> MapParts:
    return places_map(
        f"{url_for('tiles.index')}{get_map_state(db.session).version}/",
        url_for("tiles.borders"),
        url_for("home.index"),
        label_id="map-label",
        everything=whole_map(db.session),
        pictures=outside_pictures(current_app.config["SETTINGS"]),
    )


def outside_pictures(settings: Settings) -> Pictures | None:
    return Pictures(settings.tile_server, settings.tile_attribution) if settings.tile_server else None


def filter_values(question: PlacesQuestion) -> dict[str, Any]:
    """The filters as an address holds them; what is not asked is left out."""
    values = {
        "kind": question.kind,
        "theme": question.theme,
        "audience": question.audience,
        "open": "now" if question.is_open_now else "",
        "q": question.words,
    }
    return {name: value for name, value in values.items() if value}
