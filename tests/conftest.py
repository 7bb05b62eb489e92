"""Fixtures for everyone: one migrated database per worker, one savepoint per test."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, settings
from sqlalchemy.orm import Session

from tests.databases import migrate_to_head, running_app, scratch_database, undone

settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")
"""A test that is right fails on no machine for being slow there."""

SHARED_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def worker(request: pytest.FixtureRequest) -> str:
    """A name no other run or worker uses."""
    return f"{os.getpid()}_{getattr(request.config, 'workerinput', {}).get('workerid', 'gw')}"


@pytest.fixture(scope="session")
def database_url(worker: str) -> Iterator[str]:
    with scratch_database(f"wdw_test_{worker}") as url:
        migrate_to_head(url)
        yield url


@pytest.fixture(scope="session")
def app(database_url: str) -> Iterator[Flask]:
    with running_app(database_url) as app:
        yield app


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    """A session whose every commit is undone after the test; requests made through ``client`` see its data."""
    with undone(app) as session:
        yield session


@pytest.fixture
def client(app: Flask, session: Session) -> FlaskClient:
    return app.test_client()


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real open data; skips where it is absent."""
    if not SHARED_DATA.is_dir():
        pytest.skip("the real open data (../shared/data) is not here")
    return SHARED_DATA
