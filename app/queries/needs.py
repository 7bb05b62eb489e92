"""Needs as the public may see them: one, a list, those like it, and what there is near one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.models.base import SRID
from app.vocabulary import NeedStatus

WHERE = """coalesce(n.geom, ST_PointOnSurface(n.shape), (SELECT point_geom FROM area WHERE area.id = n.area_id))"""
"""A point that stands for where a need is about: its rough pin, or the middle of its shape or area."""

HERE = f"ST_SetSRID(ST_MakePoint(CAST(:lon AS float), CAST(:lat AS float)), {SRID})"


@dataclass(frozen=True)
class NeedRow:
    """``support_count`` is None where fewer than five people say the same; ``lon`` and ``lat`` are rough."""

    id: UUID
    theme_key: str
    theme_name: str
    statement: str
    audience: str
    support_count: int | None
    status: NeedStatus
    status_note: str
    raised_on: date
    has_point: bool
    has_shape: bool
    lon: float | None
    lat: float | None
    area_name: str | None  # the area it is about, or the smallest that its rough pin is in
    area_code: str | None
    layer_key: str | None
    source_title: str
    source_publisher: str
    source_licence: str
    source_is_invented: bool
    distance_m: float | None = None


@dataclass(frozen=True)
class ClosedNeedRow:
    id: UUID
    theme_name: str
    statement: str
    status_note: str
    raised_on: date


@dataclass(frozen=True)
class NearbyRow:
    """A service for the same theme, and how far its nearest place is from the need."""

    service_id: UUID
    organisation_id: UUID
    name: str
    organisation_name: str
    distance_m: float


COLUMNS = f"""
    n.id, n.theme_key, t.name AS theme_name, n.statement, n.audience, n.support_count, n.status, n.status_note,
    n.raised_on, n.geom IS NOT NULL AS has_point, n.shape IS NOT NULL AS has_shape,
    ST_X({WHERE}) AS lon, ST_Y({WHERE}) AS lat,
    here.name AS area_name, here.area_code, here.layer_key, src.title AS source_title,
    src.publisher AS source_publisher, src.licence AS source_licence, src.is_invented AS source_is_invented
"""
TABLES = """
    FROM public_need n JOIN theme t ON t.key = n.theme_key JOIN source src ON src.id = n.source_id
    LEFT JOIN LATERAL (
        SELECT a.name, a.area_code, l.key AS layer_key
        FROM area a JOIN area_layer l ON l.id = a.area_layer_id
        WHERE a.id = n.area_id OR (n.area_id IS NULL AND a.geom && n.geom AND ST_Covers(a.geom, n.geom))
        ORDER BY l.sort_order, l.key, a.area_code LIMIT 1
    ) here ON true
"""
FILTERS = """
    (CAST(:theme AS text) IS NULL OR n.theme_key = :theme)
    AND (CAST(:audience AS text) IS NULL OR n.audience = :audience)
    AND (CAST(:status AS text) IS NULL OR n.status = :status)
