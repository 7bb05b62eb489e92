"""Belonging to a hub: asked for on its public page, then looked after from a mailed link."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.actions import members as actions
from app.actions.map_points import whole_map
from app.actions.peers import MILE_M, MOST_MILES, describe_peers_of
from app.actions.themes import list_themes
from app.addresses import address_of
from app.db import db
from app.errors import BadQuestionError
from app.forms.members import DETAIL_FIELDS, NEW_FIELDS, STAGES, read_details, read_miles_kindly, read_new_member
from app.forms.needs import typed_as_sent
from app.maps.render import peers_map
from app.queries.members import MemberRow
from app.routes.guarded import answer_form
from app.routes.visitors import sender_key
from app.routes.words import word
from app.security import public, traceless
from app.vocabulary import Stage

members = Blueprint("members", __name__)


@members.route("/hubs/<uuid:hub_id>/join", methods=["GET", "POST"])
@public
def join(hub_id: UUID) -> ResponseReturnValue:
    hub = actions.get_public_hub(db.session, hub_id)
    typed = typed_as_sent(request.form, NEW_FIELDS)

    def take() -> None:
        actions.ask_to_join(db.session, hub_id, read_new_member(request.form), sender_key(), member_address)

    show = partial(render_template, "members/join.html", hub=hub, typed=typed)
    return answer_form(show, take, url_for(".mailed", hub_id=hub_id))


@members.get("/hubs/<uuid:hub_id>/join/mailed")
@public
def mailed(hub_id: UUID) -> str:
    return render_template("members/mailed.html", hub=actions.get_public_hub(db.session, hub_id))


@members.get("/members/<token>")
@public
@traceless
def show(token: str) -> str:
    member = actions.describe_member(db.session, token)
    return _page(token, member, typed_of(member), set(member.themes))


@members.post("/members/<token>")
@public
@traceless
def save(token: str) -> ResponseReturnValue:
    themes = [theme.key for theme in list_themes(db.session)]
    try:
        actions.save(db.session, token, read_details(request.form, themes))
    except BadQuestionError as error:
        db.session.rollback()
        member = actions.describe_member(db.session, token)
        typed = dict(typed_as_sent(request.form, DETAIL_FIELDS))
        typed["on_peer_map"] = "yes" if request.form.get("on_peer_map") else ""
        return _page(token, member, typed, set(request.form.getlist("themes")), error), 422
    db.session.commit()
    return redirect(url_for(".show", token=token, saved="yes"), 303)


@members.post("/members/<token>/confirm")
@public
@traceless
def confirm(token: str) -> ResponseReturnValue:
    member = actions.describe_member(db.session, token)
    actions.confirm(db.session, token, address_of("hub_members.index", hub_id=member.hub_id))
    db.session.commit()
    return redirect(url_for(".show", token=token), 303)


@members.post("/members/<token>/still-here")
@public
@traceless
def still_here(token: str) -> ResponseReturnValue:
    actions.say_still_here(db.session, token)
    db.session.commit()
    return redirect(url_for(".show", token=token, saved="yes"), 303)


@members.post("/members/<token>/leave")
@public
@traceless
def leave(token: str) -> ResponseReturnValue:
    member = actions.describe_member(db.session, token)
    actions.leave(db.session, token)
    db.session.commit()
    return redirect(url_for(".left", hub_id=member.hub_id), 303)


@members.get("/members/<token>/peers")
@public
@traceless
def peers(token: str) -> ResponseReturnValue:
    member = actions.describe_member(db.session, token)
    miles, error = read_miles_kindly(request.args)
    page = render_template(
        "members/peers.html",
        hub_name=member.hub_name,
        back=url_for(".show", token=token),
        here=url_for(".peers", token=token),
        found=describe_peers_of(db.session, member, miles),
        elsewhere=(),
        error=error,
        **peers_values(),
    )
    return page, 400 if error else 200


def peers_values() -> dict[str, Any]:
    drawing = peers_map(
        "peer-shapes", url_for("tiles.borders"), label_id="map-label", everything=whole_map(db.session)
    )
    return {"drawing": drawing, "most_miles": MOST_MILES, "mile_m": MILE_M}


@members.get("/hubs/<uuid:hub_id>/join/left")
@public
def left(hub_id: UUID) -> str:
    return render_template("members/left.html", hub=actions.get_public_hub(db.session, hub_id))


def member_address(token: str) -> str:
    return address_of("members.show", token=token)


def typed_of(member: MemberRow) -> dict[str, str]:
    """The form as it would say again what is known."""
    return {
        "name": member.name, "venture": member.venture, "stage": member.stage.value, "area": member.area,
        "group": member.organisation_name, "words": member.words,
        "on_peer_map": "yes" if member.on_peer_map else "",
    }  # fmt: skip


def _page(
    token: str, member: MemberRow, typed: dict[str, str], chosen: set[str], error: BadQuestionError | None = None
) -> str:
    places = [(f"{row.layer_key}:{row.area_code}", row.name) for row in actions.list_places(db.session)]
    if member.area and member.area not in dict(places):
        places.insert(0, (member.area, member.area_name))
    return render_template(
        "members/show.html",
        token=token,
        member=member,
        typed=typed,
        chosen=chosen,
        error=error,
        themes=list_themes(db.session),
        stages=[
            (stage.value, word(stage) if stage != Stage.UNKNOWN else _("I would rather not say"))
            for stage in STAGES
        ],
        places=places,
        saved=request.args.get("saved") == "yes",
    )
