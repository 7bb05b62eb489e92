"""What people ask for, by area: only what the public views tell."""

from __future__ import annotations

import pandas as pd
from sqlalchemy.orm import Session

from app.queries.tables import read_table


def needs_by_area_table(session: Session, theme: str, layer_id: int) -> pd.DataFrame:
    """Open needs of a theme in each area of a layer: area_id, needs, same (who say the same, from five people on).

    A need about a bigger area than these is in none of them.
    """
    return read_table(
        session,
        """
        SELECT a.id AS area_id, count(*) AS needs, coalesce(sum(n.support_count), 0) AS same
        FROM public_need n LEFT JOIN area own ON own.id = n.area_id
        CROSS JOIN LATERAL (
            SELECT coalesce(n.geom, ST_PointOnSurface(n.shape), own.point_geom) AS geom,
                   coalesce(ST_Area(n.shape::geography), own.size_m2, 0) AS size_m2) about
        JOIN area a ON a.area_layer_id = :layer_id AND a.geom && about.geom AND ST_Covers(a.geom, about.geom)
         AND about.size_m2 <= a.size_m2 * 1.01
        WHERE n.theme_key = :theme AND n.status = 'open' GROUP BY a.id ORDER BY a.id
        """,
        theme=theme,
        layer_id=layer_id,
    )


def wishes_by_area_table(session: Session, theme: str) -> pd.DataFrame:
    """Who looked for a theme in vain within a year: area_layer_id, area_id, kind, people_at_least (by fives)."""
    return read_table(
        session,
        """
        SELECT area_layer_id, area_id, kind, people_at_least FROM public_wish WHERE theme_key = :theme
        ORDER BY area_layer_id, area_id, kind
        """,
        theme=theme,
    )


def wishes_of_area_table(session: Session, area_id: int) -> pd.DataFrame:
    """The same for one area and every theme: theme_key, theme, kind, people_at_least; most first."""
    return read_table(
        session,
        """
        SELECT w.theme_key, t.name AS theme, w.kind, w.people_at_least
        FROM public_wish w JOIN theme t ON t.key = w.theme_key WHERE w.area_id = :area_id
        ORDER BY w.people_at_least DESC, t.name, w.kind
        """,
        area_id=area_id,
    )