"""


def find_need(session: Session, need_id: UUID) -> NeedRow | None:
    row = session.execute(
        text(f"SELECT {COLUMNS} {TABLES} WHERE n.id = :id"),
        {"id": need_id},
    )
    found = row.mappings().one_or_none()
    return _need(found) if found else None


def find_closed_need(session: Session, need_id: UUID) -> ClosedNeedRow | None:
    row = session.execute(
        text("""
        SELECT n.id, t.name AS theme_name, n.statement, n.status_note, n.raised_on
        FROM public_closed_need n JOIN theme t ON t.key = n.theme_key WHERE n.id = :id
        """),
        {"id": need_id},
    )
    found = row.mappings().one_or_none()
    return ClosedNeedRow(**found) if found else None


def count_needs(session: Session, *, theme: str, audience: str, status: str) -> int:
    """How many the filters keep; an empty filter means all."""
    statement = text(f"SELECT count(*) FROM public_need n WHERE {FILTERS}")  # noqa: S608 - as above
    return int(session.scalar(statement, _filters(theme, audience, status)) or 0)


def list_needs(
    session: Session,
    *,
    theme: str,
    audience: str,
    status: str,
    near: tuple[float, float] | None,
    limit: int,
    skip: int,
) -> list[NeedRow]:
    """The nearest first where ``near`` (lon, lat) is given; else those that most people say, then the newest."""
    lon, lat = near or (None, None)
    rows = session.execute(
        text(f"""
        WITH page AS MATERIALIZED (
            SELECT n.id AS page_id, ST_DistanceSphere({WHERE}, {HERE}) AS distance_m FROM public_need n
            WHERE {FILTERS}
            ORDER BY distance_m, n.support_count DESC NULLS LAST, n.raised_on DESC, n.id LIMIT :limit OFFSET :skip
        )
        SELECT {COLUMNS}, page.distance_m {TABLES} JOIN page ON page.page_id = n.id
        ORDER BY page.distance_m, n.support_count DESC NULLS LAST, n.raised_on DESC, n.id
        """),  # noqa: S608 - as above
        {**_filters(theme, audience, status), "lon": lon, "lat": lat, "limit": limit, "skip": skip},
    )
    return [_need(row) for row in rows.mappings()]


def list_similar(
    session: Session, *, theme: str, statement: str, lon: float, lat: float, within_m: float, limit: int
) -> list[NeedRow]:
    """Open needs near a point for the same theme, or in like words; the likest and nearest first."""
    rows = session.execute(
        text(f"""
        SELECT {COLUMNS}, ST_DistanceSphere({WHERE}, {HERE}) AS distance_m {TABLES}
        WHERE n.status = 'open' AND ST_DistanceSphere({WHERE}, {HERE}) <= :within_m
          AND (n.theme_key = :theme OR similarity(n.statement, :statement) >= 0.35)
        ORDER BY similarity(n.statement, :statement) + CASE WHEN n.theme_key = :theme THEN 0.3 ELSE 0 END
                 - ST_DistanceSphere({WHERE}, {HERE}) / CAST(:within_m AS float) DESC, n.id
        LIMIT :limit
        """),
        {"theme": theme, "statement": statement, "lon": lon, "lat": lat, "within_m": within_m, "limit": limit},
    )
    return [_need(row) for row in rows.mappings()]


def list_nearest_services(
    session: Session, theme: str, lon: float, lat: float, within_m: float, limit: int
) -> list[NearbyRow]:
    """Services for a theme with a public place where something happens, each by its nearest place.

    The finder's table says which are about there: its grid and the sphere differ by less than 2 %. OFFSET 0 keeps
    PostgreSQL to that order: it would look at every place of the country.
    """
    rows = session.execute(
        text(f"""
        SELECT * FROM (
            SELECT DISTINCT ON (s.id) s.id AS service_id, s.organisation_id, s.name,
                   o.name AS organisation_name, ST_DistanceSphere(p.geom, {HERE}) AS distance_m
            FROM (
                SELECT f.id FROM findable f
                WHERE ST_DWithin(f.geom, ST_Transform({HERE}, 27700), :within_m * 1.02)
                  AND f.themes @> ARRAY[CAST(:theme AS text)]
                OFFSET 0
            ) about JOIN public_service s ON s.id = about.id
            JOIN public_organisation o ON o.id = s.organisation_id
            CROSS JOIN LATERAL (
                SELECT at.geom FROM public_footprint at
                WHERE at.organisation_id = s.organisation_id AND at.role = 'meets_at' AND at.geom IS NOT NULL
                  AND (at.service_id = s.id OR at.service_id IS NULL
                       AND NOT EXISTS (SELECT FROM footprint own WHERE own.service_id = s.id))
                OFFSET 0
            ) p
            WHERE ST_DistanceSphere(p.geom, {HERE}) <= :within_m
            ORDER BY s.id, distance_m
        ) near ORDER BY distance_m, service_id LIMIT :limit
        """),  # noqa: S608 - as above
        {"theme": theme, "lon": lon, "lat": lat, "within_m": within_m, "limit": limit},
    )
    return [NearbyRow(**row) for row in rows.mappings()]


def is_near_site(session: Session, lon: float, lat: float, within_m: float) -> bool:
    """Is a point in the area this site is about, or so near that people there may mean it?"""
    found = session.scalar(
        text(f"""
        SELECT NOT EXISTS (SELECT FROM site WHERE area_id IS NOT NULL) OR EXISTS (
            SELECT FROM site JOIN area a ON a.id = site.area_id
            WHERE ST_DWithin(CAST(a.geom AS geography), CAST({HERE} AS geography), :within_m))
        """),  # noqa: S608 - as above
        {"lon": lon, "lat": lat, "within_m": within_m},
    )
    return bool(found)


def find_area_point(session: Session, layer: str, code: str) -> tuple[float, float, str] | None:
    """A point inside an area, and its name."""
    row = session.execute(
        text("""
        SELECT ST_X(a.point_geom) AS lon, ST_Y(a.point_geom) AS lat, a.name
        FROM area a JOIN area_layer l ON l.id = a.area_layer_id WHERE l.key = :layer AND a.area_code = :code
        """),
        {"layer": layer, "code": code},
    ).one_or_none()
    return (row.lon, row.lat, row.name) if row else None


def find_where_json(session: Session, need_id: UUID, rough_m: float) -> str | None:
    """Where a need is about, as a GeoJSON MultiPolygon: its shape, a circle round its rough pin, or its area."""
    found: str | None = session.scalar(
        text("""
        SELECT ST_AsGeoJSON(ST_Multi(coalesce(
            n.shape, CAST(ST_Buffer(CAST(n.geom AS geography), :rough_m) AS geometry),
            (SELECT ST_SimplifyPreserveTopology(a.geom, 0.0002) FROM area a WHERE a.id = n.area_id))), 5)
        FROM public_need n WHERE n.id = :id
        """),
        {"id": need_id, "rough_m": rough_m},
    )
    return found


def _need(row: Mapping[str, Any] | Any) -> NeedRow:
    return NeedRow(**{**row, "status": NeedStatus(row["status"])})


def _filters(theme: str, audience: str, status: str) -> dict[str, str | None]:
    return {"theme": theme or None, "audience": audience or None, "status": status or None}
