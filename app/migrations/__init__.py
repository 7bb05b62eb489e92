"""Schema changes, one file each (0001_name); HEAD names the newest, so two heads conflict in git.

The public views are not part of a revision: they are dropped before every change and made anew after it
from ``queries.published``, the one definition of what the public may see.
"""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, Engine, text

from app.queries.map_points import rebuild_when_views_changed
from app.queries.published import create_public_views, drop_public_views

HERE = Path(__file__).parent
MIGRATION_LOCK = 7_304_116
"""Advisory lock: two servers that start together migrate once."""


def head() -> str:
    return (HERE / "HEAD").read_text().strip()


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(HERE))
    config.attributes["connection"] = connection
    return config


def migrate(engine: Engine, revision: str = "head", *, down: bool = False) -> None:
    """Bring the schema to ``revision`` in one transaction: all of it or nothing."""
    with engine.begin() as connection:
        connection.execute(text("SET LOCAL statement_timeout = 0"))
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK})
        for extension in ("postgis", "pg_trgm"):
            connection.execute(text(f"CREATE EXTENSION IF NOT EXISTS {extension}"))
        drop_public_views(connection)
        (command.downgrade if down else command.upgrade)(_config(connection), revision)
        if current_revision(connection):
            create_public_views(connection)
            rebuild_when_views_changed(connection)


def current_revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()
