"""For those who bring people together: who would do the same nearby, and asking them."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from app.actions.introductions import list_clusters, send_introduction
from app.db import db
from app.forms.needs import read_need_id
from app.routes.need_follows import CARETAKERS
from app.routes.pledges import pledge_address
from app.security import SignedIn, for_roles, scope_of, signed_in

introductions = Blueprint("introductions", __name__, url_prefix="/introductions")
ASKED = "introductions_asked"


@introductions.get("")
@for_roles(*CARETAKERS)
def index() -> str:
    clusters = list_clusters(db.session, scope_of(caretaker(), *CARETAKERS))
    return render_template("introductions/index.html", clusters=clusters, asked=session.pop(ASKED, None))


@introductions.post("")
@for_roles(*CARETAKERS)
def send() -> ResponseReturnValue:
    visitor = caretaker()
    scope = scope_of(visitor, *CARETAKERS)
    need_id = read_need_id(request.form)
    session[ASKED] = send_introduction(db.session, need_id, scope, visitor.account_id, pledge_address)
    db.session.commit()
    return redirect(url_for(".index"))


def caretaker() -> SignedIn:
    visitor = signed_in()
    assert visitor is not None
    return visitor
