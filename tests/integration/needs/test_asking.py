"""Saying what is missing: one question a page, without JavaScript, kept until it is sent once."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.actions.submissions import approve
from app.vocabulary import Role
from tests.integration.accounts.people import add_person
from tests.integration.needs.asking import POSTCODE, STATEMENT, at, fields_of, fill_in, rows, say
from tests.integration.web import web_town

SENT = "SELECT * FROM submission"


def test_a_need_is_said_checked_and_public_after_approval_only(visitor: FlaskClient, town: Session) -> None:
    assert say(visitor, email="Jo@Example.org").location == "/needs/new/sent"
    (sent,) = rows(town, SENT)
    assert (sent["kind"], sent["state"], sent["record_kind"]) == ("new_need", "waiting", "need")
    assert rows(town, "SELECT email, purpose FROM contact") == [{"email": "jo@example.org", "purpose": "sender"}]
    assert STATEMENT not in visitor.get("/needs").text
    approve(town, UUID(str(sent["id"])), add_person(town, Role.MODERATOR).id, date(2026, 11, 22))
    listed = visitor.get("/needs").text
    assert STATEMENT in listed
    (need,) = rows(town, "SELECT * FROM public_need WHERE statement = :s", s=STATEMENT)
    page = visitor.get(f"/needs/{need['id']}").text
    assert "jo@example.org" not in page
    assert POSTCODE not in page
    assert "fewer than five people" in page.lower()


def test_a_form_sent_again_is_one_need_and_one_answer(visitor: FlaskClient, town: Session) -> None:
    assert fill_in(visitor, "/needs/new", theme="food").status_code == 302
    fill_in(visitor, "/needs/new/where", how="near", near=POSTCODE)
    fill_in(visitor, "/needs/new/words", statement=STATEMENT)
    form = fields_of(visitor, "/needs/new/check")
    answers = [visitor.post("/needs/new/check", data={**form, "email": "a@example.org"}) for _time in range(5)]
    assert {answer.location for answer in answers} == {"/needs/new/sent"}
    assert len(rows(town, SENT)) == 1
    assert len(rows(town, "SELECT * FROM contact")) == 1


def test_a_shape_and_an_area_can_be_said(visitor: FlaskClient, town: Session) -> None:
    corners = " ".join(f"{lon},{lat}" for lon, lat in (at(1, 1), at(3, 1), at(2, 3)))
    say(visitor, how="map", corners=corners)
    say(visitor, how="area", area="ward:W1")
    pin = at(2.5, 2.5)
    say(visitor, how="map", corners=f"{pin[0]},{pin[1]}")
    documents = [row["document"] for row in rows(town, SENT)]
    assert {len(document["shape"]) for document in documents} == {0, 3}  # type: ignore[index]
    assert {"layer": "ward", "code": "W1"} in [document["area"] for document in documents]  # type: ignore[index]
    lons = [document["lon"] for document in documents if document["lon"]]  # type: ignore[index]
    assert lons == [pytest.approx(pin[0], abs=1e-5)]


@pytest.mark.parametrize(
    ("typed", "field", "words"),
    [
        ({"how": "near", "near": ""}, "near", "No place is given"),
        ({"how": "near", "near": "ZZ9 9ZZ"}, "near", "not on this map"),
        ({"how": "near", "near": "51.5, -0.1"}, "near", "outside Web Town"),
        ({"how": "near", "near": "a\0b"}, "near", "cannot be read"),
        ({"how": "area", "area": "ward:W99"}, "area", "No area"),
        ({"how": "area"}, "area", "No area"),
        ({"how": "map", "corners": ""}, "corners", "Nothing is on the map"),
        ({"how": "map", "corners": "-2.3,53.4 -2.31,53.4"}, "corners", "at least three"),
        ({"how": "map", "corners": "nan,53.4"}, "corners", "cannot be read"),
        ({"how": "map", "corners": "999,999"}, "corners", "cannot be read"),
        ({"how": "map", "corners": "-2.3,53.4 " * 61}, "corners", "61 corners"),
        ({"how": "space"}, "how", "cannot be that"),
        ({}, "how", "Where is it missing?"),
    ],
)
def test_a_wrong_place_is_explained_and_kept(
    visitor: FlaskClient, typed: dict[str, str], field: str, words: str
) -> None:
    fill_in(visitor, "/needs/new", theme="food")
    fields = {name: value for name, value in fields_of(visitor, "/needs/new/where").items() if name != "corners"}
    answer = visitor.post("/needs/new/where", data={**fields, **typed})
    assert answer.status_code == 422
    assert words in answer.text
    assert f'href="#field-{field}"' in answer.text
    assert f'id="field-{field}"' in answer.text
    if typed.get("near", "").isprintable():
        assert typed.get("near", "") in answer.text


@pytest.mark.parametrize(
    ("statement", "words"),
    [("", "is empty"), ("  \n ", "is empty"), ("x" * 10_001, "10,001 letters"), ("a\0b", "cannot be read")],
)
def test_wrong_words_are_explained_and_kept(visitor: FlaskClient, statement: str, words: str) -> None:
    fill_in(visitor, "/needs/new", theme="food")
    fill_in(visitor, "/needs/new/where", how="near", near=POSTCODE)
    answer = fill_in(visitor, "/needs/new/words", statement=statement)
    assert answer.status_code == 422
    assert words in answer.text
    if len(statement) > 1000:
        assert statement in answer.text


@pytest.mark.parametrize(
    "email", ["nobody", "a@b", "a@example.org\r\nBcc: x@example.org", "x" * 250 + "@example.org"]
)
def test_a_wrong_address_sends_nothing(visitor: FlaskClient, town: Session, email: str) -> None:
    answer = say(visitor, email=email)
    assert answer.status_code == 422
    assert 'href="#field-email"' in answer.text
    assert rows(town, SENT) == []


def test_a_robot_is_thanked_and_nothing_is_kept(visitor: FlaskClient, town: Session) -> None:
    fill_in(visitor, "/needs/new", theme="food")
    fill_in(visitor, "/needs/new/where", how="near", near=POSTCODE)
    fill_in(visitor, "/needs/new/words", statement=STATEMENT)
    assert fill_in(visitor, "/needs/new/check", web_page="http://spam.example").location == "/needs/new/sent"
    assert rows(town, SENT) == []


def test_one_address_sends_ten_an_hour_and_what_was_typed_stays(visitor: FlaskClient, town: Session) -> None:
    for number in range(10):
        assert say(visitor, statement=f"Number {number}").status_code == 302
    answer = say(visitor, statement="Number eleven", email="jo@example.org")
    assert answer.status_code == 422
    assert "Number eleven" in answer.text
    assert "jo@example.org" in answer.text
    assert len(rows(town, SENT)) == 10


def test_markup_and_formulas_are_words(visitor: FlaskClient, town: Session) -> None:
    words = "<b>bold</b> {{7*7}} ${7*7} O'Neill"
    assert say(visitor, statement=words).status_code == 302
    (sent,) = rows(town, SENT)
    assert sent["document"]["statement"] == words  # type: ignore[index]
    fill_in(visitor, "/needs/new", theme="food")
    fill_in(visitor, "/needs/new/where", how="near", near=POSTCODE)
    fill_in(visitor, "/needs/new/words", statement=words)
    page = visitor.get("/needs/new/check").text
    assert "&lt;b&gt;bold" in page
    assert "{{7*7}} ${7*7}" in page


def test_fields_nobody_asked_for_are_not_kept(visitor: FlaskClient, town: Session) -> None:
    fill_in(visitor, "/needs/new", theme="food", status="approved", is_admin="1")
    fill_in(visitor, "/needs/new/where", how="near", near=POSTCODE)
    fill_in(visitor, "/needs/new/words", statement=STATEMENT, support_count="99")
    fill_in(visitor, "/needs/new/check", state="approved")
    (sent,) = rows(town, SENT)
    assert sent["state"] == "waiting"
    assert set(sent["document"]) == {"theme", "statement", "audience", "lon", "lat", "area", "shape"}  # type: ignore[call-overload]


def test_what_others_said_is_shown_first_and_me_too_is_enough(visitor: FlaskClient, town: Session) -> None:
    web_town.add_need(town, "Nowhere for a hot meal on Fridays", (3.5, 2.5))
    web_town.add_need(town, "Hidden hot meal", (3.5, 2.5), review_status="pending")
    town.commit()
    fill_in(visitor, "/needs/new", theme="food")
    fill_in(visitor, "/needs/new/where", how="near", near=POSTCODE)
    assert fill_in(visitor, "/needs/new/words", statement=STATEMENT).location == "/needs/new/similar"
    page = visitor.get("/needs/new/similar").text
    assert page.index("Nowhere for a hot meal") < page.index("None of these")
    assert "Hidden hot meal" not in page


def test_a_change_goes_back_to_the_check(visitor: FlaskClient) -> None:
    fill_in(visitor, "/needs/new", theme="food")
    fill_in(visitor, "/needs/new/where", how="near", near=POSTCODE)
    fill_in(visitor, "/needs/new/words", statement=STATEMENT)
    assert fill_in(visitor, "/needs/new", theme="sport").location == "/needs/new/check"
    assert "Sport" in visitor.get("/needs/new/check").text


@pytest.mark.parametrize("step", ["where", "words", "similar", "check"])
def test_a_page_in_the_middle_without_a_form_leads_to_the_start(visitor: FlaskClient, step: str) -> None:
    assert visitor.get(f"/needs/new/{step}").location == "/needs/new"


def test_a_lost_session_loses_nothing_that_was_typed(visitor: FlaskClient, town: Session) -> None:
    fill_in(visitor, "/needs/new", theme="food")
    form = fields_of(visitor, "/needs/new/where")
    with visitor.session_transaction() as kept:
        kept.pop("draft_need")
    answer = visitor.post("/needs/new/where", data={**form, "how": "near", "near": POSTCODE})
    assert answer.location == "/needs/new/words"
    assert rows(town, "SELECT answers->>'theme' AS theme FROM draft") == [{"theme": "food"}]


def test_the_pages_of_the_form_are_kept_by_no_cache(visitor: FlaskClient) -> None:
    assert "no-store" in visitor.get("/needs/new").headers["Cache-Control"]
