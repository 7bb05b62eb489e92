"""Who lacks what: the page, and the same rows as files."""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil
from typing import Any
from urllib.parse import urljoin

from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.actions.area_shapes import gap_geojson, gap_shapes_for_a_file
from app.actions.clock import today
from app.actions.gap_answers import GapAnswer, GapQuestion
from app.actions.gap_demand import sum_demand
from app.actions.gap_files import gap_csv
from app.actions.gap_measure import DRAWS
from app.actions.gap_scope import LIST_YEARS, GapChoices, list_choices
from app.actions.gap_sure import find_stability
from app.actions.gap_values import gap_value_row, gap_values
from app.actions.gaps import answer_gap_question
from app.actions.patches import MOST_LETTERS
from app.actions.standards import find_standard
from app.db import db
from app.errors import BadQuestionError, NotFoundError
from app.forms.gaps import (
    PAGE_FIELDS,
    QUESTION_FIELDS,
    USUAL,
    TableView,
    how_values,
    pages_around,
    plain_values,
    question_values,
    read_gap_question,
    read_table_view,
    rows_per_page,
    sort_rows,
    typed_question,
)
from app.forms.values import read_choice, read_text, refuse_unknown, typed_values
from app.maps.csp_map import MapParts
from app.maps.one_file import inline
from app.maps.render import gap_map, gap_map_for_a_file
from app.queries.map_points import get_map_state
from app.routes.answers import as_file, as_json, packed
from app.routes.area_tiles import find_or_draw
from app.routes.gap_options import question_options
from app.routes.question_words import Chip, all_chips, without
from app.security import public
from geodata.gap_presets import presets_about

gaps = Blueprint("gaps", __name__)

FILE_SHEETS = [f"css/{name}.css" for name in ("tokens", "base", "parts", "gaps", "map", "print")]
FILE_SCRIPTS = ["js/gap_page.js"]


@gaps.get("/gaps")
@public
def show() -> ResponseReturnValue:
    choices = list_choices(db.session)
    if choices.defaults is None:
        return render_template("gaps/empty.html")
    try:
        view = read_table_view(request.args)
        answer = answer_gap_question(db.session, read_gap_question(request.args, choices.defaults))
    except BadQuestionError as error:
        return wrong_question(choices, error)
    values_url = url_for("gaps.values", **question_values(answer.question))
    return render_template(
        "gaps/show.html",
        choices=choices,
        options=question_options(choices),
        presets=presets_about([theme.key for theme in choices.themes]),
        typed={**typed_question(answer.question), "within_name": _name_outside_the_list(choices, answer)},
        drawing=draw(values_url),
        **part_values(answer, view),
    )


def wrong_question(choices: GapChoices, error: BadQuestionError) -> ResponseReturnValue:
    """The form of the gap page with what was typed, and what is wrong with it."""
    typed = typed_values(request.args, QUESTION_FIELDS, MOST_LETTERS)
    return render_template(
        "gaps/question_error.html",
        choices=choices,
        options=question_options(choices),
        typed={name: value or USUAL.get(name, "") for name, value in typed.items()},
        error=error,
    ), 400


@gaps.get("/gaps/live")
@public
def live() -> ResponseReturnValue:
    """The parts of the page that change with the question, and what its map paints; no bands when ``quick``."""
    is_quick = read_choice(request.args, "quick", ("", "1"), "") == "1"
    try:
        answer = _answer_for_file("quick", draws=0 if is_quick else DRAWS)
        view = read_table_view(request.args)
    except BadQuestionError as error:
        return render_template("gaps/live_problem.html", error=error), 400
    parts = part_values(answer, view, is_quick=is_quick)
    return render_template("gaps/live.html", is_quick=is_quick, map_values=map_values(answer), **parts)


def part_values(answer: GapAnswer, view: TableView, *, is_quick: bool = False) -> dict[str, Any]:
    """What templates/gaps/parts.html needs."""
    asked = question_values(answer.question)
    on_a_page = rows_per_page(len(answer.rows))
    last_page = max(1, ceil(len(answer.rows) / on_a_page))
    first = (min(view.page, last_page) - 1) * on_a_page

    def sort_link(key: str) -> str:
        order = "down" if key == view.sort and not view.descending else "up"
        return url_for("gaps.show", **asked, sort=key, order=order, _anchor="table-title")

    def page_link(number: int) -> str:
        order = "down" if view.descending else "up"
        return url_for("gaps.show", **asked, sort=view.sort, order=order, page=number, _anchor="table-title")

    return {
        "answer": answer,
        "asked": asked,
        "shown_chips": _chips(answer, asked),
        "plain_link": url_for("gaps.show", **plain_values(asked)),
        "rows": sort_rows(answer.rows, view)[first : first + on_a_page],
        "view": view,
        "last_page": last_page,
        "shown_pages": pages_around(min(view.page, last_page), last_page),
        "sort_link": sort_link,
        "page_link": page_link,
        "older_link": older_link(answer),
        "values_url": url_for("gaps.values", **asked),
        "without_patch": url_for("gaps.show", **{**asked, "patch": None}),
        "profile_link": profile_link,
        "standard": find_standard(db.session, answer.question) if answer.question.benchmark == "ours" else None,
        "sure": None if is_quick else find_stability(db.session, answer.question),
        "demand": None if is_quick else sum_demand(db.session, answer),
    }


