"""A plan to look where nobody has looked: what it weighs, that its choice is the best, and what it claims."""

from __future__ import annotations

import csv
import re
from io import StringIO
from itertools import combinations

import numpy as np
import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.actions.gap_inputs import load_people
from app.actions.plan_answers import AIMS, GOALS, OwnPlace, PlanAnswer
from app.actions.plan_candidates import load_scene
from app.actions.plan_siting import answer_plan
from app.queries.versions import RECORDS, bump_versions, get_version
from tests.integration.accounts.people import token_of
from tests.integration.test_plan_choices import at
from tests.integration.test_plans import plan
from tests.integration.web import web_town

REACH_M, DETOUR = 1200, 1.3
ASKED = "/plans/new?theme=food&layer=square&candidates=areas&goal=look"


def unseen_people(town: Session) -> np.ndarray:
    """Easting, northing and number of the people in squares with no survey, one row for each point."""
    rows = town.execute(
        text("""
        SELECT ST_X(ST_Transform(p.geom, 27700)), ST_Y(ST_Transform(p.geom, 27700)), p.people
        FROM population_point p WHERE NOT EXISTS (SELECT FROM survey s WHERE s.area_id = p.area_id)
        """)
    )
    return np.array([tuple(row) for row in rows], dtype=float)


def near(town: Session, place: OwnPlace) -> np.ndarray:
    """Which of the unseen people are within a walk of a place."""
    lat, lon = (float(part) for part in place.where.split(","))
    x_m, y_m = town.execute(
        text("SELECT ST_X(m), ST_Y(m) FROM ST_Transform(ST_SetSRID(ST_MakePoint(:lon, :lat), 4326), 27700) AS m"),
        {"lon": lon, "lat": lat},
    ).one()
    people = unseen_people(town)
    return np.asarray(DETOUR * np.hypot(people[:, 0] - x_m, people[:, 1] - y_m) <= REACH_M)


def look(town: Session, **more: object) -> PlanAnswer:
    return answer_plan(town, plan(town, goal="look", spares_others=False, **more), proven=True)


def test_no_choice_brings_more_of_them_within_reach(town: Session) -> None:
    """Every pair among six places is tried by hand, with distances and people straight out of the database."""
    own = at(town, (6.4, 4.6), (7.5, 5.4), (5.4, 5.5), (7.4, 4.4), (1.5, 1.5), (6.6, 5.6))
    people = unseen_people(town)[:, 2]
    reached = [near(town, place) for place in own]
    best = max(people[one | other].sum() for one, other in combinations(reached, 2))
    answer = look(town, candidates="own", own=own, count=2)
    assert answer.is_proven
    assert answer.need_reached == pytest.approx(best)
    assert answer.need_reached == pytest.approx(answer.people_newly)
    assert answer.need_total == pytest.approx(people.sum())
    assert [site.adds for site in answer.sites] == sorted((site.adds for site in answer.sites), reverse=True)
    hand = people[np.any([near(town, OwnPlace(site.key.removeprefix("own:"))) for site in answer.sites], axis=0)]
    assert answer.need_reached == pytest.approx(hand.sum())


@pytest.mark.parametrize("aim", AIMS)
def test_every_end_can_be_asked_for_and_bounds_hold(town: Session, aim: str) -> None:
    asked = plan(town, goal="look", aim=aim, candidates="areas", count=2, spares_others=False)
    at_once, proven = answer_plan(town, asked), answer_plan(town, asked, proven=True)
    assert proven.is_proven
    assert at_once.need_reached <= at_once.need_reachable + 1e-9 <= at_once.need_total + 2e-9
    if aim in ("most", "twice"):
        assert at_once.value <= proven.value + 1e-9 <= at_once.bound + 2e-9
    if aim == "everyone":
        assert proven.need_reached == pytest.approx(proven.need_reachable)


def test_each_counts_once_for_every_kind_of_help_that_nobody_has_looked_for(town: Session) -> None:
    food = look(town, candidates="areas").need_total
    area_id = town.scalar(text("SELECT id FROM area WHERE area_code = 'S64'"))
    web_town.insert(
        town, "survey", area_id=area_id, theme_key="sport", kind="walk_round", checked_on="2026-11-01",
        source_id=web_town.source_id(town),
    )  # fmt: skip
    bump_versions(town, [RECORDS])
    there = town.scalar(text("SELECT sum(people) FROM population_point WHERE area_id = :id"), {"id": area_id})
    asked = plan(town, goal="look", candidates="areas", spares_others=False)
    both = answer_plan(town, type(asked)(**{**vars(asked), "themes": ("food", "sport")}))
    assert there > 0
    assert both.need_total == pytest.approx(2 * food - there)
    assert both.unknown_people == pytest.approx(food), "known is where somebody looked for every kind of help"


