"""Anybody may say that an entry is wrong, or that it is her group; no account is needed."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError

from app.actions.suggestions import (
    INVOLVED_WORDS,
    WRONG_WORDS,
    Sender,
    claim_group,
    get_name,
    suggest_correction,
)
from app.db import db
from app.errors import BadQuestionError, NotFoundError
from app.forms.guard import make_form_key, read_form_key, read_guard
from app.forms.suggestions import read_claim, read_correction, read_service
from app.routes.errors import show_http_error
from app.routes.visitors import sender_key
from app.security import public

log = logging.getLogger(__name__)
suggestions = Blueprint("suggestions", __name__, url_prefix="/organisations/<uuid:organisation_id>")

LONGEST_KEPT = 4_000
WRONG = 422


@suggestions.route("/wrong", methods=["GET", "POST"])
@public
def wrong(organisation_id: UUID) -> ResponseReturnValue:
    def take(sender: Sender) -> None:
        suggest_correction(db.session, organisation_id, read_correction(request.form), sender)

    return ask(organisation_id, "wrong", take)


@suggestions.route("/claim", methods=["GET", "POST"])
@public
def claim(organisation_id: UUID) -> ResponseReturnValue:
    def take(sender: Sender) -> None:
        claim_group(db.session, organisation_id, read_claim(request.form), sender)

    return ask(organisation_id, "claim", take)


@suggestions.get("/thanks")
@public
def thanks(organisation_id: UUID) -> str:
    is_claim = request.args.get("about") == "claim"
    name = get_name(db.session, organisation_id)
    return render_template(
        "suggestions/thanks.html", name=name, organisation_id=organisation_id, is_claim=is_claim
    )


def ask(organisation_id: UUID, which: str, take: Callable[[Sender], None]) -> ResponseReturnValue:
    """Show a form, or take what it sends; a fault shows it again with everything that was typed."""
    if request.method == "GET":
        return show(organisation_id, which)
    guard = read_guard(request.form)
    if not guard.is_trap:
        try:
            if guard.is_hasty:
                raise BadQuestionError(
                    _("That went very fast, so we want to be sure."), _("Look through it, and send it again.")
                )
            take(Sender(read_form_key(request.form) or uuid4(), sender_key()))
        except BadQuestionError as error:
            db.session.rollback()
            return show(organisation_id, which, error), WRONG
        db.session.commit()
    else:
        log.info("form dropped: trap field filled")
    return redirect(url_for("suggestions.thanks", organisation_id=organisation_id, about=which), code=303)


@suggestions.errorhandler(CSRFError)
def ask_to_press_again(error: CSRFError) -> ResponseReturnValue:
    """The visit ended or never had this form: what was typed is shown again."""
    values: dict[str, Any] = request.view_args or {}
    again = BadQuestionError(
        _("This page was open for a long time, so nothing was sent yet."),
        _("Nothing you typed is lost. Please send it again."),
    )
    try:
        return show(values["organisation_id"], str(request.endpoint).rpartition(".")[2], again), 400
    except NotFoundError:
        return show_http_error(error)


def show(organisation_id: UUID, which: str, error: BadQuestionError | None = None) -> str:
    service_id = read_service(request.form) or read_service(request.args)
    record = (
        url_for("organisations.show_service", service_id=service_id)
        if service_id
        else url_for("organisations.show", organisation_id=organisation_id)
    )
    return render_template(
        f"suggestions/{which}.html",
        name=get_name(db.session, organisation_id),
        organisation_id=organisation_id,
        service_id=service_id,
        back=record,
        error=error,
        typed={name: value[:LONGEST_KEPT] for name, value in request.form.items()},
        key=make_form_key(read_form_key(request.form) or uuid4()),
        wrongs=[(one.value, _(words)) for one, words in WRONG_WORDS.items()],
        involvements=[(one.value, _(words)) for one, words in INVOLVED_WORDS.items()],
    )
