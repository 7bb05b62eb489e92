"""Entries that may be one: looked at side by side, merged, or told apart; pages of moderation."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.actions import duplicates as actions
from app.actions import moderation as moderation_actions
from app.db import db
from app.forms.values import read_choice, read_whole_number
from app.routes.moderation import MODERATORS, me, my_areas, shared
from app.security import for_roles

duplicates = Blueprint("duplicates", __name__, url_prefix="/moderation")


@duplicates.get("/same")
@for_roles(*MODERATORS)
def pairs() -> str:
    found = actions.list_pairs(db.session, my_areas())
    return render_template("moderation/pairs.html", pairs=found, most=actions.MOST_PAIRS, **shared())


@duplicates.get("/same/<uuid:one_id>/<uuid:other_id>")
@for_roles(*MODERATORS)
def pair(one_id: UUID, other_id: UUID) -> str:
    two = moderation_actions.compare_two(db.session, one_id, other_id, my_areas())
    return render_template("moderation/pair.html", two=two, **shared())


@duplicates.post("/same/<uuid:one_id>/<uuid:other_id>")
@for_roles(*MODERATORS)
def decide_pair(one_id: UUID, other_id: UUID) -> ResponseReturnValue:
    moderation_actions.compare_two(db.session, one_id, other_id, my_areas())  # both must be in her areas
    decision = read_choice(request.form, "decision", ("keep_one", "keep_other", "not_same"), "")
    account_id = me().account_id
    if decision == "not_same":
        actions.say_not_same(db.session, one_id, other_id, account_id)
        db.session.commit()
        return redirect(url_for("duplicates.pairs"))
    keep, drop = (one_id, other_id) if decision == "keep_one" else (other_id, one_id)
    actions.merge(db.session, keep, drop, account_id)
    db.session.commit()
    return redirect(url_for("moderation.history", kind="organisation", record_id=keep))


@duplicates.post("/records/organisation/<uuid:record_id>/part")
@for_roles(*MODERATORS)
def part(record_id: UUID) -> ResponseReturnValue:
    """Take back a merge that the history of a group tells of."""
    moderation_actions.get_history(db.session, moderation_actions.GROUP, record_id, my_areas())
    entry_id = read_whole_number(request.form, "entry", 0) or 0
    actions.part(db.session, entry_id, me().account_id)
    db.session.commit()
    return redirect(url_for("moderation.history", kind="organisation", record_id=record_id))
