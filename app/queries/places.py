"""Organisations, services and needs as one list, filtered as the map is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import text
from sqlalchemy.orm import Session

KINDS = ("organisation", "service", "need")


@dataclass(frozen=True)
class PlaceRow:
    """One line of the list."""

    kind: str
    id: str
    name: str
    summary: str
    of_organisation: str  # whose service it is; empty for organisations and needs
    themes: list[str]
    place: str
    has_point: bool
    confirmed_on: date | None


FILTERED = """
    WITH listed AS (
        SELECT 0 AS kind, o.id, o.name, o.summary, '' AS of_organisation, o.confirmed_on, o.id AS organisation_id,
               o.name || ' ' || o.summary AS words
        FROM public_organisation o
        UNION ALL
        SELECT 1, s.id, s.name, s.description, o.name, s.confirmed_on, s.organisation_id,
               s.name || ' ' || s.description
        FROM public_service s JOIN public_organisation o ON o.id = s.organisation_id
        WHERE CAST(:kind AS int) = 1 OR lower(s.name) <> lower(o.name)
        UNION ALL
        SELECT 2, n.id, n.statement, '', '', n.raised_on, NULL, n.statement FROM public_need n
    ), kept AS (
        SELECT * FROM listed l
        WHERE (CAST(:kind AS int) IS NULL OR l.kind = :kind)
          AND (CAST(:pattern AS text) IS NULL OR l.words ILIKE :pattern)
          AND (CAST(:theme AS text) IS NULL
               OR (l.kind = 0 AND EXISTS (
                   SELECT 1 FROM public_service s JOIN public_service_theme st ON st.service_id = s.id
                   WHERE s.organisation_id = l.id AND st.theme_key = :theme))
               OR (l.kind = 1 AND EXISTS (
                   SELECT 1 FROM public_service_theme st WHERE st.service_id = l.id AND st.theme_key = :theme))
               OR (l.kind = 2 AND EXISTS (
                   SELECT 1 FROM public_need n WHERE n.id = l.id AND n.theme_key = :theme)))
    )
"""

COUNT = "SELECT kind, count(*) AS n FROM kept GROUP BY kind"

PAGE = """
    , shown AS (SELECT * FROM kept ORDER BY lower(name), kind, id LIMIT :limit OFFSET :skip)
    SELECT w.kind, w.id::text, w.name, w.summary, w.of_organisation, w.confirmed_on,
        coalesce((
            SELECT array_agg(DISTINCT t.name) FROM theme t WHERE t.key IN (
                SELECT st.theme_key FROM public_service s JOIN public_service_theme st ON st.service_id = s.id
                WHERE w.kind = 0 AND s.organisation_id = w.id
                UNION SELECT st.theme_key FROM public_service_theme st WHERE w.kind = 1 AND st.service_id = w.id
                UNION SELECT n.theme_key FROM public_need n WHERE w.kind = 2 AND n.id = w.id)
        ), '{}') AS themes,
        coalesce((
            SELECT concat_ws(', ', nullif(p.name, ''), nullif(p.address, ''), p.postcode)
            FROM public_footprint f JOIN public_place p ON p.id = f.place_id
            WHERE (w.kind = 0 AND f.organisation_id = w.id) OR (w.kind = 1 AND f.service_id = w.id)
            ORDER BY f.role, f.id LIMIT 1
        ), '') AS place,
        EXISTS (
            SELECT 1 FROM public_footprint f
            WHERE f.geom IS NOT NULL AND ((w.kind = 0 AND f.organisation_id = w.id)
                 OR (w.kind = 1 AND (f.service_id = w.id OR f.service_id IS NULL AND f.organisation_id = (
                     SELECT s.organisation_id FROM public_service s WHERE s.id = w.id))))
        ) OR EXISTS (SELECT 1 FROM public_need n WHERE w.kind = 2 AND n.id = w.id AND n.geom IS NOT NULL)
            AS has_point
    FROM shown w ORDER BY lower(w.name), w.kind, w.id
"""


def list_places(session: Session, *, kind: str, theme: str, words: str, limit: int, skip: int) -> list[PlaceRow]:
    """By name, then kind, then id; ``kind`` and ``theme`` empty mean all.

    A service that bears its organisation's name is listed apart only when services are asked for.
    """
    values = {**_values(kind, theme, words), "limit": limit, "skip": skip}
    rows = session.execute(text(FILTERED + PAGE), values).mappings()
    return [PlaceRow(**{**row, "kind": KINDS[row["kind"]]}) for row in rows]


def count_places(session: Session, *, kind: str, theme: str, words: str) -> dict[str, int]:
    """How many of each kind the same filters keep."""
    rows = session.execute(text(FILTERED + COUNT), _values(kind, theme, words))
    counts = {row.kind: row.n for row in rows}
    return {name: counts.get(number, 0) for number, name in enumerate(KINDS)}


def _values(kind: str, theme: str, words: str) -> dict[str, object]:
    return {
        "kind": KINDS.index(kind) if kind else None,
        "theme": theme or None,
        "pattern": like(words),
    }


def like(words: str) -> str | None:
    """``words`` as a pattern that matches them anywhere, as they stand: % and _ mean themselves."""
    if not words:
        return None
    escaped = words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"
