"""What if one more opened, or one closed: before and after; all of it stands in the address."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.actions.gap_answers import GapQuestion
from app.actions.gap_scope import list_choices
from app.actions.gap_values import gap_values
from app.actions.what_if import answer_what_if, change_near
from app.actions.what_if_answers import Change
from app.db import db
from app.errors import BadQuestionError
from app.forms.gaps import QUESTION_FIELDS, question_values
from app.forms.values import read_choice, read_text, refuse_unknown, typed_values
from app.forms.what_if import (
    CHANGE_FIELDS,
    NEW_FIELDS,
    read_changes,
    read_doing,
    read_near,
    read_pin,
    read_place,
    read_service_change,
    with_change,
    write_changes,
)
from app.maps.render import what_if_map
from app.routes.answers import as_json, packed
from app.routes.area_tiles import find_or_draw
from app.routes.gap_kinds import read_asked
from app.routes.gap_options import question_options
from app.routes.gaps import older_link, profile_link
from app.security import public

what_if = Blueprint("what_if", __name__)


@what_if.get("/what-if")
@public
def show() -> ResponseReturnValue:
    question, changes, area = read_asked(), read_changes(request.args), read_text(request.args, "area")
    try:
        if new := _read_new_change():
            return redirect(_address(question, area, with_change(changes, new), _anchor="changes"))
    except BadQuestionError as error:
        return _page(question, changes, area, error), 400
    return _page(question, changes, area)


def _read_new_change() -> Change | None:
    """The change that the button pressed asks for."""
    doing = read_doing(request.args)
    if doing == "near":
        return change_near(db.session, read_near(request.args))
    if doing == "pin":
        return read_pin(request.args)
    if doing == "place":
        return read_place(request.args)
    return read_service_change(request.args) if doing == "service" else None


def _address(question: GapQuestion, area: str, changes: tuple[Change, ...], **more: Any) -> str:
    return url_for("what_if.show", **_values(question, area, changes), **more)


def _values(question: GapQuestion, area: str, changes: tuple[Change, ...]) -> dict[str, Any]:
    return {**question_values(question), **({"area": area} if area else {}), "change": write_changes(changes)}


def _page(
    question: GapQuestion, changes: tuple[Change, ...], area: str, error: BadQuestionError | None = None
) -> str:
    found = answer_what_if(db.session, question, changes, area)
    asked = question_values(question)
    urls = {
        when: url_for("what_if.values", **_values(question, area, changes), when=when)
        for when in ("after", "before")
    }

    def undo_link(change: Change) -> str:
        return _address(question, area, tuple(other for other in changes if other != change), _anchor="changes")

    return render_template(
        "what_if/show.html",
        found=found,
        answer=found.before_answer,
        question=question,
        asked=asked,
        area=area,
        kept=[
            *asked.items(),
            *([("area", area)] if area else []),
            *(("change", text) for text in write_changes(changes)),
        ],
        changes=changes,
        undo_link=undo_link,
        older_link=older_link(
            found.before_answer, "what_if.show", area=area or None, change=write_changes(changes)
        ),
        start_again=_address(question, area, ()),
        urls=urls,
        drawing=what_if_map(urls["after"], url_for("tiles.borders"), label_id="map-label"),
        options=question_options(list_choices(db.session)),
        profile_link=profile_link,
        typed=typed_values(request.args, NEW_FIELDS),
        error=error,
    )


@what_if.get("/what-if.json")
@public
def values() -> Response:
    """For the map of the page: what each area is short by before or after the changes."""
    refuse_unknown(request.args, (*QUESTION_FIELDS, *CHANGE_FIELDS, "when"))
    when = read_choice(request.args, "when", ("after", "before"), "after")
    question, changes, area = read_asked(), read_changes(request.args), read_text(request.args, "area")
    found = answer_what_if(db.session, question, changes, area)
    answer = found.after_answer if when == "after" else found.before_answer
    about = "what-if " + " ".join(write_changes(changes)) if when == "after" else ""
    drawn = find_or_draw(question.layer)
    painted = {
        **gap_values(db.session, answer, drawn, about),
        "tiles": f"{url_for('home.index')}tiles/areas/{drawn.layer_key}/{drawn.version}/",
        "theme": question.theme,
        "patch": answer.drawn,
        "profile": profile_link(question, "{code}").replace("%7Bcode%7D", "{code}"),
    }
    page = _address(question, area, changes, _external=True)
    return packed(as_json(painted, "application/json", answer.data_version, page))
