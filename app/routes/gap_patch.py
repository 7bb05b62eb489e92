"""Choosing the patch that a gap question is about: three ways, one answer, which goes into the address."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.actions import patches
from app.actions.gap_answers import GapQuestion
from app.actions.gap_scope import GapChoices, list_choices
from app.db import db
from app.errors import BadQuestionError
from app.forms.gaps import question_values, read_gap_question
from app.forms.patches import PATCH_FIELDS, PatchAnswer, read_patch_answer
from app.forms.values import typed_values
from app.maps.render import corners_map
from app.queries import Session
from app.security import public
from app.vocabulary import AreaLayerKind

gap_patch = Blueprint("gap_patch", __name__)


@gap_patch.get("/gaps/patch")
@public
def show() -> ResponseReturnValue:
    choices = list_choices(db.session)
    if choices.defaults is None:
        return render_template("gaps/empty.html")
    question = read_gap_question(request.args, choices.defaults)
    typed = dict(typed_values(request.args, PATCH_FIELDS, patches.MOST_LETTERS))
    try:
        answer = read_patch_answer(request.args)
        if answer.how:
            asked = {**question_values(question), "patch": patch_of(db.session, answer)}
            return redirect(url_for("gaps.show", **asked))
    except BadQuestionError as error:
        return page(choices, question, typed, error), 400
    return page(choices, question, typed, None)


def patch_of(session: Session, answer: PatchAnswer) -> str:
    if answer.how == "join":
        return patches.patch_of_areas(session, answer.layer, answer.names)
    if answer.how == "near":
        return patches.patch_around(session, answer.near, answer.minutes)
    return patches.patch_of_corners(session, answer.corners)


def page(choices: GapChoices, question: GapQuestion, typed: dict[str, str], error: BadQuestionError | None) -> str:
    wards = [layer.key for layer in choices.layers if layer.kind == AreaLayerKind.ELECTORAL]
    usual = {"join_layer": wards[0] if wards else question.layer, **patches.typed_of(question.patch)}
    typed = {**usual, **{name: value for name, value in typed.items() if value}}
    asked = {name: value for name, value in question_values(question).items() if name != "patch"}
    return render_template(
        "gaps/patch.html",
        choices=choices,
        asked=asked,
        typed=typed,
        error=error,
        drawing=corners_map(url_for("tiles.borders"), label_id="map-label"),
        back=url_for("gaps.show", **question_values(question)),
    )
