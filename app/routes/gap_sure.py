"""How sure a gap answer is, and what people ask for beside what is measured."""

from __future__ import annotations

from hashlib import blake2s

from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.actions.clock import today
from app.actions.gap_answers import GapQuestion
from app.actions.gap_demand import COLUMNS, MOST_WEIGHT, compare_demand
from app.actions.gap_files import demand_csv, ways_csv
from app.actions.gap_scope import list_choices
from app.actions.gap_sure import SureAnswer, compare_ways, weigh_doubts
from app.actions.gap_twins import count_once
from app.actions.gap_ways import METHODS
from app.actions.gaps import answer_gap_question
from app.db import db
from app.errors import BadQuestionError, NotFoundError
from app.forms.gaps import QUESTION_FIELDS, question_values, read_gap_question
from app.forms.values import Values, read_whole_number, refuse_unknown, typed_values
from app.routes.answers import as_file
from app.routes.gaps import profile_link, wrong_question
from app.security import public

gap_sure = Blueprint("gap_sure", __name__)

MOST_ROWS, MOST_LOOKED = 60, 300
WEIGHT_FIELDS = tuple(f"count_{column}" for column in COLUMNS)


@gap_sure.get("/gaps/sure")
@public
def show() -> ResponseReturnValue:
    choices = list_choices(db.session)
    if choices.defaults is None:
        return render_template("gaps/empty.html")
    try:
        answer = compare_ways(db.session, read_gap_question(request.args, choices.defaults))
        doubts = weigh_doubts(db.session, answer.question)
    except BadQuestionError as error:
        return wrong_question(choices, error)
    return render_template(
        "gaps/sure.html",
        answer=answer,
        doubts=doubts,
        twins=count_once(db.session, answer.question),
        sources=answer_gap_question(db.session, answer.question, draws=0).sources,
        today=today(),
        asked=question_values(answer.question),
        methods=method_words(),
        rows=answer.worst[:MOST_ROWS],
        looked=answer.looked[:MOST_LOOKED],
        reaches=sorted({line.way.reach_m for line in answer.ways}),
        profile_link=profile_link,
    )


def method_words() -> dict[str, str]:
    words = (
        _("fair share, fading smoothly"),
        _("fair share, fading in a straight line"),
        _("fair share, halving every third of the way"),
        _("no fading: near and far count the same (2SFCA)"),
        _("the far share less, too (E2SFCA)"),
    )
    return dict(zip(METHODS, words, strict=True))


@gap_sure.get("/gaps/sure.csv")
@public
def csv() -> Response:
    answer = _answer_for_file()
    page = _page_of(answer)
    text = ways_csv(answer, weigh_doubts(db.session, answer.question), method_words(), page)
    return as_file(text, "text/csv; charset=utf-8; header=present", "how-sure.csv", answer.data_version, page)


@gap_sure.get("/gaps/demand")
@public
def demand() -> ResponseReturnValue:
    choices = list_choices(db.session)
    if choices.defaults is None:
        return render_template("gaps/empty.html")
    weights, wrong = dict.fromkeys(COLUMNS, 0), None
    try:
        weights = read_weights(request.args)
    except BadQuestionError as error:
        wrong = error
    try:
        answer = compare_demand(db.session, read_gap_question(request.args, choices.defaults), weights)
    except BadQuestionError as error:
        return wrong_question(choices, error)
    return render_template(
        "gaps/demand.html",
        answer=answer,
        asked=question_values(answer.gaps.question),
        typed=typed_values(request.args, WEIGHT_FIELDS),
        error=wrong,
        words=column_words(),
        rows=answer.rows[:MOST_LOOKED],
        profile_link=profile_link,
    ), (400 if wrong else 200)


@gap_sure.get("/gaps/demand.csv")
@public
def demand_file() -> Response:
    refuse_unknown(request.args, (*QUESTION_FIELDS, *WEIGHT_FIELDS))
    question = read_gap_question(request.args, _defaults())
    answer = compare_demand(db.session, question, read_weights(request.args))
    weights = {f"count_{name}": weight for name, weight in answer.weights.items() if weight}
    page = url_for("gap_sure.demand", _external=True, **{**question_values(question), **weights})
    text = demand_csv(answer, page)
    version = blake2s(text.encode(), digest_size=8).hexdigest()
    return as_file(text, "text/csv; charset=utf-8; header=present", "what-people-ask-for.csv", version, page)


def read_weights(values: Values) -> dict[str, int]:
    """How much each column counts, 0 to 100; left out is 0. Raises BadQuestionError that names the field."""
    return {
        column: read_whole_number(values, f"count_{column}", 0, least=0, most=MOST_WEIGHT) or 0
        for column in COLUMNS
    }


def column_words() -> dict[str, str]:
    return {
        "gap": _("The gap"),
        "official": _("Official need"),
        "needs": _("What residents say is missing"),
        "wishes": _("“Nothing near me”"),
        "misses": _("Searches that found nothing"),
    }


def _defaults() -> GapQuestion:
    choices = list_choices(db.session)
    if choices.defaults is None:
        raise NotFoundError("Nothing is loaded yet.", "Load areas and groups first; the first page says how.")
    return choices.defaults


def _answer_for_file() -> SureAnswer:
    refuse_unknown(request.args, QUESTION_FIELDS)
    return compare_ways(db.session, read_gap_question(request.args, _defaults()))


def _page_of(answer: SureAnswer) -> str:
    return url_for("gap_sure.show", **question_values(answer.question), _external=True)
