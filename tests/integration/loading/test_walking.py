"""A walking network out of an extract: a question then follows the paths, says so, and can be asked not to."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from pyproj import Transformer
from sqlalchemy.orm import Session

from app.actions.areas import ANY_QUESTION, describe_area
from app.actions.clock import today
from app.actions.evidence_store import pack_inputs, unpack_inputs, window
from app.actions.gap_answers import GapAnswer, GapQuestion
from app.actions.gap_inputs import find_all_pairs, load_gap_inputs, sum_services
from app.actions.gap_measure import measure
from app.actions.gap_scope import find_scope
from app.actions.gap_week import describe_week
from app.actions.gaps import answer_gap_question
from app.actions.walking import load_walking, remove_walking
from app.queries.versions import get_version
from geodata.readers.walking import read_walking
from tests.integration.gaps import two_towns
from tests.integration.gaps.two_towns import BOTTOM_M, LEFT_M, add_service, add_survey, middle_of
from tests.integration.loading.small_world import card, column
from tests.walking_town import Line, write_extract

TO_DEGREES = Transformer.from_crs(27700, 4326, always_xy=True)
SQUARES = ("W-c", "W-d", "W-b", "W-a")
"""One street from the middle of each to the next: from W-a to W-c it is 3 km, though 1 km straight."""


@pytest.fixture
def extract(tmp_path: Path) -> Path:
    nodes = {number: TO_DEGREES.transform(*middle_of(code)) for number, code in enumerate(SQUARES, 1)}
    file = tmp_path / "horseshoe.osm.pbf"
    write_extract(file, nodes, [Line((1, 2, 3, 4), highway="residential")])
    return file


@pytest.fixture
def towns(session: Session) -> Session:
    two_towns.build(session)
    for town in ("W", "E"):
        add_survey(session, town, today())
    add_service(session, "Hall", middle_of("W-c"))
    return session


def ask(session: Session, **more: object) -> GapAnswer:
    return answer_gap_question(session, GapQuestion("food", "square", "W", 2_400, **more))  # type: ignore[arg-type]


def nearest(answer: GapAnswer) -> dict[str, float | None]:
    return {row.area.area_code: row.nearest_m for row in answer.rows}


def load(session: Session, extract: Path) -> None:
    load_walking(session, read_walking(extract), card("walking"), file=extract.name)


def test_walks_follow_the_paths_once_a_network_is_loaded(towns: Session, extract: Path) -> None:
    before = ask(towns)
    assert nearest(before)["W-a"] == pytest.approx(1_300, rel=1e-3)
    assert before.distance_words == "Distances are 1.3 times the straight line."
    load(towns, extract)
    after = ask(towns)
    assert nearest(after) == {
        "W-c": pytest.approx(0, abs=10), "W-d": pytest.approx(1_000, rel=1e-2),
        "W-b": pytest.approx(2_000, rel=1e-2), "W-a": pytest.approx(3_000, rel=1e-2),
    }  # fmt: skip
    reached = {row.area.area_code: row.services_in_reach for row in after.rows}
    assert reached == {"W-c": 1, "W-d": 1, "W-b": 1, "W-a": 0}
    assert after.distance_words == "Distances follow streets and paths."
    assert "Title of walking" in [source.title for source in after.sources]


def test_it_can_be_asked_straight_and_a_bus_does_not_walk(towns: Session, extract: Path) -> None:
    straight = ask(towns)
    load(towns, extract)
    again = ask(towns, distance="line")
    assert [row.people_without for row in again.rows] == [row.people_without for row in straight.rows]
    assert again.distance_words == straight.distance_words
    by_bus = ask(towns, travel="bus")
    assert nearest(by_bus)["W-a"] == pytest.approx(1_300, rel=1e-3)
    assert "Title of walking" not in [source.title for source in by_bus.sources]


def test_whom_the_paths_do_not_reach_is_said_and_measured_straight(towns: Session, extract: Path) -> None:
    add_service(towns, "Moor", (LEFT_M + 500, BOTTOM_M + 1_000))
    load(towns, extract)
    answer = ask(towns)
    assert any(note.startswith("1 service more than 250 m from any street or path") for note in answer.notes)
    assert nearest(answer)["W-a"] == pytest.approx(650, rel=1e-2)


def test_where_one_more_helps_most_says_that_it_is_tried_straight(towns: Session, extract: Path) -> None:
    asked = replace(ANY_QUESTION, theme="food", reach_m=2_400)
    for is_loaded in (False, True):
        if is_loaded:
            load(towns, extract)
        profile = describe_area(towns, "square", "W-a", asked)
        why = next(theme.why for theme in profile.themes if theme.theme == "food")
        assert why is not None
        assert why.are_sites_straight == is_loaded
        assert profile.distance_words == ask(towns).distance_words
        assert (
            describe_week(towns, replace(asked, layer="square", within="W")).distance_words
            == profile.distance_words
        )
        straight = describe_area(towns, "square", "W-a", replace(asked, distance="line"))
        assert straight.distance_words == "Distances are 1.3 times the straight line."


def test_the_same_network_again_changes_nothing_and_it_can_go(towns: Session, extract: Path) -> None:
    load(towns, extract)
    version = ask(towns).data_version
    load(towns, extract)
    assert ask(towns).data_version == version
    assert remove_walking(towns)
    assert not remove_walking(towns)
    assert nearest(ask(towns))["W-a"] == pytest.approx(1_300, rel=1e-3)


def test_the_command_loads_it_with_the_line_the_licence_asks_for(
    own_app: Flask, own_session: Session, extract: Path
) -> None:
    runner = own_app.test_cli_runner()
    done = runner.invoke(args=["data", "load-walking", str(extract)])
    assert done.exit_code == 0, done.output
    assert "1 streets and paths, 4 corners, 3 km" in done.output
    assert column(own_session, "SELECT attribution FROM source WHERE key = 'walking'") == [
        "© OpenStreetMap contributors"
    ]
    wrong = runner.invoke(args=["data", "load-walking", __file__])
    assert wrong.exit_code != 0
    assert "no OpenStreetMap extract" in wrong.output
    assert "The network is gone." in runner.invoke(args=["data", "remove-walking"]).output


def test_inputs_kept_for_later_hold_the_network_and_give_the_same_walks(towns: Session, extract: Path) -> None:
    load(towns, extract)
    scope = find_scope(towns, GapQuestion("food", "square", "W", 2_400))
    inputs = load_gap_inputs(towns, get_version(towns), scope)
    measured = measure(inputs, sum_services(inputs, find_all_pairs(inputs)), draws=0)
    again = unpack_inputs(pack_inputs(window(inputs)), inputs.question, inputs.on)
    remeasured = measure(again, sum_services(again, find_all_pairs(again)), draws=0)
    assert again.walking is not None
    assert remeasured.delivered.nearest_m == pytest.approx(measured.delivered.nearest_m, rel=1e-12)
    assert remeasured.delivered.shortfall == pytest.approx(measured.delivered.shortfall, rel=1e-12)
