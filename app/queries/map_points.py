"""Pins and their counts per cell; see the 0002 revision for how the database keeps them up to date."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2s
from typing import Any, NamedTuple

from sqlalchemy import Connection, TextClause, text
from sqlalchemy.orm import Session

from app.queries.places import like

FINEST_LEVEL = 24
"""``map_point.cell`` is the cell of this level: the world halved 24 times, 2.4 m at the equator."""

FORMAT = 2
"""Of the tiles; another one makes every copy of a tile old."""

LEAST_COUNTED_ZOOM, MOST_COUNTED_ZOOM = 4, 12
"""Zooms for which ``map_cell`` holds counts; deeper in, pins are few enough to be read themselves."""


class CellCount(NamedTuple):
    """The pins of one kind in one cell: how many, the sums of their positions, and how many have each theme."""

    cell: int
    kind: int
    pins: int
    x_sum: int
    y_sum: int
    themes: list[str]
    theme_pins: list[int]


class Pin(NamedTuple):
    """``cell`` is one of the level that was asked for. Pins with the same ``note`` have the same kind, themes,
    audiences and opening hours (PostgreSQL's multiranges: {[600,720)}, all year and in term time), with | between
    them and spaces between several."""

    record_id: str
    x: int
    y: int
    cell: int
    name: str
    note: str


Range = tuple[int, int]
"""The first and the last of some cells."""

BY_CELL = """
    SELECT cell, kind, max(pins) FILTER (WHERE theme_key = '') AS pins,
           max(x_sum) FILTER (WHERE theme_key = '') AS x_sum, max(y_sum) FILTER (WHERE theme_key = '') AS y_sum,
           array_remove(array_agg(theme_key ORDER BY theme_key), '') AS themes,
           coalesce(array_agg(pins ORDER BY theme_key) FILTER (WHERE theme_key <> ''), '{{}}') AS theme_pins
    FROM ({counts}) AS counted GROUP BY cell, kind ORDER BY cell, kind
"""
WANTED = "unnest(CAST(:firsts AS bigint[]), CAST(:lasts AS bigint[])) AS wanted (first, last)"
COUNTS = text(
    BY_CELL.format(
        counts=f"""
        SELECT cell, kind, theme_key, sum(pins)::int AS pins, sum(x_sum)::bigint AS x_sum,
               sum(y_sum)::bigint AS y_sum
        FROM {WANTED} JOIN map_cell ON zoom = :zoom AND cell BETWEEN first AND last
        GROUP BY cell, kind, theme_key HAVING sum(pins) > 0
    """  # noqa: S608 - a constant of ours, no input
    )
)
LIVE_COUNTS = BY_CELL.format(
    counts=f"""
        SELECT p.cell >> :shift AS cell, kind, theme_key, count(*)::int AS pins, sum(x)::bigint AS x_sum,
               sum(y)::bigint AS y_sum
        FROM {WANTED} JOIN map_point p ON p.cell BETWEEN first AND last,
             unnest(array_prepend('', p.themes)) AS theme_key
        WHERE (CAST(:audiences AS text[]) IS NULL OR p.audiences && CAST(:audiences AS text[]))
          AND (CAST(:minute AS int) IS NULL OR p.open_minutes @> CAST(:minute AS int)
               OR p.term_minutes @> CAST(:minute AS int)) /* words */
        GROUP BY 1, 2, 3
    """  # noqa: S608 - a constant of ours, no input
)

WITH_WORDS = """ AND record_id IN (
    SELECT id FROM public_organisation
    WHERE name || ' ' || summary ILIKE :pattern AND (name ILIKE :pattern OR summary ILIKE :pattern)
    UNION ALL SELECT id FROM public_service
    WHERE name || ' ' || description ILIKE :pattern AND (name ILIKE :pattern OR description ILIKE :pattern)
    UNION ALL SELECT id FROM public_need WHERE statement ILIKE :pattern)"""
"""Name and description together have an index."""

PINS = f"""
    SELECT record_id::text, x, y, cell >> :shift, name,
           concat_ws('|', kind, array_to_string(themes, ' '), array_to_string(audiences, ' '), open_minutes,
                     term_minutes)
    FROM {WANTED} CROSS JOIN LATERAL (
        SELECT * FROM map_point WHERE cell BETWEEN first AND last /* words */ LIMIT :limit
    ) AS pin
    ORDER BY cell, record_id, place_id
"""  # noqa: S608 - a constant of ours, no input

STATE = text("""
    SELECT current_database(), (SELECT (max(id), count(*), sum(id))::text FROM map_change),
           ARRAY(SELECT key FROM theme ORDER BY sort_order, key) AS themes
""")


@dataclass(frozen=True)
class MapState:
    """``version`` changes whenever a pin does, and no two databases share one; ``themes`` in the order of bits."""

    version: str
    themes: list[str]


def get_map_state(session: Session) -> MapState:
    row = session.execute(STATE).one()
    return MapState(blake2s(str((FORMAT, *row)).encode(), digest_size=8).hexdigest(), row.themes)


def list_counts(session: Session, zoom: int, ranges: Sequence[Range]) -> list[CellCount]:
    """Counts of the cells in ``ranges`` at a zoom from 4 to 12, by cell and kind."""
    rows = session.execute(COUNTS, {"zoom": zoom, **_edges(ranges)})
    return [CellCount(*row) for row in rows]


def count_live(
    session: Session,
    level: int,
    ranges: Sequence[Range],
    *,
    audiences: list[str] | None = None,
    minute: int | None = None,
    words: str = "",
) -> list[CellCount]:
    """As ``list_counts`` for any level, from the pins themselves; of some audiences, open at a minute of the week,
    or with some words only."""
    shift = 2 * (FINEST_LEVEL - level)
    values: dict[str, Any] = {**_edges(ranges, shift), "shift": shift}
    values |= {"audiences": audiences, "minute": minute, "pattern": like(words)}
    rows = session.execute(_with_words(LIVE_COUNTS, words), values)
    return [CellCount(*row) for row in rows]


def list_pins(session: Session, level: int, ranges: Sequence[Range], limit: int, *, words: str = "") -> list[Pin]:
    """Up to ``limit`` pins in each of ``ranges`` (cells of a level), by cell; with ``words`` in what they say."""
    if not ranges:
        return []
    shift = 2 * (FINEST_LEVEL - level)
    values = {**_edges(ranges, shift), "shift": shift, "limit": limit, "pattern": like(words)}
    return list(map(Pin._make, session.execute(_with_words(PINS, words), values).all()))


def _edges(ranges: Sequence[Range], shift: int = 0) -> dict[str, list[int]]:
    return {
        "firsts": [first << shift for first, _ in ranges],
        "lasts": [((last + 1) << shift) - 1 for _, last in ranges],
    }


def _with_words(statement: str, words: str) -> TextClause:
    return text(statement.replace("/* words */", WITH_WORDS if words else ""))


def find_bounds(session: Session) -> tuple[int, int, int, int] | None:
    """The smallest box that holds every pin: least x, least y, most x, most y; None when there is none."""
    row = session.execute(text("SELECT min(x), min(y), max(x), max(y) FROM map_point")).one()
    return None if row[0] is None else (row[0], row[1], row[2], row[3])


def list_attributions(session: Session) -> list[str]:
    """What the licences of the records on the map ask us to show."""
    return list(
        session.scalars(
            text("""
            SELECT DISTINCT attribution FROM source s WHERE attribution <> '' AND (
                EXISTS (SELECT FROM public_organisation o WHERE o.source_id = s.id)
                OR EXISTS (SELECT FROM public_service v WHERE v.source_id = s.id)
                OR EXISTS (SELECT FROM public_need n WHERE n.source_id = s.id))
            ORDER BY attribution
            """)
        )
    )


def list_differences(session: Session) -> dict[str, int]:
    """What differs between the map as it is kept and one made anew; empty when all is well."""
    session.execute(text("SET LOCAL statement_timeout = 0"))
    rows = session.execute(text("SELECT what, how_many FROM map_differences()"))
    return {row.what: row.how_many for row in rows}


def rebuild_map(session: Session | Connection) -> None:
    """Make pins and counts anew from the records; part of the caller's transaction."""
    session.execute(text("SET LOCAL statement_timeout = 0"))
    session.execute(text("SET LOCAL work_mem = '128MB'"))
    session.execute(text("SELECT rebuild_map()"))
