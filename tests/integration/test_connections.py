"""Connections to the database: a dead one is replaced, and a quick reader opens no transaction."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import psycopg
import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.orm import Session

from app.db import engine_options, read_at_once
from tests.databases import maintenance_url, settings_for


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """An engine with the app's options and one connection."""
    options = {**engine_options(settings_for(database_url)), "pool_size": 1, "max_overflow": 0}
    engine = create_engine(options.pop("url"), **options)  # type: ignore[arg-type]
    yield engine
    engine.dispose()


def backend(engine: Engine) -> int:
    with Session(engine) as session:
        return int(session.scalar(text("SELECT pg_backend_pid()")))  # type: ignore[arg-type]


def test_a_connection_that_lives_is_used_again(engine: Engine) -> None:
    assert backend(engine) == backend(engine)


def test_a_connection_that_the_server_ended_is_replaced_unnoticed(engine: Engine) -> None:
    ended = backend(engine)
    with psycopg.connect(maintenance_url(), autocommit=True) as server:
        assert server.execute("SELECT pg_terminate_backend(%s, 10000)", (ended,)).fetchone() == (True,)
    assert backend(engine) != ended


def times_of_two_statements(session: Session) -> tuple[datetime, datetime]:
    """What each takes for the time when its transaction began."""
    first = session.scalar(text("SELECT now()"))
    session.execute(text("SELECT pg_sleep(0.01)"))
    second = session.scalar(text("SELECT now()"))
    assert first is not None
    assert second is not None
    return first, second


def test_a_quick_reader_opens_no_transaction_and_leaves_none_of_it_behind(engine: Engine) -> None:
    with Session(engine) as session:
        first, second = times_of_two_statements(read_at_once(session))
        assert first < second
    with Session(engine) as session:
        first, second = times_of_two_statements(session)
        assert first == second


def test_a_session_on_another_connection_stays_in_its_transaction(engine: Engine) -> None:
    with engine.connect() as connection, connection.begin(), Session(bind=connection) as session:
        assert read_at_once(session) is session
        first, second = times_of_two_statements(session)
        assert first == second
