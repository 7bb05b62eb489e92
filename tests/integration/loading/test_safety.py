"""All or nothing: a load killed at any moment leaves every table as it was, and two loads never mix."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from app.actions.load_case import load_case
from app.config import ROOT
from app.errors import LoadRefusedError
from tests.databases import settings_for
from tests.integration.loading.small_case import write_small_case
from tests.integration.loading.small_world import TODAY, column, fingerprint

STAGES = [
    ("app.queries.loading_areas", "merge_areas"),
    ("app.queries.loading_postcodes", "stage_chunk"),
    ("app.queries.loading_postcodes", "merge_postcodes"),
    ("app.queries.loading_indicators", "merge_values"),
    ("app.queries.loading_records", "flag_missing"),
    ("app.queries.loading_points", "merge_points"),
    ("app.queries.loading_site", "upsert_site"),  # the last step before the commit
]
LOCKS = """
    SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""


@contextmanager
def session_on(url: str) -> Iterator[Session]:
    engine = create_engine(settings_for(url).sqlalchemy_url)
    with Session(engine) as session:
        yield session
    engine.dispose()


@contextmanager
def standing_load(url: str, case: Path, stage: tuple[str, str]) -> Iterator[subprocess.Popen[str]]:
    """A load in a process of its own that stands still in the middle of its transaction; killed with -9 after."""
    command = [
        sys.executable,
        "-m",
        "tests.integration.loading.stopping_load",
        str(case),
        str(case.parent),
        *stage,
    ]
    environment = {**os.environ, "DATABASE_URL": url, "WDW_DEMO_MODE": "1"}
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "standing still\n"
            yield process
        finally:
            process.kill()


def wait_until_free(url: str) -> None:
    """Wait until the server has noticed that the other program is gone."""
    for _ in range(100):
        with session_on(url) as session:
            if column(session, LOCKS) == [0]:
                return
        time.sleep(0.1)
    pytest.fail("the server still holds the lock of a load that was killed")


@pytest.mark.parametrize("stage", STAGES, ids=[f"{name}" for _, name in STAGES])
def test_a_killed_load_leaves_every_table_as_it_was(own_url: str, tmp_path: Path, stage: tuple[str, str]) -> None:
    case = write_small_case(tmp_path)
    with session_on(own_url) as session:
        load_case(session, case, tmp_path, today=TODAY)
        session.commit()
        before = fingerprint(session)
    _change_every_file(tmp_path)
    with standing_load(own_url, case, stage):
        pass
    wait_until_free(own_url)
    with session_on(own_url) as session:
        assert fingerprint(session) == before


def test_after_a_kill_the_same_load_succeeds(own_url: str, tmp_path: Path) -> None:
    case = write_small_case(tmp_path)
    with standing_load(own_url, case, STAGES[-1]):
        pass
    wait_until_free(own_url)
    with session_on(own_url) as session:
        load_case(session, case, tmp_path, today=TODAY)
        session.commit()
        assert column(session, "SELECT count(*) FROM organisation") == [7]


def test_a_second_load_says_that_one_is_running(own_url: str, tmp_path: Path) -> None:
    case = write_small_case(tmp_path)
    with standing_load(own_url, case, STAGES[0]), session_on(own_url) as session:
        before = fingerprint(session)
        with pytest.raises(LoadRefusedError, match=r"Another load is running.*Wait until it has finished"):
            load_case(session, case, tmp_path, today=TODAY)
        session.rollback()
        assert fingerprint(session) == before


def test_pages_can_read_while_a_load_runs(own_url: str, tmp_path: Path) -> None:
    case = write_small_case(tmp_path)
    with session_on(own_url) as session:
        load_case(session, case, tmp_path, today=TODAY)
        session.commit()
    _change_every_file(tmp_path)
    with standing_load(own_url, case, STAGES[-1]), session_on(own_url) as session:
        session.execute(text("SET statement_timeout = 2000"))
        assert column(session, "SELECT name FROM public_organisation ORDER BY 1 LIMIT 1") == ["Club 1"]


def _change_every_file(folder: Path) -> None:
    """Change a name in each file, so that every step of the load has something to write."""
    for name in ("blocks.geojson", "rows.geojson", "clubs.csv"):
        path = folder / name
        path.write_text(path.read_text().replace("Area ", "Place ").replace("Club ", "Group "))
    people = folder / "people.csv"
    people.write_text(people.read_text().replace('"1,', '"2,'))
