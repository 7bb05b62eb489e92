"""The shape of a patch: in metres to count inside, and in degrees to draw."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.models.base import METRIC_SRID, SRID

DRAWN_TO_M = 5
"""Detail that nobody sees on a map of a patch."""


def shape_of_corners(session: Session, wkb: bytes) -> tuple[bytes, bytes]:
    """A shape in WGS84 as WKB: (in metres, in degrees)."""
    return _both(session, f"ST_Transform(ST_SetSRID(ST_GeomFromWKB(:wkb), {SRID}), {METRIC_SRID})", wkb=wkb)


def shape_around(session: Session, lon: float, lat: float, radius_m: float) -> tuple[bytes, bytes]:
    """All within a straight line of a point: (in metres, in degrees) as WKB."""
    here = f"ST_Transform(ST_SetSRID(ST_MakePoint(:lon, :lat), {SRID}), {METRIC_SRID})"
    return _both(session, f"ST_Buffer({here}, :radius_m, 32)", lon=lon, lat=lat, radius_m=radius_m)


def shape_of_areas(session: Session, area_ids: Sequence[int]) -> tuple[bytes, bytes]:
    """Areas joined to one: (in metres, in degrees) as WKB."""
    joined = f"SELECT ST_Union(ST_Transform(geom, {METRIC_SRID})) FROM area WHERE id = ANY(:ids)"  # noqa: S608
    return _both(session, f"({joined})", ids=list(area_ids))


def _both(session: Session, shape: str, **values: object) -> tuple[bytes, bytes]:
    drawn = f"ST_Transform(ST_SimplifyPreserveTopology(shape, {DRAWN_TO_M}), {SRID})"
    row = session.execute(
        text(f"SELECT ST_AsBinary(shape) AS m, ST_AsBinary({drawn}) AS degrees FROM (SELECT {shape} AS shape) s"),  # noqa: S608 - constants of ours
        values,
    ).one()
    return bytes(row.m), bytes(row.degrees)
