"""A group goes into the database as a document and comes out the same; what the public sees follows at once."""

from __future__ import annotations

from datetime import date, time

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.actions.group_documents import (
    GroupDocument,
    Identifier,
    ServedArea,
    ServiceDocument,
    Wanted,
    When,
    Where,
    read_group,
    save_group,
)
from app.errors import ChangedMeanwhileError
from app.vocabulary import AskKind, Cost, LocationPrivacy, Room

TODAY = date(2026, 11, 22)
HALL = Where(name="Hall", address="1 High Street", postcode="M33 2AB", lon=-2.3215, lat=53.4245)
LUNCH = ServiceDocument(
    name="Tuesday lunch", themes=("food",), audiences=("older_people",), languages=("cy", "en"),
    cost=Cost.DONATION, how_to_join="Just turn up", step_free=True, toilet=False, room=Room.WAITING_LIST,
    min_age=60, when=(When(weekday=2, opens=time(12), closes=time(14), term_time_only=True, week_of_month=5),),
)  # fmt: skip
LUNCH_CLUB = GroupDocument(
    name="Lunch Club", summary="We eat together.", places=(HALL,), services=(LUNCH,),
    serves=(ServedArea(layer="ward", code="W1"),), identifiers=(Identifier(scheme="GB-CHC", identifier="279417"),),
    asks=(Wanted(kind=AskKind.SPACE, words="A kitchen on Fridays"),),
)  # fmt: skip


def without_ids(document: GroupDocument) -> object:
    return document.model_dump(exclude={"places": {"__all__": {"id"}}, "services": {"__all__": {"id"}}})


def test_a_group_comes_out_as_it_went_in(town: Session) -> None:
    group_id, version = save_group(town, LUNCH_CLUB, today=TODAY)
    document, found = read_group(town, group_id)
    assert (version, found) == (1, 1)
    assert without_ids(document) == without_ids(LUNCH_CLUB)


def test_saving_what_was_read_changes_nothing_but_the_version(town: Session) -> None:
    group_id, _version = save_group(town, LUNCH_CLUB, today=TODAY)
    before, version = read_group(town, group_id)
    save_group(town, before, today=TODAY, organisation_id=group_id, base_version=version)
    assert read_group(town, group_id) == (before, 2)


def test_every_loaded_group_survives_being_read_and_saved(town: Session) -> None:
    ids = town.scalars(text("SELECT id FROM organisation WHERE review_status = 'approved' ORDER BY id")).all()
    assert len(ids) == 10
    for group_id in ids:
        before, version = read_group(town, group_id)
        save_group(town, before, today=TODAY, organisation_id=group_id, base_version=version)
        assert without_ids(read_group(town, group_id)[0]) == without_ids(before)


def test_two_people_at_once_never_overwrite_each_other(town: Session) -> None:
    group_id, version = save_group(town, LUNCH_CLUB, today=TODAY)
    save_group(town, LUNCH_CLUB, today=TODAY, organisation_id=group_id, base_version=version)
    with pytest.raises(ChangedMeanwhileError):
        save_group(town, LUNCH_CLUB, today=TODAY, organisation_id=group_id, base_version=version)


def test_a_service_that_is_left_out_is_hidden_and_its_pin_goes(town: Session) -> None:
    group_id, _version = save_group(town, LUNCH_CLUB, today=TODAY)
    pins = text("SELECT count(*) FROM map_point WHERE organisation_id = :id")
    assert town.scalar(pins, {"id": group_id}) == 1
    bare = LUNCH_CLUB.model_copy(update={"services": (), "places": ()})
    save_group(town, bare, today=TODAY, organisation_id=group_id)
    assert town.scalar(pins, {"id": group_id}) == 0
    assert (
        town.scalar(text("SELECT count(*) FROM public_service WHERE organisation_id = :id"), {"id": group_id}) == 0
    )


def test_a_refuge_never_shows_a_point_or_a_small_area(town: Session) -> None:
    refuge = LUNCH_CLUB.model_copy(update={"is_confidential": True})
    group_id, _version = save_group(town, refuge, today=TODAY)
    rows = town.execute(text("SELECT * FROM public_footprint WHERE organisation_id = :id"), {"id": group_id}).all()
    assert rows == []
    assert town.scalar(text("SELECT count(*) FROM public_place WHERE postcode = 'M33 2AB'")) == 0
    assert town.scalar(text("SELECT count(*) FROM map_point WHERE organisation_id = :id"), {"id": group_id}) == 0


@pytest.mark.parametrize("privacy", [LocationPrivacy.AREA, LocationPrivacy.HIDDEN])
def test_a_private_place_has_no_public_point(town: Session, privacy: LocationPrivacy) -> None:
    home = LUNCH_CLUB.model_copy(update={"places": (HALL.model_copy(update={"privacy": privacy}),)})
    group_id, _version = save_group(town, home, today=TODAY)
    assert read_group(town, group_id)[0].places[0].lon == HALL.lon
    geoms = town.scalars(text("SELECT geom FROM public_footprint WHERE organisation_id = :id"), {"id": group_id})
    assert set(geoms) <= {None}
