"""Layers of areas: what is measured, what a second load does, what is refused."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.actions.load_areas import load_areas, make_singular
from app.errors import LoadRefusedError
from app.queries.loading_areas import USERS_OF_AREAS
from tests.integration.loading.small_world import (
    BLOCK_CODES,
    BLOCKS,
    areas_frame,
    blocks,
    card,
    column,
    fingerprint,
    load_blocks,
    load_rows,
    square,
    versions,
)


def test_areas_are_measured_in_metres_with_a_point_inside(session: Session) -> None:
    report = load_blocks(session)
    assert (report.tallies["areas"].added, report.tallies["areas"].read) == (9, 9)
    sizes = column(session, "SELECT size_m2 FROM area")
    assert sizes == pytest.approx([1_000_000] * 9, rel=1e-4)
    assert all(column(session, "SELECT ST_Within(point_geom, geom) FROM area"))
    assert set(column(session, "SELECT ST_GeometryType(geom) FROM area")) == {"ST_MultiPolygon"}


def test_same_file_again_changes_nothing(session: Session) -> None:
    load_blocks(session)
    before = fingerprint(session)
    report = load_blocks(session)
    tally = report.tallies["areas"]
    assert (tally.added, tally.changed, tally.unchanged) == (0, 0, 9)
    assert fingerprint(session) == before


def test_one_name_changed_is_one_change(session: Session) -> None:
    load_blocks(session)
    before = versions(session)
    frame = blocks()
    frame.areas.loc[0, "name"] = "New name"
    report = load_areas(session, frame, BLOCKS, card("areas-block-1"), file="blocks.geojson")
    assert (report.tallies["areas"].changed, report.tallies["areas"].added) == (1, 0)
    assert column(session, "SELECT name FROM area WHERE area_code = 'B00'") == ["New name"]
    assert versions(session)["areas"] > before["areas"]


def test_one_moved_border_is_one_change_and_measured_again(session: Session) -> None:
    load_blocks(session)
    frame = blocks()
    frame.areas.loc[0, "geom"] = square(0, 0, 1000, 500)
    report = load_areas(session, frame, BLOCKS, card("areas-block-1"), file="blocks.geojson")
    assert report.tallies["areas"].changed == 1
    assert column(session, "SELECT size_m2 FROM area WHERE area_code = 'B00'") == pytest.approx(
        [500_000], rel=1e-4
    )


def test_other_codes_are_refused_and_nothing_changes(session: Session) -> None:
    load_blocks(session)
    before = fingerprint(session)
    with pytest.raises(LoadRefusedError, match=r"1 loaded areas are not in the file \(such as B22\)") as refusal:
        load_blocks(session, BLOCK_CODES[:-1])
    assert "--replace" in str(refusal.value)
    assert fingerprint(session) == before


def test_another_vintage_is_refused(session: Session) -> None:
    load_blocks(session)
    with pytest.raises(LoadRefusedError, match="of 1; this file is of 2"):
        load_areas(session, blocks(), replace(BLOCKS, vintage="2"), card("areas-block-1"), file="blocks.geojson")


def test_replace_lets_codes_change(session: Session) -> None:
    load_blocks(session)
    report = load_areas(
        session, blocks([*BLOCK_CODES[1:], "B33"]), BLOCKS, card("a"), file="blocks.geojson", replace=True
    )
    assert (report.tallies["areas"].added, report.tallies["areas"].removed) == (1, 1)
    assert set(column(session, "SELECT area_code FROM area")) == {*BLOCK_CODES[1:], "B33"}


def test_replace_refuses_to_pull_the_ground_from_under_the_site(session: Session) -> None:
    load_blocks(session)
    session.execute(
        text("INSERT INTO site (id, name, area_id) SELECT 1, 'Here', id FROM area WHERE area_code = 'B00'")
    )
    with pytest.raises(LoadRefusedError, match="this site is about B00"):
        load_areas(session, blocks(BLOCK_CODES[1:]), BLOCKS, card("a"), file="blocks.geojson", replace=True)


OF_THE_AREA_ITSELF = {
    "area_drawing",
    "area_level",
    "area_shape",
    "indicator_value",
    "point_area",
    "population_point",
}


def test_whatever_would_go_with_an_area_or_keep_it_is_asked_first(session: Session) -> None:
    """Each table whose rows would be deleted with an area, or would stop its deletion in the middle of a load."""
    bound = column(
        session,
        "SELECT conrelid::regclass::text FROM pg_constraint "
        "WHERE contype = 'f' AND confrelid = 'area'::regclass AND confdeltype <> 'n'",
    )
    assert set(bound) - OF_THE_AREA_ITSELF == (set(USERS_OF_AREAS) - {"member"}) | {"footprint", "site"}


def test_layers_are_ordered_finest_first(session: Session) -> None:
    load_rows(session)
    load_blocks(session)
    assert column(session, "SELECT key FROM area_layer ORDER BY sort_order") == ["block-1", "row-1"]


def test_hostile_names_are_kept_as_text(session: Session) -> None:
    name = "Robert'); DROP TABLE area;-- \\ \t tab “quotes” <b>"
    load_areas(
        session, areas_frame({"X": square(0, 0, 10, 10)}, {"X": name}), BLOCKS, card("a"), file="one.geojson"
    )
    assert column(session, "SELECT name FROM area") == [name]


@pytest.mark.parametrize(
    ("plural", "singular"),
    [
        ("Wards", "Ward"),
        ("Small areas (LSOA 2021)", "Small area (LSOA 2021)"),
        ("Localities of the council", "Locality of the council"),
        ("Square miles", "Square mile"),
        ("Land", "Land"),
    ],
)
def test_one_of_them(plural: str, singular: str) -> None:
    assert make_singular(plural) == singular
