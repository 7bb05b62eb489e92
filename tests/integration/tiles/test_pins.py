"""What stands on the map, and that every way it can change is noticed at once."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.queries.map_points import get_map_state, list_differences
from tests.integration.tiles.records import (
    add_footprint,
    add_need,
    add_organisation,
    add_place,
    add_service,
    pins,
    run,
    set_value,
)

LON, LAT = -2.32, 53.42


def test_organisations_services_and_needs_stand_where_they_are(town: Session) -> None:
    one = add_organisation(town, "Pantry")
    kitchen = add_service(town, one, "Kitchen", ("food", "warmth"))
    add_footprint(town, one, add_place(town, LON, LAT))
    add_footprint(town, one, add_place(town, LON + 0.1, LAT), kitchen)
    add_need(town, LON, LAT, "Somewhere warm", theme="warmth")
    assert pins(town) == [(0, "Pantry"), (1, "Kitchen"), (2, "Somewhere warm")]
    assert not list_differences(town)


def test_two_footprints_at_one_place_are_one_pin(town: Session) -> None:
    one, place = add_organisation(town), add_place(town, LON, LAT)
    add_footprint(town, one, place)
    run(
        town,
        "INSERT INTO footprint (organisation_id, role, place_id) VALUES (:o, 'registered_at', :p)",
        o=one, p=place,
    )  # fmt: skip
    assert len(pins(town)) == 1


@pytest.mark.parametrize(
    ("change", "left"),
    [
        ("UPDATE organisation SET review_status = 'hidden'", []),
        ("UPDATE organisation SET review_status = 'pending'", []),
        ("UPDATE organisation SET review_status = 'rejected'", []),
        ("UPDATE organisation SET stage = 'closed'", []),
        ("UPDATE organisation SET is_confidential = true", []),
        ("DELETE FROM organisation", []),
        ("TRUNCATE organisation CASCADE", []),
        ("UPDATE service SET review_status = 'hidden'", ["Pantry"]),
        ("DELETE FROM service", ["Pantry"]),
        ("DELETE FROM footprint WHERE service_id IS NULL", ["Kitchen"]),
        ("UPDATE footprint SET service_id = NULL", ["Pantry", "Pantry"]),
        ("UPDATE place SET privacy = 'hidden'", []),
        ("UPDATE place SET privacy = 'area'", []),
        ("UPDATE place SET geom = NULL", []),
        ("DELETE FROM place", []),
        ("UPDATE organisation SET name = 'Larder'", ["Kitchen", "Larder"]),
        ("UPDATE service SET name = 'Cafe'", ["Cafe", "Pantry"]),
    ],
)
def test_every_change_reaches_the_map_in_the_same_transaction(town: Session, change: str, left: list[str]) -> None:
    one = add_organisation(town, "Pantry")
    kitchen = add_service(town, one, "Kitchen", ("food",))
    add_footprint(town, one, add_place(town, LON, LAT))
    add_footprint(town, one, add_place(town, LON + 0.1, LAT), kitchen)
    before = get_map_state(town).version
    town.execute(text(change))
    assert sorted(name for _, name in pins(town)) == left
    assert not list_differences(town)
    assert get_map_state(town).version != before


@pytest.mark.parametrize(
    ("change", "left"),
    [
        ("UPDATE need SET review_status = 'hidden'", 0),
        ("UPDATE need SET status = 'closed'", 0),
        ("UPDATE need SET privacy = 'hidden'", 0),
        ("DELETE FROM need", 0),
        ("TRUNCATE need CASCADE", 0),
        ("UPDATE need SET statement = 'Another'", 1),
        ("UPDATE need SET support_count = 3", 1),
    ],
)
def test_needs_too(town: Session, change: str, left: int) -> None:
    add_need(town, LON, LAT)
    town.execute(text(change))
    assert len(pins(town)) == left
    assert not list_differences(town)


def test_themes_audiences_and_times_follow_their_service(town: Session) -> None:
    one = add_organisation(town)
    here = add_service(town, one, "Here", ("food",), audiences=["men", "anyone"])
    there = add_service(town, one, "There", ("sport",), audiences=["women"])
    add_footprint(town, one, add_place(town, LON, LAT))
    add_footprint(town, one, add_place(town, LON, LAT), there)
    schedule = "INSERT INTO schedule (service_id, weekday, opens, closes, term_time_only) VALUES "
    run(town, f"{schedule} (:s, 1, '10:00', '12:00', false), (:s, 7, '22:00', '02:00', true)", s=here)
    run(town, f"{schedule} (:s, 2, '09:00', '09:30', false)", s=there)

    found = {row.name: row for row in town.execute(text("SELECT * FROM map_point"))}
    whole, part = found["An organisation"], found["There"]
    assert (whole.themes, part.themes) == (["food", "sport"], ["sport"])
    assert whole.audiences == ["anyone", "men", "women"]
    # Only what happens at the organisation's own place is open there; Sunday night goes on into Monday.
    assert [(r.lower, r.upper) for r in whole.open_minutes] == [(600, 720)]
    assert [(r.lower, r.upper) for r in whole.term_minutes] == [(0, 120), (6 * 1440 + 1320, 10080)]
    assert [(r.lower, r.upper) for r in part.open_minutes] == [(1440 + 540, 1440 + 570)]

    run(town, "DELETE FROM service_theme WHERE theme_key = 'sport'")
    run(town, "DELETE FROM schedule")
    run(town, "UPDATE service SET audiences = '{}'")
    found = {row.name: row for row in town.execute(text("SELECT * FROM map_point"))}
    assert (found["An organisation"].themes, found["There"].themes) == (["food"], [])
    assert not found["There"].open_minutes
    assert found["There"].audiences == []
    assert not list_differences(town)


def test_a_rough_place_stands_only_at_its_rough_point(town: Session) -> None:
    one, place = add_organisation(town), add_place(town, LON, LAT)
    add_footprint(town, one, place)
    exact = town.execute(text("SELECT x, y FROM map_point")).one()
    set_value(town, "place", place, privacy="rough")
    rough = town.execute(text("SELECT x, y FROM map_point")).one()
    public = town.execute(text("SELECT world_x(ST_X(geom)), world_y(ST_Y(geom)) FROM public_place")).one()
    assert rough != exact
    assert tuple(rough) == tuple(public)
    assert not list_differences(town)


def test_a_change_of_something_the_map_does_not_show_costs_no_version(town: Session) -> None:
    one = add_organisation(town)
    add_footprint(town, one, add_place(town, LON, LAT))
    before = get_map_state(town).version
    set_value(town, "organisation", one, summary="Longer words")
    run(town, "UPDATE place SET address = 'Elsewhere'")
    assert get_map_state(town).version == before


def test_a_rebuild_changes_nothing_that_was_right_and_mends_what_was_not(town: Session) -> None:
    one = add_organisation(town, "Pantry")
    add_service(town, one, "Kitchen", ("food",))
    add_footprint(town, one, add_place(town, LON, LAT))
    run(town, "UPDATE map_cell SET pins = pins + 1 WHERE zoom = 6")
    run(town, "UPDATE map_point SET name = 'Wrong'")
    assert set(list_differences(town)) == {
        "pins missing or different", "pins too many or different",
        "counts missing or different", "counts too many or different",
    }  # fmt: skip
    run(town, "SELECT rebuild_map()")
    assert pins(town) == [(0, "Pantry")]
    assert not list_differences(town)


def test_a_cell_that_changes_often_stays_short(town: Session) -> None:
    one = add_organisation(town)
    add_footprint(town, one, add_place(town, LON, LAT))
    for turn in range(200):
        set_value(town, "organisation", one, review_status="hidden" if turn % 2 == 0 else "approved")
    longest = town.execute(
        text("SELECT max(n) FROM (SELECT count(*) n FROM map_cell GROUP BY zoom, cell) c")
    ).scalar()
    assert longest is not None
    assert longest <= 260
    assert not list_differences(town)
