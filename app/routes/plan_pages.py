"""A plan that was kept: its page, its calendar, and what came of it."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from flask import Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from app.actions.gap_scope import list_choices
from app.actions.looks import delete_plan
from app.actions.plan_answers import PlanQuestion
from app.actions.plan_calendar import make_plan_calendar
from app.actions.plans import PlanPage, describe_plan, get_own_plan, get_plan, list_plans, set_day
from app.db import db
from app.errors import NotFoundError
from app.forms.plans import read_day, read_plan_question
from app.forms.values import read_choice
from app.queries import plans as queries
from app.queries.plans import PlanRow
from app.routes.plans import PLANNERS, plan_drawing, planner, plans, star
from app.routes.visit_words import outcome_words
from app.security import for_roles, public, signed_in


@plans.get("")
@for_roles(*PLANNERS)
def index() -> str:
    return render_template("plans/index.html", plans=list_plans(db.session, planner()))


@plans.get("/<uuid:plan_id>")
@public
def show(plan_id: UUID) -> str:
    """For its own people, and for whoever has the link once it is shared."""
    page = _page(plan_id)
    return render_template(
        "plans/show.html",
        page=page,
        asked=page.plan.question,
        stars={"can_move": False, "sites": [star(stop.stop, "stop") for stop in page.stops]},
        outcomes=outcome_words(),
        **plan_drawing(question_of(page.plan)),
    )


def _page(plan_id: UUID) -> PlanPage:
    who = planner() if signed_in() else None
    plan = get_plan(db.session, plan_id, who)
    return describe_plan(db.session, plan, question_of(plan), who)


def question_of(plan: PlanRow) -> PlanQuestion:
    """The question as it was asked; an area or theme that is gone since is said by BadQuestionError."""
    choices = list_choices(db.session)
    if choices.defaults is None:
        raise NotFoundError("Nothing is loaded yet.", "Load areas and groups first; the first page says how.")
    pairs = [
        (name, str(value))
        for name, given in plan.question.items()
        for value in (given if isinstance(given, list) else [given])
        if value not in (None, "")
    ]
    return read_plan_question(MultiDict(pairs), choices.defaults)


@plans.post("/<uuid:plan_id>/share")
@for_roles(*PLANNERS)
def share(plan_id: UUID) -> ResponseReturnValue:
    get_own_plan(db.session, plan_id, planner())
    queries.set_shared(db.session, plan_id, request.form.get("share") == "yes")
    db.session.commit()
    return redirect(url_for(".show", plan_id=plan_id), 303)


@plans.post("/<uuid:plan_id>/delete")
@for_roles(*PLANNERS)
def delete(plan_id: UUID) -> ResponseReturnValue:
    plan = get_own_plan(db.session, plan_id, planner())
    delete_plan(
        db.session, plan, takes_looks_back=read_choice(request.form, "looks", ("keep", "back"), "keep") == "back"
    )
    db.session.commit()
    return redirect(url_for(".index"), 303)


@plans.post("/<uuid:plan_id>/stops/<int:position>/day")
@for_roles(*PLANNERS)
def day(plan_id: UUID, position: int) -> ResponseReturnValue:
    get_own_plan(db.session, plan_id, planner())
    set_day(db.session, plan_id, position, read_day(request.form, "planned_on"))
    db.session.commit()
    return redirect(url_for(".show", plan_id=plan_id, _anchor=f"stop-{position}"), 303)


@plans.get("/<uuid:plan_id>/plan.ics")
@for_roles(*PLANNERS)
def calendar(plan_id: UUID) -> Response:
    """The places that have a day, as a calendar file."""
    page = describe_own(plan_id)
    stops = [stop.stop for stop in page.stops]
    file = make_plan_calendar(
        page.plan.title, stops, url_for(".show", plan_id=plan_id, _external=True), datetime.now(UTC)
    )
    answer = Response(file, mimetype="text/calendar")
    answer.headers["Content-Disposition"] = 'attachment; filename="plan.ics"'
    return answer


def describe_own(plan_id: UUID) -> PlanPage:
    plan = get_own_plan(db.session, plan_id, planner())
    return describe_plan(db.session, plan, question_of(plan), planner())
