"""The gap question from database to answer, against sums done in plain loops here."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from datetime import timedelta
from html import unescape
from importlib import import_module

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.actions.areas import describe_area
from app.actions.clock import today
from app.actions.gap_answers import AreaGap, GapAnswer, GapQuestion
from app.actions.gaps import answer_gap_question
from app.errors import BadQuestionError, NotFoundError
from app.vocabulary import GapState, SureLevel
from tests.integration.gaps import two_towns
from tests.integration.gaps.two_towns import PEOPLE, SQUARES, add_service, add_survey, middle_of, set_facts

REACH_M, DETOUR = 2_000, 1.3


@pytest.fixture
def towns(session: Session) -> Session:
    two_towns.build(session)
    add_survey(session, "W", today())
    add_survey(session, "E", today())
    return session


def ask(session: Session, layer: str = "square", within: str = "W", **more: object) -> GapAnswer:
    return answer_gap_question(session, GapQuestion("food", layer, within, REACH_M, **more))  # type: ignore[arg-type]


def by_code(answer: GapAnswer) -> dict[str, AreaGap]:
    return {row.area.area_code: row for row in answer.rows}


def weight(square: str, place: tuple[float, float]) -> float | None:
    """Dai's weight at walking distance; None out of reach."""
    walk = DETOUR * math.dist(middle_of(square), place)
    edge = math.exp(-0.5)
    return (math.exp(-0.5 * (walk / REACH_M) ** 2) - edge) / (1 - edge) if walk <= REACH_M else None


def access_by_hand(places: list[tuple[float, float]]) -> dict[str, float]:
    access = dict.fromkeys(SQUARES, 0.0)
    for place in places:
        reached = {square: w for square in SQUARES if (w := weight(square, place)) is not None}
        for square, closeness in reached.items():
            access[square] += closeness / (PEOPLE * len(reached))
    return access


WEST_HALL, EAST_HALL = middle_of("W-c"), (two_towns.LEFT_M + 2_050, two_towns.BOTTOM_M + 1_500)


def test_the_answer_equals_the_sum_by_hand_and_neighbours_count(towns: Session) -> None:
    add_service(towns, "West hall", WEST_HALL)
    add_service(towns, "East hall", EAST_HALL)
    answer = ask(towns)
    access = access_by_hand([WEST_HALL, EAST_HALL])
    west = two_towns.TOWNS["W"]
    fair = sum(access[code] for code in west) / 4
    rows = by_code(answer)
    assert set(rows) == set(west)
    for code in west:
        short = max(0.0, 1 - access[code] / fair)
        assert rows[code].shortfall == pytest.approx(short, rel=1e-5)
        assert rows[code].people_without == pytest.approx(PEOPLE * short, rel=1e-5)
    assert answer.benchmark_provision == pytest.approx(fair * 10_000, rel=1e-5)
    assert answer.services_over_border == 1
    assert any("outside Area W reach people inside" in note for note in answer.notes)
    ranked = [row.people_without or 0 for row in answer.rows]
    assert ranked == sorted(ranked, reverse=True)


def test_totals_agree_exactly_whatever_the_areas(towns: Session) -> None:
    add_service(towns, "West hall", WEST_HALL)
    add_service(towns, "East hall", EAST_HALL)
    totals = [ask(towns, layer).people_without for layer in ("square", "ward", "town")]
    assert totals[0] > 0
    assert totals[1] == pytest.approx(totals[0], rel=1e-12)
    assert totals[2] == pytest.approx(totals[0], rel=1e-12)


def test_a_typed_standard_and_everywhere_change_only_the_benchmark(towns: Session) -> None:
    add_service(towns, "West hall", WEST_HALL)
    standard = ask(towns, benchmark="standard", people_per_service=2_000)
    assert standard.benchmark_provision == pytest.approx(5.0)
    access = access_by_hand([WEST_HALL])
    assert ask(towns, benchmark="everywhere").benchmark_provision == pytest.approx(
        sum(access.values()) / len(access) * 10_000, rel=1e-5
    )


@pytest.mark.parametrize(
    ("privacy", "review_status"),
    [("hidden", "approved"), ("exact", "pending"), ("exact", "rejected"), ("area", "approved")],
)
def test_what_the_public_may_not_see_is_not_counted(towns: Session, privacy: str, review_status: str) -> None:
    add_service(towns, "West hall", WEST_HALL)
    before = ask(towns)
    add_service(towns, "Secret", middle_of("W-b"), privacy=privacy, review_status=review_status)
    after = ask(towns)
    assert [row.shortfall for row in after.rows] == [row.shortfall for row in before.rows]
    assert "Secret" not in repr(describe_area(towns, "square", "W-b")) or privacy == "area"


