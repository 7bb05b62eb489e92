"""Areas compared with those like them: who is like whom, whose average is the fair share, and every page of it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.actions.areas import describe_area
from app.actions.clock import today
from app.actions.evidence_store import pack_inputs, unpack_inputs, window
from app.actions.gap_answers import GapQuestion
from app.actions.gap_inputs import find_all_pairs, load_gap_inputs, sum_services
from app.actions.gap_matrix import MatrixView, show_all_themes
from app.actions.gap_measure import measure
from app.actions.gap_scope import find_scope
from app.actions.gaps import answer_gap_question
from app.actions.similar_areas import MOST_ALIKE, load_zone_facts
from app.errors import BadQuestionError
from app.queries.versions import INDICATORS, bump_versions, get_version
from app.vocabulary import GapState
from tests.integration.gaps import two_towns
from tests.integration.gaps.two_towns import SQUARES, add_service, add_survey, middle_of, one

ASKED = GapQuestion("food", "square", "W", 1_000, benchmark="similar", need_strength=0.0)


def add_number(session: Session, key: str, values: dict[str, float], unit: str = "points") -> None:
    indicator = one(
        session,
        "INSERT INTO indicator (key, name, unit, direction, role, source_id, area_layer_id) "
        "SELECT :k, :k, :u, 'higher', 'other', s.id, l.id FROM source s, area_layer l "
        "WHERE s.key = 'towns' AND l.key = 'square' RETURNING id",
        k=key, u=unit,
    )  # fmt: skip
    for code, value in values.items():
        session.execute(
            text("INSERT INTO indicator_value SELECT :i, id, :v FROM area WHERE area_code = :c"),
            {"i": indicator, "v": value, "c": code},
        )
    bump_versions(session, [INDICATORS])


@pytest.fixture
def towns(session: Session, monkeypatch: pytest.MonkeyPatch) -> Session:
    """Each is like one other square: W-a like E-a, W-b like E-b, W-c like E-c and W-d like E-d."""
    two_towns.build(session)
    session.execute(
        text("INSERT INTO site (id, name, is_invented, base_layer_id) SELECT 1, 'Towns', true, id FROM area_layer "
             "WHERE key = 'square' ON CONFLICT DO NOTHING")
    )  # fmt: skip
    add_number(session, "poor", {code: " abcd".index(code[-1]) * 10 + (code[0] == "E") for code in SQUARES})
    for code in SQUARES:
        add_survey(session, code, today())
    for code in ("W-a", "E-a", "E-b", "E-b"):
        add_service(
            session, f"Hall {code} {two_towns.one(session, 'SELECT count(*) FROM place')}", middle_of(code)
        )
    monkeypatch.setattr("app.actions.similar_areas.MOST_ALIKE", 1)
    return session


def test_each_is_held_against_the_squares_like_it(towns: Session) -> None:
    answer = answer_gap_question(towns, ASKED)
    rows = {row.area.area_code: row for row in answer.rows}
    # W-a and E-a have one hall each: a fair share. E-b has two, W-b none. E-c and E-d have none, as W-c and W-d.
    assert {code: row.shortfall for code, row in rows.items()} == {"W-a": 0, "W-b": 1, "W-c": 1, "W-d": 1}
    assert rows["W-b"].people_without == pytest.approx(1_000)
    # The mean of the four shares: (1 + 2 + 0 + 0) / 1,000 / 4, for 10,000 people.
    assert answer.benchmark_provision == pytest.approx(7.5)
    assert "areas most like each one" in answer.benchmark_name
    alone = describe_area(towns, "square", "W-b", replace(ASKED, theme="food"))
    food = next(theme for theme in alone.themes if theme.theme == "food")
    assert (food.gap.shortfall, food.gap.state) == (rows["W-b"].shortfall, rows["W-b"].state)


def test_totals_are_of_the_same_people_and_the_band_holds_the_score(towns: Session) -> None:
    two_more = replace(ASKED, reach_m=2_000)
    answer = answer_gap_question(towns, two_more)
    for row in answer.rows:
        if row.state == GapState.SCORE and row.shortfall_low is not None and row.shortfall_high is not None:
            assert row.shortfall_low <= (row.shortfall or 0) + 1e-9
            assert (row.shortfall or 0) <= row.shortfall_high + 1e-9
    profile = describe_area(towns, "square", "W-d", replace(two_more, theme="food"))
    own = next(theme.gap for theme in profile.themes if theme.theme == "food")
    row = next(row for row in answer.rows if row.area.area_code == "W-d")
    assert (own.shortfall, own.shortfall_low, own.shortfall_high) == pytest.approx(
        (row.shortfall, row.shortfall_low, row.shortfall_high)
    )


def test_a_number_that_counts_heads_is_taken_per_head(towns: Session) -> None:
    towns.execute(text("UPDATE population_point SET people = 4000 WHERE area_id = (SELECT id FROM area WHERE "
                       "area_code = 'W-d')"))  # fmt: skip
    towns.execute(text("DELETE FROM indicator_value"))
    towns.execute(text("DELETE FROM indicator"))
    add_number(towns, "old", dict.fromkeys(SQUARES, 100.0) | {"W-d": 400.0, "E-d": 800.0}, unit="people")
    inputs = load_gap_inputs(towns, get_version(towns), find_scope(towns, ASKED))
    zones, layer = inputs.zones, one(towns, "SELECT id FROM area_layer WHERE key = 'square'")
    facts = load_zone_facts(towns, get_version(towns), layer, zones.area_id, zones.of_point)
    assert facts.names[1:] == ("old",)
    codes = {two_towns.area_id(towns, code): code for code in SQUARES}
    share = {codes[int(area)]: value for area, value in zip(zones.area_id, facts.values[:, 1], strict=True)}
    assert share == pytest.approx(dict.fromkeys(SQUARES, 0.1) | {"E-d": 0.8})


def test_a_kept_record_is_worked_out_again_from_what_was_kept(towns: Session) -> None:
    inputs = load_gap_inputs(towns, get_version(towns), find_scope(towns, ASKED))
    kept = window(inputs)
    again = unpack_inputs(pack_inputs(kept), ASKED, inputs.on)
    first, second = (measure(each, sum_services(each, find_all_pairs(each)), draws=20) for each in (inputs, again))
    for name in ("delivered.shortfall", "low", "high", "state"):
        of, _, what = name.rpartition(".")
        pair = [getattr(getattr(m, of) if of else m, what).tolist() for m in (first, second)]
        assert pair[0] == pytest.approx(pair[1], nan_ok=True)


def test_all_kinds_at_once_and_the_views_of_the_question_compare_alike(
    towns: Session, client: FlaskClient
) -> None:
    matrix = show_all_themes(towns, ASKED, MatrixView(sort="area", descending=False))
    assert [row.cells[0].shortfall for row in matrix.rows] == [0, 1, 1, 1]
    towns.commit()
    for page in ("/gaps", "/gaps/kinds", "/gaps/sure", "/gaps/all", "/gaps/week", "/gaps.csv", "/gaps/sure.csv"):
        asked = "?theme=food&layer=square&within=W&minutes=12&weight=0&benchmark=similar"
        assert client.get(page + asked).status_code == 200, page


def test_too_many_areas_are_refused(towns: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.actions.similar_areas.MOST_COMPARISONS", 5)
    with pytest.raises(BadQuestionError) as error:
        answer_gap_question(towns, ASKED)
    assert error.value.field == "benchmark"


def test_with_no_number_loaded_only_density_tells_areas_apart(session: Session) -> None:
    two_towns.build(session)
    add_service(session, "Hall", middle_of("W-a"))
    add_survey(session, "W", today())
    assert MOST_ALIKE >= 7
    rows = {row.area.area_code: row.shortfall for row in answer_gap_question(session, ASKED).rows}
    assert rows["W-a"] == 0
    assert rows["W-b"] == 1
