"""In the field: what is noted at a stop of a plan, on the phone or on paper, with a connection or without."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

from flask import Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf

from app.actions import visits as actions
from app.actions.clock import today
from app.actions.moderation import Areas, list_areas
from app.actions.plans import describe_plan, find_stop, get_own_plan
from app.actions.qr import draw_qr
from app.actions.visits import Became, Kept
from app.config import ROOT
from app.db import db
from app.errors import STATUS_BY_ERROR, BadQuestionError, WhosDoingWhatError
from app.forms.add_times import typed_lines, with_empty
from app.forms.values import read_choice
from app.forms.visits import read_found_group, read_look, read_visit, read_visit_id
from app.queries.plans import PlanRow, StopRow
from app.routes.add_words import WEEK_CHOICES
from app.routes.plan_pages import question_of
from app.routes.plans import PLANNERS, planner, plans
from app.routes.pledges import pledge_address
from app.routes.visit_words import became_words, visit_choices
from app.security import for_roles, public, scope_of, signed_in
from app.vocabulary import Role

WORKER = ROOT / "static" / "js" / "visit_worker.js"
JSON = "application/json"
MOST_TIMES = 2
"""Lines of exact times on a doorstep; who looks after the entry adds more."""


@plans.get("/<uuid:plan_id>/stops/<int:position>/visit")
@for_roles(*PLANNERS)
def visit(plan_id: UUID, position: int) -> str:
    became = read_choice(request.args, "became", ("", *Became), "")
    return _page(*_own(plan_id, position), kept=Kept(Became(became)) if became else None)


@plans.post("/<uuid:plan_id>/stops/<int:position>/visit")
@for_roles(*PLANNERS)
def keep_visit(plan_id: UUID, position: int) -> ResponseReturnValue:
    """What came of knocking on a door."""
    return _keep(
        plan_id,
        position,
        lambda plan, stop: actions.note_visit(
            db.session, plan, stop, read_visit(request.form), planner(),
            reach_m=question_of(plan).gap.reach_m, pledge_address=pledge_address,
        ),
    )  # fmt: skip


@plans.post("/<uuid:plan_id>/stops/<int:position>/visit/group")
@for_roles(*PLANNERS)
def keep_group(plan_id: UUID, position: int) -> ResponseReturnValue:
    """A group that nobody had listed."""
    return _keep(
        plan_id,
        position,
        lambda plan, stop: actions.add_found_group(
            db.session, plan, stop, read_found_group(request.form), planner(), _may_approve()
        ),
    )


@plans.post("/<uuid:plan_id>/stops/<int:position>/visit/look")
@for_roles(*PLANNERS)
def keep_look(plan_id: UUID, position: int) -> ResponseReturnValue:
    """Everything in an area was looked at."""
    return _keep(
        plan_id,
        position,
        lambda plan, stop: actions.note_look(db.session, plan, stop, read_look(request.form), planner()),
    )


@plans.post("/<uuid:plan_id>/stops/<int:position>/visit/take-back")
@for_roles(*PLANNERS)
def take_back_visit(plan_id: UUID, position: int) -> ResponseReturnValue:
    plan, stop = _own(plan_id, position)
    actions.take_back(db.session, plan, stop, read_visit_id(request.form), planner())
    db.session.commit()
    return redirect(url_for("plans.visit", plan_id=plan_id, position=position, _anchor="noted"), 303)


@plans.get("/<uuid:plan_id>/sheets")
@for_roles(*PLANNERS)
def sheets(plan_id: UUID) -> str:
    """One sheet of paper for each place: whom to knock on, what to ask, room to write."""
    plan = get_own_plan(db.session, plan_id, planner())
    question = question_of(plan)
    page = describe_plan(db.session, plan, question, planner())
    at = {
        row.stop.position: actions.describe_visit(db.session, plan, row.stop, question.gap.reach_m)
        for row in page.stops
    }
    codes = {
        position: draw_qr(url_for("plans.visit", plan_id=plan_id, position=position, _external=True))
        for position in at
    }
    return render_template(
        "plans/sheets.html", page=page, at=at, codes=codes, printed_on=today(), **visit_choices(db.session, plan)
    )


@plans.get("/visits/ready")
@for_roles(*PLANNERS)
def visits_ready() -> dict[str, str]:
    """Whether somebody is signed in, for a phone that has something to send; and the token to send it with."""
    return {"csrf_token": generate_csrf(), "who": str(planner().account_id)}


@plans.get("/visits.js")
@public
def visit_worker() -> Response:
    """The script that opens visit pages without a connection; from here, because it may look after this path."""
    return Response(WORKER.read_text(encoding="utf-8"), mimetype="text/javascript")


def _own(plan_id: UUID, position: int) -> tuple[PlanRow, StopRow]:
    plan = get_own_plan(db.session, plan_id, planner())
    return plan, find_stop(db.session, plan_id, position)


def _may_approve() -> Areas:
    """Where the visitor may put on the map at once what she found: as convener or moderator."""
    visitor = signed_in()
    scope = scope_of(visitor, Role.CONVENER, Role.MODERATOR, Role.ADMIN) if visitor else None
    return None if scope is None else list_areas(db.session, scope.area_ids, scope.hub_ids)


def _keep(plan_id: UUID, position: int, act: Callable[[PlanRow, StopRow], Kept]) -> ResponseReturnValue:
    """Do what a form asks: a script is answered in JSON, a browser with the page."""
    is_script = request.accept_mimetypes.best == JSON
    try:
        plan, stop = _own(plan_id, position)
        kept = act(plan, stop)
    except WhosDoingWhatError as error:
        db.session.rollback()
        if is_script:
            return _problem(error)
        if isinstance(error, BadQuestionError):
            return _page(*_own(plan_id, position), error=error), 400
        raise
    db.session.commit()
    if is_script:
        return {"said": became_words(kept), "is_on_map": kept.became == Became.ON_MAP}
    return redirect(url_for("plans.visit", plan_id=plan_id, position=position, became=kept.became), 303)


def _problem(error: WhosDoingWhatError) -> tuple[dict[str, str], int]:
    status = next((number for kind, number in STATUS_BY_ERROR.items() if isinstance(error, kind)), 400)
    return {"problem": error.message, "fix": error.fix}, status


def _page(plan: PlanRow, stop: StopRow, *, error: BadQuestionError | None = None, kept: Kept | None = None) -> str:
    page = actions.describe_visit(db.session, plan, stop, question_of(plan).gap.reach_m)
    typed = {name: (request.form.getlist(name) or [""])[0] for name in request.form} if error else {}
    choices: dict[str, Any] = visit_choices(db.session, plan)
    lines = typed_lines(request.form) if error else []
    return render_template(
        "plans/visit.html",
        page=page,
        typed=typed,
        error=error,
        said=became_words(kept) if kept else "",
        today=today(),
        who=str(planner().account_id),
        new_id=uuid4,
        lines=with_empty(lines, MOST_TIMES)[:MOST_TIMES],
        knows_times=bool(lines),
        weeks=WEEK_CHOICES,
        **choices,
    )


__all__ = ["plans"]
