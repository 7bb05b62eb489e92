"""Where people live: population points of the base layer, and which area of every layer each counts towards."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.queries.loading import Changes, count_rows, make_stage, stage

CELL_M = 250
"""Postcodes in the same cell of this grid become one point."""

MOST = 0.95
"""A base area that lies in one area by this share or more counts there with all its points."""

MANY, NEARLY_ALL_LAND = 0.8, 0.98
"""So does one with this share of its people and of its land there: the rest live in the strip between two drawings
of one border (in Greater Manchester 3 of the 28 postcodes of one LSOA lie in a strip of 0.7 % of its land)."""

HALF = 0.5

_POINT_COLUMNS = {
    "area_id": "integer",
    "x_m": "double precision",
    "y_m": "double precision",
    "share": "double precision",
}


def stage_given_points(session: Session, layer_id: int, points: pd.DataFrame) -> list[str]:
    """Stage points given as area_code, lon, lat, share; returns codes that the layer does not have."""
    columns = {
        "area_code": "text",
        "lon": "double precision",
        "lat": "double precision",
        "share": "double precision",
    }
    stage(session, "stage_given", columns, points)
    make_stage(session, "stage_point", _POINT_COLUMNS)
    session.execute(
        text(
            """
            INSERT INTO stage_point
            SELECT area_id, round(ST_X(grid)::numeric, 1), round(ST_Y(grid)::numeric, 1), share
            FROM (SELECT a.id AS area_id, g.share,
                         ST_Transform(ST_SetSRID(ST_MakePoint(g.lon, g.lat), 4326), 27700) AS grid
                  FROM stage_given g JOIN area a ON a.area_layer_id = :layer_id AND a.area_code = g.area_code) p
            """
        ),
        {"layer_id": layer_id},
    )
    return list(
        session.scalars(
            text(
                "SELECT DISTINCT area_code FROM stage_given g WHERE NOT EXISTS (SELECT 1 FROM area a "
                "WHERE a.area_layer_id = :layer_id AND a.area_code = g.area_code) ORDER BY 1"
            ),
            {"layer_id": layer_id},
        )
    )


def stage_postcode_points(session: Session, layer_id: int, source_keys: Sequence[str]) -> int:
    """Stage points from live postcodes: the middle of those in each 250 m cell, with their part of the area.

    Only postcodes of the sources named are used (all when none is named). Returns how many postcodes were used.
    Sums are of decimals, so that the order of rows never moves a point.
    """
    _cut_pieces(session, layer_id)
    make_stage(session, "stage_point", _POINT_COLUMNS)
    make_stage(session, "stage_home", {"area_id": "integer", "x_m": "numeric", "y_m": "numeric"})
    used = count_rows(
        session,
        """
        INSERT INTO stage_home
        SELECT area_id, round(ST_X(grid)::numeric, 1), round(ST_Y(grid)::numeric, 1)
        FROM (SELECT min(c.area_id) AS area_id, ST_Transform(p.geom, 27700) AS grid
              FROM postcode p JOIN stage_piece c ON ST_Intersects(c.geom, p.geom)
              WHERE p.terminated_on IS NULL AND p.geom IS NOT NULL
                AND (:every_source OR p.source_id IN (SELECT id FROM source WHERE key = ANY(:source_keys)))
              GROUP BY p.postcode, p.geom) housed
        """,
        every_source=not source_keys,
        source_keys=list(source_keys),
    )
    session.execute(
        text(
            """
            INSERT INTO stage_point
            SELECT area_id, round(avg(x_m), 1), round(avg(y_m), 1),
                   count(*) / (sum(count(*)) OVER (PARTITION BY area_id))::double precision
            FROM stage_home GROUP BY area_id, floor(x_m / :cell_m), floor(y_m / :cell_m)
            """
        ),
        {"cell_m": CELL_M},
    )
    return used


def _cut_pieces(session: Session, layer_id: int) -> None:
    """Cut the areas of a layer into small pieces: which area a point is in is then quick for any outline."""
    session.execute(text("DROP TABLE IF EXISTS pg_temp.stage_piece"))
    session.execute(
        text(
            "CREATE TEMP TABLE stage_piece ON COMMIT DROP AS "
            "SELECT id AS area_id, ST_Subdivide(geom, 64) AS geom FROM area WHERE area_layer_id = :layer_id"
        ),
        {"layer_id": layer_id},
    )
    session.execute(text("CREATE INDEX ON stage_piece USING gist (geom)"))
    session.execute(text("ANALYZE stage_piece"))


def fill_empty_areas(session: Session, layer_id: int) -> int:
    """Give every area of the layer without a staged point one on its surface, with all its people."""
    return count_rows(
        session,
        """
        INSERT INTO stage_point
        SELECT id, round(ST_X(grid)::numeric, 1), round(ST_Y(grid)::numeric, 1), 1
        FROM (SELECT id, ST_Transform(point_geom, 27700) AS grid FROM area a WHERE area_layer_id = :layer_id
              AND NOT EXISTS (SELECT 1 FROM stage_point s WHERE s.area_id = a.id)) bare
        """,
        layer_id=layer_id,
    )


def merge_points(session: Session) -> Changes:
    """Make the population points exactly those staged: there is one base layer, so all others go."""
    session.execute(text("ANALYZE stage_point"))
    removed = count_rows(
        session,
        "DELETE FROM population_point p WHERE NOT EXISTS (SELECT 1 FROM stage_point s "
        "WHERE (s.area_id, s.x_m, s.y_m, s.share) = (p.area_id, p.x_m, p.y_m, p.share))",
    )
    added = count_rows(
        session,
        """
        INSERT INTO population_point (area_id, geom, x_m, y_m, share, people)
        SELECT area_id, ST_Transform(ST_SetSRID(ST_MakePoint(x_m, y_m), 27700), 4326), x_m, y_m, share, 0
        FROM stage_point s WHERE NOT EXISTS (SELECT 1 FROM population_point p
             WHERE (p.area_id, p.x_m, p.y_m, p.share) = (s.area_id, s.x_m, s.y_m, s.share))
        ORDER BY area_id, y_m, x_m
        """,
    )
    return Changes(added=added, removed=removed)


def refresh_people(session: Session, indicator_key: str, layer_id: int) -> int:
    """People of each point = number of its area x share; none where that is not known. Returns rows changed."""
    return count_rows(
        session,
        """
        UPDATE population_point p SET people = found.people
        FROM (SELECT p.id, coalesce(v.value, 0) * p.share AS people
              FROM population_point p
              LEFT JOIN indicator i ON i.key = :indicator_key AND i.area_layer_id = :layer_id
              LEFT JOIN indicator_value v ON v.indicator_id = i.id AND v.area_id = p.area_id) found
        WHERE found.id = p.id AND p.people IS DISTINCT FROM found.people
        """,
        indicator_key=indicator_key,
        layer_id=layer_id,
    )


def find_population_key(session: Session, layer_id: int) -> str | None:
    """The indicator of this layer that says how many people live where, as the site row has it; else None."""
    found: str | None = session.scalar(
        text(
            "SELECT i.key FROM site s JOIN indicator i ON i.id = s.population_indicator_id "
            "WHERE i.area_layer_id = :layer_id"
        ),
        {"layer_id": layer_id},
    )
    return found


def find_indicator_source(session: Session, indicator_key: str, layer_id: int) -> int | None:
    """The source of an indicator of a layer; None when the layer has no such indicator."""
    found: int | None = session.scalar(
        text("SELECT source_id FROM indicator WHERE key = :key AND area_layer_id = :layer_id"),
        {"key": indicator_key, "layer_id": layer_id},
    )
    return found


def count_points(session: Session) -> int:
    return session.scalar(text("SELECT count(*) FROM population_point")) or 0


def count_places(session: Session) -> int:
    return session.scalar(text("SELECT count(*) FROM point_area")) or 0


def list_layer_ids(session: Session) -> list[int]:
    return list(session.scalars(text("SELECT id FROM area_layer ORDER BY id")))


def place_points(session: Session, layer_id: int) -> Changes:
    """Say for each population point which area of a layer it counts towards.

    A point counts towards its own area in its own layer. In another layer: where 95 % or more of a base area's
    share falls in one area (or 80 % with 98 % of its land), all its points count there, so that nested layers
    agree exactly although their borders are generalised differently; else each point counts where it lies; a
    point in no area counts towards the nearest if half of its base area or more is in the layer, else it has no
    row (it is off this map).
    """
    _stage_where_points_lie(session, layer_id)
    session.execute(text("DROP TABLE IF EXISTS pg_temp.ready_place"))
    session.execute(
        text(
            """
            CREATE TEMP TABLE ready_place ON COMMIT DROP AS
            WITH inside AS (
              SELECT base_id, area_id, sum(share) AS share FROM stage_lies WHERE area_id IS NOT NULL
              GROUP BY base_id, area_id),
            most AS (
              SELECT DISTINCT ON (base_id) base_id, area_id, share,
                     sum(share) OVER (PARTITION BY base_id) AS covered
              FROM inside ORDER BY base_id, share DESC, area_id),
            whole AS (
              SELECT m.*, m.share >= :most OR (m.share >= :many AND (
                       SELECT ST_Area(ST_Intersection(b.geom, a.geom)) >= :nearly_all_land * ST_Area(b.geom)
                       FROM area b, area a WHERE b.id = m.base_id AND a.id = m.area_id)) AS is_whole
              FROM most m)
            SELECT l.id AS population_point_id, CASE
                     WHEN m.is_whole THEN m.area_id
                     WHEN l.area_id IS NOT NULL THEN l.area_id
                     ELSE nearest.id END AS area_id
            FROM stage_lies l JOIN whole m ON m.base_id = l.base_id
            LEFT JOIN LATERAL (
              SELECT id FROM (SELECT area_id AS id, geom FROM stage_piece
                              WHERE l.area_id IS NULL AND NOT m.is_whole AND m.covered >= :half
                              ORDER BY geom <-> l.geom LIMIT 8) near
              ORDER BY ST_Distance(near.geom::geography, l.geom::geography), id LIMIT 1
            ) nearest ON true
            """
        ),
        {"layer_id": layer_id, "most": MOST, "many": MANY, "nearly_all_land": NEARLY_ALL_LAND, "half": HALF},
    )
    return _merge_places(session, layer_id)


def _stage_where_points_lie(session: Session, layer_id: int) -> None:
    _cut_pieces(session, layer_id)
    session.execute(text("DROP TABLE IF EXISTS pg_temp.stage_lies"))
    session.execute(
        text(
            """
            CREATE TEMP TABLE stage_lies ON COMMIT DROP AS
            WITH found AS (
              SELECT p.id, min(c.area_id) AS area_id
              FROM population_point p JOIN stage_piece c ON ST_Intersects(c.geom, p.geom) GROUP BY p.id)
            SELECT p.id, p.area_id AS base_id, p.share, p.geom,
                   CASE WHEN b.area_layer_id = :layer_id THEN p.area_id ELSE found.area_id END AS area_id
            FROM population_point p JOIN area b ON b.id = p.area_id LEFT JOIN found ON found.id = p.id
            """
        ),
        {"layer_id": layer_id},
    )
    session.execute(text("ANALYZE stage_lies"))


def _merge_places(session: Session, layer_id: int) -> Changes:
    session.execute(text("DELETE FROM ready_place WHERE area_id IS NULL"))
    session.execute(text("ANALYZE ready_place"))
    removed = count_rows(
        session,
        "DELETE FROM point_area t WHERE area_layer_id = :layer_id AND NOT EXISTS (SELECT 1 FROM ready_place r "
        "WHERE r.population_point_id = t.population_point_id AND r.area_id = t.area_id)",
        layer_id=layer_id,
    )
    added = count_rows(
        session,
        "INSERT INTO point_area (area_layer_id, population_point_id, area_id) "
        "SELECT :layer_id, r.population_point_id, r.area_id FROM ready_place r "
        "WHERE NOT EXISTS (SELECT 1 FROM point_area t WHERE t.area_layer_id = :layer_id "
        "AND t.population_point_id = r.population_point_id)",
        layer_id=layer_id,
    )
    return Changes(added=added, removed=removed)
