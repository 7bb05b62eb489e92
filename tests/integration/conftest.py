"""Web Town in the database of a test, and who looks at it."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.vocabulary import Role
from tests.integration.accounts.people import add_person, sign_in
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


@pytest.fixture
def convener(client: FlaskClient, town: Session) -> FlaskClient:
    """Who acts for every hub, signed in."""
    sign_in(client, add_person(town, Role.CONVENER))
    return client
