"""How much is on the map, as the public sees it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session


@dataclass(frozen=True)
class SiteCounts:
    organisations: int
    services: int
    needs: int
    areas: int
    layers: int
    sources: int


def count_everything(session: Session) -> SiteCounts:
    row = session.execute(
        text("""
        SELECT (SELECT count(*) FROM public_organisation) AS organisations,
               (SELECT count(*) FROM public_service) AS services,
               (SELECT count(*) FROM public_need) AS needs,
               (SELECT count(*) FROM area) AS areas,
               (SELECT count(DISTINCT area_layer_id) FROM area) AS layers,
               (SELECT count(*) FROM source) AS sources
        """)
    ).mappings()
    return SiteCounts(**row.one())
