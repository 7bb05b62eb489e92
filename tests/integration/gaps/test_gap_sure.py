"""How sure an answer is: the page, its file, and what stands beside the rows of the gap page."""

from __future__ import annotations

import csv
from dataclasses import replace
from io import StringIO

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.actions.clock import today
from app.actions.gap_answers import GapQuestion
from app.actions.gap_sure import compare_ways, find_stability, weigh_doubts
from app.actions.gaps import answer_gap_question
from app.queries.versions import AREAS, RECORDS, bump_versions
from app.vocabulary import SureLevel
from tests.integration.gaps import two_towns
from tests.integration.gaps.two_towns import add_service, add_survey, middle_of

ASKED = "theme=food&layer=square&within=&minutes=15"
QUESTION = GapQuestion("food", "square", "", 1_200)


@pytest.fixture
def towns(session: Session) -> Session:
    two_towns.build(session)
    for code in two_towns.SQUARES:
        add_survey(session, code, today())
    for name, square in (("One", "W-a"), ("Two", "W-b"), ("Three", "W-c"), ("Four", "E-a")):
        add_service(session, name, middle_of(square))
    session.commit()
    return session


def test_the_worst_fifth_is_that_of_the_answer(towns: Session) -> None:
    answer, sure = answer_gap_question(towns, QUESTION), compare_ways(towns, QUESTION)
    assert [row.area for row in sure.rows] == [row.area for row in answer.rows if row.rank]
    asked = next(number for number, line in enumerate(sure.ways) if line.is_asked)
    assert [row.ranks[asked] for row in sure.rows] == sorted(row.ranks[asked] for row in sure.rows)
    assert {row.area.area_code for row in sure.worst} <= {"W-d", "E-b", "E-c", "E-d"}
    assert len(sure.ways) == 20
    assert all(line.kept + len(line.left_out) == len(sure.worst) for line in sure.ways)


def test_the_page_and_the_rows_of_the_gap_page_say_the_same(towns: Session, client: FlaskClient) -> None:
    sure = compare_ways(towns, QUESTION)
    page = client.get(f"/gaps/sure?{ASKED}").text
    gaps = client.get(f"/gaps?{ASKED}").text
    assert sure.worst
    for row in sure.worst:
        assert f"in {row.stable} of 20 ways" in page
        assert f"worst fifth in {row.stable} of 20 ways" in gaps
    assert "/gaps/sure?" in gaps


def test_the_file_has_every_ranked_area_in_every_way(towns: Session, client: FlaskClient) -> None:
    sure = compare_ways(towns, QUESTION)
    answer = client.get(f"/gaps/sure.csv?{ASKED}")
    rows = list(csv.DictReader(StringIO(answer.text)))
    assert [row["area_code"] for row in rows] == [row.area.area_code for row in sure.rows]
    assert [int(row["stable_ways"]) for row in rows] == [row.stable for row in sure.rows]
    ways = [name for name in rows[0] if name.startswith("1200 m; ")]
    assert len(ways) == 5
    assert answer.headers["Link"].startswith("<http")


def test_nothing_ranked_is_said_in_words(session: Session, client: FlaskClient) -> None:
    two_towns.build(session)
    session.commit()
    assert "nothing to count again" in client.get(f"/gaps/sure?{ASKED}").text


@pytest.mark.parametrize(
    "address", ["/gaps/sure?theme=nope", "/gaps/sure?minutes=%00", "/gaps/sure?minutes=9999", "/gaps/sure.csv?x=1"]
)
def test_a_wrong_question_is_answered_in_words(towns: Session, client: FlaskClient, address: str) -> None:
    assert client.get(address).status_code == 400


