"""Big gap questions in the background: officers ask for them and see how far they are."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.actions import gap_runs as actions
from app.actions.gap_answers import GapQuestion
from app.actions.gap_scope import list_choices
from app.db import db
from app.errors import BadQuestionError
from app.forms.gaps import QUESTION_FIELDS, question_values, read_gap_question
from app.forms.values import typed_values
from app.security import for_roles, signed_in
from app.vocabulary import Role

gap_runs = Blueprint("gap_runs", __name__)
RUNNERS = (Role.ADMIN, Role.OFFICER)
LONGEST_KEY = 60


@gap_runs.get("/gaps/runs")
@for_roles(*RUNNERS)
def index() -> ResponseReturnValue:
    return _page(None)


@gap_runs.post("/gaps/runs")
@for_roles(*RUNNERS)
def ask() -> ResponseReturnValue:
    choices, visitor = list_choices(db.session), signed_in()
    assert visitor is not None
    themes = [key[:LONGEST_KEY] for key in request.form.getlist("themes")]
    try:
        if choices.defaults is None:
            raise BadQuestionError(_("Nothing is loaded yet."), _("Load areas and groups first."))
        if not themes:
            raise BadQuestionError(_("No subject is chosen."), _("Tick at least one."), field="themes")
        question = read_gap_question(request.form, choices.defaults)
        actions.ask_for_runs(db.session, question, themes, visitor.account_id)
    except BadQuestionError as error:
        return _page(error), 400
    db.session.commit()
    return redirect(url_for("gap_runs.index"), 303)


def _page(error: BadQuestionError | None) -> str:
    choices = list_choices(db.session)
    typed = typed_values(request.form, QUESTION_FIELDS) if error else {}
    runs = actions.list_runs(db.session)
    return render_template(
        "gaps/runs.html",
        choices=choices,
        runs=runs,
        theme_names={theme.key: theme.name for theme in choices.themes},
        typed={"layer": typed.get("layer") or (choices.defaults.layer if choices.defaults else ""),
               "within": typed.get("within", ""), "minutes": typed.get("minutes") or 15,
               "list_years": typed.get("list_years") or 2},
        ticked=set(request.form.getlist("themes")),
        answer_link=answer_link,
        error=error,
        is_busy=any(run.state in ("waiting", "running") for run in runs),
    )  # fmt: skip


def answer_link(question: GapQuestion) -> str:
    """The gap page of a run; everywhere is said, because an address without it means the site's own area."""
    return url_for("gaps.show", **question_values(question))
