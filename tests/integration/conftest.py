"""Web Town in the database of a test, and nobody in particular who looks at it."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.integration.web import web_town


@pytest.fixture
def town(session: Session) -> Session:
    web_town.build(session)
    session.commit()
    return session


@pytest.fixture
def visitor(client: FlaskClient, town: Session) -> FlaskClient:
    """Who has not signed in."""
    return client
