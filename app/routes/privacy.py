"""What we keep about people, and how to be forgotten."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from app.actions import drafts, forgetting, members, offer_owners
from app.actions import mail as mail_actions
from app.addresses import address_of
from app.db import db
from app.errors import BadQuestionError
from app.forms.guard import read_guard
from app.forms.typed import typed_line
from app.routes.visitors import sender_key
from app.security import public, traceless

privacy = Blueprint("privacy", __name__, url_prefix="/privacy")


@privacy.get("")
@public
def show() -> str:
    days = {
        "refused": forgetting.REFUSED_DAYS, "drafts": drafts.KEPT_DAYS, "keys": forgetting.SENDER_KEY_DAYS,
        "letters": mail_actions.KEPT_DAYS, "members": members.ANSWER_DAYS,
        "offers": offer_owners.WITHDRAWN_DAYS, "introduced": offer_owners.INTRODUCED_DAYS,
    }  # fmt: skip
    return render_template(
        "privacy/show.html",
        days=days,
        contact_months=forgetting.CONTACT_MONTHS,
        wish_months=forgetting.WISH_MONTHS,
        visit_months=forgetting.VISIT_MONTHS,
        letter_months=forgetting.HUB_LETTER_MONTHS,
    )


@privacy.get("/delete-me")
@public
def delete_me() -> str:
    return render_template("privacy/delete_me.html", error=None, typed="")


@privacy.post("/delete-me")
@public
def ask_to_delete() -> ResponseReturnValue:
    typed = request.form.get("email", "")[:254]
    try:
        if not read_guard(request.form).is_trap:
            email = typed_line(request.form, "email", "E-mail address", longest=254, required=True)
            forgetting.ask_to_forget(
                db.session, email, sender_key(), lambda token: address_of("privacy.confirm_delete", token=token)
            )
    except BadQuestionError as problem:
        db.session.rollback()
        return render_template("privacy/delete_me.html", error=problem, typed=typed), 422
    db.session.commit()
    return render_template("privacy/asked.html")


@privacy.get("/delete-me/<token>")
@public
@traceless
def confirm_delete(token: str) -> str:
    email = forgetting.find_who(db.session, token)
    return render_template("privacy/confirm.html", email=email, is_done=False)


@privacy.post("/delete-me/<token>")
@public
@traceless
def forget_me(token: str) -> str:
    forgetting.forget(db.session, token)
    db.session.commit()
    return render_template("privacy/confirm.html", email="", is_done=True)
