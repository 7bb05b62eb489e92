"""What changed in a gap answer since a day, and saying since when a service has been there."""

from __future__ import annotations

from base64 import b64encode
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.actions import change_words as words
from app.actions import gap_change as actions
from app.actions.evidence_shapes import load_shapes
from app.actions.gap_change import GapChange
from app.actions.gap_scope import list_choices
from app.db import db
from app.errors import BadQuestionError
from app.forms.evidence import read_since, read_started_on
from app.forms.gaps import question_values, read_gap_question
from app.forms.values import typed_values
from app.maps.pictures import Caption, DrawnArea, draw_map
from app.routes.gaps import profile_link, wrong_question
from app.security import for_roles, public, scope_of, signed_in
from app.vocabulary import Role

gap_change = Blueprint("gap_change", __name__)
MODERATORS = (Role.MODERATOR, Role.ADMIN)
MOST_ROWS = 200


@gap_change.get("/gaps/change")
@public
def show() -> ResponseReturnValue:
    choices = list_choices(db.session)
    if choices.defaults is None:
        return render_template("gaps/empty.html")
    try:
        question = read_gap_question(request.args, choices.defaults)
        asked, days = question_values(question), actions.list_days(db.session, question)
        since = read_since(request.args)
        change = actions.find_change(db.session, question, since)
    except BadQuestionError as error:
        if error.field != "since":
            return wrong_question(choices, error)
        typed = typed_values(request.args, ["since"])["since"]
        return render_template("evidence/wrong_day.html", asked=asked, days=days, typed=typed, error=error), 400
    if change is None:
        theme = next(theme.name for theme in choices.themes if theme.key == question.theme)
        return render_template("evidence/no_change.html", asked=asked, days=days, since=since, theme_name=theme)
    picture = draw_change(change)
    return render_template(
        "evidence/change.html",
        change=change,
        asked=asked,
        days=days,
        since=since,
        sentence=words.change_sentence(change),
        lines=words.part_lines(change),
        what_words=words.WHAT_WORDS,
        moved=[area for area in change.areas if round(area.total, 1)][:MOST_ROWS],
        map_words=words.map_words(change),
        picture=f"data:image/svg+xml;base64,{b64encode(picture.encode()).decode()}",
        profile_link=profile_link,
    )


def draw_change(change: GapChange) -> str:
    """The areas of now, by whether they have more or fewer people without than then; SVG."""
    shapes = load_shapes(db.session, change.now)
    areas = [
        DrawnArea(one.area.name, words.kind_of(one), shapes[one.area.area_code])
        for one in change.areas
        if one.area.area_code in shapes
    ]
    title = f"{change.now.theme_question} {change.now.asked_about.name if change.now.asked_about else ''}"
    source = f"{change.then_on.isoformat()} and now"
    return draw_map(areas, Caption(title, words.legend(change), source, words.map_words(change)))


@gap_change.post("/gaps/change/started/<uuid:service_id>")
@for_roles(*MODERATORS)
def started(service_id: UUID) -> ResponseReturnValue:
    visitor = signed_in()
    assert visitor is not None
    started_on = read_started_on(request.form)
    scope = scope_of(visitor, *MODERATORS)
    areas = None if scope is None else scope.area_ids
    actions.say_started(db.session, service_id, started_on, areas, visitor.account_id)
    db.session.commit()
    choices = list_choices(db.session)
    assert choices.defaults is not None
    asked = question_values(read_gap_question(request.args, choices.defaults))
    return redirect(url_for(".show", **asked, since=read_since(request.args).isoformat()), 303)
