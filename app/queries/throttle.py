"""Tries that still count; time is the database's, so that all servers count alike."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Session


def wait_for_turn(session: Session, key: str) -> None:
    """Let tries of one kind by one visitor wait for each other until the commit, so that none is miscounted."""
    session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))"), {"key": key})


def find_wait_s(session: Session, key: str, most: int) -> float | None:
    """Seconds until fewer than ``most`` tries count; None when fewer do now."""
    wait_s = session.scalar(
        text("""
        SELECT extract(epoch FROM counts_until_utc - clock_timestamp()) FROM tried
        WHERE key = :key AND counts_until_utc > clock_timestamp()
        ORDER BY counts_until_utc DESC, id OFFSET :most - 1 LIMIT 1
        """),
        {"key": key, "most": most},
    )
    return None if wait_s is None else float(wait_s)


def add_try(session: Session, key: str, within_s: int) -> None:
    session.execute(
        text("""
        INSERT INTO tried (key, counts_until_utc)
        VALUES (:key, clock_timestamp() + make_interval(secs => :within_s))
        """),
        {"key": key, "within_s": within_s},
    )


def remove_tries(session: Session, key: str) -> None:
    session.execute(text("DELETE FROM tried WHERE key = :key"), {"key": key})


def remove_newest_try(session: Session, key: str) -> None:
    session.execute(
        text("DELETE FROM tried WHERE id = (SELECT max(id) FROM tried WHERE key = :key)"), {"key": key}
    )


def remove_old_tries(session: Session) -> int:
    done = session.execute(text("DELETE FROM tried WHERE counts_until_utc < clock_timestamp()"))
    return int(done.rowcount)  # type: ignore[attr-defined]
