"""Web Town, an officer who is signed in, and making packs as the worker does."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.jobs import evidence as jobs
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
def no_paper(monkeypatch: pytest.MonkeyPatch) -> None:
    """Packs without paper and pictures in dots, which take longest, for tests that look at the numbers only."""
    monkeypatch.setattr(jobs, "write_pdf", lambda *_: b"%PDF-")
    monkeypatch.setattr(jobs, "to_png", lambda *_: b"dots")


@pytest.fixture
def make(app: Flask, officer: FlaskClient) -> MakePack:
    """Ask for a pack on the gap page and let the worker make it; its code."""

    def ask(**question: str) -> str:
        answer = click(officer, **question)
        assert answer.status_code == 303, answer.text
        code = answer.location.rsplit("/", 1)[1]
        with app.app_context():
            jobs.make_pack(code)
        return code

    return ask
