"""Anybody may say that there is something where the map shows a gap; no account is needed."""

from __future__ import annotations

import logging
from typing import Any
from uuid import uuid4

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError

from app.actions import challenges as actions
from app.actions.suggestions import Sender
from app.addresses import address_of
from app.db import db
from app.errors import BadQuestionError
from app.forms.challenges import read_something
from app.forms.guard import make_form_key, read_form_key, read_guard
from app.forms.hurry import refuse_hasty
from app.forms.values import read_text
from app.routes.errors import show_http_error
from app.routes.visitors import sender_key
from app.security import public, traceless

log = logging.getLogger(__name__)
challenges = Blueprint("challenges", __name__, url_prefix="/gaps/challenge")

FIELDS = ("name", "where", "when", "known", "words", "email")
LONGEST_KEPT = 4_000
WRONG = 422


@challenges.route("", methods=["GET", "POST"])
@public
def say() -> ResponseReturnValue:
    subject = read_subject()
    if request.method == "GET":
        return show(subject)
    guard = read_guard(request.form)
    if guard.is_trap:
        log.info("form dropped: trap field filled")
        return thank(subject)
    try:
        refuse_hasty(guard)
        sender = Sender(read_form_key(request.form) or uuid4(), sender_key())
        actions.challenge_gap(db.session, subject, read_something(request.form), sender, confirm_address)
    except BadQuestionError as error:
        db.session.rollback()
        return show(subject, error), WRONG
    db.session.commit()
    return thank(subject)


@challenges.get("/thanks")
@public
def thanks() -> str:
    subject = read_subject()
    return render_template("challenges/thanks.html", subject=subject, area_page=area_page(subject))


@challenges.route("/confirm/<token>", methods=["GET", "POST"])
@public
@traceless
def confirm(token: str) -> str:
    about = actions.find_confirmation(db.session, token)
    if request.method == "POST":
        actions.confirm(db.session, token)
        db.session.commit()
    return render_template("challenges/confirm.html", about=about, is_done=request.method == "POST")


@challenges.errorhandler(CSRFError)
def ask_to_press_again(error: CSRFError) -> ResponseReturnValue:
    """The visit ended or never had this form: what was typed is shown again."""
    again = BadQuestionError(
        _("This page was open for a long time, so nothing was sent yet."),
        _("Nothing you typed is lost. Please send it again."),
    )
    try:
        return show(read_subject(), again), 400
    except BadQuestionError:  # not the form, or of no gap
        return show_http_error(error)


def show(subject: actions.Subject, error: BadQuestionError | None = None) -> str:
    return render_template(
        "challenges/say.html",
        subject=subject,
        error=error,
        back=area_page(subject),
        here=url_for("challenges.say", **address(subject)),
        typed={name: request.form.get(name, "")[:LONGEST_KEPT] for name in FIELDS},
        key=make_form_key(read_form_key(request.form) or uuid4()),
        ways_to_know=[(one.value, _(words)) for one, words in actions.KNOWN_WORDS.items()],
    )


def read_subject() -> actions.Subject:
    """The gap in the address. Raises BadQuestionError."""
    theme, area = read_text(request.args, "theme"), read_text(request.args, "area", longest=160)
    return actions.find_subject(db.session, theme, area)


def thank(subject: actions.Subject) -> ResponseReturnValue:
    return redirect(url_for("challenges.thanks", **address(subject)), code=303)


def address(subject: actions.Subject) -> dict[str, Any]:
    return {"theme": subject.theme.key, "area": f"{subject.area.layer_key}:{subject.area.area_code}"}


def area_page(subject: actions.Subject) -> str:
    area = subject.area
    return url_for("areas.show", layer=area.layer_key, area_code=area.area_code, theme=subject.theme.key)


def confirm_address(token: str) -> str:
    return address_of("challenges.confirm", token=token)
