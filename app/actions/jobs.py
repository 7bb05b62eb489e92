"""How the background work is doing, for an operator."""

from __future__ import annotations

from app.queries import Session
from app.queries.jobs import count_jobs
from app.queries.mail import count_letters


def describe_jobs(session: Session, has_post: bool) -> list[str]:
    """Lines to read: letters by state, what went wrong last, jobs."""
    letters, jobs = count_letters(session), count_jobs(session)
    waiting = letters.by_state.get("waiting", 0)
    lines = [
        f"Letters: {waiting} waiting, {letters.by_state.get('sent', 0)} sent, "
        f"{letters.by_state.get('failed', 0)} failed, {letters.by_state.get('held_back', 0)} held back "
        "(sent or failed within the last 30 days).",
        f"Jobs: {jobs.get('todo', 0)} waiting, {jobs.get('doing', 0)} at work, {jobs.get('failed', 0)} failed.",
    ]
    if not has_post:
        lines.append("No mail server is named, so letters wait: set WDW_SMTP_HOST and WDW_MAIL_FROM.")
    if letters.last_problem:
        lines.append(f"What went wrong last: {letters.last_problem}")
    if waiting and letters.oldest_waiting_min > 5:
        lines.append(
            f"The oldest letter has waited {letters.oldest_waiting_min} minutes. Is a worker running (jobs work)?"
        )
    return lines
