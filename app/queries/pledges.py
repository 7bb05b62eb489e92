"""Who would start, host or help with something, and what they said when they were asked to be introduced."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from app.models import Contact, Pledge
from app.models.base import METRIC_SRID
from app.queries.needs import WHERE
from app.queries.scopes import Scope, in_scope, scope_values
from app.vocabulary import PledgeRole


@dataclass(frozen=True)
class PledgeRow:
    """One pledge with the need it is about, for whoever made it."""

    id: UUID
    need_id: UUID
    contact_id: UUID
    role: PledgeRole
    name: str
    theme_name: str
    statement: str
    is_confirmed: bool
    is_withdrawn: bool


@dataclass(frozen=True)
class WillingRow:
    """Somebody with a confirmed address who would do something; where, in metres on the National Grid."""

    pledge_id: UUID
    contact_id: UUID
    email: str
    role: PledgeRole
    words: str
    need_id: UUID
    theme_key: str
    theme_name: str
    statement: str
    x_m: float
    y_m: float
    made_at_utc: datetime


def find_pledge_contact(session: Session, need_id: UUID, email: str) -> Contact | None:
    """The contact of somebody who made a pledge about this need already, and did not take it back."""
    return session.scalar(
        select(Contact)
        .join(Pledge, Pledge.contact_id == Contact.id)
        .where(Pledge.need_id == need_id, Contact.email == email, Pledge.withdrawn_at_utc.is_(None))
        .order_by(Contact.added_at_utc, Contact.id)
        .limit(1)
    )


def put_pledge(session: Session, need_id: UUID, contact_id: UUID, role: PledgeRole, words: str) -> UUID:
    """Add a pledge; the same one again only changes its words."""
    made = session.scalar(
        text("""
        INSERT INTO pledge (need_id, contact_id, role, words) VALUES (:need_id, :contact_id, :role, :words)
        ON CONFLICT (need_id, contact_id, role) DO UPDATE SET words = excluded.words, withdrawn_at_utc = NULL
        RETURNING id
        """),
        {"need_id": need_id, "contact_id": contact_id, "role": role.value, "words": words},
    )
    return UUID(str(made))


def find_pledge(session: Session, pledge_id: UUID) -> PledgeRow | None:
    row = session.execute(
        text("""
        SELECT p.id, p.need_id, p.contact_id, p.role, c.name, t.name AS theme_name, n.statement,
               c.email_confirmed_at_utc IS NOT NULL AS is_confirmed,
               p.withdrawn_at_utc IS NOT NULL OR c.deleted_at_utc IS NOT NULL AS is_withdrawn
        FROM pledge p JOIN contact c ON c.id = p.contact_id JOIN need n ON n.id = p.need_id
        JOIN theme t ON t.key = n.theme_key WHERE p.id = :id
        """),
        {"id": pledge_id},
    )
    found = row.mappings().one_or_none()
    return PledgeRow(**{**found, "role": PledgeRole(found["role"])}) if found else None


def withdraw_pledges(session: Session, contact_id: UUID) -> None:
    """Take back all that somebody offered; an introduction that she had not answered is answered with no."""
    session.execute(
        text("UPDATE pledge SET withdrawn_at_utc = now() WHERE contact_id = :id AND withdrawn_at_utc IS NULL"),
        {"id": contact_id},
    )
    session.execute(
        text("""
        UPDATE introduction_answer SET says_yes = false, answered_at_utc = now()
        WHERE contact_id = :id AND says_yes IS DISTINCT FROM false
        """),
        {"id": contact_id},
    )


def list_willing(session: Session, scope: Scope | None, kept_days: int) -> list[WillingRow]:
    """Confirmed pledges that still stand about open needs in the scope; the oldest first."""
    rows = session.execute(
        text(f"""
        SELECT p.id AS pledge_id, p.contact_id, c.email, p.role, p.words, p.need_id, n.theme_key,
               t.name AS theme_name, n.statement, ST_X(spot.geom) AS x_m, ST_Y(spot.geom) AS y_m, p.made_at_utc
        FROM pledge p JOIN contact c ON c.id = p.contact_id JOIN public_need n ON n.id = p.need_id
        JOIN theme t ON t.key = n.theme_key
        CROSS JOIN LATERAL (SELECT ST_Transform({WHERE}, {METRIC_SRID}) AS geom) spot
        WHERE p.withdrawn_at_utc IS NULL AND c.email IS NOT NULL AND c.email_confirmed_at_utc IS NOT NULL
          AND n.status = 'open' AND p.made_at_utc > now() - make_interval(days => :kept_days)
          AND spot.geom IS NOT NULL AND {in_scope(WHERE)}
        ORDER BY p.made_at_utc, p.id
        """),  # noqa: S608 - constants of ours, no input
        {"kept_days": kept_days, **scope_values(scope)},
    )
    return [WillingRow(**{**row, "role": PledgeRole(row["role"])}) for row in rows.mappings()]


def list_over(session: Session, *, kept_days: int, unconfirmed_days: int) -> list[Contact]:
    """Whose pledges are too old, or were never confirmed."""
    newest = (
        select(Pledge.contact_id, func.max(Pledge.made_at_utc).label("made_at_utc"))
        .group_by(Pledge.contact_id)
        .subquery()
    )
    age = func.now() - newest.c.made_at_utc
    statement = (
        select(Contact)
        .join(newest, newest.c.contact_id == Contact.id)
        .where(
            Contact.deleted_at_utc.is_(None),
            (age > timedelta(days=kept_days))
            | (Contact.email_confirmed_at_utc.is_(None) & (age > timedelta(days=unconfirmed_days))),
        )
    )
    return list(session.scalars(statement.order_by(Contact.id)))
