"""Databases for tests: made on the server that TEST_DATABASE_URL names, dropped afterwards."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from unittest import mock

import psycopg
import pytest
from flask import Flask
from psycopg import sql
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from app import create_app
from app.config import Settings
from app.db import db
from app.migrations import migrate

QUICK_HASH = {"time_cost": 1, "memory_cost": 8, "parallelism": 1}
"""For passwords of tests: a real one takes a sixth of a second to look at, so that guessing is slow."""


def maintenance_url() -> str:
    url = os.environ.get("TEST_DATABASE_URL")
    if not url:
        pytest.fail("TEST_DATABASE_URL is not set: run the tests through scripts/test, which starts a database.")
    return url


def url_of(name: str) -> str:
    return make_url(maintenance_url()).set(database=name).render_as_string(hide_password=False)


@contextmanager
def scratch_database(name: str, template: str = "template1") -> Iterator[str]:
    """A database of its own, empty or a copy of ``template``; yields its address."""
    with psycopg.connect(maintenance_url(), autocommit=True) as server:
        server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        server.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
        )
        try:
            yield url_of(name)
        finally:
            server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def settings_for(url: str) -> Settings:
    return Settings(DATABASE_URL=url, demo_mode=True)  # type: ignore[call-arg]


def migrate_to_head(url: str) -> None:
    """Make the tables, with automatic vacuum off: tests roll back, and it would note that all tables are empty.

    Every statement of a later test would then be planned for tables without a row.
    """
    engine = create_engine(settings_for(url).sqlalchemy_url)
    try:
        migrate(engine)
        with engine.begin() as connection:
            for table in connection.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")):
                if table != "spatial_ref_sys":
                    connection.execute(text(f'ALTER TABLE "{table}" SET (autovacuum_enabled = off)'))
    finally:
        engine.dispose()


@contextmanager
def running_app(url: str) -> Iterator[Flask]:
    """The app on a database; its connections are closed afterwards."""
    app = create_app(settings_for(url))
    app.config["TESTING"] = True
    hash_quickly(app)
    try:
        yield app
    finally:
        with app.app_context():
            for engine in db.engines.values():
                engine.dispose()


def hash_quickly(app: Flask) -> None:
    """Passwords hashed as QUICK_HASH are as good as any here, and no sign-in hashes them anew."""
    hashing = {f"argon2__{name}": value for name, value in QUICK_HASH.items()}
    app.extensions["security"].pwd_context.update(**hashing)


@contextmanager
def undone(app: Flask) -> Iterator[Session]:
    """A session of ``app`` in which everything, also what requests commit, is undone at the end."""
    with app.app_context():
        engine, maker = db.engine, db.sessionmaker
    with engine.connect() as connection:
        outer = connection.begin()
        bound = {"bind": connection, "binds": None, "join_transaction_mode": "create_savepoint"}
        with mock.patch.dict(maker.kw, bound), maker() as session:
            yield session
        outer.rollback()
