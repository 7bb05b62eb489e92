"""Accounts for tests, and signing in as a browser does: fetch the form, send it with its token."""

from __future__ import annotations

import re
from functools import cache
from uuid import UUID

from argon2 import PasswordHasher
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.models import Account, AccountRole
from app.queries.accounts import add_account
from app.vocabulary import Role
from tests.databases import QUICK_HASH

PASSWORD = "four plain random words"
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


@cache
def hashed() -> str:
    """PASSWORD, hashed as ``hash_quickly`` has it."""
    return PasswordHasher(**QUICK_HASH).hash(PASSWORD)


def add_person(session: Session, role: Role = Role.OFFICER, email: str = "", *, is_demo: bool = False) -> Account:
    """An account with PASSWORD, kept."""
    account = add_account(session, email or f"{role.value}@example.org", hashed(), [role], is_demo=is_demo)
    session.commit()
    return account


def add_convener(session: Session, hub_id: UUID | str, email: str = "kim@example.org") -> Account:
    """Somebody who acts for one hub."""
    account = add_person(session, Role.CONVENER, email)
    account.roles = [AccountRole(role=Role.CONVENER, hub_id=hub_id)]
    session.commit()
    return account


def token_of(client: FlaskClient, address: str = "/sign-in") -> str:
    found = TOKEN.search(client.get(address).text)
    assert found, f"no form with a token at {address}"
    return found[1]


def try_sign_in(
    client: FlaskClient, email: str, password: str = PASSWORD, *, address: str = "127.0.0.1", **more: str
) -> TestResponse:
    form = {"csrf_token": token_of(client), "email": email, "password": password, **more}
    return client.post("/sign-in", data=form, environ_overrides={"REMOTE_ADDR": address})


def sign_in(client: FlaskClient, account: Account | str) -> None:
    email = account if isinstance(account, str) else account.email
    assert try_sign_in(client, email).status_code == 302


def sign_out(client: FlaskClient) -> TestResponse:
    return client.post("/sign-out", data={"csrf_token": token_of(client, "/")})
