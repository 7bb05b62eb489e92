"""One need as the public may see it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.vocabulary import NeedStatus


@dataclass(frozen=True)
class NeedRow:
    id: UUID
    theme_key: str
    theme_name: str
    statement: str
    audience: str
    support_count: int
    status: NeedStatus
    raised_on: date
    has_point: bool
    area_name: str | None  # the smallest area it is in, by its public point
    area_code: str | None
    layer_key: str | None
    source_title: str
    source_publisher: str
    source_licence: str
    source_is_invented: bool


def find_need(session: Session, need_id: UUID) -> NeedRow | None:
    row = (
        session.execute(
            text("""
        SELECT n.id, n.theme_key, t.name AS theme_name, n.statement, n.audience, n.support_count, n.status,
               n.raised_on, n.geom IS NOT NULL AS has_point, here.name AS area_name, here.area_code,
               here.layer_key, src.title AS source_title, src.publisher AS source_publisher,
               src.licence AS source_licence, src.is_invented AS source_is_invented
        FROM public_need n JOIN theme t ON t.key = n.theme_key JOIN source src ON src.id = n.source_id
        LEFT JOIN LATERAL (
            SELECT a.name, a.area_code, l.key AS layer_key
            FROM area a JOIN area_layer l ON l.id = a.area_layer_id
            WHERE a.geom && n.geom AND ST_Covers(a.geom, n.geom)
            ORDER BY l.sort_order, l.key, a.area_code LIMIT 1
        ) here ON true
        WHERE n.id = :id
        """),
            {"id": need_id},
        )
        .mappings()
        .one_or_none()
    )
    return NeedRow(**{**row, "status": NeedStatus(row["status"])}) if row else None
