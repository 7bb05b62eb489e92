"""Numbers of old areas shown on new ones: by people, in words, and not at all where too few are covered.

The old areas of the two towns are three: "left" holds W-a and W-c, "middle" W-b, W-d and E-a, "right" only E-c.
"""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.actions.areas import describe_area
from app.actions.clock import today
from app.actions.gap_answers import GapAnswer, GapQuestion, IndicatorLine
from app.actions.gaps import answer_gap_question
from app.queries.versions import AREAS, INDICATORS, bump_versions
from tests.integration.gaps import two_towns
from tests.integration.gaps.two_towns import add_area, add_service, add_survey, middle_of, one

OLD = {"left": ("W-a", "W-c"), "middle": ("W-b", "W-d", "E-a"), "right": ("E-c",)}
SCORES = {"left": 10.0, "middle": 40.0, "right": 90.0}


@pytest.fixture
def towns(session: Session) -> Session:
    two_towns.build(session)
    for town in ("W", "E"):
        add_survey(session, town, today())
    add_service(session, "Hall", middle_of("W-c"))
    add_old_areas(session)
    return session


def add_old_areas(session: Session) -> None:
    source = one(session, "SELECT id FROM source WHERE key = 'towns'")
    layer = one(
        session,
        "INSERT INTO area_layer (key, name, singular, vintage, kind, sort_order, source_id) "
        "VALUES ('old', 'Old areas', 'Old area', '2011', 'statistical', 0, :s) RETURNING id",
        s=source,
    )  # fmt: skip
    for code, members in OLD.items():
        area = add_area(session, layer, code, list(members))
        session.execute(
            text(
                "INSERT INTO point_area SELECT :l, p.id, :a FROM population_point p "
                "JOIN area s ON s.id = p.area_id WHERE s.area_code = ANY(:codes)"
            ),
            {"l": layer, "a": area, "codes": list(members)},
        )
    bump_versions(session, [AREAS])


def add_number(session: Session, key: str, unit: str, direction: str, values: dict[str, float]) -> int:
    number = one(
        session,
        "INSERT INTO indicator (key, name, unit, role, direction, area_layer_id, source_id) "
        "SELECT :k, :k, :u, 'deprivation', :d, id, source_id FROM area_layer WHERE key = 'old' RETURNING id",
        k=key, u=unit, d=direction,
    )  # fmt: skip
    for code, value in values.items():
        session.execute(
            text("INSERT INTO indicator_value SELECT :i, id, :v FROM area WHERE area_code = :c"),
            {"i": number, "v": value, "c": code},
        )
    bump_versions(session, [INDICATORS])
    return int(number)


def lines(session: Session, layer: str, code: str) -> dict[str, IndicatorLine]:
    return {line.name: line for line in describe_area(session, layer, code).indicators}


def test_a_score_is_the_average_of_the_people_and_says_from_where(towns: Session) -> None:
    add_number(towns, "score", "points", "higher", SCORES)
    north = lines(towns, "ward", "W-north")["score"]
    assert north.value == pytest.approx((10 + 40) / 2)
    assert north.about == "average of its people, from Old areas, 2011; 2 of those are cut by this border"
    west = lines(towns, "town", "W")["score"]
    assert west.value == pytest.approx((10 + 40 + 10 + 40) / 4)
    assert west.about.endswith("1 of those is cut by this border")
    assert (west.rank, west.of) == (1, 1)  # East has too few with a number
    assert west.source.key == "towns"


def test_a_number_of_people_is_shared_out(towns: Session) -> None:
    add_number(towns, "children", "children", "neutral", {"left": 60, "middle": 90, "right": 30})
    north = lines(towns, "ward", "W-north")["children"]
    assert north.value == pytest.approx(60 / 2 + 90 / 3)
    assert north.rank is None
    assert north.about.startswith("shared out by where people live, from Old areas")


def test_where_too_few_people_are_covered_nothing_is_said(towns: Session) -> None:
    add_number(towns, "score", "points", "higher", SCORES)
    assert "score" not in lines(towns, "ward", "E-north")  # E-b is in no old area: half the people
    assert "score" in lines(towns, "square", "E-a")
    assert "score" not in lines(towns, "square", "E-b")


def test_a_town_says_nothing_of_its_squares(towns: Session) -> None:
    number = add_number(towns, "score", "points", "higher", {})
    towns.execute(
        text("UPDATE indicator SET area_layer_id = (SELECT id FROM area_layer WHERE key = 'town') WHERE id = :i"),
        {"i": number},
    )
    towns.execute(
        text("INSERT INTO indicator_value SELECT :i, id, 5 FROM area WHERE area_code = 'W'"), {"i": number}
    )
    bump_versions(towns, [INDICATORS])
    assert "score" not in lines(towns, "square", "W-a")
    assert lines(towns, "town", "W")["score"].about == ""


def ask(session: Session) -> GapAnswer:
    return answer_gap_question(session, GapQuestion("food", "square", "W", 2_000))


def test_need_weighted_by_old_areas_counts_each_person_as_their_place_and_says_so(towns: Session) -> None:
    before = ask(towns)
    assert not any("is published for" in note for note in before.notes)
    number = add_number(towns, "score", "points", "higher", SCORES)
    source = one(towns, "SELECT id FROM area_layer WHERE key = 'square'")
    towns.execute(
        text(
            "INSERT INTO site (id, name, base_layer_id, deprivation_indicator_id) VALUES (1, 'Towns', :b, :i) "
            "ON CONFLICT (id) DO UPDATE SET base_layer_id = :b, deprivation_indicator_id = :i"
        ),
        {"b": source, "i": number},
    )
    bump_versions(towns, [INDICATORS, AREAS])
    answer = ask(towns)
    assert any("“score” is published for Old areas of 2011" in note for note in answer.notes)
    by_code = {row.area.area_code: row for row in answer.rows}
    # Most deprived first: right 1,000 people, middle 3,000, left 2,000; two squares are in no old area.
    shares = {"right": 0.5 / 6, "middle": 2.5 / 6, "left": 5 / 6}
    weight = {code: 1 + 0.5 * (1 - 2 * shares[old]) for old, codes in OLD.items() for code in codes}
    short = {code: (row.people_without or 0) / (row.people * weight[code]) for code, row in by_code.items()}
    assert short == {code: pytest.approx(row.shortfall or 0, rel=1e-9) for code, row in by_code.items()}


def test_an_area_that_kept_its_national_code_keeps_its_own_number(towns: Session) -> None:
    towns.execute(text("UPDATE area SET area_code = 'E01000001' WHERE area_code IN ('left', 'W-a')"))
    bump_versions(towns, [AREAS])
    add_number(towns, "score", "points", "higher", {"E01000001": 10, "middle": 40, "right": 90})
    towns.execute(text("UPDATE indicator_value SET value = 12 WHERE value = 10"))
    bump_versions(towns, [INDICATORS])
    same = lines(towns, "square", "E01000001")["score"]
    assert (same.value, same.about) == (12, "the same area in Old areas, 2011")
    assert lines(towns, "square", "W-c")["score"].about.startswith("average of its people")
