"""In the field: listings confirmed and closed, groups found, areas looked at; each once, and each taken back."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.actions.clock import today
from app.actions.forgetting import forget_old
from app.models import Account, AccountRole
from app.queries.completeness import listed_groups_table
from app.queries.forgetting import forget_contacts
from app.queries.versions import RECORDS, bump_versions
from app.vocabulary import Role
from tests.integration.accounts.people import add_person, sign_in, sign_out, token_of
from tests.integration.web import web_town

ASKED = {"theme": "food", "candidates": "areas", "count": "3", "others": "share"}


@pytest.fixture
def town(session: Session) -> Session:
    web_town.build(session)
    session.commit()
    return session


@pytest.fixture
def hub(town: Session) -> str:
    """A hub that looks after the whole town."""
    found = web_town.insert(town, "hub", name="River hub", summary="", source_id=web_town.source_id(town),
                            source_ref="river")  # fmt: skip
    town.execute(
        text(
            "INSERT INTO patch (hub_id, area_id) SELECT :hub, a.id FROM area a "
            "JOIN area_layer l ON l.id = a.area_layer_id WHERE l.key = 'ward'"
        ),
        {"hub": found},
    )
    town.commit()
    return str(found)


def add_planner(session: Session, hub: str, role: Role = Role.CONVENER, email: str = "kim@example.org") -> Account:
    account = add_person(session, role, email)
    account.roles = [AccountRole(role=role, hub_id=hub)]
    session.commit()
    return account


@pytest.fixture
def stop(client: FlaskClient, town: Session, hub: str) -> str:
    """The address of the first stop of a kept plan of the hub, whose convener is signed in."""
    sign_in(client, add_planner(town, hub))
    form = {**ASKED, "title": "Food", "hub": hub, "csrf_token": token_of(client, "/plans/new?theme=food")}
    answer = client.post("/plans", data=form)
    assert answer.status_code == 303, answer.text
    return f"{answer.location}/stops/1/visit"


def send(client: FlaskClient, address: str, status: int = 200, **form: Any) -> dict[str, str]:
    """Send as the script does."""
    token = client.get("/plans/visits/ready").get_json()["csrf_token"]
    answer = client.post(address, data={"csrf_token": token, **form}, headers={"Accept": "application/json"})
    assert answer.status_code == status, answer.text
    return dict(answer.get_json())


def add_listing(session: Session, address: str, name: str = "Old Kitchen", days: int = 400) -> str:
    """A group that meets where the stop is, confirmed so many days ago; its id."""
    lon, lat = where(session, address)
    organisation, service = web_town.add_service(session, name, (0.5, 0.5))
    session.execute(
        text(
            "UPDATE place SET geom = ST_SetSRID(ST_MakePoint(:lon, :lat), 4326) WHERE id IN "
            "(SELECT place_id FROM footprint WHERE organisation_id = :id)"
        ),
        {"lon": lon, "lat": lat, "id": organisation},
    )
    for table, record in (("organisation", organisation), ("service", service)):
        session.execute(
            text(f"UPDATE {table} SET confirmed_on = :day WHERE id = :id"),
            {"day": today() - timedelta(days=days), "id": record},
        )
    session.commit()
    return str(organisation)


def where(session: Session, address: str) -> tuple[float, float]:
    plan_id = address.split("/")[2]
    row = session.execute(
        text("SELECT ST_X(geom), ST_Y(geom) FROM plan_stop WHERE plan_id = :id AND position = 1"), {"id": plan_id}
    ).one()
    return float(row[0]), float(row[1])


def one(session: Session, statement: str, **values: Any) -> Any:
    session.expire_all()
    return session.execute(text(statement), values).scalar_one()


def found(**more: str) -> dict[str, str]:
    return {"visit_id": str(uuid4()), "name": "Soup by the bridge", "theme": "food", "day": "2", "part": "evening",
            "where": "words", "where_words": "The old mill", "audience": "families", **more}  # fmt: skip


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


def known_now(page: str) -> int:
    """People who live where somebody has looked, now, within reach of the first place."""
    row = re.search(r"where somebody has looked</th><td>[\d,]+</td><td>([\d,]+)</td>", page)
    assert row
    return int(row[1].replace(",", ""))


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
    sign_in(client, add_planner(town, str(other), email="else@example.org"))
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
