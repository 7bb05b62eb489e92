"""When the database fails: which exceptions those are, and what to tell the visitor."""

from __future__ import annotations

from psycopg import errors
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

DATABASE_FAILURES: tuple[type[Exception], ...] = (
    OperationalError,
    InterfaceError,
    ProgrammingError,
    PoolTimeoutError,
)
"""Not DataError or IntegrityError: those are our mistakes, and must be loud."""


def is_too_slow(error: Exception) -> bool:
    """Did one statement run into the time limit, rather than the database being away?"""
    return isinstance(error, DBAPIError) and isinstance(error.orig, errors.QueryCanceled)


def is_not_set_up(error: Exception) -> bool:
    """Are tables missing, because ``db upgrade`` was never run?"""
    return isinstance(error, DBAPIError) and isinstance(error.orig, errors.UndefinedTable)


def is_our_mistake(error: Exception) -> bool:
    """A statement that is wrong whatever the state of the database."""
    return isinstance(error, ProgrammingError) and not is_not_set_up(error)
