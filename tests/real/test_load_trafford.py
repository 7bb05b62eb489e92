"""The Trafford case from real open data: how much is loaded, how much finds its place, and that it settles."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from app.actions.load_case import load_case
from app.actions.load_indicators import load_indicators
from app.actions.loading import LoadReport, make_card
from app.config import ROOT
from app.errors import LoadRefusedError
from geodata.datasets import read_dataset
from geodata.readers.indicators import read_indicators
from tests.databases import migrate_to_head, scratch_database, settings_for
from tests.integration.loading.small_world import TODAY, column, fingerprint

pytestmark = pytest.mark.real
CASES = ROOT / "geodata" / "catalogue" / "cases"


@pytest.fixture(scope="module")
def loaded(worker: str, shared_data: Path) -> Iterator[tuple[Session, list[LoadReport]]]:
    with scratch_database(f"wdw_trafford_{worker}") as url:
        migrate_to_head(url)
        engine = create_engine(settings_for(url).sqlalchemy_url)
        with Session(engine) as session:
            reports = load_case(session, CASES / "trafford.yaml", shared_data, today=TODAY)
            session.commit()
            yield session, reports
        engine.dispose()


@pytest.fixture
def session(loaded: tuple[Session, list[LoadReport]]) -> Iterator[Session]:
    yield loaded[0]
    loaded[0].rollback()


@pytest.mark.parametrize(
    ("layer", "areas"),
    [("lsoa-2021", 1702), ("ward-2023", 215), ("district-2023", 10), ("msoa-2021", 353), ("locality-2023", 4)],
)
def test_every_area_is_there(session: Session, layer: str, areas: int) -> None:
    counted = "SELECT count(*) FROM area a JOIN area_layer l ON l.id = a.area_layer_id WHERE l.key = :layer"
    assert column(session, counted, layer=layer) == [areas]


@pytest.mark.parametrize(("indicator", "areas"), [("residents-2021", 1702), ("imd-2025-score", 1702)])
def test_every_small_area_has_its_numbers(session: Session, indicator: str, areas: int) -> None:
    counted = "SELECT count(*) FROM indicator_value v JOIN indicator i ON i.id = v.indicator_id WHERE i.key = :key"
    assert column(session, counted, key=indicator) == [areas]


@pytest.mark.parametrize(
    ("source", "places_inside"),
    [
        ("gm-food-banks", 171), ("gm-libraries", 141), ("gm-pharmacies", 631), ("coops-uk", 256),
        ("trafford-charities", 654),
    ],
)  # fmt: skip
def test_places_fall_where_the_data_says(session: Session, source: str, places_inside: int) -> None:
    """Rows (footprints) whose point lies in a small area of Greater Manchester, as the data's README has it."""
    inside = column(
        session,
        "SELECT count(*) FROM footprint f JOIN place p ON p.id = f.place_id JOIN source s ON s.id = f.source_id "
        "WHERE s.key = :source AND EXISTS (SELECT 1 FROM area a JOIN area_layer l ON l.id = a.area_layer_id "
        "WHERE l.key = 'lsoa-2021' AND ST_Intersects(a.geom, p.geom))",
        source=source,
    )
    assert inside[0] == pytest.approx(places_inside, abs=2)


def test_everybody_lives_somewhere_and_bigger_areas_add_up(session: Session) -> None:
    residents = column(
        session,
        "SELECT sum(value) FROM indicator_value JOIN indicator i ON i.id = indicator_id "
        "WHERE key = 'residents-2021'",
    )
    people = "SELECT sum(p.people) FROM point_area pa JOIN population_point p ON p.id = pa.population_point_id {}"
    assert column(session, "SELECT sum(people) FROM population_point") == pytest.approx(residents, rel=1e-9)
    for layer in ("lsoa-2021", "msoa-2021", "district-2023", "ward-2023"):
        by_layer = people.format("JOIN area_layer l ON l.id = pa.area_layer_id WHERE l.key = :layer")
        assert column(session, by_layer, layer=layer) == pytest.approx(residents, rel=1e-9)


def test_small_areas_count_whole_towards_their_district(session: Session) -> None:
    """The names of LSOAs say which district they are of: the points must agree, for every one."""
    wrong = column(
        session,
        """
        SELECT DISTINCT base.name FROM point_area pa JOIN population_point p ON p.id = pa.population_point_id
        JOIN area base ON base.id = p.area_id JOIN area district ON district.id = pa.area_id
        JOIN area_layer l ON l.id = pa.area_layer_id AND l.key = 'district-2023'
        WHERE base.name NOT LIKE district.name || ' %'
        """,
    )
    assert wrong == []


def test_loading_again_changes_nothing(session: Session, shared_data: Path) -> None:
    before = fingerprint(session)
    reports = load_case(session, CASES / "trafford.yaml", shared_data, today=TODAY)
    assert [report.title for report in reports if report.changed] == []
    assert fingerprint(session) == before


def test_typing_slips_are_reported_with_the_postcode_meant(loaded: tuple[Session, list[LoadReport]]) -> None:
    charities = next(report for report in loaded[1] if report.file.endswith("charities_operating_in_trafford.csv"))
    slip = next(problem for problem in charities.problems if "WA15 OHF" in problem.problem)
    assert (slip.row, "WA15 0HF" in slip.fix) == (35, True)


def test_imd_2019_on_lsoa_2021_is_refused_and_counts_the_lost(session: Session, shared_data: Path) -> None:
    path = shared_data / "indicators" / "File_1_-_IMD2019_Index_of_Multiple_Deprivation.csv"
    dataset = read_dataset("imd-2019")
    before = fingerprint(session)
    with pytest.raises(LoadRefusedError) as refusal:
        load_indicators(
            session, read_indicators(path, dataset), dataset.indicators, "lsoa-2021",
            make_card("imd-2019", dataset.source), file=path.name,
        )  # fmt: skip
    said = str(refusal.value)
    assert "1,636 of 1,702 areas" in said
    assert "66 get no value" in said
    assert "LSOA 2011" in said
    assert "LSOA 2021" in said
    assert fingerprint(session) == before


def test_grants_find_their_groups_by_number_and_their_place_by_code(session: Session) -> None:
    """154 of the 555 carry a charity number, of which 78 % are on the list of charities; some have a company's."""
    assert column(session, "SELECT count(*) FROM public_grant") == [555]
    assert column(session, "SELECT count(*) FROM public_grant WHERE matched_by = 'register_number'") == [127]
    assert column(session, "SELECT count(*) FROM public_grant WHERE matched_by = 'name_and_postcode'") == [0]
    placed = "SELECT count(*) FROM public_grant g JOIN area a ON a.id = g.area_id WHERE a.area_code = 'E08000009'"
    assert column(session, placed) == [555]
