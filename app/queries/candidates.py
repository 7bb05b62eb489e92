"""Where a plan may go: public places, and the areas that other hubs hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import pandas as pd
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.models.base import METRIC_SRID
from app.queries.tables import read_table

MOST_PLACES = 20_000
_HAS_THEME = """
    EXISTS (SELECT FROM public_service s JOIN public_service_theme t ON t.service_id = s.id
            WHERE s.organisation_id = o.id AND (f.service_id IS NULL OR f.service_id = s.id)
              AND t.theme_key IN ({themes}))
"""
KINDS = {
    "venues": "true",
    "community": f"""
        (o.kind = 'public_body' AND {_HAS_THEME.format(themes="'learning', 'digital', 'warm-places'")})
        OR {_HAS_THEME.format(themes="'meeting-spaces'")}
    """,
}
"""Which public places count, by kind; libraries are public bodies where people learn."""


@dataclass(frozen=True)
class HeldRow:
    """An area that a hub holds; without a day it has no end."""

    area_id: int
    hub_name: str
    claimed_until: date | None


def places_table(session: Session, kind: str, within_area_id: int | None) -> pd.DataFrame:
    """Public places of a kind that are shown exactly, by id: key, name, x_m, y_m, lon, lat; in an area or all.

    A place without a name is called by the first organisation that meets there.
    """
    return read_table(
        session,
        f"""
        SELECT p.id::text AS key, coalesce(nullif(p.name, ''), min(o.name)) AS name,
               ST_X(ST_Transform(p.geom, {METRIC_SRID})) AS x_m, ST_Y(ST_Transform(p.geom, {METRIC_SRID})) AS y_m,
               ST_X(p.geom) AS lon, ST_Y(p.geom) AS lat
        FROM public_place p
        JOIN public_footprint f ON f.place_id = p.id AND f.role = 'meets_at'
        JOIN public_organisation o ON o.id = f.organisation_id
        WHERE p.privacy = 'exact' AND ({KINDS[kind]}) AND (CAST(:within AS integer) IS NULL OR EXISTS (
            SELECT FROM area a WHERE a.id = :within AND a.geom && p.geom AND ST_Covers(a.geom, p.geom)))
        GROUP BY p.id, p.name, p.geom
        ORDER BY p.id LIMIT :most
        """,  # noqa: S608 - constants of ours, no input
        within=within_area_id,
        most=MOST_PLACES,
    )


def spaces_table(session: Session, within_area_id: int | None) -> pd.DataFrame:
    """Rooms and other spaces that somebody offers at an address; columns as of places_table."""
    return read_table(
        session,
        f"""
        SELECT 'space:' || s.id AS key, coalesce(nullif(s.address, ''), left(s.words, 80)) AS name,
               ST_X(ST_Transform(s.geom, {METRIC_SRID})) AS x_m, ST_Y(ST_Transform(s.geom, {METRIC_SRID})) AS y_m,
               ST_X(s.geom) AS lon, ST_Y(s.geom) AS lat
        FROM public_space s
        WHERE CAST(:within AS integer) IS NULL OR EXISTS (
            SELECT FROM area a WHERE a.id = :within AND a.geom && s.geom AND ST_Covers(a.geom, s.geom))
        ORDER BY s.id LIMIT :most
        """,  # noqa: S608 - a constant of ours, no input
        within=within_area_id,
        most=MOST_PLACES,
    )


def has_spaces(session: Session) -> bool:
    return bool(session.scalar(text("SELECT EXISTS (SELECT FROM public_space)")))


def points_in_degrees(session: Session, points: pd.DataFrame) -> pd.DataFrame:
    """Longitude and latitude of metric points, in their order: lon, lat."""
    return read_table(
        session,
        f"""
        SELECT ST_X(geom) AS lon, ST_Y(geom) AS lat
        FROM unnest(CAST(:x AS float8[]), CAST(:y AS float8[])) WITH ORDINALITY AS at (x, y, n),
             ST_Transform(ST_SetSRID(ST_MakePoint(x, y), {METRIC_SRID}), 4326) AS geom
        ORDER BY n
        """,  # noqa: S608 - a constant of ours, no input
        x=points["x_m"].tolist(),
        y=points["y_m"].tolist(),
    )


def points_in_metres(session: Session, at: Sequence[tuple[float, float]]) -> pd.DataFrame:
    """Metric points of longitudes and latitudes, in their order: x_m, y_m."""
    return read_table(
        session,
        f"""
        SELECT ST_X(geom) AS x_m, ST_Y(geom) AS y_m
        FROM unnest(CAST(:lon AS float8[]), CAST(:lat AS float8[])) WITH ORDINALITY AS at (lon, lat, n),
             ST_Transform(ST_SetSRID(ST_MakePoint(lon, lat), 4326), {METRIC_SRID}) AS geom
        ORDER BY n
        """,  # noqa: S608 - a constant of ours, no input
        lon=[lon for lon, _ in at],
        lat=[lat for _, lat in at],
    )


def list_hub_areas(session: Session, hub_id: UUID, today: date) -> tuple[int, ...]:
    """The areas that a hub looks after on a day."""
    rows = session.scalars(
        text(
            "SELECT area_id FROM patch WHERE hub_id = :hub AND (claimed_until IS NULL OR claimed_until >= :today) "
            "ORDER BY area_id"
        ),
        {"hub": hub_id, "today": today},
    )
    return tuple(rows)


def list_held_areas(session: Session, hub_ids: list[UUID], today: date) -> list[HeldRow]:
    """The areas that hubs other than these hold on a day; an area of two is told twice."""
    table = read_table(
        session,
        "SELECT DISTINCT p.area_id, h.name AS hub_name, p.claimed_until "
        "FROM patch p JOIN hub h ON h.id = p.hub_id "
        "WHERE NOT p.hub_id = ANY (:hubs) AND (p.claimed_until IS NULL OR p.claimed_until >= :today) "
        "ORDER BY p.area_id, h.name",
        hubs=hub_ids,
        today=today,
    )
    return [
        HeldRow(int(row["area_id"]), str(row["hub_name"]), row["claimed_until"] or None)
        for row in table.to_dict("records")
    ]
