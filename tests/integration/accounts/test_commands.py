"""scripts/flask accounts …: adding, changing and ending accounts; the demo log-ins."""

from __future__ import annotations

from pathlib import Path

import click
import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_security.utils import verify_password
from sqlalchemy.orm import Session

from app.actions.accounts import DEMO_ROLES
from app.cli.accounts import print_demo_logins
from app.queries.accounts import find_account
from app.vocabulary import Role
from tests.integration.accounts.people import PASSWORD, add_person, sign_in, try_sign_in


def run(app: Flask, *words: str, password: str = "") -> tuple[int, str]:
    done = app.test_cli_runner().invoke(args=["accounts", *words], input=f"{password}\n{password}\n")
    return done.exit_code, done.output


def test_an_account_is_added_and_signs_in(app: Flask, client: FlaskClient, session: Session) -> None:
    words = ("add", "New.Person@Example.org", "--role", "officer", "--role", "moderator")
    code, output = run(app, *words, password=PASSWORD)
    assert code == 0, output
    assert "new.person@example.org may sign in now." in output
    assert PASSWORD not in output
    sign_in(client, "new.person@example.org")
    account = find_account(session, "new.person@example.org")
    assert account
    assert account.password.startswith("$argon2id$")
    assert {role.role for role in account.roles} == {Role.OFFICER, Role.MODERATOR}


@pytest.mark.parametrize(
    ("words", "password", "message"),
    [
        (("add", "a@example.org", "--role", "officer"), "eleven chars", None),
        (
            ("add", "a@example.org", "--role", "officer"),
            "eleven char",
            "A password has 12 to 200 letters; this one",
        ),
        (("add", "a@example.org", "--role", "officer"), "abababababababab", "repeats the same few letters"),
        (("add", "not an address", "--role", "officer"), PASSWORD, "“not an address” is not an e-mail address."),
        (("add", "OFFICER@example.org", "--role", "admin"), PASSWORD, "There is an account for"),
        (("add", "admin@demo.example", "--role", "admin"), PASSWORD, "is a demo log-in"),
        (("add", "a@example.org", "--role", "king"), PASSWORD, "'king' is not one of"),
        (("add", "a@example.org"), PASSWORD, "Missing option '--role'"),
        (("disable", "nobody@example.org"), "", "There is no account for “nobody@example.org”. List them:"),
        (("change-password", "nobody@example.org"), PASSWORD, "There is no account for"),
    ],
)
def test_what_does_not_fit_is_said_plainly(
    app: Flask, session: Session, words: tuple[str, ...], password: str, message: str | None
) -> None:
    add_person(session)
    code, output = run(app, *words, password=password)
    assert (code == 0) == (message is None)
    assert (message or "") in output
    assert "Traceback" not in output


def test_disable_enable_change_password_and_list(app: Flask, client: FlaskClient, session: Session) -> None:
    assert "Nobody may sign in yet" in run(app, "list")[1]
    account = add_person(session)
    assert run(app, "disable", account.email)[0] == 0
    session.expire_all()
    assert try_sign_in(client, account.email).status_code == 200
    assert "officer@example.org  officer  (disabled)" in run(app, "list")[1]
    assert run(app, "enable", account.email)[0] == 0
    assert run(app, "change-password", account.email, password="quite another password")[0] == 0
    session.expire_all()
    assert try_sign_in(client, account.email).status_code == 200
    assert try_sign_in(client, account.email, "quite another password").status_code == 302


def test_demo_log_ins_are_printed_and_work(
    app: Flask, client: FlaskClient, session: Session, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "var" / "demo-password"
    with app.app_context():
        print_demo_logins(file)
    printed = capsys.readouterr().out
    password = file.read_text().strip()
    assert file.stat().st_mode & 0o077 == 0
    assert len(password) >= 12
    assert printed.count(password) == 1
    assert len(DEMO_ROLES) == len(Role)
    for email in DEMO_ROLES:
        assert email in printed
        visitor = app.test_client()
        assert try_sign_in(visitor, email, password).status_code == 302
        assert f"Signed in as {email}" in visitor.get("/").text


def test_demo_log_ins_stay_as_they_are_until_their_password_is_lost(
    app: Flask, session: Session, tmp_path: Path
) -> None:
    def session_name() -> str:
        session.expire_all()
        account = find_account(session, "admin@demo.example")
        assert account
        assert account.is_demo
        assert verify_password(file.read_text().strip(), account.password)
        return account.fs_uniquifier

    file = tmp_path / "demo-password"
    with app.app_context():
        print_demo_logins(file)
        first = session_name()
        print_demo_logins(file)
        assert session_name() == first
        file.write_text("")
        print_demo_logins(file)
        assert session_name() != first


def test_outside_demo_mode_there_are_none(app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "SETTINGS", app.config["SETTINGS"].model_copy(update={"demo_mode": False}))
    with app.app_context(), pytest.raises(click.ClickException, match="only in demo mode"):
        print_demo_logins()
    assert find_account(session, "admin@demo.example") is None


def test_the_sign_in_page_names_the_demo_log_ins_there_are(
    app: Flask, client: FlaskClient, session: Session, tmp_path: Path
) -> None:
    assert "This is a demo." not in client.get("/sign-in").text
    with app.app_context():
        print_demo_logins(tmp_path / "demo-password")
    page = client.get("/sign-in").text
    assert "This is a demo." in page
    assert all(email in page for email in DEMO_ROLES)
