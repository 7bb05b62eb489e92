"""Then and now of a plan: what really changed apart from what the map came to know; runs in the background."""

from __future__ import annotations

import json
from datetime import date, timedelta

import numpy as np
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.actions import plan_runs
from app.actions.clock import today
from app.actions.gap_change import Why
from app.actions.plan_change import PlanChange
from app.actions.plan_run_store import pack_question, unpack_question
from app.actions.plan_siting import answer_plan
from app.actions.plans import NewPlan, Planner, describe_plan, save_plan
from app.analysis.siting import Siting
from app.jobs.daily import DAILY
from app.jobs.runs import prove_plan
from app.queries.plans import find_plan
from app.queries.versions import EVERYTHING, RECORDS, bump_versions
from app.vocabulary import Role
from tests.integration.accounts.people import add_person, token_of
from tests.integration.test_plans import plan
from tests.integration.web import web_town

FAR_EAST = (6.5, 1.5)


class Kept:
    """A plan of four areas in the east, made ten days ago, and a look at what moved since."""

    def __init__(self, session: Session) -> None:
        self.session = session
        keys = tuple(f"square:{web_town.code_of(square)}" for square in ((6, 1), (7, 0), (5, 0), (4, 1)))
        self.question = plan(session, candidates="areas", count=4, pinned=keys, spares_others=False)
        account = add_person(session, Role.OFFICER)
        self.planner = Planner(account.id, frozenset(), sees_all=True)
        self.id = save_plan(session, NewPlan("East", self.question, {}, None, None, None), self.planner)
        session.execute(text("UPDATE plan SET made_at_utc = made_at_utc - interval '10 days'"))
        session.commit()

    def change(self) -> PlanChange:
        """Its parts must sum to what the page tells of now and then."""
        bump_versions(self.session, EVERYTHING)
        self.session.commit()
        row = find_plan(self.session, self.id)
        assert row is not None
        page = describe_plan(self.session, row, self.question, self.planner)
        assert page.change is not None
        for stop, moved in zip(page.stops, page.change.stops, strict=True):
            assert moved.need_total == pytest.approx(stop.change("need"), abs=1e-6)
            assert moved.nothing_total == pytest.approx(stop.change("nothing"), abs=1e-6)
        return page.change


@pytest.fixture
def kept(town: Session) -> Kept:
    return Kept(town)


def start(session: Session, day: date | None) -> None:
    """A kitchen in the east comes to be known; it began on a day, or nobody has said when."""
    _, service = web_town.add_service(session, "Fresh Kitchen", FAR_EAST)
    session.execute(text("UPDATE service SET started_on = :day WHERE id = :id"), {"day": day, "id": service})


def told(parts: dict[Why, float]) -> dict[Why, int]:
    return {why: round(number) for why, number in parts.items() if abs(number) > 1e-6}


def test_where_nothing_moved_nothing_is_told(kept: Kept) -> None:
    change = kept.change()
    assert told(change.plan.need) == told(change.plan.nothing) == {}
    assert all(told(stop.need) == {} for stop in change.stops)


@pytest.mark.parametrize(("days_ago", "why"), [(3, Why.REAL), (400, Why.MAPPING), (None, Why.UNKNOWN)])
def test_people_newly_within_reach_are_real_only_if_something_began_since(
    kept: Kept, days_ago: int | None, why: Why
) -> None:
    """The same record is added each time: that it is new on the map says nothing of whether it is new."""
    start(kept.session, None if days_ago is None else today() - timedelta(days=days_ago))
    change = kept.change()
    assert list(told(change.plan.need)) == list(told(change.plan.nothing)) == [why]
    assert change.plan.nothing_total < -300
    assert min(stop.nothing_total for stop in change.stops) < -300


def test_both_at_once_are_told_apart_and_people_near_two_places_count_once(kept: Kept) -> None:
    start(kept.session, today())
    web_town.add_service(kept.session, "Old Hall", (7.4, 0.6))
    kept.session.execute(text("UPDATE service SET started_on = '2001-01-01' WHERE name LIKE 'Old Hall%'"))
    change = kept.change()
    assert set(told(change.plan.need)) == {Why.REAL, Why.MAPPING}
    assert change.plan.need_total >= sum(stop.need_total for stop in change.stops) - 1e-6


def test_a_walk_that_finds_nothing_is_looking_and_no_real_change(kept: Kept) -> None:
    for square in sorted(web_town.UNLOOKED):
        web_town.add_survey(kept.session, square)
    assert Why.REAL not in told(kept.change().plan.need)


