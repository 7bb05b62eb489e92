"""People, services and surveys as the tables the gap maths needs; services come from the public views only."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pandas as pd
from sqlalchemy.orm import Session

from app.models.base import METRIC_SRID
from app.queries.tables import read_table


def people_table(session: Session) -> pd.DataFrame:
    """Every population point, by id: point_id, area_id (of the base layer), x_m, y_m, people."""
    return read_table(
        session,
        "SELECT id AS point_id, area_id, x_m, y_m, people FROM population_point ORDER BY id",
    )


def deprivation_table(session: Session) -> pd.DataFrame:
    """The site's deprivation number: layer_id, area_id, value, direction; empty when there is none."""
    return read_table(
        session,
        """
        SELECT i.area_layer_id AS layer_id, v.area_id, v.value, i.direction
        FROM site JOIN indicator i ON i.id = site.deprivation_indicator_id
        JOIN indicator_value v ON v.indicator_id = i.id
        ORDER BY v.area_id
        """,
    )


def point_areas_table(session: Session, layer_id: int) -> pd.DataFrame:
    """Which area of a layer each population point counts towards: point_id, area_id, by point."""
    return read_table(
        session,
        """
        SELECT population_point_id AS point_id, area_id FROM point_area
        WHERE area_layer_id = :layer_id ORDER BY population_point_id
        """,
        layer_id=layer_id,
    )


def area_points_table(session: Session, area_ids: Sequence[int]) -> pd.DataFrame:
    """The population points that count towards some areas: area_id, point_id, in that order."""
    return read_table(
        session,
        """
        SELECT area_id, population_point_id AS point_id FROM point_area
        WHERE area_id = ANY(:area_ids) ORDER BY area_id, population_point_id
        """,
        area_ids=list(area_ids),
    )


def services_table(session: Session, theme: str) -> pd.DataFrame:
    """Public services of a theme, one row for each place or area served, in a fixed order: the rows of
    ``public_provision``, which by itself looks at every footprint there is (7 s of 300,000, against 0.3).

    Columns: service_id, organisation_id, service_name, organisation_name, role, place_id, area_id, x_m, y_m,
    is_online, confirmed_on, and what people ask about: audiences and languages (lists), cost, room, step_free
    (None: nobody has said), capacity, times (a list of [weekday from 1, opens, closes in minutes of the day, week
    of the month or 0 for every]). x_m and y_m are missing where there is no public point.
    """
    return read_table(
        session,
        f"""
        WITH offered AS MATERIALIZED (
            SELECT s.id, s.organisation_id, s.name, o.name AS organisation_name, s.is_online, s.confirmed_on,
                   s.audiences, s.languages, s.cost, s.room, s.step_free, s.capacity
            FROM public_service_theme st
            JOIN public_service s ON s.id = st.service_id
            JOIN public_organisation o ON o.id = s.organisation_id
            WHERE st.theme_key = :theme
        ), known AS MATERIALIZED (
            SELECT * FROM public_footprint WHERE organisation_id = ANY (ARRAY(SELECT organisation_id FROM offered))
        ), found AS (
            SELECT s.*, f.role, f.place_id, f.area_id, f.geom FROM offered s JOIN known f ON f.service_id = s.id
            UNION ALL
            SELECT s.*, f.role, f.place_id, f.area_id, f.geom
            FROM offered s JOIN known f ON f.organisation_id = s.organisation_id AND f.service_id IS NULL
            WHERE NOT EXISTS (SELECT FROM footprint own WHERE own.service_id = s.id)
        )
        SELECT id::text AS service_id, organisation_id::text, name AS service_name, organisation_name, role,
               place_id::text, area_id, ST_X(metric) AS x_m, ST_Y(metric) AS y_m, is_online, confirmed_on,
               audiences, languages, cost, room, step_free, capacity, coalesce(open.times, '[]'::jsonb) AS times
        FROM found
        LEFT JOIN (
            SELECT c.service_id, jsonb_agg(jsonb_build_array(
                       c.weekday, extract(hour FROM c.opens) * 60 + extract(minute FROM c.opens),
                       extract(hour FROM c.closes) * 60 + extract(minute FROM c.closes),
                       coalesce(c.week_of_month, 0)
                   ) ORDER BY c.weekday, c.opens, c.id) AS times
            FROM public_schedule c WHERE c.service_id = ANY (ARRAY(SELECT id FROM offered)) GROUP BY c.service_id
        ) open ON open.service_id = found.id,
        ST_Transform(geom, {METRIC_SRID}) AS metric
        ORDER BY id, role, place_id, area_id
        """,  # noqa: S608 - a constant of ours, no input
        theme=theme,
    )


def list_languages(session: Session) -> list[str]:
    """The codes of the languages that public services say they speak, in order."""
    table = read_table(session, "SELECT DISTINCT unnest(languages) AS code FROM public_service ORDER BY code")
    return list(table["code"])


def places_inside(session: Session, area_id: int) -> set[str]:
    """The ids of public places that lie in an area."""
    inside = read_table(
        session,
        """
        SELECT p.id::text AS place_id FROM public_place p JOIN area a ON a.id = :area_id
        WHERE p.geom && a.geom AND ST_Covers(a.geom, p.geom)
        """,
        area_id=area_id,
    )
    return set(inside["place_id"])


def find_last_check(session: Session, theme: str, area_id: int | None) -> date | None:
    """The last time anybody looked for a theme where people of an area (or anyone) live, however long ago."""
    row = read_table(
        session,
        """
        SELECT max(s.checked_on) AS checked_on FROM survey s JOIN point_area pa ON pa.area_id = s.area_id
        WHERE (s.theme_key = :theme OR s.theme_key IS NULL) AND (
            CAST(:area_id AS integer) IS NULL OR pa.population_point_id IN (
                SELECT population_point_id FROM point_area WHERE area_id = :area_id))
        """,
        theme=theme,
        area_id=area_id,
    )
    day: date | None = row["checked_on"].iloc[0]
    return day


def find_last_check_at(session: Session, theme: str, point_ids: Sequence[int]) -> date | None:
    """The last time anybody looked for a theme where the people of some population points live."""
    row = read_table(
        session,
        """
        SELECT max(s.checked_on) AS checked_on FROM survey s JOIN point_area pa ON pa.area_id = s.area_id
        WHERE (s.theme_key = :theme OR s.theme_key IS NULL) AND pa.population_point_id = ANY(:point_ids)
        """,
        theme=theme,
        point_ids=list(point_ids),
    )
    day: date | None = row["checked_on"].iloc[0]
    return day


def surveys_table(session: Session, theme: str, since: date, least_completeness: float) -> pd.DataFrame:
    """Areas where somebody looked for a theme since a day: layer_id, area_id, checked_on; the latest last."""
    return read_table(
        session,
        """
        SELECT a.area_layer_id AS layer_id, s.area_id, s.checked_on FROM survey s JOIN area a ON a.id = s.area_id
        WHERE (s.theme_key = :theme OR s.theme_key IS NULL) AND s.checked_on >= :since
          AND coalesce(s.completeness, 1) >= :least
        ORDER BY s.checked_on, s.id
        """,
        theme=theme,
        since=since,
        least=least_completeness,
    )
