"""Services near another one, by public points only; from the table that the finder searches."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.queries.organisations import NearRow, Point

NEAR_M = 20_000
SAME_BUILDING_M = 20

NEAR = """
    WITH here AS (SELECT ST_SetSRID(ST_MakePoint(:lon, :lat), 4326) AS geom),
    grid AS (SELECT ST_Transform(geom, 27700) AS geom FROM here)
    SELECT s.id, s.name, o.name AS organisation, ST_Distance(f.geom, grid.geom) AS away_m,
           ARRAY(SELECT t.name FROM theme t WHERE t.key = ANY(f.themes) ORDER BY t.sort_order, t.key) AS themes
    FROM here, grid, findable f JOIN public_service s ON s.id = f.id
    JOIN public_organisation o ON o.id = f.organisation_id
    WHERE f.organisation_id <> :mine AND NOT f.is_registered_only AND NOT f.is_missing
      AND ST_DWithin(f.geom, grid.geom, :within_m) AND {kept}
    ORDER BY away_m, s.name, s.id LIMIT :most
"""
SIMILAR = NEAR.format(kept="f.themes && :themes")
SAME_BUILDING = NEAR.format(
    kept="""EXISTS (
        SELECT FROM public_footprint p JOIN public_place w ON w.id = p.place_id
        WHERE p.organisation_id = f.organisation_id AND (p.service_id IS NULL OR p.service_id = f.id)
          AND p.role = 'meets_at' AND w.privacy = 'exact' AND ST_DistanceSphere(w.geom, here.geom) <= :within_m)"""
)


def list_similar(
    session: Session, organisation_id: UUID, themes: Sequence[str], at: Point, most: int
) -> list[NearRow]:
    """Services of others with one of ``themes``, nearest first."""
    return _list_near(session, SIMILAR, organisation_id, at, most, {"themes": list(themes), "within_m": NEAR_M})


def list_same_building(session: Session, organisation_id: UUID, at: Point, most: int) -> list[NearRow]:
    """Services of others that openly meet at the same spot."""
    return _list_near(session, SAME_BUILDING, organisation_id, at, most, {"within_m": SAME_BUILDING_M})


def find_surroundings(session: Session, at: Point) -> tuple[str, str] | None:
    """The ward (layer and code) around a point outside the place this site is about; None inside it."""
    row = session.execute(
        text("""
        WITH here AS (SELECT ST_SetSRID(ST_MakePoint(:lon, :lat), 4326) AS geom)
        SELECT l.key, a.area_code FROM here, area a JOIN area_layer l ON l.id = a.area_layer_id
        WHERE l.kind = 'electoral' AND a.geom && here.geom AND ST_Covers(a.geom, here.geom)
          AND NOT EXISTS (SELECT FROM site JOIN area whole ON whole.id = site.area_id
                          WHERE ST_Covers(whole.geom, here.geom))
        ORDER BY l.sort_order, l.key, a.area_code LIMIT 1
        """),
        {"lon": at[0], "lat": at[1]},
    ).one_or_none()
    return (row.key, row.area_code) if row else None


def _list_near(
    session: Session, sql: str, mine: UUID, at: Point, most: int, values: Mapping[str, object]
) -> list[NearRow]:
    asked = {"mine": mine, "lon": at[0], "lat": at[1], "most": most, **values}
    return [NearRow(**row) for row in session.execute(text(sql), asked).mappings()]
