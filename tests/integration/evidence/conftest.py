"""Web Town, an officer who is signed in, and making packs as the worker does."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.jobs.evidence import make_pack
from app.vocabulary import Role
from tests.integration.accounts.people import add_person, sign_in, token_of
from tests.integration.web import web_town

MakePack = Callable[..., str]


@pytest.fixture
def town(session: Session) -> Session:
    web_town.build(session)
    session.commit()
    return session


@pytest.fixture
def officer(client: FlaskClient, town: Session) -> FlaskClient:
    sign_in(client, add_person(town, Role.OFFICER))
    return client


@pytest.fixture
def make(app: Flask, officer: FlaskClient) -> MakePack:
    """Ask for a pack on the gap page and let the worker make it; its code."""

    def ask(**question: str) -> str:
        form = {"csrf_token": token_of(officer, "/gaps"), "theme": "food", **question}
        answer = officer.post("/evidence", data=form)
        assert answer.status_code == 303, answer.text
        code = answer.location.rsplit("/", 1)[1]
        with app.app_context():
            make_pack(code)
        return code

    return ask
