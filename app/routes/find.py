"""Finding something near: the question as a form, the answer as a list and the same on a map."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.actions.clock import now, today
from app.actions.find import ROWS_PER_PAGE, Card, FindAnswer, find_near
from app.actions.spots import UnknownSpotError
from app.actions.themes import list_themes
from app.actions.wishes import NewWish, count_others, record_miss, record_wish
from app.db import db
from app.errors import BadQuestionError
from app.forms.find import FIELDS, WITHIN_M, question_values, read_find_question
from app.forms.values import read_text, typed_values
from app.maps.render import found_map
from app.routes.find_words import (
    FILTER_NAMES,
    FILTERS,
    NAMED_DAYS,
    PARTS_OF_DAY,
    SORTS,
    WITHIN,
)
from app.routes.shortlist import saved_ids
from app.routes.visitors import sender_key
from app.security import public
from app.vocabulary import AUDIENCES

find = Blueprint("find", __name__)

for name, function in FILTERS.items():
    find.add_app_template_filter(function, name)

FIELD_OF = {
    "theme": ["theme"], "when": ["day", "time"], "open": ["open"], "free": ["free"], "step_free": ["step_free"],
    "audience": ["for"], "age": ["age"], "language": ["lang"], "online": ["online"],
}  # fmt: skip
"""The fields of the form that a filter of the search comes from."""

CHOICES = {
    "days": NAMED_DAYS,
    "parts_of_day": PARTS_OF_DAY,
    "within": WITHIN,
    "sorts": SORTS,
    "filters": FILTER_NAMES,
}


@find.get("/find")
@public
def index() -> ResponseReturnValue:
    try:
        answer = find_near(db.session, read_find_question(request.args), now())
    except BadQuestionError as error:
        return show_problem(error), 400
    if record_miss(db.session, answer, key_of=sender_key, today=today()):
        db.session.commit()
    return render_template(
        "find/index.html",
        answer=answer,
        typed=typed_values(request.args, FIELDS),
        others=count_others(db.session, answer.theme_asked, today()),
        drawing=found_map(url_for("tiles.borders"), url_for("home.index"), label_id="map-label"),
        numbers=numbers_of(answer),
        pins=pins_of(answer),
        field_of=FIELD_OF,
        **links_of(answer),
    )


def show_problem(error: BadQuestionError) -> str:
    suggestions = error.suggestions if isinstance(error, UnknownSpotError) else ()
    typed = typed_values(request.args, FIELDS)
    kept: dict[str, Any] = {name: value for name, value in typed.items() if value and name not in ("near", "page")}
    return render_template(
        "find/problem.html",
        error=error,
        typed=typed,
        themes=list_themes(db.session),
        suggestions=[(name, url_for("find.index", near=name, **kept)) for name in suggestions],
        choices=CHOICES,
        audiences=AUDIENCES,
    )


def links_of(answer: FindAnswer) -> dict[str, Any]:
    """What the page needs to link to the same question, changed in one thing."""
    asked = question_values(answer.question)

    def link(**changes: str | int) -> str:
        return url_for("find.index", **{**asked, **changes})

    def without(*names: str) -> str:
        return url_for("find.index", **{name: value for name, value in asked.items() if name not in names})

    return {
        "asked": asked,
        "link": link,
        "page_link": lambda number: link(page=number),
        "without": without,
        "choices": CHOICES,
        "audiences": AUDIENCES,
        "within_names": {metres: name for name, metres in WITHIN_M.items()},
        "saved": saved_ids(),
        "here": request.full_path.removesuffix("?"),
    }


def pins_of(answer: FindAnswer) -> dict[str, Any]:
    """What the map shows: the spot and every card of the list that has a public point, by its number there."""
    spot, numbers = answer.spot, numbers_of(answer)
    return {
        "spot": [spot.lat, spot.lon] if spot else None,
        "pins": [
            {"id": str(card.row.id), "number": number, "name": card.row.name, "at": [card.row.lat, card.row.lon],
             "url": address_of_card(card, answer.question.near or None)}
            for card in listed_cards(answer) for number in [numbers[card.row.id]] if card.row.lon is not None
        ],
    }  # fmt: skip


def listed_cards(answer: FindAnswer) -> list[Card]:
    return [card for part in answer.parts.values() for card in part] + list(answer.beyond)


def numbers_of(answer: FindAnswer) -> dict[UUID, int]:
    """The number of each card, going on from page to page."""
    first = (answer.question.page - 1) * ROWS_PER_PAGE + 1
    return {card.row.id: number for number, card in enumerate(listed_cards(answer), first)}


def address_of_card(card: Card, near: str | None) -> str:
    if card.row.is_service:
        return url_for("organisations.show_service", service_id=card.row.id, near=near)
    return url_for("organisations.show", organisation_id=card.row.id, near=near)


@find.post("/find/wish")
@public
def wish() -> ResponseReturnValue:
    """One tap: nothing was near."""
    record_wish(
        db.session,
        NewWish(read_text(request.form, "near"), read_text(request.form, "theme"), read_text(request.form, "for")),
        key_of=sender_key,
        today=today(),
    )
    db.session.commit()
    return redirect(url_for("find.wished"), 303)


@find.get("/find/thanks")
@public
def wished() -> str:
    return render_template("find/wished.html")
