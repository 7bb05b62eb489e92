"""Services near another one, by public points only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.queries.organisations import NearRow, Point

LOOK_AROUND_DEGREES = 0.25
"""About 17 km to either side in Britain; farther away is not near."""
SAME_BUILDING_M = 20

NEAR = """
    WITH found AS (
        SELECT v.service_id, min(ST_DistanceSphere(v.geom, here.geom)) AS away_m
        FROM public_provision v, (SELECT ST_SetSRID(ST_MakePoint(:lon, :lat), 4326) AS geom) here
        WHERE v.role = 'meets_at' AND v.geom && ST_Expand(here.geom, :reach)
          AND {kept}
        GROUP BY v.service_id
    )
    SELECT s.id, s.name, o.name AS organisation, found.away_m,
           ARRAY(SELECT t.name FROM public_service_theme st JOIN theme t ON t.key = st.theme_key
                 WHERE st.service_id = s.id ORDER BY t.sort_order, t.key) AS themes
    FROM found JOIN public_service s ON s.id = found.service_id
    JOIN public_organisation o ON o.id = s.organisation_id
    ORDER BY found.away_m, s.name, s.id LIMIT :most
"""
SIMILAR = NEAR.format(kept="v.theme_key = ANY(:themes) AND v.organisation_id <> :mine")
SAME_BUILDING = NEAR.format(
    kept="v.organisation_id <> :mine AND ST_DistanceSphere(v.geom, here.geom) <= :within_m "
    "AND EXISTS (SELECT FROM public_place p WHERE p.id = v.place_id AND p.privacy = 'exact')"
)


def list_similar(
    session: Session, organisation_id: UUID, themes: Sequence[str], at: Point, most: int
) -> list[NearRow]:
    """Services of others with one of ``themes``, nearest first."""
    values = {"themes": list(themes), "reach": LOOK_AROUND_DEGREES}
    return _list_near(session, SIMILAR, organisation_id, at, most, values)


def list_same_building(session: Session, organisation_id: UUID, at: Point, most: int) -> list[NearRow]:
    """Services of others that openly meet at the same spot."""
    values = {"within_m": SAME_BUILDING_M, "reach": 0.001}
    return _list_near(session, SAME_BUILDING, organisation_id, at, most, values)


def _list_near(
    session: Session, sql: str, mine: UUID, at: Point, most: int, values: Mapping[str, object]
) -> list[NearRow]:
    asked = {"mine": mine, "lon": at[0], "lat": at[1], "most": most, **values}
    return [NearRow(**row) for row in session.execute(text(sql), asked).mappings()]
