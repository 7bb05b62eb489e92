"""Organisations and all that hangs on them: stable ids, only what differs changes, nothing is doubled."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.actions.data_room import UnplacedQuestion, list_unplaced
from app.actions.load_records import load_records
from app.actions.loading import LoadReport
from geodata.frames import RecordsFrame
from geodata.problems import InputProblem
from tests.integration.loading.small_world import (
    TODAY,
    card,
    club,
    column,
    fingerprint,
    load_blocks,
    load_homes,
    lon_lat,
    records,
    versions,
)


def load(session: Session, clubs: list[dict[str, Any]] | RecordsFrame, key: str = "clubs") -> LoadReport:
    frame = clubs if isinstance(clubs, RecordsFrame) else records(clubs)
    return load_records(session, frame, card(key), file=f"{key}.csv", today=TODAY)


def supper() -> dict[str, Any]:
    return club("1", "Supper club", (100, 100), organisation__identifiers=[("GB-CHC", "123456")])


def shed() -> dict[str, Any]:
    return club("2", "The shed", (1500, 1500))


def test_every_part_is_loaded_and_public(session: Session) -> None:
    report = load(session, [supper(), shed()])
    added = {thing: tally.added for thing, tally in report.tallies.items()}
    assert added == {
        "organisations": 2, "register numbers": 1, "asks": 0, "places": 2, "services": 2, "themes of services": 2,
        "opening times": 2, "footprints": 2,
    }  # fmt: skip
    assert column(session, "SELECT name FROM public_organisation ORDER BY 1") == ["Supper club", "The shed"]
    assert column(session, "SELECT count(*) FROM public_provision WHERE theme_key = 'food'") == [2]
    assert column(session, "SELECT confirmed_on FROM organisation") == [dt.date(2026, 5, 1)] * 2


def test_same_file_again_changes_nothing(session: Session) -> None:
    load(session, [supper(), shed()])
    before = fingerprint(session)
    report = load(session, [supper(), shed()])
    assert not report.changed
    assert fingerprint(session) == before


def test_order_of_rows_does_not_matter(session: Session) -> None:
    load(session, [supper(), shed()])
    before = fingerprint(session)
    load(session, [shed(), supper()])
    assert fingerprint(session) == before


def test_a_changed_name_is_one_change_under_the_same_id(session: Session) -> None:
    load(session, [supper(), shed()])
    ids = column(session, "SELECT id FROM organisation ORDER BY source_ref")
    renamed = supper()
    renamed["organisation"]["name"] = "Soup club"
    report = load(session, [renamed, shed()])
    changed = {thing: tally.changed for thing, tally in report.tallies.items() if tally.touched}
    assert changed == {"organisations": 1}
    assert column(session, "SELECT id FROM organisation ORDER BY source_ref") == ids
    assert column(session, "SELECT updated_at_utc >= added_at_utc FROM organisation") == [True, True]


@pytest.mark.parametrize(
    ("field", "value", "thing"),
    [
        ("service__cost", "paid", "services"),
        ("service__audiences", ["women"], "services"),
        ("service__step_free", True, "services"),
        ("place__privacy", "hidden", "places"),
        ("place__name", "Hall", "places"),
        ("organisation__website", "https://example.org", "organisations"),
        ("service__theme_reasons", {"food": "keyword: soup"}, "themes of services"),
    ],
)
def test_one_changed_field_changes_one_row(session: Session, field: str, value: Any, thing: str) -> None:
    load(session, [club("1", "Supper club", (100, 100)), shed()])
    report = load(session, [club("1", "Supper club", (100, 100), **{field: value}), shed()])
    changed = {thing: tally.changed for thing, tally in report.tallies.items() if tally.touched}
    assert changed == {thing: 1}


def test_children_that_went_are_taken_away(session: Session) -> None:
    load(session, [club("1", "Supper", (0, 0), service__themes=["food", "company"])])
    less = records([club("1", "Supper", (0, 0), service__themes=["company"], service__theme_reasons={})])
    less.schedules.loc[0, "weekday"] = 3
    report = load(session, less)
    assert report.tallies["themes of services"].removed == 1
    assert (report.tallies["opening times"].removed, report.tallies["opening times"].added) == (1, 1)
    assert column(session, "SELECT weekday FROM schedule") == [3]


def test_an_organisation_that_left_the_file_is_flagged_and_comes_back(session: Session) -> None:
    load(session, [supper(), shed()])
    report = load(session, [supper()])
    assert report.tallies["organisations"].missing == 1
    assert report.tallies["services"].missing == 1
    assert column(session, "SELECT missing_since FROM organisation ORDER BY source_ref") == [None, TODAY]
    assert column(session, "SELECT count(*) FROM footprint") == [2]
    assert not load(session, [supper()]).changed
    load(session, [supper(), shed()])
    assert column(session, "SELECT missing_since FROM organisation") == [None, None]
    assert column(session, "SELECT missing_since FROM service") == [None, None]


def test_what_a_reviewer_decided_stays(session: Session) -> None:
    load(session, [supper()])
    session.execute(text("UPDATE organisation SET review_status = 'hidden'"))
    renamed = supper()
    renamed["organisation"]["name"] = "Soup club"
    load(session, [renamed])
    assert column(session, "SELECT review_status FROM organisation") == ["hidden"]
    assert column(session, "SELECT name FROM organisation") == ["Soup club"]


def test_closed_bodies_are_kept_and_not_public(session: Session) -> None:
    load(session, [club("1", "Old club", (0, 0), organisation__active=False)])
    assert column(session, "SELECT stage FROM organisation") == ["closed"]
    assert column(session, "SELECT count(*) FROM public_organisation") == [0]


def test_the_same_register_number_in_two_lists_is_one_organisation(session: Session) -> None:
    load(session, [supper()], "register")
    other = club(
        "A", "Supper Club Ltd", (200, 200), organisation__identifiers=[("GB-CHC", "123456"), ("GB-COH", "9")]
    )
    report = load(session, [other], "foodbanks")
    assert "1 organisations were known from another source" in " ".join(report.notes)
    assert column(session, "SELECT name FROM organisation") == ["Supper club"]
    assert column(session, "SELECT count(*) FROM service") == [2]
    assert column(session, "SELECT scheme FROM organisation_identifier ORDER BY 1") == ["GB-CHC", "GB-COH"]


def test_the_same_name_at_the_same_postcode_is_one_organisation(session: Session) -> None:
    load(session, [club("1", "The Shed", place__postcode="ZZ1 1AA")], "register")
    load(session, [club("A", "the shed.", place__postcode="zz11aa")], "clubs")
    load(session, [club("B", "The Shed", place__postcode="ZZ1 1AB")], "elsewhere")
    assert column(session, "SELECT count(*) FROM organisation") == [2]
    assert column(session, "SELECT count(*) FROM service") == [3]


def test_linked_sources_load_again_without_change_in_any_order(session: Session) -> None:
    other = club(
        "A", "Supper Club Ltd", (200, 200), organisation__identifiers=[("GB-CHC", "123456"), ("GB-COH", "9")]
    )
    load(session, [supper(), shed()], "register")
    load(session, [other], "foodbanks")
    before = fingerprint(session)
    for clubs, key in (([other], "foodbanks"), ([supper(), shed()], "register"), ([other], "foodbanks")):
        assert not load(session, clubs, key).changed
    assert fingerprint(session) == before


def test_places_take_the_point_of_their_postcode(session: Session) -> None:
    load_homes(session, {"ZZ11AA": (100, 100)})
    load(session, [club("1", "Supper club", place__postcode="zz1 1aa")])
    assert column(session, "SELECT ST_X(geom) FROM place") == pytest.approx([lon_lat(100, 100)[0]])


def test_a_postcode_nobody_knows_is_reported_with_its_row_and_a_guess(session: Session) -> None:
    load_homes(session, {"M332AB": (100, 100)})
    typo = club("1", "Supper club", place__postcode="M33 ZAB", organisation__row=7)
    report = load(session, [typo])
    problem = report.problems[0]
    assert (problem.file, problem.row, problem.column, problem.skipped) == ("clubs.csv", 7, "postcode", False)
    assert "“M33 ZAB” of “Supper club” is not known" in problem.problem
    assert problem.fix == "Perhaps “M33 2AB” is meant."
    assert column(session, "SELECT name FROM organisation") == ["Supper club"]


def test_areas_served_are_found_and_unknown_ones_reported(session: Session) -> None:
    load_blocks(session)
    frame = records([supper(), shed()], role="serves")
    frame.footprints["place_ref"] = None
    frame.footprints["layer_key"] = "block-1"
    frame.footprints["area_code"] = ["B11", "B99"]
    report = load(session, frame)
    served = "SELECT area_code FROM footprint f JOIN area a ON a.id = f.area_id"
    assert column(session, served) == ["B11"]
    assert "“The shed” serves the area “B99” of “block-1”, which is not loaded." in report.problems[0].problem
    assert not load(session, frame).changed


def test_the_same_reference_twice_keeps_the_first_and_says_so(session: Session) -> None:
    frame = records([supper(), shed()])
    frame.organisations["source_ref"] = "1"
    frame.services["organisation_ref"] = "1"
    frame.footprints["organisation_ref"] = "1"
    report = load(session, frame)
    assert column(session, "SELECT name FROM organisation") == ["Supper club"]
    assert report.problems[0].problem == "Organisation “1” is there more than once."


def test_shared_buildings_are_one_place(session: Session) -> None:
    frame = records([supper(), shed()])
    frame.places = frame.places.head(1)
    frame.footprints["place_ref"] = "1@1"
    load(session, frame)
    assert column(session, "SELECT count(*) FROM place") == [1]
    assert column(session, "SELECT count(DISTINCT organisation_id) FROM footprint") == [2]


def hall(ref: str, name: str, at: tuple[float, float], **more: Any) -> dict[str, Any]:
    return club(ref, name, at, **{"place__name": "Saint Hild's Hall", "place__postcode": "M33 2AB"} | more)


def test_a_hall_that_two_lists_name_is_one_place(session: Session) -> None:
    load(session, [hall("1", "Supper", (100, 100))])
    other = hall("9", "Chess", (150, 120), place__name="SAINT HILDS HALL", place__postcode="m332ab")
    for _ in range(2):
        report = load(session, [other], key="walk")
        assert column(session, "SELECT name FROM place") == ["Saint Hild's Hall"]
        assert column(session, "SELECT count(DISTINCT place_id) FROM public_provision") == [1]
        assert column(session, "SELECT count(*) FROM public_provision") == [2]
    assert not report.changed
    load(session, [shed()])
    assert column(session, "SELECT count(*) FROM place WHERE name LIKE 'Saint%'") == [1]


@pytest.mark.parametrize(
    "more", [{"place__postcode": "M33 2AC"}, {"place__name": "Saint Keyne's Hall"}, {"place__privacy": "rough"}]
)
def test_another_hall_is_another_place(session: Session, more: dict[str, Any]) -> None:
    load(session, [hall("1", "Supper", (100, 100))])
    load(session, [hall("9", "Chess", (150, 120), **more)], key="walk")
    assert column(session, "SELECT count(*) FROM place") == [2]


def test_a_place_nobody_uses_any_more_goes(session: Session) -> None:
    load(session, [supper()])
    moved = club("1", "Supper club", (900, 900), place__source_ref="new",
                 organisation__identifiers=[("GB-CHC", "123456")])  # fmt: skip
    report = load(session, [moved])
    assert report.tallies["places"].removed == 1
    assert column(session, "SELECT source_ref FROM place") == ["new"]


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("organisation__kind", "guild", "“guild” is not a known kind"),
        ("service__cost", "cheap", "“cheap” is not a known cost"),
        ("place__privacy", "secret", "“secret” is not a known privacy"),
        ("service__themes", ["cake"], "no theme “cake”"),
        ("service__organisation_ref", "77", "The services speak of “77”"),
    ],
)
def test_tables_that_do_not_hold_together_are_refused_whole(
    session: Session, field: str, value: Any, said: str
) -> None:
    load(session, [shed()])
    before = fingerprint(session)
    with pytest.raises(InputProblem, match=said):
        load(session, [club("1", "Supper club", (0, 0), **{field: value})])
    assert fingerprint(session) == before


def test_unplaced_services_and_organisations_are_listed(session: Session) -> None:
    load(session, [club("1", "Mystery", (0, 0), service__themes=[]), club("2", "Nowhere", None)])
    rows = list_unplaced(session, UnplacedQuestion()).rows
    assert [(row.missing, row.kind, row.name, row.organisation, row.source_ref) for row in rows] == [
        ("point", "organisation", "Nowhere", "", "2"),
        ("theme", "service", "Mystery meets", "Mystery", "1/1"),
    ]


def test_caches_are_told_only_when_something_changed(session: Session) -> None:
    load(session, [supper()])
    before = versions(session)["records"]
    load(session, [supper()])
    assert versions(session)["records"] == before
    load(session, [supper(), shed()])
    assert versions(session)["records"] > before


def test_ids_survive_an_empty_database(session: Session) -> None:
    load(session, [supper()])
    first = column(session, "SELECT id FROM organisation")
    session.execute(text("DELETE FROM organisation"))
    load(session, [supper()])
    assert column(session, "SELECT id FROM organisation") == first
