"""Schema changes, one file each (0001_name); HEAD names the newest, so two heads conflict in git.

The public views are not part of a revision: they are dropped before every change and made anew after it
from ``queries.published``, the one definition of what the public may see.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, text

from app.queries.findable import rebuild_findable
from app.queries.map_points import rebuild_map
from app.queries.published import create_public_views, drop_public_views, public_views_are_current

if TYPE_CHECKING:
    from alembic.config import Config

HERE = Path(__file__).parent
MIGRATION_LOCK = 7_304_116
"""Advisory lock: two servers that start together migrate once."""


def head() -> str:
    return (HERE / "HEAD").read_text().strip()


def migrate(engine: Engine, revision: str = "head", *, down: bool = False) -> None:
    """Bring the schema to ``revision`` in one transaction, all or nothing; quick when it is there already."""
    with engine.begin() as connection:
        connection.execute(text("SET LOCAL statement_timeout = 0"))
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK})
        if revision == "head" and current_revision(connection) == head() and public_views_are_current(connection):
            return
        for extension in ("postgis", "pg_trgm", "unaccent"):
            connection.execute(text(f"CREATE EXTENSION IF NOT EXISTS {extension}"))
        drop_public_views(connection)
        _run_alembic(connection, "downgrade" if down else "upgrade", revision)
        if current_revision(connection):
            create_public_views(connection)
            for name, rebuild in (("rebuild_map", rebuild_map), ("rebuild_findable", rebuild_findable)):
                if connection.scalar(text("SELECT to_regproc(:name) IS NOT NULL"), {"name": name}):
                    rebuild(connection)


def _run_alembic(connection: Connection, command_name: str, revision: str) -> None:
    from alembic import command  # noqa: PLC0415 - Alembic takes half a second to import and pages never migrate

    getattr(command, command_name)(alembic_config(connection), revision)


def alembic_config(connection: Connection) -> Config:
    from alembic.config import Config  # noqa: PLC0415 - as above

    config = Config()
    config.set_main_option("script_location", str(HERE))
    config.attributes["connection"] = connection
    return config


def current_revision(connection: Connection) -> str | None:
    """The revision the database is at; None before the first."""
    if connection.scalar(text("SELECT to_regclass('alembic_version')")) is None:
        return None
    revision: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return revision
