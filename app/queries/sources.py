"""Where what is loaded came from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

COLUMNS = """
    s.id, s.key, s.title, s.publisher, s.licence, s.attribution, s.published_on, s.note, s.is_invented,
    s.loaded_at_utc
"""


@dataclass(frozen=True)
class SourceRow:
    id: int
    key: str
    title: str
    publisher: str
    licence: str
    attribution: str
    published_on: date | None
    note: str
    is_invented: bool
    loaded_at_utc: datetime | None


def list_sources(session: Session) -> list[SourceRow]:
    rows = session.execute(text(f"SELECT {COLUMNS} FROM source s ORDER BY s.title, s.key"))  # noqa: S608 - ours
    return [SourceRow(**row) for row in rows.mappings()]


def list_gap_sources(
    session: Session, theme: str | None, layer_ids: Sequence[int], *, by_paths: bool = True
) -> list[SourceRow]:
    """The sources behind a gap answer: its layers, the people, deprivation, the theme's (None: every theme's)
    services and surveys, and the network walks follow (``by_paths``)."""
    rows = session.execute(
        text(f"""
        SELECT {COLUMNS} FROM source s WHERE s.id IN (
            SELECT source_id FROM area_layer WHERE id = ANY(:layers)
            UNION SELECT i.source_id FROM indicator i JOIN site
                ON i.id IN (site.population_indicator_id, site.deprivation_indicator_id)
            UNION SELECT ps.source_id FROM public_service ps JOIN public_service_theme st ON st.service_id = ps.id
                WHERE CAST(:theme AS text) IS NULL OR st.theme_key = :theme
            UNION SELECT source_id FROM walking WHERE :by_paths
            UNION SELECT source_id FROM survey
                WHERE CAST(:theme AS text) IS NULL OR theme_key = :theme OR theme_key IS NULL
        ) ORDER BY s.title, s.key
        """),  # noqa: S608 - a constant of ours, no input
        {"layers": list(layer_ids), "theme": theme, "by_paths": by_paths},
    )
    return [SourceRow(**row) for row in rows.mappings()]
