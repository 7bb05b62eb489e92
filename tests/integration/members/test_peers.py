"""The peer map: who wanted to be seen and nobody else, worked out by hand; what a hub may know of another."""

from __future__ import annotations

import json
import re
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.actions.peers import MILE_M, describe_peers
from tests.integration.canary.outputs import fetch_all, public_ids
from tests.integration.members.joining import ask, join, save
from tests.integration.needs.asking import at, press
from tests.integration.test_hubs import add_hub, codes_of, convener_of
from tests.integration.web import web_town


@pytest.fixture
def hub(town: Session) -> UUID:
    return add_hub(town, "East hub", "ward", codes_of(town, "ward")[1:2])


SEEN = {"on_peer_map": "yes", "stage": "established"}


def fill(client: FlaskClient, town: Session, hub: UUID) -> dict[str, str]:
    """Ada and Bo cook at the two ends of the town, Cy plays, Di has an idea; Ed and Flo are not to be seen."""
    return {
        "Ada": join(client, town, hub, "Ada", themes="food", area="ward:W0", **SEEN),
        "Bo": join(client, town, hub, "Bo", themes=["food", "sport"], area="ward:W3", **SEEN),
        "Cy": join(client, town, hub, "Cy", themes="sport", **SEEN),
        "Di": join(client, town, hub, "Di", stage="idea", area="ward:W0", on_peer_map="yes"),
        "Ed": join(client, town, hub, "Ed", stage="idea", themes="food", area="ward:W0", venture="Secret soup"),
        "Flo": ask(client, town, hub, "Flo"),
    }


def far_m(town: Session, one: str, other: str) -> float:
    """Between the middles of two wards, by PostGIS."""
    found = town.scalar(
        text("""
        SELECT ST_Distance(ST_Transform(a.point_geom, 27700), ST_Transform(b.point_geom, 27700))
        FROM area a, area b WHERE a.area_code = :one AND b.area_code = :other
        """),
        {"one": one, "other": other},
    )
    return float(found or 0)


