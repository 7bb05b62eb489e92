"""A resident puts her group on the map: from the first question to the page of the group."""

from __future__ import annotations

from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.actions.clock import today
from app.actions.submissions import approve
from app.vocabulary import Role
from tests.integration.accounts.people import add_person
from tests.integration.add.filling import fill, letters, link_in, sent_documents, start, walk

FULL: dict[str, dict[str, Any]] = {
    "start": {"building": "Scout hut"},
    "place": {"near": "ZZ9 9ZZ", "building": "Scout hut", "address": "2 Mill Lane"},
    "what": {"themes": ["food", "sport"], "description": "We sew.\nAnd talk.", "service": "Sewing evening"},
    "when": {"days-0": ["2", "4"], "opens-0": "19:00", "closes-0": "21:00", "week-0": "", "term-0": "yes"},
    "who": {"audiences": ["women", "carers"], "cost": "free", "min_age": "16", "languages": ["en", "ur"]},
    "getting_in": {"step_free": "yes", "toilet": "no", "join": "phone_first", "how_to_join": "Side door"},
    "people_from": {"reach": "ward:W1"},
    "privacy": {"privacy": "exact"},
    "room": {"room": "open", "capacity": "12", "asks": ["space", "funding"], "ask_words": "A bigger room"},
    "contact": {
        "email": "Ann@Example.org",
        "phone": "0161 496 0000",
        "publish": "no",
        "website": "stitch.example",
    },
}


def send_all(client: FlaskClient) -> None:
    assert walk(client, **{step: dict(typed) for step, typed in FULL.items()}).location == "/add/sent"


def test_everything_that_was_answered_is_sent(visitor: FlaskClient, town: Session) -> None:
    send_all(visitor)
    (document,) = sent_documents(town)
    (service,) = document["services"]
    (place,) = document["places"]
    assert (document["name"], document["kind"], document["website"]) == (
        "Stitch and Natter", "community_group", "https://stitch.example",
    )  # fmt: skip
    assert (place["name"], place["address"], place["postcode"]) == ("Scout hut", "2 Mill Lane", "ZZ9 9ZZ")
    assert (place["privacy"], place["role"], place["lon"] is not None) == ("exact", "meets_at", True)
    assert document["serves"] == [{"layer": "ward", "code": "W1"}]
    assert document["asks"] == [{"kind": "space", "words": "A bigger room"}, {"kind": "funding", "words": ""}]
    assert (service["name"], service["themes"]) == ("Sewing evening", ["food", "sport"])
    assert document["summary"] == service["description"] == "We sew.\nAnd talk."
    assert service["when"] == [
        {"weekday": day, "opens": "19:00:00", "closes": "21:00:00", "term_time_only": True, "week_of_month": None}
        for day in (2, 4)
    ]
    assert (service["audiences"], service["languages"]) == (["women", "carers"], ["en", "ur"])
    assert (service["min_age"], service["max_age"], service["cost"]) == (16, None, "free")
    assert (service["step_free"], service["toilet"], service["hearing_loop"]) == (True, False, None)
    assert (service["referral"], service["how_to_join"]) == ("not_needed", "Get in touch first. Side door")
    assert (service["room"], service["capacity"]) == ("open", 12)


def test_how_to_reach_her_is_apart_from_what_is_sent(visitor: FlaskClient, town: Session) -> None:
    send_all(visitor)
    contact = town.execute(text("SELECT email, phone, publish, purpose FROM contact")).one()
    assert tuple(contact) == ("ann@example.org", "+441614960000", False, "sender")
    everything = town.scalar(
        text("SELECT string_agg(s.document::text || s.note || d.answers::text, ' ') FROM submission s, draft d")
    )
    assert "example.org" not in everything.lower().replace("stitch.example", "")
    assert "4960000" not in everything


def test_nothing_shows_before_it_is_approved_and_then_it_does(visitor: FlaskClient, town: Session) -> None:
    send_all(visitor)
    assert "Stitch and Natter" not in visitor.get("/map?q=stitch").text
    moderator = add_person(town, Role.MODERATOR)
    submission_id = town.scalar(text("SELECT id FROM submission"))
    made = approve(town, submission_id, moderator.id, today())
    town.commit()
    assert "Stitch and Natter" in visitor.get("/map").text
    page = visitor.get(f"/organisations/{made.record_id}").text
    assert "Sewing evening" in page
    assert "ann@example.org" not in page
    receipt = visitor.get("/add/sent").text
    assert "Stitch and Natter is on the map" in receipt
    assert f"/organisations/{made.record_id}/poster" in receipt
    assert "You are the only evening group within two miles under “Food”." in receipt, "it is no rival of its own"


