"""Saying what is missing: the answers of a form become a document, and are sent to be looked at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from pydantic import ValidationError

from app.actions.contacts import add_contact
from app.actions.drafts import get_draft
from app.actions.need_documents import NeedDocument, check_need, check_shape
from app.actions.needs import list_similar_needs
from app.actions.outlines import FEWEST, MOST
from app.actions.spots import locate
from app.actions.submissions import NewSubmission, send
from app.actions.throttle import note_try
from app.errors import BadQuestionError
from app.queries import Session, areas, needs, submissions
from app.queries.areas import AreaRow
from app.queries.needs import NeedRow
from app.vocabulary import AreaLayerKind, ContactPurpose, DraftKind, RecordKind, SubmissionKind

OUTSIDE_WITHIN_M = 5_000.0
"""People just over the border use what is here, too."""
DECIMALS = 5
MOST_FROM_ONE_ADDRESS = 10
WITHIN_S = 3600
CONSENT_WORDS = "Write to me about what I said is missing."

Corners = tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Place:
    """Where a need is about: words for it, a point for sums, and the fields of NeedDocument as JSON values."""

    words: str
    lon: float
    lat: float
    answers: dict[str, Any]


def find_place_near(session: Session, typed: str) -> Place:
    """Around a postcode or a place with a name. Raises BadQuestionError (field near)."""
    if not typed:
        raise BadQuestionError("No place is given.", "Type a postcode or the name of a place.", field="near")
    spot = locate(session, typed)
    return _at(session, spot.lon, spot.lat, spot.label or "where you are", "near")


def find_place_in_area(session: Session, chosen: str) -> Place:
    """All over an area, given as layer:code. Raises BadQuestionError (field area)."""
    layer, _colon, code = chosen.partition(":")
    found = needs.find_area_point(session, layer, code)
    if found is None:
        raise BadQuestionError("No area is chosen.", "Choose one from the list.", field="area")
    lon, lat, name = found
    return Place(name, lon, lat, {"area": {"layer": layer, "code": code}})


def find_place_on_map(session: Session, corners: Corners) -> Place:
    """A pin (one corner) or a drawn shape (three and more). Raises BadQuestionError (field corners)."""
    if not corners:
        raise BadQuestionError(
            "Nothing is on the map yet.", "Touch the map, or type a postcode instead.", field="corners"
        )
    if len(corners) == 1:
        return _at(session, *corners[0], "your pin on the map", "corners")
    try:
        check_shape(session, corners)
    except BadQuestionError as error:
        raise BadQuestionError(error.message, error.fix, field="corners") from error
    lon, lat = (sum(values) / len(corners) for values in zip(*corners, strict=True))
    _check_is_here(session, lon, lat, "corners")
    return Place("the area you drew", lon, lat, {"shape": [list(corner) for corner in corners]})


def list_areas(session: Session) -> list[AreaRow]:
    """Areas to choose among: the whole place, then its parts by name."""
    site = areas.find_site(session)
    whole = [site.area] if site and site.area else []
    for layer in reversed(areas.list_layers(session)):
        if layer.kind == AreaLayerKind.DRAWN:
            continue  # as on the maps: site_outlines
        rows = areas.list_layer_areas_within_site(session, layer.id)
        if FEWEST <= len(rows) <= MOST:
            return [*whole, *(row for row in rows if row not in whole)]
    return whole


def read_document(session: Session, answers: Mapping[str, Any]) -> NeedDocument | None:
    """The document that the answers make; None while some are missing. Raises BadQuestionError for a wrong one."""
    place = answers.get("place")
    if not place or not answers.get("statement") or not answers.get("theme"):
        return None
    try:
        document = NeedDocument.model_validate(
            {
                "theme": answers["theme"],
                "statement": answers["statement"],
                "audience": answers.get("audience") or "anyone",
                **place["answers"],
            }
        )
    except ValidationError as error:
        raise BadQuestionError("Something of what you said cannot be kept.", "Please look at it again.") from error
    check_need(session, document)
    return document


def list_like(session: Session, answers: Mapping[str, Any]) -> list[NeedRow]:
    """What others have said already, like these answers."""
    place = answers["place"]
    return list_similar_needs(session, answers["theme"], answers["statement"], place["lon"], place["lat"])


def _at(session: Session, lon: float, lat: float, words: str, field: str) -> Place:
    lon, lat = round(lon, DECIMALS), round(lat, DECIMALS)
    _check_is_here(session, lon, lat, field)
    return Place(words, lon, lat, {"lon": lon, "lat": lat})


def _check_is_here(session: Session, lon: float, lat: float, field: str) -> None:
    if needs.is_near_site(session, lon, lat, OUTSIDE_WITHIN_M):
        return
    site = areas.find_site(session)
    raise BadQuestionError(
        f"That is outside {site.name if site else 'this map'}.",
        "This map is about one place: choose somewhere in it, by a postcode or from the list of areas.",
        field=field,
    )


def send_need(session: Session, draft_id: UUID, email: str, sender_key: str) -> None:
    """Send what the form holds to be looked at; the same form sent again is the same submission.

    Raises BadQuestionError for an answer that is missing or wrong, and for an address that is none (field email);
    TooOftenError.
    """
    draft = get_draft(session, draft_id, DraftKind.NEED, lock=True)
    if submissions.find_submission_of_draft(session, draft.id) is not None:
        return
    document = read_document(session, draft.answers)
    if document is None:
        raise BadQuestionError("Something is not answered yet.", "Look for “Not said yet” below.")
    note_try(session, "new_need", sender_key, most=MOST_FROM_ONE_ADDRESS, within_s=WITHIN_S)
    contact = None
    if email:
        contact = add_contact(
            session, ContactPurpose.SENDER, email=email, consent_words=CONSENT_WORDS, source="need form"
        )
    place = draft.answers["place"]
    send(
        session,
        NewSubmission(
            SubmissionKind.NEW_NEED, RecordKind.NEED, document.model_dump(mode="json"), draft_id=draft.id,
            contact_id=contact.id if contact else None, sender_key=sender_key, lon=place["lon"], lat=place["lat"],
        ),
    )  # fmt: skip
