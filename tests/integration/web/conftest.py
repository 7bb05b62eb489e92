"""Looking at Web Town."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session


@pytest.fixture
def town_client(client: FlaskClient, town: Session) -> FlaskClient:
    return client
