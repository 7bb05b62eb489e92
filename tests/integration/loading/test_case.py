"""A whole case by one call: in order, all or nothing, quick and without change the second time."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.actions.load_case import load_case
from app.errors import LoadRefusedError
from geodata.problems import InputProblem
from tests.integration.loading.small_case import write_lines, write_small_case
from tests.integration.loading.small_world import BLOCK_CODES, TODAY, column, fingerprint


def test_everything_is_loaded_in_order(session: Session, tmp_path: Path) -> None:
    reports = load_case(session, write_small_case(tmp_path), tmp_path, today=TODAY)
    assert [report.kind for report in reports] == [
        "areas", "areas", "areas", "postcodes", "indicators", "organisations", "population points", "surveys",
        "grants",
    ]  # fmt: skip
    assert column(session, "SELECT count(*) FROM organisation") == [7]
    assert column(session, "SELECT count(*) FROM place WHERE geom IS NOT NULL") == [7]
    assert column(session, "SELECT count(*) FROM survey WHERE theme_key = 'food'") == [3]
    assert column(session, "SELECT sum(people) FROM population_point") == pytest.approx(
        [sum(1000 + 100 * i for i in range(9))]
    )


def test_the_site_knows_its_place_and_its_numbers(session: Session, tmp_path: Path) -> None:
    load_case(session, write_small_case(tmp_path), tmp_path, today=TODAY)
    row = session.execute(
        text(
            "SELECT s.name, a.area_code, l.key, p.key, d.key, s.is_invented FROM site s "
            "JOIN area a ON a.id = s.area_id "
            "JOIN area_layer l ON l.id = s.base_layer_id JOIN indicator p ON p.id = s.population_indicator_id "
            "JOIN indicator d ON d.id = s.deprivation_indicator_id"
        )
    ).one()
    assert tuple(row) == ("Small world", "R1", "block-1", "people", "score", False)


def test_again_changes_nothing(session: Session, tmp_path: Path) -> None:
    case = write_small_case(tmp_path)
    load_case(session, case, tmp_path, today=TODAY)
    before = fingerprint(session)
    reports = load_case(session, case, tmp_path, today=TODAY)
    assert not [report.title for report in reports if report.changed]
    assert fingerprint(session) == before


def test_one_changed_row_is_one_change(session: Session, tmp_path: Path) -> None:
    case = write_small_case(tmp_path)
    load_case(session, case, tmp_path, today=TODAY)
    clubs = tmp_path / "clubs.csv"
    clubs.write_text(clubs.read_text().replace("Club 3", "Soup club"))
    reports = load_case(session, case, tmp_path, today=TODAY)
    changed = [
        (report.kind, thing) for report in reports for thing, tally in report.tallies.items() if tally.touched
    ]
    assert ("organisations", "organisations") in changed
    assert {kind for kind, _ in changed} == {"organisations"}


def test_files_that_are_not_there_are_named_all_at_once(session: Session, tmp_path: Path) -> None:
    case = write_small_case(tmp_path)
    (tmp_path / "people.csv").unlink()
    (tmp_path / "clubs.csv").unlink()
    before = fingerprint(session)
    with pytest.raises(InputProblem, match=r"2 of the files it names are not in .*people\.csv, clubs\.csv"):
        load_case(session, case, tmp_path, today=TODAY)
    assert fingerprint(session) == before


def test_numbers_of_another_year_stop_the_case(session: Session, tmp_path: Path) -> None:
    case = write_small_case(tmp_path)
    rows = [f"{code},1,1" for code in [*BLOCK_CODES[:8], "OLD1"]]
    write_lines(tmp_path / "people.csv", ["code,people,score", *rows])
    with pytest.raises(LoadRefusedError, match="8 of 9 areas of Blocks"):
        load_case(session, case, tmp_path, today=TODAY)


def test_each_source_is_described(session: Session, tmp_path: Path) -> None:
    load_case(session, write_small_case(tmp_path), tmp_path, today=TODAY)
    keys = column(session, "SELECT key FROM source WHERE loaded_at_utc IS NOT NULL ORDER BY 1")
    assert keys == [
        "areas-block-1", "areas-row-1", "clubs", "grants-grants", "grid", "indicators-people", "postcodes-nobody",
    ]  # fmt: skip
    checksums = column(session, "SELECT checksum FROM source WHERE key = 'clubs'")
    assert len(checksums[0]) == 64
