"""The commands: reports that say what happened, refusals as plain text, nothing half-loaded."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy.orm import Session

from tests.databases import running_app, scratch_database
from tests.integration.loading.small_case import write_lines, write_small_case
from tests.integration.loading.small_world import column, fingerprint


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_small_case(tmp_path)
    return tmp_path


def run(app: Flask, *words: str | Path) -> Result:
    return app.test_cli_runner().invoke(args=[str(word) for word in words])


def load_blocks(app: Flask, folder: Path, *more: str) -> Result:
    return run(
        app, "data", "load-areas", folder / "blocks.geojson", "--layer", "block-1", "--name", "Blocks",
        "--vintage", "1", "--code-field", "code", "--name-field", "name", *more,
    )  # fmt: skip


def test_load_areas_reports_what_it_did(own_app: Flask, own_session: Session, folder: Path) -> None:
    first, second = load_blocks(own_app, folder), load_blocks(own_app, folder)
    assert (first.exit_code, second.exit_code) == (0, 0)
    assert "areas     9      9" in first.output
    assert "Nothing changed: all of this was loaded already." in second.output
    assert column(own_session, "SELECT singular FROM area_layer") == ["Block"]


def test_the_commands_together_make_a_map(own_app: Flask, own_session: Session, folder: Path) -> None:
    assert load_blocks(own_app, folder, "--publisher", "Nobody", "--published-on", "2026-01-31").exit_code == 0
    for words in (
        ("make-grid", "--over", "block-1", "--shape", "hexagon", "--size-m", "800"),
        ("load-postcodes", folder / "postcodes.csv", "--source", "homes"),
        ("load-indicators", folder / "people.csv", "--dataset", folder / "people.yaml"),
        ("load-organisations", folder / "clubs.csv", "--profile", folder / "clubs.yaml"),
        ("make-population-points", "--layer", "block-1", "--indicator", "people", "--postcodes", "homes"),
    ):
        result = run(own_app, "data", *words)
        assert result.exit_code == 0, result.output
    assert column(own_session, "SELECT count(*) FROM public_provision") == [7]
    assert column(own_session, "SELECT count(*) > 9 FROM population_point") == [True]
    sources = run(own_app, "data", "sources").output
    assert "areas-block-1: Blocks (1) — Nobody" in sources
    assert "homes" in sources


def test_a_case_by_one_command_writes_its_problems(own_app: Flask, own_session: Session, folder: Path) -> None:
    clubs = folder / "clubs.csv"
    clubs.write_text(clubs.read_text() + "8,,ZZ1 1AA\n9,=Cafe,M33 ZAB\n")
    report = folder / "report.csv"
    result = run(own_app, "data", "load-case", folder / "small.yaml", "--from", folder, "--report", report)
    assert result.exit_code == 0, result.output
    with report.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {"file", "row", "column", "problem", "fix", "skipped"} == set(rows[0])
    unnamed = next(row for row in rows if row["row"] == "9")
    assert (unnamed["file"], unnamed["skipped"]) == ("clubs.csv", "yes")
    assert next(row for row in rows if row["row"] == "10")["file"] == "clubs.csv"


def test_unplaced_records_are_listed_with_their_source(own_app: Flask, own_session: Session, folder: Path) -> None:
    clubs = folder / "clubs.csv"
    clubs.write_text(clubs.read_text() + "8,=Lost club,\n")
    run(own_app, "data", "load-organisations", clubs, "--profile", folder / "clubs.yaml")
    result = run(own_app, "data", "list-unplaced")
    assert "point · =Lost club · clubs · " in result.output
    written = folder / "unplaced.csv"
    run(own_app, "data", "list-unplaced", "--csv", written)
    assert "'=Lost club" in written.read_text(encoding="utf-8-sig")


@pytest.mark.parametrize(
    ("spoil", "words", "said"),
    [
        (
            {},
            ("load-areas", "blocks.geojson", "--code-field", "kode"),
            ["blocks.geojson", "“kode”", "“code”, “name”"],
        ),
        (
            {"blocks.geojson": "{broken"},
            ("load-areas", "blocks.geojson", "--code-field", "code"),
            ["blocks.geojson"],
        ),
        ({}, ("load-indicators", "people.csv", "--dataset", "people.yaml"), ["layer “block-1”", "not loaded"]),
        ({}, ("load-indicators", "people.csv", "--dataset", "nothing"), ["nothing"]),
        (
            {"people.csv": "kode,people,score\nB00,1,1\n"},
            ("load-indicators", "people.csv", "--dataset", "people.yaml"),
            ["people.csv", "code"],
        ),
        (
            {"clubs.csv": "Number,Title\n1,Supper\n"},
            ("load-organisations", "clubs.csv", "--profile", "clubs.yaml"),
            ["clubs.csv", "Name"],
        ),
        (
            {"clubs.csv": "<!doctype html><p>Not found"},
            ("load-organisations", "clubs.csv", "--profile", "clubs.yaml"),
            ["clubs.csv", "web page"],
        ),
        ({"postcodes.csv": "a,b\n1,2\n"}, ("load-postcodes", "postcodes.csv"), ["postcodes.csv", "postcode"]),
        ({"clubs.csv": ""}, ("load-case", "small.yaml"), ["clubs.csv", "empty"]),
        ({"small.yaml": "name: [unclosed"}, ("load-case", "small.yaml"), ["small.yaml"]),
    ],
)
def test_bad_input_is_refused_in_plain_words(
    own_app: Flask,
    own_session: Session,
    folder: Path,
    spoil: dict[str, str],
    words: tuple[str, ...],
    said: list[str],
) -> None:
    for name, content in spoil.items():
        write_lines(folder / name, content.splitlines())
        if not content:
            (folder / name).write_text("")
    before = fingerprint(own_session)
    own_session.rollback()
    command, file, *rest = words
    options = [folder / word if word.endswith(".yaml") else word for word in rest]
    if command == "load-areas":
        options += ["--layer", "block-1", "--name", "Blocks", "--vintage", "1"]
    if command == "load-case":
        options += ["--from", folder]
    result = run(own_app, "data", command, folder / file, *options)
    assert result.exit_code == 1
    assert "Traceback" not in result.output
    assert "Nothing was loaded." in result.output
    for words_said in said:
        assert words_said in result.output
    assert fingerprint(own_session) == before


def test_no_bar_is_drawn_where_nobody_watches(own_app: Flask, own_session: Session, folder: Path) -> None:
    result = load_blocks(own_app, folder)
    assert "\x1b" not in result.output
    assert "Reading" not in result.output


def test_a_database_without_tables_is_said_in_plain_words(worker: str, folder: Path) -> None:
    with scratch_database(f"wdw_bare_{worker}") as url, running_app(url) as app:
        result = load_blocks(app, folder)
    assert result.exit_code == 1
    assert "The database has no tables yet: run scripts/flask db upgrade.\nNothing was loaded." in result.output
    assert "Traceback" not in result.output


def test_a_value_that_cannot_be_kept_is_refused(own_app: Flask, own_session: Session, folder: Path) -> None:
    blocks = folder / "blocks.geojson"
    blocks.write_text(blocks.read_text().replace("Area B11", "Area \\u0000 B11"))
    result = load_blocks(own_app, folder)
    assert result.exit_code == 1
    assert "Nothing was loaded." in result.output
    assert column(own_session, "SELECT count(*) FROM area") == [0]


def test_a_file_for_another_command_is_told_which(own_app: Flask, folder: Path) -> None:
    blocks, clubs, case = folder / "blocks.geojson", folder / "clubs.csv", folder / "small.yaml"
    for words, wrong, right in (
        (("load-organisations", blocks, "--profile", "gm-food-banks"), "no column", "data load-areas"),
        (("load-grants", clubs), "no column", "data load-organisations"),
        (("load-areas", clubs, "--layer", "x", "--name", "X", "--vintage", "1"), "not GeoJSON",
         "data load-organisations"),
        (("load-indicators", blocks, "--dataset", folder / "people.yaml"), "JSON, not a table", "data load-areas"),
        (("load-walking", case), "no OpenStreetMap", "data load-case"),
        (("load-case", clubs, "--from", folder), "no YAML file", "data load-organisations"),
        (("load-postcodes", blocks), "JSON, not a table", "data load-areas"),
    ):  # fmt: skip
        refused = run(own_app, "data", *words)
        assert refused.exit_code == 1
        assert wrong in refused.output, refused.output
        assert right in refused.output, refused.output
        assert "Nothing was loaded." in refused.output


def test_a_file_of_the_right_kind_is_not_sent_elsewhere(own_app: Flask, folder: Path) -> None:
    """What is wrong is inside it."""
    refused = run(own_app, "data", "load-organisations", folder / "clubs.csv", "--profile", "gm-food-banks")
    assert refused.exit_code == 1
    assert "seems to hold" not in refused.output
