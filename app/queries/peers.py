"""The peer map of a hub: only those who said that the other members may see them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.models.base import METRIC_SRID
from app.vocabulary import Stage


@dataclass(frozen=True)
class PeerRow:
    """Somebody on the peer map: a first name; the middle of an area in metres, None where none was said."""

    member_id: UUID
    first_name: str
    stage: Stage
    themes: tuple[str, ...]
    area_id: int | None
    area_name: str
    x_m: float | None
    y_m: float | None


@dataclass(frozen=True)
class ElsewhereRow:
    """How many people on the peer maps of another hub are about a theme."""

    theme_key: str
    hub_name: str
    people: int


@dataclass(frozen=True)
class MentoringRow:
    """Who mentors whom, by first name; None is somebody who is not on this peer map."""

    mentor: str | None
    learner: str | None


BELONGS = "{m}.accepted_at_utc IS NOT NULL AND {c}.email IS NOT NULL AND {c}.email_confirmed_at_utc IS NOT NULL"
MINE, THEIRS = BELONGS.format(m="m", c="c"), BELONGS.format(m="o", c="k")

ELSEWHERE = f"""
    FROM member m JOIN contact c ON c.id = m.contact_id JOIN member_theme mt ON mt.member_id = m.id
    JOIN member_theme ot ON ot.theme_key = mt.theme_key
    JOIN member o ON o.id = ot.member_id AND o.hub_id <> m.hub_id AND o.on_peer_map
    JOIN contact k ON k.id = o.contact_id JOIN hub h ON h.id = o.hub_id
    WHERE m.hub_id = :hub AND m.on_peer_map AND {MINE} AND {THEIRS}
      AND NOT EXISTS (SELECT FROM member x JOIN contact xc ON xc.id = x.contact_id
                      WHERE x.hub_id = m.hub_id AND xc.email = k.email)
"""


def list_on_peer_map(session: Session, hub_id: UUID) -> list[PeerRow]:
    """By first name."""
    rows = session.execute(
        text(f"""
        SELECT m.id AS member_id, split_part(c.name, ' ', 1) AS first_name, m.stage, m.area_id,
               coalesce(a.name, '') AS area_name, ST_X(middle.geom) AS x_m, ST_Y(middle.geom) AS y_m,
               ARRAY(SELECT t.key FROM member_theme mt JOIN theme t ON t.key = mt.theme_key
                     WHERE mt.member_id = m.id ORDER BY t.sort_order, t.key) AS themes
        FROM member m JOIN contact c ON c.id = m.contact_id LEFT JOIN area a ON a.id = m.area_id
        CROSS JOIN LATERAL (SELECT ST_Transform(a.point_geom, {METRIC_SRID}) AS geom) middle
        WHERE m.hub_id = :hub AND m.on_peer_map AND {MINE}
        ORDER BY lower(c.name), m.id
        """),  # noqa: S608 - constants of ours, no input
        {"hub": hub_id},
    )
    return [
        PeerRow(**{**row, "stage": Stage(row["stage"]), "themes": tuple(row["themes"])}) for row in rows.mappings()
    ]


def count_members(session: Session, hub_id: UUID) -> int:
    """All who belong to the hub, on the peer map or not."""
    people = "FROM member m JOIN contact c ON c.id = m.contact_id"
    count = text(f"SELECT count(*) {people} WHERE m.hub_id = :hub AND {MINE}")
    return int(session.scalar(count, {"hub": hub_id}) or 0)


def count_elsewhere(session: Session, hub_id: UUID) -> dict[UUID, int]:
    """People of other hubs who share a theme with a member of this one, by her id; not those who are in both."""
    rows = session.execute(
        text(f"SELECT m.id, count(DISTINCT k.email) AS people {ELSEWHERE} GROUP BY m.id"), {"hub": hub_id}
    )
    return {row.id: row.people for row in rows}


def list_elsewhere(session: Session, hub_id: UUID) -> list[ElsewhereRow]:
    """For those who run the hub: in which other hubs somebody is about a theme of their members."""
    rows = session.execute(
        text(f"""
        SELECT mt.theme_key, h.name AS hub_name, count(DISTINCT k.email) AS people {ELSEWHERE}
        GROUP BY mt.theme_key, h.id ORDER BY mt.theme_key, h.name, h.id
        """),
        {"hub": hub_id},
    )
    return [ElsewhereRow(**row) for row in rows.mappings()]


def count_by_area(session: Session, hub_id: UUID) -> dict[int, int]:
    """How many members are in each area, by its id; for those who run the hub."""
    rows = session.execute(
        text(f"""
        SELECT m.area_id, count(*) AS people FROM member m JOIN contact c ON c.id = m.contact_id
        WHERE m.hub_id = :hub AND m.area_id IS NOT NULL AND {MINE} GROUP BY m.area_id
        """),  # noqa: S608 - constants of ours, no input
        {"hub": hub_id},
    )
    return {row.area_id: row.people for row in rows}


def points_of_areas(session: Session, area_ids: Collection[int]) -> dict[int, tuple[float, float]]:
    """Longitude and latitude of a point inside each area."""
    rows = session.execute(
        text("SELECT id, ST_X(point_geom) AS lon, ST_Y(point_geom) AS lat FROM area WHERE id = ANY(:ids)"),
        {"ids": list(area_ids)},
    )
    return {row.id: (row.lon, row.lat) for row in rows}


ON_MAP = f"""
    SELECT split_part(c.name, ' ', 1) AS first_name, c.email FROM member m JOIN contact c ON c.id = m.contact_id
    WHERE m.hub_id = :hub AND m.on_peer_map AND {MINE}
"""  # noqa: S608 - constants of ours, no input
OVER = "('came_to_nothing', 'never_met')"


def list_mentoring(session: Session, hub_id: UUID, days: int) -> list[MentoringRow]:
    """Introductions to a mentor in so many days: both said yes, neither that it is over, one is on the map."""
    rows = session.execute(
        text(f"""
        WITH seen AS ({ON_MAP})
        SELECT giver.first_name AS mentor, taker.first_name AS learner
        FROM introduction i
        JOIN introduction_answer g ON g.introduction_id = i.id AND g.gives AND g.says_yes
        JOIN introduction_answer t ON t.introduction_id = i.id AND NOT t.gives AND t.says_yes
        JOIN contact gc ON gc.id = g.contact_id JOIN contact tc ON tc.id = t.contact_id
        LEFT JOIN seen giver ON giver.email = gc.email LEFT JOIN seen taker ON taker.email = tc.email
        WHERE i.kind = 'mentoring' AND i.shared_at_utc > now() - make_interval(days => :days)
          AND coalesce(g.outcome, '') NOT IN {OVER} AND coalesce(t.outcome, '') NOT IN {OVER}
          AND (giver.email IS NOT NULL OR taker.email IS NOT NULL)
        ORDER BY giver.first_name NULLS LAST, taker.first_name NULLS LAST, i.id
        """),  # noqa: S608 - as above
        {"hub": hub_id, "days": days},
    )
    return [MentoringRow(row.mentor, row.learner) for row in rows]