def _chips(answer: GapAnswer, asked: Mapping[str, Any]) -> list[tuple[Chip, str]]:
    """What is set in the question, each with the address of the question without it."""
    chips = all_chips(answer.question, answer.benchmark_name)
    return [(chip, url_for("gaps.show", **without(asked, chip))) for chip in chips]


def draw(values_url: str) -> MapParts:
    """The map of a question, whose values are at ``values_url``."""
    pins = f"{url_for('tiles.index')}{get_map_state(db.session).version}/"
    return gap_map(values_url, url_for("tiles.borders"), pins, url_for("home.index"), label_id="map-label")


def profile_link(question: GapQuestion, area_code: str) -> str:
    """The address of an area's profile that counts as the question does, open at its theme."""
    how = how_values(question)
    return url_for("areas.show", layer=question.layer, area_code=area_code, **how, theme=question.theme)


def older_link(answer: GapAnswer, endpoint: str = "gaps.show", **more: Any) -> str | None:
    """The same view of the question with older lists counted, when only they could answer it."""
    if answer.last_check is None or any(row.rank for row in answer.rows):
        return None
    age_years = (today() - answer.last_check).days / 365.25
    enough = next((years for years in LIST_YEARS if age_years < years), None)
    asked = {**question_values(answer.question), "list_years": enough}
    return url_for(endpoint, **asked, **more) if enough and enough > answer.question.list_years else None


def _name_outside_the_list(choices: GapChoices, answer: GapAnswer) -> str:
    """The name of the area asked about, when the form's list does not hold it."""
    area = answer.within
    if area is None or any(area in group.areas for group in choices.within):
        return ""
    return area.name


@gaps.get("/gaps.csv")
@public
def csv() -> Response:
    answer = _answer_for_file()
    page = _page_of(answer)
    return as_file(
        gap_csv(answer, page), "text/csv; charset=utf-8; header=present", "gaps.csv", answer.data_version, page
    )


@gaps.get("/gaps.json")
@public
def values() -> Response:
    """For the map of the page: what to paint where; the shapes are tiles. One row of it by area or number."""
    area_code, number = read_text(request.args, "area"), read_text(request.args, "number")
    answer = _answer_for_file("area", "number")
    if area_code or number:
        found = gap_value_row(db.session, answer, find_or_draw(answer.question.layer), area_code, number)
    else:
        found = map_values(answer)
    return packed(as_json(found, "application/json", answer.data_version, _page_of(answer)))


def map_values(answer: GapAnswer) -> dict[str, Any]:
    drawn = find_or_draw(answer.question.layer)
    return {
        **gap_values(db.session, answer, drawn),
        "tiles": f"{url_for('home.index')}tiles/areas/{drawn.layer_key}/{drawn.version}/",
        "theme": answer.question.theme,
        "patch": answer.drawn,
        "profile": profile_link(answer.question, "{code}").replace("%7Bcode%7D", "{code}"),
    }


@gaps.get("/gaps.geojson")
@public
def geojson() -> Response:
    answer = _answer_for_file()
    shapes = gap_geojson(db.session, answer)
    return as_json(shapes, "application/geo+json", answer.data_version, _page_of(answer))


@gaps.get("/gaps.html")
@public
def html() -> Response:
    """Question, map, table and sources as one file that opens without a network."""
    answer = _answer_for_file()
    page = _page_of(answer)
    drawing = gap_map_for_a_file("gap-shapes", label_id="map-label")
    asked = question_values(answer.question)

    def sort_link(key: str) -> str:
        return url_for("gaps.show", **asked, sort=key, _anchor="table-title", _external=True)

    text = render_template(
        "gaps/file.html",
        answer=answer,
        shapes=gap_shapes_for_a_file(db.session, answer),
        drawing=drawing,
        inlined=inline(drawing, FILE_SHEETS, FILE_SCRIPTS),
        page=page,
        made_on=today(),
        view=TableView("rank", False, 1),
        sort_link=sort_link,
        profile_link=lambda question, code: urljoin(request.url_root, profile_link(question, code)),
    )
    return as_file(text, "text/html; charset=utf-8", "gaps.html", answer.data_version, page)


def _answer_for_file(*also: str, draws: int = DRAWS) -> GapAnswer:
    refuse_unknown(request.args, (*PAGE_FIELDS, *also))
    choices = list_choices(db.session)
    if choices.defaults is None:
        raise NotFoundError("Nothing is loaded yet.", "Load areas and groups first; the first page says how.")
    return answer_gap_question(db.session, read_gap_question(request.args, choices.defaults), draws=draws)


def _page_of(answer: GapAnswer) -> str:
    return url_for("gaps.show", **question_values(answer.question), _external=True)
