"""Signing in and out: what a session is, when it ends, and what nobody learns from the form."""

from __future__ import annotations

import re

import flask_security.forms
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from app import create_app
from app.actions.accounts import change_password, disable_account, enable_account
from app.config import Settings
from app.db import db
from app.routes.accounts import Accounts
from app.vocabulary import Role
from tests.databases import settings_for, undone
from tests.integration.accounts.people import (
    PASSWORD,
    TOKEN,
    add_person,
    sign_in,
    sign_out,
    token_of,
    try_sign_in,
)


def is_in(client: FlaskClient) -> bool:
    return client.get("/data").status_code == 200


def test_guessing_a_password_takes_long(database_url: str) -> None:
    """The other tests are hurried; what is hashed in earnest is slow and heavy to guess."""
    hashed = create_app(settings_for(database_url)).extensions["security"].pwd_context.hash(PASSWORD)
    found = re.match(r"\$argon2id\$v=19\$m=(\d+),t=(\d+),", hashed)
    assert found
    assert int(found[1]) >= 64 * 1024  # KiB
    assert int(found[2]) >= 3


def plain(page: str) -> str:
    """A page without what differs each time: its token, its nonces, the address typed."""
    return re.sub(r'(value|nonce)="[^"]*"', "", page)


def test_the_form_helps_a_password_manager_and_needs_no_script(client: FlaskClient) -> None:
    page = client.get("/sign-in")
    assert page.status_code == 200
    assert 'autocomplete="username"' in page.text
    assert 'autocomplete="current-password"' in page.text
    assert "<script" not in page.text
    assert page.headers["Cache-Control"] == "private, no-store"


def test_a_person_signs_in_sees_who_they_are_and_signs_out(client: FlaskClient, session: Session) -> None:
    add_person(session)
    assert "Signed in as" not in client.get("/").text
    answer = try_sign_in(client, "officer@example.org")
    assert (answer.status_code, answer.location) == (302, "/")
    page = client.get("/").text
    assert "Signed in as officer@example.org (officer)" in page
    assert 'href="/data"' in page
    answer = sign_out(client)
    assert (answer.status_code, answer.location) == (302, "/")
    assert not is_in(client)
    assert "Signed in as" not in client.get("/").text


@pytest.mark.parametrize("typed", ["Officer@Example.ORG", "  officer@example.org "])
def test_capitals_and_spaces_in_the_address_are_the_same_account(
    client: FlaskClient, session: Session, typed: str
) -> None:
    add_person(session)
    assert try_sign_in(client, typed).status_code == 302
    assert is_in(client)


def test_nobody_learns_whether_an_account_exists(client: FlaskClient, session: Session) -> None:
    add_person(session)
    add_person(session, Role.ADMIN)
    disable_account(session, "admin@example.org")
    session.commit()
    answers = [
        try_sign_in(client, "officer@example.org", "wrong but long enough"),
        try_sign_in(client, "nobody@example.org", "wrong but long enough"),
        try_sign_in(client, "admin@example.org", "wrong but long enough"),
        try_sign_in(client, "admin@example.org", PASSWORD),
    ]
    assert {answer.status_code for answer in answers} == {200}
    assert len({plain(answer.text) for answer in answers}) == 1
    assert "The e-mail address or the password is not right." in answers[0].text


def test_an_unknown_account_costs_as_much_work_as_a_known_one(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed: list[str] = []
    monkeypatch.setattr(flask_security.forms, "hash_password", hashed.append)
    try_sign_in(client, "nobody@example.org", "some password here")
    assert hashed == ["some password here"]


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("officer@example.org\0", PASSWORD),
        ("officer@example.org", PASSWORD + "\0"),
        ("officer@example.org", "x" * 5_000),
        ("x" * 5_000 + "@example.org", PASSWORD),
        ("officer@localhost", PASSWORD),
        ("", ""),
        ("' OR 1=1 --", "' OR 1=1 --"),
        ("\ud83d\ude00@example.org", "\u202e" * 20),
    ],
)
def test_what_nobody_types_is_refused_in_the_same_words(
    client: FlaskClient, session: Session, email: str, password: str
) -> None:
    add_person(session)
    email = email.encode("utf-16", "surrogatepass").decode("utf-16")
    answer = try_sign_in(client, email, password)
    assert answer.status_code == 200
    assert "The e-mail address or the password is not right." in answer.text
    assert not is_in(client)


def test_a_form_without_its_token_is_refused(client: FlaskClient, session: Session) -> None:
    add_person(session)
    form = {"email": "officer@example.org", "password": PASSWORD}
    assert client.post("/sign-in", data=form).status_code == 400
    sign_in(client, "officer@example.org")
    assert client.post("/sign-out").status_code == 400
    assert client.get("/sign-out").status_code == 405
    assert is_in(client)


def test_only_a_form_signs_in(client: FlaskClient, session: Session) -> None:
    add_person(session)
    headers = {"X-CSRFToken": token_of(client)}
    for body in ({"email": "officer@example.org", "password": PASSWORD}, [1], "x"):
        assert client.post("/sign-in", json=body, headers=headers).status_code == 415
    assert "auth" not in client.get("/sign-in", headers={"Accept": "application/json"}).text
    assert not is_in(client)


