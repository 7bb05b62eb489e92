"""Hearing by e-mail what changes in an area: asked for, confirmed, stopped."""

from __future__ import annotations

from functools import partial

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.actions import area_follows as follows
from app.actions.follows import stop_following
from app.addresses import address_of
from app.db import db
from app.forms.needs import read_email, typed_as_sent
from app.forms.values import read_code
from app.routes.guarded import answer_form
from app.routes.visitors import sender_key
from app.security import public, traceless
from app.vocabulary import LinkPurpose

area_follows = Blueprint("area_follows", __name__)


@area_follows.route("/areas/<layer>/<area_code>/follow", methods=["GET", "POST"])
@public
def ask(layer: str, area_code: str) -> ResponseReturnValue:
    area = follows.get_area(db.session, read_code(layer), read_code(area_code))
    typed = typed_as_sent(request.form, ("email",))

    def take() -> None:
        email = read_email(request.form, required=True)
        follows.follow_area(db.session, area, email, sender_key(), follow_address)

    show = partial(render_template, "area_follows/follow.html", area=area, typed=typed)
    return answer_form(show, take, url_for(".mailed", layer=layer, area_code=area_code))


@area_follows.get("/areas/<layer>/<area_code>/mailed")
@public
def mailed(layer: str, area_code: str) -> str:
    area = follows.get_area(db.session, read_code(layer), read_code(area_code))
    return render_template("area_follows/mailed.html", area=area)


@area_follows.get("/area-letters/<token>")
@public
@traceless
def show(token: str) -> str:
    follow = follows.describe_follow(db.session, token)
    return render_template("area_follows/following.html", follow=follow, token=token)


@area_follows.post("/area-letters/<token>/confirm")
@public
@traceless
def confirm(token: str) -> ResponseReturnValue:
    follows.confirm_follow(db.session, token)
    db.session.commit()
    return redirect(url_for(".show", token=token))


@area_follows.post("/area-letters/<token>/stop")
@public
@traceless
def stop(token: str) -> ResponseReturnValue:
    stop_following(db.session, LinkPurpose.FOLLOW_AREA, token)
    db.session.commit()
    return redirect(url_for(".show", token=token))


def follow_address(token: str) -> str:
    return address_of("area_follows.show", token=token)
