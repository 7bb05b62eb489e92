"""Moderation: what people sent in, and what is decided about it; for moderators, in their areas."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.actions import challenges, take_off
from app.actions import moderation as actions
from app.actions.clock import today
from app.actions.letter_preview import preview_letter
from app.actions.organisations import ROUGH_WITHIN_M
from app.actions.submissions import Pages, approve, ask, reject
from app.actions.undo import undo
from app.addresses import address_of
from app.db import db
from app.errors import BadQuestionError, NotAllowedError, WhosDoingWhatError
from app.forms.challenges import read_listed
from app.forms.moderation import (
    field_of,
    read_chosen,
    read_decision,
    read_edits,
    read_kind,
    read_page,
    read_queue_question,
)
from app.forms.typed import typed_words
from app.forms.values import read_choice
from app.maps.render import spots_map
from app.routes import moderation_words as words
from app.security import SignedIn, for_roles, scope_of, signed_in
from app.vocabulary import RecordKind, Role, SubmissionFlag, SubmissionKind, SubmissionState

moderation = Blueprint("moderation", __name__, url_prefix="/moderation")
MODERATORS = (Role.ADMIN, Role.MODERATOR)


@moderation.get("")
@for_roles(*MODERATORS)
def index() -> str:
    return show_queue()


@moderation.get("/<uuid:submission_id>")
@for_roles(*MODERATORS)
def show(submission_id: UUID) -> str:
    return show_case(submission_id)


@moderation.post("/<uuid:submission_id>")
@for_roles(*MODERATORS)
def decide(submission_id: UUID) -> ResponseReturnValue:
    try:
        decision = read_decision(request.form)
        sent = actions.get_sent(db.session, submission_id, my_areas())
        if decision.verb.startswith("preview_"):
            return show_case(
                submission_id, letter=preview_letter(decision.verb, sent.sender_name, decision.reason)
            )
        mine = {"pages": pages()}
        if decision.verb == "ask":
            ask(db.session, submission_id, me().account_id, decision.reason, **mine)
        elif decision.verb == "reject":
            reject(db.session, submission_id, me().account_id, decision.reason, **mine)
        elif decision.verb == "nothing":
            challenges.settle_nothing(db.session, submission_id, me().account_id, decision.reason, today(), **mine)
        elif decision.verb == "listed":
            challenges.settle_listed(
                db.session, submission_id, read_listed(request.form), me().account_id, today(), areas=my_areas(),
                **mine,
            )  # fmt: skip
        else:
            edited = read_edits(request.form, actions.get_editable(db.session, sent))
            approve(
                db.session, submission_id, me().account_id, today(), edited, base_version=decision.base_version,
                **mine,
            )  # fmt: skip
    except BadQuestionError as problem:
        db.session.rollback()
        return show_case(submission_id, error=problem), 400
    db.session.commit()
    return redirect(url_for("moderation.show", submission_id=submission_id))


@moderation.post("/<uuid:submission_id>/undo")
@for_roles(*MODERATORS)
def take_back(submission_id: UUID) -> Response | Any:
    actions.get_sent(db.session, submission_id, my_areas())
    undo(db.session, submission_id, me().account_id, today())
    db.session.commit()
    return redirect(url_for("moderation.show", submission_id=submission_id))


@moderation.post("")
@for_roles(*MODERATORS)
def decide_several() -> ResponseReturnValue:
    try:
        decision = read_decision(request.form)
        if decision.verb not in ("approve", "reject"):
            raise BadQuestionError(_("Several can only be approved or refused."), _("Open one to ask about it."))
        result = actions.decide_many(
            db.session, read_chosen(request.form), decision.verb, me().account_id, my_areas(), today(),
            reason=decision.reason, pages=pages(),
        )  # fmt: skip
    except BadQuestionError as problem:
        db.session.rollback()
        return show_queue(error=problem), 400
    db.session.commit()
    return show_queue(result=result)


@moderation.get("/trail")
@for_roles(*MODERATORS)
def trail() -> str:
    if my_areas() is not None:
        raise NotAllowedError(
            _("The whole trail is for those who look after the whole map."),
            _("The history of each entry in your area is on its own page."),
        )
    verb = read_choice(request.args, "verb", ("", *words.VERBS), "")
    entries, page = actions.list_trail(db.session, verb=verb, page=read_page(request.args))
    return render_template(
        "moderation/trail.html", entries=entries, verb=verb, page=page,
        page_link=lambda number: url_for("moderation.trail", verb=verb or None, page=number), **shared(),
    )  # fmt: skip


@moderation.get("/records/<kind>/<uuid:record_id>")
@for_roles(*MODERATORS)
def history(kind: str, record_id: UUID) -> str:
    found = actions.get_history(db.session, read_kind(kind), record_id, my_areas())
    documents = [revision.document for revision in found.revisions]
    compared = actions.compare_revisions(documents)
    return render_template(
        "moderation/history.html", history=found, compared=compared,
        theme_names=actions.name_themes(db.session), area_names=actions.name_areas(db.session, documents),
        **shared(),
    )  # fmt: skip


@moderation.post("/records/<kind>/<uuid:record_id>")
@for_roles(*MODERATORS)
def hide(kind: str, record_id: UUID) -> ResponseReturnValue:
    """Take a record off the map, put it back, or say that a closed group is open again."""
    record_kind = read_kind(kind)
    actions.get_history(db.session, record_kind, record_id, my_areas())  # it must be in her areas
    decision = read_choice(request.form, "decision", ("hide", "show", "reopen"), "")
    if decision == "reopen":
        take_off.reopen(db.session, record_id, me().account_id)
    elif decision == "hide":
        reason = typed_words(request.form, "reason", _("Why"))
        take_off.hide(db.session, record_kind, record_id, me().account_id, reason)
    else:
        take_off.show(db.session, record_kind, record_id, me().account_id)
    db.session.commit()
    return redirect(url_for("moderation.history", kind=kind, record_id=record_id))


def show_queue(error: WhosDoingWhatError | None = None, result: actions.BulkResult | None = None) -> str:
    question = read_queue_question(request.args)
    queue = actions.list_queue(db.session, question, my_areas())
    chosen: dict[str, Any] = {"state": question.state, "kind": question.kind, "flag": question.flag}
    return render_template(
        "moderation/index.html", queue=queue, error=error, result=result, reason=request.form.get("reason", ""),
        ticked=request.form.getlist("chosen"), here=url_for("moderation.decide_several", **chosen),
        page_link=lambda page: url_for("moderation.index", **chosen, page=page),
        states=["open", *(state.value for state in SubmissionState)], **shared(),
    )  # fmt: skip


def show_case(
    submission_id: UUID, error: WhosDoingWhatError | None = None, letter: tuple[str, str] | None = None
) -> str:
    case = actions.get_case(db.session, submission_id, my_areas())
    spots = [(lon, lat, False) for lon, lat in case.points]
    borders = url_for("tiles.borders")
    drawing = spots_map(spots, ROUGH_WITHIN_M, borders, label_id="map-label") if spots else None
    typed = read_edits_again(case.editable)
    return render_template(
        "moderation/show.html", case=case, sent=case.sent, drawing=drawing, error=error, letter=letter,
        reason=request.form.get("reason", ""), typed=typed, field_of=field_of, is_mine=is_mine(case),
        challenge=challenges.find_case(db.session, submission_id), **shared(),
    )  # fmt: skip


def read_edits_again(document: dict[str, Any]) -> dict[str, Any]:
    """What stands in the boxes: what was typed a moment ago, else what was sent."""
    try:
        return read_edits(request.form, document) or document
    except BadQuestionError:
        return document


def is_mine(case: actions.Case) -> bool:
    return bool(case.sent.sender_email) and case.sent.sender_email == me().email


def me() -> SignedIn:
    visitor = signed_in()
    assert visitor is not None  # for_roles lets nobody else in
    return visitor


def my_areas() -> actions.Areas:
    """The areas this moderator looks after; None is all of them."""
    scope = scope_of(me(), *MODERATORS)
    return None if scope is None else actions.list_areas(db.session, scope.area_ids, scope.hub_ids)


def pages() -> Pages:
    """The addresses that letters about decisions name."""
    return Pages(
        record=record_address,
        edit=lambda token: address_of("add.edit", token=token),
        answer=lambda token: address_of("replies.show", token=token),
        delete_me=address_of("privacy.delete_me"),
        offer=lambda token: address_of("offer_owners.show", token=token),
    )


def record_address(kind: RecordKind, record_id: UUID) -> str:
    if kind == RecordKind.NEED:
        return address_of("needs.show", need_id=record_id)
    if kind == RecordKind.OFFER:
        return address_of("offers.show", offer_id=record_id)
    return address_of("organisations.show", organisation_id=record_id)


def shared() -> dict[str, Any]:
    return {
        "kind_words": words.KINDS, "kind_word": words.kind_word, "state_words": words.STATES,
        "flag_words": words.FLAGS, "verb_words": words.VERBS, "field_word": words.field_word,
        "value_words": words.value_words,
        "marked": words.marked, "privacy_words": words.PRIVACY, "kinds": list(SubmissionKind),
        "flags": list(SubmissionFlag),
    }  # fmt: skip
