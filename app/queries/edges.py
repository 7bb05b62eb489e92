"""Outlines of what is loaded, to see where it ends."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.models.base import METRIC_SRID, SRID

Box = tuple[float, float, float, float]
"""Left, bottom, right, top in metres."""


def list_base_shapes(session: Session, box_m: Box, most: int) -> list[bytes]:
    """The outlines (WKB, metres) of base-layer areas that touch a box; at most one above ``most``."""
    rows = session.scalars(
        text(f"""
        SELECT ST_AsBinary(ST_Transform(a.geom, {METRIC_SRID}))
        FROM area a JOIN site ON a.area_layer_id = site.base_layer_id
        WHERE a.geom && ST_Transform(ST_MakeEnvelope(:left, :bottom, :right, :top, {METRIC_SRID}), {SRID})
        ORDER BY a.id LIMIT :most + 1
        """),  # noqa: S608 - constants of ours
        {**_corners(box_m), "most": most},
    )
    return [bytes(row) for row in rows]


def list_land_shapes(session: Session, box_m: Box) -> list[bytes] | None:
    """The land inside a box (WKB, metres): everything else is sea. None when no loaded layer draws the land."""
    if not knows_land(session):
        return None
    rows = session.scalars(
        text(f"""
        SELECT ST_AsBinary(ST_Transform(ST_Intersection(a.geom, box.geom), {METRIC_SRID}))
        FROM area a JOIN site ON a.area_layer_id = site.land_layer_id, (
            SELECT ST_Transform(ST_MakeEnvelope(:left, :bottom, :right, :top, {METRIC_SRID}), {SRID}) AS geom
        ) box
        WHERE a.geom && box.geom ORDER BY a.id
        """),  # noqa: S608 - constants of ours
        _corners(box_m),
    )
    return [bytes(row) for row in rows]


def knows_land(session: Session) -> bool:
    """Whether a loaded layer draws all land around, so that the sea can be told from land nobody has loaded."""
    return session.scalar(text("SELECT land_layer_id FROM site")) is not None


def _corners(box_m: Box) -> dict[str, float]:
    return dict(zip(("left", "bottom", "right", "top"), box_m, strict=True))
