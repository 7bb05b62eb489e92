"""Where to go: a plan of sites for a gap, for conveners and officers."""

from __future__ import annotations

import json
from dataclasses import replace
from math import floor
from typing import Any

from flask import Blueprint, Response, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.actions.gap_scope import GapChoices, list_choices
from app.actions.hubs import list_hubs, list_hubs_inside
from app.actions.plan_answers import PlanAnswer, PlanQuestion, PlanSite
from app.actions.plan_files import plan_csv, plan_geojson
from app.actions.plan_moves import PLACEHOLDER, move_site, move_to_typed
from app.actions.plan_runs import ask_for_run, find_run_of
from app.actions.plan_siting import answer_plan
from app.actions.plans import NewPlan, Planner, save_plan
from app.db import db
from app.errors import BadQuestionError, NotFoundError
from app.forms.gaps import question_values
from app.forms.plans import plan_values, read_day, read_own_id, read_plan_question, read_title
from app.forms.values import Values, read_text, read_whole_number
from app.maps.render import plan_map
from app.queries.candidates import has_spaces
from app.queries.plans import StopRow
from app.routes.gap_options import question_options
from app.routes.plan_options import plan_options, pounds, tenth_percent
from app.security import for_roles, scope_of, signed_in
from app.vocabulary import Role

plans = Blueprint("plans", __name__, url_prefix="/plans")
plans.add_app_template_filter(pounds)
plans.add_app_template_filter(tenth_percent)
PLANNERS = (Role.CONVENER, Role.OFFICER, Role.ADMIN)


@plans.get("/new")
@for_roles(*PLANNERS)
def new() -> ResponseReturnValue:
    """The question, and the answer once a theme is chosen."""
    choices = list_choices(db.session)
    if choices.defaults is None:
        return render_template("gaps/empty.html")
    typed = {name: request.args.getlist(name) for name in request.args}
    try:
        question = read_plan_question(request.args, choices.defaults)
        answer = answer_plan(db.session, question, sorted(planner().hub_ids)) if question.themes else None
        moved = _moved(question, answer) if answer else None
    except BadQuestionError as error:
        return render_template("plans/new.html", **_form(choices, typed), answer=None, error=error), 400
    if moved:
        return redirect(_link(moved), 303)
    asked = plan_values(question)
    typed = {name: value if isinstance(value, list) else [value] for name, value in asked.items()}
    return render_template(
        "plans/new.html",
        **_form(choices, typed),
        question=question,
        answer=answer,
        error=None,
        asked=asked,
        **(_shown(question, answer) if answer else {}),
    )


def _moved(question: PlanQuestion, answer: PlanAnswer) -> PlanQuestion | None:
    """What the form under a place asks for: the same with that place elsewhere."""
    number, where = read_whole_number(request.args, "move", None), read_text(request.args, "to")
    if not number or not where or number > len(answer.sites):
        return None
    return move_to_typed(db.session, question, answer, number, where)


def _shown(question: PlanQuestion, answer: PlanAnswer) -> dict[str, Any]:
    """All that the page says of an answer."""
    return {
        **plan_drawing(question),
        "stars": {"can_move": True, "sites": [star(site, "site") for site in answer.sites]},
        "proven_share": _share_proven(answer),
        "run": find_run_of(db.session, question, sorted(planner().hub_ids)),
        "link": lambda **changes: _link(replace(question, **changes)),
        "move_link": lambda site: _link(move_site(question, answer, site.number, PLACEHOLDER)),
        "swap_link": lambda site, other: _link(move_site(question, answer, site.number, other.key)),
    }


def plan_drawing(question: PlanQuestion) -> dict[str, Any]:
    """The map of a plan over the gap in its first theme, and where that gap is told in full."""
    gap = question_values(replace(question.gap, theme=question.themes[0]))
    drawing = plan_map(url_for("gaps.values", **gap), url_for("tiles.borders"), label_id="map-label")
    return {"drawing": drawing, "gap_link": url_for("gaps.show", **gap)}


def star(site: PlanSite | StopRow, kind: str) -> dict[str, Any]:
    """What the map is told of a place."""
    number = site.number if isinstance(site, PlanSite) else site.position
    return {
        "number": number,
        "name": site.name,
        "at": [site.lat, site.lon],
        "kept": isinstance(site, PlanSite) and site.is_pinned,
        "url": f"#{kind}-{number}",
    }


