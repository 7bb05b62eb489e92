"""The page a “Still right?” letter leads to: one press confirms. Looking never does anything."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.actions import freshness
from app.actions.clock import today
from app.db import db
from app.forms.values import read_choice
from app.security import public, traceless

still_right = Blueprint("still_right", __name__)


@still_right.get("/still-right/<token>")
@public
@traceless
def show(token: str) -> str:
    group = freshness.find_still_right(db.session, token)
    return render_template("freshness/show.html", group=group, done="")


@still_right.post("/still-right/<token>")
@public
@traceless
def answer(token: str) -> ResponseReturnValue:
    decision = read_choice(request.form, "answer", ("still_right", "changed", "closed"), "still_right")
    if decision == "changed":
        edit = freshness.begin_change(db.session, token)
        db.session.commit()
        return redirect(url_for("add.edit", token=edit))
    if decision == "closed":
        freshness.close(db.session, token)
    else:
        freshness.confirm(db.session, token, today())
    db.session.commit()
    group = freshness.find_still_right(db.session, token) if decision == "still_right" else None
    return render_template("freshness/show.html", group=group, done=decision)
