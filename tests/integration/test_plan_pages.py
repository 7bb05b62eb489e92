"""Plans that were kept: who sees them, then and now, sheets, calendar, visits."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.models import Account, AccountRole
from app.queries.versions import RECORDS, bump_versions
from app.vocabulary import Role
from tests.integration.accounts.people import add_convener, add_person, sign_in, sign_out, token_of
from tests.integration.test_hubs import add_hub
from tests.integration.web import web_town

ASKED = {"theme": "food", "candidates": "areas", "count": "3", "others": "share"}


def add_convener_of_her_own(session: Session, name: str) -> Account:
    """Somebody who acts for a hub without patches."""
    return add_convener(session, add_hub(session, name, "ward", []), f"{name}@example.org")


@pytest.fixture
def convener(client: FlaskClient, town: Session) -> FlaskClient:
    sign_in(client, add_convener_of_her_own(town, "kim"))
    return client


def keep(client: FlaskClient, title: str = "Food, winter", **more: str) -> str:
    """The address of a plan that was kept."""
    form = {**ASKED, "title": title, "csrf_token": token_of(client, "/plans/new?theme=food"), **more}
    answer = client.post("/plans", data=form)
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def post(client: FlaskClient, address: str, **form: str) -> int:
    return client.post(address, data={"csrf_token": token_of(client, "/plans/new"), **form}).status_code


def need_now(page: str) -> list[tuple[int, int]]:
    """Then and now of the gap within reach of each place."""
    row = re.compile(r"The gap, as people with none</th><td>([\d,]+)</td><td>([\d,]+)</td>")
    return [(int(then.replace(",", "")), int(now.replace(",", ""))) for then, now in row.findall(page)]


def test_a_kept_plan_shows_then_and_now_and_a_new_group_moves_it(convener: FlaskClient, town: Session) -> None:
    address = keep(convener)
    before = need_now(convener.get(address).text)
    assert len(before) == 3
    assert all(then == now for then, now in before)
    lon, lat = town.execute(
        text("SELECT ST_X(m), ST_Y(m) FROM plan_stop, ST_Transform(geom, 27700) AS m ORDER BY position")
    ).first() or (0, 0)
    at = ((lon - web_town.LEFT_M) / web_town.SIDE_M, (lat - web_town.BOTTOM_M) / web_town.SIDE_M)
    web_town.add_service(town, "New kitchen", at)
    bump_versions(town, [RECORDS])
    town.commit()
    page = convener.get(address).text
    then, now = need_now(page)[0]
    assert now < then
    assert "the gap is smaller" in page


def test_only_its_people_see_a_plan_until_it_is_shared(convener: FlaskClient, town: Session) -> None:
    address = keep(convener, title="Secret plan")
    assert "Secret plan" in convener.get("/plans").text
    sign_out(convener)
    assert convener.get(address).status_code == 404
    sign_in(convener, add_convener_of_her_own(town, "other"))
    assert convener.get(address).status_code == 404
    assert "Secret plan" not in convener.get("/plans").text
    assert post(convener, f"{address}/share", share="yes") == 404
    assert post(convener, f"{address}/delete") == 404
    sign_out(convener)
    sign_in(convener, add_person(town, Role.CONVENER, "everywhere@example.org"))
    assert convener.get(address).status_code == 200
    sign_out(convener)
    sign_in(convener, add_person(town, Role.OFFICER))
    assert convener.get(address).status_code == 200
    assert post(convener, f"{address}/share", share="yes") == 303
    sign_out(convener)
    shared = convener.get(address)
    assert shared.status_code == 200
    assert "Note a visit" not in shared.text
    assert 'content="noindex"' in shared.text


def test_who_only_moderates_for_a_hub_reads_nothing_of_its_plans(convener: FlaskClient, town: Session) -> None:
    hub = town.scalars(text("SELECT id FROM hub WHERE name = 'kim'")).one()
    address = keep(convener, title="Secret plan", hub=str(hub))
    post(convener, f"{address}/stops/1/visit", outcome="met", words="Ring Ann first")
    sign_out(convener)
    moderator = add_person(town, Role.MODERATOR, "mo@example.org")
    moderator.roles = [AccountRole(role=Role.MODERATOR, hub_id=hub)]
    town.commit()
    sign_in(convener, moderator)
    assert convener.get(address).status_code == 404
    assert convener.get("/plans").status_code == 403
    moderator.roles = [*moderator.roles, AccountRole(role=Role.CONVENER, hub_id=hub)]
    town.commit()
    assert "Ring Ann first" in convener.get(address).text


def test_a_visit_sent_twice_is_kept_once_and_is_never_public(convener: FlaskClient) -> None:
    address = keep(convener)
    visit = {"visit_id": str(uuid4()), "outcome": "met", "group_name": "Soup Club", "words": "Ring Ann first"}
    for _ in range(2):
        assert post(convener, f"{address}/stops/1/visit", **visit) == 303
    page = convener.get(address).text
    assert page.count("Soup Club") == 1
    assert "Ring Ann first" in page
    post(convener, f"{address}/share", share="yes")
    sign_out(convener)
    assert "Ring Ann" not in convener.get(address).text
    assert "Soup Club" not in convener.get(address).text


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"outcome": ""}, "not something"),
        ({"outcome": "met", "visited_on": "2999-01-01"}, "has not come yet"),
        ({"outcome": "met", "visited_on": "soon"}, "is not a day"),
        ({"outcome": "met", "visit_id": "x"}, "not in the list"),
        ({"outcome": "met", "words": "a\x00b"}, "cannot be read"),
        ({"outcome": "met", "words": "x" * 2_001}, "is too long"),
    ],
)
def test_a_visit_that_cannot_be_kept_says_why_and_keeps_what_was_typed(
    convener: FlaskClient, typed: dict[str, str], words: str
) -> None:
    address = keep(convener) + "/stops/1/visit"
    form = {"csrf_token": token_of(convener, address), "group_name": "Typed Group", **typed}
    answer = convener.post(address, data=form)
    assert answer.status_code == 400
    assert words in answer.text
    assert 'value="Typed Group"' in answer.text


def test_days_make_a_calendar_and_sheets_have_a_code_for_each_place(convener: FlaskClient) -> None:
    address = keep(convener)
    assert convener.get(f"{address}/plan.ics").status_code == 404
    assert post(convener, f"{address}/stops/2/day", planned_on="2026-12-03") == 303
    file = convener.get(f"{address}/plan.ics").text
    assert "DTSTART;VALUE=DATE:20261203" in file
    assert file.count("BEGIN:VEVENT") == 1
    sheets = convener.get(f"{address}/sheets").text
    assert sheets.count('class="qr"') == 3
    assert post(convener, f"{address}/stops/9/day", planned_on="2026-12-03") == 404
    assert post(convener, f"{address}/stops/2/day", planned_on="soon") == 400
    assert post(convener, f"{address}/delete") == 303
    assert convener.get(address).status_code == 404


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": ""},
        {"title": "x" * 200},
        {"hub": "6f1c5b0e-6f0d-4c57-9d1e-3d7e6a4f2b11"},
        {"hub": "x"},
        {"starts_on": "2026-12-02", "ends_on": "2026-12-01"},
    ],
)
def test_a_plan_that_cannot_be_kept_says_so(convener: FlaskClient, wrong: dict[str, str]) -> None:
    form = {**ASKED, "title": "Plan", "csrf_token": token_of(convener, "/plans/new"), **wrong}
    answer = convener.post("/plans", data=form)
    assert answer.status_code == 400
    assert convener.get("/plans").text.count('class="card"') == 0
