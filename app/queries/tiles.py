"""Everything with a public point, gathered into the cells of a map tile."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.queries.places import THEME_BITS, like

MOST_ITEMS_PER_CELL = 200


@dataclass(frozen=True)
class CellGroup:
    """The records of one kind and one set of themes in one cell of a tile."""

    column: int
    row: int
    kind: int  # position in places.KINDS
    themes: int  # bits by the order of themes
    count: int
    lon_sum: float
    lat_sum: float
    ids: list[str]  # the first of them by name; empty where only counts were asked for
    names: list[str]
    lons: list[float]
    lats: list[float]


PINS = f"""
    WITH tile AS (
        SELECT ST_XMin(e) AS west, ST_YMax(e) AS north, ST_XMax(e) - ST_XMin(e) AS side,
               ST_Expand(ST_Transform(e, 4326), 1e-7) AS shape
        FROM (SELECT ST_TileEnvelope(:zoom, :x, :y) AS e) AS envelope
    ), bits AS ({THEME_BITS}), pins AS (
        SELECT 0 AS kind, o.id, o.name, f.geom, coalesce((
                   SELECT bit_or(b.bit) FROM public_service s
                   JOIN public_service_theme st ON st.service_id = s.id JOIN bits b ON b.key = st.theme_key
                   WHERE s.organisation_id = o.id), 0) AS themes
        FROM public_footprint f JOIN public_organisation o ON o.id = f.organisation_id
        WHERE f.service_id IS NULL AND f.geom && (SELECT shape FROM tile)
          AND (CAST(:pattern AS text) IS NULL OR o.name ILIKE :pattern OR o.summary ILIKE :pattern)
        UNION ALL
        SELECT 1, s.id, s.name, f.geom, coalesce((
                   SELECT bit_or(b.bit) FROM public_service_theme st JOIN bits b ON b.key = st.theme_key
                   WHERE st.service_id = s.id), 0)
        FROM public_footprint f JOIN public_service s ON s.id = f.service_id
        WHERE f.geom && (SELECT shape FROM tile)
          AND (CAST(:pattern AS text) IS NULL OR s.name ILIKE :pattern OR s.description ILIKE :pattern)
        UNION ALL
        SELECT 2, n.id, n.statement, n.geom, coalesce((SELECT b.bit FROM bits b WHERE b.key = n.theme_key), 0)
        FROM public_need n
        WHERE n.geom && (SELECT shape FROM tile)
          AND (CAST(:pattern AS text) IS NULL OR n.statement ILIKE :pattern)
    ), placed AS (
        SELECT kind, id::text AS id, left(name, 160) AS name, themes, ST_X(geom) AS lon, ST_Y(geom) AS lat,
               floor((ST_X(ST_Transform(geom, 3857)) - west) / (side / :cells))::int AS cell_column,
               floor((north - ST_Y(ST_Transform(geom, 3857))) / (side / :cells))::int AS cell_row
        FROM pins, tile
    )
    SELECT cell_column AS column, cell_row AS row, kind, themes, count(*)::int AS count,
           sum(lon) AS lon_sum, sum(lat) AS lat_sum, {{items}}
    FROM placed
    WHERE cell_column BETWEEN 0 AND :cells - 1 AND cell_row BETWEEN 0 AND :cells - 1
    GROUP BY cell_column, cell_row, kind, themes
    ORDER BY cell_row, cell_column, kind, themes
"""  # noqa: S608 - constants of ours, no input

ALL_ITEMS = ", ".join(
    f"(array_agg({column} ORDER BY name, id))[1:{MOST_ITEMS_PER_CELL}] AS {column}s"
    for column in ("id", "name", "lon", "lat")
)
ONE_ITEM = "ARRAY[min(id)] AS ids, ARRAY[min(name)] AS names, ARRAY[min(lon)] AS lons, ARRAY[min(lat)] AS lats"
STATEMENTS = {True: text(PINS.format(items=ALL_ITEMS)), False: text(PINS.format(items=ONE_ITEM))}


def list_cell_groups(
    session: Session, zoom: int, x: int, y: int, *, cells: int, with_items: bool, words: str
) -> list[CellGroup]:
    """The pins of tile ``zoom/x/y`` in a grid of ``cells`` by ``cells``, from the north-west, half open.

    Without ``with_items`` ids, names and points are only to be trusted where the count is 1.
    """
    rows = session.execute(
        STATEMENTS[with_items], {"zoom": zoom, "x": x, "y": y, "cells": cells, "pattern": like(words)}
    ).mappings()
    return [CellGroup(**row) for row in rows]
