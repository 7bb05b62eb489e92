"""Things saved for later, without an account: kept in the visitor's own cookie."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from app.actions import shortlist as actions
from app.actions.clock import now
from app.actions.find import Card
from app.addresses import address_of
from app.db import db
from app.errors import BadQuestionError
from app.forms.values import read_text
from app.routes.visitors import sender_key
from app.security import public

shortlist = Blueprint("shortlist", __name__, url_prefix="/shortlist")
KEY = "shortlist"


def saved_ids() -> list[str]:
    """The ids in the visitor's cookie, as hexadecimal; [] for none or for one that is not as we wrote it."""
    saved = session.get(KEY, [])
    return [ident for ident in saved if isinstance(ident, str) and len(ident) == 32]


@shortlist.app_context_processor
def values() -> dict[str, object]:
    return {"shortlist_count": lambda: len(session.get(KEY, []))}


@shortlist.get("")
@public
def show() -> str:
    return show_list()


def show_list(error: BadQuestionError | None = None, typed: str = "") -> str:
    cards = actions.read_shortlist(db.session, saved_ids(), now())
    return render_template(
        "find/shortlist.html",
        cards=cards,
        saved=[card.row.id.hex for card in cards],
        error=error,
        typed=typed,
        is_sent="sent" in request.args,
        here=url_for("shortlist.show"),
    )


@shortlist.post("/add")
@public
def add() -> ResponseReturnValue:
    session[KEY] = actions.with_one_more(saved_ids(), read_id())
    return redirect(way_back(), 303)


@shortlist.post("/remove")
@public
def remove() -> ResponseReturnValue:
    session[KEY] = actions.without(saved_ids(), read_id())
    return redirect(way_back(), 303)


@shortlist.post("/clear")
@public
def clear() -> ResponseReturnValue:
    session.pop(KEY, None)
    return redirect(url_for("shortlist.show"), 303)


@shortlist.post("/mail")
@public
def mail() -> ResponseReturnValue:
    try:
        actions.mail_shortlist(
            db.session,
            saved_ids(),
            read_text(request.form, "email"),
            sender=sender_key(),
            link_to=link_in_letter,
            now=now(),
        )
    except BadQuestionError as error:
        return show_list(error, read_text(request.form, "email")), 400
    db.session.commit()
    return redirect(url_for("shortlist.show", sent=1), 303)


def link_in_letter(card: Card) -> str:
    if card.row.is_service:
        return address_of("organisations.show_service", service_id=card.row.id)
    return address_of("organisations.show", organisation_id=card.row.id)


def read_id() -> UUID:
    """Which record a button is about. Raises BadQuestionError when it says none."""
    try:
        return UUID(read_text(request.form, "record"))
    except ValueError:
        raise BadQuestionError("This button does not say what to save.", "Go back and press it again.") from None


def way_back() -> str:
    """The page of ours the button stood on, else the list."""
    back = read_text(request.form, "back", longest=2_000)
    is_ours = back.startswith("/") and not back.startswith(("//", "/\\")) and back.isascii()
    return back if is_ours else url_for("shortlist.show")
