"""The search: which rows of ``findable`` fit, in which part of the answer, and how many each filter would keep."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

FILTERS = ("theme", "when", "open", "free", "step_free", "audience", "age", "language", "online")
BIT = {name: 1 << position for position, name in enumerate(FILTERS)}
PARTS = ("near", "area", "remote")
FURTHEST_M = 80_000
MOST_WITHOUT_SPOT = 20_000
"""Of a whole country nobody reads more; who says where she is sees all that is near."""


@dataclass(frozen=True)
class Scope:
    """What is asked, ready for SQL. Distances in metres; slots as find_times writes them; empty means any.

    ``spot`` is (lon, lat), ``area_ids`` the areas it lies in. ``words`` is as typed, ``prefix`` its words for a
    search by beginnings, both empty for any.
    """

    spot: tuple[float, float] | None
    area_ids: Sequence[int]
    within_m: float
    words: str
    prefix: str
    filters: Mapping[str, Any]
    options: Mapping[str, str]  # slots by the name of a count: day_monday, time_evening, open
    stale_before: date
    upcoming: Sequence[str] = ()


@dataclass(frozen=True)
class Found:
    """Ids with their distance (None without a spot) for each part, how many there are, and counts for filters."""

    shown: dict[str, list[tuple[str, float | None]]]
    totals: dict[str, int]
    counts: dict[str, int] = field(default_factory=dict)
    themes: dict[str, int] = field(default_factory=dict)
    audiences: dict[str, int] = field(default_factory=dict)
    languages: dict[str, int] = field(default_factory=dict)
    without: dict[str, int] = field(default_factory=dict)
    is_cut: bool = False  # there is more, but nobody said where


SPOT = "ST_Transform(ST_SetSRID(ST_MakePoint(:lon, :lat), 4326), 27700)"
MATCHES = (
    "f.words @@ (websearch_to_tsquery('pg_catalog.english', plain_words(:words))"
    " || to_tsquery('pg_catalog.simple', :prefix))"
)
MISSED = {
    "theme": "f.themes @> ARRAY[CAST(:theme AS text)]",
    "when": "(f.slots && CAST(:when AS int4multirange) OR f.term_slots && CAST(:when AS int4multirange))",
    "open": "(f.slots && CAST(:open AS int4multirange) OR f.term_slots && CAST(:open AS int4multirange))",
    "free": "f.is_free",
    "step_free": "f.is_step_free",
    "audience": "f.audiences && ARRAY[CAST(:audience AS text), 'anyone']",
    "age": "(coalesce(f.min_age, 0) <= :age AND coalesce(f.max_age, 200) >= :age)",
    "language": "f.languages @> ARRAY[CAST(:language AS text)]",
    "online": "f.is_remote",
}
ORDERS = {
    "nearest": "distance_m NULLS LAST, title, id",
    "soonest": "opens_day NULLS LAST, opens_minute, distance_m NULLS LAST, title, id",
    "best": "rank DESC, distance_m NULLS LAST, title, id",
    "name": "title, id",
}
OPENS = """
    , (SELECT min(d) FROM generate_subscripts(CAST(:upcoming AS int4multirange[]), 1) AS d
       WHERE f.slots && (CAST(:upcoming AS int4multirange[]))[d]
          OR f.term_slots && (CAST(:upcoming AS int4multirange[]))[d]) AS opens_day
"""
OPENS_MINUTE = """
    , (SELECT min(lower(range) % 2880)
       FROM unnest((slots + term_slots) * (CAST(:upcoming AS int4multirange[]))[opens_day]) AS range
      ) AS opens_minute
