"""Where something more could be: known public places, postcodes to call a spot by, and which area a spot is in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.models.base import METRIC_SRID
from app.queries.areas import AREA_COLUMNS, AreaRow
from app.queries.tables import read_table


@dataclass(frozen=True)
class PlaceRow:
    """A place that has a name the public may see: metres and WGS84 degrees."""

    place_id: str
    name: str
    x_m: float
    y_m: float
    lon: float
    lat: float


PLACE = f"""
    SELECT p.id::text AS place_id, coalesce(nullif(p.name, ''), p.address) AS name,
           ST_X(m) AS x_m, ST_Y(m) AS y_m, ST_X(p.geom) AS lon, ST_Y(p.geom) AS lat
    FROM public_place p CROSS JOIN LATERAL ST_Transform(p.geom, {METRIC_SRID}) AS m
    WHERE coalesce(nullif(p.name, ''), p.address) <> '' AND EXISTS (
        SELECT FROM public_footprint f WHERE f.place_id = p.id AND f.role = 'meets_at')
"""  # noqa: S608 - a constant of ours, no input


def list_known_places(session: Session, area_id: int, limit: int) -> list[PlaceRow]:
    """Named public places in an area where something already meets, by name."""
    rows = session.execute(
        text(f"""
        SELECT * FROM ({PLACE} AND EXISTS (
            SELECT FROM area a WHERE a.id = :area_id AND p.geom && a.geom AND ST_Covers(a.geom, p.geom))) AS here
        ORDER BY name, place_id LIMIT :limit
        """),  # noqa: S608 - a constant of ours, no input
        {"area_id": area_id, "limit": limit},
    ).mappings()
    return [PlaceRow(**row) for row in rows]


def find_known_place(session: Session, place_id: str) -> PlaceRow | None:
    """One of them by its id (a UUID)."""
    found = session.execute(text(f"{PLACE} AND p.id = CAST(:place_id AS uuid)"), {"place_id": place_id})
    row = found.mappings().one_or_none()
    return PlaceRow(**row) if row else None


def areas_of_places(session: Session, place_ids: Sequence[str], layer_id: int) -> dict[str, AreaRow]:
    """The area of a layer that each public place lies in, by place id."""
    rows = session.execute(
        text(f"""
        SELECT DISTINCT ON (p.id) p.id::text AS place_id, {AREA_COLUMNS}
        FROM public_place p
        JOIN area a ON a.area_layer_id = :layer_id AND a.geom && p.geom AND ST_Covers(a.geom, p.geom)
        JOIN area_layer l ON l.id = a.area_layer_id
        WHERE p.id = ANY(CAST(:place_ids AS uuid[])) ORDER BY p.id, a.id
        """),  # noqa: S608 - a constant of ours, no input
        {"layer_id": layer_id, "place_ids": list(place_ids)},
    ).mappings()
    return {row["place_id"]: AreaRow(**{key: row[key] for key in row if key != "place_id"}) for row in rows}


def nearest_postcodes(session: Session, x_m: Sequence[float], y_m: Sequence[float]) -> list[str | None]:
    """The living postcode nearest to each spot (metres), None where none is within 500 m."""
    table = read_table(
        session,
        f"""
        SELECT (SELECT n.postcode FROM postcode n WHERE n.geom IS NOT NULL AND n.terminated_on IS NULL
                  AND n.geom && ST_Expand(s.geom, 0.008)
                  AND ST_DWithin(n.geom::geography, s.geom::geography, 500)
                ORDER BY n.geom <-> s.geom, n.postcode LIMIT 1) AS postcode
        FROM (SELECT row, ST_Transform(ST_SetSRID(ST_MakePoint(x, y), {METRIC_SRID}), 4326) AS geom
              FROM unnest(CAST(:x AS float8[]), CAST(:y AS float8[])) WITH ORDINALITY AS u(x, y, row)) s
        ORDER BY s.row
        """,  # noqa: S608 - a constant of ours, no input
        x=list(x_m),
        y=list(y_m),
    )
    return [None if pd.isna(code) else str(code) for code in table["postcode"]]


def to_degrees(session: Session, x_m: float, y_m: float) -> tuple[float, float]:
    """Longitude and latitude of a spot in metres."""
    row = session.execute(
        text(f"SELECT ST_X(g) AS lon, ST_Y(g) AS lat FROM ST_Transform("  # noqa: S608 - a constant of ours
             f"ST_SetSRID(ST_MakePoint(:x, :y), {METRIC_SRID}), 4326) AS g"),
        {"x": x_m, "y": y_m},
    ).one()  # fmt: skip
    return float(row.lon), float(row.lat)


def to_metres(session: Session, lon: float, lat: float) -> tuple[float, float]:
    """A spot in metres on the grid that the sums are done on."""
    row = session.execute(
        text(f"SELECT ST_X(g) AS x_m, ST_Y(g) AS y_m FROM ST_Transform("  # noqa: S608 - a constant of ours
             f"ST_SetSRID(ST_MakePoint(:lon, :lat), 4326), {METRIC_SRID}) AS g"),
        {"lon": lon, "lat": lat},
    ).one()  # fmt: skip
    return float(row.x_m), float(row.y_m)
