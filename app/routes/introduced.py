"""“I could use this”, “I could help”: begun on a page, then looked after from mailed links, to what came of it."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.actions import pairs
from app.actions.introductions import answer_introduction
from app.actions.offers import get_offer
from app.actions.pledges import ANSWER_DAYS
from app.addresses import address_of
from app.db import db
from app.forms.needs import typed_as_sent
from app.forms.offers import REPLY_FIELDS, read_outcome, read_reply, read_yes
from app.routes.guarded import answer_form
from app.routes.visitors import sender_key
from app.security import public, traceless
from app.vocabulary import IntroductionOutcome

introduced = Blueprint("introduced", __name__)


@introduced.route("/offers/<uuid:offer_id>/reply", methods=["GET", "POST"])
@public
def reply(offer_id: UUID) -> ResponseReturnValue:
    offer = get_offer(db.session, offer_id)
    typed = typed_as_sent(request.form, REPLY_FIELDS)

    def take() -> None:
        pairs.begin(db.session, offer_id, read_reply(request.form), sender_key(), introduced_address)

    show = partial(render_template, "offers/reply.html", offer=offer, typed=typed)
    return answer_form(show, take, url_for("offer_owners.mailed"))


@introduced.get("/introduced/<token>")
@public
@traceless
def show(token: str) -> str:
    side = pairs.describe(db.session, token)
    return render_template(
        "introductions/yours.html", side=side, token=token, outcomes=IntroductionOutcome, days=ANSWER_DAYS
    )


@introduced.post("/introduced/<token>/answer")
@public
@traceless
def answer(token: str) -> ResponseReturnValue:
    side = pairs.describe(db.session, token)
    answer_introduction(db.session, token, side.introduction_id, read_yes(request.form), introduced_address)
    db.session.commit()
    return redirect(url_for(".show", token=token))


@introduced.post("/introduced/<token>/outcome")
@public
@traceless
def outcome(token: str) -> ResponseReturnValue:
    pairs.say_outcome(db.session, token, read_outcome(request.form))
    db.session.commit()
    return redirect(url_for(".show", token=token))


@introduced.post("/introduced/<token>/leave")
@public
@traceless
def leave(token: str) -> ResponseReturnValue:
    pairs.leave(db.session, token)
    db.session.commit()
    return redirect(url_for(".left"))


@introduced.get("/introduced/left")
@public
def left() -> str:
    return render_template("introductions/left.html")


def introduced_address(token: str) -> str:
    return address_of("introduced.show", token=token)
