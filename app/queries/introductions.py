"""Introductions: who was asked, who said yes, and whether names have been shared."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from app.models import Introduction
from app.queries.needs import WHERE
from app.queries.scopes import Scope, in_scope, scope_values
from app.vocabulary import PledgeRole

LOCK = 7_304_120
"""Advisory lock: two conveners who press the same button ask everybody once."""


@dataclass(frozen=True)
class AskedRow:
    """One introduction as somebody who was asked sees it; ``says_yes`` is None until she answers."""

    id: UUID
    statement: str
    asked: int
    says_yes: bool | None
    is_shared: bool


@dataclass(frozen=True)
class StandingRow:
    """One introduction as the convener sees it: numbers, never names."""

    id: UUID
    need_id: UUID
    made_at_utc: datetime
    emails: frozenset[str]
    asked: int
    yes: int
    is_shared: bool


@dataclass(frozen=True)
class PersonRow:
    """Somebody who said yes; about a need, ``pledge_id`` is the first of what she would do."""

    contact_id: UUID
    pledge_id: UUID | None
    name: str
    email: str
    roles: tuple[PledgeRole, ...]


@dataclass(frozen=True)
class OutcomeCounts:
    """Introductions made in a time, and the people in them: how many were told of each other, and what they said.

    People are counted, not pairs: two who were introduced may see it differently.
    """

    introductions: int
    people: int
    helped: int
    going_on: int
    came_to_nothing: int
    never_met: int

    @property
    def unsaid(self) -> int:
        """People who have not said what came of it."""
        return self.people - self.helped - self.going_on - self.came_to_nothing - self.never_met


def lock_introductions(session: Session) -> None:
    session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})


def add_introduction(session: Session, need_id: UUID) -> UUID:
    introduction_id = session.scalar(
        text(f"""
        INSERT INTO introduction (need_id, geom) SELECT n.id, {WHERE} FROM public_need n WHERE n.id = :id
        RETURNING id
        """),  # noqa: S608 - a constant of ours
        {"id": need_id},
    )
    return UUID(str(introduction_id))


def add_asked(session: Session, introduction_id: UUID, contact_ids: Collection[UUID]) -> None:
    session.execute(
        text("""
        INSERT INTO introduction_answer (introduction_id, contact_id, asked_at_utc)
        SELECT :id, unnest(CAST(:contact_ids AS uuid[])), now() ON CONFLICT DO NOTHING
        """),
        {"id": introduction_id, "contact_ids": list(contact_ids)},
    )


def list_standing(session: Session, days: int) -> list[StandingRow]:
    """Introductions that can still be answered, the newest first."""
    rows = session.execute(
        text("""
        SELECT i.id, i.need_id, i.made_at_utc, i.shared_at_utc IS NOT NULL AS is_shared, count(*) AS asked,
               count(*) FILTER (WHERE a.says_yes) AS yes,
               coalesce(array_agg(c.email) FILTER (WHERE c.email IS NOT NULL), '{}') AS emails
        FROM introduction i JOIN introduction_answer a ON a.introduction_id = i.id
        JOIN contact c ON c.id = a.contact_id
        WHERE i.need_id IS NOT NULL AND i.made_at_utc > now() - make_interval(days => :days)
        GROUP BY i.id ORDER BY i.made_at_utc DESC, i.id
        """),
        {"days": days},
    )
    return [StandingRow(**{**row, "emails": frozenset(row["emails"])}) for row in rows.mappings()]


def list_asked_of(session: Session, contact_id: UUID, days: int) -> list[AskedRow]:
    """The introductions that somebody was asked about and can still answer, the oldest first."""
    rows = session.execute(
        text("""
        SELECT i.id, n.statement, mine.says_yes, i.shared_at_utc IS NOT NULL AS is_shared,
               (SELECT count(*) FROM introduction_answer a WHERE a.introduction_id = i.id) AS asked
        FROM introduction_answer mine JOIN introduction i ON i.id = mine.introduction_id
        JOIN need n ON n.id = i.need_id
        WHERE mine.contact_id = :id AND i.made_at_utc > now() - make_interval(days => :days)
        ORDER BY i.made_at_utc, i.id
        """),
        {"id": contact_id, "days": days},
    )
    return [AskedRow(**row) for row in rows.mappings()]


def lock_introduction(session: Session, introduction_id: UUID) -> Introduction | None:
    """So that two answers at one moment are one after the other."""
    statement = select(Introduction).where(Introduction.id == introduction_id).with_for_update()
    return session.scalar(statement.execution_options(populate_existing=True))


def set_answer(
    session: Session, introduction_id: UUID, contact_id: UUID, says_yes: bool, days: int
) -> bool | None:
    """Keep an answer. Whether it changed anything; None when she was not asked, or it is too late."""
    row = session.execute(
        text("""
        SELECT a.says_yes FROM introduction_answer a JOIN introduction i ON i.id = a.introduction_id
        WHERE a.introduction_id = :id AND a.contact_id = :contact_id
          AND i.made_at_utc > now() - make_interval(days => :days) FOR UPDATE OF a
        """),
        {"id": introduction_id, "contact_id": contact_id, "days": days},
    ).one_or_none()
    if row is None:
        return None
    session.execute(
        text("""
        UPDATE introduction_answer SET says_yes = :says_yes, answered_at_utc = now()
        WHERE introduction_id = :id AND contact_id = :contact_id
        """),
        {"id": introduction_id, "contact_id": contact_id, "says_yes": says_yes},
    )
    return bool(row.says_yes is not says_yes)


def list_yes(session: Session, introduction_id: UUID) -> list[PersonRow]:
    """Those who said yes and can be written to, by name, with what they would do."""
    rows = session.execute(
        text("""
        SELECT c.id AS contact_id, coalesce(nullif(c.name, ''), o.name, '') AS name, c.email,
               coalesce(array_agg(DISTINCT p.role ORDER BY p.role) FILTER (WHERE p.id IS NOT NULL), '{}') AS roles,
               (array_agg(p.id ORDER BY p.made_at_utc, p.id))[1] AS pledge_id
        FROM introduction_answer a JOIN introduction i ON i.id = a.introduction_id
        JOIN contact c ON c.id = a.contact_id LEFT JOIN organisation o ON o.id = c.organisation_id
        LEFT JOIN pledge p ON p.contact_id = c.id AND p.withdrawn_at_utc IS NULL AND i.need_id IS NOT NULL
        WHERE a.introduction_id = :id AND a.says_yes AND c.email IS NOT NULL
          AND (i.need_id IS NULL OR p.id IS NOT NULL)
        GROUP BY c.id, o.id ORDER BY name, c.id
        """),
        {"id": introduction_id},
    )
    return [
        PersonRow(
            row.contact_id, row.pledge_id, row.name, row.email, tuple(PledgeRole(role) for role in row.roles)
        )
        for row in rows
    ]


def mark_shared(session: Session, introduction: Introduction) -> None:
    introduction.shared_at_utc = func.now()
    session.flush()
    session.refresh(introduction)


def count_outcomes(session: Session, scope: Scope | None, since: date, until: date) -> OutcomeCounts:
    """What came of introductions made from ``since`` to ``until``, both days counted; all kinds."""
    row = session.execute(
        text(f"""
        SELECT count(DISTINCT i.id) AS introductions, count(*) AS people,
               count(*) FILTER (WHERE a.outcome = 'helped') AS helped,
               count(*) FILTER (WHERE a.outcome = 'going_on') AS going_on,
               count(*) FILTER (WHERE a.outcome = 'came_to_nothing') AS came_to_nothing,
               count(*) FILTER (WHERE a.outcome = 'never_met') AS never_met
        FROM introduction i JOIN introduction_answer a ON a.introduction_id = i.id AND a.says_yes
        WHERE i.shared_at_utc IS NOT NULL AND {in_scope("i.geom")}
          AND CAST(i.shared_at_utc AT TIME ZONE 'Europe/London' AS date) BETWEEN :since AND :until
        """),  # noqa: S608 - constants of ours
        {"since": since, "until": until, **scope_values(scope)},
    ).one()
    return OutcomeCounts(
        row.introductions, row.people, row.helped, row.going_on, row.came_to_nothing, row.never_met
    )
