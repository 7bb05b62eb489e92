"""The queue of jobs: procrastinate's tables, written in the transaction of what a job is about."""

from __future__ import annotations

import json
from collections.abc import Mapping

from sqlalchemy import text
from sqlalchemy.orm import Session


def add_job(session: Session, name: str, arguments: Mapping[str, str], *, lock: str | None = None) -> None:
    """A job joins the queue when the transaction commits, and never when it does not.

    Of the jobs of one ``lock`` only one is done at a time, in order.
    """
    session.execute(
        text("""
        SELECT procrastinate_defer_jobs_v1(ARRAY[
            ROW('default', :name, 0, CAST(:lock AS text), NULL, CAST(:arguments AS jsonb), NULL)
                ::procrastinate_job_to_defer_v1])
        """),
        {"name": name, "arguments": json.dumps(dict(arguments)), "lock": lock},
    )


def count_jobs(session: Session) -> dict[str, int]:
    """How many jobs there are, by status (todo, doing, failed); those that went well are not kept."""
    rows = session.execute(
        text("SELECT status::text, count(*) FROM procrastinate_jobs GROUP BY status ORDER BY status")
    )
    return {str(status): int(count) for status, count in rows}


def begin_daily(session: Session, task: str, day: object) -> bool:
    """Note that a task is done for a day; False when it was already. Who comes second waits for the first."""
    session.execute(text("DELETE FROM daily_done WHERE day < CAST(:day AS date) - 30"), {"day": day})
    done = session.scalar(
        text("INSERT INTO daily_done (task, day) VALUES (:task, :day) ON CONFLICT DO NOTHING RETURNING true"),
        {"task": task, "day": day},
    )
    return bool(done)
