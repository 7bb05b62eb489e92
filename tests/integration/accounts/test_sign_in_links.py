"""Signing in by a link in a letter: no scanner spoils it, no stranger learns from it, no thief can use it."""

from __future__ import annotations

import logging
import re
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, text
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.actions.accounts import disable_account
from app.actions.links import make_link
from app.db import db
from app.vocabulary import LinkPurpose
from tests.integration.accounts.people import TOKEN, add_person, token_of

EMAIL = "officer@example.org"
LINK = re.compile(r"http://127\.0\.0\.1:8000(/sign-in/link/\S+)")


def ask(client: FlaskClient, email: str = EMAIL, **more: str) -> TestResponse:
    return client.post("/sign-in/link", data={"csrf_token": token_of(client), "email": email, **more})


def link_in_letter(session: Session) -> str:
    body = session.scalar(
        text("SELECT body FROM mail WHERE template = 'sign_in' ORDER BY made_at_utc DESC LIMIT 1")
    )
    assert body
    found = LINK.search(body)
    assert found
    return found[1]


def press(client: FlaskClient, link: str) -> TestResponse:
    return client.post(link, data={"csrf_token": token_of(client, link)})


def is_in(client: FlaskClient) -> bool:
    return client.get("/data").status_code == 200


def test_scanners_may_look_as_often_as_they_like_and_the_person_still_gets_in(
    app: Flask, client: FlaskClient, session: Session
) -> None:
    add_person(session)
    answer = ask(client, " Officer@Example.org ")
    assert (answer.status_code, answer.location) == (303, "/sign-in/sent")
    link = link_in_letter(session)
    scanner = app.test_client()
    for _ in range(3):
        assert scanner.get(link).status_code == 200
        assert scanner.head(link).status_code == 200
    assert not is_in(scanner)
    answer = press(client, link)
    assert (answer.status_code, answer.location) == (303, "/")
    assert is_in(client)


def test_a_link_works_once(app: Flask, client: FlaskClient, session: Session) -> None:
    add_person(session)
    ask(client)
    link = link_in_letter(session)
    thief = app.test_client()
    ready = {"csrf_token": token_of(thief, link)}
    press(client, link)
    assert thief.post(link, data=ready).status_code == 410
    assert not is_in(thief)
    page = thief.get(link)
    assert page.status_code == 410
    assert "has been used" in page.text
    assert 'href="/sign-in"' in page.text


def test_a_link_ends_after_a_quarter_of_an_hour_and_offers_a_new_one(
    client: FlaskClient, session: Session
) -> None:
    add_person(session)
    ask(client)
    link = link_in_letter(session)
    left = session.scalar(text("SELECT extract(epoch FROM expires_at_utc - now()) FROM link"))
    assert 14 * 60 < float(left or 0) <= 15 * 60
    session.execute(text("UPDATE link SET expires_at_utc = now() - interval '1 second'"))
    session.commit()
    page = client.get(link)
    assert page.status_code == 410
    assert "This link is too old." in page.text
    assert 'href="/sign-in"' in page.text


def test_a_link_that_was_changed_or_is_for_something_else_is_not_found(
    client: FlaskClient, session: Session
) -> None:
    account = add_person(session)
    ask(client)
    link = link_in_letter(session)
    assert client.get(link[:-1] + ("A" if link[-1] != "A" else "B")).status_code == 404
    assert client.get("/sign-in/link/" + "x" * 5_000).status_code == 404
    assert client.get("/sign-in/link", query_string={"token": link.rpartition("/")[2]}).status_code == 405
    other = make_link(session, LinkPurpose.INVITATION, account_id=account.id)
    session.commit()
    assert client.get(f"/sign-in/link/{other}").status_code == 404


def test_the_link_of_somebody_who_was_disabled_meanwhile_is_over(client: FlaskClient, session: Session) -> None:
    add_person(session)
    ask(client)
    link = link_in_letter(session)
    ready = {"csrf_token": token_of(client, link)}
    disable_account(session, EMAIL)
    session.commit()
    assert client.post(link, data=ready).status_code == 410
    assert not is_in(client)


