"""Each answer of the add form, put into the document."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from app.actions.accounts import tidy_email
from app.actions.add import (
    document_of,
    keep,
    mark_done,
    may_agree,
    may_see,
    meeting_place,
    put_place,
    rename,
    spot_answer,
    spot_of,
    with_group,
    with_places,
    with_reach,
    with_service,
    without_places,
)
from app.actions.add_reach import (
    AS_IT_IS,
    DRAWN,
    EVERYWHERE,
    NEARBY,
    areas_inside,
    find_too_wide,
    finish_reach,
    nearby_areas,
    read_areas,
    read_corners,
)
from app.actions.group_documents import GroupDocument, ServedArea, Wanted
from app.actions.spots import locate
from app.actions.themes import list_themes
from app.errors import BadQuestionError
from app.models import Draft
from app.queries import Session
from app.queries import add as queries
from app.vocabulary import LocationPrivacy, Referral

Answer = Mapping[str, Any]
FAR_FROM_MAP_M = 60_000.0
PHONE_FIRST = "Get in touch first."


class TooWideError(BadQuestionError):
    """A whole town or county: perhaps; asked again with ``area``, the name of what was chosen."""

    def __init__(self, area: str) -> None:
        self.area = area
        super().__init__(
            f"Do you go out to people all over {area}?",
            "If people from there come to you, choose the part that most of them come from.",
            field="reach",
        )


def answer_step(session: Session, draft: Draft, step: str, at: int, answer: Answer) -> Draft:
    """Keep the answer to one question. Raises BadQuestionError that names the field; TooWideError asks back."""
    document, more = ANSWERS[step](session, draft, document_of(draft), at, answer)
    return mark_done(session, keep(session, draft.id, document, **more), step)


Kept = tuple[GroupDocument, dict[str, Any]]


def _place(session: Session, draft: Draft, document: GroupDocument, at: int, answer: Answer) -> Kept:
    more: dict[str, Any] = {"is_home": answer["is_home"]}
    old = meeting_place(document, at)
    is_known = old is not None and may_see(draft, old)
    typed = answer["near"]
    if not typed and not answer["pin"]:
        if is_known or old is None:
            return without_places(document, at, is_online=document.services[at].is_online), more
        return document, more  # a place the visitor cannot see stays as it is
    if typed and not (is_known and old is not None and typed == (old.postcode or _label(draft))):
        spot = locate(session, typed, field="near")
        document = put_place(document, at, spot, answer["building"], answer["address"])
        more["spot"] = spot_answer(spot, typed)
    place = meeting_place(document, at)
    if place is None:
        return document, more
    facts: dict[str, Any] = {"name": answer["building"], "address": answer["address"]}
    if answer["pin"] and _is_moved(place.lon, place.lat, answer["pin"]):
        if not queries.is_near_site(session, answer["pin"][0], answer["pin"][1], FAR_FROM_MAP_M):
            raise BadQuestionError(
                "The pin is far outside this map.", "Move it back, or type the postcode.", field="near"
            )
        facts |= {"lon": answer["pin"][0], "lat": answer["pin"][1]}
    if answer["is_home"] and place.privacy == LocationPrivacy.EXACT:
        facts["privacy"] = LocationPrivacy.ROUGH
    return with_places(document, at, place.model_copy(update=facts)), more


def _label(draft: Draft) -> str:
    return str((draft.answers.get("spot") or {}).get("label", ""))


def _is_moved(lon: float | None, lat: float | None, pin: tuple[float, float]) -> bool:
    return lon is None or lat is None or abs(lon - pin[0]) > 1e-6 or abs(lat - pin[1]) > 1e-6


def _what(session: Session, draft: Draft, document: GroupDocument, at: int, answer: Answer) -> Kept:
    known = {theme.key for theme in list_themes(session)}
    if not set(answer["themes"]) <= known:
        raise BadQuestionError("There is no such subject.", "Choose among those shown.", field="themes")
    before = document.services[at].description
    if document.summary in ("", before) and at == 0:
        document = with_group(document, summary=answer["description"])
    values = {"name": answer["service"] or document.name, "themes": answer["themes"]}
    return with_service(document, at, **values, description=answer["description"]), {}


def _when(session: Session, draft: Draft, document: GroupDocument, at: int, answer: Answer) -> Kept:
    return with_service(document, at, when=[one.model_dump() for one in answer["when"]]), {}


def _of_service(session: Session, draft: Draft, document: GroupDocument, at: int, answer: Answer) -> Kept:
    return with_service(document, at, **answer), {}


def _getting_in(session: Session, draft: Draft, document: GroupDocument, at: int, answer: Answer) -> Kept:
    values = dict(answer)
    join = values.pop("join")
    words = values["how_to_join"].removeprefix(PHONE_FIRST).strip()
    values["how_to_join"] = f"{PHONE_FIRST} {words}".strip() if join == "phone_first" else words
    values["referral"] = {"referral": Referral.NEEDED, "": Referral.UNKNOWN}.get(join, Referral.NOT_NEEDED)
    return with_service(document, at, **values), {}


def _people_from(session: Session, draft: Draft, document: GroupDocument, at: int, answer: Answer) -> Kept:
    reach, spot = answer["reach"], spot_of(draft)
    if reach == AS_IT_IS:
        return document, {}
    serves: tuple[ServedArea, ...] = ()
    if reach == DRAWN or (not reach and answer["shape"]):
        serves = areas_inside(session, read_corners(answer["shape"]))
    elif reach == NEARBY and spot:
        serves = nearby_areas(session, spot)
    elif reach not in (EVERYWHERE, "", "several"):
        serves = read_areas(session, [reach])
    if answer["areas"] and reach in ("", "several"):
        serves = read_areas(session, answer["areas"])
    wide = find_too_wide(session, serves)
    if wide and not answer["is_sure"]:
        raise TooWideError(wide.name)
    chosen = {"serves": [area.model_dump() for area in serves], "is_national": reach == EVERYWHERE}
    return with_reach(document, at, **chosen), {}


def _privacy(session: Session, draft: Draft, document: GroupDocument, at: int, answer: Answer) -> Kept:
    chosen = answer["privacy"]
    if not chosen:
        return document, {}
    document = with_group(document, is_confidential=chosen == "refuge")
    if document.is_confidential:  # at once, so that not even the draft keeps where it is
        return finish_reach(session, document, spot_of(draft)), {"spot": None}
    place = meeting_place(document, at)
    if place is None:
        return document, {}
    return with_places(document, at, place.model_copy(update={"privacy": LocationPrivacy(chosen)})), {}


def _room(session: Session, draft: Draft, document: GroupDocument, at: int, answer: Answer) -> Kept:
    document = with_service(document, at, room=answer["room"], capacity=answer["capacity"])
    before = {ask.kind: ask.words for ask in document.asks}
    words = answer["ask_words"]
    if words == said(document):
        asks = [Wanted(kind=kind, words=before.get(kind, "")) for kind in answer["asks"]]
    else:
        asks = [
            Wanted(kind=kind, words=words if number == 0 else "") for number, kind in enumerate(answer["asks"])
        ]
    return with_group(document, asks=[ask.model_dump() for ask in asks]), {}


def said(document: GroupDocument) -> str:
    """What the group says about all it asks for, in one line."""
    return " ".join(dict.fromkeys(ask.words for ask in document.asks if ask.words))[:200]


def _contact(session: Session, draft: Draft, document: GroupDocument, at: int, answer: Answer) -> Kept:
    from app.actions.contacts import tidy_phone  # noqa: PLC0415

    email = tidy_email(answer["email"]) if answer["email"] else ""
    phone = tidy_phone(answer["phone"]) if answer["phone"] else ""
    hubs = answer["hubs"] and may_agree(draft)
    if hubs and not email and not draft.answers.get("contact_id"):
        raise BadQuestionError(
            "Hubs cannot write to you without an address.", "Give an e-mail address.", field="email"
        )
    publish = answer["publish"] and bool(email or phone)
    contact = {"email": email, "phone": phone, "publish": publish, "hubs": hubs}
    return with_group(document, website=answer["website"]), {"contact": contact}


def _about(session: Session, draft: Draft, document: GroupDocument, at: int, answer: Answer) -> Kept:
    document = rename(document, answer["name"])
    return with_group(document, kind=answer["kind"], stage=answer["stage"]), {}


ANSWERS: dict[str, Callable[[Session, Draft, GroupDocument, int, Answer], Kept]] = {
    "place": _place,
    "what": _what,
    "when": _when,
    "who": _of_service,
    "getting-in": _getting_in,
    "people-from": _people_from,
    "privacy": _privacy,
    "room": _room,
    "contact": _contact,
    "about": _about,
}
