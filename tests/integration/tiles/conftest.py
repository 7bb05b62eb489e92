"""An empty map with a source and three themes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.integration.tiles.records import add_basics


@pytest.fixture
def town(session: Session) -> Session:
    add_basics(session)
    return session


@pytest.fixture(autouse=True)
def tile_folder(app: Flask, tmp_path: Path) -> Iterator[Path]:
    """Tiles of one test are not found by another."""
    app.config["TILE_FOLDER"] = tmp_path
    yield tmp_path
    del app.config["TILE_FOLDER"]
