"""Following a need: confirmed by e-mail, told once of each change, stopped with one button."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.actions.follows import forget_unconfirmed
from app.actions.need_follows import tell_followers
from app.vocabulary import ContactPurpose, Role
from tests.integration.accounts.people import add_person, sign_in
from tests.integration.needs.asking import fill_in, letters, link_in, press, rows, unhurried
from tests.integration.web import web_town

FOLLOWERS = "SELECT c.email, c.email_confirmed_at_utc FROM need_follower f JOIN contact c ON c.id = f.contact_id"


@pytest.fixture
def need(town: Session) -> str:
    made = web_town.add_need(town, "A bench in the sun", (3.5, 2.5))
    town.commit()
    return made


@pytest.fixture
def keeper(app: Flask, town: Session) -> FlaskClient:
    client = app.test_client()
    sign_in(client, add_person(town, Role.MODERATOR))
    return client


def follow(visitor: FlaskClient, town: Session, need: str, email: str = "Jo@Example.org") -> str:
    """Ask to follow and confirm; the path of the mailed link."""
    before = letters(town, "need_follow")
    assert unhurried(visitor, f"/needs/{need}/follow", email=email).status_code == 302
    (letter,) = [row for row in letters(town, "need_follow") if row not in before]
    path = link_in(letter, "follows")
    assert press(visitor, path, f"{path}/confirm").status_code == 302
    return path


def change(keeper: FlaskClient, need: str, status: str, note: str = "A bench came.") -> int:
    return fill_in(keeper, f"/needs/{need}/status", status=status, note=note).status_code


def tell(session: Session, *, settled: bool = True, most: int = 200) -> int:
    """Tell the followers; ``settled``: as if the change had been made eleven minutes ago."""
    if settled:
        for change in (
            "UPDATE need SET status_changed_at_utc = now() - interval '11 minutes' WHERE status_note <> ''",
            "UPDATE need_follower SET told_at_utc = told_at_utc - interval '1 hour'",
        ):
            session.execute(text(change))
    return tell_followers(session, lambda ident: f"https://x/{ident}", lambda token: f"https://x/{token}", most)


def test_looking_at_the_link_changes_nothing_and_the_button_confirms(
    visitor: FlaskClient, town: Session, need: str
) -> None:
    unhurried(visitor, f"/needs/{need}/follow", email="jo@example.org")
    path = link_in(letters(town, "need_follow")[0], "follows")
    for _scan in range(3):
        answer = visitor.get(path)
        visitor.head(path)
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "no-store" in answer.headers["Cache-Control"]
    assert rows(town, FOLLOWERS)[0]["email_confirmed_at_utc"] is None
    press(visitor, path, f"{path}/confirm")
    assert rows(town, FOLLOWERS)[0]["email_confirmed_at_utc"] is not None
    assert "You follow this" in visitor.get(path).text


def test_a_change_is_told_once_to_those_who_confirmed(
    visitor: FlaskClient, keeper: FlaskClient, town: Session, need: str
) -> None:
    follow(visitor, town, need)
    unhurried(visitor, f"/needs/{need}/follow", email="unconfirmed@example.org")
    assert change(keeper, need, "answered") == 302
    assert tell(town, settled=False) == 0, "a change that has just been made may still be put right"
    assert tell(town) == 1
    (letter,) = letters(town, "need_news")
    assert letter["to_address"] == "jo@example.org"
    assert "A bench came." in str(letter["body"])
    assert "A bench" not in str(letter["subject"])
    assert tell(town, settled=False) == 0
    assert "A bench came." in visitor.get(f"/needs/{need}").text


def test_many_are_told_some_at_a_time_and_nobody_twice(keeper: FlaskClient, town: Session, need: str) -> None:
    town.execute(
        text("""
        WITH made AS (
            INSERT INTO contact (purpose, email, email_confirmed_at_utc)
            SELECT 'need_follower', 'f' || n || '@example.org', now() FROM generate_series(1, 25) n RETURNING id
        )
        INSERT INTO need_follower (need_id, contact_id) SELECT CAST(:need AS uuid), id FROM made
        """),
        {"need": need},
    )
    town.commit()
    change(keeper, need, "closed")
    told = [tell(town, most=10, settled=turn == 0) for turn in range(4)]
    assert told == [10, 10, 5, 0]
    assert len({letter["to_address"] for letter in letters(town, "need_news")}) == 25


def test_stopping_forgets_the_address_and_can_be_done_twice(
    visitor: FlaskClient, keeper: FlaskClient, town: Session, need: str
) -> None:
    path = follow(visitor, town, need)
    for _time in range(2):
        assert press(visitor, "/sign-in", f"{path}/stop").status_code == 302
    assert rows(town, FOLLOWERS)[0]["email"] is None
    assert "forgotten your address" in visitor.get(path).text
    change(keeper, need, "answered")
    assert tell(town) == 0
    assert press(visitor, "/sign-in", f"{path}/confirm").status_code == 404


def test_asking_twice_is_one_follower_and_the_same_answer(visitor: FlaskClient, town: Session, need: str) -> None:
    follow(visitor, town, need)
    answer = unhurried(visitor, f"/needs/{need}/follow", email="JO@example.org")
    assert answer.location == f"/needs/{need}/mailed"
    assert len(rows(town, FOLLOWERS)) == 1


def test_a_closed_need_keeps_a_page_that_says_why_and_leaves_every_list(
    visitor: FlaskClient, keeper: FlaskClient, need: str
) -> None:
    assert change(keeper, need, "closed", note="The council put one there.") == 302
    page = visitor.get(f"/needs/{need}")
    assert page.status_code == 200
    assert "The council put one there." in page.text
    assert "A bench in the sun" not in visitor.get("/needs").text
    assert change(keeper, need, "open", note="It was stolen.") == 302
    assert "A bench in the sun" in visitor.get("/needs").text


@pytest.mark.parametrize(
    ("values", "word"),
    [({"status": "answered", "note": ""}, "what happened"), ({"status": "gone"}, "cannot be that")],
)
def test_a_status_needs_words(keeper: FlaskClient, need: str, values: dict[str, str], word: str) -> None:
    answer = fill_in(keeper, f"/needs/{need}/status", **values)
    assert answer.status_code == 422
    assert word in answer.text


def test_a_moderator_of_one_ward_changes_needs_there_only(
    app: Flask, visitor: FlaskClient, town: Session, need: str
) -> None:
    person = add_person(town, Role.MODERATOR)
    ward = town.scalar(text("SELECT id FROM area WHERE area_code = 'W3'"))
    town.execute(
        text("UPDATE account_role SET area_id = :ward WHERE account_id = :id"), {"ward": ward, "id": person.id}
    )
    town.commit()
    sign_in(visitor, person)
    there = web_town.add_need(town, "There", (6.5, 4.5))
    town.commit()
    assert visitor.get(f"/needs/{need}/status").status_code == 404
    assert visitor.get(f"/needs/{there}/status").status_code == 200


@pytest.mark.parametrize("email", ["", "nobody", "a@example.org\r\nBcc: b@a.org", "x" * 255 + "@example.org"])
def test_a_wrong_address_is_explained_and_kept(visitor: FlaskClient, town: Session, need: str, email: str) -> None:
    answer = unhurried(visitor, f"/needs/{need}/follow", email=email)
    assert answer.status_code == 422
    assert 'href="#field-email"' in answer.text
    assert letters(town, "need_follow") == []


def test_robots_are_thanked_and_the_hasty_are_held(visitor: FlaskClient, town: Session, need: str) -> None:
    path = f"/needs/{need}/follow"
    assert unhurried(visitor, path, email="a@example.org", web_page="x").status_code == 302
    hasty = fill_in(visitor, path, email="a@example.org")
    assert hasty.status_code == 422
    assert "a@example.org" in hasty.text
    assert letters(town, "need_follow") == []


def test_addresses_nobody_confirmed_are_forgotten_after_two_weeks(
    visitor: FlaskClient, town: Session, need: str
) -> None:
    follow(visitor, town, need, "yes@example.org")
    unhurried(visitor, f"/needs/{need}/follow", email="never@example.org")
    assert forget_unconfirmed(town, ContactPurpose.NEED_FOLLOWER) == 0
    town.execute(text("UPDATE contact SET added_at_utc = now() - interval '15 days'"))
    town.expire_all()
    assert forget_unconfirmed(town, ContactPurpose.NEED_FOLLOWER) == 1
    assert [row["email"] for row in rows(town, "SELECT email FROM contact WHERE email IS NOT NULL")] == [
        "yes@example.org"
    ]


def test_a_link_of_another_kind_or_cut_short_is_nothing(visitor: FlaskClient, town: Session, need: str) -> None:
    path = follow(visitor, town, need)
    token = path.rsplit("/", 1)[1]
    for wrong in (f"/follows/{token[:-1]}", f"/pledges/{token}", "/follows/x"):
        assert visitor.get(wrong).status_code == 404
