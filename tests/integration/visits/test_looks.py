"""Areas looked at from end to end: unknown becomes known."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.actions.clock import today
from app.queries.completeness import listed_groups_table
from app.queries.versions import RECORDS, bump_versions
from tests.integration.accounts.people import token_of
from tests.integration.visits.noting import ASKED, add_listing, known_now, one, send


def test_a_look_makes_unknown_known_for_the_plans_themes_until_it_is_taken_back(
    client: FlaskClient, town: Session, stop: str
) -> None:
    town.execute(text("DELETE FROM survey"))
    bump_versions(town, [RECORDS])
    town.commit()
    plan = stop.partition("/stops")[0]
    before = known_now(client.get(plan).text)
    area = client.get(stop).text.split('name="area"')[1].split('value="')[1].split('"')[0]
    assert area.startswith("square:")
    look = {"visit_id": str(uuid4()), "area": area, "looked_for": "food"}
    for _ in range(2):
        send(client, f"{stop}/look", **look)
    survey = town.execute(
        text(
            "SELECT y.theme_key, y.kind, y.checked_on, s.title, a.area_code FROM survey y "
            "JOIN source s ON s.id = y.source_id JOIN area a ON a.id = y.area_id"
        )
    ).one()
    assert tuple(survey) == ("food", "walk_round", today(), "Found on a visit by River hub", area[7:])
    assert known_now(client.get(plan).text) > before
    token = token_of(client, stop)
    client.post(f"{stop}/take-back", data={"csrf_token": token, "visit_id": look["visit_id"]})
    assert one(town, "SELECT count(*) FROM survey") == 0
    assert known_now(client.get(plan).text) == before


def test_a_listing_met_where_everything_was_looked_at_counts_as_seen(
    client: FlaskClient, town: Session, stop: str
) -> None:
    """Lists are compared with what people saw: one door knocked on is no sample, a whole area is."""
    listing = add_listing(town, stop)
    town.execute(text("UPDATE survey SET kind = 'published_list'"))
    town.commit()
    layer = one(town, "SELECT id FROM area_layer WHERE key = 'square'")

    def is_seen() -> bool:
        groups = listed_groups_table(town, "food", layer).set_index("organisation_id")
        return bool(groups.loc[listing, "is_seen"])

    send(client, stop, outcome="met", organisation_id=listing)
    assert not is_seen()
    area = client.get(stop).text.split('name="area"')[1].split('value="')[1].split('"')[0]
    send(client, f"{stop}/look", area=area, looked_for="food")
    assert is_seen()


def look_around(client: FlaskClient, stop: str, **more: str) -> str:
    """Tick the first area off from end to end; its value."""
    area = client.get(stop).text.split('name="area"')[1].split('value="')[1].split('"')[0]
    send(client, f"{stop}/look", area=area, looked_for="food", **more)
    return area


def looks(town: Session) -> list[tuple[str, date]]:
    rows = town.execute(text(
        "SELECT a.area_code, y.checked_on FROM survey y JOIN source s ON s.id = y.source_id "
        "JOIN area a ON a.id = y.area_id WHERE s.title = 'Found on a visit by River hub' ORDER BY a.area_code"
    ))  # fmt: skip
    return [(row.area_code, row.checked_on) for row in rows]


def delete(client: FlaskClient, plan: str, **form: str) -> int:
    return client.post(f"{plan}/delete", data={"csrf_token": token_of(client, plan), **form}).status_code


def test_a_deleted_plan_leaves_what_was_looked_at_checked_unless_asked_otherwise(
    client: FlaskClient, town: Session, stop: str, hub: str
) -> None:
    plan = stop.partition("/stops")[0]
    assert "stay checked on the map" not in client.get(plan).text
    area = look_around(client, stop)
    page = client.get(plan).text
    assert "stay checked on the map" in page
    assert "cannot be got back" in page
    assert delete(client, plan, looks="maybe") == 400
    assert delete(client, plan) == 303
    assert one(town, "SELECT count(*) FROM visit") == 0
    assert looks(town) == [(area[7:], today())]


def test_looks_go_back_with_their_plan_but_not_what_another_visit_saw(
    client: FlaskClient, town: Session, stop: str, hub: str
) -> None:
    plan = stop.partition("/stops")[0]
    form = {**ASKED, "title": "Again", "hub": hub, "csrf_token": token_of(client, "/plans/new?theme=food")}
    other = client.post("/plans", data=form).location
    earlier = today() - timedelta(days=30)
    area = look_around(client, f"{other}/stops/1/visit", visited_on=earlier.isoformat())
    assert look_around(client, stop) == area
    assert looks(town) == [(area[7:], today())]
    assert delete(client, plan, looks="back") == 303
    assert looks(town) == [(area[7:], earlier)]
    assert delete(client, other, looks="back") == 303
    assert looks(town) == []


def test_a_look_of_a_deleted_plan_is_not_taken_back_by_taking_back_an_older_one(
    client: FlaskClient, town: Session, stop: str, hub: str
) -> None:
    plan = stop.partition("/stops")[0]
    form = {**ASKED, "title": "Again", "hub": hub, "csrf_token": token_of(client, "/plans/new?theme=food")}
    other = f"{client.post('/plans', data=form).location}/stops/1/visit"
    area = look_around(client, stop)
    assert delete(client, plan, looks="keep") == 303
    visit_id = str(uuid4())
    look_around(client, other, visit_id=visit_id, visited_on=(today() - timedelta(days=3)).isoformat())
    assert looks(town) == [(area[7:], today())]
    client.post(f"{other}/take-back", data={"csrf_token": token_of(client, other), "visit_id": visit_id})
    assert looks(town) == [(area[7:], today())]
