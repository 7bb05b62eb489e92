"""Pages of groups and of what they do: every fact, in words, and nothing that is not public."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from tests.integration.web import web_town
from tests.integration.web.pages import Page


def change(session: Session, table: str, ident: str, **values: Any) -> None:
    pairs = ", ".join(f"{name} = :{name}" for name in values)
    session.execute(text(f"UPDATE {table} SET {pairs} WHERE id = :id"), {"id": ident, **values})


def words_of(client: FlaskClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return " ".join(Page(answer.text).one("main").text.split())


def linked_data(html: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(Page(html).one("script", type="application/ld+json").text)
    return found


def test_a_service_says_all_that_somebody_needs_to_go_there(town: Session, client: FlaskClient) -> None:
    group, service = web_town.add_service(town, "Green Hall", (3, 3))
    change(
        town, "service", service, min_age=11, max_age=18, room="waiting_list", how_to_join="Ring the bell",
        toilet=True, hearing_loop=False, cost="paid", cost_note="£2 a week",
    )  # fmt: skip
    web_town.insert(
        town, "schedule", service_id=service, weekday=5, opens="19:00", closes="21:30", week_of_month=1,
        term_time_only=True,
    )  # fmt: skip
    web_town.insert(town, "ask", organisation_id=group, kind="transport", words="a minibus on Fridays")
    web_town.insert(
        town, "contact", sql={"consent_at_utc": "now()"}, organisation_id=group, purpose="group", name="Bo",
        phone="+441614960000", email="hall@example.org", publish=True,
    )  # fmt: skip
    for path in (f"/services/{service}", f"/organisations/{group}"):
        words = words_of(client, path)
        for said in (
            "Every Tuesday, midday to 2pm", "The first Friday of the month, 7pm to 9:30pm, in term time only",
            "Green Hall hall, 1 High Street, ZZ1 1AA", "£2 a week", "aged 11 to 18", "There is a waiting list",
            "Ring the bell", "Step-free", "A toilet for wheelchair users", "No hearing loop", "English, Polish",
            "Bo: 0161 496 0000, hall@example.org", "Lifts and transport: a minibus on Fridays", "Confirmed in",
        ):  # fmt: skip
            assert said in words, (path, said)


def test_what_nobody_has_said_is_not_made_up(town: Session, client: FlaskClient) -> None:
    _group, service = web_town.add_service(town, "Green Hall", (3, 3))
    change(town, "service", service, step_free=None, confirmed_on=None, referral="unknown", cost="unknown")
    town.execute(text("DELETE FROM schedule WHERE service_id = :id"), {"id": service})
    words = words_of(client, f"/services/{service}")
    assert "Nobody has told us the times" in words
    assert "Nobody has told us whether there are steps" in words
    assert "Nobody has confirmed this yet" in words
    assert "calendar" not in words
    assert client.get(f"/services/{service}/calendar.ics").status_code == 404


def test_a_visitor_who_said_where_she_is_reads_how_far_it_is(town: Session, client: FlaskClient) -> None:
    group, service = web_town.add_service(town, "Green Hall", (3.5, 3.5))
    for path in (f"/services/{service}", f"/organisations/{group}"):
        assert "away" not in words_of(client, path)
        assert " m away" in words_of(client, f"{path}?near=Square+3-3")
        for nonsense in ("Nowhere at all", "%00", "x" * 400, "\u202e"):
            assert "away" not in words_of(client, f"{path}?near={nonsense}")


def test_similar_ones_and_those_under_the_same_roof_are_named(town: Session, client: FlaskClient) -> None:
    _group, service = web_town.add_service(town, "Green Hall", (3, 3))
    web_town.add_service(town, "Upstairs", (3, 3))
    web_town.add_service(town, "Hidden Room", (3, 3), privacy="hidden")
    web_town.add_service(town, "Pending Room", (3, 3), review_status="pending")
    page = Page(client.get(f"/services/{service}").text)
    housed = page.one("section", aria_labelledby="roof-title").text
    assert "Upstairs lunch" in housed
    assert "Room" not in page.one("main").text
    assert len(page.one("section", aria_labelledby="like-title").text.split(" lunch")) == 4


@pytest.mark.parametrize("privacy", ["rough", "area", "hidden"])
def test_a_place_that_is_not_exact_shows_no_door(town: Session, client: FlaskClient, privacy: str) -> None:
    group, service = web_town.add_service(town, "Quiet Group", (3.2, 3.3), privacy=privacy, place="Canary Cottage")
    for path in (f"/services/{service}", f"/organisations/{group}", f"/services/{service}/poster",
                 f"/services/{service}/calendar.ics", f"/organisations/{group}/poster"):  # fmt: skip
        html = client.get(path).text
        assert "Canary" not in html
        assert "High Street" not in html
        assert "ZZ1" not in html
        assert "GeoCoordinates" not in html
    words = words_of(client, f"/services/{service}")
    assert {"rough": "Roughly where the map shows", "area": "Somewhere in North West",
            "hidden": "The address is not shown"}[privacy] in words  # fmt: skip
    assert ("folium-map" in client.get(f"/services/{service}").text) == (privacy == "rough")
    assert "the map shows" not in words_of(client, f"/services/{service}/poster")  # paper has no map


def test_a_refuge_says_that_its_address_is_private_and_shows_none(town: Session, client: FlaskClient) -> None:
    group, service = web_town.add_service(town, "Safe House", (3.2, 3.3), place="Canary Cottage")
    change(town, "organisation", group, is_confidential=True)
    for path in (f"/services/{service}", f"/organisations/{group}", f"/organisations/{group}/poster",
                 f"/services/{service}/calendar.ics", f"/services/{service}?near=Square+3-3"):  # fmt: skip
        html = client.get(path).text
        for canary in ("Canary", "High Street", "ZZ1", "GeoCoordinates", "folium-map", "Square 3-3", "away"):
            assert canary not in html, (path, canary)
    assert "We keep the address private" in words_of(client, f"/services/{service}")


def test_machines_read_the_same_facts(town: Session, client: FlaskClient) -> None:
    group, service = web_town.add_service(town, "Green Hall", (3, 3), website="https://green.example/")
    data = linked_data(client.get(f"/services/{service}").text)
    assert data["@type"] == "Service"
    assert data["provider"]["name"] == "Green Hall"
    assert data["provider"]["sameAs"] == "https://green.example/"
    assert data["hoursAvailable"] == [
        {"@type": "OpeningHoursSpecification", "dayOfWeek": "https://schema.org/Tuesday", "opens": "12:00",
         "closes": "14:00"}
    ]  # fmt: skip
    place = data["availableChannel"][0]["serviceLocation"]
    assert place["address"]["postalCode"] == "ZZ1 1AA"
    assert place["geo"]["@type"] == "GeoCoordinates"
    assert linked_data(client.get(f"/organisations/{group}").text)["url"].endswith(f"/organisations/{group}")


def test_a_contact_that_nobody_agreed_to_publish_is_nowhere(town: Session, client: FlaskClient) -> None:
    group, service = web_town.add_service(town, "Green Hall", (3, 3))
    for number, purpose in enumerate(("group", "sender")):
        web_town.insert(town, "contact", organisation_id=group, purpose=purpose, name="Canary",
                        phone=f"+44161496000{number}", email=f"canary{number}@example.org")  # fmt: skip
    for path in (f"/services/{service}", f"/organisations/{group}", f"/organisations/{group}/poster",
                 f"/services/{service}/calendar.ics"):  # fmt: skip
        html = client.get(path).text
        assert "anary" not in html
        assert "496" not in html


def test_the_poster_names_the_page_it_leads_to_and_carries_its_code(town: Session, client: FlaskClient) -> None:
    group, service = web_town.add_service(town, "Green Hall", (3, 3))
    for path in (f"/organisations/{group}", f"/services/{service}"):
        page = Page(client.get(f"{path}/poster").text)
        assert path in page.one("article").text
        assert page.one("svg", class_="qr")


@pytest.mark.parametrize("path", ["", "/poster", "/wrong", "/claim", "/thanks"])
def test_what_is_not_there_is_a_calm_404(town: Session, client: FlaskClient, path: str) -> None:
    answer = client.get(f"/organisations/{uuid4()}{path}")
    assert answer.status_code == 404
    assert "It may have closed or moved" in answer.text


def test_a_record_is_saved_to_the_list_and_the_way_leads_back(town: Session, client: FlaskClient) -> None:
    _group, service = web_town.add_service(town, "Green Hall", (3, 3))
    path = f"/services/{service}?near=Square+3-3"
    page = Page(client.get(path).text)
    fields = {tag.attributes["name"]: tag.attributes["value"] for tag in page.all("input", type="hidden")}
    answer = client.post("/shortlist/add", data=fields)
    assert (answer.status_code, answer.location) == (303, path)
    assert "Saved: take it off" in client.get(path).text
    assert "Green Hall lunch" in client.get("/shortlist").text
