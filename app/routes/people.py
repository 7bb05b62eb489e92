"""Who looks after the map: for administrators, and the page an invitation leads to."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_security import login_user
from flask_security.utils import hash_password

from app.actions import invitations as actions
from app.actions.links import find_link
from app.addresses import address_of
from app.db import db
from app.errors import BadQuestionError, LinkOverError
from app.forms.people import limit_value, read_email, read_limit, read_role
from app.security import for_roles, public, signed_in, traceless
from app.vocabulary import LinkPurpose, Role

people = Blueprint("people", __name__)


@people.get("/people")
@for_roles(Role.ADMIN)
def index() -> str:
    return _list()


@people.post("/people")
@for_roles(Role.ADMIN)
def invite() -> ResponseReturnValue:
    try:
        account = actions.invite(
            db.session, read_email(request.form), read_role(request.form), read_limit(request.form),
            hash_password, _invitation_address,
        )  # fmt: skip
    except BadQuestionError as problem:
        db.session.rollback()
        return _list(problem), 400
    db.session.commit()
    return _to(account.id)


@people.get("/people/<uuid:account_id>")
@for_roles(Role.ADMIN)
def show(account_id: UUID) -> str:
    return _person(account_id)


@people.post("/people/<uuid:account_id>/roles")
@for_roles(Role.ADMIN)
def add_role(account_id: UUID) -> ResponseReturnValue:
    try:
        actions.add_role(db.session, account_id, read_role(request.form), read_limit(request.form))
    except BadQuestionError as problem:
        db.session.rollback()
        return _person(account_id, problem), 400
    db.session.commit()
    return _to(account_id)


@people.post("/people/<uuid:account_id>/roles/<int:role_id>/take")
@for_roles(Role.ADMIN)
def take_role(account_id: UUID, role_id: int) -> ResponseReturnValue:
    actions.take_role(db.session, account_id, role_id)
    db.session.commit()
    return _to(account_id)


@people.post("/people/<uuid:account_id>/stop")
@for_roles(Role.ADMIN)
def stop(account_id: UUID) -> ResponseReturnValue:
    visitor = signed_in()
    assert visitor is not None
    actions.stop_person(db.session, account_id, visitor.account_id)
    db.session.commit()
    return _to(account_id)


@people.post("/people/<uuid:account_id>/let")
@for_roles(Role.ADMIN)
def let(account_id: UUID) -> ResponseReturnValue:
    actions.let_person(db.session, account_id)
    db.session.commit()
    return _to(account_id)


@people.post("/people/<uuid:account_id>/sign-out")
@for_roles(Role.ADMIN)
def end_sessions(account_id: UUID) -> ResponseReturnValue:
    actions.end_sessions(db.session, account_id)
    db.session.commit()
    return _to(account_id)


@people.post("/people/<uuid:account_id>/invite-again")
@for_roles(Role.ADMIN)
def invite_again(account_id: UUID) -> ResponseReturnValue:
    actions.send_invitation(db.session, account_id, _invitation_address)
    db.session.commit()
    return _to(account_id)


@people.get("/invitations/<token>")
@public
@traceless
def show_invitation(token: str) -> ResponseReturnValue:
    """Only looks: mail programs open links by themselves."""
    try:
        find_link(db.session, LinkPurpose.INVITATION, token)
    except LinkOverError as over:
        return render_template("accounts/link_over.html", over=over), 410
    return render_template("people/invitation.html", token=token)


@people.post("/invitations/<token>")
@public
@traceless
def accept_invitation(token: str) -> ResponseReturnValue:
    try:
        account = actions.accept_invitation(db.session, token)
    except LinkOverError as over:
        return render_template("accounts/link_over.html", over=over), 410
    login_user(account, authn_via=["email"])
    db.session.commit()
    return redirect(url_for("home.index"), 303)


def _invitation_address(token: str) -> str:
    return address_of("people.show_invitation", token=token)


def _to(account_id: UUID) -> ResponseReturnValue:
    return redirect(url_for("people.show", account_id=account_id), 303)


def _list(problem: BadQuestionError | None = None) -> str:
    return render_template(
        "people/index.html", people=actions.list_people(db.session), problem=problem, **_choices()
    )


def _person(account_id: UUID, problem: BadQuestionError | None = None) -> str:
    return render_template(
        "people/show.html", person=actions.get_person(db.session, account_id), problem=problem, **_choices()
    )


def _choices() -> dict[str, object]:
    return {
        "typed": request.form,
        "roles": list(Role),
        "limits": [
            (group.name, [(limit_value(limit), name) for limit, name in group.choices])
            for group in actions.list_limits(db.session)
        ],
    }
