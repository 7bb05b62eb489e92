"""What the fields of a question hold before anything is typed: the document, read backwards."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from app.actions.add import document_of, holder_of, may_see, meeting_place
from app.actions.add_reach import AS_IT_IS, EVERYWHERE
from app.actions.add_steps import PHONE_FIRST, said
from app.actions.group_documents import GroupDocument
from app.models import Draft
from app.vocabulary import Referral

Filled = dict[str, Any]


def filled_start(draft: Draft | None) -> Filled:
    if draft is None:
        return {}
    document = document_of(draft)
    place = meeting_place(document, 0)
    spot = draft.answers.get("spot") or {}
    return {
        "name": document.name,
        "near": spot.get("label", ""),
        "building": place.name if place else "",
        "online": "" if place or not document.services[0].is_online else "yes",
    }


def filled(draft: Draft, step: str, at: int) -> Filled:
    """The values of the fields of ``step``, for service number ``at``."""
    return FILLERS[step](draft, document_of(draft), at)


def _place(draft: Draft, document: GroupDocument, at: int) -> Filled:
    place = meeting_place(document, at)
    home = "yes" if draft.answers.get("is_home") else ""
    if place is None or not may_see(draft, place):
        return {"near": "", "building": "", "address": "", "lon": "", "lat": "", "home": home}
    return {
        "near": place.postcode or (draft.answers.get("spot") or {}).get("label", ""),
        "building": place.name,
        "address": place.address,
        "lon": "" if place.lon is None else f"{place.lon:.6f}",
        "lat": "" if place.lat is None else f"{place.lat:.6f}",
        "home": home,
    }


def _what(draft: Draft, document: GroupDocument, at: int) -> Filled:
    service = document.services[at]
    return {
        "themes": list(service.themes),
        "service": "" if service.name == document.name else service.name,
        "description": service.description or (document.summary if at == 0 else ""),
    }


def _who(draft: Draft, document: GroupDocument, at: int) -> Filled:
    service = document.services[at]
    names = ("audiences", "languages", "min_age", "max_age", "cost", "cost_note")
    return {name: _shown(getattr(service, name)) for name in names}


def _getting_in(draft: Draft, document: GroupDocument, at: int) -> Filled:
    service = document.services[at]
    words, phone_first = service.how_to_join, service.how_to_join.startswith(PHONE_FIRST)
    join = {Referral.NEEDED: "referral", Referral.NOT_NEEDED: "turn_up", Referral.UNKNOWN: ""}[service.referral]
    answers = {name: _yes_no(getattr(service, name)) for name in ("step_free", "toilet", "hearing_loop")}
    return answers | {
        "join": "phone_first" if phone_first and join == "turn_up" else join,
        "how_to_join": words.removeprefix(PHONE_FIRST).strip(),
    }


def _people_from(draft: Draft, document: GroupDocument, at: int) -> Filled:
    holder = holder_of(document, at)
    served = [f"{area.layer}:{area.code}" for area in holder.serves]
    reach = EVERYWHERE if holder.is_national else ""
    if served:
        reach = served[0] if len(served) == 1 else AS_IT_IS
    return {"reach": reach, "areas": [], "shape": "", "served": served}


def _privacy(draft: Draft, document: GroupDocument, at: int) -> Filled:
    place = meeting_place(document, at)
    chosen = "refuge" if document.is_confidential else (place.privacy.value if place else "")
    return {"privacy": chosen}


def _room(draft: Draft, document: GroupDocument, at: int) -> Filled:
    service = document.services[at]
    return {
        "room": service.room.value,
        "capacity": _shown(service.capacity),
        "asks": [ask.kind.value for ask in document.asks],
        "ask_words": said(document),
    }


def _contact(draft: Draft, document: GroupDocument, at: int) -> Filled:
    contact = draft.answers.get("contact") or {}
    return {
        "email": contact.get("email", ""),
        "phone": contact.get("phone", ""),
        "website": document.website or "",
        "publish": "yes" if contact.get("publish") else "no",
        "hubs": "yes" if contact.get("hubs") else "",
    }


def _about(draft: Draft, document: GroupDocument, at: int) -> Filled:
    return {"name": document.name, "kind": document.kind.value, "stage": document.stage.value}


def _shown(value: Any) -> Any:
    if value is None:
        return ""
    return list(value) if isinstance(value, tuple) else getattr(value, "value", value)


def _yes_no(value: bool | None) -> str:
    return "" if value is None else ("yes" if value else "no")


FILLERS: dict[str, Callable[[Draft, GroupDocument, int], Filled]] = {
    "place": _place,
    "what": _what,
    "when": lambda draft, document, at: {},
    "who": _who,
    "getting-in": _getting_in,
    "people-from": _people_from,
    "privacy": _privacy,
    "room": _room,
    "contact": _contact,
    "about": _about,
}
