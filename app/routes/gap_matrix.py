"""All themes at once: the page, and the same table as a file."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.actions.gap_answers import GapQuestion
from app.actions.gap_matrix import MOST_AREAS, THEME_SORT, Matrix, MatrixView, show_all_themes
from app.actions.gap_matrix_file import matrix_csv
from app.actions.gap_scope import GapChoices, list_choices
from app.db import db
from app.errors import BadQuestionError, NotFoundError
from app.forms.gap_matrix import WEIGHT, matrix_fields, read_matrix_view, weight_values
from app.forms.gaps import QUESTION_FIELDS, how_values, question_values, read_gap_question, typed_question
from app.forms.values import refuse_unknown, typed_values
from app.queries.themes import ThemeRow
from app.routes.answers import as_file
from app.routes.gap_options import question_options
from app.security import public

gap_matrix = Blueprint("gap_matrix", __name__)


@gap_matrix.get("/gaps/all")
@public
def show() -> ResponseReturnValue:
    choices = list_choices(db.session)
    if choices.defaults is None:
        return render_template("gaps/empty.html")
    try:
        question, view = _read(choices, choices.defaults)
        matrix = show_all_themes(db.session, question, view)
    except BadQuestionError as error:
        keys = [theme.key for theme in choices.themes]
        typed = {"layer": "", "within": "", **typed_values(request.args, (*QUESTION_FIELDS, "sort"))}
        weights = typed_values(request.args, [WEIGHT + key for key in keys])
        return render_template(
            "gaps/matrix.html",
            choices=choices,
            options=question_options(choices),
            sorts=_sorts(choices.themes),
            typed=typed,
            weights={key: weights[WEIGHT + key] or "1" for key in keys},
            error=error,
        ), 400
    return _page(choices, matrix, view, question.theme)


def _read(choices: GapChoices, defaults: GapQuestion) -> tuple[GapQuestion, MatrixView]:
    keys = [theme.key for theme in choices.themes]
    return read_gap_question(request.args, defaults), read_matrix_view(request.args, keys)


def _asked(question: GapQuestion, view: MatrixView) -> dict[str, Any]:
    """The address of what is asked, without its order."""
    asked = {name: value for name, value in question_values(question).items() if name != "theme"}
    return {**asked, **weight_values(view)}


def _page(choices: GapChoices, matrix: Matrix, view: MatrixView, theme: str) -> str:
    """``theme`` is that of the question, for the way back to it."""
    asked = _asked(matrix.question, view)
    order = "down" if view.descending else "up"

    def sort_link(key: str) -> str:
        turned = "up" if (key == view.sort) == view.descending else "down"
        first = turned if key == view.sort else ("up" if key == "area" else "down")
        return url_for("gap_matrix.show", **asked, sort=key, order=first, _anchor="table-title")

    def page_link(number: int) -> str:
        return url_for("gap_matrix.show", **asked, sort=view.sort, order=order, page=number)

    def theme_link(theme: str) -> str:
        return url_for("gaps.show", **{**question_values(matrix.question), "theme": theme})

    def area_link(endpoint: str, area_code: str) -> str:
        how = how_values(matrix.question)
        return url_for(endpoint, layer=matrix.question.layer, area_code=area_code, **how)

    return render_template(
        "gaps/matrix.html",
        choices=choices,
        options=question_options(choices),
        typed={**typed_question(matrix.question), "theme": theme, "sort": view.sort},
        weights={key: str(weight) for key, weight in matrix.weights.items()},
        matrix=matrix,
        view=view,
        asked=asked,
        sort_link=sort_link,
        page_link=page_link,
        theme_link=theme_link,
        profile_link=partial(area_link, "areas.show"),
        similar_link=partial(area_link, "area_similar.show"),
        theme_sort=THEME_SORT,
        sorts=_sorts(matrix.themes),
        csv_link=url_for("gap_matrix.csv", **asked),
    )


def _sorts(themes: Sequence[ThemeRow]) -> list[tuple[str, str]]:
    """What may come first, in words."""
    short_of = [(THEME_SORT + theme.key, _("the shortest of: %(theme)s", theme=theme.name)) for theme in themes]
    return [
        ("kinds", _("most kinds under half")),
        ("average", _("the highest average")),
        ("people", _("most people")),
        ("area", _("by name")),
        *short_of,
    ]


@gap_matrix.get("/gaps/all.csv")
@public
def csv() -> Response:
    choices = list_choices(db.session)
    if choices.defaults is None:
        raise NotFoundError("Nothing is loaded yet.", "Load areas and groups first; the first page says how.")
    refuse_unknown(request.args, matrix_fields([theme.key for theme in choices.themes]))
    question, view = _read(choices, choices.defaults)
    matrix = show_all_themes(db.session, question, view, per_page=MOST_AREAS)
    page = url_for("gap_matrix.show", **_asked(matrix.question, view), _external=True)
    kind = "text/csv; charset=utf-8; header=present"
    return as_file(matrix_csv(matrix, page), kind, "gaps-all.csv", matrix.data_version, page)
