"""Hubs: the page a convener opens on a Monday, and the patches her hub looks after."""

from __future__ import annotations

from collections import Counter
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.actions.clock import today
from app.actions.drawn_patches import LONGEST_NAME, draw_patch, forget_patch
from app.actions.gap_scope import list_choices
from app.actions.hub_map import describe_home
from app.actions.hubs import (
    CLAIM_DAYS,
    HubPage,
    claim,
    describe_hub,
    get_own_hub,
    leave,
    list_hubs,
    list_other_hubs,
)
from app.actions.map_points import whole_map
from app.actions.patches import MOST_LETTERS
from app.db import db
from app.errors import BadQuestionError, NotFoundError
from app.forms.patches import PATCH_FIELDS, read_patch_answer
from app.forms.typed import typed_line
from app.forms.values import read_text, typed_values
from app.maps.csp_map import MapParts
from app.maps.render import corners_map, hub_map
from app.queries.hubs import HubRow
from app.queries.map_points import get_map_state
from app.routes.gap_patch import patch_of
from app.routes.hub_members import keeps, runs
from app.routes.plans import PLANNERS, planner
from app.security import for_roles

MOST_SOUGHT = 8
"""Kinds of help that one plan goes and looks for: more takes nobody in on a doorstep."""

hubs = Blueprint("hubs", __name__, url_prefix="/hubs")


@hubs.get("")
@for_roles(*PLANNERS)
def index() -> str:
    who = planner()
    return render_template(
        "hubs/index.html", hubs=list_hubs(db.session, who), others=list_other_hubs(db.session, who)
    )


@hubs.get("/<uuid:hub_id>")
@for_roles(*PLANNERS)
def show(hub_id: UUID) -> str:
    page = describe_hub(db.session, hub_id, planner())
    choices = list_choices(db.session)
    mine = {patch.area_id for patch in page.patches}
    free = [group for group in choices.within if any(area.area_id not in mine for area in group.areas)]
    return render_template(
        "hubs/show.html",
        page=page,
        look_there=_plan_to_look(page),
        groups=free,
        mine=mine,
        today=today(),
        claim_days=CLAIM_DAYS,
        keeps_members=keeps(hub_id),
        home=describe_home(db.session, hub_id, page.patches, with_members=runs(hub_id)),
        themes=choices.themes,
        drawing=draw_home(),
    )


def draw_home() -> MapParts:
    return hub_map(
        "hub-shapes",
        f"{url_for('tiles.index')}{get_map_state(db.session).version}/",
        url_for("tiles.borders"),
        url_for("home.index"),
        label_id="map-label",
        everything=whole_map(db.session),
    )


def _plan_to_look(page: HubPage) -> str:
    """The address of a plan to look where nobody has, for what is looked for least; empty without any."""
    if not page.thin:
        return ""
    sought = Counter(theme for row in page.thin for theme in row.themes)
    return url_for(
        "plans.new",
        theme=[theme for theme, _times in sought.most_common(MOST_SOUGHT)],
        candidates="areas",
        layer=page.layer_key,
        count=len(page.thin),
        for_hub=page.hub.id,
        goal="look",
    )


@hubs.post("/<uuid:hub_id>/patches")
@for_roles(*PLANNERS)
def claim_patch(hub_id: UUID) -> ResponseReturnValue:
    """Claim an area, or renew the claim."""
    claim(db.session, hub_id, read_text(request.form, "area"), planner())
    db.session.commit()
    return redirect(url_for(".show", hub_id=hub_id, _anchor="patches"), 303)


@hubs.post("/<uuid:hub_id>/patches/leave")
@for_roles(*PLANNERS)
def leave_patch(hub_id: UUID) -> ResponseReturnValue:
    typed = read_text(request.form, "area_id", longest=9)
    if not typed.isascii() or not typed.isdigit():
        raise NotFoundError("There is no such area.", "Look at the hub's page.")
    leave(db.session, hub_id, int(typed), planner())
    forget_patch(db.session, hub_id, int(typed))
    db.session.commit()
    return redirect(url_for(".show", hub_id=hub_id, _anchor="patches"), 303)


@hubs.route("/<uuid:hub_id>/patches/draw", methods=["GET", "POST"])
@for_roles(*PLANNERS)
def draw(hub_id: UUID) -> ResponseReturnValue:
    """A patch that is no area of a layer: drawn, and claimed."""
    hub = get_own_hub(db.session, hub_id, planner())
    typed = dict(typed_values(request.form, ("name", *PATCH_FIELDS), MOST_LETTERS))
    if request.method == "GET":
        return _draw_page(hub, typed, None)
    try:
        answer = read_patch_answer(request.form)
        if not answer.how:
            raise BadQuestionError(_("Nothing is drawn yet."), _("Choose one of the two ways."), field="how")
        name = typed_line(request.form, "name", _("Name"), longest=LONGEST_NAME, required=True)
        draw_patch(db.session, hub_id, name, patch_of(db.session, answer), planner())
    except BadQuestionError as error:
        db.session.rollback()
        return _draw_page(hub, typed, error), 422
    db.session.commit()
    return redirect(url_for(".show", hub_id=hub_id, _anchor="patches"), 303)


def _draw_page(hub: HubRow, typed: dict[str, str], error: BadQuestionError | None) -> str:
    drawing = corners_map(url_for("tiles.borders"), label_id="map-label")
    return render_template(
        "hubs/draw.html", hub=hub, typed=typed, error=error, drawing=drawing, claim_days=CLAIM_DAYS,
        longest_name=LONGEST_NAME,
    )  # fmt: skip
