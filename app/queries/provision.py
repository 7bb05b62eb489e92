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
    """The site's deprivation number of base-layer areas: area_id, value, direction; empty when there is none."""
    return read_table(
        session,
        """
        SELECT v.area_id, v.value, i.direction
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
    """Public services of a theme, one row for each place or area served, in a fixed order.

    Columns: service_id, organisation_id, service_name, organisation_name, role, place_id, area_id, x_m, y_m,
    is_online, confirmed_on. x_m and y_m are missing where there is no public point.
    """
    return read_table(
        session,
        f"""
        SELECT p.service_id::text, p.organisation_id::text, s.name AS service_name, o.name AS organisation_name,
               p.role, p.place_id::text, p.area_id, s.is_online, p.confirmed_on,
               ST_X(ST_Transform(p.geom, {METRIC_SRID})) AS x_m, ST_Y(ST_Transform(p.geom, {METRIC_SRID})) AS y_m
        FROM public_provision p
        JOIN public_service s ON s.id = p.service_id
        JOIN public_organisation o ON o.id = p.organisation_id
        WHERE p.theme_key = :theme
        ORDER BY p.service_id, p.role, p.place_id, p.area_id
        """,  # noqa: S608 - a constant of ours, no input
        theme=theme,
    )


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
