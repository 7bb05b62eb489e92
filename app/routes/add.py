"""A resident puts her group on the map: one question a page, kept after each."""

from __future__ import annotations

import logging
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError

from app.actions import add as groups
from app.actions.add_difference import list_differences_made
from app.actions.add_edit import change_what_was_sent
from app.actions.add_send import OvertakenError, find_receipt, go_on_top, send_group
from app.actions.add_similar import find_spot, list_similar, note_asked
from app.actions.add_steps import answer_step
from app.actions.drafts import find_draft
from app.addresses import address_of
from app.db import db
from app.errors import BadQuestionError, NotFoundError
from app.forms.add import READERS, read_note, read_start, typed_answers
from app.forms.add_filled import filled, filled_start
from app.forms.add_times import as_lines, typed_lines, with_empty
from app.forms.guard import make_form_key, read_form_key, read_guard
from app.forms.typed import typed_line
from app.forms.values import refuse_unknown
from app.models import Draft
from app.routes.add_pages import context_of
from app.routes.add_words import TITLES, difference_words, differences, summarise
from app.routes.errors import show_http_error
from app.routes.visitors import sender_key
from app.security import public
from app.vocabulary import DraftKind

log = logging.getLogger(__name__)
add = Blueprint("add", __name__)
SESSION_KEY = "draft_group"
add.add_app_template_filter(difference_words)
STEPS = (*groups.STEPS, "about")
WRONG = 422
LEAST_LETTERS = 4


class NoDraftError(NotFoundError):
    """Nothing has been begun in this browser: the way is to begin."""


@add.after_request
def keep_to_yourself(answer: Response) -> Response:
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@add.errorhandler(NoDraftError)
def begin_first(error: NoDraftError) -> ResponseReturnValue:
    return redirect(url_for("add.start"))


@add.errorhandler(CSRFError)
def ask_to_press_again(error: CSRFError) -> ResponseReturnValue:
    """The visit ended or never had this form: what was typed is shown again, and nothing is kept of it yet."""
    draft = find_draft(db.session, read_form_key(request.form), DraftKind.GROUP)
    again = BadQuestionError(
        _("This page was open for a long time, so we did not keep your answer yet."),
        _("Nothing you typed is lost. Please press the button again."),
    )
    if request.endpoint == "add.start":
        return show_start(draft, typed_answers(request.form, "start"), again), 400
    if draft is None or draft.answers.get("sent"):
        return show_http_error(error)
    if request.endpoint == "add.step":
        step = str((request.view_args or {}).get("step"))
        if step in STEPS:
            return show_step(draft, step, typed_answers(request.form, step), again, typed_lines(request.form)), 400
    return show_check(draft, again, request.form.get("note", "")[:4_000]), 400


def current_draft() -> Draft:
    """The draft of the form that was sent, else of this browser. Raises NoDraftError."""
    draft = find_draft(db.session, read_form_key(request.form) or session_draft_id(), DraftKind.GROUP)
    if draft is None:
        raise NoDraftError("Nothing has been begun here.")
    session[SESSION_KEY] = draft.id.hex
    return draft


def session_draft_id() -> UUID | None:
    try:
        return UUID(hex=str(session.get(SESSION_KEY, "")))
    except ValueError:
        return None


def open_draft() -> Draft:
    """As ``current_draft``; one that was sent is not changed any more."""
    draft = current_draft()
    if draft.answers.get("sent"):
        raise SentError("This was sent already.")
    return draft


class SentError(NotFoundError):
    """The form was sent: the way is its receipt."""


@add.errorhandler(SentError)
def show_receipt(error: SentError) -> ResponseReturnValue:
    return redirect(url_for("add.sent"))


def service_number(draft: Draft) -> int:
    """Which of the things the group does is asked about."""
    given = request.args.get("service", "0")
    at = int(given) if given.isascii() and given.isdigit() and len(given) < 4 else 0
    return min(at, len(draft.answers["document"]["services"]) - 1)


