"""Areas looked at from end to end: unknown becomes known."""

from __future__ import annotations

from uuid import uuid4

from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.actions.clock import today
from app.queries.completeness import listed_groups_table
from app.queries.versions import RECORDS, bump_versions
from tests.integration.accounts.people import token_of
from tests.integration.visits.noting import add_listing, known_now, one, send


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
