"""A need read and written as one document (see actions.need_documents for its shape)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from geoalchemy2.shape import from_shape, to_shape
from shapely import MultiPolygon, Point, Polygon
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from app.models import Area, AreaLayer, Need, Theme
from app.models.base import METRIC_SRID, ROUGH_CELL_M, SRID
from app.queries.group_documents import community_source_id
from app.vocabulary import NeedStatus, ReviewStatus

Facts = Mapping[str, Any]
Corners = Sequence[tuple[float, float]]


def has_theme(session: Session, key: str) -> bool:
    return session.scalar(select(Theme.key).where(Theme.key == key)) is not None


def find_area_id(session: Session, layer: str, code: str) -> int | None:
    return session.scalar(
        select(Area.id)
        .join(AreaLayer, AreaLayer.id == Area.area_layer_id)
        .where(AreaLayer.key == layer, Area.area_code == code)
    )


def measure_shape(session: Session, corners: Corners) -> float | None:
    """The size of a drawn ring in square metres; None when it crosses itself or is no area."""
    found: float | None = session.scalar(
        text(f"""
        SELECT CASE WHEN ST_IsValid(drawn) THEN ST_Area(ST_Transform(drawn, {METRIC_SRID})) END
        FROM ST_SetSRID(ST_GeomFromWKB(:wkb), {SRID}) AS drawn
        """),  # noqa: S608 - constants of ours, no input
        {"wkb": Polygon(corners).wkb},
    )
    return found


def count_people_near(session: Session, lon: float, lat: float, near_m: float) -> float | None:
    """How many people live within ``near_m`` of where the public would see the pin; None: nobody knows here."""
    found: float | None = session.scalar(
        text(f"""
        SELECT CASE WHEN EXISTS (SELECT FROM population_point) THEN (
            SELECT coalesce(sum(p.people), 0) FROM population_point p
            WHERE p.geom && ST_Transform(ST_Expand(pin, 1.1 * :near_m), {SRID})
              AND (p.x_m - ST_X(pin)) ^ 2 + (p.y_m - ST_Y(pin)) ^ 2 <= CAST(:near_m AS float) ^ 2) END
        FROM ST_Transform(ST_SetSRID(ST_MakePoint(:lon, :lat), {SRID}), {METRIC_SRID}) AS here,
             ST_SnapToGrid(here, {ROUGH_CELL_M}) AS pin
        """),  # noqa: S608 - constants of ours, no input
        {"lon": lon, "lat": lat, "near_m": near_m},
    )
    return found


def find_populated_area(session: Session, lon: float, lat: float, least_people: float) -> int | None:
    """The smallest area around a point in which at least so many people live."""
    found: int | None = session.scalar(
        text("""
        SELECT a.id FROM area a JOIN point_area pa ON pa.area_id = a.id
        JOIN population_point p ON p.id = pa.population_point_id
        WHERE ST_Covers(a.geom, ST_SetSRID(ST_MakePoint(:lon, :lat), 4326))
        GROUP BY a.id HAVING sum(p.people) >= :least ORDER BY a.size_m2, a.id LIMIT 1
        """),
        {"lon": lon, "lat": lat, "least": least_people},
    )
    return found


def find_need(session: Session, need_id: UUID) -> dict[str, Any] | None:
    """The facts of a document, locked until the transaction ends; None when there is none."""
    need = session.scalar(select(Need).where(Need.id == need_id).with_for_update())
    if need is None:
        return None
    session.refresh(need)
    facts: dict[str, Any] = {
        "theme": need.theme_key, "statement": need.statement, "audience": need.audience,
    }  # fmt: skip
    if need.shape is not None:
        drawn = to_shape(need.shape)
        facts["shape"] = tuple(drawn.geoms[0].exterior.coords[:-1]) if isinstance(drawn, MultiPolygon) else ()
    elif need.geom is not None:
        at = to_shape(need.geom)
        facts |= {"lon": at.x, "lat": at.y} if isinstance(at, Point) else {}
    elif need.area_id is not None:
        facts["area"] = session.execute(
            select(AreaLayer.key.label("layer"), Area.area_code.label("code"))
            .join(Area, Area.area_layer_id == AreaLayer.id)
            .where(Area.id == need.area_id)
        ).mappings().one()  # fmt: skip
    return facts


def save_need(session: Session, facts: Facts, need_id: UUID | None, today: date) -> UUID:
    need = session.get(Need, need_id) if need_id else None
    if need is None:
        made = uuid4()
        need = Need(id=made, source_id=community_source_id(session), source_ref=str(made), support_count=0)
        need.raised_on, need.status = today, NeedStatus.OPEN
        session.add(need)
    need.theme_key = facts["theme"]
    for name in ("statement", "audience", "privacy", "area_id"):
        setattr(need, name, facts[name])
    need.review_status = ReviewStatus.APPROVED
    drawn = Polygon(facts["shape"]) if facts["shape"] else None
    need.shape = from_shape(MultiPolygon([drawn]), SRID) if drawn else None
    at = drawn.representative_point() if drawn else None
    if at is None and facts["lon"] is not None:
        at = Point(facts["lon"], facts["lat"])
    need.geom = func.ST_SetSRID(func.ST_MakePoint(at.x, at.y), SRID) if at else None
    session.flush()
    return need.id