@add.route("/add", methods=["GET", "POST"])
@public
def start() -> ResponseReturnValue:
    known = find_draft(db.session, read_form_key(request.form) or session_draft_id(), DraftKind.GROUP)
    if known is not None and (known.answers.get("sent") or known.organisation_id):
        known = None
    if request.method == "GET":
        return show_start(known, filled_start(known))
    if read_guard(request.form).is_trap:
        return drop_quietly()
    try:
        answer = read_start(request.form)
        if not answer["near"] and not answer["is_online"]:
            raise BadQuestionError(
                _("Where does it meet?"),
                _("Give a postcode or the name of a place, or tick that it is online."),
                field="near",
            )
        near = "" if answer["is_online"] else answer["near"]
        draft = groups.start_group(
            db.session, answer["name"], near, answer["building"], sender_key(), known.id if known else None
        )
    except BadQuestionError as error:
        db.session.rollback()
        return show_start(known, typed_answers(request.form, "start"), error), WRONG
    session[SESSION_KEY] = draft.id.hex
    db.session.commit()
    found = list_similar(db.session, answer["name"], groups.spot_of(draft))
    return redirect(url_for("add.similar") if found else step_address(groups.first_step(draft)))


@add.route("/add/similar", methods=["GET", "POST"])
@public
def similar() -> ResponseReturnValue:
    draft = open_draft()
    if request.method == "POST":
        chosen = request.form.get("organisation", "")
        if chosen:
            draft = groups.claim_group(db.session, draft.id, as_id(chosen))
            session[SESSION_KEY] = draft.id.hex
            db.session.commit()
        return redirect(step_address(groups.first_step(draft)))
    found = list_similar(db.session, draft.answers["document"]["name"], groups.spot_of(draft))
    return show("similar", draft, found=found, back=url_for("add.start"))


@add.get("/add/similar.json")
@public
def similar_json() -> ResponseReturnValue:
    """Public groups that are called much like what is being typed."""
    refuse_unknown(request.args, ("name", "near"))
    name, near = typed_line(request.args, "name", "name"), typed_line(request.args, "near", "near")
    note_asked(db.session, sender_key())
    db.session.commit()
    found = list_similar(db.session, name, find_spot(db.session, near)) if len(name) >= LEAST_LETTERS else []
    groups_found = [
        {
            "name": one.row.name,
            "where": one.row.place or one.row.postcode or "",
            "page": url_for("organisations.show", organisation_id=one.row.id),
        }
        for one in found
    ]
    return {"groups": groups_found}


@add.route("/add/<step>", methods=["GET", "POST"])
@public
def step(step: str) -> ResponseReturnValue:
    if step not in STEPS:
        raise NotFoundError(_("There is no such question."), _("Begin with the first one."))
    draft = open_draft()
    if not groups.is_asked(draft, step):
        return redirect(url_for("add.check"))
    at = service_number(draft)
    if request.method == "GET":
        return show_step(draft, step, filled(draft, step, at), lines=as_lines(groups.times_of(draft, at)))
    if "more" in request.form:
        return show_step(draft, step, {}, lines=typed_lines(request.form), more=2)
    try:
        if "skip" in request.form:
            groups.mark_done(db.session, draft, step)
        else:
            draft = answer_step(db.session, draft, step, at, READERS[step](request.form))
    except BadQuestionError as error:
        db.session.rollback()
        draft = open_draft()
        return show_step(
            draft, step, typed_answers(request.form, step), error, typed_lines(request.form)
        ), WRONG  # fmt: skip
    db.session.commit()
    is_changing = request.args.get("then") == "check"
    return redirect(url_for("add.check") if is_changing else step_address(groups.next_step(draft, step, at), at))


@add.route("/add/check", methods=["GET", "POST"])
@public
def check() -> ResponseReturnValue:
    draft = current_draft() if request.method == "POST" else open_draft()
    if request.method == "GET":
        return show_check(draft)
    if read_guard(request.form).is_trap:
        return drop_quietly()
    try:
        note = read_note(request.form)
        given = request.form.get("on_top", "")
        if given.isascii() and given.isdigit() and len(given) < 9:
            go_on_top(db.session, draft.id, int(given))
        send_group(db.session, draft.id, note, sender_key(), lambda token: address_of("add.confirm", token=token))
    except OvertakenError as overtaken:
        db.session.rollback()
        return show_overtaken(current_draft(), overtaken), 409
    except BadQuestionError as error:
        db.session.rollback()
        return show_check(current_draft(), error, request.form.get("note", "")[:4_000]), WRONG
    db.session.commit()
    return redirect(url_for("add.sent"))


