"""Outlines of what is loaded, to see where it ends."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.models.base import METRIC_SRID, SRID


def list_base_shapes(session: Session, box_m: tuple[float, float, float, float], most: int) -> list[bytes]:
    """The outlines (WKB, metres) of base-layer areas that touch a box in metres; at most one above ``most``."""
    left, bottom, right, top = box_m
    rows = session.scalars(
        text(f"""
        SELECT ST_AsBinary(ST_Transform(a.geom, {METRIC_SRID}))
        FROM area a JOIN site ON a.area_layer_id = site.base_layer_id
        WHERE a.geom && ST_Transform(ST_MakeEnvelope(:left, :bottom, :right, :top, {METRIC_SRID}), {SRID})
        ORDER BY a.id LIMIT :most + 1
        """),  # noqa: S608 - constants of ours
        {"left": left, "bottom": bottom, "right": right, "top": top, "most": most},
    )
    return [bytes(row) for row in rows]
