"""Is everything there that a page needs?"""

from __future__ import annotations

from app.queries import Session, health


def check_ready(session: Session) -> str | None:
    """What is missing, in words an operator can act on, or None when ready."""
    return health.find_problem(session)
