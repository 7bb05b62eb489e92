"""scripts/flask db …: the schema."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from app.db import db
from app.migrations import head, migrate

db_group = AppGroup("db", help="The database schema.")


@db_group.command("upgrade")
def upgrade() -> None:
    """Bring the schema up to date; safe to repeat."""
    migrate(db.engine)
    click.echo(f"Database schema is at {head()}.")
