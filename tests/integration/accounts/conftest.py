"""A session whose commits are savepoints; no context of the app around it, so that each request has its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.integration.accounts.people import undone


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    """Requests see what is committed here and the other way round; all of it is undone after the test."""
    with undone(app) as session:
        yield session
