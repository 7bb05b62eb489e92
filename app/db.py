"""The one database object; a session lives as long as a request."""

from __future__ import annotations

from flask_sqlalchemy_lite import SQLAlchemy
from psycopg.conninfo import make_conninfo
from sqlalchemy.engine import make_url

from app.config import Settings

db = SQLAlchemy()


def engine_options(settings: Settings) -> dict[str, object]:
    """Options for the pool: short waits, so that a dead or busy server becomes a 503 and not a hanging page."""
    options = [
        f"-c statement_timeout={settings.statement_timeout_ms}",
        f"-c lock_timeout={settings.lock_timeout_ms}",
        "-c idle_in_transaction_session_timeout=60000",
        "-c timezone=UTC",
    ]
    return {
        "url": settings.sqlalchemy_url,
        "hide_parameters": True,  # what people typed does not belong in a log
        "pool_pre_ping": True,
        "pool_size": settings.pool_size,
        "max_overflow": 2,
        "pool_timeout": 2,
        "connect_args": {"connect_timeout": 3, "options": " ".join(options)},
    }


def libpq_address(settings: Settings) -> str:
    """The database as PostgreSQL's own programs want to hear it, for who does without SQLAlchemy."""
    url = make_url(settings.sqlalchemy_url)
    _words, named = url.get_dialect()().create_connect_args(url)
    return make_conninfo(**named)
