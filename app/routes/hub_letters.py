"""A hub writes to groups in its patches; and the link in each letter that stops such letters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.actions import hub_letters as actions
from app.actions.hub_letters import GroupChoice, LetterPage, Sender
from app.addresses import address_of
from app.db import db
from app.errors import BadQuestionError, ChangedMeanwhileError, TooOftenError, WhosDoingWhatError
from app.forms.hub_letters import (
    LONGEST_SUBJECT,
    LONGEST_WORDS,
    letter_as_typed,
    read_group_choice,
    read_letter,
    read_letter_id,
)
from app.forms.values import read_choice
from app.queries.hubs import PatchRow
from app.routes.plans import PLANNERS, planner
from app.security import csrf, for_roles, pressed_by_mail, public, signed_in, traceless

hub_letters = Blueprint("hub_letters", __name__)
ONE_CLICK = ("List-Unsubscribe", "One-Click")
"""What a mail program sends when its own button is pressed (RFC 8058); it knows the token and nothing else."""


@hub_letters.get("/hubs/<uuid:hub_id>/letters")
@for_roles(*PLANNERS)
def write(hub_id: UUID) -> ResponseReturnValue:
    typed = letter_as_typed(request.args)
    try:
        return show_form(hub_id, typed, read_group_choice(request.args))
    except BadQuestionError as error:
        return show_form(hub_id, typed, GroupChoice(), error), 400


@hub_letters.post("/hubs/<uuid:hub_id>/letters")
@for_roles(*PLANNERS)
def act(hub_id: UUID) -> ResponseReturnValue:
    """Count again, see the letter, send a try, or send it."""
    typed = letter_as_typed(request.form)
    choice = GroupChoice()
    try:
        step = read_choice(request.form, "do", ("count", "see", "try", "send"), "count")
        choice = read_group_choice(request.form)
        if step == "count":
            return show_form(hub_id, typed, choice)
        if step == "send":
            return send(hub_id)
        return see(hub_id, has_try=step == "try")
    except (BadQuestionError, ChangedMeanwhileError, TooOftenError) as error:
        db.session.rollback()
        if getattr(error, "field", "") in ("theme", "area"):
            choice = GroupChoice()
        return show_form(hub_id, typed, choice, error), 429 if isinstance(error, TooOftenError) else 422


def send(hub_id: UUID) -> ResponseReturnValue:
    letter_id = actions.send_letter(
        db.session, hub_id, read_letter(request.form), sender(), most_groups(), stop_address
    )
    db.session.commit()
    return redirect(url_for(".show", hub_id=hub_id, letter_id=letter_id), 303)


def show_form(
    hub_id: UUID, typed: dict[str, Any], choice: GroupChoice, error: WhosDoingWhatError | None = None
) -> str:
    page = actions.describe_letters(db.session, hub_id, planner(), choice, most_groups())
    return render_template(
        "hub_letters/write.html", page=page, typed=typed, error=error, sender=sender(), letter_id=letter_id(),
        rest_days=actions.REST_DAYS, themes=theme_choices(page),
        areas=area_choices(page.patches), longest_words=LONGEST_WORDS, longest_subject=LONGEST_SUBJECT,
    )  # fmt: skip


def see(hub_id: UUID, *, has_try: bool) -> str:
    """The letter as it goes out; with ``has_try`` it also goes to whoever wrote it."""
    new = read_letter(request.form)
    page = actions.describe_letters(db.session, hub_id, planner(), new.choice, most_groups())
    if has_try:
        actions.send_try(db.session, page, new, sender())
        db.session.commit()
    subject, words = actions.preview(page, new, sender())
    return render_template(
        "hub_letters/see.html", page=page, new=new, subject=subject, words=words, sender=sender(), has_try=has_try,
        rest_days=actions.REST_DAYS, comes_from=current_app.config["SETTINGS"].mail_from,
    )  # fmt: skip


@hub_letters.get("/hubs/<uuid:hub_id>/letters/<uuid:letter_id>")
@for_roles(*PLANNERS)
def show(hub_id: UUID, letter_id: UUID) -> str:
    letter = actions.get_letter(db.session, hub_id, letter_id, planner())
    return render_template("hub_letters/show.html", letter=letter, rest_days=actions.REST_DAYS)


@hub_letters.get("/hub-letters/<token>")
@public
@traceless
def ask(token: str) -> str:
    return render_template("hub_letters/stop.html", found=actions.describe_stop(db.session, token), token=token)


@hub_letters.post("/hub-letters/<token>")
@public
@traceless
@pressed_by_mail
def stop(token: str) -> str:
    """Also what a mail program sends by itself, which holds no token of a form."""
    if request.form.get(ONE_CLICK[0]) != ONE_CLICK[1]:
        csrf.protect()
    actions.stop_letters(db.session, token)
    db.session.commit()
    return render_template("hub_letters/stop.html", found=actions.describe_stop(db.session, token), token=token)


def theme_choices(page: LetterPage) -> list[tuple[str, str]]:
    """Kinds of help that somebody offers, and those that were chosen."""
    return [(one.key, one.name) for one in page.themes if one.has_services or one.key in page.chosen.themes]


def area_choices(patches: Sequence[PatchRow]) -> list[tuple[str, ...]]:
    """The areas of the hub; with the kind of area where there are several kinds, which may share a name."""
    has_kinds = len({patch.layer_key for patch in patches}) > 1
    return [(actions.name_of(patch), patch.name, *([patch.layer_key] if has_kinds else [])) for patch in patches]


def letter_id() -> UUID:
    """The one the form was opened with, so that pressing twice sends once; a new one for a new form."""
    try:
        return read_letter_id(request.form)
    except BadQuestionError:
        return uuid4()


def sender() -> Sender:
    visitor = signed_in()
    assert visitor is not None
    return Sender(planner(), visitor.email)


def most_groups() -> int:
    return int(current_app.config["SETTINGS"].most_letter_groups)


def stop_address(token: str) -> str:
    return address_of("hub_letters.ask", token=token)