def test_skipping_everything_sends_what_is_known(visitor: FlaskClient, town: Session) -> None:
    assert walk(visitor).location == "/add/sent"
    (document,) = sent_documents(town)
    assert (document["name"], len(document["places"]), len(document["services"])) == ("Stitch and Natter", 1, 1)
    assert letters(town, "confirm_group") == []


def test_a_group_that_meets_nowhere_needs_no_pin(visitor: FlaskClient, town: Session) -> None:
    walk(visitor, start={"near": "", "online": "yes"}, people_from={"reach": "everywhere"})
    (document,) = sent_documents(town)
    assert (document["places"], document["is_national"], document["services"][0]["is_online"]) == ([], True, True)


def test_the_letters_lead_to_changing_what_waits(visitor: FlaskClient, town: Session) -> None:
    send_all(visitor)
    (letter,) = letters(town, "confirm_group")
    assert "Stitch" not in letter
    confirm = link_in(letter)
    for _look in range(3):
        assert "Is this your e-mail address?" in visitor.get(confirm).text
    assert letters(town, "edit_link") == []
    assert fill(visitor, confirm).status_code == 200
    assert fill(visitor, confirm).status_code == 200
    (letter,) = letters(town, "edit_link")
    assert town.scalar(text("SELECT email_confirmed_at_utc IS NOT NULL FROM contact"))

    edit = link_in(letter)
    assert "Nobody has looked at it yet" in visitor.get(edit).text
    assert fill(visitor, edit).location == "/add/check"
    assert fill(
        visitor, "/add/about?then=check", name="Stitch & Natter", kind="club", stage="starting"
    ).location == ("/add/check")
    assert fill(visitor, "/add/check").location == "/add/sent"
    states = town.execute(
        text("SELECT state, document ->> 'name' FROM submission ORDER BY sent_at_utc, state DESC")
    )
    assert {tuple(row) for row in states} == {("withdrawn", "Stitch and Natter"), ("waiting", "Stitch & Natter")}
    assert "Stitch &amp; Natter" in visitor.get(edit).text, "the link leads to what was sent last"
    assert len(letters(town, "confirm_group")) == 1, "a confirmed address is not asked about again"


def test_the_edit_link_works_once_it_is_on_the_map(visitor: FlaskClient, town: Session) -> None:
    send_all(visitor)
    fill(visitor, link_in(letters(town, "confirm_group")[0]))
    edit = link_in(letters(town, "edit_link")[0])
    moderator = add_person(town, Role.MODERATOR)
    submission_id = town.scalar(text("SELECT id FROM submission"))
    organisation_id = approve(town, submission_id, moderator.id, today()).record_id
    town.commit()
    assert fill(visitor, edit).location == "/add/check"
    page = visitor.get("/add/check").text
    assert "Scout hut" in page
    fill(visitor, "/add/who?then=check", audiences=["anyone"], cost="paid")
    assert fill(visitor, "/add/check").location == "/add/sent"
    change = town.execute(
        text("SELECT kind, record_id, before IS NOT NULL AS has_before, base_version FROM submission "
             "WHERE kind = 'changed_group'")
    ).one()  # fmt: skip
    assert (change.record_id, change.has_before, change.base_version) == (organisation_id, True, 1)


def test_the_form_can_be_left_and_come_back_to(visitor: FlaskClient, town: Session, app: Any) -> None:
    start(visitor)
    fill(visitor, "/add/what", themes=["sport"], description="", service="")
    assert "on its way" in fill(visitor, "/add/later", email="ann@example.org").text
    (letter,) = letters(town, "resume")
    elsewhere = app.test_client()
    assert "Stitch and Natter" in elsewhere.get(link_in(letter)).text
    assert fill(elsewhere, link_in(letter)).location == "/add/check"
    assert "Sport" in elsewhere.get("/add/check").text
    assert town.scalar(text("SELECT count(*) FROM contact")) == 0
