"""A hub's report for funders: its page, its paper, and the same for whoever has the link."""

from __future__ import annotations

from base64 import b64encode
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from app.actions import change_words
from app.actions import hub_reports as actions
from app.actions.evidence_shapes import load_shapes
from app.actions.hub_reports import Report, ThemeMoved
from app.actions.hubs import get_own_hub
from app.actions.plan_answers import PlanQuestion
from app.actions.remembered import Remembered
from app.addresses import address_of
from app.db import db
from app.errors import BadQuestionError, NotFoundError
from app.forms.hub_reports import read_days, read_words
from app.maps.pictures import Caption, DrawnArea, draw_map
from app.models import HubReport
from app.queries import hub_reports as queries
from app.queries.hub_reports import Days
from app.queries.plans import PlanRow
from app.routes.plan_pages import question_of
from app.routes.plans import PLANNERS, planner
from app.routes.visit_words import outcome_words
from app.security import for_roles, public

hub_reports = Blueprint("hub_reports", __name__)
_papers: Remembered[bytes] = Remembered(8)


@hub_reports.get("/hubs/<uuid:hub_id>/report")
@for_roles(*PLANNERS)
def show(hub_id: UUID) -> ResponseReturnValue:
    get_own_hub(db.session, hub_id, planner())
    try:
        return _page(hub_id, actions.check_days(read_days(request.args)))
    except BadQuestionError as error:
        return _page(hub_id, actions.usual_days(), error=error), 400


@hub_reports.post("/hubs/<uuid:hub_id>/report")
@for_roles(*PLANNERS)
def keep(hub_id: UUID) -> ResponseReturnValue:
    """Keep the hub's own words, and whether whoever has the link may read the report."""
    get_own_hub(db.session, hub_id, planner())
    days = actions.check_days(read_days(request.form))
    is_shared = request.form.get("share") == "yes"
    try:
        actions.keep(db.session, hub_id, days, read_words(request.form), is_shared=is_shared, planner=planner())
    except BadQuestionError as error:
        return _page(hub_id, days, error=error, typed=(request.form.getlist("words") or [""])[0]), 400
    db.session.commit()
    page = url_for(".show", hub_id=hub_id, **_days_values(days))
    return redirect(f"{page}#own-title", 303)


@hub_reports.get("/hubs/<uuid:hub_id>/report.pdf")
@for_roles(*PLANNERS)
def paper(hub_id: UUID) -> Response:
    get_own_hub(db.session, hub_id, planner())
    days = actions.check_days(read_days(request.args))
    return _paper(hub_id, days, queries.find_kept(db.session, hub_id, days))


@hub_reports.get("/reports/<uuid:report_id>")
@public
def shared(report_id: UUID) -> str:
    """For whoever has the link of a report that was shared."""
    kept = actions.get_shared(db.session, report_id)
    return render_template(
        "hub_reports/shared.html",
        report_id=report_id,
        **_said(kept.hub_id, Days(kept.starts_on, kept.ends_on), kept),
    )


@hub_reports.get("/reports/<uuid:report_id>/report.pdf")
@public
def shared_paper(report_id: UUID) -> Response:
    kept = actions.get_shared(db.session, report_id)
    return _paper(kept.hub_id, Days(kept.starts_on, kept.ends_on), kept)


def _page(hub_id: UUID, days: Days, *, error: BadQuestionError | None = None, typed: str | None = None) -> str:
    kept = queries.find_kept(db.session, hub_id, days)
    return render_template(
        "hub_reports/show.html",
        **_said(hub_id, days, kept),
        error=error,
        typed_words=typed if typed is not None else kept.words if kept else "",
        typed_days={"from": request.values.get("from"), "to": request.values.get("to")} if error else {},
        asked=_days_values(days),
        others=[one for one in queries.list_kept(db.session, hub_id, actions.MOST_KEPT) if one != kept],
    )


def _days_values(days: Days) -> dict[str, Any]:
    return {"from": days.since.isoformat(), "to": days.until.isoformat()}


def _said(hub_id: UUID, days: Days, kept: HubReport | None) -> dict[str, Any]:
    """What the page and the paper say."""
    plans = [(plan, _question(plan)) for plan in actions.list_plans_of(db.session, hub_id, days)]
    report = actions.describe_report(db.session, hub_id, days, plans)
    return {
        "report": report,
        "kept": kept,
        "outcomes": outcome_words(),
        "part_words": change_words.PART_WORDS,
        "pictures": [_picture(theme) for theme in report.themes],
        "map_words": [_map_words(theme) for theme in report.themes],
    }


def _question(plan: PlanRow) -> PlanQuestion | None:
    """The question of a plan; None where its area or its theme is gone since."""
    try:
        return question_of(plan)
    except (BadQuestionError, NotFoundError):
        return None


def _map_words(theme: ThemeMoved) -> str:
    return change_words.map_words(theme.inside)


def _picture(theme: ThemeMoved) -> str:
    """The hub's areas by whether they have more or fewer people without than then, as an address of data."""
    shapes = load_shapes(db.session, theme.answer)
    areas = [
        DrawnArea(one.area.name, change_words.kind_of(one), shapes[one.area.area_code])
        for one in theme.areas
        if one.area.area_code in shapes
    ]
    then = f"{theme.change.then_on.day} {theme.change.then_on:%B %Y}"
    later = theme.change.now_on
    now = f"{later.day} {later:%B %Y}" if later else "now"
    caption = Caption(
        theme.answer.theme_question, change_words.legend(theme.inside), f"{then} and {now}", _map_words(theme)
    )
    svg = draw_map(areas, caption)
    return f"data:image/svg+xml;base64,{b64encode(svg.encode()).decode()}"


def _paper(hub_id: UUID, days: Days, kept: HubReport | None) -> Response:
    said = _said(hub_id, days, kept)
    report: Report = said["report"]
    page = (
        address_of("hub_reports.shared", report_id=kept.id)
        if kept and kept.is_shared
        else address_of("hub_reports.show", hub_id=hub_id, **_days_values(days))
    )
    sheet = Markup(render_template("evidence/paper.css"))  # noqa: S704 - ours, no input
    html = render_template("hub_reports/paper.html", **said, page=page, sheet=sheet)
    answer = Response(_papers.get(html, lambda: _write(html, report)), mimetype="application/pdf")
    name = f"report-{days.since.isoformat()}-{days.until.isoformat()}.pdf"
    answer.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return answer


def _write(html: str, report: Report) -> bytes:
    from app.maps.paper import write_paper  # noqa: PLC0415 - WeasyPrint takes a second to import

    return write_paper(html, datetime.combine(report.made_on, datetime.min.time(), UTC))
