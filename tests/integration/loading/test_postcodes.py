"""Postcodes: millions of rows, no ping-pong between sources, places that gain a point."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy.orm import Session

from app.actions.load_postcodes import load_postcodes
from app.actions.load_records import load_records
from app.actions.loading import LoadReport
from tests.integration.loading.small_world import (
    TODAY,
    PostcodeRow,
    card,
    club,
    column,
    fingerprint,
    load_blocks,
    lon_lat,
    postcodes_frame,
    records,
    versions,
)

NOWHERE = float("nan")
ROWS = [
    ("ZZ11AA", *lon_lat(0, 0), None),
    ("ZZ11AB", *lon_lat(10, 10), dt.date(2001, 3, 1)),
    ("ZZ11AD", NOWHERE, NOWHERE, None),
]


def load(session: Session, rows: list[PostcodeRow], key: str = "a", **more: object) -> LoadReport:
    return load_postcodes(session, postcodes_frame(rows), card(key, **more), file=f"{key}.csv")


def owner_of(session: Session, postcode: str) -> str:
    statement = "SELECT s.key FROM postcode p JOIN source s ON s.id = p.source_id WHERE postcode = :postcode"
    return str(column(session, statement, postcode=postcode)[0])


def test_points_ends_and_missing_points_are_kept(session: Session) -> None:
    report = load(session, ROWS)
    assert report.tallies["postcodes"].added == 3
    assert column(session, "SELECT terminated_on FROM postcode ORDER BY postcode") == [
        None,
        dt.date(2001, 3, 1),
        None,
    ]
    assert column(session, "SELECT geom IS NULL FROM postcode ORDER BY postcode") == [False, False, True]
    lon, lat = lon_lat(10, 10)
    assert column(session, "SELECT ST_X(geom) FROM postcode WHERE postcode = 'ZZ11AB'") == pytest.approx([lon])
    assert column(session, "SELECT ST_Y(geom) FROM postcode WHERE postcode = 'ZZ11AB'") == pytest.approx([lat])


def test_same_file_again_changes_nothing_one_row_changes_one(session: Session) -> None:
    load(session, ROWS)
    before, version = fingerprint(session), versions(session)["postcodes"]
    tally = load(session, ROWS).tallies["postcodes"]
    assert (tally.added, tally.changed, tally.unchanged) == (0, 0, 3)
    assert fingerprint(session) == before
    moved = load(session, [("ZZ11AA", *lon_lat(5, 5), None), *ROWS[1:]])
    assert moved.tallies["postcodes"].changed == 1
    assert versions(session)["postcodes"] > version


def test_a_postcode_twice_in_a_file_counts_as_its_last_row(session: Session) -> None:
    twice = [ROWS[0], ROWS[2], ("ZZ11AA", *lon_lat(99, 99), None)]
    assert load(session, twice).tallies["postcodes"].added == 2
    assert not load(session, twice).changed
    assert column(session, "SELECT ST_X(geom) FROM postcode WHERE postcode = 'ZZ11AA'") == pytest.approx(
        [lon_lat(99, 99)[0]]
    )


def test_two_sources_that_disagree_settle(session: Session) -> None:
    other = [("ZZ11AA", *lon_lat(300, 300), None), ("ZZ11AE", *lon_lat(1, 1), None)]
    load(session, ROWS, "first")
    report = load(session, other, "second")
    assert "1 postcodes keep what another source says" in " ".join(report.notes)
    before = fingerprint(session)
    assert not load(session, ROWS, "first").changed
    assert not load(session, other, "second").changed
    assert fingerprint(session) == before
    assert (owner_of(session, "ZZ11AA"), owner_of(session, "ZZ11AE")) == ("first", "second")


def test_a_newer_edition_takes_over_and_keeps(session: Session) -> None:
    newer = [("ZZ11AA", *lon_lat(300, 300), None)]
    load(session, ROWS, "old", published_on=dt.date(2024, 5, 1))
    assert load(session, newer, "new", published_on=dt.date(2025, 5, 1)).tallies["postcodes"].changed == 1
    assert not load(session, ROWS, "old", published_on=dt.date(2024, 5, 1)).changed
    assert owner_of(session, "ZZ11AA") == "new"


def test_a_source_with_a_point_beats_one_without(session: Session) -> None:
    load(session, ROWS, "first")
    load(session, [("ZZ11AD", *lon_lat(7, 7), None)], "second")
    assert owner_of(session, "ZZ11AD") == "second"
    assert not load(session, ROWS, "first").changed


def test_places_without_a_point_gain_one(session: Session) -> None:
    load_blocks(session)
    clubs = records([club("1", "Supper club", place__postcode="zz1 1aa")])
    report = load_records(session, clubs, card("clubs"), file="clubs.csv", today=TODAY)
    assert column(session, "SELECT geom FROM place") == [None]
    assert "zz1 1aa" in report.problems[0].problem
    before = versions(session)["records"]
    load(session, ROWS)
    assert column(session, "SELECT ST_X(geom) FROM place") == pytest.approx([lon_lat(0, 0)[0]])
    assert versions(session)["records"] > before
