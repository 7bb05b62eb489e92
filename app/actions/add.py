"""Putting a group on the map: a draft that holds the group as one document, filled in question by question.

A draft of kind group keeps, beside the document: ``spot`` (where it meets, as typed), ``contact``, ``done`` (the
questions that were answered or skipped), ``is_trusted`` (whoever fills it in may see all of the record: it is new,
or was opened by its edit link), ``kind`` of what will be sent, and, for a change, ``before``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from app.actions.drafts import begin_draft, get_draft, save_answers
from app.actions.group_documents import GroupDocument, Reach, ServiceDocument, When, Where, read_group
from app.actions.spots import Spot, locate
from app.actions.throttle import note_try
from app.errors import NotFoundError
from app.models import Draft
from app.queries import Session
from app.queries import add as queries
from app.vocabulary import DraftKind, LocationPrivacy, OrganisationKind, Stage, SubmissionKind

STEPS = ("place", "what", "when", "who", "getting-in", "people-from", "privacy", "room", "contact")
"""The questions, in order; ``about`` is asked only of those who want to say more."""
OF_A_SERVICE = ("what", "when", "who", "getting-in", "room")
MOST_SERVICES = 12
MOST_BEGUN, BEGUN_WITHIN_S = 200, 3600


def start_group(
    session: Session, name: str, near: str, building: str, sender_key: str, draft_id: UUID | None = None
) -> Draft:
    """Begin, or begin again, with a name and where it meets; ``near`` empty: online, or nowhere in particular.

    Raises BadQuestionError (field near) for a place nobody knows, TooOftenError.
    """
    spot = locate(session, near) if near else None
    before = get_draft(session, draft_id, DraftKind.GROUP) if draft_id else None
    document = document_of(before) if before else GroupDocument(
        name=name, kind=OrganisationKind.COMMUNITY_GROUP, stage=Stage.ESTABLISHED,
        services=(ServiceDocument(name=name),),
    )  # fmt: skip
    document = rename(document, name)
    document = put_place(document, 0, spot, building, "") if spot else without_places(document, 0, not near)
    answers = {"document": document.model_dump(mode="json"), "spot": spot_answer(spot, near)}
    if before:
        return save_answers(session, before.id, DraftKind.GROUP, **answers)
    note_try(session, "begin-group", sender_key, most=MOST_BEGUN, within_s=BEGUN_WITHIN_S)
    fixed = {"done": [], "is_trusted": True, "kind": SubmissionKind.NEW_GROUP.value}
    return begin_draft(session, DraftKind.GROUP, {**fixed, **answers})


def begin_change(
    session: Session, organisation_id: UUID, kind: SubmissionKind, *, is_trusted: bool = False, **answers: Any
) -> Draft:
    """A draft that starts from a record. Raises NotFoundError for one a stranger may not see."""
    if not is_trusted and not queries.is_public(session, organisation_id):
        raise NotFoundError("There is no such group.", "It may have been removed.")
    document, version = read_group(session, organisation_id)
    kept = document.model_dump(mode="json")
    if not document.services:
        document = document.model_copy(update={"services": (ServiceDocument(name=document.name),)})
    fixed = {
        "document": document.model_dump(mode="json"), "before": kept, "done": list(STEPS), "kind": kind.value,
        "is_trusted": is_trusted,
    }  # fmt: skip
    return begin_draft(session, DraftKind.GROUP, {**fixed, **answers}, organisation_id, version)


def claim_group(session: Session, draft_id: UUID, organisation_id: UUID) -> Draft:
    """“This is us”: go on from the record there is; where it meets, as typed, is added when none was known."""
    typed = get_draft(session, draft_id, DraftKind.GROUP)
    claimed = begin_change(session, organisation_id, SubmissionKind.CLAIM, spot=typed.answers.get("spot"))
    document = document_of(claimed)
    holder = holder_of(document, 0)
    here = document_of(typed).places
    if here and not document.is_confidential and not any(p.role == "meets_at" for p in holder.places):
        document = with_holder(document, 0, holder.model_copy(update={"places": (*holder.places, *here)}))
    return keep(session, claimed.id, document, done=[])


def document_of(draft: Draft) -> GroupDocument:
    return GroupDocument.model_validate(draft.answers["document"])


def keep(session: Session, draft_id: UUID, document: GroupDocument, **answers: Any) -> Draft:
    return save_answers(session, draft_id, DraftKind.GROUP, document=document.model_dump(mode="json"), **answers)


def mark_done(session: Session, draft: Draft, step: str) -> Draft:
    """Answered or skipped: the check page no longer counts it as to come."""
    done = [*draft.answers.get("done", []), step]
    return save_answers(session, draft.id, DraftKind.GROUP, done=list(dict.fromkeys(done)))


def add_service(session: Session, draft: Draft) -> int:
    """Another thing the group does; its number among the services."""
    document = document_of(draft)
    if len(document.services) >= MOST_SERVICES:
        return len(document.services) - 1
    fresh = ServiceDocument(name=document.name)
    keep(session, draft.id, document.model_copy(update={"services": (*document.services, fresh)}))
    return len(document.services)


def remove_service(session: Session, draft: Draft, at: int) -> None:
    document = document_of(draft)
    rest = tuple(one for number, one in enumerate(document.services) if number != at)
    if rest:
        keep(session, draft.id, document.model_copy(update={"services": rest}))


def with_service(document: GroupDocument, at: int, **values: Any) -> GroupDocument:
    """The document with facts of one service changed; checked by the model."""
    changed = ServiceDocument.model_validate({**document.services[at].model_dump(), **values})
    services = tuple(changed if number == at else one for number, one in enumerate(document.services))
    return document.model_copy(update={"services": services})


def with_group(document: GroupDocument, **values: Any) -> GroupDocument:
    return GroupDocument.model_validate({**document.model_dump(), **values})


def holder_of(document: GroupDocument, at: int) -> Reach:
    """Who the places and areas are said of: the service where it has its own, else the whole group."""
    service = document.services[at] if at < len(document.services) else None
    has_own = service is not None and (service.places or service.serves or service.is_national)
    return service if has_own and service is not None else document


def with_holder(document: GroupDocument, at: int, holder: Reach) -> GroupDocument:
    if isinstance(holder, GroupDocument):
        return holder
    services = tuple(holder if number == at else one for number, one in enumerate(document.services))
    return document.model_copy(update={"services": services})


def with_reach(document: GroupDocument, at: int, **values: Any) -> GroupDocument:
    """The places, the areas or the nationality changed, of whoever holds them."""
    holder = holder_of(document, at)
    return with_holder(document, at, type(holder).model_validate({**holder.model_dump(), **values}))


def meeting_place(document: GroupDocument, at: int) -> Where | None:
    return next((place for place in holder_of(document, at).places if place.role == "meets_at"), None)


def put_place(document: GroupDocument, at: int, spot: Spot, building: str, address: str) -> GroupDocument:
    """It meets at a spot; from the name of a town nobody knows where exactly, so it is shown roughly."""
    old = meeting_place(document, at)
    privacy = old.privacy if old else LocationPrivacy.EXACT
    if not spot.is_exact and privacy == LocationPrivacy.EXACT:
        privacy = LocationPrivacy.ROUGH
    place = Where(
        id=old.id if old else None, name=building, address=address, lon=spot.lon, lat=spot.lat, privacy=privacy,
        postcode=spot.label if spot.kind == "postcode" else None,
    )  # fmt: skip
    return with_places(document, at, place)


def with_places(document: GroupDocument, at: int, place: Where) -> GroupDocument:
    """``place`` instead of the first meeting place; others stay."""
    old = meeting_place(document, at)
    others = tuple(one for one in holder_of(document, at).places if one is not old)
    return with_reach(document, at, places=[one.model_dump() for one in (place, *others)])


def without_places(document: GroupDocument, at: int, is_online: bool) -> GroupDocument:
    places = [one.model_dump() for one in holder_of(document, at).places if one.role != "meets_at"]
    return with_service(with_reach(document, at, places=places), at, is_online=is_online)


def rename(document: GroupDocument, name: str) -> GroupDocument:
    """The group is called so, and so is a service that bore its name."""
    services = tuple(
        one.model_copy(update={"name": name}) if one.name == document.name else one for one in document.services
    )
    return document.model_copy(update={"name": name, "services": services})


def spot_answer(spot: Spot | None, typed: str) -> dict[str, Any] | None:
    if spot is None:
        return None
    return {"lon": spot.lon, "lat": spot.lat, "label": spot.label or typed, "is_exact": spot.is_exact}


def spot_of(draft: Draft) -> tuple[float, float] | None:
    """Where the first service meets (lon, lat), as far as whoever fills the form in may know it."""
    place = meeting_place(document_of(draft), 0)
    if place is not None and place.lon is not None and place.lat is not None and may_see(draft, place):
        return place.lon, place.lat
    spot: Mapping[str, Any] | None = draft.answers.get("spot")
    return (spot["lon"], spot["lat"]) if spot else None


def may_see(draft: Draft, place: Where) -> bool:
    """Her own group; or a public place; or one she has just typed herself."""
    if draft.answers["is_trusted"] or place.id is None:
        return True
    return place.privacy == LocationPrivacy.EXACT and not draft.answers["document"]["is_confidential"]


def next_step(draft: Draft, step: str, at: int = 0) -> str:
    """The question after ``step`` that is asked of this visitor, or check; ``at``: of which service."""
    steps = _steps_of(at)
    after = steps[steps.index(step) + 1 :] if step in steps else ()
    return next((one for one in after if is_asked(draft, one)), "check")


def step_before(draft: Draft, step: str, at: int = 0) -> str:
    """The question before ``step``; before the first one, start, or check where one more thing was added."""
    steps = _steps_of(at)
    before = steps[: steps.index(step)] if step in steps else ()
    return next((one for one in reversed(before) if is_asked(draft, one)), "check" if at else "start")


def _steps_of(at: int) -> tuple[str, ...]:
    return OF_A_SERVICE if at else STEPS


def is_asked(draft: Draft, step: str) -> bool:
    """Of a refuge a stranger may change nothing that tells where it is."""
    is_secret = bool(draft.answers["document"]["is_confidential"]) and not draft.answers["is_trusted"]
    return not (is_secret and step in ("place", "people-from", "privacy"))


def first_step(draft: Draft) -> str:
    return next(one for one in STEPS if is_asked(draft, one))


def last_step(draft: Draft) -> str:
    return next(one for one in reversed(STEPS) if is_asked(draft, one))


def may_agree(draft: Draft) -> bool:
    """Whether whoever fills it in speaks for the group, and may let hubs write to it."""
    return draft.answers["kind"] in ("new_group", "claim") or bool(draft.answers.get("contact_id"))


def times_of(draft: Draft, at: int) -> tuple[When, ...]:
    return document_of(draft).services[at].when