def test_only_a_hash_of_the_token_is_kept_and_no_log_holds_it(
    client: FlaskClient, session: Session, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    add_person(session)
    ask(client)
    link = link_in_letter(session)
    token = link.rpartition("/")[2]
    page = client.get(link)
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert {"private", "no-store"} <= set(page.headers["Cache-Control"].split(", "))
    press(client, link)
    client.get(link)
    assert session.scalar(text("SELECT count(*) FROM link WHERE token_hash = :t"), {"t": token}) == 0
    assert token not in caplog.text
    assert EMAIL not in caplog.text


@pytest.mark.parametrize("email", ["nobody@example.org", "disabled@example.org", EMAIL, "admin@demo.example"])
def test_every_address_gets_the_same_answer_and_only_the_right_ones_a_letter(
    client: FlaskClient, session: Session, email: str
) -> None:
    add_person(session)
    add_person(session, email="disabled@example.org")
    disable_account(session, "disabled@example.org")
    session.commit()
    answer = ask(client, email)
    assert (answer.status_code, answer.location) == (303, "/sign-in/sent")
    assert email not in client.get(answer.location).text
    assert session.scalar(text("SELECT count(*) FROM mail")) == (1 if email == EMAIL else 0)
    assert session.scalar(text("SELECT count(*) FROM link")) == (1 if email == EMAIL else 0)


def test_the_very_same_is_done_for_a_stranger(app: Flask, client: FlaskClient, session: Session) -> None:
    """So that the answer takes as long: the same questions to the database, in the same order."""
    add_person(session)
    form = {"csrf_token": token_of(client)}
    asked: dict[str, list[str]] = {}
    with app.app_context():
        engine = db.engine
    for email in (EMAIL, "nobody@example.org"):
        statements = asked.setdefault(email, [])

        def note(
            _connection: Any, _cursor: Any, statement: str, *_more: Any, kept: list[str] = statements
        ) -> None:
            if "SAVEPOINT" not in statement:  # they are numbered
                kept.append(statement)

        event.listen(engine, "before_cursor_execute", note)
        client.post("/sign-in/link", data=form | {"email": email})
        event.remove(engine, "before_cursor_execute", note)
    assert len(asked[EMAIL]) > 5
    assert asked[EMAIL] == asked["nobody@example.org"]


def test_nobody_is_flooded_with_links(client: FlaskClient, session: Session) -> None:
    add_person(session)
    for _ in range(8):
        assert ask(client).status_code == 303
    assert session.scalar(text("SELECT count(*) FROM mail")) == 3


def test_whoever_asks_all_the_time_waits(client: FlaskClient, session: Session) -> None:
    answers = [ask(client, f"person{number}@example.org").status_code for number in range(21)]
    assert answers == [303] * 20 + [429]


@pytest.mark.parametrize("email", ["", "ada", "a@example.org\r\nBcc: b@example.org", "x" * 300, "\0@example.org"])
def test_what_is_no_address_is_said_and_kept(client: FlaskClient, session: Session, email: str) -> None:
    answer = ask(client, email)
    assert answer.status_code == 400
    assert "There is a problem" in answer.text
    if email == "ada":
        assert 'value="ada"' in answer.text


def test_the_page_that_asked_for_the_sign_in_comes_next(client: FlaskClient, session: Session) -> None:
    add_person(session)
    ask(client, next="/data/unplaced?kind=need")
    assert press(client, link_in_letter(session)).location == "/data/unplaced?kind=need"


@pytest.mark.parametrize("where", ["//evil.example", "/\\evil.example", "https://evil.example", "/sign-out"])
def test_a_link_leads_only_to_pages_of_ours(client: FlaskClient, session: Session, where: str) -> None:
    add_person(session)
    ask(client, next=where)
    assert press(client, link_in_letter(session)).location == "/"


def test_nothing_of_the_session_before_lives_on(client: FlaskClient, session: Session) -> None:
    add_person(session)
    ask(client)
    link = link_in_letter(session)
    before = client.get_cookie("session")
    old_token = token_of(client, link)
    press(client, link)
    after = client.get_cookie("session")
    assert before
    assert after
    assert after.value != before.value
    assert client.post("/sign-out", data={"csrf_token": old_token}).status_code == 400


def test_the_sign_in_page_offers_a_link(client: FlaskClient, session: Session) -> None:
    page = client.get("/sign-in").text
    assert 'formaction="/sign-in/link"' in page
    assert TOKEN.search(page)


def test_a_link_has_the_address_of_the_settings_whatever_host_was_asked(
    client: FlaskClient, session: Session
) -> None:
    add_person(session)
    form = {"csrf_token": token_of(client), "email": EMAIL}
    assert client.post("/sign-in/link", data=form, headers={"Host": "evil.example"}).status_code == 400
    client.post("/sign-in/link", data=form, headers={"Host": "localhost"})
    path = urlsplit(link_in_letter(session)).path
    assert path.startswith("/sign-in/link/")
