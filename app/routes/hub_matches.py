"""What is asked for in a hub's patches and what would suit it; asking both sides whether they want to meet."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from app.actions.clock import today
from app.actions.hub_matches import describe_matches, introduce
from app.db import db
from app.forms.moderation import read_page
from app.forms.needs import read_uuid
from app.routes.introduced import introduced_address
from app.routes.plans import PLANNERS, planner
from app.security import for_roles

hub_matches = Blueprint("hub_matches", __name__, url_prefix="/hubs")
ASKED = "matches_asked"


@hub_matches.get("/<uuid:hub_id>/matches")
@for_roles(*PLANNERS)
def show(hub_id: UUID) -> str:
    page = describe_matches(db.session, hub_id, planner(), today(), read_page(request.args))
    return render_template(
        "hubs/matches.html", page=page, asked=session.pop(ASKED, None),
        page_link=lambda number: url_for(".show", hub_id=hub_id, page=number),
    )  # fmt: skip


@hub_matches.post("/<uuid:hub_id>/matches")
@for_roles(*PLANNERS)
def ask(hub_id: UUID) -> ResponseReturnValue:
    wanted, offered = read_uuid(request.form, "ask"), read_uuid(request.form, "offer")
    introduce(db.session, hub_id, wanted, offered, planner(), introduced_address)
    db.session.commit()
    session[ASKED] = True
    return redirect(url_for(".show", hub_id=hub_id), 303)
