"""How well the map knows what is there: who is on which kind of list, what is fresh, and who looked when."""

from __future__ import annotations

from datetime import date

import pandas as pd
from sqlalchemy.orm import Session

from app.queries.tables import read_table

SEEN_SOURCES = """
    SELECT id FROM source WHERE key = 'community' OR key LIKE 'visits%' UNION
    SELECT source_id FROM survey GROUP BY source_id HAVING bool_and(kind = 'walk_round')
"""
"""Sources made by people who looked around or told of themselves; every other source is a published list."""


def listed_groups_table(session: Session, theme: str, layer_id: int) -> pd.DataFrame:
    """Public groups of a theme, one row each: organisation_id, area_id (of the layer; missing where it has no
    public point there), is_published and is_seen (which kinds of list have it), listed_on (when one last said so).

    A group that two lists name is one organisation here, with services, places and numbers of both. One that was
    met on a visit is seen where everything around it was looked at too: a door that a list led to is no sample.
    """
    return read_table(
        session,
        f"""
        WITH seen AS ({SEEN_SOURCES}), offered AS MATERIALIZED (
            SELECT s.organisation_id, s.source_id, s.confirmed_on
            FROM public_service_theme st JOIN public_service s ON s.id = st.service_id
            WHERE st.theme_key = :theme
        ), listed AS (
            SELECT organisation_id, source_id, confirmed_on FROM offered
            UNION ALL
            SELECT id, source_id, confirmed_on FROM public_organisation
            WHERE id IN (SELECT organisation_id FROM offered)
            UNION ALL
            SELECT f.organisation_id, f.source_id, NULL
            FROM footprint f JOIN public_footprint p ON p.id = f.id
            WHERE f.organisation_id IN (SELECT organisation_id FROM offered) AND f.source_id IS NOT NULL
            UNION ALL
            SELECT organisation_id, source_id, NULL FROM organisation_identifier
            WHERE organisation_id IN (SELECT organisation_id FROM offered)
        ), placed AS (
            SELECT DISTINCT ON (organisation_id) organisation_id, geom FROM public_footprint
            WHERE geom IS NOT NULL AND organisation_id IN (SELECT organisation_id FROM offered)
            ORDER BY organisation_id, role <> 'meets_at', id
        ), met AS (
            SELECT p.organisation_id FROM visit v JOIN placed p USING (organisation_id)
            JOIN visit looked ON looked.plan_stop_id = v.plan_stop_id AND :theme = ANY(looked.theme_keys)
            JOIN area a ON a.id = looked.area_id AND a.geom && p.geom AND ST_Covers(a.geom, p.geom)
            WHERE v.outcome = 'met'
        )
        SELECT l.organisation_id::text, min(a.id) AS area_id,
               bool_or(l.source_id NOT IN (SELECT id FROM seen)) AS is_published,
               bool_or(l.source_id IN (SELECT id FROM seen))
                 OR l.organisation_id IN (SELECT organisation_id FROM met) AS is_seen,
               max(coalesce(l.confirmed_on, s.published_on, s.loaded_at_utc::date)) AS listed_on
        FROM listed l JOIN source s ON s.id = l.source_id
        LEFT JOIN placed p USING (organisation_id)
        LEFT JOIN area a ON a.area_layer_id = :layer_id AND a.geom && p.geom AND ST_Covers(a.geom, p.geom)
        GROUP BY l.organisation_id ORDER BY l.organisation_id
        """,  # noqa: S608 - constants of this file
        theme=theme,
        layer_id=layer_id,
    )


def services_inside_table(session: Session, theme: str, layer_id: int, since: date) -> pd.DataFrame:
    """Services of a theme that happen in each area of a layer: area_id, service_id, is_fresh (since a day)."""
    return read_table(
        session,
        """
        SELECT DISTINCT a.id AS area_id, p.service_id::text AS service_id,
               coalesce(p.confirmed_on >= :since, false) AS is_fresh
        FROM public_provision p JOIN area a ON a.area_layer_id = :layer_id AND a.geom && p.geom
         AND ST_Covers(a.geom, p.geom)
        WHERE p.theme_key = :theme AND p.role = 'meets_at' ORDER BY 1, 2, 3
        """,
        theme=theme,
        layer_id=layer_id,
        since=since,
    )


def looks_table(session: Session, theme: str) -> pd.DataFrame:
    """Every time somebody looked for a theme: layer_id, area_id, kind, checked_on; the latest last."""
    return read_table(
        session,
        """
        SELECT a.area_layer_id AS layer_id, s.area_id, s.kind, s.checked_on
        FROM survey s JOIN area a ON a.id = s.area_id WHERE s.theme_key = :theme OR s.theme_key IS NULL
        ORDER BY s.checked_on, s.id
        """,
        theme=theme,
    )


def has_two_kinds_of_list(session: Session) -> bool:
    """Whether public services come both from published lists and from people who looked or told of themselves."""
    kinds = read_table(
        session,
        f"""
        WITH seen AS ({SEEN_SOURCES})
        SELECT EXISTS (SELECT FROM public_service WHERE source_id IN (SELECT id FROM seen))
           AND EXISTS (SELECT FROM public_service WHERE source_id NOT IN (SELECT id FROM seen)) AS both_kinds
        """,  # noqa: S608 - a constant of this file
    )
    return bool(kinds["both_kinds"].iloc[0])