def test_who_is_near_whom(client: FlaskClient, town: Session, hub: UUID) -> None:
    fill(client, town, hub)
    far = far_m(town, "W0", "W3")
    miles = int(far // MILE_M)
    found = describe_peers(town, hub, miles)
    assert [person.first_name for person in found.people] == ["Ada", "Bo", "Cy", "Di"]
    assert [person.first_name for person in found.alone] == ["Ada", "Bo", "Di"]
    ada, bo, di = found.alone
    assert ada.nearest_m == pytest.approx(far)
    assert (bo.nearest_m, bo.unplaced) == (pytest.approx(far), 1), "Cy plays too, and did not say where"
    assert di.nearest_m is None, "Ed, who is as far, is not on the map"
    assert [(area.name, area.first_names, area.alone) for area in found.areas] == [
        ("North East", ("Bo",), 1), ("South West", ("Ada", "Di"), 2),
    ]  # fmt: skip
    assert found.hidden == 1, "Ed; Flo is no member"
    assert [person.first_name for person in found.unplaced] == ["Cy"]
    assert found.themes_with_nobody == ()
    assert [person.first_name for person in describe_peers(town, hub, miles + 1).alone] == ["Di"]


def test_the_map_holds_shapes_and_numbers_only(client: FlaskClient, town: Session, hub: UUID) -> None:
    paths = fill(client, town, hub)
    page = client.get(f"{paths['Ada']}/peers").text
    found = re.search(r'id="peer-shapes">(.*?)</script>', page)
    assert found
    for shape in json.loads(found[1])["features"]:
        assert set(shape) == {"type", "geometry", "properties"}
        assert set(shape["properties"]) == {"kind", "count", "at"}
        assert shape["properties"]["kind"] in ("members", "alone")
    assert [shape["properties"]["count"] for shape in json.loads(found[1])["features"]] == [1, 2]


def test_members_see_who_wanted_to_be_seen_and_never_an_address(
    client: FlaskClient, town: Session, hub: UUID
) -> None:
    paths = fill(client, town, hub)
    for name in ("Ada", "Ed"):
        page = client.get(f"{paths[name]}/peers").text
        assert all(f"<strong>{seen}</strong>" in page for seen in ("Ada", "Bo", "Cy", "Di"))
        assert not re.search(r"\bEd\b|\bFlo\b|Secret soup|@example", page)
    assert "4 members are on the map" in page
    assert client.get(f"{paths['Flo']}/peers").status_code == 404, "not confirmed, not accepted"
    press(client, paths["Flo"], f"{paths['Flo']}/confirm")
    assert client.get(f"{paths['Flo']}/peers").status_code == 404, "not accepted"


def test_taking_the_tick_away_or_leaving_takes_one_off_at_once(
    client: FlaskClient, town: Session, hub: UUID
) -> None:
    paths = fill(client, town, hub)
    assert save(client, paths["Bo"], name="Bo", themes="food", area="ward:W3") == 303
    press(client, paths["Cy"], f"{paths['Cy']}/leave")
    page = client.get(f"{paths['Ada']}/peers").text
    assert not re.search(r"\bBo\b|\bCy\b", page)
    assert "nobody on the map does the same" in page


def test_others_hubs_are_counted_and_never_named_to_members(client: FlaskClient, town: Session, hub: UUID) -> None:
    paths = fill(client, town, hub)
    west = add_hub(town, "West hub", "ward", codes_of(town, "ward")[:1])
    join(client, town, west, "Gus", themes="food", area="ward:W0", **SEEN)
    join(client, town, west, "Hal", themes="food", area="ward:W0")
    join(client, town, west, "Bo", themes="food", area="ward:W3", **SEEN)
    page = client.get(f"{paths['Ada']}/peers?miles=1").text
    assert "One person in another hub is about the same" in page, "Gus; Hal is not to be seen, Bo is in both hubs"
    assert not re.search(r"\bGus\b|\bHal\b|West hub", page)
    convener_of(client, town, hub)
    page = client.get(f"/hubs/{hub}/members/peers").text
    assert "Food, West hub: 1" in page
    assert not re.search(r"\bGus\b|\bHal\b", page)
    assert client.get(f"/hubs/{west}/members/peers").status_code == 404


@pytest.mark.parametrize("miles", ["0", "101", "x", "\x00", "1" * 400, "-1", "1e3", "٣"])
def test_a_distance_that_is_none_is_said_and_the_page_still_shows(
    client: FlaskClient, town: Session, hub: UUID, miles: str
) -> None:
    path = join(client, town, hub, **SEEN)
    answer = client.get(f"{path}/peers", query_string={"miles": miles})
    assert answer.status_code == 400
    assert "There is a problem" in answer.text
    assert "No peer within 5 miles" in answer.text
    assert client.get(f"{path}/peers?miles=1&miles=2").status_code == 400


def mentor(town: Session, giver: str, taker: str, **facts: object) -> None:
    """An introduction to a mentor, shared today unless it is said otherwise."""
    said = {"says_yes": True, "outcome": None, "ago": "1 day", "kind": "mentoring", **facts}
    introduction = web_town.insert(
        town, "introduction", sql={"shared_at_utc": f"now() - interval '{said['ago']}'"}, kind=said["kind"]
    )
    for email, gives in ((giver, True), (taker, False)):
        contact = web_town.insert(town, "contact", purpose="offer", email=email, name="Real Name")
        web_town.insert(
            town, "introduction_answer", returning="contact_id", introduction_id=introduction, contact_id=contact,
            gives=gives, says_yes=said["says_yes"] if gives else True, outcome=None if gives else said["outcome"],
        )  # fmt: skip


def test_who_mentors_whom_while_it_is_going_on(client: FlaskClient, town: Session, hub: UUID) -> None:
    fill(client, town, hub)
    ada, bo, ed, out = (f"{name}@example.org" for name in ("ada", "bo", "ed", "stranger"))
    mentor(town, ada, bo)
    mentor(town, ed, bo, outcome="going_on")
    mentor(town, ada, out, outcome="helped")
    mentor(town, ed, out)  # neither is on the map
    for over in ({"outcome": "came_to_nothing"}, {"outcome": "never_met"}, {"says_yes": False}, {"says_yes": None},
                 {"ago": "366 days"}, {"kind": "space"}):  # fmt: skip
        mentor(town, bo, ada, **over)
    found = describe_peers(town, hub, 5).mentoring
    assert [(row.mentor, row.learner) for row in found] == [("Ada", "Bo"), ("Ada", None), (None, "Bo")]
    page = client.get(f"{join(client, town, hub, 'Gus')}/peers").text
    assert "Ada mentors Bo" in page
    assert "somebody who is not on this map mentors Bo" in page
    assert not re.search(r"\bEd\b|Real Name|@example", page)


def test_the_home_shows_members_by_area_and_groups_in_the_patches(client: FlaskClient, town: Session) -> None:
    hub = add_hub(town, "North hub", "ward", ["W3"])
    fill(client, town, hub)
    convener_of(client, town, hub)
    page = client.get(f"/hubs/{hub}").text
    assert "5 members" in page
    assert "South West: 3" in page
    assert "One did not say where." in page
    assert "One group has a place in these areas" in page
    assert "Paper Kitchen" in page
    assert "Kitchen 1<" not in page
    found = re.search(r'id="hub-shapes">(.*?)</script>', page)
    assert found
    marks = [
        (shape["properties"]["kind"], shape["properties"]["count"]) for shape in json.loads(found[1])["features"]
    ]
    assert marks == [("patch", 0), ("members", 3), ("members", 1)]
    assert not re.search(r"\bAda\b|ada@example", page)


def test_hubs_see_patches_and_shared_plans_of_others_and_no_members(
    client: FlaskClient, town: Session, hub: UUID
) -> None:
    fill(client, town, hub)
    west = add_hub(town, "West hub", "ward", [])
    for title, is_shared in (("Shared plan", True), ("Own plan", False)):
        web_town.insert(town, "plan", title=title, hub_id=hub, question="{}", answer="{}", is_shared=is_shared)
    convener_of(client, town, west)
    page = client.get("/hubs").text
    assert "East hub" in page
    assert "Shared plan" in page
    assert "Own plan" not in page
    assert not re.search(r"\bAda\b|ada@example|\d members", page)


def test_no_public_output_knows_of_members(app: Flask, client: FlaskClient, town: Session, hub: UUID) -> None:
    corner = at(7.43, 5.57)
    ids = [*public_ids(town), hub, uuid4()]
    before = fetch_all(app, client, corner, ids)
    for name in ("Qanary", "Qanaryb"):
        path = join(client, town, hub, name, venture="Qanary soup", words="Qanary words", themes="food",
                    area="ward:W3", **SEEN)  # fmt: skip
    token = path.rpartition("/")[2]
    town.execute(text("DELETE FROM mail"))
    after = fetch_all(app, client, corner, ids)
    assert f"/hubs/{hub}/join" in after
    assert not [address for address in before if before[address][:2] != after[address][:2]]
    assert not [
        address
        for address, answer in after.items()
        if re.search("Qanary(b|@| soup| words)|qanary@", answer[1]) or token in answer[1]
    ]
