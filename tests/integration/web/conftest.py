"""Web Town, in the database of each test; requests see it, and nothing of it stays."""

from __future__ import annotations

from collections.abc import Iterator
from unittest import mock

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.db import db
from tests.integration.web import web_town


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    """As tests/conftest.py, with every session bound to one connection: a request may then close its own."""
    with app.app_context(), db.engine.connect() as connection:
        outer = connection.begin()
        bound = {"bind": connection, "binds": None, "join_transaction_mode": "create_savepoint"}
        with mock.patch.dict(db.sessionmaker.kw, bound):
            yield db.session
            db.session.close()
        outer.rollback()


@pytest.fixture
def town(session: Session) -> Session:
    web_town.build(session)
    session.commit()
    return session


@pytest.fixture
def town_client(client: FlaskClient, town: Session) -> FlaskClient:
    return client
