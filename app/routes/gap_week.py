"""The week of a gap question: what is open when."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.actions.gap_answers import GapQuestion
from app.actions.gap_scope import GapChoices, list_choices
from app.actions.gap_week import GapWeek, WeekCell, describe_week
from app.actions.gap_words import round_people
from app.db import db
from app.errors import BadQuestionError
from app.forms.gaps import QUESTION_FIELDS, question_values, read_gap_question, typed_question
from app.forms.values import read_text, typed_values
from app.routes.find_words import NAMED_DAYS, PARTS_OF_DAY
from app.routes.gap_options import question_options
from app.security import public

gap_week = Blueprint("gap_week", __name__)


@gap_week.get("/gaps/week")
@public
def show() -> ResponseReturnValue:
    choices = list_choices(db.session)
    if choices.defaults is None:
        return render_template("gaps/empty.html")
    try:
        question = read_gap_question(request.args, choices.defaults)
        area = read_text(request.args, "area")
        week = describe_week(db.session, replace(question, within=area) if area else question)
    except BadQuestionError as error:
        typed = {"theme": "", "within": "", **typed_values(request.args, QUESTION_FIELDS)}
        return _page(choices, typed, error=error), 400
    return _page(choices, typed_question(week.question), week=week, whole=question if area else None)


def _page(
    choices: GapChoices,
    typed: dict[str, str],
    *,
    week: GapWeek | None = None,
    whole: GapQuestion | None = None,
    error: BadQuestionError | None = None,
) -> str:
    def cell_link(cell: WeekCell) -> str:
        assert week is not None
        return url_for("gaps.show", **question_values(replace(week.question, day=cell.day, part=cell.part)))

    return render_template(
        "gaps/week.html",
        choices=choices,
        options=question_options(choices),
        typed=typed,
        week=week,
        whole_link=url_for("gap_week.show", **question_values(whole)) if whole else "",
        asked=question_values(week.question) if week else {},
        cell_link=cell_link,
        days={day: str(words) for day, words in NAMED_DAYS.items()},
        parts={part: str(words) for part, words in PARTS_OF_DAY.items()},
        error=error,
        about=round_people,
    )
