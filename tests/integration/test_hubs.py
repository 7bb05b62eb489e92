"""A hub's page: whose it is, its lists, and claims that end."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.actions.clock import today
from app.actions.gap_answers import GapQuestion
from app.actions.hubs import CLAIM_DAYS, describe_hub
from app.actions.plan_answers import PlanQuestion
from app.actions.plan_siting import answer_plan
from app.actions.plans import Planner
from app.errors import BadQuestionError
from app.models import AccountRole
from app.vocabulary import Role
from tests.integration.accounts.people import add_person, sign_in, sign_out, token_of
from tests.integration.web import web_town


@pytest.fixture
def town(session: Session) -> Session:
    web_town.build(session)
    session.commit()
    return session


def add_hub(session: Session, name: str, layer: str, codes: list[str]) -> UUID:
    hub = web_town.insert(
        session, "hub", name=name, summary="", source_id=web_town.source_id(session), source_ref=name
    )
    session.execute(
        text(
            "INSERT INTO patch (hub_id, area_id) SELECT :hub, a.id FROM area a "
            "JOIN area_layer l ON l.id = a.area_layer_id WHERE l.key = :layer AND a.area_code = ANY (:codes)"
        ),
        {"hub": hub, "layer": layer, "codes": codes},
    )
    session.commit()
    return UUID(str(hub))


def codes_of(session: Session, layer: str) -> list[str]:
    rows = session.scalars(
        text(
            "SELECT a.area_code FROM area a JOIN area_layer l ON l.id = a.area_layer_id "
            "WHERE l.key = :layer ORDER BY a.area_code"
        ),
        {"layer": layer},
    )
    return list(rows)


def convener_of(client: FlaskClient, session: Session, hub_id: UUID, email: str = "kim@example.org") -> Planner:
    account = add_person(session, Role.CONVENER, email)
    account.roles = [AccountRole(role=Role.CONVENER, hub_id=hub_id)]
    session.commit()
    sign_in(client, account)
    return Planner(account.id, frozenset({hub_id}), sees_all=False)


def post(client: FlaskClient, address: str, **form: str) -> int:
    return client.post(address, data={"csrf_token": token_of(client, "/plans/new"), **form}).status_code


def test_the_lists_hold_areas_of_the_patches_only(client: FlaskClient, town: Session) -> None:
    squares = codes_of(town, "square")
    east = add_hub(town, "East hub", "square", squares[24:])
    page = describe_hub(town, east, convener_of(client, town, east))
    listed = {row.area.area_code for row in (*page.thin, *page.short)}
    assert listed
    assert listed <= set(squares[24:])
    assert all(row.unknown <= row.of for row in page.thin)
    assert [row.under_half for row in page.short] == sorted((row.under_half for row in page.short), reverse=True)
    shown = client.get(f"/hubs/{east}").text
    assert all(row.area.name in shown for row in page.thin)


def test_a_hub_is_seen_by_its_people_and_by_officers_only(client: FlaskClient, town: Session) -> None:
    mine = add_hub(town, "My hub", "ward", codes_of(town, "ward")[:1])
    other = add_hub(town, "Other hub", "ward", codes_of(town, "ward")[1:])
    convener_of(client, town, mine)
    assert client.get(f"/hubs/{mine}").status_code == 200
    assert client.get(f"/hubs/{other}").status_code == 404
    assert f"/hubs/{mine}" in client.get("/hubs").text
    assert f'"/hubs/{other}"' not in client.get("/hubs").text
    assert post(client, f"/hubs/{other}/patches", area="ward:W1") == 404
    sign_out(client)
    sign_in(client, add_person(town, Role.OFFICER))
    assert client.get(f"/hubs/{other}").status_code == 200


def test_a_claim_ends_and_then_others_may_go_there(client: FlaskClient, town: Session) -> None:
    squares = codes_of(town, "square")
    mine, other = add_hub(town, "My hub", "square", []), add_hub(town, "Other hub", "square", [])
    planner = convener_of(client, town, mine)
    assert post(client, f"/hubs/{mine}/patches", area=f"square:{squares[0]}") == 303
    patch = describe_hub(town, mine, planner).patches[0]
    assert patch.claimed_until == today() + timedelta(days=CLAIM_DAYS)
    gap = GapQuestion("", "square", "")
    asked = PlanQuestion(("food",), gap, candidates="areas", count=1)
    assert answer_plan(town, asked, [other]).held_total == 1
    town.execute(text("UPDATE patch SET claimed_until = :day"), {"day": today() - timedelta(days=1)})
    town.commit()
    assert answer_plan(town, asked, [other]).held_total == 0
    assert "Over since" in client.get(f"/hubs/{mine}").text
    assert post(client, f"/hubs/{mine}/patches", area=f"square:{squares[0]}") == 303
    assert "Over since" not in client.get(f"/hubs/{mine}").text
    assert post(client, f"/hubs/{mine}/patches/leave", area_id=str(patch.area_id)) == 303
    assert post(client, f"/hubs/{mine}/patches/leave", area_id=str(patch.area_id)) == 404
    assert describe_hub(town, mine, planner).patches == ()


@pytest.mark.parametrize("area", ["", "square:nope", "nope", "ward:\x00", "x" * 500])
def test_an_area_that_is_none_is_refused(client: FlaskClient, town: Session, area: str) -> None:
    mine = add_hub(town, "My hub", "square", [])
    convener_of(client, town, mine)
    assert post(client, f"/hubs/{mine}/patches", area=area) == 400


def test_a_hub_plans_in_its_own_areas(client: FlaskClient, town: Session) -> None:
    mine = add_hub(town, "South", "square", ["S70", "S71", "S60"])
    add_hub(town, "Everywhere", "town", ["T1"])
    gap = GapQuestion(theme="food", layer="square", within="town:T1")
    asked = PlanQuestion(("food",), gap, candidates="areas", count=2, spares_others=False, hub=str(mine))
    answer = answer_plan(town, asked)
    assert {site.key for site in answer.sites} <= {"square:S70", "square:S71", "square:S60"}
    assert answer.candidates_total == 3
    town.execute(text("DELETE FROM patch WHERE hub_id = :hub"), {"hub": mine})
    with pytest.raises(BadQuestionError, match="looks after no such place"):
        answer_plan(town, asked)


def test_where_nobody_has_looked_is_a_plan_by_one_link(client: FlaskClient, town: Session) -> None:
    hub = add_hub(town, "North-east", "square", ["S64", "S65", "S74", "S75", "S55", "S00"])
    convener_of(client, town, hub)
    found = re.search(r'href="([^"]+)">Plan to look there', client.get(f"/hubs/{hub}").text)
    assert found
    page = client.get(unescape(found[1]))
    assert "This plan claims no gap" in page.text
    fields = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page.text))
    themes = re.findall(r'name="theme" value="([^"]*)" checked', page.text)
    answer = client.post("/plans", data={**fields, "title": "Look", "theme": themes})
    assert answer.status_code == 303, answer.text
    stops = set(town.scalars(text("SELECT key FROM plan_stop")))
    assert stops
    assert {key.removeprefix("square:") for key in stops} <= {"S64", "S65", "S74", "S75", "S55"}
    kept = client.get(answer.location).text
    assert "This plan goes where nobody had looked." in kept
