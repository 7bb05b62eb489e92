"""Who wants to start something, who may write, what cannot be kept, and what is forgotten."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.actions.forgetting import forget_old
from app.queries.forgetting import forget_contacts
from tests.integration.accounts.people import add_convener, sign_in, sign_out, token_of
from tests.integration.visits.noting import one, send, where
from tests.integration.web import web_town


@pytest.mark.parametrize(
    ("part", "form", "status"),
    [
        ("/look", {"area": "town:T1", "looked_for": "food"}, 400),
        ("/look", {"area": "square:S00\x00", "looked_for": "food"}, 400),
        ("/look", {"area": "x" * 500, "looked_for": "food"}, 400),
        ("/look", {"looked_for": "sport"}, 400),
        ("/group", {"name": ""}, 400),
        ("/group", {"name": "x", "theme": "nothing"}, 400),
        ("/group", {"name": "x", "theme": "food", "where": "phone", "position": "900,900"}, 400),
        ("/group", {"name": "x", "theme": "food", "where": "here"}, 400),
        ("/group", {"name": "x" * 300, "theme": "food", "where": "words", "where_words": "y"}, 400),
        ("/group", {"name": "x", "theme": "food", "where_words": "y", "day": "9"}, 400),
        ("/group", {"name": "x", "theme": "food", "where_words": "y", "visited_on": "2999-01-01"}, 400),
        ("", {"outcome": "looked"}, 400),
        ("", {"outcome": "met", "organisation_id": "1 OR 1=1"}, 400),
        ("", {"outcome": ["met", "closed"]}, 400),
        ("", {"outcome": "wants_to_start", "agrees": "yes"}, 400),
    ],
)
def test_what_cannot_be_kept_says_why_and_keeps_nothing(
    client: FlaskClient, town: Session, stop: str, part: str, form: dict[str, Any], status: int
) -> None:
    answer = send(client, stop + part, status, **form)
    assert answer["problem"]
    assert one(town, "SELECT count(*) FROM visit") == 0
    plain = client.post(stop + part, data={"csrf_token": token_of(client, stop), **form})
    assert plain.status_code == status
    assert "There is a problem" in plain.text


def test_who_wants_to_start_is_written_to_only_when_they_agree(
    client: FlaskClient, town: Session, stop: str
) -> None:
    need = web_town.add_need(town, "Nowhere to cook together", (0.5, 0.5))
    lon, lat = where(town, stop)
    town.execute(
        text("UPDATE need SET geom = ST_SetSRID(ST_MakePoint(:lon, :lat), 4326) WHERE id = :id"),
        {"lon": lon, "lat": lat, "id": need},
    )
    town.commit()
    assert "Nowhere to cook together" in client.get(stop).text
    starter = {"outcome": "wants_to_start", "need": str(need), "starter_name": "Ann", "email": "ann@example.org",
               "starter_words": "I would cook"}  # fmt: skip
    send(client, stop, **starter)
    assert one(town, "SELECT count(*) FROM pledge") == 0
    assert one(town, "SELECT count(*) FROM contact") == 0
    assert "A letter asks them" in send(client, stop, **starter, agrees="yes")["said"]
    assert one(town, "SELECT words FROM pledge") == "I would cook"
    assert one(town, "SELECT count(*) FROM mail WHERE to_address = 'ann@example.org'") == 1


def test_who_is_signed_out_is_sent_to_sign_in_and_others_may_not_write(
    client: FlaskClient, town: Session, stop: str
) -> None:
    sign_out(client)
    assert client.get("/plans/visits/ready").status_code == 302
    assert client.get("/plans/visits.js").status_code == 200
    other = web_town.insert(town, "hub", name="Other", summary="", source_id=web_town.source_id(town),
                            source_ref="other")  # fmt: skip
    sign_in(client, add_convener(town, str(other), "else@example.org"))
    assert client.get(stop).status_code == 404
    assert send(client, stop, 404, outcome="met")["problem"]
    assert client.post("/sign-out", data={"csrf_token": token_of(client, "/")}).headers["Clear-Site-Data"]


def test_forgetting_somebody_forgets_what_was_noted_of_them_and_nobody_else(
    client: FlaskClient, town: Session, stop: str
) -> None:
    notes = (
        "Write to Ann@example.org, she bakes.",
        "joann@example.org has a room",
        "ann@example.org.uk too",
        "Bread",
    )
    for words in notes:
        send(client, stop, outcome="call_back", words=words)
    sign_out(client)
    form = {"csrf_token": token_of(client, "/privacy/delete-me"), "email": "ann@example.org"}
    client.post("/privacy/delete-me", data=form)
    letter = one(town, "SELECT body FROM mail WHERE to_address = 'ann@example.org'")
    page = re.search(r"/privacy/delete-me/\S+", letter)
    assert page
    client.post(page[0], data={"csrf_token": token_of(client, page[0])})
    left = town.scalars(text("SELECT words FROM visit ORDER BY words")).all()
    assert sorted(left) == sorted(["", *notes[1:]])


def test_who_wanted_to_start_is_forgotten_with_what_the_hub_noted(
    client: FlaskClient, town: Session, stop: str
) -> None:
    need = web_town.add_need(town, "Nowhere to cook together", (0.5, 0.5))
    town.commit()
    send(
        client, stop, outcome="wants_to_start", agrees="yes", need=str(need), starter_name="Ann",
        email="ann@example.org", words="Tall, red door", group_name="Ann",
    )  # fmt: skip
    contact = one(town, "SELECT contact_id FROM visit")
    forget_contacts(town, [contact])
    assert one(town, "SELECT words || group_name FROM visit") == ""


@pytest.mark.parametrize(("ago", "left"), [("23 months", "Ring Ann"), ("25 months", "")])
def test_words_of_a_visit_are_forgotten_after_two_years(
    client: FlaskClient, town: Session, stop: str, ago: str, left: str
) -> None:
    send(client, stop, outcome="met", words="Ring Ann")
    town.execute(text(f"UPDATE visit SET visited_on = current_date - interval '{ago}'"))
    town.commit()
    forget_old(town)
    assert one(town, "SELECT words FROM visit") == left
