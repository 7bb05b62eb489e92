"""Organisations, services and needs as one list, filtered as the map is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date

from sqlalchemy import RowMapping, text
from sqlalchemy.orm import Session

KINDS = ("organisation", "service", "need")
WORLD = 2**32
Values = dict[str, object]


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


FIELDS = [field.name for field in fields(PlaceRow)]


@dataclass(frozen=True)
class Kept:
    """Which records: empty or None means all. ``minute`` is one of the week, for what is open then; kinds in
    ``hidden`` are left out."""

    kind: str = ""
    theme: str = ""
    audience: str = ""
    minute: int | None = None
    words: str = ""
    hidden: frozenset[str] = frozenset()


MOST_COUNTED = 5_000
"""Of each kind; where there are more, nobody counts them, nor sorts them all to show a page."""

BRANCHES = (
    """
        SELECT 0 AS kind, o.id, o.name, o.summary, '' AS of_organisation, o.confirmed_on, o.id AS organisation_id
        FROM public_organisation o WHERE {fits}
    """,
    """
        SELECT 1 AS kind, s.id, s.name, s.description AS summary, o.name AS of_organisation, s.confirmed_on,
               s.organisation_id
        FROM public_service s JOIN public_organisation o ON o.id = s.organisation_id
        WHERE (CAST(:kind AS int) = 1 OR lower(s.name) <> lower(o.name)) AND {fits}
    """,
    """
        SELECT 2 AS kind, n.id, n.statement AS name, '' AS summary, '' AS of_organisation,
               n.raised_on AS confirmed_on, CAST(NULL AS uuid) AS organisation_id
        FROM public_need n WHERE {fits}
    """,
)

OFFERED = {
    "theme": ("SELECT {columns} FROM public_service_theme v WHERE v.theme_key = :theme", "v.service_id"),
    "audiences": (
        "SELECT {columns} FROM public_service v WHERE v.audiences && CAST(:audiences AS text[])",
        "v.id",
    ),
    "minute": (
        """SELECT {columns} FROM public_schedule v
        WHERE (v.weekday = :today AND v.opens < CAST(:after AS time)
               OR v.weekday = :yesterday AND v.closes <= v.opens)
          AND open_minutes_of(v.weekday, v.opens, v.closes) @> CAST(:minute AS int)""",
        "v.service_id",
    ),
}
"""For each filter, the services that do it, and the column of their id. What cannot be open is left out before
the times are worked out."""

IS_AMONG = {0: "o.id IN (SELECT organisation_id FROM fit_{name})", 1: "s.id IN (SELECT id FROM fit_{name})"}
DOES = {
    0: "EXISTS ({offered} AND v.organisation_id = o.id {offset})",
    1: "EXISTS ({offered} AND {id} = s.id {offset})",
}
"""Two ways to say the same; as on the map, an organisation does what any of its services does. Where few fit, they
are found first; where many do, each record is asked, in the order of the list, until there are enough: OFFSET 0
keeps PostgreSQL from finding them all first."""

FITS = {
    "pattern": {
        0: "o.name || ' ' || o.summary ILIKE :pattern",
        1: "s.name || ' ' || s.description ILIKE :pattern",
        2: "n.statement ILIKE :pattern",
    },
    "theme": {2: "n.theme_key = :theme"},
    "audiences": {
        1: "s.audiences && CAST(:audiences AS text[])",
        2: "n.audience = ANY(CAST(:audiences AS text[]))",
    },
    "minute": {2: "false"},
}
"""What a record must do by itself; the rest is in OFFERED."""

UNSAID = {
    "audiences": "f.audiences = '{}'",
    "minute": "isempty(f.slots + f.term_slots)",
}
"""What the finder's table holds where nobody has said for whom, or when: it has a row for each public service, and
for each organisation without one."""

NEVER = {
    0: "o.id IN (SELECT f.organisation_id FROM findable f WHERE {unsaid}) AND NOT EXISTS "
    "(SELECT FROM findable f WHERE f.organisation_id = o.id AND NOT ({unsaid}) OFFSET 0)",
    1: "s.id IN (SELECT f.id FROM findable f WHERE {unsaid})",
}
NEVER_OF_A_NEED = {"audiences": "n.audience = ''", "minute": "false"}
"""A need has no times that anybody could say."""

NAME = "lower(left(name, 100))"
"""What rows are sorted by, and what has an index."""

AWAY_FROM = "least(point(x, y) <-> point(:x, :y), point(x, y) <-> point(:round, :y))"
"""The shorter way round the world."""

NEAREST = f"(SELECT min({AWAY_FROM}) FROM map_point p WHERE {{pins}})"  # noqa: S608 - constants of ours, no input
AWAY = {
    0: NEAREST.format(pins="p.organisation_id = l.id"),
    1: f"coalesce({NEAREST.format(pins='p.kind = 1 AND p.record_id = l.id')}, "
    f"{NEAREST.format(pins='p.kind = 0 AND p.record_id = l.organisation_id')})",
    2: NEAREST.format(pins="p.kind = 2 AND p.record_id = l.id"),
}

REACHED = """near AS MATERIALIZED (
        SELECT pin.* FROM unnest(ARRAY[CAST(:x AS float), CAST(:round AS float)]) AS middle (at)
        CROSS JOIN LATERAL (
            SELECT kind, record_id, organisation_id, point(x, y) <-> point(middle.at, :y) AS away
            FROM map_point ORDER BY point(x, y) <-> point(middle.at, :y) LIMIT :pins
        ) AS pin
        ORDER BY away LIMIT :pins
    ), reached AS MATERIALIZED (
        SELECT 0 AS kind, organisation_id AS id, min(away) AS away FROM near WHERE kind < 2 GROUP BY 2
        UNION ALL
        SELECT kind, record_id, min(away) FROM near WHERE kind > 0 GROUP BY 1, 2
        UNION ALL
        SELECT 1, s.id, min(away) FROM near JOIN public_service s ON s.organisation_id = near.organisation_id
        WHERE near.kind = 0
          AND NOT EXISTS (SELECT FROM map_point own WHERE own.kind = 1 AND own.record_id = s.id)
        GROUP BY 2
    ), """
"""The records of the nearest pins: an organisation is where any of its pins is, a service without a pin of its own
where its organisation is."""

MOST_ASKED = 500
"""Rows up to the end of a page; for a page farther on, finding all first is quicker."""

FARTHER = (1, 8, 64)
"""How many times as many pins around the middle are looked at while those before were too few for a page."""

PAGE = f"""
    shown AS (
        SELECT * FROM kept ORDER BY away NULLS LAST, {NAME}, kind, id LIMIT :limit OFFSET :skip
    )
    SELECT w.kind, w.id::text, w.name, w.summary, w.of_organisation, w.confirmed_on,
        coalesce((
            SELECT array_agg(DISTINCT t.name) FROM theme t WHERE t.key IN (
                SELECT st.theme_key FROM public_service s JOIN public_service_theme st ON st.service_id = s.id
                WHERE w.kind = 0 AND s.organisation_id = w.id
                UNION SELECT st.theme_key FROM public_service_theme st WHERE w.kind = 1 AND st.service_id = w.id
                UNION SELECT n.theme_key FROM public_need n WHERE w.kind = 2 AND n.id = w.id)
        ), '{{}}') AS themes,
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
            , w.away/* horizon */
    FROM shown w ORDER BY w.away NULLS LAST, lower(left(w.name, 100)), w.kind, w.id
