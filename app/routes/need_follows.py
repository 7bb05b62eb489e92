"""Hearing what becomes of a need: asked for by e-mail, confirmed, stopped; and saying what became of it."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.actions import need_follows as follows
from app.actions.follows import stop_following
from app.actions.needs import get_need
from app.addresses import address_of
from app.db import db
from app.errors import BadQuestionError
from app.forms.needs import read_email, read_status, typed_as_sent
from app.routes.guarded import answer_form
from app.routes.visitors import sender_key
from app.security import for_roles, public, scope_of, signed_in, traceless
from app.vocabulary import LinkPurpose, Role

need_follows = Blueprint("need_follows", __name__)
CARETAKERS = (Role.MODERATOR, Role.CONVENER, Role.ADMIN)


@need_follows.route("/needs/<uuid:need_id>/follow", methods=["GET", "POST"])
@public
def ask(need_id: UUID) -> ResponseReturnValue:
    need = get_need(db.session, need_id)
    typed = typed_as_sent(request.form, ("email",))

    def take() -> None:
        email = read_email(request.form, required=True)
        follows.follow_need(db.session, need_id, email, sender_key(), follow_address)

    show = partial(render_template, "needs/follow.html", need=need, typed=typed)
    return answer_form(show, take, url_for(".mailed", need_id=need_id))


@need_follows.get("/needs/<uuid:need_id>/mailed")
@public
def mailed(need_id: UUID) -> str:
    return render_template("needs/mailed.html", need=get_need(db.session, need_id))


@need_follows.get("/follows/<token>")
@public
@traceless
def show(token: str) -> str:
    return render_template("needs/following.html", follow=follows.describe_follow(db.session, token), token=token)


@need_follows.post("/follows/<token>/confirm")
@public
@traceless
def confirm(token: str) -> ResponseReturnValue:
    follows.confirm_follow(db.session, token)
    db.session.commit()
    return redirect(url_for(".show", token=token))


@need_follows.post("/follows/<token>/stop")
@public
@traceless
def stop(token: str) -> ResponseReturnValue:
    stop_following(db.session, LinkPurpose.FOLLOW_NEED, token)
    db.session.commit()
    return redirect(url_for(".show", token=token))


@need_follows.route("/needs/<uuid:need_id>/status", methods=["GET", "POST"])
@for_roles(*CARETAKERS)
def status(need_id: UUID) -> ResponseReturnValue:
    visitor = signed_in()
    assert visitor is not None
    scope = scope_of(visitor, *CARETAKERS)
    need = follows.get_followed(db.session, need_id, scope)
    if request.method == "GET":
        typed = {"status": need.status.value, "note": need.status_note}
        return render_template("needs/status.html", need=need, typed=typed)
    try:
        chosen, note = read_status(request.form)
        follows.change_status(db.session, need_id, chosen, note, scope, visitor.account_id)
    except BadQuestionError as error:
        db.session.rollback()
        typed = dict(typed_as_sent(request.form, ("status", "note")))
        return render_template("needs/status.html", need=need, typed=typed, error=error), 422
    db.session.commit()
    return redirect(url_for("needs.show", need_id=need_id))


def follow_address(token: str) -> str:
    return address_of("need_follows.show", token=token)
