"""Which groups to ask whether their entry is still right, and what they answered; time is the database's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.vocabulary import Stage


@dataclass(frozen=True)
class DueRow:
    organisation_id: UUID
    name: str
    contact_id: UUID
    email: str
    contact_name: str
    number: int  # which asking this is: 1 to 3
    last_confirmed_on: date


ASKED = """
    SELECT o.id, o.name, coalesce(o.confirmed_on, o.added_at_utc::date) AS last_on, o.unanswered_since,
           count(r.id) AS asked, max(r.sent_at_utc) AS asked_at_utc, bool_or(r.answer = 'changed') AS is_changing
    FROM public_organisation p JOIN organisation o ON o.id = p.id
    LEFT JOIN reminder r ON r.organisation_id = o.id
      AND r.sent_at_utc > coalesce(o.confirmed_on, o.added_at_utc::date)
    GROUP BY o.id
"""
"""Every group on the map with how often it was asked since it was last confirmed."""


def list_due(session: Session, *, months: int, most_asked: int, limit: int) -> list[DueRow]:
    """Groups with an e-mail address to be asked now: ``months`` after the last answer, then a month apart.

    Of a group with several addresses, the oldest that was confirmed, else the oldest.
    """
    rows = session.execute(
        text(f"""
        WITH asked AS ({ASKED})
        SELECT DISTINCT ON (a.last_on, a.id) a.id AS organisation_id, a.name, c.id AS contact_id, c.email,
               c.name AS contact_name, CAST(a.asked AS int) + 1 AS number, a.last_on AS last_confirmed_on
        FROM asked a JOIN contact c ON c.organisation_id = a.id AND c.purpose = 'group' AND c.email IS NOT NULL
          AND c.deleted_at_utc IS NULL
        WHERE a.asked < :most_asked AND a.last_on <= CURRENT_DATE - make_interval(months => :months)
          AND (a.asked_at_utc IS NULL OR a.asked_at_utc <= now() - interval '1 month')
        ORDER BY a.last_on, a.id, c.email_confirmed_at_utc IS NULL, c.added_at_utc, c.id LIMIT :limit
        """),  # noqa: S608 - a constant of this file
        {"months": months, "most_asked": most_asked, "limit": limit},
    ).mappings()
    return [DueRow(**row) for row in rows]


def add_reminder(session: Session, organisation_id: UUID, number: int) -> None:
    session.execute(
        text("INSERT INTO reminder (organisation_id, number) VALUES (:id, :number)"),
        {"id": organisation_id, "number": number},
    )


def let_sink(session: Session, most_asked: int) -> list[UUID]:
    """Note since when nobody answers: groups asked so often, the last time a month ago, that said nothing."""
    found = session.scalars(
        text(f"""
        UPDATE organisation SET unanswered_since = CURRENT_DATE FROM ({ASKED}) a
        WHERE organisation.id = a.id AND a.asked >= :most_asked AND a.unanswered_since IS NULL
          AND a.asked_at_utc <= now() - interval '1 month'
        RETURNING organisation.id
        """),  # noqa: S608 - a constant of this file
        {"most_asked": most_asked},
    )
    return list(found)


def confirm(session: Session, organisation_id: UUID, today: date) -> None:
    """Everything of the group is right, as of a day; one that was said of later stays."""
    values = {"id": organisation_id, "today": today}
    session.execute(
        text("""
        UPDATE organisation SET confirmed_on = greatest(confirmed_on, :today), missing_since = NULL,
            unanswered_since = NULL WHERE id = :id
        """),
        values,
    )
    session.execute(
        text("""
        UPDATE service SET confirmed_on = greatest(confirmed_on, :today), missing_since = NULL
        WHERE organisation_id = :id AND review_status = 'approved'
        """),
        values,
    )
    session.expire_all()


def answer_reminders(session: Session, organisation_id: UUID, answer: str) -> None:
    """What the group said to all askings that are open."""
    session.execute(
        text("""
        UPDATE reminder SET answered_at_utc = now(), answer = :answer
        WHERE organisation_id = :id AND answered_at_utc IS NULL
        """),
        {"id": organisation_id, "answer": answer},
    )


def reopen(session: Session, organisation_id: UUID, stage: Stage) -> None:
    """A closed group is on the map again."""
    session.execute(
        text("""
        UPDATE organisation SET stage = :stage, version = version + 1, updated_at_utc = now() WHERE id = :id
        """),
        {"id": organisation_id, "stage": stage.value},
    )
    session.expire_all()


def close(session: Session, organisation_id: UUID) -> None:
    """The group has closed: it leaves the map, and nothing of it is lost."""
    session.execute(
        text("""
        UPDATE organisation SET stage = 'closed', version = version + 1, updated_at_utc = now() WHERE id = :id
        """),
        {"id": organisation_id},
    )
    session.expire_all()
