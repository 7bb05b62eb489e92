"""Offering something or asking for it: one form, a letter that confirms it, and the page to look after it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.actions import offer_owners as actions
from app.actions.clock import today
from app.actions.suggestions import get_name
from app.actions.themes import list_themes
from app.addresses import address_of
from app.db import db
from app.forms.needs import typed_as_sent
from app.forms.offers import FIELDS, STAGES, read_group, read_offer
from app.routes.guarded import answer_form
from app.routes.visitors import sender_key
from app.security import public, signed_in, traceless
from app.vocabulary import AskKind

offer_owners = Blueprint("offer_owners", __name__, url_prefix="/offers")


@offer_owners.route("/new", methods=["GET", "POST"])
@public
def new() -> ResponseReturnValue:
    group_id = read_group(request.args)

    def take() -> None:
        wanted = read_offer(request.form, group_id)
        actions.ask_to_confirm(db.session, wanted, today(), sender_key(), confirm_address)

    return answer_form(render_form, take, url_for(".mailed"))


@offer_owners.get("/mailed")
@public
def mailed() -> str:
    return render_template("offers/mailed.html")


@offer_owners.route("/confirm/<token>", methods=["GET", "POST"])
@public
@traceless
def confirm(token: str) -> ResponseReturnValue:
    if request.method == "POST":
        actions.confirm(db.session, token)
        db.session.commit()
        return redirect(url_for(".confirm", token=token))
    return render_template("offers/confirm.html", page=actions.find_unconfirmed(db.session, token), token=token)


@offer_owners.get("/yours/<token>")
@public
@traceless
def show(token: str) -> str:
    return render_template(
        "offers/yours.html", own=actions.find_own(db.session, token), token=token, today=today()
    )


@offer_owners.post("/yours/<token>/keep")
@public
@traceless
def keep(token: str) -> ResponseReturnValue:
    actions.keep(db.session, token, today())
    db.session.commit()
    return redirect(url_for(".show", token=token))


@offer_owners.post("/yours/<token>/withdraw")
@public
@traceless
def withdraw(token: str) -> ResponseReturnValue:
    actions.take_back(db.session, token)
    db.session.commit()
    return render_template("offers/yours.html", own=None, token=token)


def render_form(error: Exception | None = None) -> str:
    sent = request.form if request.method == "POST" else request.args
    group_id = read_group(request.args)
    values: dict[str, Any] = {
        "typed": typed_as_sent(sent, FIELDS), "kinds": AskKind, "stages": STAGES, "error": error,
        "themes": list_themes(db.session), "is_for_somebody": signed_in() is not None,
        "group": get_name(db.session, group_id) if group_id else "", "group_id": group_id,
    }  # fmt: skip
    return render_template("offers/new.html", **values)


def confirm_address(token: str) -> str:
    return address_of("offer_owners.confirm", token=token)