def test_what_a_plan_rests_on_is_kept_as_long_as_the_plan(kept: Kept) -> None:
    def parts_after_a_day() -> int:
        DAILY["forget what deleted plans rested on"](kept.session, today())
        return int(kept.session.scalar(text("SELECT count(*) FROM evidence_part")) or 0)

    assert parts_after_a_day() >= 4
    change = kept.change()
    assert change.stops
    kept.session.execute(text("DELETE FROM plan"))
    assert parts_after_a_day() == 0


def test_the_page_says_what_is_real_and_what_is_mapping(client: FlaskClient, kept: Kept) -> None:
    start(kept.session, today())
    kept.change()
    kept.session.execute(text("UPDATE plan SET question = CAST(:q AS jsonb), is_shared = true"),
                         {"q": json.dumps({"theme": ["food"], "candidates": "areas", "count": 4})})  # fmt: skip
    kept.session.commit()
    page = client.get(f"/plans/{kept.id}").text
    assert "Real change" in page
    assert "Better mapping" in page
    assert page.count("Why it moved") >= 1
    kept.session.execute(text("UPDATE plan SET kept = '{}'"))
    kept.session.commit()
    assert "was not kept yet" in client.get(f"/plans/{kept.id}").text


# --- looking for the best in the background ---


@pytest.fixture
def unsure(monkeypatch: pytest.MonkeyPatch) -> None:
    """The answer at once is poor, as on too hard a problem: the first candidate, and a loose bound."""

    def poor(problem: object) -> Siting:
        return Siting(np.array([0]), 1.0, 1e6, is_proven=False)

    monkeypatch.setattr("app.actions.plan_siting.most_covered", poor)


ASKED = "theme=food&candidates=areas&count=3&others=share"


def ask(client: FlaskClient) -> int:
    form = {"theme": "food", "candidates": "areas", "count": "3", "others": "share"}
    token = token_of(client, f"/plans/new?{ASKED}")
    return client.post("/plans/proof", data={**form, "csrf_token": token}).status_code


@pytest.mark.usefixtures("unsure")
def test_a_run_finds_the_best_and_the_page_shows_it_from_then_on(
    app: Flask, convener: FlaskClient, town: Session
) -> None:
    page = convener.get(f"/plans/new?{ASKED}").text
    assert "Look for the best there can be" in page
    assert ask(convener) == 303
    assert ask(convener) == 303
    assert convener.get(f"/plans/proof?{ASKED}").json == {"state": "waiting", "seconds": 0}
    assert "It waits its turn." in convener.get(f"/plans/new?{ASKED}").text
    (run_id,) = town.scalars(text("SELECT id FROM plan_run")).all()
    assert town.execute(text("SELECT task_name, lock FROM procrastinate_jobs")).all() == [
        ("prove_plan", "plan_runs")
    ]
    town.commit()
    with app.app_context():
        prove_plan(str(run_id))
        prove_plan(str(run_id))
    assert convener.get(f"/plans/proof?{ASKED}").json["state"] == "done"  # type: ignore[index]
    page = convener.get(f"/plans/new?{ASKED}").text
    assert "that is proven" in page
    proven = answer_plan(town, plan(town, candidates="areas", count=3, spares_others=False), proven=True)
    assert all(site.name in page for site in proven.sites)
    bump_versions(town, [RECORDS])
    town.commit()
    assert convener.get(f"/plans/proof?{ASKED}").json == {"state": "none", "seconds": 0}


@pytest.mark.usefixtures("unsure")
def test_a_run_whose_question_names_nothing_any_more_fails_in_words(
    app: Flask, convener: FlaskClient, town: Session
) -> None:
    ask(convener)
    town.execute(text("UPDATE plan_run SET question = jsonb_set(question, '{question,themes}', '[\"gone\"]')"))
    run_id = town.scalar(text("SELECT id FROM plan_run"))
    town.commit()
    with app.app_context():
        prove_plan(str(run_id))
    state, problem = town.execute(text("SELECT state, problem FROM plan_run")).one()
    assert state == "failed"
    assert "no theme" in problem


@pytest.mark.usefixtures("unsure")
def test_runs_are_capped_and_only_planners_ask(convener: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plan_runs, "MOST_RUNS", 1)
    assert ask(convener) == 303
    token = token_of(convener, "/plans/new")
    more = {"theme": "food", "candidates": "areas", "count": "2", "others": "share", "csrf_token": token}
    assert convener.post("/plans/proof", data=more).status_code == 429
    assert convener.post("/plans/proof", data={**more, "theme": "nope"}).status_code == 400
    assert convener.get("/plans/proof?theme=food&count=x").status_code == 400


def test_a_question_is_kept_and_read_back_as_it_was(town: Session) -> None:
    asked = plan(town, candidates="areas", count=3, pinned=("a", "b"), budget=9, price=3)
    assert unpack_question(json.loads(json.dumps(pack_question(asked, [])))) == (asked, [])