@add.post("/add/services")
@public
def services() -> ResponseReturnValue:
    """Another thing the group does, or one less."""
    draft = open_draft()
    gone = request.form.get("remove", "")
    if gone.isascii() and gone.isdigit() and len(gone) < 4:
        groups.remove_service(db.session, draft, int(gone))
        db.session.commit()
        return redirect(url_for("add.check"))
    at = groups.add_service(db.session, draft)
    db.session.commit()
    return redirect(step_address("what", at))


@add.get("/add/sent")
@public
def sent() -> ResponseReturnValue:
    draft = current_draft()
    if not draft.answers.get("sent"):
        return redirect(url_for("add.check"))
    receipt = find_receipt(db.session, draft)
    return render_template(
        "add/sent.html",
        receipt=receipt,
        made=list_differences_made(db.session, draft, receipt.page_id),
        draft=draft,
    )


@add.post("/add/again")
@public
def again() -> ResponseReturnValue:
    """After sending: the same once more, or another group."""
    draft = current_draft()
    session.pop(SESSION_KEY, None)
    if request.form.get("what") != "change" or not draft.answers.get("sent"):
        return redirect(url_for("add.start"))
    anew = change_what_was_sent(db.session, draft)
    session[SESSION_KEY] = anew.id.hex
    db.session.commit()
    return redirect(url_for("add.check"))


def drop_quietly() -> ResponseReturnValue:
    """A robot filled the field nobody sees: it is told that all went well, and nothing is kept."""
    log.info("form dropped: trap field filled")
    return render_template("add/sent.html", receipt=None, made=[], draft=None)


def step_address(step: str, at: int = 0) -> str:
    if step == "check":
        return url_for("add.check")
    return url_for("add.step", step=step, service=at or None)


def show_start(draft: Draft | None, values: dict[str, Any], error: BadQuestionError | None = None) -> str:
    return show("start", draft, filled=values, error=error)


def show_step(
    draft: Draft,
    step: str,
    values: dict[str, Any],
    error: BadQuestionError | None = None,
    lines: list[dict[str, Any]] | None = None,
    more: int = 1,
) -> str:
    at = service_number(draft)
    then = request.args.get("then") == "check"
    before = "check" if then else groups.step_before(draft, step, at)
    return show(
        step, draft, filled=values, error=error, at=at, lines=with_empty(lines or [], more),
        back=url_for("add.start") if before == "start" else step_address(before, at),
        action=url_for("add.step", step=step, service=at or None, then="check" if then else None),
        is_changing=then, number=groups.STEPS.index(step) + 1 if step in groups.STEPS and not at else 0,
        total=len(groups.STEPS), **context_of(db.session, draft, step, at, values, error),
    )  # fmt: skip


def show_check(draft: Draft, error: BadQuestionError | None = None, note: str = "") -> str:
    summary = summarise(db.session, draft)
    return show(
        "check", draft, error=error, note=note, summary=summary, back=step_address(groups.last_step(draft))
    )


def show_overtaken(draft: Draft, overtaken: OvertakenError) -> str:
    mine, theirs = summarise(db.session, draft), summarise(db.session, draft, overtaken.now)
    return show(
        "overtaken", draft, error=overtaken, version=overtaken.version, rows=differences(mine, theirs),
        note=request.form.get("note", "")[:4_000],
    )  # fmt: skip


def show(page: str, draft: Draft | None, **values: Any) -> str:
    key = make_form_key(draft.id) if draft else ""
    return render_template(f"add/{page}.html", key=key, draft=draft, page=page, titles=TITLES, **values)


def as_id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as problem:
        raise NotFoundError(_("There is no such group."), _("Choose one of those shown.")) from problem
