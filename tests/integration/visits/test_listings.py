"""Knocking on listed groups: confirmed, said to be closed or different; each once, and each taken back."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.actions.clock import today
from app.vocabulary import Role
from tests.integration.accounts.people import add_person, sign_in, sign_out, token_of
from tests.integration.visits.noting import add_listing, one, send


def test_still_right_confirms_the_listing_once_and_is_taken_back(
    client: FlaskClient, town: Session, stop: str
) -> None:
    listing = add_listing(town, stop)
    before = one(town, "SELECT confirmed_on FROM organisation WHERE id = :id", id=listing)
    assert "Old Kitchen" in client.get(stop).text
    visit = {"visit_id": str(uuid4()), "outcome": "met", "organisation_id": listing}
    yesterday = today() - timedelta(days=1)
    assert "Confirmed" in send(client, stop, **visit, visited_on=yesterday.isoformat())["said"]
    assert "arrived before" in send(client, stop, **visit, visited_on=yesterday.isoformat())["said"]
    assert one(town, "SELECT confirmed_on FROM organisation WHERE id = :id", id=listing) == yesterday
    assert one(town, "SELECT confirmed_on FROM service WHERE organisation_id = :id", id=listing) == yesterday
    trail = one(town, "SELECT note FROM audit_entry WHERE verb = 'confirmed' AND record_id = :id", id=listing)
    assert "In person" in trail
    assert "River hub" in trail
    token = token_of(client, stop)
    taken = client.post(f"{stop}/take-back", data={"csrf_token": token, "visit_id": visit["visit_id"]})
    assert taken.status_code == 303
    assert one(town, "SELECT confirmed_on FROM organisation WHERE id = :id", id=listing) == before
    assert one(town, "SELECT count(*) FROM visit") == 0


def test_a_visit_of_long_ago_never_makes_a_listing_older(client: FlaskClient, town: Session, stop: str) -> None:
    listing = add_listing(town, stop, days=2)
    send(client, stop, outcome="met", organisation_id=listing, visited_on="2020-01-01")
    confirmed = one(town, "SELECT confirmed_on FROM organisation WHERE id = :id", id=listing)
    assert confirmed == today() - timedelta(days=2)


def test_closed_asks_a_moderator_and_leaves_the_listing_alone(
    client: FlaskClient, town: Session, stop: str
) -> None:
    listing = add_listing(town, stop)
    visit = {"visit_id": str(uuid4()), "outcome": "closed", "organisation_id": listing}
    for _ in range(2):
        send(client, stop, **visit)
    assert one(town, "SELECT count(*) FROM public_organisation WHERE id = :id", id=listing) == 1
    assert (
        one(town, "SELECT count(*) FROM submission WHERE record_id = :id AND state = 'waiting'", id=listing) == 1
    )
    submission = one(town, "SELECT submission_id FROM visit")
    sign_out(client)
    sign_in(client, add_person(town, Role.MODERATOR))
    case = client.get(f"/moderation/{submission}").text
    assert "closed or stopped" in case
    form = {"csrf_token": token_of(client, f"/moderation/{submission}"), "decision": "approve"}
    assert client.post(f"/moderation/{submission}", data=form).status_code == 302
    assert one(town, "SELECT count(*) FROM public_organisation WHERE id = :id", id=listing) == 0
    client.post(f"/moderation/{submission}/undo", data=form)
    assert one(town, "SELECT count(*) FROM public_organisation WHERE id = :id", id=listing) == 1


def test_what_is_different_is_told_to_a_moderator_and_confirms_nothing(
    client: FlaskClient, town: Session, stop: str
) -> None:
    listing = add_listing(town, stop)
    before = one(town, "SELECT confirmed_on FROM organisation WHERE id = :id", id=listing)
    form = {"visit_id": str(uuid4()), "outcome": "met", "organisation_id": listing, "different": "Now on Fridays"}
    for _ in range(2):
        send(client, stop, **form)
    assert one(town, "SELECT note FROM submission").startswith("Now on Fridays")
    assert one(town, "SELECT confirmed_on FROM organisation WHERE id = :id", id=listing) == before
    assert "waits for a moderator" in client.get(stop).text


@pytest.mark.parametrize("outcome", ["call_back", "nobody_there"])
def test_what_changes_nothing_is_only_noted(client: FlaskClient, town: Session, stop: str, outcome: str) -> None:
    listing = add_listing(town, stop)
    before = one(town, "SELECT confirmed_on FROM organisation WHERE id = :id", id=listing)
    assert send(client, stop, outcome=outcome, organisation_id=listing)["said"] == "Kept."
    assert one(town, "SELECT confirmed_on FROM organisation WHERE id = :id", id=listing) == before
    assert one(town, "SELECT group_name FROM visit") == "Old Kitchen"


def test_a_listing_that_left_the_map_or_is_elsewhere_is_never_confirmed(
    client: FlaskClient, town: Session, stop: str
) -> None:
    listing = add_listing(town, stop)
    town.execute(text("UPDATE organisation SET review_status = 'hidden' WHERE id = :id"), {"id": listing})
    town.commit()
    for gone in (listing, str(uuid4())):
        said = send(client, stop, outcome="met", organisation_id=gone, group_name="Old Kitchen")["said"]
        assert "no longer on the map here" in said
    assert one(town, "SELECT count(*) FROM visit WHERE group_name = 'Old Kitchen'") == 2
    assert one(town, "SELECT count(*) FROM audit_entry WHERE verb = 'confirmed'") == 0
