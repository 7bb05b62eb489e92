"""A need as one document: what a form fills in, a moderator compares, a revision keeps, a record is made from.

Everything of it may be shown to moderators; how to reach the sender is never in it (see contacts).
"""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field, model_validator

from app.actions.group_documents import Name, Part, ServedArea
from app.errors import BadQuestionError, NotFoundError
from app.queries import Session
from app.queries import need_documents as queries
from app.queries.versions import RECORDS, bump_versions
from app.vocabulary import LocationPrivacy

MOST_LETTERS = 1_000
MOST_CORNERS = 60
LEAST_SHAPE_M2 = 250_000.0
"""Half a kilometre square, as much as a rough pin covers: a smaller drawing would point at somebody's home."""
MOST_SHAPE_M2 = 5e9
LEAST_PEOPLE_NEAR = 100
"""Where fewer people live within NEAR_M of a rough pin, it would point at a home all the same."""
NEAR_M = 1_000.0

Lon = Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]
Lat = Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]


class NeedDocument(Part):
    """Where: at most one of a point (WGS84 degrees, never public), an area, and the corners of a drawn shape."""

    theme: Name
    statement: Annotated[str, Field(min_length=1, max_length=MOST_LETTERS)]
    audience: Name = "anyone"
    lon: Lon | None = None
    lat: Lat | None = None
    area: ServedArea | None = None
    shape: Annotated[tuple[tuple[Lon, Lat], ...], Field(max_length=MOST_CORNERS)] = ()

    @model_validator(mode="after")
    def _is_about_one_place(self) -> NeedDocument:
        if (self.lon is None) != (self.lat is None):
            raise ValueError("a point has both lon and lat")
        if (self.lon is not None) + (self.area is not None) + bool(self.shape) > 1:
            raise ValueError("a need is about one place: a point, an area or a drawn shape")
        return self


def check_need(session: Session, document: NeedDocument) -> None:
    """Raises BadQuestionError, with the field, for a theme, area or shape that cannot be kept."""
    if not queries.has_theme(session, document.theme):
        raise BadQuestionError("There is no such subject.", "Choose one from the list.", field="theme")
    if document.area and queries.find_area_id(session, document.area.layer, document.area.code) is None:
        raise BadQuestionError("There is no such area here.", "Choose one from the list.", field="area")
    if document.shape:
        check_shape(session, document.shape)


def check_shape(session: Session, corners: tuple[tuple[float, float], ...]) -> None:
    """Raises BadQuestionError for a drawing that is no area, crosses itself, or is too small or too big."""
    size_m2 = queries.measure_shape(session, corners) if len(corners) >= 3 else None
    if size_m2 is None:
        raise BadQuestionError(
            "The shape you drew crosses itself or is not closed.",
            "Draw at least three corners, one after the other round the edge.",
            field="shape",
        )
    if size_m2 < LEAST_SHAPE_M2:
        raise BadQuestionError(
            "The shape you drew is very small, and could point at somebody’s home.",
            "Draw a bigger one: at least half a kilometre each way.",
            field="shape",
        )
    if size_m2 > MOST_SHAPE_M2:
        raise BadQuestionError("The shape you drew is very big.", "Draw the part that you know.", field="shape")


def read_need(session: Session, need_id: UUID) -> NeedDocument:
    """The whole record, its private point too, locked until the transaction ends. Raises NotFoundError."""
    facts = queries.find_need(session, need_id)
    if facts is None:
        raise NotFoundError("There is no such need.", "It may have been removed.")
    return NeedDocument.model_validate(facts)


def save_need(session: Session, document: NeedDocument, *, today: date, need_id: UUID | None = None) -> UUID:
    """Make the record what the document says, at once public; its id.

    A point is shown to the public roughly, and not at all where few people live: there the area stands for it.
    Raises BadQuestionError as ``check_need`` does, NotFoundError when the record is gone.
    """
    check_need(session, document)
    if need_id is not None:
        read_need(session, need_id)
    facts = document.model_dump(exclude={"area"})
    facts |= {"area_id": _area_id(session, document), "privacy": LocationPrivacy.ROUGH}
    if document.area:
        facts["privacy"] = LocationPrivacy.AREA
    elif document.lon is not None and document.lat is not None and is_lonely(session, document.lon, document.lat):
        facts["privacy"] = LocationPrivacy.AREA
        facts["area_id"] = queries.find_populated_area(session, document.lon, document.lat, LEAST_PEOPLE_NEAR)
    saved = queries.save_need(session, facts, need_id, today)
    bump_versions(session, [RECORDS])
    return saved


def is_lonely(session: Session, lon: float, lat: float) -> bool:
    """Do so few people live around this point that even a rough pin would tell whose need it is?"""
    people = queries.count_people_near(session, lon, lat, NEAR_M)
    return people is not None and people < LEAST_PEOPLE_NEAR


def _area_id(session: Session, document: NeedDocument) -> int | None:
    return queries.find_area_id(session, document.area.layer, document.area.code) if document.area else None
