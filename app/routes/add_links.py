"""Links that are mailed: come back to a form, confirm an address, change an entry. Looking never does anything."""

from __future__ import annotations

from uuid import UUID

from flask import redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from app.actions.accounts import tidy_email
from app.actions.add_edit import get_public_name, open_edit, suggest_change
from app.actions.add_send import confirm_sender, find_confirmation, find_edit_way
from app.actions.drafts import find_way_back, mail_way_back
from app.actions.throttle import note_try
from app.addresses import address_of
from app.db import db
from app.errors import BadQuestionError
from app.forms.guard import make_form_key, read_guard
from app.forms.typed import typed_line
from app.routes.add import SESSION_KEY, WRONG, add, drop_quietly, open_draft
from app.routes.visitors import sender_key
from app.security import public, traceless
from app.vocabulary import DraftKind

__all__ = ["add"]

MOST_LETTERS, WITHIN_S = 6, 3600


@add.route("/add/later", methods=["GET", "POST"])
@public
def later() -> ResponseReturnValue:
    """A link to come back by, to an address of hers."""
    draft = open_draft()
    typed, error, is_sent = "", None, False
    if request.method == "POST":
        if read_guard(request.form).is_trap:
            return drop_quietly()
        typed = request.form.get("email", "")[:254]
        try:
            email = tidy_email(typed_line(request.form, "email", "E-mail address", longest=254, required=True))
            note_try(db.session, "way-back", sender_key(), most=MOST_LETTERS, within_s=WITHIN_S)
            mail_way_back(db.session, draft, email, lambda token: address_of("add.come_back", token=token))
            db.session.commit()
            is_sent = True
        except BadQuestionError as problem:
            db.session.rollback()
            draft, error = open_draft(), problem
    page = render_template(
        "add/later.html", key=make_form_key(draft.id), typed=typed, error=error, is_sent=is_sent,
        back=request.args.get("from", "") if request.args.get("from", "") in ("check",) else "",
    )  # fmt: skip
    return page, WRONG if error else 200


@add.route("/add/back/<token>", methods=["GET", "POST"])
@public
@traceless
def come_back(token: str) -> ResponseReturnValue:
    draft = find_way_back(db.session, token, DraftKind.GROUP)
    if request.method == "GET":
        return render_template("add/come_back.html", name=draft.answers["document"]["name"])
    session[SESSION_KEY] = draft.id.hex
    db.session.commit()
    return redirect(url_for("add.check"))


@add.route("/add/confirm/<token>", methods=["GET", "POST"])
@public
@traceless
def confirm(token: str) -> ResponseReturnValue:
    submission = find_confirmation(db.session, token)
    if request.method == "POST":
        confirm_sender(db.session, token, lambda edit: address_of("add.edit", token=edit))
        db.session.commit()
    is_done = request.method == "POST"
    return render_template("add/confirm.html", name=submission.document.get("name", ""), is_done=is_done)


@add.route("/edit/<token>", methods=["GET", "POST"])
@public
@traceless
def edit(token: str) -> ResponseReturnValue:
    if request.method == "GET":
        return render_template("add/edit.html", way=find_edit_way(db.session, token))
    draft = open_edit(db.session, token)
    session[SESSION_KEY] = draft.id.hex
    db.session.commit()
    return redirect(url_for("add.check"))


@add.route("/organisations/<uuid:organisation_id>/change", methods=["GET", "POST"])
@public
def change(organisation_id: UUID) -> ResponseReturnValue:
    """Anybody may suggest a change; it is looked at by a person before it shows."""
    if request.method == "GET":
        name = get_public_name(db.session, organisation_id)
        return render_template("add/change.html", name=name, organisation_id=organisation_id)
    draft = suggest_change(db.session, organisation_id)
    session[SESSION_KEY] = draft.id.hex
    db.session.commit()
    return redirect(url_for("add.check"))
