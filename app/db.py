"""The one database object; a session lives as long as a request."""

from __future__ import annotations

import select
from typing import Any

from flask_sqlalchemy_lite import SQLAlchemy
from psycopg.conninfo import make_conninfo
from sqlalchemy import Engine
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.orm import Session

from app.config import Settings

db = SQLAlchemy()


def engine_options(settings: Settings) -> dict[str, object]:
    """Options for the pool: short waits, so that a dead or busy server becomes a 503 and not a hanging page."""
    options = [
        f"-c statement_timeout={settings.statement_timeout_ms}",
        f"-c lock_timeout={settings.lock_timeout_ms}",
        "-c idle_in_transaction_session_timeout=60000",
        "-c timezone=UTC",
        "-c jit=off",  # compiling takes longer than what a page asks for
    ]
    return {
        "url": settings.sqlalchemy_url,
        "hide_parameters": True,  # what people typed does not belong in a log
        "pool_events": [(refuse_dead, "checkout")],
        "pool_size": settings.pool_size,
        "max_overflow": 2,
        "pool_timeout": 2,
        "connect_args": {"connect_timeout": 3, "options": " ".join(options)},
    }


def refuse_dead(connection: Any, _record: object, _fairy: object) -> None:
    """Before a connection of the pool is used: a server that is silent has nothing to say, and one that ended the
    connection has said so. Asks the socket, so that it costs no exchange with the server as a ping would.

    Raises DisconnectionError, upon which the pool opens another.
    """
    ready = select.poll()
    ready.register(connection.fileno(), select.POLLIN)
    if ready.poll(0):
        raise DisconnectionError


def read_at_once(session: Session) -> Session:
    """``session`` without a transaction, for an answer that one or two statements make: no BEGIN and no ROLLBACK
    travel with them. One that has somebody else's connection stays in the transaction of that."""
    if isinstance(session.get_bind(), Engine) and not session.in_transaction():
        session.connection(execution_options={"isolation_level": "AUTOCOMMIT"})
    return session


def libpq_address(settings: Settings) -> str:
    """The database as PostgreSQL's own programs want to hear it, for who does without SQLAlchemy."""
    url = make_url(settings.sqlalchemy_url)
    _words, named = url.get_dialect()().create_connect_args(url)
    return make_conninfo(**named)
