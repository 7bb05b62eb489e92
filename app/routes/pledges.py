"""I would start one, host one or help with one: offered on a form, then looked after from a mailed link."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.actions import pledges as actions
from app.actions.introductions import answer_introduction
from app.actions.needs import get_need
from app.addresses import address_of
from app.db import db
from app.forms.needs import read_introduction_answer, read_pledge, typed_as_sent
from app.routes.guarded import answer_form
from app.routes.visitors import sender_key
from app.security import public, traceless
from app.vocabulary import PledgeRole

pledges = Blueprint("pledges", __name__)
FIELDS = ("role", "name", "email", "words")


@pledges.route("/needs/<uuid:need_id>/pledge", methods=["GET", "POST"])
@public
def offer(need_id: UUID) -> ResponseReturnValue:
    need = get_need(db.session, need_id)
    typed = typed_as_sent(request.form if request.method == "POST" else request.args, FIELDS)

    def take() -> None:
        actions.make_pledge(db.session, need_id, read_pledge(request.form), sender_key(), pledge_address)

    show = partial(render_template, "pledges/offer.html", need=need, typed=typed, roles=PledgeRole)
    return answer_form(show, take, url_for("need_follows.mailed", need_id=need_id))


@pledges.get("/pledges/<token>")
@public
@traceless
def show(token: str) -> str:
    page = actions.describe_pledge(db.session, token)
    return render_template("pledges/show.html", page=page, pledge=page.pledge, token=token)


@pledges.post("/pledges/<token>/confirm")
@public
@traceless
def confirm(token: str) -> ResponseReturnValue:
    actions.confirm_pledge(db.session, token)
    db.session.commit()
    return redirect(url_for(".show", token=token))


@pledges.post("/pledges/<token>/withdraw")
@public
@traceless
def withdraw(token: str) -> ResponseReturnValue:
    actions.withdraw_pledge(db.session, token)
    db.session.commit()
    return redirect(url_for(".show", token=token))


@pledges.post("/pledges/<token>/answer")
@public
@traceless
def answer(token: str) -> ResponseReturnValue:
    introduction_id, says_yes = read_introduction_answer(request.form)
    answer_introduction(db.session, token, introduction_id, says_yes, pledge_address)
    db.session.commit()
    return redirect(url_for(".show", token=token))


def pledge_address(token: str) -> str:
    return address_of("pledges.show", token=token)