def test_weighted_for_need_the_same_people_count_more_where_people_have_less(town: Session) -> None:
    asked = plan(town, goal="look_need", candidates="areas", spares_others=False)
    points = load_people(town, get_version(town), asked.gap.need_strength).points
    assert points.need_weight.min() < points.need_weight.max()
    scene = load_scene(town, asked)
    unseen = scene.need.newly
    assert unseen.any()
    assert not unseen.all()
    assert scene.need.weight == pytest.approx(points.people * points.need_weight * unseen)
    assert answer_plan(town, asked).people_newly <= points.people[unseen].sum() + 1e-9


def test_the_page_says_what_was_weighed_and_claims_no_gap(convener: FlaskClient) -> None:
    page = convener.get(ASKED).text
    assert "This plan claims no gap" in page
    assert "of what nobody has looked at" in page
    assert "Weighed are people who live where nobody has looked" in page
    told = page[page.index('data-part="answer"') : page.index('id="map"')]
    assert "of the gap" not in told
    assert "with none" not in told
    assert "more where official numbers say" in convener.get(f"{ASKED}_need").text
    assert "This plan claims no gap" not in convener.get(ASKED.replace("&goal=look", "")).text
    (line, *_rest) = csv.DictReader(StringIO(convener.get(ASKED.replace("/new?", "/new.csv?")).text))
    assert line["goal"] == "look"


def test_a_plan_for_the_gap_leads_to_one_that_looks(convener: FlaskClient) -> None:
    page = convener.get("/plans/new?theme=food&layer=square&candidates=areas").text
    found = re.search(r'href="([^"]*goal=look[^"]*)">Plan to look there', page)
    assert found
    assert "This plan claims no gap" in convener.get(found[1].replace("&amp;", "&")).text


@pytest.mark.parametrize("goal", ["x", "\x00", "LOOK", "look&goal=lack"])
def test_another_goal_is_said_to_be_wrong(convener: FlaskClient, goal: str) -> None:
    answer = convener.get(f"/plans/new?theme=food&candidates=areas&goal={goal}")
    assert answer.status_code == 400
    assert "There is a problem" in answer.text


def test_where_everybody_has_looked_there_is_nothing_to_plan(convener: FlaskClient, town: Session) -> None:
    for square in web_town.UNLOOKED:
        web_town.add_survey(town, square)
    bump_versions(town, [RECORDS])
    town.commit()
    page = convener.get(ASKED)
    assert page.status_code == 200
    assert "Somebody may have looked everywhere" in page.text


def test_a_kept_plan_tells_how_many_live_where_somebody_has_looked_then_and_now(
    convener: FlaskClient, town: Session
) -> None:
    form = {"csrf_token": token_of(convener, "/plans/new"), "theme": "food", "layer": "square",
            "candidates": "areas", "goal": "look", "count": "2", "title": "Look"}  # fmt: skip
    address = convener.post("/plans", data=form).location
    then, of, now = looked_in(convener.get(address).text)
    assert then == now < of
    for square in web_town.UNLOOKED:
        web_town.add_survey(town, square)
    bump_versions(town, [RECORDS])
    town.commit()
    page = convener.get(address).text
    assert looked_in(page) == (then, of, of)
    kept = town.scalar(text("SELECT answer FROM plan"))
    assert kept["known"] == pytest.approx(then, abs=0.5)


def looked_in(page: str) -> tuple[int, ...]:
    found = re.search(
        r"had looked where ([\d,]+) of the ([\d,]+) people within reach live; now where ([\d,]+)", page
    )
    assert found
    return tuple(int(number.replace(",", "")) for number in found.groups())


def test_the_goals_are_those_of_the_form(convener: FlaskClient) -> None:
    page = convener.get("/plans/new").text
    offered = re.search(r'(?s)<select id="field-goal".*?</select>', page)
    assert offered
    assert tuple(re.findall(r'<option value="([^"]*)"', offered[0])) == GOALS
