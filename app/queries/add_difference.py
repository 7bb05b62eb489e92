"""What is offered near a point, as far as the public map knows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session


@dataclass(frozen=True)
class OfferRow:
    """One public service: ``starts`` are (weekday, hour) pairs; empty where no times are known."""

    organisation_id: UUID
    themes: list[str]
    audiences: list[str]
    languages: list[str]
    cost: str
    step_free: bool | None
    starts: list[list[int]]


def list_offers_near(
    session: Session, lon: float, lat: float, themes: Sequence[str], within_m: float, but: UUID | None = None
) -> list[OfferRow]:
    """Public services with one of ``themes`` that meet within ``within_m`` of a point, by id; none of ``but``."""
    rows = session.execute(
        text("""
        SELECT s.organisation_id, s.audiences, s.languages, s.cost, s.step_free,
               ARRAY(SELECT st.theme_key FROM public_service_theme st WHERE st.service_id = s.id) AS themes,
               coalesce((SELECT jsonb_agg(jsonb_build_array(c.weekday, extract(hour FROM c.opens)::int))
                         FROM public_schedule c WHERE c.service_id = s.id), '[]') AS starts
        FROM public_service s
        WHERE s.organisation_id IS DISTINCT FROM :but AND s.id IN (
            SELECT p.service_id FROM public_provision p
            WHERE p.theme_key = ANY(:themes) AND p.role = 'meets_at' AND p.geom IS NOT NULL
              AND ST_DWithin(p.geom::geography, ST_SetSRID(ST_MakePoint(:lon, :lat), 4326)::geography, :within_m))
        ORDER BY s.id
        """),
        {"lon": lon, "lat": lat, "themes": list(themes), "within_m": within_m, "but": but},
    ).mappings()
    return [OfferRow(**row) for row in rows]
