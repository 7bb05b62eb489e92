"""Areas that hubs drew themselves: for each hub a layer of its own, whose source is the hub."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.models.base import METRIC_SRID, SRID

SHAPE = f"ST_Multi(ST_SetSRID(ST_GeomFromWKB(:wkb), {SRID}))"
SLIVER = 0.01
"""So much of the smaller of two patches may lie on both: lines drawn by hand do not meet exactly."""


def lock_hub(session: Session, hub_id: UUID) -> None:
    """So that two who draw at one moment draw one after the other."""
    session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:what, 0))"), {"what": f"drawn {hub_id}"})


def add_area(session: Session, layer_id: int, area_code: str, name: str, wkb: bytes) -> int:
    """An area (WGS84 as WKB), and the people whose points lie in it; its id."""
    found = session.scalar(
        text(f"""
        INSERT INTO area (area_layer_id, area_code, name, geom, point_geom, size_m2)
        SELECT :layer, :code, :name, geom, ST_PointOnSurface(geom), ST_Area(ST_Transform(geom, {METRIC_SRID}))
        FROM (SELECT {SHAPE} AS geom) drawn RETURNING id
        """),  # noqa: S608 - constants of ours, no input
        {"layer": layer_id, "code": area_code, "name": name, "wkb": wkb},
    )
    session.execute(
        text("""
        INSERT INTO point_area (area_layer_id, population_point_id, area_id)
        SELECT :layer, p.id, a.id FROM area a, population_point p
        WHERE a.id = :area AND p.geom && a.geom AND ST_Covers(a.geom, p.geom) ON CONFLICT DO NOTHING
        """),
        {"layer": layer_id, "area": found},
    )
    return int(found or 0)


def has_nobody(session: Session, wkb: bytes) -> bool:
    """Does nobody live inside, although it is known where people live?"""
    return bool(
        session.scalar(
            text(f"""
            SELECT EXISTS (SELECT FROM population_point)
               AND NOT EXISTS (SELECT FROM population_point p, (SELECT {SHAPE} AS geom) drawn
                               WHERE p.geom && drawn.geom AND ST_Covers(drawn.geom, p.geom))
            """),  # noqa: S608 - as above
            {"wkb": wkb},
        )
    )


def find_overlapping(session: Session, layer_id: int, wkb: bytes) -> str | None:
    """The name of an area of the layer that a shape lies on."""
    found: str | None = session.scalar(
        text(f"""
        SELECT a.name FROM area a, (SELECT {SHAPE} AS geom) drawn
        WHERE a.area_layer_id = :layer AND a.geom && drawn.geom
          AND ST_Area(ST_Intersection(a.geom, drawn.geom)) > :sliver * least(ST_Area(a.geom), ST_Area(drawn.geom))
        ORDER BY a.name, a.id LIMIT 1
        """),  # noqa: S608 - as above
        {"layer": layer_id, "wkb": wkb, "sliver": SLIVER},
    )
    return found


def find_layer_of_area(session: Session, area_id: int) -> str | None:
    """The key of the layer that an area belongs to."""
    found: str | None = session.scalar(
        text("SELECT l.key FROM area a JOIN area_layer l ON l.id = a.area_layer_id WHERE a.id = :id"),
        {"id": area_id},
    )
    return found