def test_a_rough_place_counts_from_its_rough_point_only(towns: Session) -> None:
    exact = (two_towns.LEFT_M + 730, two_towns.BOTTOM_M + 410)
    add_service(towns, "Kitchen table", exact, privacy="rough")
    access = access_by_hand([(two_towns.LEFT_M + 500, two_towns.BOTTOM_M + 500)])
    rows = by_code(ask(towns))
    assert rows["W-c"].provision == pytest.approx(access["W-c"] * 10_000, rel=1e-3)
    assert rows["W-c"].nearest_m == pytest.approx(0, abs=5)


def test_four_states(session: Session) -> None:
    two_towns.build(session)
    add_service(session, "West hall", middle_of("W-c"))
    add_service(session, "Office", middle_of("E-b"), role="registered_at")
    for code in ("W-a", "W-b", "W-c", "E-a", "E-b", "E-c"):
        add_survey(session, code, today() - timedelta(days=300), theme="food")
    add_survey(session, "W-d", today() - timedelta(days=900))
    add_survey(session, "E-d", today(), theme="sport")
    answer = answer_gap_question(session, GapQuestion("food", "square", "", 1_000))
    states = {row.area.area_code: row.state for row in answer.rows}
    assert states == {
        "W-c": GapState.SCORE,
        "W-a": GapState.CHECKED_NONE,
        "W-b": GapState.CHECKED_NONE,
        "E-a": GapState.CHECKED_NONE,
        "E-c": GapState.CHECKED_NONE,
        "E-b": GapState.UNCLEAR,
        "W-d": GapState.NOT_ENOUGH_DATA,
        "E-d": GapState.NOT_ENOUGH_DATA,
    }
    unknown = by_code(answer)["W-d"]
    assert unknown.shortfall is None
    assert unknown.people_without is None
    assert unknown.rank == 0
    assert "2 of 8 areas nobody has looked" in answer.sentence


def test_an_old_list_counts_only_when_asked_for_and_is_never_sure(session: Session) -> None:
    two_towns.build(session)
    add_service(session, "West hall", WEST_HALL)
    add_survey(session, "W", today() - timedelta(days=4 * 365))
    answer = ask(session)
    assert {row.state for row in answer.rows} == {GapState.NOT_ENOUGH_DATA}
    assert f"from {today() - timedelta(days=4 * 365):%B}" in answer.sentence
    assert "not the same as having none" in answer.sentence
    asked = ask(session, list_years=5)
    assert {row.state for row in asked.rows} == {GapState.SCORE}
    assert {row.sure for row in asked.rows} == {SureLevel.NOT_SURE}
    assert any("up to five years old count" in note for note in asked.notes)
    assert f"This is as it was in {today() - timedelta(days=4 * 365):%B}" in asked.sentence
    add_survey(session, "W-a", today())
    assert "This is as it was" not in ask(session, list_years=5).sentence


def test_unknown_land_over_the_border_is_said(session: Session) -> None:
    two_towns.build(session)
    add_service(session, "West hall", WEST_HALL)
    add_survey(session, "W", today())
    answer = ask(session)
    assert any("2,000 people in Area W live within reach of places outside" in note for note in answer.notes)
    rows = by_code(answer)
    assert "Over the border nobody has looked" in rows["W-d"].why_sure
    assert "Over the border" not in rows["W-c"].why_sure
    assert rows["W-d"].sure != SureLevel.SURE


def test_an_area_wide_service_is_spread_over_its_people_without_distance(towns: Session) -> None:
    add_service(towns, "Meals on wheels", None, role="serves", serves=two_towns.area_id(towns, "W"))
    rows = by_code(ask(towns))
    assert {row.provision for row in rows.values()} == {10_000 / (4 * PEOPLE)}
    assert {row.shortfall for row in rows.values()} == {0.0}


def test_a_national_service_is_listed_and_not_counted(towns: Session) -> None:
    add_service(towns, "West hall", WEST_HALL)
    before = [row.shortfall for row in ask(towns).rows]
    add_service(towns, "Helpline", None, role="national")
    answer = ask(towns)
    assert [row.shortfall for row in answer.rows] == before
    assert any("listed but not counted" in note for note in answer.notes)


def test_nothing_anywhere_is_said_and_is_not_a_score(towns: Session) -> None:
    answer = ask(towns)
    assert {row.state for row in answer.rows} == {GapState.CHECKED_NONE}
    assert "Nothing under “Food” is listed" in answer.sentence


def test_a_profile_explains_exactly_why(towns: Session) -> None:
    add_service(towns, "West hall", WEST_HALL)
    add_service(towns, "East hall", EAST_HALL)
    profile = describe_area(towns, "square", "W-b", GapQuestion("", "", "", REACH_M))
    food = next(theme for theme in profile.themes if theme.theme == "food")
    fair = ask(towns, within="").benchmark_provision
    product = math.prod(factor.ratio for factor in food.factors)
    assert product == pytest.approx(food.gap.provision / fair)
    assert sum(service.share or 0 for service in food.reached_by) == pytest.approx(1)
    assert {service.organisation_name for service in food.reached_by} == {"West hall", "East hall"}
    assert {area.area_code for area in profile.part_of} == {"W-north", "W"}
    assert profile.people == PEOPLE


