"""A group as one document: what a form fills in, a moderator compares, a revision keeps, a record is made from.

Everything of it may be shown to moderators; how to reach people is never in it (see contacts).
"""

from __future__ import annotations

from datetime import date, time
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from app.errors import ChangedMeanwhileError, NotFoundError
from app.queries import Session
from app.queries import group_documents as queries
from app.queries.versions import RECORDS, bump_versions
from app.vocabulary import AskKind, Cost, LocationPrivacy, OrganisationKind, Referral, Room, Stage

Name = Annotated[str, Field(min_length=1, max_length=120)]
Line = Annotated[str, Field(max_length=200)]
Words = Annotated[str, Field(max_length=2_000)]
Age = Annotated[int, Field(ge=0, le=120)]


class Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class When(Part):
    weekday: Annotated[int, Field(ge=1, le=7)]  # 1 = Monday
    opens: time
    closes: time
    term_time_only: bool = False
    week_of_month: Annotated[int, Field(ge=1, le=5)] | None = None  # 5 = the last


class Where(Part):
    """A point, WGS84 degrees; ``id`` is that of the place it is already."""

    id: UUID | None = None
    role: Literal["meets_at", "registered_at"] = "meets_at"
    name: Line = ""
    address: Line = ""
    postcode: Annotated[str, Field(max_length=8)] | None = None
    lon: Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)] | None = None
    lat: Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)] | None = None
    privacy: LocationPrivacy = LocationPrivacy.EXACT


class ServedArea(Part):
    layer: Name
    code: Name


class Reach(Part):
    """Where something happens and whom it is for by where they live; empty for a service: as its group."""

    places: tuple[Where, ...] = ()
    serves: tuple[ServedArea, ...] = ()
    is_national: bool = False


class ServiceDocument(Reach):
    id: UUID | None = None
    name: Name
    description: Words = ""
    themes: tuple[str, ...] = ()
    audiences: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    cost: Cost = Cost.UNKNOWN
    cost_note: Line = ""
    referral: Referral = Referral.UNKNOWN
    how_to_join: Line = ""
    step_free: bool | None = None
    toilet: bool | None = None
    hearing_loop: bool | None = None
    is_online: bool = False
    capacity: Annotated[int, Field(ge=1, le=100_000)] | None = None
    room: Room = Room.UNKNOWN
    min_age: Age | None = None
    max_age: Age | None = None
    when: tuple[When, ...] = ()


class Wanted(Part):
    kind: AskKind
    words: Line = ""


class Identifier(Part):
    """A register number, as org-id.guide: GB-CHC 279417."""

    scheme: Annotated[str, Field(pattern=r"^[A-Z]{2}-[A-Z0-9]{2,12}$")]
    identifier: Annotated[str, Field(min_length=1, max_length=40)]


class GroupDocument(Reach):
    name: Name
    kind: OrganisationKind = OrganisationKind.UNKNOWN
    stage: Stage = Stage.UNKNOWN
    summary: Words = ""
    website: Line | None = None
    is_confidential: bool = False
    identifiers: tuple[Identifier, ...] = ()
    services: tuple[ServiceDocument, ...] = ()
    asks: tuple[Wanted, ...] = ()


def read_group(session: Session, organisation_id: UUID) -> tuple[GroupDocument, int]:
    """The whole record, private places too, and its version. Raises NotFoundError."""
    found = queries.find_group(session, organisation_id)
    if found is None:
        raise NotFoundError("There is no such group.", "It may have been removed.")
    facts, version = found
    return GroupDocument.model_validate(facts), version


def save_group(
    session: Session,
    document: GroupDocument,
    *,
    today: date,
    organisation_id: UUID | None = None,
    base_version: int | None = None,
) -> tuple[UUID, int]:
    """Make the record what the document says, at once public; its id and new version.

    Services and places that the document no longer has are hidden. Raises ChangedMeanwhileError when
    ``base_version`` is not the version that stands, NotFoundError when the record is gone.
    """
    if organisation_id is not None:
        _before, version = read_group(session, organisation_id)
        if base_version is not None and base_version != version:
            raise ChangedMeanwhileError(
                "Somebody else changed this entry since you opened it.",
                "Look at what stands there now, and make your change again.",
            )
    saved = queries.save_group(session, document.model_dump(), organisation_id, today)
    bump_versions(session, [RECORDS])
    return saved
