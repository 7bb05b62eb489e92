"""Following an area: confirmed by e-mail, at most a letter a week and only of changes, stopped with one button."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.actions.area_follows import tell_followers
from app.actions.clock import today
from app.actions.follows import forget_unconfirmed
from app.actions.forgetting import forget_old
from app.actions.mail import claim_letter
from app.actions.post import PostOffice, send
from app.jobs import daily
from app.queries.versions import EVERYTHING, bump_versions
from app.vocabulary import ContactPurpose
from tests.integration.mail.mail_server import FROM, mail_server
from tests.integration.needs.asking import letters, link_in, press, rows, unhurried
from tests.integration.web import web_town

PAGE = "/areas/square/S61"
IN_S61 = (6.5, 1.5)
FOLLOWERS = "SELECT c.email, c.email_confirmed_at_utc FROM area_follower f JOIN contact c ON c.id = f.contact_id"


def follow(visitor: FlaskClient, town: Session, email: str = "Jo@Example.org") -> str:
    """Ask and confirm; the path of the mailed link."""
    before = letters(town, "area_follow")
    assert unhurried(visitor, f"{PAGE}/follow", email=email).status_code == 302
    (letter,) = [row for row in letters(town, "area_follow") if row not in before]
    path = link_in(letter, "area-letters")
    assert press(visitor, path, f"{path}/confirm").status_code == 302
    return path


def tell(town: Session, *, days: int = 7, most: int = 200) -> int:
    """Tell who is due, so many days later."""
    town.execute(
        text("UPDATE area_follower SET told_at_utc = told_at_utc - make_interval(days => :d)"), {"d": days}
    )
    bump_versions(town, EVERYTHING)
    return tell_followers(
        town, lambda area: f"https://x/{area.area_code}", lambda token: f"https://x/{token}", most
    )


def news(town: Session) -> list[str]:
    return [str(row["body"]) for row in letters(town, "area_news")]


def test_looking_changes_nothing_the_button_confirms_and_one_button_stops(
    visitor: FlaskClient, town: Session
) -> None:
    assert f'href="{PAGE}/follow"' in visitor.get(PAGE).text
    assert unhurried(visitor, f"{PAGE}/follow", email="jo@example.org").location == f"{PAGE}/mailed"
    assert visitor.get(f"{PAGE}/mailed").status_code == 200
    path = link_in(letters(town, "area_follow")[0], "area-letters")
    assert "Do you want to follow Square 6-1?" in visitor.get(path).text
    assert rows(town, FOLLOWERS)[0]["email_confirmed_at_utc"] is None
    press(visitor, path, f"{path}/confirm")
    assert "You follow Square 6-1" in visitor.get(path).text
    assert rows(town, FOLLOWERS)[0]["email_confirmed_at_utc"] is not None
    press(visitor, path, f"{path}/stop")
    assert "We have forgotten your address" in visitor.get(path).text
    assert rows(town, FOLLOWERS) == [] or rows(town, FOLLOWERS)[0]["email"] is None
    web_town.add_service(town, "Fresh Kitchen", IN_S61)
    assert tell(town) == 0


def test_a_letter_says_what_opened_and_which_gap_changed_once_a_week(visitor: FlaskClient, town: Session) -> None:
    follow(visitor, town)
    assert tell(town) == 0, "nothing changed, no letter"
    web_town.add_service(town, "Fresh Kitchen", IN_S61)
    assert tell(town, days=0) == 1
    (letter,) = news(town)
    assert "New on the map: Fresh Kitchen lunch, Fresh Kitchen" in letter
    assert "Food: was “Checked: none in reach”, is now “Fair share or better”" in letter
    town.execute(text("UPDATE organisation SET stage = 'closed' WHERE name = 'Fresh Kitchen'"))
    assert tell(town, days=6) == 0, "a week has not passed"
    assert tell(town, days=1) == 1
    closed = next(body for body in news(town) if body != letter)
    assert "One service has closed." in closed
    assert "Fresh Kitchen" not in closed
    assert tell(town) == 0


def test_what_is_hidden_is_not_named_and_not_called_closed(visitor: FlaskClient, town: Session) -> None:
    web_town.add_service(town, "Qanary Kitchen", IN_S61)
    follow(visitor, town)
    town.execute(text("UPDATE organisation SET review_status = 'hidden' WHERE name = 'Qanary Kitchen'"))
    assert tell(town) == 1
    (letter,) = news(town)
    assert "One service is no longer listed here." in letter
    assert "Qanary" not in letter
    assert "Qanary" not in str(rows(town, "SELECT told FROM area_follower"))


def test_who_never_confirmed_hears_nothing_and_is_forgotten(visitor: FlaskClient, town: Session) -> None:
    unhurried(visitor, f"{PAGE}/follow", email="jo@example.org")
    web_town.add_service(town, "Fresh Kitchen", IN_S61)
    assert tell(town) == 0
    assert forget_unconfirmed(town, ContactPurpose.AREA_FOLLOWER) == 0
    town.execute(text("UPDATE contact SET added_at_utc = now() - interval '15 days'"))
    assert forget_unconfirmed(town, ContactPurpose.AREA_FOLLOWER) == 1


def test_asking_twice_makes_one_follower(visitor: FlaskClient, town: Session) -> None:
    follow(visitor, town)
    follow(visitor, town)
    assert len(rows(town, FOLLOWERS)) == 1


def test_more_followers_than_one_day_takes_are_told_the_next(visitor: FlaskClient, town: Session) -> None:
    follow(visitor, town, "ada@example.org")
    follow(visitor, town, "bo@example.org")
    web_town.add_service(town, "Fresh Kitchen", IN_S61)
    assert tell(town, most=1) == 1
    assert tell(town, days=0, most=1) == 1
    assert tell(town, days=0, most=1) == 0
    assert {row["to_address"] for row in letters(town, "area_news")} == {"ada@example.org", "bo@example.org"}


def test_who_follows_is_not_forgotten_as_idle(visitor: FlaskClient, town: Session) -> None:
    follow(visitor, town)
    town.execute(text("UPDATE contact SET added_at_utc = now() - interval '9 years'"))
    forget_old(town)
    assert rows(town, FOLLOWERS)[0]["email"] == "jo@example.org"


@pytest.mark.parametrize(
    "email", ["", "x", "a@b", "a b@example.org", "x" * 300 + "@example.org", "\0@example.org"]
)
def test_what_is_no_address_is_said_to_be_wrong(visitor: FlaskClient, town: Session, email: str) -> None:
    assert unhurried(visitor, f"{PAGE}/follow", email=email).status_code in (400, 422)
    assert rows(town, FOLLOWERS) == []


@pytest.mark.parametrize("path", ["/areas/square/nowhere/follow", "/area-letters/x", "/areas/x/S61/mailed"])
def test_what_is_not_there_is_not_found(visitor: FlaskClient, path: str) -> None:
    assert visitor.get(path).status_code == 404


def test_the_letter_goes_out_with_a_way_to_end_it(visitor: FlaskClient, town: Session) -> None:
    follow(visitor, town)
    web_town.add_service(town, "Fresh Kitchen", IN_S61)
    assert tell(town) == 1
    ident = town.execute(text("SELECT id FROM mail WHERE template = 'area_news'")).scalar_one()
    letter = claim_letter(town, ident)
    assert letter is not None
    with mail_server() as (postbox, office):
        assert isinstance(office, PostOffice)
        send(office, letter)
    (arrived,) = postbox.letters
    assert arrived["List-Unsubscribe"].startswith("<https://x/")
    assert arrived["From"] == FROM
    assert "Square 6-1" in arrived.get_content()


def test_the_day_tells_followers(
    app: Flask, visitor: FlaskClient, town: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    follow(visitor, town)
    web_town.add_service(town, "Fresh Kitchen", IN_S61)
    town.execute(text("UPDATE area_follower SET told_at_utc = told_at_utc - interval '8 days'"))
    bump_versions(town, EVERYTHING)
    town.commit()
    with app.app_context():
        daily.DAILY["tell who follows an area"](town, today())
    (letter,) = letters(town, "area_news")
    assert PAGE in str(letter["body"])