def test_too_much_to_wait_for_is_said_and_leaves_the_gap_page_alone(
    towns: Session, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.actions.gap_ways.MOST_PAIRS", 1)
    add_service(towns, "Five", middle_of("E-d"))
    towns.commit()
    answer = client.get(f"/gaps/sure?{ASKED}")
    assert answer.status_code == 400
    assert "smaller area" in answer.text
    gaps = client.get(f"/gaps?{ASKED}")
    assert gaps.status_code == 200
    assert "worst fifth in" not in gaps.text


def test_old_records_are_told_apart_from_fresh_ones(towns: Session) -> None:
    towns.execute(text("UPDATE service SET confirmed_on = :d"), {"d": today()})
    towns.execute(text("UPDATE service SET confirmed_on = '2019-01-01' WHERE source_ref = 'Four service'"))
    bump_versions(towns, [RECORDS])
    fresh = answer_gap_question(towns, replace(QUESTION, is_fresh=True))
    doubts = weigh_doubts(towns, QUESTION).areas
    whole = {row.area.area_code: row.shortfall for row in answer_gap_question(towns, QUESTION).rows}
    assert {code: doubt.shortfall for code, doubt in doubts.items()} == pytest.approx(whole)
    expected = {row.area.area_code: row.shortfall for row in fresh.rows}
    assert {code: doubt.if_fresh for code, doubt in doubts.items()} == pytest.approx(expected)
    assert doubts["E-a"].if_fresh == 1
    assert doubts["E-a"].shortfall < 1


def test_nothing_confirmed_lately_is_said_and_is_not_a_shortfall(towns: Session, client: FlaskClient) -> None:
    towns.execute(text("UPDATE service SET confirmed_on = '2019-01-01'"))
    bump_versions(towns, [RECORDS])
    towns.commit()
    assert {doubt.if_fresh for doubt in weigh_doubts(towns, QUESTION).areas.values()} == {None}
    assert "nothing is" in client.get(f"/gaps/sure?{ASKED}").text


def test_count_rate_and_reach_are_those_inside_and_near(towns: Session) -> None:
    doubts = weigh_doubts(towns, QUESTION).areas
    inside = {code: doubt.inside for code, doubt in doubts.items() if doubt.inside}
    assert inside == {"W-a": 1, "W-b": 1, "W-c": 1, "E-a": 1}
    assert doubts["W-a"].per_10000 == pytest.approx(10_000 / two_towns.PEOPLE)
    assert doubts["W-a"].in_reach == 1
    assert doubts["E-d"].fewest == {"inside": True, "per_10000": True, "in_reach": True}
    assert not any(doubts["W-a"].fewest.values())


def test_a_service_for_a_whole_area_is_no_matter_of_chance(towns: Session) -> None:
    before = {code: doubt.p_value for code, doubt in weigh_doubts(towns, QUESTION).areas.items()}
    add_service(towns, "Meals on wheels", None, role="serves", serves=two_towns.area_id(towns, "W"))
    after = {code: doubt.p_value for code, doubt in weigh_doubts(towns, QUESTION).areas.items()}
    assert after == before
    assert (before["W-a"] or 0) > (before["E-d"] or 1)
    assert min(p for p in before.values() if p is not None) >= 0.001


def test_people_at_the_edge_of_the_map_are_counted_and_said(towns: Session) -> None:
    towns.execute(
        text(
            "INSERT INTO site (id, name, base_layer_id) SELECT 1, 'Towns', id FROM area_layer WHERE key = 'square'"
        )
    )
    answer = answer_gap_question(towns, QUESTION)
    assert any("8,000 people live within reach of the edge" in note for note in answer.notes)
    assert all("edge of what is loaded" in row.why_sure for row in answer.rows)
    assert SureLevel.SURE not in {row.sure for row in answer.rows}
    near = answer_gap_question(towns, replace(QUESTION, reach_m=480))
    assert not any("edge of everything" in note for note in near.notes)
    assert not any("edge of what is loaded" in row.why_sure for row in near.rows)


def end_at_land(session: Session, land: tuple[float, float, float, float]) -> None:
    """The site's base layer are the squares; all land there is is a box in metres."""
    session.execute(
        text("""
        WITH layer AS (
            INSERT INTO area_layer (key, name, singular, vintage, kind, sort_order, source_id)
            SELECT 'land', 'Land', 'Land', '2024', 'council', 9, id FROM source WHERE key = 'towns' RETURNING id
        ), drawn AS (
            INSERT INTO area (area_layer_id, area_code, name, geom, point_geom, size_m2)
            SELECT id, 'L', 'Land', ST_Multi(g), ST_PointOnSurface(g), 1e6 FROM layer,
                   ST_Transform(ST_MakeEnvelope(:left, :bottom, :right, :top, 27700), 4326) AS g)
        INSERT INTO site (id, name, base_layer_id, land_layer_id)
        SELECT 1, 'Towns', b.id, layer.id FROM area_layer b, layer WHERE b.key = 'square'
        """),
        dict(zip(("left", "bottom", "right", "top"), land, strict=True)),
    )
    bump_versions(session, [RECORDS, AREAS])
    session.commit()


def test_an_island_has_no_edge_but_the_sea(towns: Session, client: FlaskClient) -> None:
    left, bottom = two_towns.LEFT_M, two_towns.BOTTOM_M
    end_at_land(towns, (left, bottom, left + 4_000, bottom + 2_000))
    answer = answer_gap_question(towns, QUESTION)
    assert not any("edge of everything" in note for note in answer.notes)
    assert not any(row.edge or "edge of what is loaded" in row.why_sure for row in answer.rows)
    page = client.get(f"/gaps?{ASKED}").text
    assert "edge of the map" not in page
    assert 'data-entry="at_edge"' not in page


def test_areas_where_land_goes_on_are_marked_in_table_map_and_file(towns: Session, client: FlaskClient) -> None:
    """Land goes on in the east only: half of E-b's people, and all in one point, live within 923 m of it."""
    left, bottom = two_towns.LEFT_M, two_towns.BOTTOM_M
    end_at_land(towns, (left, bottom, left + 6_000, bottom + 2_000))
    answer = answer_gap_question(towns, QUESTION)
    assert {row.area.area_code for row in answer.rows if row.edge} == {"E-b", "E-d"}
    assert {row.edge for row in answer.rows} == {"", "map"}
    assert answer.counts["at_edge"] == 2
    assert any("2,000 people live within reach of the edge" in note for note in answer.notes)
    assert not any("Unless it is the sea" in note for note in answer.notes)
    page = client.get(f"/gaps?{ASKED}").text
    assert page.count(">edge of the map</span>") == 2
    assert 'data-entry="at_edge"' in page
    rows = {
        row["area_code"]: row["edge"] for row in csv.DictReader(StringIO(client.get(f"/gaps.csv?{ASKED}").text))
    }
    assert {code for code, edge in rows.items() if edge == "map"} == {"E-b", "E-d"}
    values = client.get(f"/gaps.json?{ASKED}").get_json()
    codes = {row[0]: row[1] for row in values["rows"]}
    assert {codes[number] for number in values["edges"]} == {"E-b", "E-d"}


def test_where_nobody_looked_over_the_border_the_row_is_marked(towns: Session, client: FlaskClient) -> None:
    end_at_land(towns, (0, 0, 1, 1))
    towns.execute(text("DELETE FROM survey USING area a WHERE a.id = survey.area_id AND a.area_code LIKE 'E%'"))
    bump_versions(towns, [RECORDS])
    towns.commit()
    answer = answer_gap_question(towns, replace(QUESTION, within="W", reach_m=1_600))
    assert {row.area.area_code: row.edge for row in answer.rows} == {
        "W-a": "", "W-b": "border", "W-c": "", "W-d": "border",
    }  # fmt: skip
    page = client.get("/gaps?theme=food&layer=square&within=W&minutes=20").text
    assert page.count(">over the border not known</span>") == 2


def test_the_gap_page_does_not_wait_for_the_ways_of_very_many_areas(
    towns: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert find_stability(towns, QUESTION) is not None
    monkeypatch.setattr("app.actions.gap_sure.MOST_AT_ONCE", 7)
    assert find_stability(towns, QUESTION) is None
