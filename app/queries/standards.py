"""Standards: what holds, and every version of it there was."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.errors import ChangedMeanwhileError
from app.models import Standard

COLUMNS = """
    s.theme_key, t.name AS theme_name, s.audience, s.version, s.people_per_service, s.minutes, s.travel, s.is_over,
    s.set_by, s.reason, s.link, s.made_at_utc
"""


@dataclass(frozen=True)
class StandardRow:
    """One version, as the public reads it."""

    theme_key: str
    theme_name: str
    audience: str
    version: int
    people_per_service: int
    minutes: int
    travel: str
    is_over: bool
    set_by: str
    reason: str
    link: str
    made_at_utc: datetime


def list_standards(session: Session) -> list[StandardRow]:
    """Those that hold, by theme in the order of screens, then for whom."""
    rows = session.execute(
        text(f"""
        SELECT {COLUMNS} FROM (
            SELECT DISTINCT ON (theme_key, audience) * FROM public_standard
            ORDER BY theme_key, audience, version DESC
        ) s JOIN theme t ON t.key = s.theme_key
        WHERE NOT s.is_over ORDER BY t.sort_order, t.key, s.audience
        """)  # noqa: S608 - a constant of ours, no input
    ).mappings()
    return [StandardRow(**row) for row in rows]


def list_versions(session: Session, theme: str) -> list[StandardRow]:
    """Every version for a theme, the newest first."""
    rows = session.execute(
        text(f"""
        SELECT {COLUMNS} FROM public_standard s JOIN theme t ON t.key = s.theme_key
        WHERE s.theme_key = :theme ORDER BY s.made_at_utc DESC, s.id DESC
        """),  # noqa: S608 - a constant of ours, no input
        {"theme": theme},
    ).mappings()
    return [StandardRow(**row) for row in rows]


def find_newest(session: Session, theme: str, audience: str) -> StandardRow | None:
    """The newest version for a theme and an audience, even one that says there is none any more."""
    row = session.execute(
        text(f"""
        SELECT {COLUMNS} FROM public_standard s JOIN theme t ON t.key = s.theme_key
        WHERE s.theme_key = :theme AND s.audience = :audience ORDER BY s.version DESC LIMIT 1
        """),  # noqa: S608 - a constant of ours, no input
        {"theme": theme, "audience": audience},
    )
    found = row.mappings().one_or_none()
    return StandardRow(**found) if found else None


def add_version(
    session: Session,
    theme: str,
    audience: str,
    version: int,
    *,
    people_per_service: int,
    minutes: int,
    travel: str,
    is_over: bool,
    set_by: str,
    reason: str,
    link: str,
    account_id: UUID | None,
) -> None:
    """One version more; ChangedMeanwhileError when somebody else added it first."""
    row = Standard(
        theme_key=theme, audience=audience, version=version, people_per_service=people_per_service,
        minutes=minutes, travel=travel, is_over=is_over, set_by=set_by, reason=reason, link=link,
        account_id=account_id,
    )  # fmt: skip
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError as error:
        if "uq_standard_theme_key_audience_version" not in str(error.orig):
            raise
        raise ChangedMeanwhileError(
            "Somebody else has set this standard since you opened the form.",
            "Theirs is shown below. Save again to put yours in its place; both stay in the history.",
        ) from error
