"""Kinds of gap from database to page: each service that falls away is told apart by why it does."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.actions.areas import describe_area
from app.actions.clock import today
from app.actions.gap_answers import FacetCount, GapQuestion, Kinds
from app.actions.gap_kinds import KindsAnswer, answer_kinds, answer_of_kind
from app.actions.gaps import answer_gap_question
from app.forms.gaps import question_values
from tests.integration.gaps import two_towns
from tests.integration.gaps.two_towns import PEOPLE, add_service, add_survey, middle_of, set_facts

REACH_M = 800  # the next square is 1,300 m away: everybody can only reach what is in their own square
ASKED = GapQuestion(
    "food",
    "square",
    "W",
    REACH_M,
    benchmark="standard",
    people_per_service=int(PEOPLE),
    is_free=True,
    is_step_free=True,
)


@pytest.fixture
def towns(session: Session) -> Session:
    """Town W: a has a kitchen that fits, b one that costs money, c one with steps, d one nobody has said of."""
    two_towns.build(session)
    add_survey(session, "W", today())
    for square, cost, step_free in (
        ("W-a", "free", True), ("W-b", "paid", True), ("W-c", "free", False), ("W-d", "unknown", None),
    ):  # fmt: skip
        add_service(session, square, middle_of(square))
        set_facts(session, square, cost=cost, step_free=step_free)
    return session


def by_code(found: KindsAnswer) -> dict[str, Kinds]:
    return {row.row.area.area_code: row.kinds for row in found.rows}


def test_each_square_is_short_for_a_reason_of_its_own(towns: Session) -> None:
    found = answer_kinds(towns, ASKED)
    kinds = by_code(found)
    assert kinds["W-a"].total == pytest.approx(0, abs=1)
    assert kinds["W-b"].service == pytest.approx(PEOPLE, rel=1e-3)
    assert kinds["W-c"].people == pytest.approx(PEOPLE, rel=1e-3)
    assert kinds["W-d"].unsaid == pytest.approx(PEOPLE, rel=1e-3)
    assert all(row.nothing == pytest.approx(0, abs=1) for row in kinds.values())
    assert found.in_reach == 4
    assert found.facets == (FacetCount("cost", 1, 1), FacetCount("step_free", 1, 1))


def test_the_kinds_are_the_gap_of_the_answer_and_areas_add_up(towns: Session) -> None:
    found = answer_kinds(towns, ASKED)
    for line in found.rows:
        assert line.kinds.total == pytest.approx(line.row.people_without)
    assert found.total.total == pytest.approx(sum(line.kinds.total for line in found.rows))
    wards = answer_kinds(towns, replace(ASKED, layer="ward"))
    for kind in ("nothing", "service", "people", "unsaid"):
        assert getattr(wards.total, kind) == pytest.approx(getattr(found.total, kind))


def test_without_facets_all_is_of_one_kind(towns: Session) -> None:
    asked = GapQuestion("food", "square", "W", REACH_M)
    found = answer_kinds(towns, asked)
    assert not found.facets
    assert found.total.total == found.total.nothing
    assert found.total.total == pytest.approx(answer_gap_question(towns, asked, draws=0).people_without)


def test_where_nobody_has_looked_no_kind_is_said(towns: Session) -> None:
    found = answer_kinds(towns, replace(ASKED, within=""))
    assert found.unknown == 4
    assert {line.row.area.area_code[0] for line in found.rows} == {"W"}


def test_a_map_of_one_kind_paints_that_part_of_the_shortfall(towns: Session) -> None:
    found = answer_kinds(towns, ASKED)
    rows = {row.area.area_code: row for row in answer_of_kind(found, "people", "not for them").rows}
    assert rows["W-c"].shortfall == pytest.approx(1, rel=1e-3)
    assert rows["W-b"].shortfall == pytest.approx(0, abs=1e-3)
    assert "not for them" in rows["W-c"].sentence


def test_the_profile_says_the_kind_and_names_the_doubt(towns: Session) -> None:
    opened = {
        code: describe_area(towns, "square", code, replace(ASKED, theme="food")).themes[0]
        for code in ["W-b", "W-d"]
    }
    costly, unsaid = opened["W-b"].why, opened["W-d"].why
    assert costly is not None
    assert unsaid is not None
    assert costly.kinds is not None
    assert costly.kinds.service == pytest.approx(PEOPLE, rel=1e-3)
    assert [doubt.service.organisation_name for doubt in unsaid.doubts] == ["W-d"]
    assert unsaid.doubts[0].not_said == ("cost", "step_free")


def test_the_page_says_it_in_words(towns: Session, client: FlaskClient) -> None:
    query = urlencode(question_values(ASKED))
    html = client.get(f"/gaps/kinds?{query}").text
    for words in ("there, but full, costly or at the wrong hours", "there, but not usable by this group",
                  "there, but nobody has said whether it fits", "Not free", "Not step-free"):  # fmt: skip
        assert words in html, html[html.find("<main") :][:3000]
    for kind in ("all", "nothing", "service", "people", "unsaid"):
        assert client.get(f"/gaps/kinds.json?{query}&kind={kind}").status_code == 200
    assert client.get("/gaps/kinds?kind=pub").status_code == 400
    assert client.get("/gaps/kinds?theme=xyz").status_code == 400
