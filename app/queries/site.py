"""How much is on the map, as the public sees it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session


@dataclass(frozen=True)
class SiteCounts:
    organisations: int
    services: int
    needs: int
    areas: int
    layers: int
    sources: int


def count_everything(session: Session) -> SiteCounts:
    row = session.execute(
        text("""
        SELECT (SELECT count(*) FROM public_organisation) AS organisations,
               (SELECT count(*) FROM public_service) AS services,
               (SELECT count(*) FROM public_need) AS needs,
               (SELECT count(*) FROM area) AS areas,
               (SELECT count(DISTINCT area_layer_id) FROM area) AS layers,
               (SELECT count(*) FROM source) AS sources
        """)
    ).mappings()
    return SiteCounts(**row.one())


def find_site_bounds(session: Session) -> tuple[float, float, float, float] | None:
    """West, south, east, north of the site's area in degrees; None when there is none."""
    row = session.execute(
        text("""
        SELECT ST_XMin(box), ST_YMin(box), ST_XMax(box), ST_YMax(box)
        FROM (SELECT Box2D(a.geom) AS box FROM site s JOIN area a ON a.id = s.area_id) AS found
        """)
    ).one_or_none()
    return None if row is None else (row[0], row[1], row[2], row[3])
