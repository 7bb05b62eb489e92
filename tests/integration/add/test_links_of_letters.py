"""Links of letters do one thing, for one record, and are told to nobody (T16); contacts show only with consent."""

from __future__ import annotations

import logging

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.actions.clock import today
from app.actions.submissions import approve, reject
from app.vocabulary import Role
from tests.integration.accounts.people import add_person
from tests.integration.add.filling import fill, letters, link_in, start, walk
from tests.integration.web import web_town

CONTACT = {"email": "ann@example.org", "phone": "0161 496 0000"}


def token_of(path: str) -> str:
    return path.rsplit("/", 1)[1]


def test_a_link_is_good_for_nothing_else(visitor: FlaskClient, town: Session) -> None:
    start(visitor)
    fill(visitor, "/add/later", email="ann@example.org")
    fill(visitor, "/add/contact", **CONTACT)
    fill(visitor, "/add/check")
    confirm = link_in(letters(town, "confirm_group")[0])
    fill(visitor, confirm)
    tokens = {
        "/add/back/": token_of(link_in(letters(town, "resume")[0])),
        "/add/confirm/": token_of(confirm),
        "/edit/": token_of(link_in(letters(town, "edit_link")[0])),
    }
    for page in tokens:
        statuses = {other: visitor.get(page + token).status_code for other, token in tokens.items()}
        assert [other for other, status in statuses.items() if status == 200] == [page]
        assert set(statuses.values()) == {200, 404}


def test_a_link_leaves_no_trace(visitor: FlaskClient, town: Session, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    walk(visitor, contact=CONTACT)
    confirm = link_in(letters(town, "confirm_group")[0])
    answer = visitor.get(confirm)
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "no-store" in answer.headers["Cache-Control"]
    fill(visitor, confirm)
    assert token_of(confirm) not in caplog.text
    assert "ann@example.org" not in caplog.text
    assert not town.scalar(
        text("SELECT count(*) FROM link WHERE token_hash = :token"), {"token": token_of(confirm)}
    )


def test_a_link_that_was_taken_back_is_over(visitor: FlaskClient, town: Session) -> None:
    walk(visitor, contact=CONTACT)
    town.execute(text("UPDATE link SET revoked_at_utc = now()"))
    assert visitor.get(link_in(letters(town, "confirm_group")[0])).status_code == 410


def test_what_was_refused_can_be_mended_and_sent_again(visitor: FlaskClient, town: Session) -> None:
    walk(visitor, contact=CONTACT)
    fill(visitor, link_in(letters(town, "confirm_group")[0]))
    edit = link_in(letters(town, "edit_link")[0])
    moderator = add_person(town, Role.MODERATOR)
    reject(town, town.scalar(text("SELECT id FROM submission")), moderator.id, "Too little to go by.")
    town.commit()
    assert "Too little to go by." in visitor.get(edit).text
    fill(visitor, edit)
    fill(visitor, "/add/what?then=check", description="Now with more words.")
    fill(visitor, "/add/check")
    states = town.scalars(text("SELECT state FROM submission ORDER BY state")).all()
    assert states == ["rejected", "waiting"]
    assert "Nobody has looked at it yet" in visitor.get(edit).text


@pytest.mark.parametrize("publish", ["yes", "no", ""])
def test_how_to_reach_her_shows_only_with_consent(visitor: FlaskClient, town: Session, publish: str) -> None:
    walk(visitor, contact={**CONTACT, "publish": publish})
    moderator = add_person(town, Role.MODERATOR)
    approve(town, town.scalar(text("SELECT id FROM submission")), moderator.id, today())
    shown = town.execute(text("SELECT email, phone FROM public_contact")).all()
    expected = [("ann@example.org", "+441614960000")] if publish == "yes" else []
    assert [tuple(row) for row in shown] == expected
    said = town.execute(text("SELECT consent_words <> '', consent_at_utc IS NOT NULL FROM contact")).one()
    assert tuple(said) == (publish == "yes", publish == "yes")


def test_a_service_with_a_place_of_its_own_says_so(visitor: FlaskClient, town: Session) -> None:
    organisation_id, _service = web_town.add_service(town, "Lunch", (2.6, 2.6), place="North hall")
    other, service = web_town.add_service(town, "Supper", (4.6, 2.6), place="South hall")
    for table in ("service", "footprint"):
        key = "id" if table == "service" else "service_id"
        town.execute(
            text(f"UPDATE {table} SET organisation_id = :id WHERE {key} = :service"),
            {"id": organisation_id, "service": service},
        )
    town.execute(text("DELETE FROM organisation WHERE id = :other"), {"other": other})
    town.commit()
    fill(visitor, f"/organisations/{organisation_id}/change")
    page = visitor.get("/add/check").text
    assert "North hall" in page
    assert "South hall" in page
    assert "South hall" in visitor.get("/add/place?service=1").text
    fill(visitor, "/add/place?service=1&then=check", building="East hall")
    assert "East hall" in visitor.get("/add/check").text
    assert "North hall" in visitor.get("/add/check").text