def test_nothing_from_before_the_sign_in_lives_on(client: FlaskClient, session: Session) -> None:
    add_person(session)
    token_before = token_of(client)
    before = client.get_cookie("session")
    assert before
    sign_in(client, "officer@example.org")
    after = client.get_cookie("session")
    assert after
    assert after.value != before.value
    assert client.post("/sign-out", data={"csrf_token": token_before}).status_code == 400
    client.set_cookie("session", before.value)
    assert not is_in(client)


@pytest.mark.parametrize("ending", ["disable", "password", "sign out"])
def test_a_copied_cookie_dies_with_the_session(
    app: Flask, client: FlaskClient, session: Session, ending: str
) -> None:
    account = add_person(session)
    sign_in(client, account)
    cookie = client.get_cookie("session")
    assert cookie
    thief = app.test_client()
    thief.set_cookie("session", cookie.value)
    assert is_in(thief)
    if ending == "disable":
        disable_account(session, account.email)
    elif ending == "password":
        change_password(session, account.email, "another long password", lambda password: "$argon2id$nothing")
    else:
        sign_out(client)
    session.commit()
    assert not is_in(thief)
    enable_account(session, account.email)
    session.commit()
    assert not is_in(thief)


def test_a_role_taken_away_counts_at_once(client: FlaskClient, session: Session) -> None:
    account = add_person(session)
    sign_in(client, account)
    assert is_in(client)
    session.execute(text("UPDATE account_role SET role = 'convener' WHERE account_id = :id"), {"id": account.id})
    session.commit()
    session.expire_all()
    refused = client.get("/data")
    assert refused.status_code == 403
    assert "this page is for people with another task" in refused.text


def test_a_cookie_that_was_changed_is_nobody(client: FlaskClient, session: Session) -> None:
    sign_in(client, add_person(session))
    cookie = client.get_cookie("session")
    assert cookie
    client.set_cookie("session", cookie.value[:-4] + "AAAA")
    assert not is_in(client)


def test_there_is_no_other_way_in_than_the_session(app: Flask, client: FlaskClient, session: Session) -> None:
    account = add_person(session)
    with app.app_context():
        token = account.get_auth_token()
    assert client.get("/data", query_string={"auth_token": token}).status_code == 302
    assert client.get("/data", headers={"Authentication-Token": str(token)}).status_code == 302
    answer = try_sign_in(client, account.email, remember="y")
    assert answer.status_code == 302
    assert client.get_cookie("remember_token") is None


def test_the_cookie_is_guarded(client: FlaskClient, session: Session) -> None:
    add_person(session)
    cookie = try_sign_in(client, "officer@example.org").headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie


def test_outside_demo_mode_the_cookie_is_secure_and_no_demo_log_in_exists(database_url: str) -> None:
    settings = Settings(  # type: ignore[call-arg]
        DATABASE_URL=database_url, demo_mode=False, secret_key="s" * 40, base_url="https://localhost"
    )
    app = create_app(settings)
    with undone(app) as session:
        add_person(session, Role.ADMIN, "admin@demo.example", is_demo=True)
        add_person(session)
        client = app.test_client()
        page = client.get("/sign-in", base_url="https://localhost")
        assert "demo.example" not in page.text
        answers = {}
        for email in ("admin@demo.example", "officer@example.org"):
            client = app.test_client()
            page = client.get("/sign-in", base_url="https://localhost")
            form = {"csrf_token": TOKEN.findall(page.text)[0], "email": email, "password": PASSWORD}
            # No Referer: a page that is @traceless sends none, and its form must work all the same.
            answers[email] = client.post("/sign-in", data=form, base_url="https://localhost")
        assert answers["admin@demo.example"].status_code == 200
        assert answers["officer@example.org"].status_code == 302
        assert "Secure" in answers["officer@example.org"].headers["Set-Cookie"]
    with app.app_context():
        db.engine.dispose()
    db._app_state.pop(app)  # as tests/databases.py: an app that ended is forgotten


def test_a_demo_session_dies_outside_demo_mode(app: Flask, session: Session) -> None:
    account = add_person(session, is_demo=True)
    with app.app_context():
        assert Accounts(True).find_user(fs_uniquifier=account.fs_uniquifier).id == account.id
        assert Accounts(False).find_user(fs_uniquifier=account.fs_uniquifier) is None
        assert Accounts(False).find_user(case_insensitive=True, email=account.email) is None


def test_what_a_signed_in_person_sees_is_kept_by_no_cache(client: FlaskClient, session: Session) -> None:
    anonymous = client.get("/")
    assert "no-store" not in anonymous.headers.get("Cache-Control", "")
    assert "Set-Cookie" not in anonymous.headers
    sign_in(client, add_person(session))
    for address in ("/", "/data", "/data/unplaced.csv", "/no-such-page"):
        answer = client.get(address)
        assert {"private", "no-store"} <= set(answer.headers["Cache-Control"].split(", ")), address
        assert "Cookie" in answer.headers["Vary"], address
    public_file = client.get("/tiles/places/4/7/5.json")
    assert public_file.cache_control.public
    assert "Cookie" not in public_file.headers.get("Vary", "")
    assert "Set-Cookie" not in public_file.headers


def test_a_database_that_is_away_is_a_503_and_never_takes_livez_along(
    client: FlaskClient, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_in(client, add_person(session))

    def away(*values: object, **more: object) -> None:
        raise OperationalError("SELECT", {}, Exception("away"))

    monkeypatch.setattr(Accounts, "find_user", away)
    assert client.get("/livez").status_code == 200
    assert client.get("/method").status_code == 200
    assert client.get("/data").status_code == 503
