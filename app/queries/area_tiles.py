"""How area layers are drawn, and their vector tiles."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from app.queries.tables import read_table

DRAW_LOCK = 7_304_118
"""First half of an advisory lock; the second is the layer. A layer is drawn once, however many ask for it."""

EXTENT, MARGIN = 1024, 16
"""Units along a tile's side (a quarter of a pixel each), and how far shapes reach beyond it: borders join."""


@dataclass(frozen=True)
class DrawingRow:
    """``bands`` are [first zoom, last zoom, level], far to near; ``bounds`` are degrees, west first."""

    layer_id: int
    layer_key: str
    layer_name: str
    attribution: str
    version: str
    area_count: int
    bounds: list[float]
    bands: list[list[int]]


@dataclass(frozen=True)
class LevelRow:
    level: int
    name: str
    group_count: int
    groups: list[int]


def find_layer_id(session: Session, layer_key: str) -> int | None:
    """The id of a layer that has areas."""
    found: int | None = session.scalar(
        text(
            "SELECT id FROM area_layer l WHERE key = :key AND EXISTS (SELECT FROM area WHERE area_layer_id = l.id)"
        ),
        {"key": layer_key},
    )
    return found


def find_drawing(session: Session, layer_key: str) -> DrawingRow | None:
    """The drawing of a layer; None when it is not drawn yet, or its areas changed since."""
    row = session.execute(
        text("""
        SELECT l.id, l.key, l.name, s.attribution, d.version, d.area_count, d.bounds, d.bands
        FROM area_layer l JOIN source s ON s.id = l.source_id JOIN area_drawing d ON d.area_layer_id = l.id
        WHERE l.key = :key AND NOT d.is_stale
        """),
        {"key": layer_key},
    ).one_or_none()
    return DrawingRow(*row) if row else None


def list_layers_to_draw(session: Session) -> list[str]:
    """Keys of layers with areas that are not drawn as they are now, the finest first."""
    return list(
        session.scalars(
            text("""
            SELECT l.key FROM area_layer l LEFT JOIN area_drawing d ON d.area_layer_id = l.id
            WHERE coalesce(d.is_stale, true) AND EXISTS (SELECT FROM area WHERE area_layer_id = l.id)
            ORDER BY l.sort_order, l.key
            """)
        )
    )


def list_levels(session: Session, layer_id: int) -> list[LevelRow]:
    rows = session.execute(
        text(
            "SELECT level, name, group_count, groups FROM area_level WHERE area_layer_id = :layer ORDER BY level"
        ),
        {"layer": layer_id},
    )
    return [LevelRow(*row) for row in rows]


def list_area_codes(session: Session, layer_id: int) -> list[str]:
    """In the order of their numbers."""
    return list(
        session.scalars(
            text('SELECT area_code FROM area WHERE area_layer_id = :layer ORDER BY area_code COLLATE "C"'),
            {"layer": layer_id},
        )
    )


def try_begin_drawing(session: Session, layer_id: int) -> bool:
    """Have this layer to ourselves until the end of the transaction; False when somebody else draws it."""
    session.execute(text("SET LOCAL statement_timeout = 0"))
    values = {"lock": DRAW_LOCK, "layer": layer_id}
    if not session.scalar(text("SELECT pg_try_advisory_xact_lock(:lock, :layer)"), values):
        return False
    # Locked before the areas are read, so that a change that comes later marks it stale again.
    session.execute(
        text("INSERT INTO area_drawing (area_layer_id) VALUES (:layer) ON CONFLICT DO NOTHING"),
        {"layer": layer_id},
    )
    session.execute(text("SELECT FROM area_drawing WHERE area_layer_id = :layer FOR UPDATE"), {"layer": layer_id})
    return True


def areas_table(session: Session, layer_id: int) -> pd.DataFrame:
    """area_code, wkb and point (WGS84), size_m2; in the order of their numbers."""
    return read_table(
        session,
        """
        SELECT area_code, ST_AsBinary(geom) AS wkb, ST_X(point_geom) AS lon, ST_Y(point_geom) AS lat, size_m2
        FROM area WHERE area_layer_id = :layer ORDER BY area_code COLLATE "C"
        """,
        layer=layer_id,
    )


