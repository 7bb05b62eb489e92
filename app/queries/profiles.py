"""What an area's profile shows besides its gaps: its indicators, who is based there, needs raised there."""

from __future__ import annotations

from typing import Any

import pandas as pd
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.queries.tables import read_table

BASED_HERE = """
    FROM public_footprint f
    JOIN public_organisation o ON o.id = f.organisation_id
    JOIN area a ON a.id = :area_id
    WHERE f.role IN ('meets_at', 'registered_at') AND f.geom && a.geom AND ST_Covers(a.geom, f.geom)
"""


def count_based_here(session: Session, area_id: int) -> int:
    statement = f"SELECT count(DISTINCT o.id) {BASED_HERE}"
    return int(session.execute(text(statement), {"area_id": area_id}).scalar_one())


def list_based_here(session: Session, area_id: int, limit: int) -> list[dict[str, Any]]:
    """Organisations with a public place in the area, those that meet here first, then by name.

    Keys: id, name, summary, confirmed_on, source, place, themes, lon, lat, meets_here.
    """
    rows = session.execute(
        text(f"""
        WITH here AS (
            SELECT DISTINCT ON (o.id) o.id, f.place_id, f.geom, f.role = 'meets_at' AS meets_here {BASED_HERE}
            ORDER BY o.id, (f.role = 'meets_at') DESC, f.place_id
        )
        SELECT o.id::text, o.name, o.summary, o.confirmed_on, src.title AS source, h.meets_here,
               coalesce(nullif(p.name, ''), p.address, '') AS place, ST_X(h.geom) AS lon, ST_Y(h.geom) AS lat,
               ARRAY(SELECT DISTINCT t.name FROM public_service s
                     JOIN public_service_theme st ON st.service_id = s.id JOIN theme t ON t.key = st.theme_key
                     WHERE s.organisation_id = o.id ORDER BY t.name) AS themes
        FROM here h JOIN public_organisation o ON o.id = h.id
        JOIN source src ON src.id = o.source_id
        LEFT JOIN public_place p ON p.id = h.place_id
        ORDER BY h.meets_here DESC, o.name, o.id LIMIT :limit
        """),  # noqa: S608 - a constant of ours, no input
        {"area_id": area_id, "limit": limit},
    )
    return [dict(row) for row in rows.mappings()]


def list_needs_here(session: Session, area_id: int, limit: int) -> list[dict[str, Any]]:
    """Needs raised in the area, the most supported first. Keys: id, statement, theme, support_count, raised_on."""
    rows = session.execute(
        text("""
        SELECT n.id::text, n.statement, t.name AS theme, n.support_count, n.raised_on, src.title AS source,
               ST_X(n.geom) AS lon, ST_Y(n.geom) AS lat
        FROM public_need n JOIN area a ON a.id = :area_id JOIN theme t ON t.key = n.theme_key
        JOIN source src ON src.id = n.source_id
        WHERE n.geom && a.geom AND ST_Covers(a.geom, n.geom)
        ORDER BY n.support_count DESC NULLS LAST, n.raised_on DESC, n.id LIMIT :limit
        """),
        {"area_id": area_id, "limit": limit},
    )
    return [dict(row) for row in rows.mappings()]


def indicators_table(session: Session, area_id: int, compared_ids: list[int]) -> pd.DataFrame:
    """Every indicator of the area's own layer with its rank among the areas compared (1 = greatest need).

    Columns: name, unit, role, value, rank, compared, measured_on, source_key.
    """
    return read_table(
        session,
        """
        SELECT i.name, i.unit, i.role, me.value, i.measured_on, src.key AS source_key,
               CASE i.direction WHEN 'neutral' THEN NULL
                    WHEN 'higher' THEN 1 + (SELECT count(*) FROM indicator_value v
                        WHERE v.indicator_id = i.id AND v.area_id = ANY(:compared) AND v.value > me.value)
                    ELSE 1 + (SELECT count(*) FROM indicator_value v
                        WHERE v.indicator_id = i.id AND v.area_id = ANY(:compared) AND v.value < me.value)
               END AS rank,
               (SELECT count(*) FROM indicator_value v
                   WHERE v.indicator_id = i.id AND v.area_id = ANY(:compared)) AS compared
        FROM indicator i JOIN indicator_value me ON me.indicator_id = i.id AND me.area_id = :area_id
        JOIN source src ON src.id = i.source_id
        ORDER BY i.role, i.name, i.key
        """,
        area_id=area_id,
        compared=compared_ids,
    )


def list_area_sources(session: Session, area_id: int) -> list[str]:
    """Keys of the sources an area's profile draws on: outlines, indicators, services and surveys of any theme."""
    rows = session.execute(
        text("""
        SELECT key FROM source WHERE id IN (
            SELECT l.source_id FROM area a JOIN area_layer l ON l.id = a.area_layer_id WHERE a.id = :area_id
            UNION SELECT i.source_id FROM indicator i JOIN indicator_value v ON v.indicator_id = i.id
                WHERE v.area_id = :area_id
            UNION SELECT i.source_id FROM indicator i
                JOIN site ON i.id IN (site.population_indicator_id, site.deprivation_indicator_id)
            UNION SELECT source_id FROM public_organisation
            UNION SELECT source_id FROM survey
        ) ORDER BY title, key
        """),
        {"area_id": area_id},
    )
    return [row.key for row in rows]
