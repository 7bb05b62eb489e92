"""Web Town with a postcode, in the database of each test."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.integration.add.filling import add_postcode
from tests.integration.web import web_town


@pytest.fixture
def town(session: Session) -> Session:
    web_town.build(session)
    add_postcode(session)
    return session


@pytest.fixture
def visitor(client: FlaskClient, town: Session) -> FlaskClient:
    return client
