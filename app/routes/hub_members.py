"""For those who run a hub: who belongs to it, who asks to, and inviting somebody."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.actions import members as actions
from app.actions.hubs import get_own_hub
from app.actions.peers import describe_peers, list_elsewhere
from app.actions.plans import Planner
from app.actions.themes import list_themes
from app.db import db
from app.errors import BadQuestionError, TooOftenError
from app.forms.members import NEW_FIELDS, read_member_id, read_miles_kindly, read_new_member
from app.forms.needs import typed_as_sent
from app.routes.members import member_address, peers_values
from app.security import for_roles, scope_of, signed_in
from app.vocabulary import Role

hub_members = Blueprint("hub_members", __name__, url_prefix="/hubs/<uuid:hub_id>/members")


def runner() -> Planner:
    """Who asks, as far as she runs hubs: what members say of themselves is shown to conveners and nobody else."""
    return _planner_as(Role.CONVENER)


def keeper() -> Planner:
    """Who asks, as far as she may see who belongs and take somebody off: officers may not."""
    return _planner_as(Role.CONVENER, Role.ADMIN)


def _planner_as(*roles: Role) -> Planner:
    visitor = signed_in()
    assert visitor is not None
    scope = scope_of(visitor, *roles)
    return Planner(visitor.account_id, scope.hub_ids if scope else frozenset(), sees_all=scope is None)


def runs(hub_id: UUID) -> bool:
    """Does whoever asks run this hub?"""
    return runner().sees(hub_id)


def keeps(hub_id: UUID) -> bool:
    """May whoever asks see who belongs to this hub?"""
    return keeper().sees(hub_id)


@hub_members.get("")
@for_roles(Role.CONVENER, Role.ADMIN)
def index(hub_id: UUID) -> str:
    page = _index(hub_id)
    db.session.commit()
    return page


@hub_members.post("/invite")
@for_roles(Role.CONVENER)
def invite(hub_id: UUID) -> ResponseReturnValue:
    try:
        actions.invite(db.session, hub_id, read_new_member(request.form), runner(), member_address)
    except (BadQuestionError, TooOftenError) as error:
        db.session.rollback()
        return _index(hub_id, error), 422
    db.session.commit()
    return redirect(url_for(".index", hub_id=hub_id, done="invited"), 303)


@hub_members.post("/accept")
@for_roles(Role.CONVENER)
def accept(hub_id: UUID) -> ResponseReturnValue:
    actions.accept(db.session, hub_id, read_member_id(request.form), runner(), member_address)
    db.session.commit()
    return redirect(url_for(".index", hub_id=hub_id, done="accepted"), 303)


@hub_members.post("/remove")
@for_roles(Role.CONVENER, Role.ADMIN)
def remove(hub_id: UUID) -> ResponseReturnValue:
    actions.remove(db.session, hub_id, read_member_id(request.form), keeper())
    db.session.commit()
    return redirect(url_for(".index", hub_id=hub_id, done="removed"), 303)


@hub_members.get("/peers")
@for_roles(Role.CONVENER)
def peers(hub_id: UUID) -> ResponseReturnValue:
    """As the members see it, and which other hub to ask about whom nobody here is near."""
    hub = get_own_hub(db.session, hub_id, runner())
    miles, error = read_miles_kindly(request.args)
    page = render_template(
        "members/peers.html",
        hub_name=hub.name,
        back=url_for("hubs.show", hub_id=hub_id),
        here=url_for(".peers", hub_id=hub_id),
        found=describe_peers(db.session, hub_id, miles),
        elsewhere=list_elsewhere(db.session, hub_id),
        error=error,
        **peers_values(),
    )
    return page, 400 if error else 200


def _index(hub_id: UUID, error: BadQuestionError | TooOftenError | None = None) -> str:
    is_run = runs(hub_id)
    rows = (actions.list_members if is_run else actions.look_at_members)(db.session, hub_id, keeper())
    return render_template(
        "members/index.html",
        hub=get_own_hub(db.session, hub_id, keeper()),
        is_run=is_run,
        is_named=(lambda _member: True) if is_run else actions.may_be_seen_by_administrators,
        members=[row for row in rows if row.is_member],
        asking=[row for row in rows if row.is_confirmed and not row.is_accepted],
        invited=[row for row in rows if row.is_accepted and not row.is_confirmed],
        theme_names={theme.key: theme.name for theme in list_themes(db.session)},
        typed=typed_as_sent(request.form, NEW_FIELDS) if error else {},
        error=error,
        done=request.args.get("done", ""),
    )
