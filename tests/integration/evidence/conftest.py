"""Web Town, an officer who is signed in, and making packs as the worker does."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.jobs.evidence import make_pack
from app.vocabulary import Role
from tests.integration.accounts.people import add_person, sign_in, token_of

MakePack = Callable[..., str]


@pytest.fixture
def officer(client: FlaskClient, town: Session) -> FlaskClient:
    sign_in(client, add_person(town, Role.OFFICER))
    return client


def click(officer: FlaskClient, **question: str) -> TestResponse:
    """Press the button that the gap page has."""
    token = token_of(officer, "/gaps")
    return officer.post("/evidence", query_string={"theme": "food", **question}, data={"csrf_token": token})


@pytest.fixture
def make(app: Flask, officer: FlaskClient) -> MakePack:
    """Ask for a pack on the gap page and let the worker make it; its code."""

    def ask(**question: str) -> str:
        answer = click(officer, **question)
        assert answer.status_code == 303, answer.text
        code = answer.location.rsplit("/", 1)[1]
        with app.app_context():
            make_pack(code)
        return code

    return ask
