"""Groups that nobody had listed: on the map at once or after a look, and who found them."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.vocabulary import Role
from tests.integration.accounts.people import add_person, sign_in, sign_out, token_of
from tests.integration.visits.noting import add_listing, found, one, send, where


def test_a_found_group_inside_the_patches_is_on_the_map_at_once_and_says_who_found_it(
    client: FlaskClient, town: Session, stop: str
) -> None:
    lon, lat = where(town, stop)
    form = found(where="phone", position=f"{lat:.5f},{lon:.5f}")
    assert send(client, f"{stop}/group", **form)["said"] == "It is on the map."
    assert "arrived before" in send(client, f"{stop}/group", **form)["said"]
    row = town.execute(
        text(
            "SELECT o.id, s.title, v.description FROM public_organisation o JOIN source s ON s.id = o.source_id "
            "JOIN public_service v ON v.organisation_id = o.id WHERE o.name = 'Soup by the bridge'"
        )
    ).one()
    assert row.title == "Found on a visit by River hub"
    assert row.description == "Tuesdays, in the evening"
    assert "Found on a visit by River hub" in client.get(f"/organisations/{row.id}").text
    assert one(town, "SELECT count(*) FROM visit WHERE submission_id IS NOT NULL") == 1
    token = token_of(client, stop)
    client.post(f"{stop}/take-back", data={"csrf_token": token, "visit_id": form["visit_id"]})
    assert one(town, "SELECT count(*) FROM public_organisation WHERE name = 'Soup by the bridge'") == 0
    assert one(town, "SELECT state FROM submission") == "withdrawn"


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"where": "words"}, "outside the areas of your hub, or nobody knows"),
        ({"name": "Refuge kitchen"}, "refuge"),
        ({"when_words": "ring 0161 496 0000"}, "holds one"),
        ({"name": "Bread House"}, "on the map already"),
    ],
)
def test_a_found_group_waits_where_something_speaks_against_it(
    client: FlaskClient, town: Session, stop: str, more: dict[str, str], why: str
) -> None:
    lon, lat = where(town, stop)
    add_listing(town, stop, name="Bread House")
    said = send(client, f"{stop}/group", **found(**{"where": "phone", "position": f"{lat},{lon}", **more}))["said"]
    assert "A moderator looks at it" in said
    assert why in said
    assert one(town, "SELECT state FROM submission") == "waiting"


def test_outside_her_patches_and_for_officers_a_found_group_waits_and_is_credited_when_approved(
    client: FlaskClient, town: Session, stop: str
) -> None:
    lon, lat = where(town, stop)
    town.execute(text("DELETE FROM patch"))
    town.commit()
    form = found(where="phone", position=f"{lat},{lon}")
    assert "outside the areas of your hub" in send(client, f"{stop}/group", **form)["said"]
    sign_out(client)
    sign_in(client, add_person(town, Role.OFFICER))
    other = found(where="phone", position=f"{lat},{lon}", name="Bread on Tuesdays")
    assert "A moderator looks" in send(client, f"{stop}/group", **other)["said"]
    sign_out(client)
    sign_in(client, add_person(town, Role.MODERATOR))
    submission = one(town, "SELECT submission_id FROM visit WHERE group_name = 'Soup by the bridge'")
    form = {"csrf_token": token_of(client, f"/moderation/{submission}"), "decision": "approve"}
    assert client.post(f"/moderation/{submission}", data=form).status_code == 302
    title = "SELECT s.title FROM organisation o JOIN source s ON s.id = o.source_id WHERE o.name = :name"
    assert one(town, title, name="Soup by the bridge") == "Found on a visit by River hub"


def test_somebodys_home_is_shown_as_an_area_only(client: FlaskClient, town: Session, stop: str) -> None:
    lon, lat = where(town, stop)
    send(client, f"{stop}/group", **found(where="phone", position=f"{lat},{lon}", is_home="yes"))
    row = town.execute(
        text(
            "SELECT f.geom IS NULL AS is_pinned_nowhere FROM public_footprint f JOIN public_organisation o "
            "ON o.id = f.organisation_id WHERE o.name = 'Soup by the bridge' AND f.role = 'meets_at'"
        )
    ).one()
    assert row.is_pinned_nowhere
    assert "The old mill" not in client.get("/find?q=soup").text
