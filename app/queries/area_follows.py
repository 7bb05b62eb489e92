"""Who follows an area, what they know of it, and which public services stand in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session

from app.models import AreaFollower, Contact


@dataclass(frozen=True)
class DueRow:
    """A follower who may have a letter now; ``told`` is the area as they know it."""

    area_id: int
    contact_id: UUID
    email: str
    told: dict[str, Any] | None


def find_follower(session: Session, area_id: int, email: str) -> Contact | None:
    return session.scalar(
        select(Contact)
        .join(AreaFollower, AreaFollower.contact_id == Contact.id)
        .where(AreaFollower.area_id == area_id, Contact.email == email)
        .limit(1)
    )


def add_follower(session: Session, area_id: int, contact_id: UUID) -> None:
    session.add(AreaFollower(area_id=area_id, contact_id=contact_id))
    session.flush()


def find_followed(session: Session, contact_id: UUID) -> int | None:
    """The area that a contact follows."""
    return session.scalar(select(AreaFollower.area_id).where(AreaFollower.contact_id == contact_id).limit(1))


def set_told(session: Session, area_id: int, contact_id: UUID, told: dict[str, Any], *, had_letter: bool) -> None:
    values: dict[str, Any] = {"told": told, **({"told_at_utc": func.now()} if had_letter else {})}
    session.execute(
        update(AreaFollower)
        .where(AreaFollower.area_id == area_id, AreaFollower.contact_id == contact_id)
        .values(values)
    )


def claim_due(session: Session, every_days: int) -> list[DueRow]:
    """Confirmed followers who had no letter for so many days; locked, and nobody else gets the same ones."""
    rows = session.execute(
        text("""
        SELECT f.area_id, f.contact_id, c.email, f.told FROM area_follower f JOIN contact c ON c.id = f.contact_id
        WHERE f.told_at_utc <= now() - make_interval(days => :days)
          AND c.email IS NOT NULL AND c.email_confirmed_at_utc IS NOT NULL
        ORDER BY f.area_id, f.contact_id FOR UPDATE OF f SKIP LOCKED
        """),
        {"days": every_days},
    )
    return [DueRow(**row) for row in rows.mappings()]


def list_services_in(session: Session, area_id: int) -> dict[str, str]:
    """Name and organisation of the public services that stand in an area, by id."""
    rows = session.execute(
        text("""
        SELECT DISTINCT s.id::text AS id, s.name || ', ' || o.name AS name
        FROM area a
        JOIN public_place p ON p.geom && a.geom AND ST_Covers(a.geom, p.geom)
        JOIN public_footprint f ON f.place_id = p.id
        JOIN public_service s ON s.organisation_id = f.organisation_id
             AND (f.service_id = s.id OR f.service_id IS NULL)
        JOIN public_organisation o ON o.id = s.organisation_id
        WHERE a.id = :area_id ORDER BY name, id
        """),
        {"area_id": area_id},
    )
    return {row.id: row.name for row in rows}
