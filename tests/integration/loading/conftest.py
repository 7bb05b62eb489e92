"""A database of its own for each test that must see what is really kept."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from app.db import db
from tests.databases import migrate_to_head, running_app, scratch_database


@pytest.fixture(scope="session")
def empty_template(worker: str) -> Iterator[str]:
    """The name of a migrated database without data, to be copied."""
    with scratch_database(f"wdw_load_template_{worker}") as url:
        migrate_to_head(url)
        yield str(make_url(url).database)


@pytest.fixture
def own_url(worker: str, empty_template: str) -> Iterator[str]:
    with scratch_database(f"wdw_load_{worker}", empty_template) as url:
        yield url


@pytest.fixture
def own_app(own_url: str) -> Iterator[Flask]:
    """The app on a database where commits are commits."""
    with running_app(own_url) as app:
        yield app


@pytest.fixture
def own_session(own_app: Flask) -> Iterator[Session]:
    """A session beside that of the commands; roll it back to see what they kept."""
    with own_app.app_context(), Session(db.engine) as session:
        yield session
