"""Web Town, and the forms on its records."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.forms import guard
from tests.integration.records.forms import Form
from tests.integration.web import web_town


@pytest.fixture
def town(session: Session) -> Session:
    web_town.build(session)
    session.commit()
    return session


@pytest.fixture
def form(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> Form:
    """Opens a form and sends it as a person would who took her time."""
    monkeypatch.setattr(guard, "LEAST_S", 0)
    return Form(client)
