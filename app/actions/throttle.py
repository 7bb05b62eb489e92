"""Holding up what is done more often than a person would: counted in the database, over all servers."""

from __future__ import annotations

import hashlib
import math

from app.errors import TooOftenError
from app.queries import Session
from app.queries import throttle as queries


def note_try(session: Session, what: str, key: str, *, most: int, within_s: int) -> None:
    """Count one try of ``what`` by ``key``; raises TooOftenError when there were ``most`` in ``within_s`` already.

    ``key`` says who tries (a visitor_key, an account id, an e-mail address); only a hash of it is kept. A try that
    is refused is not counted. The caller commits; commit at once where a try must count even if it then fails.
    """
    tried = hash_of(what, key)
    queries.wait_for_turn(session, tried)
    wait_s = queries.find_wait_s(session, tried, most)
    if wait_s is not None:
        raise TooOftenError(
            "That is more than this site takes from one person in a short time.",
            f"Wait {in_words(wait_s)}, then try again.",
            wait_s=math.ceil(wait_s),
        )
    queries.add_try(session, tried, within_s)


def forget_tries(session: Session, what: str, key: str) -> None:
    """It went well: what was tried before no longer counts."""
    queries.remove_tries(session, hash_of(what, key))


def take_back_try(session: Session, what: str, key: str) -> None:
    """The newest try was rightly made and does not count."""
    queries.remove_newest_try(session, hash_of(what, key))


def forget_old_tries(session: Session) -> int:
    """Remove what no longer counts; how many rows."""
    return queries.remove_old_tries(session)


def hash_of(what: str, key: str) -> str:
    return hashlib.sha256(f"{what}:{key}".encode(errors="replace")).hexdigest()


def in_words(wait_s: float) -> str:
    """A wait as people say it, rounded up: 40 seconds, 3 minutes, 2 hours."""
    for unit_s, one, many in ((3600, "an hour", "hours"), (60, "a minute", "minutes")):
        if wait_s > unit_s:
            return f"{math.ceil(wait_s / unit_s)} {many}"
        if wait_s > unit_s * 0.98:
            return one
    number = max(1, math.ceil(wait_s))
    return "a second" if number == 1 else f"{number} seconds"
