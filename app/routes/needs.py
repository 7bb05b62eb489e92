"""What people say is missing: the list, one of them, and "me too"."""

from __future__ import annotations

import secrets
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.actions.need_support import has_supported, support_need, take_support_back
from app.actions.needs import NeedsQuestion, describe_need, find_closed_need, list_needs, need_outlines
from app.db import db
from app.errors import BadQuestionError
from app.forms.guard import read_guard
from app.forms.needs import FILTERS, read_needs_question
from app.forms.values import refuse_unknown, typed_values
from app.maps.render import area_map
from app.queries.versions import AREAS, RECORDS, get_version
from app.routes.answers import as_json, ask_again, is_current, not_modified
from app.routes.places import draw_places
from app.routes.visitors import sender_key
from app.routes.words import audience
from app.security import public
from app.vocabulary import AUDIENCES, NeedStatus

needs = Blueprint("needs", __name__)

SUPPORTER = "supporter"
SUPPORTER_KEPT_S = 365 * 24 * 3600
NEED_PINS = 2
"""The kind of a pin that is a need, as the tiles number them."""


@needs.get("/needs")
@public
def index() -> ResponseReturnValue:
    try:
        answer = list_needs(db.session, read_needs_question(request.args))
    except BadQuestionError as error:
        return render_template(
            "needs/index_error.html", error=error, typed=typed_values(request.args, FILTERS)
        ), 400
    typed = filter_values(answer.question)
    keys = [theme.key for theme in answer.themes]
    theme = keys.index(answer.question.theme) if answer.question.theme else None
    return render_template(
        "needs/index.html",
        answer=answer,
        typed=typed,
        audiences=[("", _("Everybody")), *((key, audience(key)) for key in AUDIENCES)],
        page_link=lambda page: url_for("needs.index", **typed, page=page),
        keep={"kind": NEED_PINS, "theme": theme, "words": ""},
        drawing=draw_places(),
    )


@needs.get("/needs/<uuid:need_id>")
@public
def show(need_id: UUID) -> ResponseReturnValue:
    if closed := find_closed_need(db.session, need_id):
        return render_template("needs/closed.html", need=closed)
    page = describe_need(db.session, need_id)
    said_so = has_supported(db.session, need_id, request.cookies.get(SUPPORTER), secret())
    drawing = area_map(url_for("needs.where", need_id=need_id), label_id="map-label")
    return render_template(
        "needs/show.html", page=page, need=page.need, said_so=said_so, drawing=drawing, open=NeedStatus.OPEN
    )


@needs.get("/needs/<uuid:need_id>/where.json")
@public
def where(need_id: UUID) -> Response:
    refuse_unknown(request.args, ())
    version = get_version(db.session, [AREAS, RECORDS])
    if is_current(version):
        return ask_again(not_modified(version))
    return ask_again(as_json(need_outlines(db.session, need_id), "application/json", version))


@needs.post("/needs/<uuid:need_id>/support")
@public
def support(need_id: UUID) -> Response:
    """Me too, or no longer; once for each visitor, however often it is pressed."""
    visitor = request.cookies.get(SUPPORTER) or secrets.token_urlsafe(24)
    if request.form.get("take_back"):
        take_support_back(db.session, need_id, visitor, secret())
    elif not read_guard(request.form).is_trap:
        support_need(db.session, need_id, visitor, sender_key(), secret())
    db.session.commit()
    answer = redirect(url_for("needs.show", need_id=need_id, _anchor="me-too"))
    answer.set_cookie(
        SUPPORTER, visitor[:100], max_age=SUPPORTER_KEPT_S, httponly=True, samesite="Lax",
        secure=bool(current_app.config["SESSION_COOKIE_SECURE"]), path="/needs",
    )  # fmt: skip
    return answer  # type: ignore[return-value]


def filter_values(question: NeedsQuestion) -> dict[str, Any]:
    """As an address says it; filters that are not set are left out."""
    given = {
        "theme": question.theme, "for": question.audience, "status": question.status, "near": question.near,
    }  # fmt: skip
    return {name: value for name, value in given.items() if value}


def secret() -> str:
    return str(current_app.config["SECRET_KEY"])