"""


def search(session: Session, scope: Scope, *, sort: str, limits: Mapping[str, tuple[int, int]]) -> Found:
    """One answer; ``limits`` gives for each part of PARTS how many rows to show and how many to skip."""
    is_soonest = sort == "soonest"
    timed = f", timed AS (SELECT *{OPENS_MINUTE} FROM scope WHERE miss = 0)" if is_soonest else ""  # noqa: S608 - ours
    pages = ", ".join(_page(part, sort, *limits[part]) for part in PARTS)
    statement = f"""
        WITH scope AS MATERIALIZED ({_scope(scope, OPENS if is_soonest else "")}){timed},
        total AS (SELECT part, count(*) AS n FROM scope WHERE miss = 0 GROUP BY part)
        SELECT json_build_object({pages}) AS shown,
               (SELECT json_object_agg(part, n) FROM total) AS totals,
               (SELECT count(*) FROM scope) AS looked_at, {_counts(scope)}
    """  # noqa: S608 - constants of this file, numbers, and names of our own; values are bound
    session.execute(text("SET LOCAL work_mem = '32MB'"))
    row = session.execute(text(statement), _values(scope)).one()
    return Found(
        shown={part: [(item[0], item[1]) for item in row.shown[part]] for part in PARTS},
        totals={part: (row.totals or {}).get(part, 0) for part in PARTS},
        counts=row.counts,
        themes=row.themes or {},
        audiences=row.audiences or {},
        languages=row.languages or {},
        without={name: row.without[name] for name in scope.filters if row.without[name]},
        is_cut=scope.spot is None and row.looked_at >= MOST_WITHOUT_SPOT,
    )


def _page(part: str, sort: str, limit: int, skip: int) -> str:
    order, rows = f"sinks, {ORDERS[sort]}", "timed" if sort == "soonest" else "scope"
    return f"""'{part}', (
        SELECT coalesce(json_agg(json_build_array(id, distance_m) ORDER BY {order}), '[]') FROM (
            SELECT * FROM {rows} WHERE part = '{part}' AND miss = 0
            ORDER BY {order} LIMIT {int(limit)} OFFSET {int(skip)}) AS page)
    """  # noqa: S608 - as above


def _scope(scope: Scope, more: str) -> str:
    near = f"ST_Distance(f.geom, {SPOT})" if scope.spot else "CAST(NULL AS float)"
    if scope.spot:
        part = (
            "CASE WHEN f.distance_m <= :within THEN 'near' WHEN f.area_ids && CAST(:areas AS int[]) THEN 'area' "
            "WHEN f.is_remote THEN 'remote' END"
        )
        where = f"(f.geom && ST_Expand({SPOT}, :within) OR f.area_ids && CAST(:areas AS int[]) OR f.is_remote)"
    else:
        part = "CASE WHEN f.is_remote AND f.geom IS NULL THEN 'remote' ELSE 'near' END"
        where = "true"
    if scope.words:
        where += f" AND {MATCHES}"
    limit = "" if scope.spot else f"LIMIT {MOST_WITHOUT_SPOT}"
    rank = f"ts_rank(f.words, {MATCHES.partition('@@ ')[2]})" if scope.words else "CAST(0 AS real)"
    miss = " | ".join(f"CASE WHEN {MISSED[name]} THEN 0 ELSE {BIT[name]} END" for name in scope.filters) or "0"
    return f"""
        SELECT f.id, f.title, f.themes, f.audiences, f.languages, f.is_free, f.is_step_free, f.is_remote, f.slots,
               f.term_slots, f.distance_m, {part} AS part, {miss} AS miss, {rank} AS rank,
               (f.is_missing OR f.is_registered_only OR coalesce(f.confirmed_on < :stale_before, false)) AS sinks
               {more}
        FROM (SELECT f.*, {near} AS distance_m FROM findable f WHERE {where} {limit}) AS f
        WHERE {part} IS NOT NULL
    """  # noqa: S608 - as above


def _counts(scope: Scope) -> str:
    """Counts for each choice of a filter: of what fits the other filters and that choice."""

    def others(name: str) -> str:
        return f"(miss & {~BIT[name]}) = 0"

    single = {
        "free": f"{others('free')} AND is_free",
        "step_free": f"{others('step_free')} AND is_step_free",
        "online": f"{others('online')} AND is_remote",
        "all": "miss = 0",
    }
    for name in scope.options:
        slots = f"CAST(:slots_{name} AS int4multirange)"
        facet = "open" if name == "open" else "when"
        single[name] = f"{others(facet)} AND (slots && {slots} OR term_slots && {slots})"
    counts = ", ".join(f"'{name}', count(*) FILTER (WHERE {rule})" for name, rule in single.items())
    without = ", ".join(f"'{name}', count(*) FILTER (WHERE miss = {BIT[name]})" for name in FILTERS)
    lists = ", ".join(
        f"""(SELECT json_object_agg(key, n) FROM (
                SELECT key, count(*) AS n FROM scope, unnest({column}) AS key WHERE {others(name)} GROUP BY key
            ) AS {name}_counts) AS {column}"""  # noqa: S608 - as above
        for name, column in (("theme", "themes"), ("audience", "audiences"), ("language", "languages"))
    )
    return f"""
        (SELECT json_build_object({counts}) FROM scope) AS counts,
        (SELECT json_build_object({without}) FROM scope) AS without, {lists}
    """  # noqa: S608 - as above


def _values(scope: Scope) -> dict[str, Any]:
    values: dict[str, Any] = {
        "within": scope.within_m,
        "areas": list(scope.area_ids),
        "words": scope.words,
        "prefix": scope.prefix,
        "stale_before": scope.stale_before,
        "upcoming": list(scope.upcoming),
        **{f"slots_{name}": slots for name, slots in scope.options.items()},
        **{name: value for name, value in scope.filters.items() if value is not True},
    }
    if scope.spot:
        values |= {"lon": scope.spot[0], "lat": scope.spot[1]}
    return values


def list_beyond(session: Session, scope: Scope, most: int) -> list[tuple[str, float]]:
    """The nearest that fit but lie further than asked, up to FURTHEST_M: (id, metres)."""
    if scope.spot is None:
        return []
    rules = [MISSED[name] for name in scope.filters] + ([MATCHES] if scope.words else [])
    rows = session.execute(
        text(f"""
        SELECT id::text, ST_Distance(f.geom, {SPOT}) AS distance_m FROM findable f
        WHERE NOT f.is_missing AND NOT f.is_registered_only
          AND ST_DWithin(f.geom, {SPOT}, {FURTHEST_M}) AND NOT ST_DWithin(f.geom, {SPOT}, :within)
          {"".join(f" AND {rule}" for rule in rules)}
        ORDER BY f.geom <-> {SPOT}, id LIMIT :most
        """),  # noqa: S608 - as above
        {**_values(scope), "most": most},
    )
    return [(row.id, row.distance_m) for row in rows]


def list_with_phone(session: Session, scope: Scope, most: int) -> list[str]:
    """Those in the areas of the spot, or remote, that fit all filters and have a number to ring, by name."""
    rules = [MISSED[name] for name in scope.filters if name not in ("when", "open")]
    rules += [MATCHES] if scope.words else []
    rows = session.execute(
        text(f"""
        SELECT f.id::text FROM findable f
        WHERE EXISTS (SELECT FROM public_contact c WHERE c.organisation_id = f.organisation_id AND c.phone <> '')
          {"".join(f" AND {rule}" for rule in rules)}
        ORDER BY f.is_missing, {f"f.geom <-> {SPOT}," if scope.spot else ""} f.title, f.id LIMIT :most
        """),  # noqa: S608 - as above
        {**_values(scope), "most": most},
    )
    return list(rows.scalars())


def has_match(session: Session, words: str, prefix: str) -> bool:
    """Whether any public record, wherever it is, has these words."""
    session.execute(text("SET LOCAL enable_seqscan = off"))  # a word nobody uses would be looked for in every row
    statement = f"SELECT FROM findable f WHERE {MATCHES} LIMIT 1"
    found = session.execute(text(statement), {"words": words, "prefix": prefix}).first() is not None
    session.execute(text("SET LOCAL enable_seqscan = on"))
    return found


def list_words_like(session: Session, word: str) -> list[str]:
    """Words of public names that share parts with ``word``: plain, each once."""
    session.execute(text("SET LOCAL pg_trgm.word_similarity_threshold = 0.4"))
    rows = session.scalars(
        text("""
        SELECT DISTINCT piece
        FROM (SELECT title FROM findable WHERE plain_words(:word) <% title LIMIT 5000) AS titles,
             regexp_split_to_table(title, '[^[:alnum:]]+') AS piece
        WHERE length(piece) > 2 AND similarity(piece, plain_words(:word)) > 0.2 ORDER BY piece
        """),
        {"word": word},
    )
    return list(rows)
