"""Challenged gaps: which there are, which areas they make disputed, and what a look found."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.models import Challenge
from app.queries.group_documents import community_source_id


@dataclass(frozen=True)
class DisputeRow:
    theme_key: str
    area_id: int
    message_count: int
    since: date


@dataclass(frozen=True)
class ChallengeRow:
    """Which gap a submission is about."""

    theme_key: str
    theme_name: str
    layer_key: str
    area_code: str
    area_name: str
    area_id: int
    looked_on: date | None


@dataclass(frozen=True)
class ListedRow:
    """A group that a challenge may mean."""

    organisation_id: UUID
    name: str
    has_theme: bool


@dataclass(frozen=True)
class PointRow:
    lon: float
    lat: float


def list_disputes(session: Session, layer: str, theme: str = "") -> list[DisputeRow]:
    """The areas of a layer that hold at least half of the people of a disputed area; of every theme when none is
    given. Smaller areas than the one that was meant are left alone: nobody said which of them."""
    rows = session.execute(
        text("""
        SELECT d.theme_key, held.area_id, CAST(sum(d.message_count) AS integer) AS message_count,
               min(d.since) AS since
        FROM public_dispute d CROSS JOIN LATERAL (
            SELECT pa.area_id, sum(p.people) AS people, sum(sum(p.people)) OVER () AS of_people
            FROM point_area own JOIN population_point p ON p.id = own.population_point_id
            JOIN point_area pa ON pa.population_point_id = own.population_point_id
            JOIN area_layer l ON l.id = pa.area_layer_id AND l.key = :layer
            WHERE own.area_id = d.area_id GROUP BY pa.area_id) held
        WHERE (:theme = '' OR d.theme_key = :theme) AND held.people * 2 >= held.of_people
        GROUP BY d.theme_key, held.area_id ORDER BY d.theme_key, held.area_id
        """),
        {"layer": layer, "theme": theme},
    ).mappings()
    return [DisputeRow(**row) for row in rows]


def add_challenge(session: Session, submission_id: UUID, theme: str, area_id: int) -> None:
    session.add(Challenge(submission_id=submission_id, theme_key=theme, area_id=area_id))
    session.flush()


def has_challenge(session: Session, submission_id: UUID) -> bool:
    return _find(session, submission_id) is not None


def find_challenge(session: Session, submission_id: UUID) -> ChallengeRow | None:
    row = session.execute(
        text("""
        SELECT c.theme_key, t.name AS theme_name, l.key AS layer_key, a.area_code, a.name AS area_name,
               a.id AS area_id, c.looked_on
        FROM challenge c JOIN theme t ON t.key = c.theme_key JOIN area a ON a.id = c.area_id
        JOIN area_layer l ON l.id = a.area_layer_id WHERE c.submission_id = :id
        """),
        {"id": submission_id},
    ).mappings()
    found = row.one_or_none()
    return ChallengeRow(**found) if found else None


def get_middle(session: Session, area_id: int) -> PointRow:
    """A point inside an area, WGS84 degrees."""
    row = session.execute(
        text("SELECT ST_X(point_geom) AS lon, ST_Y(point_geom) AS lat FROM area WHERE id = :id"), {"id": area_id}
    )
    return PointRow(**row.mappings().one())


def list_listed(session: Session, area_id: int, theme: str, most: int) -> list[ListedRow]:
    """Public groups that offer something in an area or for it, those under the theme first, then by name."""
    rows = session.execute(
        text("""
        WITH here AS (
            SELECT DISTINCT f.organisation_id FROM public_footprint f JOIN area a ON a.id = :area_id
            WHERE f.area_id = a.id OR (f.geom && a.geom AND ST_Covers(a.geom, f.geom)))
        SELECT * FROM (
            SELECT o.id AS organisation_id, o.name, EXISTS (
                SELECT FROM public_service s JOIN public_service_theme st ON st.service_id = s.id
                WHERE s.organisation_id = o.id AND st.theme_key = :theme) AS has_theme
            FROM here JOIN public_organisation o ON o.id = here.organisation_id) found
        ORDER BY has_theme DESC, lower(name), organisation_id LIMIT :most
        """),
        {"area_id": area_id, "theme": theme, "most": most},
    ).mappings()
    return [ListedRow(**row) for row in rows]


def set_look(session: Session, submission_id: UUID, looked_on: date | None) -> bool:
    """Note that somebody looked and found nothing, or (None) take that back; whether anything changed.

    The survey of the area is dated by the newest look of all its challenges, and gone with the last of them.
    """
    challenge = _find(session, submission_id)
    if challenge is None or challenge.looked_on == looked_on:
        return False
    challenge.looked_on = looked_on
    session.flush()
    same = {"source": community_source_id(session), "theme": challenge.theme_key, "area": challenge.area_id}
    session.execute(
        text("""
        DELETE FROM survey WHERE source_id = :source AND theme_key = :theme AND area_id = :area
        AND kind = 'walk_round'
        """),
        same,
    )
    session.execute(
        text("""
        INSERT INTO survey (source_id, theme_key, area_id, kind, checked_on)
        SELECT :source, theme_key, area_id, 'walk_round', max(looked_on) FROM challenge
        WHERE theme_key = :theme AND area_id = :area AND looked_on IS NOT NULL GROUP BY theme_key, area_id
        """),
        same,
    )
    return True


def _find(session: Session, submission_id: UUID) -> Challenge | None:
    return session.scalar(select(Challenge).where(Challenge.submission_id == submission_id).with_for_update())
