"""An offer or an ask as one document: what the form fills in, a moderator compares, a revision keeps.

Everything of it may be shown to moderators; how to reach whoever sent it is never in it (see contacts).
"""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field, model_validator

from app.actions.group_documents import Line, Name, Part, Where
from app.actions.need_documents import LEAST_PEOPLE_NEAR, is_lonely
from app.errors import BadQuestionError, NotFoundError
from app.queries import Session, need_documents
from app.queries import offer_documents as queries
from app.queries.versions import RECORDS, bump_versions
from app.vocabulary import AskKind, LocationPrivacy, OfferDirection, Stage

MOST_LETTERS = 400


class OfOrganisation(Part):
    """The listed group that offers or asks, and its name on the day it was sent."""

    id: UUID
    title: Line


class OfferDocument(Part):
    direction: OfferDirection
    kind: AskKind
    words: Annotated[str, Field(min_length=1, max_length=MOST_LETTERS)]
    theme: Name | None = None
    stage: Stage = Stage.UNKNOWN
    organisation: OfOrganisation | None = None
    places: Annotated[tuple[Where, ...], Field(min_length=1, max_length=1)]
    ends_on: date | None = None

    @model_validator(mode="after")
    def _stands_somewhere(self) -> OfferDocument:
        place = self.places[0]
        if place.lon is None or place.lat is None:
            raise ValueError("it has a place with both lon and lat")
        is_space = self.kind == AskKind.SPACE and self.direction == OfferDirection.OFFER
        if place.privacy == LocationPrivacy.EXACT and not is_space:
            raise ValueError("only a space that is offered is shown exactly")
        return self


def read_offer(session: Session, offer_id: UUID) -> OfferDocument:
    """The whole record, its private point too, locked until the transaction ends. Raises NotFoundError."""
    facts = queries.find_offer(session, offer_id)
    if facts is None:
        raise NotFoundError("There is no such offer.", "It may have been taken back.")
    return OfferDocument.model_validate(facts)


def save_offer(session: Session, document: OfferDocument, today: date, offer_id: UUID | None = None) -> UUID:
    """Make the record what the document says, at once public; its id.

    A place that is not exact is shown roughly, and not at all where few people live: there an area stands for it.
    Raises BadQuestionError with the field, NotFoundError when the record is gone.
    """
    if document.theme and not need_documents.has_theme(session, document.theme):
        raise BadQuestionError("There is no such subject.", "Choose one from the list.", field="theme")
    if offer_id is not None:
        read_offer(session, offer_id)
    place = document.places[0]
    assert place.lon is not None
    assert place.lat is not None
    privacy, area_id = place.privacy, None
    if privacy == LocationPrivacy.ROUGH and is_lonely(session, place.lon, place.lat):
        privacy = LocationPrivacy.AREA
    if privacy == LocationPrivacy.AREA:
        area_id = need_documents.find_populated_area(session, place.lon, place.lat, LEAST_PEOPLE_NEAR)
    facts = document.model_dump(include={"direction", "kind", "words", "stage", "ends_on"})
    facts |= {
        "theme_key": document.theme, "organisation_id": document.organisation and document.organisation.id,
        "address": ", ".join(filter(None, [place.name, place.address])), "postcode": place.postcode,
        "privacy": privacy, "area_id": area_id,
    }  # fmt: skip
    saved = queries.save_offer(session, facts, (place.lon, place.lat), offer_id, today)
    bump_versions(session, [RECORDS])
    return saved
