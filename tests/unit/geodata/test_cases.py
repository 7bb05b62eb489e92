"""Cases: checked as a whole before anything is loaded."""

from __future__ import annotations

from pathlib import Path

import pytest

from geodata.cases import Case, read_case
from geodata.catalogue import list_names
from geodata.problems import InputProblem

CASE = """
name: Smallton
title: Who does what in Smallton
main_area: {layer: district, code: D1}
base_layer: lsoa-2021
population: residents-2021
sources:
  ons: {publisher: ONS, licence: OGL v3.0, attribution: Crown}
areas:
  - {layer: district, name: Towns, kind: council, vintage: "2026", file: d.geojson, name_field: n, source: ons}
  - {layer: lsoa-2021, name: LSOA, kind: statistical, vintage: "2021", file: l.gpkg, code_field: c, source: ons}
grids:
  - {layer: square-mile, name: Square miles}
postcodes:
  - {files: [codes], source: ons}
indicators:
  - {file: census.csv, dataset: census-2021-residents-gm}
organisations:
  - {file: list.csv, profile: spreadsheet}
coverage:
  - {theme: food, layer: district, areas: all, checked_on: 2026-05-01, note: Their page says so.}
"""


def read(folder: Path, text: str = CASE) -> Case:
    path = folder / "smallton.yaml"
    path.write_text(text)
    return read_case(path)


def test_a_case_lists_its_steps_and_files_in_order(tmp_path: Path) -> None:
    case = read(tmp_path)
    assert case.list_files() == ["d.geojson", "l.gpkg", "codes", "census.csv", "list.csv"]
    (tmp_path / "l.gpkg").touch()
    assert case.list_missing_files(tmp_path) == ["d.geojson", "codes", "census.csv", "list.csv"]
    assert case.grids[0].size_m == pytest.approx(1609.344)
    assert case.coverage[0].area_codes == ()
    assert case.coverage[0].completeness is None


def test_a_case_may_bring_its_own_profile_beside_it(tmp_path: Path) -> None:
    own = "title: T\npublisher: P\nlicence: L\nattribution: A\ncolumns: {name: n}\nrole: none\n"
    (tmp_path / "own.yaml").write_text(own)
    case = read(tmp_path, CASE.replace("profile: spreadsheet", "profile: own.yaml"))
    assert case.records[0].profile.key == "own"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("base_layer: lsoa-2021", "base_layer: lsoa-2011", "base_layer.*The layer “lsoa-2011” is not loaded"),
        ("population: residents-2021", "population: people", "population.*The indicator “people” is not loaded"),
        ("theme: food", "theme: fod", "coverage 1: theme.*“fod” is not known"),
        ("file: d.geojson", "file: ../d.geojson", "areas 1: file.*leads out of the folder"),
        ("file: census.csv", "file: /etc/passwd", "indicators 1: file.*leads out"),
        (
            "source: ons}\n  - {layer: lsoa",
            "source: oms}\n  - {layer: lsoa",
            "areas 1: source.*“oms” is not known",
        ),
        ("checked_on: 2026-05-01", "checked_on: lately", "“lately” is not a date"),
        ("checked_on: 2026-05-01, ", "", "coverage 1: checked_on.*missing"),
        ("kind: council", "kind: town", "areas 1: kind.*“town” is not known"),
        ("layer: square-mile,", "layer: Square Mile,", "is not a key"),
        ("name: Square miles}", "name: Square miles, size_m: 1}", "out of range"),
        ("note: Their", "completeness: 2, note: Their", "not a share"),
        ("profile: spreadsheet", "profile: nothing", "“nothing” is not known"),
    ],
)
def test_a_faulty_case_is_refused_with_the_key_and_the_fix(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in CASE
    with pytest.raises(InputProblem, match=said):
        read(tmp_path, CASE.replace(old, new, 1))


@pytest.mark.parametrize("name", list_names("cases"))
def test_the_cases_of_the_catalogue_are_sound_and_every_claim_says_how_it_was_dated(name: str) -> None:
    case = read_case(name)
    assert all(step.note for step in case.coverage)
    listed = {step.file for step in case.records}
    assert {step.list_file for step in case.coverage} <= listed