@plans.post("")
@for_roles(*PLANNERS)
def save() -> ResponseReturnValue:
    """Keep the plan that the address in the form asks for."""
    question = _question(request.form)
    new_plan = NewPlan(
        title=read_title(request.form),
        question=question,
        asked=plan_values(question),
        hub_id=read_own_id(request.form, "hub"),
        starts_on=read_day(request.form, "starts_on"),
        ends_on=read_day(request.form, "ends_on"),
    )
    plan_id = save_plan(db.session, new_plan, planner())
    db.session.commit()
    return redirect(url_for(".show", plan_id=plan_id), 303)


def planner() -> Planner:
    """Who asks. Officers, administrators and conveners of everywhere see every plan and hub; those of some areas
    see hubs that are active there and nowhere else; others their own.

    A role that does not plan opens no hub here: who moderates for one reads nothing of its plans.
    """
    visitor = signed_in()
    assert visitor is not None
    hubs = frozenset(grant.hub_id for grant in visitor.grants if grant.hub_id and grant.role in PLANNERS)
    scope = scope_of(visitor, *PLANNERS)
    if scope is None:
        return Planner(visitor.account_id, hubs, sees_all=True)
    inside = list_hubs_inside(db.session, scope.area_ids)
    return Planner(visitor.account_id, hubs, sees_all=False, area_hub_ids=inside)


@plans.post("/proof")
@for_roles(*PLANNERS)
def ask_for_proof() -> ResponseReturnValue:
    """Look for the best choice there is, in the background."""
    question = _question(request.form)
    ask_for_run(db.session, question, sorted(planner().hub_ids), planner().account_id)
    db.session.commit()
    return redirect(_link(question), 303)


@plans.get("/proof")
@for_roles(*PLANNERS)
def proof() -> Response:
    """How far that is, for the page to wait for."""
    run = find_run_of(db.session, _question(request.args), sorted(planner().hub_ids))
    return jsonify({"state": run.state.value if run else "none", "seconds": run.seconds if run else 0})


def _question(values: Values) -> PlanQuestion:
    choices = list_choices(db.session)
    if choices.defaults is None:
        raise NotFoundError("Nothing is loaded yet.", "Load areas and groups first; the first page says how.")
    return read_plan_question(values, choices.defaults)


@plans.get("/new.csv")
@for_roles(*PLANNERS)
def csv() -> Response:
    answer = _answer()
    return _as_file(plan_csv(answer, _page(answer.question)), "text/csv; charset=utf-8", "plan.csv")


@plans.get("/new.geojson")
@for_roles(*PLANNERS)
def geojson() -> Response:
    answer = _answer()
    text = json.dumps(plan_geojson(answer, _page(answer.question)), ensure_ascii=False, allow_nan=False)
    return _as_file(text, "application/geo+json", "plan.geojson")


def _share_proven(answer: PlanAnswer) -> str:
    """99.9 %, never rounded up: what is said must be proven."""
    return f"{floor(answer.at_least * 1000) / 10:g}\N{NO-BREAK SPACE}%"


def _answer() -> PlanAnswer:
    return answer_plan(db.session, _question(request.args), sorted(planner().hub_ids))


def _as_file(text: str, mimetype: str, name: str) -> Response:
    answer = Response(text, mimetype=mimetype)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _form(choices: GapChoices, typed: dict[str, list[Any]]) -> dict[str, Any]:
    hubs = [(str(hub.id), hub.name) for hub in list_hubs(db.session, planner())]
    return {
        "choices": choices,
        "hubs": hubs,
        "hub_areas": [(key, _("areas of %(hub)s", hub=name)) for key, name in hubs],
        "options": {**question_options(choices), **plan_options(has_spaces=has_spaces(db.session))},
        "typed": {name: values[0] if values else "" for name, values in typed.items()},
        "chosen_themes": typed.get("theme", []),
        "kept": [(name, value) for name in ("pinned", "barred", "only") for value in typed.get(name, []) if value],
    }


def _link(question: PlanQuestion) -> str:
    return url_for("plans.new", **plan_values(question))


def _page(question: PlanQuestion) -> str:
    return url_for("plans.new", **plan_values(question), _external=True)
