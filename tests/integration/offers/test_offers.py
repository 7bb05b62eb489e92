"""Offering and asking: confirmed by letter, looked at by a person, shown without names, gone when it is over."""

from __future__ import annotations

import json
from datetime import date, timedelta
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.actions.clock import today
from app.actions.offer_owners import ask_whether_they_stand, let_old_ones_go
from app.actions.undo import undo
from app.vocabulary import Role
from tests.integration.accounts.people import add_person, sign_in
from tests.integration.needs.asking import letters, link_in, press, rows, unhurried
from tests.integration.offers.offering import ANN, BOB, FORM, SAID, add_offer, fill_form, publish, say
from tests.integration.web.pages import Page


def test_an_offer_is_confirmed_then_looked_at_then_on_the_list(visitor: FlaskClient, town: Session) -> None:
    assert fill_form(visitor) == 302
    (letter,) = letters(town, "offer_confirm")
    assert rows(town, "SELECT * FROM submission") == [], "nobody looks at what nobody confirmed"
    path = link_in(letter, "offers/confirm")
    for _scan in range(3):
        assert "Yes, I offer it" in visitor.get(path).text
    assert rows(town, "SELECT * FROM submission") == []
    assert press(visitor, path, path).status_code == 302
    press(visitor, "/sign-in", path)
    assert len(rows(town, "SELECT * FROM submission WHERE kind = 'new_offer'")) == 1
    assert "it has been sent" in visitor.get(path).text
    assert SAID not in visitor.get("/offers").text
    offer_id = publish(town)
    for address in ("/offers", f"/offers/{offer_id}"):
        shown = visitor.get(address).text
        assert SAID in shown
        assert ANN not in shown
        assert "Ann" not in shown
    assert "https://map.example/offer/" in str(letters(town, "approved")[0]["body"])


def test_a_rough_place_is_public_only_roughly_and_a_space_exactly_if_it_says_so(
    visitor: FlaskClient, town: Session
) -> None:
    say(visitor, town)
    rough = publish(town)
    say(visitor, town, words="The chapel", is_exact="yes", address="Chapel Lane", email=BOB)
    exact = publish(town)
    found = rows(town, "SELECT p.id, p.address, p.geom = f.geom AS is_same, f.address AS kept FROM public_offer p "
                 "JOIN offer f ON f.id = p.id")  # fmt: skip
    by_id = {row["id"]: row for row in found}
    assert (by_id[rough]["is_same"], by_id[rough]["address"], by_id[rough]["kept"]) == (False, "", "")
    assert (by_id[exact]["is_same"], by_id[exact]["address"]) == (True, "Chapel Lane, ZZ1 2AB")
    assert [row["id"] for row in rows(town, "SELECT id FROM public_space")] == [exact]


