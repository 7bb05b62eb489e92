"""Saying what is missing, one question a page: what, where, in her words, what others said, check, sent."""

from __future__ import annotations

import logging
from dataclasses import asdict
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from app.actions import need_asking as asking
from app.actions.drafts import begin_draft, find_draft, save_answers
from app.actions.themes import list_themes
from app.db import db
from app.errors import BadQuestionError, TooOftenError
from app.forms import needs as forms
from app.forms.guard import make_form_key, read_form_key, read_guard
from app.maps.render import corners_map
from app.models import Draft
from app.routes.visitors import sender_key
from app.security import public
from app.vocabulary import AUDIENCES, DraftKind

log = logging.getLogger(__name__)
need_asking = Blueprint("need_asking", __name__, url_prefix="/needs/new")
DRAFT = "draft_need"


@need_asking.after_request
def keep_for_nobody(response: Response) -> Response:
    response.headers["Cache-Control"] = "private, no-store"
    return response


@need_asking.route("", methods=["GET", "POST"])
@public
def about() -> ResponseReturnValue:
    themes = list_themes(db.session)
    if request.method == "GET":
        draft = my_draft()
        asked = forms.typed_as_sent(request.args, ("theme", "near"))
        theme = asked["theme"] or (draft.answers.get("theme", "") if draft else "")
        return page("about", {"theme": theme, "near": asked["near"]}, themes=themes)
    typed = forms.typed_as_sent(request.form, ("theme", "near"))
    try:
        theme = forms.read_theme(request.form, [row.key for row in themes])
    except BadQuestionError as error:
        return page("about", typed, error, themes=themes)
    draft = my_draft() or begin_draft(db.session, DraftKind.NEED)
    near = {"typed": {"how": "near", "near": typed["near"][:120]}} if typed["near"] else {}
    return on_from("about", draft, theme=theme, **near)


@need_asking.route("/where", methods=["GET", "POST"])
@public
def where() -> ResponseReturnValue:
    draft = my_draft()
    if draft is None:
        return redirect(url_for(".about"))
    if request.method == "GET":
        return where_page(draft.answers.get("typed", {}))
    typed = dict(forms.typed_as_sent(request.form, ("how", "near", "area", "corners")))
    try:
        answer = forms.read_where(request.form)
        if answer.how == "area":
            place = asking.find_place_in_area(db.session, answer.area)
        elif answer.how == "map":
            place = asking.find_place_on_map(db.session, answer.corners)
        else:
            place = asking.find_place_near(db.session, answer.near)
    except BadQuestionError as error:
        return where_page(typed, error)
    return on_from("where", draft, place=asdict(place), typed={**typed, "how": answer.how})


@need_asking.route("/words", methods=["GET", "POST"])
@public
def words() -> ResponseReturnValue:
    draft = my_draft()
    if draft is None:
        return redirect(url_for(".about"))
    if request.method == "GET":
        return page("words", draft.answers, audiences=AUDIENCES)
    try:
        answers = forms.read_statement(request.form)
    except BadQuestionError as error:
        typed = forms.typed_as_sent(request.form, ("statement", "audience"), longest=20_000)
        return page("words", typed, error, audiences=AUDIENCES)
    return on_from("words", draft, **answers)


@need_asking.get("/similar")
@public
def similar() -> ResponseReturnValue:
    """What others have said already; a visitor with nothing like hers never sees this page."""
    draft = my_draft()
    if draft is None or asking.read_document(db.session, draft.answers) is None:
        return redirect(url_for(".about"))
    like = asking.list_like(db.session, draft.answers)
    if not like:
        return redirect(url_for(".check"))
    return page("similar", draft.answers, needs=like)


@need_asking.route("/check", methods=["GET", "POST"])
@public
def check() -> ResponseReturnValue:
    if request.method == "POST" and read_guard(request.form).is_trap:
        log.info("a robot filled the trap of the need form")
        return redirect(url_for(".sent"))
    draft = my_draft()
    if draft is None:
        return redirect(url_for(".about"))
    if request.method == "GET":
        return check_page(draft)
    typed = forms.typed_as_sent(request.form, ("email",))
    try:
        asking.send_need(db.session, draft.id, forms.read_email(request.form, required=False), sender_key())
    except (BadQuestionError, TooOftenError) as error:
        db.session.rollback()
        return check_page(draft, typed["email"], error)
    db.session.commit()
    session.pop(DRAFT, None)
    return redirect(url_for(".sent"))


@need_asking.get("/sent")
@public
def sent() -> str:
    return render_template("needs/new/sent.html")


def my_draft() -> Draft | None:
    """The form this visitor is filling in: by the key in the page, or by her session."""
    kept = session.get(DRAFT)
    draft_id = read_form_key(request.form) or (UUID(hex=kept) if kept else None)
    return find_draft(db.session, draft_id, DraftKind.NEED)


def on_from(step: str, draft: Draft, **answers: Any) -> ResponseReturnValue:
    """Keep the answers; then the next question, or back to the check when all were answered before."""
    was_complete = is_complete(draft)
    save_answers(db.session, draft.id, DraftKind.NEED, **answers)
    session[DRAFT] = draft.id.hex
    db.session.commit()
    following = {"about": "where", "where": "words", "words": "similar"}[step]
    return redirect(url_for(".check" if was_complete else f".{following}"))


def is_complete(draft: Draft) -> bool:
    return all(draft.answers.get(name) for name in ("theme", "place", "statement"))


def page(
    step: str, typed: Any, error: BadQuestionError | TooOftenError | None = None, **more: Any
) -> ResponseReturnValue:
    """One question; what was typed stays, and a wrong answer is a 422."""
    draft = my_draft()
    key = make_form_key(draft.id) if draft else ""
    body = render_template(f"needs/new/{step}.html", typed=typed, error=error, key=key, back=back_of(step), **more)
    return (body, 422) if error else body


def back_of(step: str) -> str | None:
    before = {"where": ".about", "words": ".where", "similar": ".words", "check": ".words"}.get(step)
    return url_for(before) if before else None


def where_page(typed: Any, error: BadQuestionError | None = None) -> ResponseReturnValue:
    drawing = corners_map(url_for("tiles.borders"), label_id="map-label")
    return page("where", typed, error, areas=asking.list_areas(db.session), drawing=drawing)


def check_page(
    draft: Draft, email: str = "", error: BadQuestionError | TooOftenError | None = None
) -> ResponseReturnValue:
    themes = {row.key: row.name for row in list_themes(db.session)}
    return page("check", {"email": email}, error, answers=draft.answers, themes=themes)
