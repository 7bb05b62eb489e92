"""Hubs: the page a convener opens on a Monday, and the patches her hub looks after."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.actions.clock import today
from app.actions.gap_scope import list_choices
from app.actions.hub_map import describe_home
from app.actions.hubs import CLAIM_DAYS, claim, describe_hub, leave, list_hubs, list_other_hubs
from app.actions.map_points import whole_map
from app.db import db
from app.errors import NotFoundError
from app.forms.values import read_text
from app.maps.csp_map import MapParts
from app.maps.render import hub_map
from app.queries.map_points import get_map_state
from app.routes.plans import PLANNERS, planner
from app.security import for_roles

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
        groups=free,
        mine=mine,
        today=today(),
        claim_days=CLAIM_DAYS,
        home=describe_home(db.session, hub_id, page.patches),
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
    db.session.commit()
    return redirect(url_for(".show", hub_id=hub_id, _anchor="patches"), 303)