"""  # noqa: S608 - constants of ours, no input


def list_places(
    session: Session,
    kept: Kept,
    counts: dict[str, int],
    *,
    near: tuple[int, int] | None = None,
    limit: int,
    skip: int,
) -> list[PlaceRow]:
    """By name, then kind, then id; with ``near``, a position in the world of 2^32, the nearest first and
    what has no point last. ``counts`` are those of ``count_places``.

    A service that bears its organisation's name is listed apart only when services are asked for.
    """
    numbers = [number for number in _numbers(kept) if counts[KINDS[number]]]
    many = {number for number in numbers if counts[KINDS[number]] > MOST_COUNTED}
    if not numbers:
        return []
    values: dict[str, object] = {"limit": limit, "skip": skip}
    if near is None:
        first = skip + limit
        page = _page_by_name(kept, numbers, many, is_asked=first <= MOST_ASKED)
        return _as_rows(_rows(session, *page, {**values, "first": first}))
    x, y = near
    values |= {"x": float(x), "y": float(y), "round": float(x + WORLD if x < WORLD // 2 else x - WORLD)}
    for times in FARTHER if many else ():
        pins = times * (500 + 4 * (skip + limit))
        found = _rows(session, *_page_around(kept, numbers, is_near=True), {**values, "pins": pins})
        if len(found) == limit and found[-1]["away"] is not None and found[-1]["away"] < found[-1]["horizon"]:
            return _as_rows(found)
    return _as_rows(_rows(session, *_page_around(kept, numbers, is_near=False), values))


def _rows(session: Session, statement: str, asked: Values, values: Values) -> Sequence[RowMapping]:
    return session.execute(text(statement), {**asked, **values}).mappings().all()


def _as_rows(found: Sequence[RowMapping]) -> list[PlaceRow]:
    return [PlaceRow(**{name: row[name] for name in FIELDS} | {"kind": KINDS[row["kind"]]}) for row in found]


def _page_by_name(kept: Kept, numbers: list[int], many: set[int], *, is_asked: bool) -> tuple[str, Values]:
    """Of the kinds there are many of, only the first by name are looked at."""
    branches = [
        f"(SELECT *, CAST(NULL AS float) AS away {_from(number, kept, is_asked=is_asked and number in many)} "
        + (f"ORDER BY {NAME}, id LIMIT :first)" if number in many else ")")
        for number in numbers
    ]
    return f"WITH {_found_first(kept)}kept AS MATERIALIZED ({' UNION ALL '.join(branches)}), {PAGE}", _values(kept)


def _page_around(kept: Kept, numbers: list[int], *, is_near: bool) -> tuple[str, Values]:
    """``is_near``: only what is at the nearest pins is looked at."""
    if not is_near:
        branches = [f"SELECT l.*, {AWAY[number]} AS away {_from(number, kept)}" for number in numbers]
        first = _found_first(kept)
        return f"WITH {first}kept AS MATERIALIZED ({' UNION ALL '.join(branches)}), {PAGE}", _values(kept)
    branches = [
        f"SELECT l.*, reached.away {_from(number, kept, is_asked=True)} "
        f"JOIN reached ON reached.kind = {number} AND reached.id = l.id"
        for number in numbers
    ]
    # What is nearer than the horizon has been looked at.
    page = PAGE.replace("/* horizon */", ", (SELECT max(away) FROM near) AS horizon")
    return f"WITH {REACHED}kept AS MATERIALIZED ({' UNION ALL '.join(branches)}), {page}", _values(kept)


def count_places(session: Session, kept: Kept) -> dict[str, int]:
    """How many of each kind the filters keep, counted up to one more than MOST_COUNTED."""
    return _count(session, kept)


def count_unsaid(session: Session, kept: Kept) -> dict[str, int]:
    """How many fit but for a thing nobody has said of them: ``audiences`` and ``minute``, as far as asked for;
    of each kind counted as in ``count_places``."""
    asked = _values(kept)
    return {name: sum(_count(session, kept, instead=name).values()) for name in UNSAID if name in asked}


def _count(session: Session, kept: Kept, instead: str = "") -> dict[str, int]:
    counted = [
        f"SELECT {number} AS kind, count(*) AS n FROM "  # noqa: S608 - constants of ours, no input
        f"(SELECT {_from(number, kept, instead=instead)} LIMIT :most) AS found"
        for number in _numbers(kept)
    ]
    if not counted:
        return dict.fromkeys(KINDS, 0)
    statement = f"WITH {_found_first(kept)}counted AS ({' UNION ALL '.join(counted)}) SELECT * FROM counted"  # noqa: S608 - as above
    rows = session.execute(text(statement), {**_values(kept), "most": MOST_COUNTED + 1})
    return {**dict.fromkeys(KINDS, 0), **{KINDS[row.kind]: row.n for row in rows}}


def _found_first(kept: Kept) -> str:
    """The services that do what is asked, for IS_AMONG: each filter by itself."""
    return "".join(
        f"fit_{name} AS MATERIALIZED ({offered.format(columns=f'DISTINCT {ident} AS id, v.organisation_id')}), "
        for name, (offered, ident) in OFFERED.items()
        if name in _values(kept) and name != "audiences"
    )


def _from(number: int, kept: Kept, *, instead: str = "", is_asked: bool = False) -> str:
    """The records l of a kind that fit, or, ``instead`` of one filter, those of which nobody has said;
    ``is_asked``: each is asked."""
    fits = [
        _never(number, name) if name == instead else _fits(number, name, is_asked=is_asked)
        for name in FITS
        if name in _values(kept)
    ]
    return f"FROM ({BRANCHES[number].format(fits=' AND '.join(['true', *fits]))}) AS l"


def _fits(number: int, name: str, *, is_asked: bool) -> str:
    if number in FITS[name]:
        return FITS[name][number]
    offered, ident = OFFERED[name]
    if is_asked or name == "audiences":
        offset = "OFFSET 0" if is_asked else ""
        return DOES[number].format(offered=offered.format(columns=""), id=ident, offset=offset)
    return IS_AMONG[number].format(name=name)


def _never(number: int, name: str) -> str:
    return NEVER[number].format(unsaid=UNSAID[name]) if number in NEVER else NEVER_OF_A_NEED[name]


def _numbers(kept: Kept) -> list[int]:
    asked = [kept.kind] if kept.kind else KINDS
    return [KINDS.index(kind) for kind in asked if kind not in kept.hidden]


def _values(kept: Kept) -> Values:
    """The values of a statement, and of each filter that is asked for."""
    values: Values = {
        "pattern": like(kept.words),
        "theme": kept.theme or None,
        "audiences": [kept.audience, "anyone"] if kept.audience else None,
        "minute": kept.minute,
    }
    if kept.minute is not None:
        today, minute = kept.minute // 1440 + 1, kept.minute % 1440 + 1
        values |= {"today": today, "yesterday": today - 1 or 7, "after": f"{minute // 60:02}:{minute % 60:02}"}
    asked = {name: value for name, value in values.items() if value is not None}
    return {**asked, "kind": KINDS.index(kept.kind) if kept.kind else None}


def like(words: str) -> str | None:
    """``words`` as a pattern that matches them anywhere, as they stand: % and _ mean themselves."""
    if not words:
        return None
    escaped = words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"
