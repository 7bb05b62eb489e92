"""Standards: everybody reads them, officers set them."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.actions import standards as actions
from app.db import db
from app.errors import BadQuestionError, ChangedMeanwhileError
from app.forms.standards import FIELDS, read_audience, read_standard
from app.forms.values import read_code, typed_values
from app.queries.standards import StandardRow
from app.routes.words import audience_options
from app.security import for_roles, may_open, public, signed_in
from app.vocabulary import AUDIENCES, Role

standards = Blueprint("standards", __name__)
SETTERS = (Role.ADMIN, Role.OFFICER)


@standards.get("/standards")
@public
def index() -> str:
    holding = actions.list_standards(db.session)
    return render_template(
        "standards/index.html",
        holding=holding,
        themes=actions.list_themes(db.session),
        may_set=may_open("standards.edit"),
    )


@standards.get("/standards/<theme>")
@public
def show(theme: str) -> str:
    return render_template(
        "standards/show.html",
        found=actions.get_theme_standards(db.session, read_code(theme)),
        may_set=may_open("standards.edit"),
    )


@standards.route("/standards/<theme>/set", methods=["GET", "POST"])
@for_roles(*SETTERS)
def edit(theme: str) -> ResponseReturnValue:
    found = actions.get_theme_standards(db.session, read_code(theme))
    if request.method == "GET":
        audience = read_audience(request.args)
        newest = actions.find_newest(db.session, theme, audience)
        return _form(
            found, {"travel": "foot", **(asdict(newest) if newest else {}), "audience": audience, "is_over": ""}
        )
    visitor = signed_in()
    assert visitor is not None
    typed: dict[str, Any] = dict(typed_values(request.form, FIELDS, 1_000))
    try:
        words = read_standard(request.form)
        actions.set_standard(db.session, theme, words, visitor.account_id)
    except BadQuestionError as error:
        db.session.rollback()
        return _form(found, typed, error), 422
    except ChangedMeanwhileError as error:
        db.session.rollback()
        newest = actions.find_newest(db.session, theme, words.audience)
        return _form(found, {**typed, "version": newest.version if newest else 0}, error, newest), 409
    db.session.commit()
    return redirect(url_for(".show", theme=theme), 303)


def _form(
    found: actions.ThemeStandards,
    typed: dict[str, Any],
    error: BadQuestionError | ChangedMeanwhileError | None = None,
    theirs: StandardRow | None = None,
) -> str:
    return render_template(
        "standards/edit.html",
        found=found,
        typed=typed,
        error=error,
        theirs=theirs,
        audiences=audience_options(AUDIENCES[1:]),
    )
