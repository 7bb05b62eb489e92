"""Web Town, and the forms on its records."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from app.forms import guard
from tests.integration.records.forms import Form


@pytest.fixture
def form(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> Form:
    """Opens a form and sends it as a person would who took her time."""
    monkeypatch.setattr(guard, "LEAST_S", 0)
    return Form(client)
