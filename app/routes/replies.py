"""A moderator's question, as the sender sees it from the link in her letter. Looking never does anything."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from app.actions.replies import find_question, reply, take_back
from app.db import db
from app.errors import BadQuestionError
from app.forms.typed import typed_words
from app.forms.values import read_choice
from app.security import public, traceless

replies = Blueprint("replies", __name__)


@replies.get("/reply/<token>")
@public
@traceless
def show(token: str) -> str:
    question = find_question(db.session, token)
    return render_template("replies/show.html", question=question, error=None, typed="")


@replies.post("/reply/<token>")
@public
@traceless
def send(token: str) -> ResponseReturnValue:
    try:
        decision = read_choice(request.form, "decision", ("answer", "take_back"), "answer")
        if decision == "answer":
            reply(db.session, token, typed_words(request.form, "reason", "Your answer"))
        else:
            take_back(db.session, token)
    except BadQuestionError as problem:
        db.session.rollback()
        typed = request.form.get("reason", "")[:4_000]
        question = find_question(db.session, token)
        page = render_template("replies/show.html", question=question, error=problem, typed=typed)
        return page, 422
    db.session.commit()
    return render_template("replies/done.html", decision=decision)