@pytest.mark.parametrize("values", [{"kind": "skill"}, {"direction": "ask"}])
def test_only_a_space_that_is_offered_is_shown_exactly(
    visitor: FlaskClient, town: Session, values: dict[str, str]
) -> None:
    answer = unhurried(visitor, "/offers/new", **{**FORM, "is_exact": "yes", **values})
    assert answer.status_code == 422
    assert 'href="#field-is_exact"' in answer.text
    with pytest.raises(IntegrityError):
        add_offer(town, "A home", (1.5, 1.5), privacy="exact", **values)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"direction": ""}, "direction"), ({"direction": "sell"}, "direction"), ({"kind": ""}, "kind"),
        ({"kind": "x" * 300}, "kind"), ({"words": ""}, "words"), ({"words": "x" * 401}, "words"),
        ({"words": "a\0b"}, "words"), ({"near": ""}, "near"), ({"near": "Nowhere at all"}, "near"),
        ({"near": "51.5,-0.1"}, "near"), ({"theme": "nope"}, "theme"), ({"stage": "closed"}, "stage"),
        ({"ends_on": "soon"}, "ends_on"), ({"ends_on": "2020-01-01"}, "ends_on"), ({"name": ""}, "name"),
        ({"name": "see http://spam.example"}, "name"), ({"email": ""}, "email"), ({"email": "a@b"}, "email"),
        ({"is_exact": "perhaps"}, "is_exact"), ({"address": "x" * 121}, "address"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_beside_its_field_and_the_rest_is_kept(
    visitor: FlaskClient, town: Session, values: dict[str, str], field: str
) -> None:
    answer = unhurried(visitor, "/offers/new", **{**FORM, **values})
    assert answer.status_code == 422
    assert f'href="#field-{field}"' in answer.text
    assert f'id="field-{field}"' in answer.text
    if field != "words":
        assert SAID in answer.text
    assert letters(town, "offer_confirm") == []


@pytest.mark.parametrize("query", ["kind=pub", "direction=give", "theme=xyz", "page=0", "page=9", "near=Nowhere",
                                   "kind=skill&kind=space", "near=%00", "theme=" + "x" * 500])  # fmt: skip
def test_a_question_that_cannot_be_is_refused_with_a_way_on(visitor: FlaskClient, query: str) -> None:
    answer = visitor.get(f"/offers?{query}")
    assert answer.status_code == 400
    assert "There is a problem" in answer.text


@pytest.mark.parametrize("query", ["organisation=x", f"organisation={UUID(int=7)}"])
def test_a_group_that_is_not_there_is_said(visitor: FlaskClient, query: str) -> None:
    assert visitor.get(f"/offers/new?{query}").status_code == 404


def test_the_list_filters_and_puts_the_nearest_first(visitor: FlaskClient, town: Session) -> None:
    add_offer(town, "Far room", (7.5, 5.5))
    add_offer(town, "Near room", (3.5, 2.5))
    add_offer(town, "A ladder", (3.5, 2.5), kind="equipment", theme_key="sport")
    add_offer(town, "Looking for a room", (3.5, 2.5), direction="ask")
    near = visitor.get("/offers?near=ZZ1+2AB&kind=space&direction=offer").text
    assert near.index("Near room") < near.index("Far room")
    assert "ladder" not in near
    assert "Looking for" not in near
    assert "ladder" in visitor.get("/offers?theme=sport").text
    assert "Nothing found" in visitor.get("/offers?theme=sport&kind=space").text


def test_what_groups_ask_for_on_their_pages_is_on_the_list_and_leads_there(
    visitor: FlaskClient, town: Session
) -> None:
    (kitchen,) = rows(town, "SELECT id FROM organisation WHERE name = 'Kitchen 1'")
    town.execute(
        text("INSERT INTO ask (organisation_id, kind, words) VALUES (:id, 'volunteers', 'Two cooks')"), kitchen
    )
    town.commit()
    (ask,) = rows(town, "SELECT id FROM ask")
    assert "Two cooks" in visitor.get("/offers?direction=ask&kind=volunteers&theme=food").text
    answer = visitor.get(f"/offers/{ask['id']}")
    assert (answer.status_code, answer.location) == (302, f"/organisations/{kitchen['id']}#asks")
    town.execute(text("UPDATE organisation SET is_confidential = true"))
    assert rows(town, "SELECT geom, area_id FROM public_offer") == [{"geom": None, "area_id": None}]


HIDDEN = (
    {"review_status": "pending"},
    {"review_status": "hidden"},
    {"review_status": "rejected"},
    {"privacy": "hidden"},
    {"ends_on": date(2020, 1, 1)},
    {"withdrawn_at_utc": "2026-01-01T00:00:00Z"},
)


@pytest.mark.parametrize("hidden", HIDDEN)
def test_what_is_not_for_the_public_has_no_page_and_is_on_no_list(
    visitor: FlaskClient, town: Session, hidden: dict[str, object]
) -> None:
    offer_id = add_offer(town, "Qanary room", (3.5, 2.5), **hidden)
    assert visitor.get(f"/offers/{offer_id}").status_code == 404
    for address in ("/offers", "/offers?kind=space", "/offers?near=ZZ1+2AB"):
        assert "Qanary" not in visitor.get(address).text


def test_the_map_is_told_ids_and_numbers_only(visitor: FlaskClient, town: Session) -> None:
    offer_id = add_offer(town, "</script><b>${x}</b>", (3.5, 2.5))
    for address in ("/offers", f"/offers/{offer_id}"):
        page = Page(visitor.get(address).text)
        (frame,) = page.all("div", class_="map-frame")
        (pin,) = json.loads(frame.attributes["data-more-words"])["found"]["pins"]
        assert set(pin) == {"id", "number", "kind", "at"}
        assert (pin["id"], pin["number"], pin["kind"]) == (str(offer_id), 1, "offer")
        assert all(isinstance(number, float) for number in pin["at"])
        assert "<b>$" not in visitor.get(address).text


def test_whoever_offered_can_say_it_stands_and_take_it_back(visitor: FlaskClient, town: Session) -> None:
    say(visitor, town)
    offer_id = publish(town)
    town.execute(text("UPDATE offer SET said_on = '2026-01-05'"))
    town.commit()
    token = next(line.strip() for line in str(letters(town, "approved")[0]["body"]).splitlines()
                 if len(line.strip()) == 43 and " " not in line.strip())  # fmt: skip
    path = f"/offers/yours/{token}"
    assert "5 January 2026" in visitor.get(path).text
    assert press(visitor, path, f"{path}/keep").status_code == 302
    assert rows(town, "SELECT said_on FROM offer") == [{"said_on": today()}]
    assert "It is off the list" in press(visitor, path, f"{path}/withdraw").text
    assert visitor.get(f"/offers/{offer_id}").status_code == 404
    assert rows(town, "SELECT * FROM contact WHERE email = :e", e=ANN) == []
    assert press(visitor, "/sign-in", f"{path}/keep").status_code in (404, 410)


def test_an_offer_is_asked_about_once_and_goes_after_a_year(town: Session) -> None:
    add_offer(town, "A room", (3.5, 2.5), ANN)
    day = today()

    def after(days: int) -> int:
        asked = ask_whether_they_stand(town, day + timedelta(days=days), lambda token: f"https://x/{token}")
        let_old_ones_go(town, day + timedelta(days=days))
        town.commit()
        return asked

    town.execute(text("UPDATE offer SET said_on = :day"), {"day": day})
    assert [after(days) for days in (300, 336, 340, 364)] == [0, 1, 0, 0]
    assert rows(town, "SELECT withdrawn_at_utc FROM offer") == [{"withdrawn_at_utc": None}]
    after(367)
    assert rows(town, "SELECT count(*) AS n FROM offer WHERE withdrawn_at_utc IS NOT NULL") == [{"n": 1}]
    town.execute(text("UPDATE contact SET added_at_utc = now() - interval '13 months'"))
    after(368)
    assert rows(town, "SELECT * FROM contact WHERE email = :e", e=ANN) == []
    town.execute(text("UPDATE offer SET withdrawn_at_utc = now() - interval '91 days'"))
    after(460)
    assert rows(town, "SELECT * FROM offer") == []


def test_an_approval_can_be_taken_back_and_an_edit_reaches_the_list(
    app: Flask, visitor: FlaskClient, town: Session
) -> None:
    say(visitor, town)
    (sent,) = rows(town, "SELECT id, document FROM submission")
    moderator = app.test_client()
    sign_in(moderator, add_person(town, Role.MODERATOR))
    case = moderator.get(f"/moderation/{sent['id']}").text
    assert SAID in case
    assert "a room" in case
    assert moderator.post(f"/moderation/{sent['id']}", data={}).status_code == 400
    page = Page(case)
    form = {tag.attributes["name"]: tag.attributes.get("value", "") for tag in page.all("input", type="hidden")}
    names = {tag.attributes.get("name", "") for tag in page.tags}
    assert {"edit-words", "edit-places-0-privacy"} <= names
    answer = moderator.post(
        f"/moderation/{sent['id']}",
        data={**form, "decision": "approve", "edit-words": "A smaller hall", "edit-places-0-privacy": "area"},
    )
    assert answer.status_code == 302
    listed = rows(town, "SELECT words, geom, area_id IS NOT NULL AS has_area FROM public_offer")
    assert listed == [{"words": "A smaller hall", "geom": None, "has_area": True}]
    (account,) = rows(town, "SELECT id FROM account")
    undo(town, sent["id"], account["id"], today())  # type: ignore[arg-type]
    town.commit()
    assert rows(town, "SELECT * FROM public_offer") == []
    history = moderator.get(f"/moderation/records/offer/{rows(town, 'SELECT id FROM offer')[0]['id']}")
    assert "A smaller hall" in history.text


def test_a_hidden_offer_goes_after_a_year_too(town: Session) -> None:
    add_offer(town, "A room", (3.5, 2.5), ANN, review_status="hidden", said_on=today() - timedelta(days=360))
    assert let_old_ones_go(town, today()) == 0
    assert let_old_ones_go(town, today() + timedelta(days=10)) == 1
