"""Where people come from, and how much of the place shows: wide claims are asked about, secrets stay so."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.actions.clock import today
from app.actions.submissions import approve
from app.vocabulary import Role
from tests.integration.accounts.people import add_person
from tests.integration.add.filling import fill, hidden_of, sent_documents, start, walk
from tests.integration.web import web_town


def served(session: Session) -> list[str]:
    (document,) = sent_documents(session)
    return [area["code"] for area in document["serves"]]


def test_the_areas_around_are_offered_the_finest_first(visitor: FlaskClient, town: Session) -> None:
    start(visitor)
    page = visitor.get("/add/people-from").text
    places = [
        page.index(f'value="{value}"') for value in ("square:S22", "nearby", "ward:W0", "town:T1", "everywhere")
    ]
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("answer", "codes"),
    [
        ({"reach": "square:S22"}, ["S22"]),
        ({"reach": "ward:W0"}, ["W0"]),
        ({"reach": "several", "areas": ["ward:W0", "ward:W2"]}, ["W2", "W0"]),
        ({"areas": ["ward:W1"]}, ["W1"]),
        ({"reach": "everywhere"}, []),
    ],
)
def test_an_answer_becomes_areas(
    visitor: FlaskClient, town: Session, answer: dict[str, Any], codes: list[str]
) -> None:
    walk(visitor, people_from=answer)
    assert sorted(served(town)) == sorted(codes)


def test_nearby_is_the_area_and_those_that_touch_it(visitor: FlaskClient, town: Session) -> None:
    walk(visitor, people_from={"reach": "nearby"})
    assert "S22" in served(town)
    assert {"S12", "S32", "S21", "S23"} <= set(served(town)) <= {f"S{x}{y}" for x in (1, 2, 3) for y in (1, 2, 3)}


def test_a_drawn_line_becomes_the_small_areas_inside_it(visitor: FlaskClient, town: Session) -> None:
    corners = [(1.9, 1.9), (4.1, 1.9), (4.1, 3.1), (1.9, 3.1)]
    points = [town.execute(text(f"SELECT ST_X(g), ST_Y(g) FROM (SELECT {web_town.point_sql(at)} AS g) p")).one()
              for at in corners]  # fmt: skip
    walk(visitor, people_from={"reach": "drawn", "shape": " ".join(f"{lon},{lat}" for lon, lat in points)})
    assert sorted(served(town)) == ["S22", "S32"]


def test_a_whole_borough_is_asked_about(visitor: FlaskClient, town: Session) -> None:
    start(visitor)
    asked = fill(visitor, "/add/people-from", reach="town:T1")
    assert asked.status_code == 422
    assert "Do you go out to people all over Web Town?" in asked.text
    sure = visitor.post("/add/people-from", data={**hidden_of(asked.text), "reach": "town:T1", "wide": "yes"})
    assert sure.location == "/add/privacy"
    fill(visitor, "/add/check")
    assert served(town) == ["T1"]


@pytest.mark.parametrize("privacy", ["exact", "rough", "area", "hidden"])
def test_each_privacy_is_kept_and_shows_no_more(visitor: FlaskClient, town: Session, privacy: str) -> None:
    walk(visitor, start={"building": "Ann’s house"}, privacy={"privacy": privacy})
    (document,) = sent_documents(town)
    assert document["places"][0]["privacy"] == privacy
    assert [area["code"] for area in document["serves"]] == (["W0"] if privacy == "area" else [])
    organisation_id = put_on_the_map(town)
    shown = town.execute(
        text("""
        SELECT p.geom IS NOT NULL, p.name FROM public_place p
        WHERE p.id IN (SELECT place_id FROM footprint WHERE organisation_id = :id)
        """),
        {"id": organisation_id},
    ).all()
    expected = {"exact": [(True, "Ann’s house")], "rough": [(True, "")], "area": [(False, "")], "hidden": []}
    assert [tuple(row) for row in shown] == expected[privacy]


def put_on_the_map(session: Session) -> Any:
    moderator = add_person(session, Role.MODERATOR)
    submission_id = session.scalar(text("SELECT id FROM submission WHERE state = 'waiting'"))
    made = approve(session, submission_id, moderator.id, today()).record_id
    session.commit()
    return made


def test_a_home_and_a_name_of_a_place_are_shown_roughly(visitor: FlaskClient, town: Session) -> None:
    walk(visitor, place={"near": "ZZ9 9ZZ", "home": "yes"})
    walk(visitor, start={"name": "Other", "near": "South West", "form_key": ""})
    assert {document["places"][0]["privacy"] for document in sent_documents(town)} == {"rough"}


def test_t21_of_a_refuge_no_place_is_even_kept(visitor: FlaskClient, town: Session) -> None:
    walk(
        visitor,
        start={"building": "Number 9"},
        place={"near": "ZZ9 9ZZ", "building": "Number 9", "address": "9 Mill Lane"},
        people_from={"reach": "square:S22"},
        privacy={"privacy": "refuge"},
    )
    (document,) = sent_documents(town)
    assert document["is_confidential"] is True
    assert (document["places"], document["services"][0]["places"]) == ([], [])
    assert document["serves"] == [{"layer": "town", "code": "T1"}]
    kept = town.scalar(text("SELECT s.document::text || d.answers::text FROM submission s, draft d"))
    for secret in ("Mill Lane", "Number 9", "ZZ9", "53.", "S22"):
        assert secret not in kept
    assert town.scalar(text("SELECT s.geom = a.point_geom FROM submission s, area a WHERE a.area_code = 'T1'"))
    organisation_id = put_on_the_map(town)
    rows = town.execute(text("SELECT place_id, geom FROM public_footprint WHERE organisation_id = :id"),
                        {"id": organisation_id}).all()  # fmt: skip
    assert [tuple(row) for row in rows] == [(None, None)]


@pytest.mark.parametrize("privacy", ["rough", "area", "hidden"])
def test_whoever_suggests_a_change_sees_nothing_private(visitor: FlaskClient, town: Session, privacy: str) -> None:
    organisation_id, _service = web_town.add_service(
        town, "Private Supper", (2.61, 2.63), privacy=privacy, place="Secret house"
    )
    town.commit()
    fill(visitor, f"/organisations/{organisation_id}/change")
    pages = [visitor.get(f"/add/{step}").text for step in ("check", "place", "people-from", "privacy", "about")]
    point = f"SELECT ST_X(g), ST_Y(g) FROM (SELECT {web_town.point_sql((2.61, 2.63))} AS g) p"
    lon, lat = town.execute(text(point)).one()
    for page in pages:
        assert "Secret house" not in page
        assert "1 High Street" not in page
        assert f"{lon:.4f}" not in page
        assert f"{lat:.4f}" not in page
    fill(visitor, "/add/place?then=check", near="", building="", address="")
    fill(visitor, "/add/about?then=check", name="Public Supper", kind="club", stage="unknown")
    fill(visitor, "/add/check")
    put_on_the_map(town)
    kept = town.execute(
        text("""
        SELECT o.name, p.name, p.privacy, p.geom IS NOT NULL FROM organisation o
        JOIN footprint f ON f.organisation_id = o.id JOIN place p ON p.id = f.place_id WHERE o.id = :id
        """),
        {"id": organisation_id},
    ).one()
    assert tuple(kept) == ("Public Supper", "Secret house", privacy, True), "what she could not see stays"


def test_of_a_refuge_a_stranger_is_asked_nothing_about_where(visitor: FlaskClient, town: Session) -> None:
    organisation_id, _service = web_town.add_service(town, "Safe House", (2.6, 2.6), place="Secret house")
    town.execute(text("UPDATE organisation SET is_confidential = true WHERE id = :id"), {"id": organisation_id})
    ward = town.scalar(text("SELECT id FROM area WHERE area_code = 'W3'"))
    web_town.insert(town, "footprint", organisation_id=organisation_id, role="serves", area_id=ward)
    town.commit()
    fill(visitor, f"/organisations/{organisation_id}/change")
    page = visitor.get("/add/check").text
    assert "Secret house" not in page
    assert "North East" not in page
    for step in ("place", "people-from", "privacy"):
        assert visitor.get(f"/add/{step}").location == "/add/check"


@pytest.mark.parametrize("hidden", [{"review_status": "pending"}, {"review_status": "hidden"}])
def test_nobody_can_open_what_is_not_public(visitor: FlaskClient, town: Session, hidden: dict[str, str]) -> None:
    organisation_id, _service = web_town.add_service(town, "Secret Supper", (2.6, 2.6), **hidden)
    town.commit()
    assert visitor.get(f"/organisations/{organisation_id}/change").status_code == 404