def list_coarser_layers(session: Session, layer_id: int, area_count: int) -> list[tuple[int, str]]:
    """Layers (id, key) of at most half as many areas, the most first; grids are no grouping people know."""
    rows = session.execute(
        text("""
        SELECT l.id, l.key FROM area_layer l JOIN area a ON a.area_layer_id = l.id
        WHERE l.id <> :layer AND l.kind NOT IN ('grid', 'hexagon', 'drawn')
        GROUP BY l.id HAVING count(*) BETWEEN 2 AND :most ORDER BY count(*) DESC, l.key
        """),
        {"layer": layer_id, "most": area_count // 2},
    )
    return [(row.id, row.key) for row in rows]


def save_drawing(
    session: Session,
    layer_id: int,
    *,
    version: str,
    area_count: int,
    bounds: list[float],
    bands: list[list[int]],
    levels: Iterable[LevelRow],
    shapes: Iterable[tuple[int, int, bytes]],
) -> None:
    """Put a drawing in the place of the one before; ``shapes`` are (band, number, WKB in EPSG:3857)."""
    layer = {"layer": layer_id}
    session.execute(text("DELETE FROM area_shape WHERE area_layer_id = :layer"), layer)
    session.execute(text("DELETE FROM area_level WHERE area_layer_id = :layer"), layer)
    for level in levels:
        session.execute(
            text("INSERT INTO area_level VALUES (:layer, :level, :name, :group_count, :groups)"),
            {**layer, **vars(level)},
        )
    driver = session.connection().connection.driver_connection
    assert driver is not None
    columns = "area_layer_id, band, number, geom"
    with driver.cursor() as cursor, cursor.copy(f"COPY area_shape ({columns}) FROM STDIN") as copy:
        for band, number, wkb in shapes:
            copy.write_row((layer_id, band, number, wkb.hex()))
    session.execute(text("ANALYZE area_shape"))
    statement = text("""
        UPDATE area_drawing SET version = :version, is_stale = false, area_count = :count, bounds = :bounds,
               bands = :bands, drawn_at_utc = now()
        WHERE area_layer_id = :layer
    """).bindparams(bindparam("bands", type_=JSONB))
    values: dict[str, Any] = {"version": version, "count": area_count, "bounds": bounds, "bands": bands}
    session.execute(statement, {**layer, **values})


# ST_AsMVT leaves out what ST_AsMVTGeom made nothing of; a filter of ours would have each shape cut twice.
TILES = text(f"""
    SELECT coalesce((
        SELECT ST_AsMVT(shape, :name, {EXTENT}, 'geom', 'number') FROM (
            SELECT number, ST_AsMVTGeom(geom, box, {EXTENT}, {MARGIN}, true) AS geom
            FROM area_shape
            WHERE area_layer_id = :layer AND band = CAST(:band AS smallint)
              AND geom && ST_TileEnvelope(:zoom, x, y, margin => {MARGIN} / {EXTENT}.0)
            ORDER BY number
        ) AS shape
    ), '') AS mvt
    FROM area_drawing, unnest(CAST(:xs AS int[]), CAST(:ys AS int[])) WITH ORDINALITY AS wanted (x, y, position),
         ST_TileEnvelope(:zoom, x, y) AS box
    WHERE area_layer_id = :layer AND version = :version AND NOT is_stale ORDER BY position
""")  # noqa: S608 - numbers of ours, no input


def list_area_tiles(
    session: Session, drawn: DrawingRow, band: int, name: str, zoom: int, tiles: Sequence[tuple[int, int]]
) -> list[bytes] | None:
    """The shapes of a band in each of ``tiles`` (columns and rows) as Mapbox Vector Tiles of one layer called
    ``name``, empty where there are none; None when the layer is no longer drawn as ``drawn`` says."""
    xs, ys = zip(*tiles, strict=True)
    values = {"layer": drawn.layer_id, "version": drawn.version, "band": band, "name": name}
    found = session.scalars(TILES, {**values, "zoom": zoom, "xs": list(xs), "ys": list(ys)}).all()
    return [bytes(tile) for tile in found] or None


def get_bounds(session: Session, area_ids: Sequence[int]) -> list[float]:
    """West, south, east and north of the smallest box around these areas, in degrees."""
    row = session.execute(
        text("""
        SELECT ST_XMin(box), ST_YMin(box), ST_XMax(box), ST_YMax(box)
        FROM (SELECT ST_Extent(geom) AS box FROM area WHERE id = ANY(:ids)) AS found
        """),
        {"ids": list(area_ids)},
    ).one()
    return [float(edge) for edge in row]