def test_among_very_many_areas_a_profile_tells_of_one_theme_and_names_the_others(towns: Session) -> None:
    add_service(towns, "East hall", EAST_HALL)
    usual = GapQuestion("", "", "", REACH_M)
    whole = describe_area(towns, "square", "E-a", usual)
    assert not whole.other_themes
    assert len(whole.themes) > 1
    for theme, expected in (("", "food"), (other := whole.themes[-1].theme, other)):
        part = describe_area(towns, "square", "E-a", replace(usual, theme=theme), most_areas=1)
        assert [one.theme for one in part.themes] == [expected]
        same = next(one.gap for one in whole.themes if one.theme == expected)
        assert (part.themes[0].gap.shortfall, part.themes[0].gap.state) == (same.shortfall, same.state)
        assert {expected, *dict(part.other_themes)} == {one.theme for one in whole.themes}
    towns.execute(
        text(
            "INSERT INTO site (id, name, area_id, is_invented) VALUES (1, 'West', :area, true) "
            "ON CONFLICT (id) DO UPDATE SET area_id = excluded.area_id"
        ),
        {"area": two_towns.area_id(towns, "W")},
    )
    inside = describe_area(towns, "square", "W-a", usual, most_areas=1)
    assert len(inside.themes) == len(whole.themes)  # compared with the site's own areas only


def test_the_page_of_one_area_among_very_many_leads_to_the_other_themes(
    client: FlaskClient, towns: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_service(towns, "East hall", EAST_HALL)
    monkeypatch.setattr(import_module("app.routes.areas"), "MOST_AREAS_FOR_ALL_THEMES", 1)
    page = client.get("/areas/square/E-a").get_data(as_text=True)
    assert "one kind is worked out at a time" in page
    others = set(re.findall(r'href="(/areas/square/E-a\?[^"]*theme=[^"]*)"', page))
    assert others
    assert all(client.get(unescape(link)).status_code == 200 for link in others)


def test_an_unknown_area_is_not_found(towns: Session) -> None:
    with pytest.raises(NotFoundError):
        describe_area(towns, "square", "nowhere")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"theme": "nope"}, "theme"),
        ({"layer": "nope"}, "layer"),
        ({"within": "nope"}, "within"),
        ({"within": "W\x00"}, "within"),
        ({"within": "x" * 10_000}, "within"),
        ({"reach_m": 5}, "minutes"),
        ({"reach_m": 10**9}, "minutes"),
        ({"list_years": 3}, "list_years"),
        ({"benchmark": "best"}, "benchmark"),
        ({"benchmark": "standard"}, "people_per_service"),
    ],
)
def test_a_question_that_makes_no_sense_says_which_word(
    towns: Session, changes: dict[str, object], field: str
) -> None:
    words = {"theme": "food", "layer": "square", "within": "W", "reach_m": REACH_M} | changes
    with pytest.raises(BadQuestionError) as error:
        answer_gap_question(towns, GapQuestion(**words))  # type: ignore[arg-type]
    assert error.value.field == field
    assert error.value.fix
    assert len(str(error.value)) < 300


def test_what_does_not_fit_is_not_counted_and_what_perhaps_does_is_unclear(towns: Session) -> None:
    add_service(towns, "West hall", WEST_HALL)
    add_service(towns, "Paid hall", middle_of("W-b"))
    add_service(towns, "Silent hall", middle_of("W-d"))
    set_facts(towns, "West hall", cost="free", step_free=True)
    set_facts(towns, "Paid hall", cost="paid", step_free=True)
    set_facts(towns, "Silent hall", cost="unknown")
    free = ask(towns, is_free=True)
    only_west = access_by_hand([WEST_HALL])
    rows = by_code(free)
    for code in two_towns.TOWNS["W"]:
        assert rows[code].provision == pytest.approx(only_west[code] * 10_000, rel=1e-5)
    assert any(row.state == GapState.UNCLEAR for row in free.rows)
    assert any("1 services surely fit" in note and "1 more perhaps" in note for note in free.notes)
    everything = ask(towns)
    assert all(row.state != GapState.UNCLEAR for row in everything.rows)
    assert everything.services_counted == 3


def test_another_way_of_travelling_and_fading_changes_the_answer(towns: Session) -> None:
    add_service(towns, "West hall", WEST_HALL)
    faded, sharp = ask(towns), ask(towns, decay="step")
    assert by_code(faded)["W-d"].shortfall != by_code(sharp)["W-d"].shortfall
    with_need, without = ask(towns, need_strength=0.5), ask(towns, need_strength=0.0)
    assert any("People in more deprived areas" in note for note in with_need.notes)
    assert not any("People in more deprived areas" in note for note in without.notes)
