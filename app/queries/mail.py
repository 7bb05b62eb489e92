"""Letters waiting to be sent."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models import Mail


def add_mail(session: Session, mail: Mail) -> None:
    session.add(mail)
    session.flush()


def count_recent(session: Session, to_address: str) -> int:
    """Letters made for an address in the last hour, across all servers."""
    statement = select(func.count()).where(
        Mail.to_address == to_address, Mail.made_at_utc > func.now() - func.make_interval(0, 0, 0, 0, 1)
    )
    return int(session.scalar(statement) or 0)
