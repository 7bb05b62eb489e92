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
from tests.integration.accounts.people import add_convener, add_person, sign_in, sign_out, token_of
from tests.integration.web import web_town


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
    account = add_convener(session, hub_id, email)
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


def officer_of(client: FlaskClient, session: Session, layer: str, code: str, role: Role = Role.OFFICER) -> Planner:
    """Somebody whose role covers one area, signed in."""
    area_id = session.scalar(
        text("SELECT a.id FROM area a JOIN area_layer l ON l.id = a.area_layer_id "
             "WHERE l.key = :layer AND a.area_code = :code"), {"layer": layer, "code": code}
    )  # fmt: skip
    account = add_person(session, role, "olive@example.org")
    account.roles = [AccountRole(role=role, area_id=area_id)]
    session.commit()
    sign_in(client, account)
    return Planner(account.id, frozenset(), sees_all=False)


def ward_squares(session: Session, ward: str) -> list[str]:
    rows = session.scalars(
        text("SELECT s.area_code FROM area s JOIN area_layer l ON l.id = s.area_layer_id AND l.key = 'square' "
             "JOIN area w ON w.area_code = :ward AND ST_Covers(w.geom, s.point_geom) ORDER BY s.area_code"),
        {"ward": ward},
    )  # fmt: skip
    return list(rows)


@pytest.mark.parametrize("role", [Role.OFFICER, Role.ADMIN])
def test_a_role_in_one_area_opens_hubs_that_are_active_there_and_nowhere_else(
    client: FlaskClient, town: Session, role: Role
) -> None:
    here, there = codes_of(town, "ward")[:2]
    inside = add_hub(town, "Inside", "square", ward_squares(town, here)[:2])
    ward = add_hub(town, "The ward itself", "ward", [here])
    both = add_hub(town, "Both", "square", [ward_squares(town, here)[0], ward_squares(town, there)[0]])
    bigger = add_hub(town, "Bigger", "town", ["T1"])
    elsewhere = add_hub(town, "Elsewhere", "ward", [there])
    nowhere = add_hub(town, "Nowhere yet", "ward", [])
    officer_of(client, town, "ward", here, role)
    for hub in (inside, ward):
        assert client.get(f"/hubs/{hub}").status_code == 200
    for hub in (both, bigger, elsewhere, nowhere):
        assert client.get(f"/hubs/{hub}").status_code == 404, hub
        assert client.get(f"/hubs/{hub}/report").status_code == 404
        assert post(client, f"/hubs/{hub}/patches", area=f"ward:{here}") == 404
    listed = client.get("/hubs").text
    assert f'"/hubs/{inside}"' in listed
    assert f'"/hubs/{both}"' not in listed
    assert "Other hubs" in listed


def test_a_role_in_one_area_opens_plans_of_those_hubs_and_own_ones_only(
    client: FlaskClient, town: Session
) -> None:
    here, there = codes_of(town, "ward")[:2]
    asked = {"theme": "food", "candidates": "areas", "count": "1", "others": "share"}
    addresses = {}
    for name, code in (("In", here), ("Out", there)):
        hub = add_hub(town, f"{name} hub", "ward", [code])
        convener_of(client, town, hub, f"{name.lower()}@example.org")
        form = {**asked, "title": f"{name} plan", "hub": str(hub), "csrf_token": token_of(client, "/plans/new")}
        addresses[name] = client.post("/plans", data=form).location
        sign_out(client)
    officer_of(client, town, "ward", here)
    assert client.get(addresses["In"]).status_code == 200
    assert client.get(addresses["Out"]).status_code == 404
    assert post(client, f"{addresses['Out']}/delete") == 404
    listed = client.get("/plans").text
    assert "In plan" in listed
    assert "Out plan" not in listed
    out = town.scalar(text("SELECT id FROM hub WHERE name = 'Out hub'"))
    form = {**asked, "title": "Mine", "csrf_token": token_of(client, "/plans/new")}
    assert client.post("/plans", data={**form, "hub": str(out)}).status_code == 400
    mine = client.post("/plans", data=form)
    assert mine.status_code == 303
    assert client.get(mine.location).status_code == 200
    own = answer_plan(town, PlanQuestion(("food",), GapQuestion("", "square", ""), candidates="areas", count=1))
    assert own.held_total > 0, "areas of hubs that an officer only sees are left to them all the same"
