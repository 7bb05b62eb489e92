"""What moderators choose and type: filters, decisions, and the changes they make before they approve."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask_babel import gettext as _

from app.actions.moderation import QueueQuestion
from app.actions.submission_flags import list_free_texts
from app.errors import BadQuestionError, NotFoundError
from app.forms.typed import typed_words
from app.forms.values import Values, read_choice, read_whole_number
from app.vocabulary import LocationPrivacy, RecordKind, SubmissionFlag, SubmissionKind, SubmissionState

EDIT = "edit"
VERBS = ("approve", "ask", "reject", "preview_ask", "preview_reject", "listed", "nothing")
"""The last two settle a challenge."""
MOST_REASON = 2_000


@dataclass(frozen=True)
class Decision:
    verb: str
    reason: str
    base_version: int | None


def read_queue_question(values: Values) -> QueueQuestion:
    """Raises BadQuestionError that names the field."""
    states = ("open", "", *(state.value for state in SubmissionState))
    return QueueQuestion(
        state=read_choice(values, "state", states, "open") if values.getlist("state") != [""] else "",
        kind=read_choice(values, "kind", ("", *(kind.value for kind in SubmissionKind)), ""),
        flag=read_choice(values, "flag", ("", "none", *(flag.value for flag in SubmissionFlag)), ""),
        page=read_page(values),
    )


def read_page(values: Values) -> int:
    return read_whole_number(values, "page", 1, least=1, most=1_000_000) or 1


def read_kind(given: str) -> RecordKind:
    """Out of the path of an address. Raises NotFoundError."""
    if given not in list(RecordKind):
        raise NotFoundError(_("There is nothing of that kind."), _("Look for it from the moderation page."))
    return RecordKind(given)


def read_decision(values: Values) -> Decision:
    return Decision(
        verb=read_choice(values, "decision", VERBS, ""),
        reason=typed_words(values, "reason", _("Your words"), longest=MOST_REASON),
        base_version=read_whole_number(values, "version", None, most=1_000_000),
    )


def read_chosen(values: Values) -> list[UUID]:
    """The ticked ones of a list. Raises BadQuestionError for what no list of ours holds."""
    return [read_id(given) for given in values.getlist("chosen")[:1_000]]


def read_id(given: str) -> UUID:
    try:
        return UUID(hex=given)
    except ValueError as problem:
        raise BadQuestionError(_("This form was not made by us."), _("Go back and try again.")) from problem


def read_edits(values: Values, document: Mapping[str, Any]) -> dict[str, Any] | None:
    """The document with what the moderator changed in it; None when she changed nothing.

    Only what the form offers is read: free texts, themes, how much of a place is shown, areas served, refuge.
    """
    if not document or "edited" not in values.keys():  # noqa: SIM118 - the keys of a request, not of a dict
        return None
    edited = copy.deepcopy(dict(document))
    for path, _text in list(list_free_texts(document)):
        _put(edited, path, typed_words(values, field_of(path), path[-1]))
    for whole, path in _wholes(edited):
        _edit_whole(values, whole, path)
    if "is_confidential" in edited:
        edited["is_confidential"] = bool(values.getlist(field_of(("is_confidential",))))
    return edited if edited != dict(document) else None


def _edit_whole(values: Values, whole: dict[str, Any], path: tuple[str, ...]) -> None:
    for number, place in enumerate(whole.get("places") or ()):
        name = field_of((*path, "places", str(number), "privacy"))
        place["privacy"] = read_choice(
            values, name, [choice.value for choice in LocationPrivacy], place["privacy"]
        )
    kept = set(values.getlist(field_of((*path, "serves"))))
    if whole.get("serves"):
        whole["serves"] = [area for area in whole["serves"] if f"{area['layer']}:{area['code']}" in kept]
    if whole.get("is_national"):
        whole["is_national"] = bool(values.getlist(field_of((*path, "is_national"))))
    if "themes" in whole:
        wanted = values.getlist(field_of((*path, "themes")))
        whole["themes"] = [key for key in whole["themes"] if key in wanted] + [
            key for key in dict.fromkeys(wanted) if key not in whole["themes"] and len(key) <= 60
        ]


def _wholes(document: dict[str, Any]) -> list[tuple[dict[str, Any], tuple[str, ...]]]:
    services = document.get("services") or ()
    return [(document, ()), *((one, ("services", str(number))) for number, one in enumerate(services))]


def field_of(path: tuple[str, ...]) -> str:
    """The name of the form field for one fact: edit-services-0-name."""
    return "-".join((EDIT, *path))


def _put(document: dict[str, Any], path: tuple[str, ...], value: str) -> None:
    part: Any = document
    for step in path[:-1]:
        part = part[int(step)] if isinstance(part, list) else part[step]
    part[path[-1]] = value
