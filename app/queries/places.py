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
    away: float | None = None
    """From where the map looks, in parts of a world of 2^32."""


@dataclass(frozen=True)
class Kept:
    """Which records: empty or None means all. ``minute`` is one of the week, for what is open then."""

    kind: str = ""
    theme: str = ""
    audience: str = ""
    minute: int | None = None
    words: str = ""


LISTED = """
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
        SELECT * FROM listed l WHERE (CAST(:kind AS int) IS NULL OR l.kind = :kind)
    )
"""

OFFERS = """EXISTS (SELECT FROM public_service s WHERE s.organisation_id = l.organisation_id
                    AND (l.kind = 0 OR s.id = l.id) AND {of_service})"""
IS_NEED = "EXISTS (SELECT FROM public_need n WHERE l.kind = 2 AND n.id = l.id AND {of_need})"
HAS_TIMES = "EXISTS (SELECT FROM public_schedule c WHERE c.service_id = s.id AND {of_time})"


def _fits(of_service: str, of_need: str) -> str:
    return f"({OFFERS.format(of_service=of_service)} OR {IS_NEED.format(of_need=of_need)})"


FITS = {
    "pattern": "l.words ILIKE :pattern",
    "theme": _fits(
        "EXISTS (SELECT FROM public_service_theme st WHERE st.service_id = s.id AND st.theme_key = :theme)",
        "n.theme_key = :theme",
    ),
    "audiences": _fits(
        "s.audiences && CAST(:audiences AS text[])", "n.audience = ANY (CAST(:audiences AS text[]))"
    ),
    "minute": OFFERS.format(
        of_service=HAS_TIMES.format(
            of_time="open_minutes_of(c.weekday, c.opens, c.closes) @> CAST(:minute AS int)"
        )
    ),
}
"""What a record must do for each filter. As on the map, an organisation does what any of its services does."""

UNSAID = {
    "audiences": "NOT " + _fits("s.audiences <> '{}'", "n.audience <> ''"),
    "minute": "l.kind <> 2 AND NOT " + OFFERS.format(of_service=HAS_TIMES.format(of_time="true")),
}
"""Nobody has said for whom, or when."""

COUNT = "SELECT kind, count(*) AS n FROM kept GROUP BY kind"

COUNT_ALL = "SELECT count(*) FROM kept"

AWAY = """CASE kind
    WHEN 0 THEN (SELECT min(away) FROM spot WHERE spot.organisation_id = kept.id)
    WHEN 1 THEN coalesce(
        (SELECT min(away) FROM spot WHERE spot.kind = 1 AND spot.record_id = kept.id),
        (SELECT min(away) FROM spot WHERE spot.kind = 0 AND spot.record_id = kept.organisation_id))
    ELSE (SELECT min(away) FROM spot WHERE spot.kind = 2 AND spot.record_id = kept.id) END"""
SPOTS = """
    , spot AS NOT MATERIALIZED (
        SELECT kind, record_id, organisation_id, sqrt(
            power(CAST(least(abs(x - :x), 4294967296 - abs(x - :x)) AS float), 2)
            + power(CAST(y - :y AS float), 2)) AS away
        FROM map_point
    )
"""

PAGE = """
    , shown AS (
        SELECT *, /* away */ AS away FROM kept
        ORDER BY away NULLS LAST, lower(name), kind, id LIMIT :limit OFFSET :skip
    )
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
                 OR (w.kind = 1 AND (f.service_id = w.id OR f.service_id IS NULL
                      AND CAST(:kind AS int) IS NULL AND f.organisation_id = (
                     SELECT s.organisation_id FROM public_service s WHERE s.id = w.id))))
        ) OR EXISTS (SELECT 1 FROM public_need n WHERE w.kind = 2 AND n.id = w.id AND n.geom IS NOT NULL)
            AS has_point
            , w.away
    FROM shown w ORDER BY w.away NULLS LAST, lower(w.name), w.kind, w.id
"""


def list_places(
    session: Session, kept: Kept, *, near: tuple[int, int] | None = None, limit: int, skip: int
) -> list[PlaceRow]:
    """By name, then kind, then id; with ``near``, a position in the world of 2^32, the nearest first and
    what has no point last.

    A service that bears its organisation's name is listed apart only when services are asked for.
    """
    statement, values = _kept(kept)
    values |= {"limit": limit, "skip": skip}
    if near:
        statement += SPOTS + PAGE.replace("/* away */", AWAY)
        values |= {"x": near[0], "y": near[1]}
    else:
        statement += PAGE.replace("/* away */", "CAST(NULL AS float)")
    rows = session.execute(text(statement), values).mappings()
    return [PlaceRow(**{**row, "kind": KINDS[row["kind"]]}) for row in rows]


def count_places(session: Session, kept: Kept) -> dict[str, int]:
    """How many of each kind the filters keep."""
    statement, values = _kept(kept)
    counts = {row.kind: row.n for row in session.execute(text(statement + COUNT), values)}
    return {name: counts.get(number, 0) for number, name in enumerate(KINDS)}


def count_unsaid(session: Session, kept: Kept) -> dict[str, int]:
    """How many fit but for a thing nobody has said of them: ``audiences`` and ``minute``, as far as asked for."""
    counts = {}
    for name, unsaid in UNSAID.items():
        statement, values = _kept(kept, instead={name: unsaid})
        if name in values:
            counts[name] = session.execute(text(statement + COUNT_ALL), values).scalar_one()
    return counts


def _kept(kept: Kept, instead: dict[str, str] | None = None) -> tuple[str, dict[str, object]]:
    """The table ``kept`` as the start of a statement, and its values; only what is asked for is in it."""
    values: dict[str, object] = {
        "pattern": like(kept.words),
        "theme": kept.theme or None,
        "audiences": [kept.audience, "anyone"] if kept.audience else None,
        "minute": kept.minute,
    }
    values = {name: value for name, value in values.items() if value is not None}
    conditions = "".join(f" AND {({**FITS, **(instead or {})})[name]}" for name in values)
    statement = LISTED.replace("l.kind = :kind)\n", f"l.kind = :kind){conditions}\n")
    return statement, {**values, "kind": KINDS.index(kept.kind) if kept.kind else None}


def like(words: str) -> str | None:
    """``words`` as a pattern that matches them anywhere, as they stand: % and _ mean themselves."""
    if not words:
        return None
    escaped = words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"
